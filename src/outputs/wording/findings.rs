//! The words of findings, by code.

use crate::finding::Finding;
use crate::outputs::wording::{Lang, Phrase, fill};

/// What a finding says to a person: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, with the values.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The words of one code.
#[derive(Clone, Copy, Debug)]
pub struct FindingEntry {
    /// The code, such as `IN-07`.
    pub code: &'static str,
    /// What is wrong; `{value}` is the offending text, `{0}` … the details.
    pub message: Phrase,
    /// What to do.
    pub hint: Phrase,
}

/// Declares entries as `"code": vi / en => vi / en;`.
macro_rules! entries {
    ($($code:literal: $mvi:literal / $men:literal => $hvi:literal / $hen:literal;)*) => {
        &[$(FindingEntry {
            code: $code,
            message: Phrase { vi: $mvi, en: $men },
            hint: Phrase { vi: $hvi, en: $hen },
        }),*]
    };
}

/// The words of all codes, one line of the table per code. A code that is missing here is still shown, see
/// [`finding_words`].
pub const FINDINGS: &[FindingEntry] = entries! {};

/// The hint of a code without words.
const LOOK: Phrase = Phrase {
    vi: "xem lại giá trị ở tệp và dòng được nêu",
    en: "look at the value in the named file and row",
};

/// The words of a finding; a code without words shows its code and values as they are.
pub fn finding_words(lang: Lang, finding: &Finding) -> Words {
    words_from(FINDINGS, lang, finding)
}

fn words_from(table: &[FindingEntry], lang: Lang, finding: &Finding) -> Words {
    let details: Vec<&str> = finding.details.iter().map(String::as_str).collect();
    if let Some(entry) = table.iter().find(|entry| entry.code == finding.code.0) {
        let say = |phrase: Phrase| fill(phrase.of(lang), Some(&finding.value), &details);
        return Words { message: say(entry.message), hint: say(entry.hint) };
    }
    let mut message = finding.code.to_string();
    for part in std::iter::once(finding.value.as_str()).chain(details) {
        if !part.is_empty() {
            message.push_str(if message.len() == finding.code.0.len() { ": " } else { ", " });
            message.push_str(part);
        }
    }
    Words { message, hint: LOOK.of(lang).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{FindingCode, Severity, Source};

    fn finding() -> Finding {
        let code = FindingCode("ZZ-01");
        Finding::new(code, Severity::Error, Source::default(), "0905<b>").detail("10")
    }

    #[test]
    fn a_known_code_speaks_both_languages() {
        let table: &[FindingEntry] = entries! {
            "ZZ-01": "số «{value}» thiếu, cần {0} chữ số" / "number {value} is short of {0} digits"
                => "sửa số" / "repair the number";
        };
        let words = words_from(table, Lang::Vi, &finding());
        assert_eq!(words.message, "số «0905<b>» thiếu, cần 10 chữ số");
        assert_eq!(words_from(table, Lang::En, &finding()).hint, "repair the number");
    }

    #[test]
    fn an_unknown_code_shows_its_code_and_values() {
        assert_eq!(words_from(&[], Lang::Vi, &finding()).message, "ZZ-01: 0905<b>, 10");
    }

    #[test]
    fn no_code_has_words_twice() {
        for (i, entry) in FINDINGS.iter().enumerate() {
            assert!(FINDINGS[..i].iter().all(|other| other.code != entry.code), "{}", entry.code);
        }
    }
}

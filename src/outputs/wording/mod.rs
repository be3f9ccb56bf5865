//! Every word people see, in Vietnamese and in English, side by side.
//!
//! [`phrases`] holds fixed words, `plan_words` the words for the values of a plan, `findings` the words
//! of findings by code, [`addresses`], [`roads`] and [`research`] those of single commands, [`help`] those of commands and options, [`troubles`] and `errors` what is said when
//! the world refuses, `numbers` counts and money in words. Vietnamese is the language of the trade;
//! English is a courtesy, so a missing translation may not happen: each phrase has both by its type.

/// Declares phrases as `NAME: vi / en;`.
macro_rules! phrases {
    ($($name:ident: $vi:literal / $en:literal;)*) => {
        $(
            #[doc = concat!("“", $en, "”.")]
            #[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags, reason = "words, no links")]
            pub const $name: Phrase = Phrase { vi: $vi, en: $en };
        )*
    };
}

pub mod addresses;
mod errors;
mod findings;
pub mod help;
mod numbers;
pub mod phrases;
mod plan_words;
pub mod research;
pub mod roads;
pub mod troubles;

pub use errors::error_words;
pub use findings::{FINDINGS, FindingEntry, Words, finding_words};
pub use numbers::{in_words, money_in_words};
pub use plan_words::{
    confidence_word, due_word, evidence_words, handling_words, indicator_share, reason_words,
    room_word, score_word, severity_word, tier_word, travel_source_words,
};

/// The language of the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// One of two phrases.
    pub fn pick<'w>(self, vi: &'w str, en: &'w str) -> &'w str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The language tag of HTML and PDF.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

/// One phrase in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Phrase {
    /// The phrase in one language.
    pub const fn of(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }

    /// The phrase with `{0}`, `{1}` … replaced.
    pub fn with(self, lang: Lang, values: &[&str]) -> String {
        fill(self.of(lang), None, values)
    }
}

/// Replaces `{value}` and `{0}`, `{1}` … in one pass, so that a value holding braces stays as it is.
///
/// A place without a value is left empty: nobody can repair a `{1}`.
pub(crate) fn fill(template: &str, value: Option<&str>, details: &[&str]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let Some(close) = after.find('}') else {
            text.push_str(&rest[open..]);
            return text;
        };
        match &after[..close] {
            "value" => text.push_str(value.unwrap_or_default()),
            key => match key.parse::<usize>() {
                Ok(index) => text.push_str(details.get(index).copied().unwrap_or_default()),
                Err(_) => text.push_str(&rest[open..open + close + 2]),
            },
        }
        rest = &after[close + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once_and_values_are_never_templates() {
        assert_eq!(fill("{value}: {0}, {1}", Some("{0}"), &["a"]), "{0}: a, ");
        assert_eq!(fill("{other} {", None, &[]), "{other} {");
    }
}

//! What went wrong, told in the language of the person, and the exit code for it.
//!
//! Rooms return errors that know values and no language. [`Trouble`] adds what the shell was about to do, as
//! a phrase in both languages; the chain is put into words once, at the door, by [`told`].

use std::error::Error;
use std::fmt::{self, Display};

use crate::cli::quantity::QuantityError;
use crate::cli::travel::NoRegionFile;
use crate::cli::{INPUT_ERRORS, INTERNAL_ERROR, STORE_UNUSABLE};
use crate::evaluation::{EvaluateError, FamilyError};
use crate::ledger;
use crate::network::{RegionError, TravelError};
use crate::outputs::wording::{Lang, Phrase, error_words, troubles as say};

/// What the shell could not do: a phrase with its values, and what stood behind it.
#[derive(Debug)]
pub(crate) struct Trouble {
    phrase: Phrase,
    values: Vec<String>,
    cause: Option<anyhow::Error>,
}

impl Trouble {
    /// A trouble of its own.
    pub(crate) fn new(phrase: Phrase, values: &[&dyn Display]) -> Self {
        Self { phrase, values: values.iter().map(ToString::to_string).collect(), cause: None }
    }

    fn words(&self, lang: Lang) -> String {
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        self.phrase.with(lang, &values)
    }
}

impl Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl Error for Trouble {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(AsRef::as_ref)
    }
}

/// Says what was being done when something failed.
pub(crate) trait Say<T> {
    /// The same value, or a [`Trouble`] with the failure behind it.
    fn say(self, phrase: Phrase, values: &[&dyn Display]) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> Say<T> for Result<T, E> {
    fn say(self, phrase: Phrase, values: &[&dyn Display]) -> anyhow::Result<T> {
        self.map_err(|error| {
            Trouble { cause: Some(error.into()), ..Trouble::new(phrase, values) }.into()
        })
    }
}

impl<T> Say<T> for Option<T> {
    fn say(self, phrase: Phrase, values: &[&dyn Display]) -> anyhow::Result<T> {
        self.ok_or_else(|| Trouble::new(phrase, values).into())
    }
}

/// The whole chain in one line, outermost first.
pub(crate) fn told(lang: Lang, error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for link in error.chain() {
        let known = words_of(lang, link);
        let is_last = known.is_some() && !link.is::<Trouble>();
        let part = known.unwrap_or_else(|| link.to_string());
        // Libraries often print their cause within their own message.
        if parts.last().is_none_or(|before| !before.contains(&part)) {
            parts.push(part);
        }
        if is_last {
            break;
        }
    }
    parts.join(": ")
}

/// One error in words, without what stands behind it.
pub(crate) fn error_text(lang: Lang, error: &(dyn Error + 'static)) -> String {
    words_of(lang, error).unwrap_or_else(|| error.to_string())
}

fn words_of(lang: Lang, error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(trouble) = error.downcast_ref::<Trouble>() {
        return Some(trouble.words(lang));
    }
    if let Some(error) = error.downcast_ref::<QuantityError>() {
        return Some(match error {
            QuantityError::Duration(_) => say::NO_DURATION.of(lang).to_owned(),
            QuantityError::Rounding(_) => say::NO_ROUNDING.of(lang).to_owned(),
            QuantityError::Box(_) => say::BOX_FORM.of(lang).to_owned(),
            QuantityError::Place(_) => say::PLACE_FORM.of(lang).to_owned(),
        });
    }
    if let Some(error) = error.downcast_ref::<FamilyError>() {
        return Some(match error {
            FamilyError::Table { path, source } => {
                say::FAMILY_TABLE.with(lang, &[path, &source.to_string()])
            }
            FamilyError::Column { path, column, found } => {
                say::FAMILY_COLUMN.with(lang, &[path, column, found])
            }
            FamilyError::Value { path, line, value } => {
                say::FAMILY_VALUE.with(lang, &[path, &line.to_string(), value])
            }
        });
    }
    if let Some(NoRegionFile { path, cause }) = error.downcast_ref() {
        return Some(say::NO_REGION.with(lang, &[path, &error_text(lang, cause)]));
    }
    if let Some(EvaluateError::Column(column)) = error.downcast_ref() {
        return Some(say::KNOWN_ADDRESSES_COLUMN.with(lang, &[column]));
    }
    if let Some(error) = error.downcast_ref::<toml::de::Error>() {
        return Some(toml_words(lang, &error.to_string()));
    }
    error_words(lang, error)
}

/// The message of the TOML reader: its place, and what it says most often, in our words.
fn toml_words(lang: Lang, message: &str) -> String {
    if lang == Lang::En {
        return message.trim_end().to_owned();
    }
    let replaced = [
        ("TOML parse error at line ", "sai ở dòng "),
        (", column ", ", cột "),
        ("missing field ", "thiếu mục "),
        ("unknown field ", "không có mục "),
        (", expected one of ", ", các mục dùng được: "),
        (", expected ", ", cần "),
        ("invalid type: ", "sai kiểu: "),
        ("duplicate key", "mục ghi hai lần"),
    ];
    let text = message.trim_end().to_owned();
    replaced.iter().fold(text, |text, (english, vietnamese)| text.replace(english, vietnamese))
}

/// A fault of the program itself ends differently from a fault of what it was given.
pub(crate) fn exit_code(error: &anyhow::Error) -> u8 {
    let is_ours = |link: &(dyn Error + 'static)| {
        let planning = link.downcast_ref::<crate::planning::Error>();
        let outputs = link.downcast_ref::<crate::outputs::Error>();
        matches!(planning, Some(crate::planning::Error::Broken { .. }))
            || matches!(
                outputs,
                Some(
                    crate::outputs::Error::Typeset { .. } | crate::outputs::Error::Workbook { .. }
                )
            )
    };
    if error.chain().any(is_ours) {
        INTERNAL_ERROR
    } else if error.chain().any(is_of_store) {
        STORE_UNUSABLE
    } else {
        INPUT_ERRORS
    }
}

/// Whether a file that the program keeps itself is missing or damaged: a region, the depot's database.
fn is_of_store(link: &(dyn Error + 'static)) -> bool {
    let planning = link.downcast_ref::<crate::planning::Error>();
    link.is::<ledger::Error>()
        || link.is::<NoRegionFile>()
        || link.is::<RegionError>()
        || matches!(planning, Some(crate::planning::Error::Travel(TravelError::Region(_))))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn the_whole_chain_speaks_one_language() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        let result: Result<(), _> = Err(missing);
        let error = result.say(say::CANNOT_READ, &[&"a.toml"]).unwrap_err();
        let error = Err::<(), _>(error).say(say::IN_FILE, &[&"b"]).unwrap_err();
        assert_eq!(
            told(Lang::Vi, &error),
            "trong b: không đọc được a.toml: không có tệp hoặc thư mục này"
        );
        assert!(told(Lang::En, &error).starts_with("in b: cannot read a.toml: "));
    }

    #[test]
    fn a_message_within_a_message_is_told_once() {
        let inner = anyhow::anyhow!("the disk is full");
        let outer = inner.context("cannot write x: the disk is full");
        assert_eq!(told(Lang::En, &outer), "cannot write x: the disk is full");
    }

    #[test]
    fn a_broken_plan_is_our_fault_and_a_missing_file_is_not() {
        let broken = crate::planning::Error::Broken { violations: Vec::new() };
        assert_eq!(exit_code(&broken.into()), INTERNAL_ERROR);
        assert_eq!(exit_code(&io::Error::from(io::ErrorKind::NotFound).into()), INPUT_ERRORS);
    }
}

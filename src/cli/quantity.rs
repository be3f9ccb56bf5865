//! Quantities as people type them on the command line.

use std::time::Duration;

use crate::problem::Rounding;

/// Why a word on the command line is no quantity.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QuantityError {
    /// No duration.
    #[error("`{0}` is not a duration; write a number with ms, s, min or h, such as 30s or 1.5min")]
    Duration(String),
    /// No rounding.
    #[error(
        "`{0}` is not a rounding; write round, floor, ceil, dimacs, exact, or scaled:N with N from 1 to 1000000"
    )]
    Rounding(String),
}

/// Units by suffix, the longer before its own ending; a bare number counts seconds.
const UNITS: [(&str, f64); 7] =
    [("ms", 1e-3), ("min", 60.0), ("sec", 1.0), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("", 1.0)];

/// A year: no search is longer, and moments in time stay representable.
const SECONDS_MAX: f64 = 366.0 * 86_400.0;

/// Reads `30s`, `10min`, `500ms`, `1.5h` or `30`.
///
/// # Errors
/// When the word is something else, negative, or longer than a year.
pub(crate) fn parse_duration(word: &str) -> Result<Duration, QuantityError> {
    let refuse = || QuantityError::Duration(word.to_owned());
    let trimmed = word.trim();
    let (digits, factor) = UNITS
        .iter()
        .find_map(|&(unit, factor)| Some((trimmed.strip_suffix(unit)?, factor)))
        .expect("every word ends with the empty suffix");
    let is_plain = digits.trim_end().chars().all(|c| c.is_ascii_digit() || c == '.');
    let number: f64 = digits.trim_end().parse().map_err(|_| refuse())?;
    let seconds = number * factor;
    if !is_plain || seconds > SECONDS_MAX {
        return Err(refuse());
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Reads `round`, `floor`, `ceil`, `dimacs`, `exact` (thousandths) or `scaled:1000`.
///
/// # Errors
/// When the word is something else.
pub(crate) fn parse_rounding(word: &str) -> Result<Rounding, QuantityError> {
    let refuse = || QuantityError::Rounding(word.to_owned());
    match word {
        "round" => Ok(Rounding::Nearest),
        "floor" => Ok(Rounding::Floor),
        "ceil" => Ok(Rounding::Ceil),
        "dimacs" => Ok(Rounding::Dimacs),
        "exact" => Ok(Rounding::Scaled(1000)),
        _ => {
            let factor = word.strip_prefix("scaled:").ok_or_else(refuse)?;
            let factor: u32 = factor.parse().map_err(|_| refuse())?;
            if !(1..=1_000_000).contains(&factor) {
                return Err(refuse());
            }
            Ok(Rounding::Scaled(factor))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_every_unit() {
        let table = [
            ("30s", 30_000),
            ("10min", 600_000),
            ("500ms", 500),
            ("1.5h", 5_400_000),
            ("2m", 120_000),
            ("7", 7_000),
            ("3 s", 3_000),
            ("0s", 0),
        ];
        for (word, milliseconds) in table {
            assert_eq!(parse_duration(word), Ok(Duration::from_millis(milliseconds)), "{word}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_the_remedy() {
        for word in ["", "s", "-3s", "ten", "3 days", "nan", "inf", "1e3s", "9000000h"] {
            assert_eq!(parse_duration(word), Err(QuantityError::Duration(word.to_owned())));
        }
        let message = parse_duration("ten").unwrap_err().to_string();
        assert!(message.starts_with("`ten`") && message.contains("30s"), "{message}");
    }

    #[test]
    fn roundings_are_read_by_name() {
        assert_eq!(parse_rounding("round"), Ok(Rounding::Nearest));
        assert_eq!(parse_rounding("exact"), Ok(Rounding::Scaled(1000)));
        assert_eq!(parse_rounding("scaled:10"), Ok(Rounding::Scaled(10)));
        for word in ["scaled:0", "scaled:", "scaled:-1", "nearest", ""] {
            assert_eq!(parse_rounding(word), Err(QuantityError::Rounding(word.to_owned())));
        }
    }
}

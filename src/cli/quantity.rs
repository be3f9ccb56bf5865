//! Quantities as people type them on the command line.

use std::time::Duration;

use crate::place::{BoundingBox, LatLon};
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
    /// No box.
    #[error("`{0}` is no box; write south,west,north,east in degrees")]
    Box(String),
    /// No place.
    #[error("`{0}` is no place; write latitude,longitude such as 15.5736,108.474")]
    Place(String),
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

/// Reads `south,west,north,east` in degrees.
///
/// # Errors
/// When the word is something else, off the globe, or empty.
pub(crate) fn parse_box(word: &str) -> Result<BoundingBox, QuantityError> {
    let refuse = || QuantityError::Box(word.to_owned());
    let numbers: Result<Vec<f64>, _> = word.split(',').map(|n| n.trim().parse()).collect();
    let corners: [f64; 4] = numbers.ok().and_then(|n| n.try_into().ok()).ok_or_else(refuse)?;
    box_of(corners).ok_or_else(refuse)
}

/// A box of south, west, north, east; nothing when it is off the globe or empty.
pub(crate) fn box_of([lat_min, lon_min, lat_max, lon_max]: [f64; 4]) -> Option<BoundingBox> {
    let is_ordered = lat_min < lat_max && lon_min < lon_max;
    let is_on_globe = -90.0 <= lat_min && lat_max <= 90.0 && -180.0 <= lon_min && lon_max <= 180.0;
    (is_ordered && is_on_globe).then_some(BoundingBox { lat_min, lon_min, lat_max, lon_max })
}

/// Reads `latitude,longitude` in degrees.
///
/// # Errors
/// When the word is something else, or off the globe.
pub(crate) fn parse_place(word: &str) -> Result<LatLon, QuantityError> {
    let degrees = |text: &str| text.trim().parse().ok();
    let place =
        word.split_once(',').and_then(|(lat, lon)| LatLon::new(degrees(lat)?, degrees(lon)?));
    place.ok_or_else(|| QuantityError::Place(word.to_owned()))
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
    fn boxes_and_places_are_read_in_degrees_and_refused_off_the_globe() {
        let bounds = parse_box("15, 107,16.4,109").unwrap();
        assert_eq!((bounds.lat_min, bounds.lon_max), (15.0, 109.0));
        for word in ["", "15,107,16", "16,107,15,109", "15,107,16,nan", "15,107,91,109"] {
            assert_eq!(parse_box(word), Err(QuantityError::Box(word.to_owned())));
        }
        assert_eq!(parse_place("15.5736, 108.474"), Ok(LatLon::new(15.5736, 108.474).unwrap()));
        for word in ["", "15.5", "x,108", "95,108"] {
            assert_eq!(parse_place(word), Err(QuantityError::Place(word.to_owned())));
        }
    }

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

//! Units of government. A unit is a unit *on a day*: the reform of 1 July 2025 ended districts and
//! joined 10,035 communes into 3,321.

use std::fmt;
use std::str::FromStr;

/// Code of a commune-level unit in the national list: five digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneCode(pub u32);

/// Code of a province-level unit in the national list: two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProvinceCode(pub u8);

/// Why a text is not a unit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a unit code has only digits: five for a commune, two for a province")]
pub struct UnitCodeError;

impl FromStr for CommuneCode {
    type Err = UnitCodeError;

    fn from_str(text: &str) -> Result<Self, UnitCodeError> {
        // A spreadsheet that stored the code as a number has eaten the leading zeros.
        let valid = (1..=5).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        if !valid {
            return Err(UnitCodeError);
        }
        text.parse().map(Self).map_err(|_| UnitCodeError)
    }
}

impl fmt::Display for CommuneCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl fmt::Display for ProvinceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_lost_its_zeros_is_still_read() {
        assert_eq!("4".parse(), Ok(CommuneCode(4)));
        assert_eq!(CommuneCode(4).to_string(), "00004");
        assert_eq!("004x5".parse::<CommuneCode>(), Err(UnitCodeError));
        assert_eq!("123456".parse::<CommuneCode>(), Err(UnitCodeError));
    }
}

//! What is carried: one result of one dossier, in one cover.

use std::fmt;

use jiff::civil::Date;

use crate::finding::Source;
use crate::id::dense_id;
use crate::measure::{Dong, Seconds};
use crate::place::LatLon;
use crate::post::party::{Party, Recipient};

dense_id!(
    /// An item of the day, in the order of intake.
    ItemId
);

/// Why a text is not a valid item code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemCodeError {
    /// Not two letters, eight digits, a check digit and two letters.
    #[error("an item code has 13 characters: two letters, nine digits, two letters")]
    Form,
    /// The ninth digit does not fit the other eight.
    #[error("the check digit is {found}, the other digits ask for {expected}")]
    CheckDigit {
        /// As computed.
        expected: u8,
        /// As written.
        found: u8,
    },
}

/// The code of a postal item (SHBG), as Code 128 on the cover: UPU standard S10.
///
/// Codes that break the standard still exist in practice: they are kept as written and reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemCode(String);

impl ItemCode {
    /// Upper-cases and strips spaces; keeps whatever is left.
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect())
    }

    /// Whether the code obeys S10.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn check(&self) -> Result<(), ItemCodeError> {
        let bytes = self.0.as_bytes();
        let letter = |i: usize| bytes[i].is_ascii_uppercase();
        let well_formed = bytes.len() == 13
            && letter(0)
            && letter(1)
            && bytes[2..11].iter().all(u8::is_ascii_digit)
            && letter(11)
            && letter(12);
        if !well_formed {
            return Err(ItemCodeError::Form);
        }
        let (expected, found) = (Self::check_digit(&bytes[2..10]), bytes[10] - b'0');
        if expected == found { Ok(()) } else { Err(ItemCodeError::CheckDigit { expected, found }) }
    }

    /// The check digit of eight digits: 11 minus the weighted sum modulo 11, where 10 becomes 0 and 11 becomes 5.
    pub fn check_digit(serial: &[u8]) -> u8 {
        const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
        let sum: u32 = serial.iter().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
        match 11 - sum % 11 {
            10 => 0,
            11 => 5,
            digit => digit as u8,
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The code of a dossier: `unit-YYMMDD-serial`, such as `000.00.15.H47-240501-0001`. The key of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DossierCode(String);

impl DossierCode {
    /// Upper-cases and strips spaces; keeps whatever is left.
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect())
    }

    /// Whether the code has the tolerant form of R-IN-2: 1 to 7 blocks of 1 to 4 characters joined by
    /// dots, six digits of a date, 3 to 6 digits of a serial.
    pub fn is_well_formed(&self) -> bool {
        let mut parts = self.0.split('-');
        let (Some(unit), Some(date), Some(serial), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        let block =
            |b: &str| (1..=4).contains(&b.len()) && b.bytes().all(|c| c.is_ascii_alphanumeric());
        let digits = |t: &str| t.bytes().all(|c| c.is_ascii_digit());
        unit.split('.').count() <= 7
            && unit.split('.').all(block)
            && date.len() == 6
            && digits(date)
            && (3..=6).contains(&serial.len())
            && digits(serial)
    }

    /// The date inside the code, when it is one.
    pub fn date(&self) -> Option<Date> {
        let block = self.0.split('-').nth(1)?;
        let number = |range: std::ops::Range<usize>| block.get(range)?.parse::<i8>().ok();
        Date::new(2000 + i16::from(number(0..2)?), number(2..4)?, number(4..6)?).ok()
    }

    /// The last block, which is what a carrier reads aloud.
    pub fn serial(&self) -> &str {
        self.0.rsplit('-').next().unwrap_or(&self.0)
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DossierCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The administrative procedure an item concludes. Drives the handling; its name never leaves the depot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Procedure {
    /// National code, such as `1.004194`.
    pub code: Option<String>,
    /// Name as the agency writes it.
    pub name: Option<String>,
}

/// The paper in the cover, as both sides count it (Circular 17/2017/TT-BTTTT art. 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultPaper {
    /// Name of the result.
    pub name: Option<String>,
    /// Number and symbol of the decision.
    pub number: Option<String>,
    /// Originals (bản chính).
    pub n_originals: u32,
    /// Copies (bản sao).
    pub n_copies: u32,
}

/// The care an item needs at the door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handling {
    /// T: into the addressee's own hand (phát tận tay).
    pub in_person: bool,
    /// U: an authorized person receives; check identity and authorization.
    pub authorized: bool,
    /// G: take back the old original (thu hồi bản gốc).
    pub take_back_original: bool,
    /// The addressee is an organization: office hours, a clerk's stamp.
    pub organization: bool,
    /// K: urgent (khẩn), before other items.
    pub urgent: bool,
    /// Confidential: nothing may show what the cover holds.
    pub confidential: bool,
}

impl Handling {
    /// The letters printed on the carrier's list; P is added when money is due.
    pub fn letters(self, money_due: bool) -> String {
        [
            (self.in_person, 'T'),
            (self.authorized, 'U'),
            (money_due, 'P'),
            (self.take_back_original, 'G'),
            (self.urgent, 'K'),
        ]
        .into_iter()
        .filter_map(|(holds, letter)| holds.then_some(letter))
        .collect()
    }

    /// The care of both, as for two items in one cover.
    pub fn union(self, other: Self) -> Self {
        Self {
            in_person: self.in_person | other.in_person,
            authorized: self.authorized | other.authorized,
            take_back_original: self.take_back_original | other.take_back_original,
            organization: self.organization | other.organization,
            urgent: self.urgent | other.urgent,
            confidential: self.confidential | other.confidential,
        }
    }
}

/// Which procedures need which care: a table of facts, replaceable by the depot.
///
/// Each row holds a procedure code or a folded keyword of its name, and the care it asks for. The first row that matches wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandlingTable {
    /// Exact procedure codes.
    pub by_code: Vec<(String, Handling)>,
    /// Words of the procedure's name, lower case, without accents.
    pub by_keyword: Vec<(String, Handling)>,
}

impl HandlingTable {
    /// The care this procedure asks for. `folded_name` is lower case, without accents.
    pub fn lookup(&self, code: Option<&str>, folded_name: &str) -> Handling {
        let by_code = code.and_then(|code| self.by_code.iter().find(|(key, _)| key == code));
        let by_keyword =
            || self.by_keyword.iter().find(|(key, _)| folded_name.contains(key.as_str()));
        by_code.or_else(by_keyword).map(|(_, handling)| *handling).unwrap_or_default()
    }
}

/// Where an item is to go, as written. Columns, when filled, win over the free line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressText {
    /// The free line (địa chỉ).
    pub line: String,
    /// Column of the commune's name (xã, phường).
    pub commune: Option<String>,
    /// Column of the district's name, from before 1 July 2025.
    pub district: Option<String>,
    /// Column of the province's name.
    pub province: Option<String>,
    /// Column of the commune's code, five digits.
    pub commune_code: Option<String>,
}

/// One postal item: the result of one dossier on its way home.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The key.
    pub dossier: DossierCode,
    /// The code on the cover, when it has one already.
    pub code: Option<ItemCode>,
    /// Name of the one-stop shop that hands the item over (đơn vị trả kết quả).
    pub unit: String,
    /// The agency that decided (cơ quan giải quyết).
    pub agency: Option<String>,
    /// What was asked for.
    pub procedure: Procedure,
    /// What is in the cover.
    pub paper: ResultPaper,
    /// Whose dossier it is (chủ hồ sơ).
    pub owner: Party,
    /// Who receives at the door.
    pub recipient: Recipient,
    /// Where.
    pub address: AddressText,
    /// Given coordinates, when the columns hold any; not yet checked against the commune.
    pub given_place: Option<LatLon>,
    /// Day the dossier was received.
    pub received: Option<Date>,
    /// Day the result was promised for (ngày hẹn trả).
    pub promised: Date,
    /// Day the shop hands the item to the post: starts the postal clock.
    pub handed_over: Date,
    /// Fees collected for the agency (thu hộ).
    pub fee: Dong,
    /// Postage the recipient pays.
    pub postage: Dong,
    /// The care it needs.
    pub handling: Handling,
    /// Hours the recipient asked for (khung giờ): earliest and latest time of day.
    pub hours: Option<(Seconds, Seconds)>,
    /// Day the recipient asked for (hẹn phát); the item waits until then.
    pub appointment: Option<Date>,
    /// The recipient's instruction to the carrier.
    pub note: Option<String>,
    /// File and row it came from.
    pub source: Source,
}

impl Item {
    /// Money to collect at the door.
    pub fn money_due(&self) -> Dong {
        self.fee + self.postage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_follows_upu_s10() {
        // RR 4731 2482 9: 4·8+7·6+3·4+1·2+2·3+4·5+8·9+2·7 = 200; 200 mod 11 = 2; 11 - 2 = 9.
        assert_eq!(ItemCode::check_digit(b"47312482"), 9);
        assert_eq!(ItemCode::new("rr 473124829 vn").check(), Ok(()));
        let error = ItemCodeError::CheckDigit { expected: 9, found: 8 };
        assert_eq!(ItemCode::new("RR473124828VN").check(), Err(error));
        assert_eq!(ItemCode::new("473124829").check(), Err(ItemCodeError::Form));
    }

    #[test]
    fn dossier_codes_are_read_tolerantly() {
        for code in ["000.00.15.H47-240501-0001", "H47.15-240501-0001"] {
            assert!(DossierCode::new(code).is_well_formed(), "{code}");
        }
        for code in ["", "H47-240501", "H47.15-24051-0001", "H47.15-240501-01", "HHHHH-240501-0001"]
        {
            assert!(!DossierCode::new(code).is_well_formed(), "{code}");
        }
        let date = DossierCode::new("H47.15-240501-0001").date();
        assert_eq!(date, Some(jiff::civil::date(2024, 5, 1)));
    }

    #[test]
    fn handling_letters_follow_the_order_of_the_list() {
        let handling =
            Handling { in_person: true, take_back_original: true, ..Handling::default() };
        assert_eq!(handling.letters(true), "TPG");
    }
}

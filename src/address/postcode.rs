//! Postcodes: which former province a number at the end of an address belongs to.
//!
//! A postcode is weak evidence, since any such number looks like one and people copy wrong ones. It supports a commune
//! where nothing else names its province, never speaks against one, and leaves no answer certain by itself.

use std::sync::LazyLock;

use crate::address::matching::{Grade, Mention};
use crate::address::names::Meaning;
use crate::address::normalize::Words;

/// Former provinces by number of digits (five since 2018, six before) and the first two.
static PROVINCES: LazyLock<[[Option<u8>; 100]; 2]> = LazyLock::new(|| {
    let mut provinces = [[None; 100]; 2];
    for row in include_str!("../../data/gazetteer/postcodes.csv").lines().skip(1) {
        let mut cells = row.split(',').map(str::parse::<u8>);
        let (Some(Ok(digits)), Some(Ok(prefix)), Some(Ok(province))) =
            (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        provinces[usize::from(digits == 6)][usize::from(prefix)] = Some(province);
    }
    provinces
});

/// Words that announce a postcode, as folded keys: postcode, postal code, zip; and behind bưu: chính, điện, cục.
const ANNOUNCING: [&str; 4] = ["postcode", "code", "zip", "zipcode"];
const OF_THE_POST: [&str; 3] = ["chinh", "dien", "cuc"];
/// Words that announce a telephone, as folded keys.
const TELEPHONES: [&str; 8] = ["dt", "dd", "sdt", "tel", "phone", "fax", "hotline", "zalo"];
/// The country behind a postcode, as folded keys of its words.
const COUNTRIES: [&[&str]; 4] = [&["viet", "nam"], &["vietnam"], &["vn"], &["vnm"]];

/// Whether a word has the form of a postcode.
pub(crate) fn is_postcode(words: &Words, i: usize) -> bool {
    words.list.get(i).is_some_and(|word| {
        let digits = &words.text[word.start as usize..word.end as usize];
        matches!(digits.len(), 5 | 6) && digits.bytes().all(|c| c.is_ascii_digit())
    })
}

/// The postcode of an address: a number of five or six digits that ends it, but for the country, or is announced.
pub(crate) fn postcode(words: &Words) -> Option<Mention> {
    let last = words.len().checked_sub(1)?;
    let ends = |i: usize| {
        let rest = i + 1..words.len();
        let is_country = |country: &&[&str]| {
            country.len() == rest.len()
                && rest.clone().zip(country.iter()).all(|(i, key)| words.is(i, key))
        };
        i == last || COUNTRIES.iter().any(is_country)
    };
    let stands = |&i: &usize| {
        let before = words.folded(i - 1, i);
        let is_number = before.bytes().all(|c| c.is_ascii_digit());
        let of_the_post = i > 1 && words.is(i - 2, "buu") && OF_THE_POST.contains(&before);
        let is_announced = of_the_post || ANNOUNCING.contains(&before);
        !is_number && !TELEPHONES.contains(&before) && (is_announced || ends(i))
    };
    let i = (1..words.len()).rev().filter(|&i| is_postcode(words, i)).find(stands)?;
    let digits = words.slice(i, i + 1);
    let prefix: usize = digits[..2].parse().ok()?;
    let province = PROVINCES[digits.len() - 5][prefix]?;
    Some(Mention {
        start: i as u16,
        end: i as u16 + 1,
        meaning: Meaning::FormerProvince(province),
        grade: Grade::Folded,
        level: None,
        begins: true,
        ends: true,
        office: false,
        at_house: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::normalize::words;

    fn province(text: &str) -> Option<u8> {
        match postcode(&words(text))?.meaning {
            Meaning::FormerProvince(code) => Some(code),
            _ => None,
        }
    }

    #[test]
    fn five_digits_are_of_2018_and_six_of_before() {
        assert_eq!(province("12 Trần Phú, 51000"), Some(49), "Quảng Nam");
        assert_eq!(province("12 Trần Phú, 510000"), Some(44), "Quảng Bình");
        assert_eq!(province("12 Trần Phú, 560000, Việt Nam"), Some(49));
        assert_eq!(province("Trà My 01123 Vietnam"), Some(22), "a leading zero counts");
        assert_eq!(province("mã bưu chính: 52345; giao giờ hành chính"), Some(49));
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "51000",
            "51000 Trần Phú",
            "ĐT 852456",
            "0235 852456",
            "12345 Trần Phú, Đà Nẵng",
            "Trần Phú 5100",
            "Trần Phú 5100000",
            "58000 không có tỉnh nào, 58000",
            "trung tâm hành chính 51000, Đà Nẵng",
        ] {
            assert_eq!(province(text), None, "{text}");
        }
    }

    #[test]
    fn the_table_agrees_with_the_public_list() {
        let list = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/data/postcodes_province_2018.csv");
        let Ok(text) = std::fs::read_to_string(&list) else {
            println!("skipped: the public list of postcodes is not here");
            return;
        };
        let mut n = 0;
        for row in text.lines().skip(1) {
            let mut cells = row.split(',');
            let (code, expected) = (cells.next().unwrap(), cells.next().unwrap());
            assert_eq!(province(&format!("xã A, {code}")), expected.parse().ok(), "{row}");
            n += 1;
        }
        assert!(n > 60, "{n} rows");
    }
}

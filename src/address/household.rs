//! Words that say whose home a place is. People find a house by its owner ("gần nhà anh Tư"); a depot's memory
//! holds no person's name and no telephone.
//!
//! A doubtful case counts as a name: what is lost is one landmark, not a secret.

use std::ops::ControlFlow;

/// Words before a person's name, in lower case.
const TITLES: [&str; 15] = [
    "ông", "bà", "anh", "chị", "cô", "chú", "bác", "dì", "cậu", "mợ", "thím", "dượng", "cụ",
    "thầy", "em",
];
/// Of them, those that begin names of streets and may stand without a home: Ông Ích Khiêm, Bà Triệu, Bác Ái.
const OF_STREETS: [&str; 5] = ["ông", "bà", "cô", "thầy", "bác"];
/// Titles as written without accents, where they cannot be told from parts of names: only after a home.
const BARE_TITLES: [&str; 13] =
    ["ong", "ba", "anh", "chi", "co", "chu", "bac", "di", "cau", "cu", "thay", "em", "duong"];
/// Last words for a home or a small shop, which is called by its owner: nhà, quán, tạp hóa, cà phê, sửa xe.
const HOMES: [&str; 14] = [
    "nhà", "quán", "tiệm", "hóa", "hoá", "sạp", "trọ", "shop", "phê", "phở", "bún", "xe", "tóc",
    "may",
];
/// What follows `nhà` where it is no home of somebody: nhà văn hóa, nhà thờ, nhà cổng xanh, nhà số 5.
const AFTER_HOUSE: [&str; 41] = [
    "văn",
    "thờ",
    "máy",
    "trẻ",
    "hàng",
    "ga",
    "xe",
    "sách",
    "thuốc",
    "trường",
    "khách",
    "nghỉ",
    "hát",
    "thi",
    "thể",
    "bia",
    "rông",
    "sinh",
    "cổng",
    "số",
    "màu",
    "mái",
    "tầng",
    "ngói",
    "cấp",
    "cao",
    "góc",
    "mặt",
    "truyền",
    "tang",
    "lưu",
    "tưởng",
    "trưng",
    "đèn",
    "điều",
    "họp",
    "cộng",
    "làng",
    "nguyện",
    "kho",
    "gần",
];
/// So many digits in a row, spaces and dots between them, are a telephone.
const PHONE_DIGITS: usize = 9;

/// Whether the words of a place say whose it is, or hold a telephone.
pub(crate) fn names_a_person(words: &str) -> bool {
    let lower = words.to_lowercase();
    let list: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    holds_a_phone(&lower) || (0..list.len()).any(|at| begins_a_name(&list, at))
}

/// Whether the words from one on say whose home it is.
fn begins_a_name(list: &[&str], at: usize) -> bool {
    let Some(&next) = list.get(at + 1) else { return false };
    let word = list[at];
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    if is_number(next) {
        return false;
    }
    let has_owner = list.get(at + 2).is_some();
    if HOMES.contains(&word) {
        let titled = TITLES.contains(&next) || BARE_TITLES.contains(&next) && has_owner;
        return titled || word == "nhà" && !AFTER_HOUSE.contains(&next);
    }
    if word == "nha" {
        return BARE_TITLES.contains(&next) && has_owner;
    }
    // A title without a home: at the start of the words, or after a word of place.
    let begins = at == 0 || matches!(list[at - 1], "gần" | "cạnh" | "diện" | "lưng" | "sau");
    begins && TITLES.contains(&word) && !(at == 0 && OF_STREETS.contains(&word))
}

fn holds_a_phone(words: &str) -> bool {
    let counted = words.chars().try_fold(0, |n, c| match c {
        '0'..='9' if n + 1 == PHONE_DIGITS => ControlFlow::Break(()),
        '0'..='9' => ControlFlow::Continue(n + 1),
        ' ' | '.' | '-' => ControlFlow::Continue(n),
        _ => ControlFlow::Continue(0),
    });
    counted.is_break()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_called_by_its_owner_is_a_name() {
        for words in [
            "nhà anh Tư",
            "gần nhà bà Ba",
            "Nhà Ông Nguyễn Văn Thí Dụ",
            "nha anh Tu",
            "đối diện nhà Tư Lùn",
            "quán cô Lan",
            "tạp hóa chú Sáu",
            "cạnh thầy Minh",
            "anh Hùng xe ôm",
            "12 nhà chị Hoa",
            "gần chợ, 0905 123 456",
            "cổng xanh 0905.123.456",
        ] {
            assert!(names_a_person(words), "{words}");
        }
    }

    #[test]
    fn public_places_streets_and_doors_are_no_names() {
        for words in [
            "đối diện chợ Bà Hoa",
            "cầu Ông Bộ",
            "gần chùa Bà",
            "Ông Ích Khiêm",
            "46 Bà Huyện Thanh Quan",
            "Bà Triệu",
            "Bác Ái",
            "12 Lê Anh Xuân",
            "Cô Giang",
            "Đào Duy Anh",
            "Chu Văn An",
            "gần nhà văn hóa thôn 3",
            "nhà thờ An Hải",
            "nhà số 5",
            "nhà cổng xanh",
            "Nha Trang",
            "gần UBND xã",
            "K356/12 Hoàng Diệu",
            "tổ 5, khối phố An Hà",
            "2 Tháng 9",
            "1806/127/2/6/15 Trần Cao Vân",
            "nhà",
        ] {
            assert!(!names_a_person(words), "{words}");
        }
    }
}

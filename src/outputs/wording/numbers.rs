//! Counts and money in words, as papers ask for them.

use crate::measure::Dong;
use crate::outputs::wording::Lang;

const DIGITS_VI: [&str; 10] =
    ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const SMALL_EN: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS_EN: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The number in words, all lower case.
pub fn in_words(lang: Lang, n: u64) -> String {
    if n == 0 {
        return match lang {
            Lang::Vi => DIGITS_VI[0].to_owned(),
            Lang::En => SMALL_EN[0].to_owned(),
        };
    }
    match lang {
        Lang::Vi => vietnamese(n),
        Lang::En => english(n),
    }
}

/// An amount of money in words, as signed for: `một trăm hai mươi nghìn đồng`.
pub fn money_in_words(lang: Lang, amount: Dong) -> String {
    let sign = match (amount.value() < 0, lang) {
        (false, _) => "",
        (true, Lang::Vi) => "âm ",
        (true, Lang::En) => "minus ",
    };
    format!("{sign}{} đồng", in_words(lang, amount.value().unsigned_abs()))
}

/// The groups of three digits below a milliard that are not zero, highest first: value, scale, and whether a
/// higher group was said.
fn groups(n: u64, scales: [&'static str; 3]) -> Vec<(u64, &'static str, bool)> {
    [(1_000_000, scales[0]), (1000, scales[1]), (1, scales[2])]
        .into_iter()
        .map(|(unit, scale)| (n / unit % 1000, scale, n / unit >= 1000))
        .filter(|(value, _, _)| *value > 0)
        .collect()
}

fn vietnamese(n: u64) -> String {
    let mut words: Vec<String> = Vec::new();
    // A milliard is tỷ; above it the scales repeat before tỷ, so the head is read as a number of its own.
    let milliards = n / 1_000_000_000;
    if milliards > 0 {
        words.push(vietnamese(milliards));
        words.push("tỷ".to_owned());
    }
    for (value, scale, has_head) in groups(n, ["triệu", "nghìn", ""]) {
        words.push(three_vietnamese(value as usize, has_head || milliards > 0));
        if !scale.is_empty() {
            words.push(scale.to_owned());
        }
    }
    words.join(" ")
}

/// Three digits; after a higher group the hundreds are said even when zero: `một nghìn không trăm linh năm`.
fn three_vietnamese(value: usize, has_head: bool) -> String {
    let (hundreds, tens, ones) = (value / 100, value / 10 % 10, value % 10);
    let mut words = Vec::new();
    if hundreds > 0 || has_head {
        words.extend([DIGITS_VI[hundreds], "trăm"]);
    }
    match tens {
        0 if ones > 0 && !words.is_empty() => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([DIGITS_VI[tens], "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(DIGITS_VI[ones]),
    }
    words.join(" ")
}

fn english(n: u64) -> String {
    let mut words: Vec<String> = Vec::new();
    let milliards = n / 1_000_000_000;
    if milliards > 0 {
        words.push(english(milliards));
        words.push("billion".to_owned());
    }
    for (value, scale, _) in groups(n, ["million", "thousand", ""]) {
        words.push(three_english(value as usize));
        if !scale.is_empty() {
            words.push(scale.to_owned());
        }
    }
    words.join(" ")
}

fn three_english(value: usize) -> String {
    let mut words = Vec::new();
    if value >= 100 {
        words.push(format!("{} hundred", SMALL_EN[value / 100]));
    }
    let rest = value % 100;
    match rest {
        0 => {}
        1..20 => words.push(SMALL_EN[rest].to_owned()),
        _ if rest.is_multiple_of(10) => words.push(TENS_EN[rest / 10].to_owned()),
        _ => words.push(format!("{}-{}", TENS_EN[rest / 10], SMALL_EN[rest % 10])),
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_a_vietnamese_clerk_reads_them() {
        for (n, words) in [
            (0, "không"),
            (5, "năm"),
            (10, "mười"),
            (11, "mười một"),
            (14, "mười bốn"),
            (15, "mười lăm"),
            (21, "hai mươi mốt"),
            (24, "hai mươi tư"),
            (25, "hai mươi lăm"),
            (55, "năm mươi lăm"),
            (100, "một trăm"),
            (101, "một trăm linh một"),
            (105, "một trăm linh năm"),
            (111, "một trăm mười một"),
            (115, "một trăm mười lăm"),
            (1000, "một nghìn"),
            (1005, "một nghìn không trăm linh năm"),
            (30_000, "ba mươi nghìn"),
            (120_500, "một trăm hai mươi nghìn năm trăm"),
            (2_000_015, "hai triệu không trăm mười lăm"),
            (1_000_000_000, "một tỷ"),
            (1_000_001_000, "một tỷ không trăm linh một nghìn"),
        ] {
            assert_eq!(in_words(Lang::Vi, n), words, "{n}");
        }
    }

    #[test]
    fn numbers_are_read_in_english() {
        assert_eq!(in_words(Lang::En, 0), "zero");
        assert_eq!(
            in_words(Lang::En, 1_342_019),
            "one million three hundred forty-two thousand nineteen"
        );
    }

    #[test]
    fn money_in_words_names_the_currency() {
        assert_eq!(money_in_words(Lang::Vi, Dong(35_000)), "ba mươi lăm nghìn đồng");
        assert_eq!(money_in_words(Lang::Vi, Dong(-1)), "âm một đồng");
    }
}

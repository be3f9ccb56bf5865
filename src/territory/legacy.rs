//! Vietnamese text typed for the fonts of before Unicode, or decoded by the wrong table.
//!
//! Old files were typed for TCVN3 (ABC) or VNI fonts: their bytes, read as Western text, look like `§µ N½ng` or
//! `Ñaø Naüng`. Other files are UTF-8 or Windows-1258 read as Western text: `ÄÃ  Náºµng`. Nothing in the
//! bytes says which. A text is read in each way, and the reading wins under which the most words are syllables of
//! Vietnamese; a text without foreign letters is not touched.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{WINDOWS_1252, WINDOWS_1258};
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::territory::spelling::for_each_apart;

/// The characters of TCVN 5712 from 0xA1 on, in order of their bytes. Its 0x80 to 0x9F were never in the fonts.
const TCVN3: &str = "ĂÂÊÔƠƯĐăâêôơưđẰ\u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ";

/// Letters of Vietnamese and how they are typed for a VNI font.
const VNI_LETTERS: [(char, &str); 65] = [
    ('à', "aø"),
    ('á', "aù"),
    ('ả', "aû"),
    ('ã', "aõ"),
    ('ạ', "aï"),
    ('è', "eø"),
    ('é', "eù"),
    ('ẻ', "eû"),
    ('ẽ', "eõ"),
    ('ẹ', "eï"),
    ('ò', "oø"),
    ('ó', "où"),
    ('ỏ', "oû"),
    ('õ', "oõ"),
    ('ọ', "oï"),
    ('ù', "uø"),
    ('ú', "uù"),
    ('ủ', "uû"),
    ('ũ', "uõ"),
    ('ụ', "uï"),
    ('ỳ', "yø"),
    ('ý', "yù"),
    ('ỷ', "yû"),
    ('ỹ', "yõ"),
    ('â', "aâ"),
    ('ấ', "aá"),
    ('ầ', "aà"),
    ('ẩ', "aå"),
    ('ẫ', "aã"),
    ('ậ', "aä"),
    ('ê', "eâ"),
    ('ế', "eá"),
    ('ề', "eà"),
    ('ể', "eå"),
    ('ễ', "eã"),
    ('ệ', "eä"),
    ('ô', "oâ"),
    ('ố', "oá"),
    ('ồ', "oà"),
    ('ổ', "oå"),
    ('ỗ', "oã"),
    ('ộ', "oä"),
    ('ă', "aê"),
    ('ắ', "aé"),
    ('ằ', "aè"),
    ('ẳ', "aú"),
    ('ẵ', "aü"),
    ('ặ', "aë"),
    ('ờ', "ôø"),
    ('ớ', "ôù"),
    ('ở', "ôû"),
    ('ỡ', "ôõ"),
    ('ợ', "ôï"),
    ('ơ', "ô"),
    ('ừ', "öø"),
    ('ứ', "öù"),
    ('ử', "öû"),
    ('ữ', "öõ"),
    ('ự', "öï"),
    ('ư', "ö"),
    ('đ', "ñ"),
    ('ỉ', "æ"),
    ('ĩ', "ó"),
    ('ị', "ò"),
    ('ỵ', "î"),
];

/// The two tables, ready to be looked up.
struct Letters {
    /// By byte, from 0xA1 on.
    tcvn3: Vec<char>,
    /// By the one or two letters typed, in lower case.
    vni: FxHashMap<(char, Option<char>), char>,
}

static LETTERS: LazyLock<Letters> = LazyLock::new(|| {
    let typed = |typed: &str| {
        let mut chars = typed.chars();
        (chars.next().unwrap_or_default(), chars.next())
    };
    Letters {
        tcvn3: TCVN3.chars().collect(),
        vni: VNI_LETTERS.iter().map(|&(letter, keys)| (typed(keys), letter)).collect(),
    }
});

/// Two words must become readable before a text is changed.
const GAIN_MIN: i32 = 2;

/// The Western letters that Vietnamese has too.
const SHARED: &str = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý";

/// The text as its writer meant it; itself when it is proper already.
pub fn restore(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_foreign) || text.chars().any(is_modern) {
        return Cow::Borrowed(text);
    }
    // One word may look like a syllable by chance.
    let mut best = (n_syllables(text) + GAIN_MIN, None);
    let readings = [
        Some(from_tcvn3(text)),
        Some(from_vni(text)),
        from_western(text, utf8),
        from_western(text, windows_1258),
    ];
    for reading in readings.into_iter().flatten() {
        let n = n_syllables(&reading);
        if best.0 < n {
            best = (n, Some(reading));
        }
    }
    best.1.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A character of the Western table that no Vietnamese text holds.
fn is_foreign(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{ff}') && !SHARED.contains(c)
}

/// A letter of Vietnamese that the Western table lacks: whoever wrote it needed no old font.
fn is_modern(c: char) -> bool {
    matches!(c, 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | 'Ạ'..='ỹ')
}

/// Words with an accent that are syllables, less those that are none.
fn n_syllables(text: &str) -> i32 {
    text.split(|c: char| {
        c.is_whitespace() && c != '\u{a0}' || c.is_ascii_punctuation() || c.is_ascii_digit()
    })
    .filter(|word| !word.is_ascii())
    .map(|word| if is_syllable(word) { 1 } else { -1 })
    .sum()
}

const ONSETS: [&str; 28] = [
    "ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch", "b", "c", "d", "đ", "g",
    "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];
/// The vowels of a syllable, without accents.
const NUCLEI: [&str; 43] = [
    "a", "e", "i", "o", "u", "y", "ai", "ao", "au", "ay", "eo", "eu", "ia", "ie", "iu", "oa", "oe",
    "oi", "oo", "ua", "ue", "ui", "uo", "uu", "uy", "ye", "ieu", "oai", "oao", "oay", "oeo", "uai",
    "uao", "uau", "uay", "ueu", "uoi", "uou", "uya", "uye", "uyu", "yeu", "oau",
];
const CODAS: [&str; 9] = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"];

/// Whether a word is built as a Vietnamese syllable: onset, vowels, coda, at most one tone.
fn is_syllable(word: &str) -> bool {
    let (mut letters, mut n_tones, mut before, mut fits) = (String::new(), 0, ' ', true);
    for_each_apart(word, |c| match c {
        '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => n_tones += 1,
        '\u{302}' => fits &= matches!(before, 'a' | 'e' | 'o'),
        '\u{306}' => fits &= before == 'a',
        '\u{31b}' => fits &= matches!(before, 'o' | 'u'),
        'a'..='z' | 'đ' => {
            letters.push(c);
            before = c;
        }
        _ => fits = false,
    });
    let is_built = |rest: &str| {
        let coda = rest.trim_start_matches(['a', 'e', 'i', 'o', 'u', 'y']);
        CODAS.contains(&coda) && NUCLEI.contains(&&rest[..rest.len() - coda.len()])
    };
    fits && n_tones <= 1
        && ONSETS.iter().filter_map(|onset| letters.strip_prefix(onset)).any(is_built)
}

fn from_tcvn3(text: &str) -> String {
    let letters = &LETTERS.tcvn3;
    let meant = |c: char| (c as usize).checked_sub(0xa1).and_then(|at| letters.get(at)).copied();
    text.chars().map(|c| meant(c).unwrap_or(c)).nfc().collect()
}

/// The text as typed for a TCVN3 font and read as Western text. The fonts have few accented capitals; small letters
/// stand for the others.
pub fn to_tcvn3(text: &str) -> String {
    let position = |c: char| TCVN3.chars().position(|known| known == c);
    text.nfc()
        .map(|c| {
            let small = c.to_lowercase().next().unwrap_or(c);
            match position(c).or_else(|| position(small).filter(|_| !c.is_ascii())) {
                Some(i) => char::from(0xa1 + i as u8),
                None => c,
            }
        })
        .collect()
}

/// The text as typed for a VNI font and read as Western text.
pub fn to_vni(text: &str) -> String {
    let mut typed = String::with_capacity(text.len() * 2);
    for c in text.nfc() {
        let small = c.to_lowercase().next().unwrap_or(c);
        let found =
            VNI_LETTERS.iter().find_map(|&(letter, typed)| (letter == small).then_some(typed));
        match found {
            Some(letters) if c != small => typed.push_str(&letters.to_uppercase()),
            Some(letters) => typed.push_str(letters),
            None => typed.push(c),
        }
    }
    typed
}

/// In VNI a letter is followed by a letter that stands for its marks: `aø` is à, `aá` is ấ.
fn from_vni(text: &str) -> String {
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    let mut meant = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().map(|c| lower(*c)).filter(|next| !next.is_ascii());
        let pair = next.and_then(|next| LETTERS.vni.get(&(lower(c), Some(next))));
        if pair.is_some() {
            chars.next();
        }
        match pair.or_else(|| LETTERS.vni.get(&(lower(c), None))) {
            Some(letter) if c.is_uppercase() => meant.extend(letter.to_uppercase()),
            Some(letter) => meant.push(*letter),
            None => meant.push(c),
        }
    }
    meant
}

/// The bytes that a Western reading had, read anew.
fn from_western(text: &str, read: fn(&[u8]) -> Option<String>) -> Option<String> {
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable { None } else { read(&bytes) }
}

fn utf8(bytes: &[u8]) -> Option<String> {
    Some(std::str::from_utf8(bytes).ok()?.nfc().collect())
}

fn windows_1258(bytes: &[u8]) -> Option<String> {
    let text = WINDOWS_1258.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: [&str; 6] = [
        "Thành phố Đà Nẵng",
        "xã Tiên Phước, tỉnh Quảng Nam",
        "phường Hòa Khánh, quận Liên Chiểu",
        "thôn Phước Mỹ, xã Đại Lãnh, huyện Đại Lộc",
        "tổ 7, thị trấn Ái Nghĩa, ngõ 5 đường Nguyễn Huệ",
        "khối phố Sơn Phô 2, Cẩm Châu, Hội An",
    ];

    #[test]
    fn text_of_old_fonts_is_restored() {
        assert_eq!(restore("TØnh Qu¶ng Nam, §µ N½ng"), "Tỉnh Quảng Nam, Đà Nẵng");
        assert_eq!(restore("phöôøng Hoøa Khaùnh, Ñaø Naüng"), "phường Hòa Khánh, Đà Nẵng");
        assert_eq!(restore("QUAÄN HAÛI CHAÂU"), "QUẬN HẢI CHÂU");
    }

    #[test]
    fn text_of_a_wrong_decoder_is_restored() {
        for place in PLACES {
            let (western, ..) = WINDOWS_1252.decode(place.as_bytes());
            assert_eq!(restore(&western), place, "{western}");
        }
    }

    #[test]
    fn windows_1258_read_as_western_text_is_restored() {
        // Its tones are characters of their own, behind the vowel.
        let western = "phýõÌng HaÒi Châu, thaÌnh phôì Ðà NãÞng";
        assert_eq!(restore(western), "phường Hải Châu, thành phố Đà Nẵng");
    }

    #[test]
    fn letters_typed_for_old_fonts_lead_back_to_themselves() {
        for place in PLACES {
            let typed = to_tcvn3(place);
            // The fonts have capitals without tones only.
            assert_eq!(restore(&typed), place.replace('Á', "á"), "{typed}");
            let typed = to_vni(place);
            assert_eq!(restore(&typed), place, "{typed}");
        }
    }

    #[test]
    fn proper_text_stays_as_it_is() {
        for text in PLACES.into_iter().chain([
            "Hoà Vang, Thuỷ, oà uá",
            "12 «Hùng Vương» số º",
            "München, Ünsal",
        ]) {
            assert_eq!(restore(text), text);
        }
    }

    #[test]
    fn syllables_are_told_from_other_words() {
        for word in ["Quảng", "nghiêng", "gì", "Đà", "ươi", "yên", "khuya"] {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["Ñaø", "Náºµng", "hoáán", "brừ", "ß"] {
            assert!(!is_syllable(word), "{word}");
        }
    }
}

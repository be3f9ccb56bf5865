//! What happens to an address between a head and a file: lost accents, wrong letters, forgotten spaces, old fonts.

use encoding_rs::{WINDOWS_1252, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization;

use crate::rng::Rng;
use crate::territory::legacy;

/// Without accents, letter case kept.
pub(super) fn unaccented(text: &str) -> String {
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    text.nfd()
        .filter(|c| !is_mark(c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            _ => c,
        })
        .collect()
}

/// As files from a Mac.
pub(super) fn decomposed(text: &str) -> String {
    text.nfd().collect()
}

/// Hoà for Hòa, Thuỷ for Thủy.
pub(super) fn old_tones(text: &str) -> String {
    const PAIRS: [(&str, &str); 10] = [
        ("òa", "oà"),
        ("óa", "oá"),
        ("ỏa", "oả"),
        ("ọa", "oạ"),
        ("úy", "uý"),
        ("ùy", "uỳ"),
        ("ủy", "uỷ"),
        ("ũy", "uỹ"),
        ("ụy", "uỵ"),
        ("òe", "oè"),
    ];
    PAIRS.iter().fold(text.nfc().collect(), |text: String, (new, old)| text.replace(new, old))
}

/// One letter of the name dropped, doubled, swapped or replaced, or one accent wrong.
pub(super) fn mistyped(rng: &mut Rng, unit: &str) -> String {
    let mut letters: Vec<char> = unit.nfc().collect();
    // The level word is seldom what goes wrong.
    let first = letters.iter().position(|c| *c == ' ').map_or(0, |at| at + 1);
    let places: Vec<usize> =
        (first..letters.len()).filter(|&i| letters[i].is_alphabetic()).collect();
    if places.len() < 4 {
        return unit.to_owned();
    }
    let at = places[1 + rng.index(places.len() - 2)];
    match rng.below(5) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 if letters[at - 1].is_alphabetic() => letters.swap(at - 1, at),
        3 => letters[at] = other_accent(rng, letters[at]),
        _ => letters[at] = neighbor(rng, letters[at]),
    }
    letters.into_iter().collect()
}

fn other_accent(rng: &mut Rng, c: char) -> char {
    const KIN: [&str; 6] = ["aáàảãạăâ", "eéèẻẽẹê", "iíìỉĩị", "oóòỏõọôơ", "uúùủũụư", "dđ"];
    let bare = unaccented(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c);
    let kin = KIN.iter().find(|kin| kin.starts_with(bare.to_ascii_lowercase()));
    kin.map_or(c, |kin| {
        let others: Vec<char> = kin.chars().collect();
        others[rng.index(others.len())]
    })
}

/// A letter beside this one on the keyboard.
fn neighbor(rng: &mut Rng, c: char) -> char {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let bare = unaccented(c.encode_utf8(&mut [0; 4])).to_ascii_lowercase();
    for row in ROWS {
        if let Some(i) = row.find(bare.as_str()) {
            let beside = if rng.chance(0.5) { i + 1 } else { i.wrapping_sub(1) };
            return row.chars().nth(beside).unwrap_or(c);
        }
    }
    c
}

/// As a scanner misreads: letters lost or mistaken, spaces and commas lost, stray marks.
pub(super) fn scanned(rng: &mut Rng, text: &str) -> String {
    let rate = 0.01 + 0.04 * rng.unit();
    let mut read = String::with_capacity(text.len() + 8);
    for c in text.nfc() {
        if !rng.chance(rate) {
            read.push(c);
            continue;
        }
        match (c, rng.below(4)) {
            (' ' | ',', 0..=1) => {}
            (' ', _) => read.push_str([". ", " - ", "  "][rng.index(3)]),
            (',', _) => read.push(' '),
            (_, 0) => {}
            (_, 1) => read.push(other_accent(rng, c)),
            (_, 2) => read.push_str(&unaccented(c.encode_utf8(&mut [0; 4]))),
            _ => {
                read.push(c);
                read.push(['.', '-', 'l', 'i', '\''][rng.index(5)]);
            }
        }
    }
    read
}

/// Spaces after commas and shortened level words forgotten, sometimes all of them.
pub(super) fn glued(rng: &mut Rng, text: &str) -> String {
    let text: String = text.nfc().collect();
    match rng.below(3) {
        0 => text.replace(", ", ",").replace(". ", "."),
        1 => text.replace(", ", ",").replace(". ", "").replace('.', ""),
        _ => {
            let mut parts = text.split(", ").map(|part| part.replace(' ', ""));
            let first = parts.next().unwrap_or_default();
            parts.fold(first, |text, part| text + "," + &part)
        }
    }
}

/// Typed for the fonts of TCVN3 or VNI, or in the bytes of UTF-8 or Windows-1258, and read as Western text.
pub(super) fn western(rng: &mut Rng, text: &str) -> String {
    let text: String = text.nfc().collect();
    let bytes = match rng.below(4) {
        0 => return legacy::to_tcvn3(&text),
        1 => return legacy::to_vni(&text),
        2 => text.into_bytes(),
        _ => {
            let apart: String = text.chars().flat_map(tone_apart).collect();
            WINDOWS_1258.encode(&apart).0.into_owned()
        }
    };
    WINDOWS_1252.decode(&bytes).0.into_owned()
}

/// A letter with its tone behind it, as Windows-1258 writes it.
fn tone_apart(c: char) -> impl Iterator<Item = char> {
    let is_tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    let apart: Vec<char> = std::iter::once(c).nfd().collect();
    let tone: Vec<char> = apart.iter().copied().filter(is_tone).collect();
    let letter: Vec<char> = apart.into_iter().filter(|c| !is_tone(c)).nfc().collect();
    letter.into_iter().chain(tone)
}

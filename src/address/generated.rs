//! Addresses of known commune, made by chance from the gazetteer: names as they were or are, level words in
//! full, short or not at all, and the noise of hasty hands. They calibrate the resolver and hold its quality.

use crate::rng::Rng;
use crate::territory::{Commune, CommuneCode, Gazetteer, fold_into};

/// How an address was disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noise {
    None,
    /// Level words shortened: P., X., TP.
    Short,
    /// No accents at all.
    Unaccented,
    /// One letter of a name dropped, doubled, swapped or replaced.
    Letter,
    /// No space after commas and level words.
    Glued,
}

/// An address and the communes of today it may rightly be resolved to.
pub(crate) struct Generated {
    pub(crate) text: String,
    pub(crate) truth: Vec<CommuneCode>,
}

const STREETS: [&str; 6] =
    ["Hoàng Diệu", "Trần Phú", "Lê Lợi", "Hùng Vương", "Phan Châu Trinh", "Nguyễn Văn Linh"];

/// A former or present address under one kind of noise.
pub(crate) fn generate(rng: &mut Rng, gazetteer: &Gazetteer, noise: Noise) -> Generated {
    let old = rng.chance(0.6);
    let communes: Vec<&Commune> =
        if old { gazetteer.former_communes().collect() } else { gazetteer.communes().collect() };
    let commune = communes[rng.index(communes.len())];
    let truth = match old {
        true => gazetteer.successors(commune.code).to_vec(),
        false => vec![commune.code],
    };
    let mut units = vec![commune.full_name.to_owned()];
    if let Some(district) = commune.district.and_then(|code| gazetteer.district(code)) {
        units.push(district.full_name.to_owned());
    }
    let province = if old {
        gazetteer.former_province(commune.province)
    } else {
        gazetteer.province(commune.province)
    };
    units.extend(province.map(|p| p.full_name.to_owned()));
    if noise == Noise::Letter {
        let at = rng.index(units.len());
        units[at] = misspelled(rng, &units[at]);
    }
    if matches!(noise, Noise::Short | Noise::Glued) {
        units = units.iter().map(|unit| shortened(unit, noise)).collect();
    }
    units.insert(0, below(rng));
    let mut text = units.join(if noise == Noise::Glued { "," } else { ", " });
    if noise == Noise::Unaccented {
        text = unaccented(&text);
    }
    Generated { text, truth }
}

fn below(rng: &mut Rng) -> String {
    let (a, b) = (rng.between(1, 400), rng.between(1, 90));
    let street = STREETS[rng.index(STREETS.len())];
    match rng.below(6) {
        0 => format!("K{a}/{b} {street}"),
        1 => format!("{a} đường {street}"),
        2 => format!("tổ {b}, khối phố {}", rng.between(1, 12)),
        3 => format!("thôn {}", rng.between(1, 12)),
        4 => format!("{a}/{b}/3 {street}"),
        _ => format!("{street}, ĐT 0905 {a} {b}"),
    }
}

fn shortened(unit: &str, noise: Noise) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("Thị trấn ", "TT."),
        ("Phường ", "P."),
        ("Xã ", "X."),
        ("Thành phố ", "TP."),
        ("Thị xã ", "TX."),
        ("Huyện ", "H."),
        ("Quận ", "Q."),
        ("Tỉnh ", "T."),
        ("Đặc khu ", "ĐK."),
    ];
    let space = if noise == Noise::Glued { "" } else { " " };
    WORDS
        .iter()
        .find_map(|(word, short)| {
            unit.strip_prefix(word).map(|name| format!("{short}{space}{name}"))
        })
        .unwrap_or_else(|| unit.to_owned())
}

fn misspelled(rng: &mut Rng, unit: &str) -> String {
    let mut letters: Vec<char> = unit.chars().collect();
    let name_start = letters.iter().rposition(|c| *c == ' ').unwrap_or(0) + 1;
    if letters.len() < name_start + 2 || letters[name_start..].iter().any(char::is_ascii_digit) {
        return unit.to_owned();
    }
    let at = name_start + rng.index(letters.len() - name_start - 1);
    match rng.below(4) {
        0 => drop(letters.remove(at + 1)),
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at + 1] = ['m', 'n', 'a', 'o', 'h'][rng.index(5)],
    }
    letters.into_iter().collect()
}

fn unaccented(text: &str) -> String {
    let word = |word: &str| {
        let mut folded = String::new();
        fold_into(&mut folded, word);
        let has_letters = word.chars().all(char::is_alphabetic);
        if has_letters { folded } else { word.to_owned() }
    };
    text.split(' ')
        .map(|piece| match piece.strip_suffix(',') {
            Some(bare) => word(bare) + ",",
            None => word(piece),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

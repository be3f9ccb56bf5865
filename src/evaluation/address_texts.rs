//! Addresses of known commune, made by chance: gazetteer × ways of writing × noise.
//!
//! They are the ground on which the resolver is trained and tested. The commune is drawn first, half of the time from
//! the two provinces that became Đà Nẵng, then written as it was or is, with a door, hamlet or landmark before it.
//! Streets, hamlets and notes are invented or so common that they belong to no one.

use unicode_normalization::UnicodeNormalization;

use crate::evaluation::address_doors::below;
use crate::evaluation::address_noise::{
    decomposed, glued, mistyped, old_tones, scanned, unaccented, western,
};
use crate::rng::Rng;
use crate::territory::{Commune, CommuneCode, Gazetteer, OldName, ProvinceCode};

/// How an address is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writing {
    /// Level words in full.
    Full,
    /// Level words shortened: P., X., TP.
    Short,
    /// No level words.
    Bare,
    /// Units of both systems in one line.
    Mixed,
    /// Under a name that ended before 2025.
    OldName,
    /// A former commune without its district.
    NoDistrict,
    /// No accents.
    Unaccented,
    /// Tones placed the old way, letters decomposed, y for i.
    Spelling,
    /// A letter or accent wrong in one or two names.
    Mistyped,
    /// As a scanner misreads.
    Scanned,
    /// Spaces forgotten.
    Glued,
    /// Typed for a font of before Unicode, or decoded wrongly.
    Legacy,
    /// English words and order.
    English,
    /// Telephone, notes, post code, country, repeated parts.
    Cluttered,
}

impl Writing {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Full,
        Self::Short,
        Self::Bare,
        Self::Mixed,
        Self::OldName,
        Self::NoDistrict,
        Self::Unaccented,
        Self::Spelling,
        Self::Mistyped,
        Self::Scanned,
        Self::Glued,
        Self::Legacy,
        Self::English,
        Self::Cluttered,
    ];

    /// Its key in files and tables.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Short => "short",
            Self::Bare => "bare",
            Self::Mixed => "mixed",
            Self::OldName => "old_name",
            Self::NoDistrict => "no_district",
            Self::Unaccented => "unaccented",
            Self::Spelling => "spelling",
            Self::Mistyped => "mistyped",
            Self::Scanned => "scanned",
            Self::Glued => "glued",
            Self::Legacy => "legacy",
            Self::English => "english",
            Self::Cluttered => "cluttered",
        }
    }
}

/// An address and the communes of today it may rightly be resolved to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenAddress {
    /// What stands on the envelope.
    pub text: String,
    /// One commune, or the successors of one that was split.
    pub truth: Vec<CommuneCode>,
}

/// A commune with the units above it, as names to be written.
struct Units<'g> {
    /// Commune, district if any, province.
    names: Vec<String>,
    truth: Vec<CommuneCode>,
    commune: &'g Commune,
}

/// Writes addresses. Built once for a gazetteer.
#[derive(Debug)]
pub struct AddressWriter<'g> {
    gazetteer: &'g Gazetteer,
    today: Vec<&'g Commune>,
    former: Vec<&'g Commune>,
    today_near: Vec<&'g Commune>,
    former_near: Vec<&'g Commune>,
    old_names: Vec<OldName>,
}

/// Đà Nẵng and Quảng Nam, which is now a part of it.
const NEAR: [ProvinceCode; 2] = [ProvinceCode(48), ProvinceCode(49)];

impl<'g> AddressWriter<'g> {
    /// A writer of addresses in these units.
    pub fn new(gazetteer: &'g Gazetteer) -> Self {
        let near = |commune: &&Commune| NEAR.contains(&commune.province);
        let old_names = gazetteer.old_names().iter().filter(|old| !old.name.is_empty());
        Self {
            gazetteer,
            today: gazetteer.communes().collect(),
            former: gazetteer.former_communes().collect(),
            today_near: gazetteer.communes().filter(near).collect(),
            former_near: gazetteer.former_communes().filter(near).collect(),
            old_names: old_names.copied().collect(),
        }
    }

    /// One address in this way of writing.
    pub fn write(&self, rng: &mut Rng, writing: Writing) -> WrittenAddress {
        let units = self.units(rng, writing);
        let short_levels = match writing {
            Writing::Short | Writing::Glued => 1.0,
            Writing::Bare | Writing::English => 0.0,
            Writing::Scanned | Writing::Mistyped | Writing::Cluttered => 0.4,
            _ => 0.1,
        };
        let mut names = units.names;
        match writing {
            Writing::Bare => names = names.iter().map(|name| bare(name).to_owned()).collect(),
            Writing::English => names = names.iter().map(|name| english(name)).collect(),
            Writing::Mistyped => {
                let at = rng.index(names.len());
                names[at] = mistyped(rng, &names[at]);
                if rng.chance(0.2) {
                    names[0] = mistyped(rng, &names[0]);
                }
            }
            _ => {}
        }
        if rng.chance(short_levels) {
            names = names.iter().map(|name| short(rng, name)).collect();
        } else if writing == Writing::Scanned && rng.chance(0.5) {
            names = names.iter().map(|name| bare(name).to_owned()).collect();
        }
        let mut pieces = vec![below(rng, units.commune.province)];
        pieces.retain(|piece| !piece.is_empty());
        if writing == Writing::Cluttered {
            clutter(rng, &mut pieces, &mut names);
        }
        pieces.extend(names);
        let separator = [", ", ", ", ", ", " - ", "; ", ","][rng.index(6)];
        let text = pieces.join(if writing == Writing::English { ", " } else { separator });
        WrittenAddress { text: disturbed(rng, writing, &text), truth: units.truth }
    }

    fn units(&self, rng: &mut Rng, writing: Writing) -> Units<'g> {
        if writing == Writing::OldName {
            return self.old_units(rng);
        }
        let old = match writing {
            Writing::NoDistrict | Writing::Mixed => true,
            _ => rng.chance(0.6),
        };
        let list = match (old, rng.chance(0.5)) {
            (true, true) => &self.former_near,
            (true, false) => &self.former,
            (false, true) => &self.today_near,
            (false, false) => &self.today,
        };
        let commune = list[rng.index(list.len())];
        let truth =
            if old { self.gazetteer.successors(commune.code).to_vec() } else { vec![commune.code] };
        let mut names = vec![commune.full_name.to_owned()];
        names.extend(self.above(rng, commune, old, writing));
        Units { names, truth, commune }
    }

    /// District and province of a commune.
    fn above(&self, rng: &mut Rng, commune: &Commune, old: bool, writing: Writing) -> Vec<String> {
        let mut names = Vec::new();
        let district = commune.district.and_then(|code| self.gazetteer.district(code));
        names.extend(
            district.filter(|_| writing != Writing::NoDistrict).map(|d| d.full_name.to_owned()),
        );
        let province = if old {
            self.gazetteer.former_province(commune.province)
        } else {
            self.gazetteer.province(commune.province)
        };
        let Some(province) = province else { return names };
        if writing == Writing::Mixed {
            let today = self.gazetteer.province(province.successor);
            let mark = ["", " cũ", " (cũ)", " (trước 1/7/2025)"][rng.index(4)];
            if let Some(last) = names.last_mut() {
                last.push_str(mark);
            }
            if rng.chance(0.3) {
                names.push(province.full_name.to_owned() + " cũ");
            }
            names.extend(today.map(|p| p.full_name.to_owned()));
        } else {
            names.push(province.full_name.to_owned());
        }
        names
    }

    fn old_units(&self, rng: &mut Rng) -> Units<'g> {
        loop {
            let old = self.old_names[rng.index(self.old_names.len())];
            let Some(commune) = self.gazetteer.former(old.commune) else { continue };
            let mut names = vec![format!("{} {}", commune.kind.word(), old.name)];
            names.extend(self.above(rng, commune, true, Writing::OldName));
            let truth = self.gazetteer.successors(commune.code).to_vec();
            return Units { names, truth, commune };
        }
    }
}

fn disturbed(rng: &mut Rng, writing: Writing, text: &str) -> String {
    match writing {
        Writing::Unaccented | Writing::English => unaccented(text),
        Writing::Spelling => match rng.below(4) {
            0 => decomposed(text),
            1 => text.replace('ỹ', "ĩ").replace("Lý", "Lí").replace("lý", "lí"),
            2 => text.to_uppercase(),
            _ => old_tones(text),
        },
        Writing::Scanned => scanned(rng, text),
        Writing::Glued => glued(rng, text),
        Writing::Legacy => western(rng, text),
        _ if rng.chance(0.05) => text.to_uppercase(),
        _ if rng.chance(0.05) => text.to_lowercase(),
        _ => text.nfc().collect(),
    }
}

/// Level words with the ways they are shortened.
const SHORT: [(&str, &[&str]); 9] = [
    ("Thị trấn ", &["TT. ", "TT ", "TT.", "T.T "]),
    ("Phường ", &["P. ", "P.", "P ", "F. ", "Ph. "]),
    ("Xã ", &["X. ", "X.", "x. "]),
    ("Thành phố ", &["TP. ", "TP ", "Tp. ", "TP.", "T.P "]),
    ("Thị xã ", &["TX. ", "TX ", "T.X ", "Tx. "]),
    ("Huyện ", &["H. ", "H.", "h. "]),
    ("Quận ", &["Q. ", "Q.", "q. "]),
    ("Tỉnh ", &["T. ", "T.", "t. "]),
    ("Đặc khu ", &["ĐK. ", "ĐK "]),
];

fn short(rng: &mut Rng, unit: &str) -> String {
    let Some((word, ways)) = SHORT.iter().find(|(word, _)| unit.starts_with(word)) else {
        return unit.to_owned();
    };
    let name = &unit[word.len()..];
    if name.len() == 1 && word.starts_with("Phường") && rng.chance(0.3) {
        return format!("P0{name}");
    }
    format!("{}{name}", ways[rng.index(ways.len())])
}

/// The name without its level word; a number keeps it, as nobody writes `1, Quận 3`.
fn bare(unit: &str) -> &str {
    let name = SHORT.iter().find_map(|(word, _)| unit.strip_prefix(word)).unwrap_or(unit);
    if name.starts_with(|c: char| c.is_ascii_digit()) { unit } else { name }
}

fn english(unit: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("Thị trấn ", "Town"),
        ("Phường ", "Ward"),
        ("Xã ", "Commune"),
        ("Thành phố ", "City"),
        ("Thị xã ", "Town"),
        ("Huyện ", "District"),
        ("Quận ", "District"),
        ("Tỉnh ", "Province"),
        ("Đặc khu ", "Special Zone"),
    ];
    let found = WORDS.iter().find_map(|(word, en)| Some((unit.strip_prefix(word)?, en)));
    match found {
        Some((name, en)) if name.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{en} {name}")
        }
        Some((name, en)) => format!("{name} {en}"),
        None => unit.to_owned(),
    }
}

/// What hurried hands add: a phone, a note, a post code, a country, a part twice.
fn clutter(rng: &mut Rng, pieces: &mut Vec<String>, names: &mut Vec<String>) {
    match rng.below(6) {
        0 => pieces.insert(0, format!("ĐT: 0900 {:03} {:03}", rng.below(1_000), rng.below(1_000))),
        1 => names.push("Việt Nam".to_owned()),
        2 => {
            let last = names.len() - 1;
            names[last] = format!("{} {}0000", names[last], rng.between(10, 97));
        }
        3 => names.push(format!("(gọi trước khi giao, 09{:08})", rng.below(100_000_000))),
        4 => names.insert(0, names[0].clone()),
        _ => names
            .push(["giao giờ hành chính", "nhà cổng xanh", "gửi bảo vệ"][rng.index(3)].to_owned()),
    }
}

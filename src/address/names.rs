//! Every name of every unit, ready to be looked up by its folded key.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::territory::{Commune, CommuneCode, CommuneKind, Gazetteer, fold_into, spelling_key};

/// A commune, of today or of before, with what is above it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Today's communes it means; several when a former one was split.
    pub(crate) today: SmallVec<[CommuneCode; 2]>,
    /// The former commune, when it is one.
    pub(crate) former: Option<CommuneCode>,
    /// Its full name, when it is a commune of today's system that a later change ended.
    pub(crate) ended: Option<&'static str>,
    pub(crate) kind: CommuneKind,
    /// Its former district, or those of the parts of a commune of today.
    pub(crate) districts: SmallVec<[u16; 4]>,
    /// Its former province, or those of its parts.
    pub(crate) former_provinces: SmallVec<[u8; 2]>,
    /// Today's province.
    pub(crate) province: u8,
    /// Its folded name.
    pub(crate) folded: String,
}

/// Length and letters of a folded name: what rules out most comparisons, in so few bytes that those of all names
/// stay near the processor (bench `resolve`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The set of its letters.
    letters: u32,
    length: u8,
}

impl Shape {
    pub(crate) fn of(folded: &str) -> Self {
        let letters = folded.bytes().filter(u8::is_ascii_lowercase);
        let letters = letters.fold(0, |set, c| set | 1 << (c - b'a'));
        Self { letters, length: folded.len().min(usize::from(u8::MAX)) as u8 }
    }

    /// How many wrong letters a name of this shape bears: one from five letters on, two from nine.
    pub(crate) const fn wrong_letters_max(self) -> u8 {
        match self.length {
            0..=4 => 0,
            5..=8 => 1,
            _ => 2,
        }
    }

    /// Whether names of these shapes may differ by so few letters; each changes the set of letters by two at most.
    #[inline]
    pub(crate) const fn may_differ_by(self, other: Self, n: u8) -> bool {
        self.length.abs_diff(other.length) <= n
            && (self.letters ^ other.letters).count_ones() <= 2 * n as u32
    }
}

/// A province or district under one of its names.
#[derive(Clone, Debug)]
pub(crate) struct Higher {
    pub(crate) folded: String,
    pub(crate) shape: Shape,
    /// First letters of its words, folded: `BT` for Bình Thạnh.
    pub(crate) initials: String,
    pub(crate) meaning: Meaning,
}

/// What a name may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Index of a [`Target`].
    Commune(u32),
    /// Index of a former commune's [`Target`], under a name it or a part of it bore before.
    OldName(u32),
    District(u16),
    FormerProvince(u8),
    Province(u8),
}

/// One name of one unit.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// Key with accents; empty when only the folded form is known.
    pub(crate) marked: String,
    pub(crate) meaning: Meaning,
}

/// All names and all targets.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) targets: Vec<Target>,
    /// The shapes of their names.
    pub(crate) shapes: Vec<Shape>,
    /// Provinces and districts, for misread names.
    pub(crate) higher: Vec<Higher>,
    /// Districts in `higher`, by today's province.
    districts_of: FxHashMap<u8, Vec<u32>>,
    /// Provinces in `higher`.
    provinces: Vec<u32>,
    /// Today's province of each former one.
    successors: FxHashMap<u8, u8>,
    by_folded: FxHashMap<String, SmallVec<[Name; 1]>>,
    /// Targets of today.
    today: FxHashMap<CommuneCode, u32>,
    /// Targets by former district, of both times.
    by_district: FxHashMap<u16, Vec<u32>>,
    /// Targets by today's province, of both times.
    by_province: FxHashMap<u8, Vec<u32>>,
}

impl Names {
    pub(crate) fn new(gazetteer: &Gazetteer) -> Self {
        let mut names = Self {
            targets: Vec::with_capacity(13_500),
            shapes: Vec::with_capacity(13_500),
            higher: Vec::with_capacity(800),
            districts_of: FxHashMap::default(),
            provinces: Vec::with_capacity(97),
            successors: FxHashMap::default(),
            by_folded: FxHashMap::with_capacity_and_hasher(12_000, rustc_hash::FxBuildHasher),
            today: FxHashMap::with_capacity_and_hasher(3_400, rustc_hash::FxBuildHasher),
            by_district: FxHashMap::default(),
            by_province: FxHashMap::default(),
        };
        names.add_communes(gazetteer);
        names.add_districts(gazetteer);
        for province in gazetteer.former_provinces() {
            let meaning = Meaning::FormerProvince(province.code.0);
            names.successors.insert(province.code.0, province.successor.0);
            names.add_higher(province.name, meaning, province.successor.0);
        }
        for province in gazetteer.provinces() {
            names.add_higher(province.name, Meaning::Province(province.code.0), province.code.0);
        }
        for row in include_str!("../../data/gazetteer/aliases.csv").lines().skip(1) {
            let mut cells = row.split(',');
            let (Some(system), Some(code), Some(alias)) =
                (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let Ok(code) = code.parse() else { continue };
            let today = system == "2025";
            let meaning =
                if today { Meaning::Province(code) } else { Meaning::FormerProvince(code) };
            names.add(alias, meaning);
        }
        names
    }

    /// The units of this folded name.
    #[inline]
    pub(crate) fn look_up(&self, folded: &str) -> &[Name] {
        self.by_folded.get(folded).map_or(&[], |names| names.as_slice())
    }

    /// Today's province of a province of either time.
    pub(crate) fn province_of(&self, meaning: Meaning) -> Option<u8> {
        match meaning {
            Meaning::Province(code) => Some(code),
            Meaning::FormerProvince(code) => self.successors.get(&code).copied(),
            _ => None,
        }
    }

    /// Provinces of both times.
    pub(crate) fn provinces(&self) -> impl Iterator<Item = &Higher> {
        self.provinces.iter().map(|&i| &self.higher[i as usize])
    }

    /// Former districts in one of today's provinces.
    pub(crate) fn districts_of(&self, province: u8) -> impl Iterator<Item = &Higher> {
        let found = self.districts_of.get(&province).map_or(&[][..], Vec::as_slice);
        found.iter().map(|&i| &self.higher[i as usize])
    }

    /// One of today's communes.
    pub(crate) fn today(&self, code: CommuneCode) -> Option<&Target> {
        self.today.get(&code).map(|&i| &self.targets[i as usize])
    }

    /// Communes of both times in a former district.
    pub(crate) fn of_district(&self, district: u16) -> &[u32] {
        self.by_district.get(&district).map_or(&[], Vec::as_slice)
    }

    /// Communes of both times in one of today's provinces.
    pub(crate) fn of_province(&self, province: u8) -> &[u32] {
        self.by_province.get(&province).map_or(&[], Vec::as_slice)
    }

    fn add_communes(&mut self, gazetteer: &Gazetteer) {
        for commune in gazetteer.communes() {
            let former = |code: &CommuneCode| gazetteer.former(*code);
            let parts = gazetteer.predecessors(commune.code).iter().filter_map(former);
            let mut target = target_of(commune, commune.province.0);
            target.today.push(commune.code);
            self.today.insert(commune.code, self.targets.len() as u32);
            for part in parts {
                push_once(&mut target.former_provinces, part.province.0);
                if let Some(district) = part.district {
                    push_once(&mut target.districts, district.0);
                }
            }
            self.add_target(commune.name, target);
        }
        for ended in gazetteer.ended() {
            let mut target = target_of(&ended.commune, ended.commune.province.0);
            target.today.extend_from_slice(&ended.successors);
            target.ended = Some(ended.commune.full_name);
            self.add_target(ended.commune.name, target);
        }
        let mut former_index = FxHashMap::default();
        for commune in gazetteer.former_communes() {
            let today = gazetteer.former_province(commune.province).map_or(0, |p| p.successor.0);
            let mut target = target_of(commune, today);
            target.former = Some(commune.code);
            target.today.extend_from_slice(gazetteer.successors(commune.code));
            target.former_provinces.push(commune.province.0);
            target.districts.extend(commune.district.map(|d| d.0));
            former_index.insert(commune.code, self.targets.len() as u32);
            self.add_target(commune.name, target);
        }
        for old in gazetteer.old_names() {
            let Some(&index) = former_index.get(&old.commune) else { continue };
            if old.name.is_empty() {
                let name = Name { marked: String::new(), meaning: Meaning::OldName(index) };
                self.by_folded.entry(old.folded.replace('y', "i")).or_default().push(name);
            } else {
                self.add(old.name, Meaning::OldName(index));
            }
        }
    }

    fn add_target(&mut self, name: &str, mut target: Target) {
        let index = self.targets.len() as u32;
        for &district in &target.districts {
            self.by_district.entry(district).or_default().push(index);
        }
        self.by_province.entry(target.province).or_default().push(index);
        target.folded = self.add(name, Meaning::Commune(index));
        self.shapes.push(Shape::of(&target.folded));
        // The lists shorten the farms of the state; people do not always.
        if let Some(name) = name.strip_prefix("NT ") {
            self.add(&format!("Nông trường {name}"), Meaning::Commune(index));
        }
        self.targets.push(target);
    }

    fn add_districts(&mut self, gazetteer: &Gazetteer) {
        for district in gazetteer.districts() {
            let today = gazetteer.former_province(district.province).map_or(0, |p| p.successor.0);
            self.add_higher(district.name, Meaning::District(district.code.0), today);
        }
    }

    fn add_higher(&mut self, name: &str, meaning: Meaning, province: u8) {
        let folded = self.add(name, meaning);
        let mut initials = String::new();
        for letter in name.split_whitespace().filter_map(|word| word.chars().next()) {
            fold_into(&mut initials, letter.encode_utf8(&mut [0; 4]));
        }
        let index = self.higher.len() as u32;
        match meaning {
            Meaning::District(_) => self.districts_of.entry(province).or_default().push(index),
            _ => self.provinces.push(index),
        }
        self.higher.push(Higher { shape: Shape::of(&folded), folded, initials, meaning });
    }

    /// Adds a name and returns its folded key.
    fn add(&mut self, name: &str, meaning: Meaning) -> String {
        let marked = spelling_key(name);
        // Marked keys are apart already: what is no mark is the folded key.
        let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
        let letters = marked.chars().filter(|c| !is_mark(c));
        let folded: String = letters.map(|c| if c == 'đ' { 'd' } else { c }).collect();
        self.by_folded.entry(folded.clone()).or_default().push(Name { marked, meaning });
        folded
    }
}

fn target_of(commune: &Commune, province: u8) -> Target {
    Target {
        today: SmallVec::new(),
        former: None,
        ended: None,
        kind: commune.kind,
        districts: SmallVec::new(),
        former_provinces: SmallVec::new(),
        province,
        folded: String::new(),
    }
}

fn push_once<T: PartialEq + Copy, A: smallvec::Array<Item = T>>(list: &mut SmallVec<A>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

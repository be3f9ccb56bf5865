//! All units of government with their names, and which became which.

use std::cmp::Ordering;
use std::sync::LazyLock;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::territory::learned::LearnedPlace;
use crate::territory::spelling::{fold_into, spelling_key};
use crate::territory::unit::{
    Commune, CommuneCode, District, DistrictCode, Province, ProvinceCode,
};
use crate::territory::units::{EndedCommune, OldName, UnitTables, UnitsError, read_units};

/// The units of Vietnam before and after 1 July 2025. Built once from tables of facts; read-only.
#[derive(Debug)]
pub struct Gazetteer {
    provinces: Vec<Province>,
    former_provinces: Vec<Province>,
    districts: Vec<District>,
    communes: Vec<Commune>,
    former_communes: Vec<Commune>,
    // Invariant: one non-empty range of `successor_codes` per former commune.
    successor_ranges: Vec<(u32, u32)>,
    successor_codes: Vec<CommuneCode>,
    // Invariant: one list per commune of today, ascending.
    predecessor_codes: Vec<Vec<CommuneCode>>,
    old_names: Vec<OldName>,
    ended: Vec<EndedCommune>,
    hamlets: Vec<LearnedPlace>,
    commune_index: FxHashMap<CommuneCode, u32>,
    former_index: FxHashMap<CommuneCode, u32>,
}

static BUNDLED: LazyLock<Gazetteer> = LazyLock::new(|| {
    Gazetteer::new(&UnitTables::bundled(), Date::MIN)
        .expect("the bundled tables are read by a test of this file")
});

impl Gazetteer {
    /// The national lists compiled into the program; parsed at the first call.
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Today's commune of this code.
    pub fn commune(&self, code: CommuneCode) -> Option<&Commune> {
        self.commune_index.get(&code).map(|&i| &self.communes[i as usize])
    }

    /// The commune of this code as it was before 1 July 2025.
    pub fn former(&self, code: CommuneCode) -> Option<&Commune> {
        self.former_index.get(&code).map(|&i| &self.former_communes[i as usize])
    }

    /// Today's communes that a code of any time leads to; empty when nobody ever bore it.
    pub fn today(&self, code: CommuneCode) -> &[CommuneCode] {
        if let Some(&i) = self.commune_index.get(&code) {
            return std::slice::from_ref(&self.communes[i as usize].code);
        }
        let ended = self.ended.iter().find(|ended| ended.commune.code == code);
        ended.map_or_else(|| self.successors(code), |ended| &ended.successors)
    }

    /// Today's communes that a former commune went to: one, or several when it was split, the likeliest first.
    ///
    /// Likeliest is the one whose name its own begins with (Tân Tạo of Tân Tạo A), then the one whose point is nearest.
    pub fn successors(&self, former: CommuneCode) -> &[CommuneCode] {
        let Some(&i) = self.former_index.get(&former) else { return &[] };
        let (start, end) = self.successor_ranges[i as usize];
        &self.successor_codes[start as usize..end as usize]
    }

    /// The former communes that one of today's was made of, wholly or in part.
    pub fn predecessors(&self, today: CommuneCode) -> &[CommuneCode] {
        self.commune_index.get(&today).map_or(&[], |&i| &self.predecessor_codes[i as usize])
    }

    /// Today's communes, by code.
    pub fn communes(&self) -> impl ExactSizeIterator<Item = &Commune> {
        self.communes.iter()
    }

    /// The communes of before 1 July 2025, by code.
    pub fn former_communes(&self) -> impl ExactSizeIterator<Item = &Commune> {
        self.former_communes.iter()
    }

    /// Today's province of this code.
    pub fn province(&self, code: ProvinceCode) -> Option<&Province> {
        find(&self.provinces, code, |p| p.code)
    }

    /// The province of this code as it was before 1 July 2025.
    pub fn former_province(&self, code: ProvinceCode) -> Option<&Province> {
        find(&self.former_provinces, code, |p| p.code)
    }

    /// Today's 34 provinces, by code.
    pub fn provinces(&self) -> &[Province] {
        &self.provinces
    }

    /// The 63 provinces of before 1 July 2025, by code.
    pub fn former_provinces(&self) -> &[Province] {
        &self.former_provinces
    }

    /// The district of this code.
    pub fn district(&self, code: DistrictCode) -> Option<&District> {
        find(&self.districts, code, |d| d.code)
    }

    /// All districts, by code.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// Names of communes merged away or renamed before the reform.
    pub fn old_names(&self) -> &[OldName] {
        &self.old_names
    }

    /// Communes of after 1 July 2025 that a later change ended or renamed.
    pub fn ended(&self) -> &[EndedCommune] {
        &self.ended
    }

    /// Hamlets that tell into which commune a part of a split one went.
    pub fn hamlets(&self) -> &[LearnedPlace] {
        &self.hamlets
    }

    /// Today's communes of this name or code, in one province of today when its name is given.
    ///
    /// `Xã Thăng Bình`, `thăng bình` and `20791` are all understood; without accents a name is found only
    /// when no commune bears it with them.
    pub fn commune_named(&self, name: &str, province: Option<&str>) -> Vec<CommuneCode> {
        let name = name.trim();
        if let Some(commune) = name.parse().ok().and_then(|code| self.commune(code)) {
            return vec![commune.code];
        }
        let province = province.map(folded);
        let in_province = |commune: &&Commune| {
            let Some(wanted) = &province else { return true };
            self.province(commune.province)
                .is_some_and(|p| folded(p.name) == *wanted || folded(p.full_name) == *wanted)
        };
        let matching = |key: fn(&str) -> String| -> Vec<CommuneCode> {
            let wanted = key(name);
            let fits = |c: &&Commune| key(c.name) == wanted || key(c.full_name) == wanted;
            self.communes.iter().filter(in_province).filter(fits).map(|c| c.code).collect()
        };
        let exact = matching(spelling_key);
        if exact.is_empty() { matching(folded) } else { exact }
    }

    /// Reads tables of units as they are on a day: changes that come into force later are left out.
    ///
    /// The text of the tables is kept for as long as the program runs, as names are lent out everywhere.
    ///
    /// # Errors
    /// When a row cannot be what it says; the error names file, row and value.
    pub fn new(tables: &UnitTables, day: Date) -> Result<Self, UnitsError> {
        let read = read_units(tables, day)?;
        let mut successor_ranges = Vec::with_capacity(read.former_communes.len());
        let mut successor_codes = Vec::with_capacity(read.former_communes.len() + 1_000);
        let commune_index = index(&read.communes);
        let mut predecessor_codes = vec![Vec::new(); read.communes.len()];
        for (commune, mut successors) in read.former_communes.iter().zip(read.successors) {
            let start = successor_codes.len() as u32;
            if 1 < successors.len() {
                let today = |code: &CommuneCode| &read.communes[commune_index[code] as usize];
                successors.sort_by(|a, b| likelier(commune, today(a), today(b)));
            }
            for successor in &successors {
                predecessor_codes[commune_index[successor] as usize].push(commune.code);
                successor_codes.push(*successor);
            }
            successor_ranges.push((start, successor_codes.len() as u32));
        }
        let former_index = index(&read.former_communes);
        Ok(Self {
            provinces: read.provinces,
            former_provinces: read.former_provinces,
            districts: read.districts,
            communes: read.communes,
            former_communes: read.former_communes,
            successor_ranges,
            successor_codes,
            predecessor_codes,
            old_names: read.old_names,
            ended: read.ended,
            hamlets: read.hamlets,
            commune_index,
            former_index,
        })
    }
}

/// Which part of a split commune comes first.
fn likelier(former: &Commune, a: &Commune, b: &Commune) -> Ordering {
    let rank = |today: &Commune| {
        let is_kin = former.name.starts_with(today.name);
        (!is_kin, today.point.distance_m(former.point), today.code)
    };
    let (a, b) = (rank(a), rank(b));
    a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2))
}

fn folded(name: &str) -> String {
    let mut key = String::new();
    fold_into(&mut key, name);
    key
}

fn find<T, C: Ord + Copy>(sorted: &[T], code: C, code_of: impl Fn(&T) -> C) -> Option<&T> {
    sorted.binary_search_by_key(&code, code_of).ok().map(|i| &sorted[i])
}

fn index(communes: &[Commune]) -> FxHashMap<CommuneCode, u32> {
    communes.iter().enumerate().map(|(i, commune)| (commune.code, i as u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_lists_have_every_unit_of_both_systems() {
        let g = Gazetteer::bundled();
        assert_eq!((g.provinces().len(), g.former_provinces().len()), (34, 63));
        assert_eq!(g.districts().len(), 696);
        assert_eq!((g.communes().len(), g.former_communes().len()), (3321, 10_035));
    }

    #[test]
    fn the_pilot_area_became_ninety_four_communes_and_split_only_one() {
        let g = Gazetteer::bundled();
        assert_eq!(g.communes().filter(|c| c.province == ProvinceCode(48)).count(), 94);
        let pilot = [ProvinceCode(48), ProvinceCode(49)];
        let split: Vec<_> = g
            .former_communes()
            .filter(|c| pilot.contains(&c.province) && g.successors(c.code).len() > 1)
            .map(|c| c.name)
            .collect();
        assert_eq!(split, ["Hòa Liên"]);
    }

    #[test]
    fn successors_and_predecessors_mirror_each_other() {
        let g = Gazetteer::bundled();
        for former in g.former_communes() {
            assert!(!g.successors(former.code).is_empty());
            for &today in g.successors(former.code) {
                assert!(g.predecessors(today).contains(&former.code));
            }
        }
    }

    #[test]
    fn a_commune_is_named_by_code_by_full_name_and_without_accents() {
        let g = Gazetteer::bundled();
        let thang_binh = g.commune_named("Xã Thăng Bình", Some("Đà Nẵng"));
        assert_eq!(thang_binh.len(), 1);
        assert_eq!(g.commune_named("thang binh", Some("da nang")), thang_binh);
        assert_eq!(g.commune_named(&thang_binh[0].to_string(), None), thang_binh);
        assert_eq!(g.commune_named("Không Có", None), []);
    }
}

//! All units of government with their names, and which became which.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::place::LatLon;
use crate::territory::spelling::{fold_into, spelling_key};
use crate::territory::unit::{
    Commune, CommuneCode, CommuneKind, District, DistrictCode, Province, ProvinceCode,
};

/// A name that a commune, or a part of it, bore before a merge or a renaming of 2019 to 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldName {
    /// The commune of early 2025 that absorbed the bearer.
    pub commune: CommuneCode,
    /// The name with its accents; empty when only the folded form survived.
    pub name: &'static str,
    /// The folded form, when only that survived.
    pub folded: &'static str,
}

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
    commune_index: FxHashMap<CommuneCode, u32>,
    former_index: FxHashMap<CommuneCode, u32>,
}

static BUNDLED: LazyLock<Gazetteer> = LazyLock::new(|| {
    Gazetteer::parse(&Tables {
        provinces: include_str!("../../data/gazetteer/provinces.csv"),
        districts: include_str!("../../data/gazetteer/districts_2024.csv"),
        former_communes: include_str!("../../data/gazetteer/communes_2024.csv"),
        communes: include_str!("../../data/gazetteer/communes_2025.csv"),
        old_names: include_str!("../../data/gazetteer/former_names.csv"),
    })
    .expect("the bundled tables are read by a test of this file")
});

/// The texts of the five tables.
struct Tables {
    provinces: &'static str,
    districts: &'static str,
    former_communes: &'static str,
    communes: &'static str,
    old_names: &'static str,
}

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

    /// Today's communes that a former commune went to: one, or several when it was split.
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

    fn parse(tables: &Tables) -> Option<Self> {
        let mut provinces = Vec::new();
        let mut former_provinces = Vec::new();
        for row in rows(tables.provinces) {
            let [system, code, full_name, successor] = cells(row)?;
            let province = Province {
                code: ProvinceCode(code.parse().ok()?),
                name: bare_name(full_name)?,
                full_name,
                successor: ProvinceCode(successor.parse().ok()?),
            };
            let list = if system == "2025" { &mut provinces } else { &mut former_provinces };
            list.push(province);
        }
        let districts: Vec<District> =
            rows(tables.districts).map(district).collect::<Option<_>>()?;
        let communes: Vec<Commune> =
            rows(tables.communes).map(todays_commune).collect::<Option<_>>()?;
        let commune_index = index(&communes);
        let mut former_communes = Vec::with_capacity(rows(tables.former_communes).count());
        let mut successor_ranges = Vec::with_capacity(former_communes.capacity());
        let mut successor_codes = Vec::new();
        let mut predecessor_codes = vec![Vec::new(); communes.len()];
        for row in rows(tables.former_communes) {
            let (commune, successors) = former_commune(row, &districts)?;
            let start = successor_codes.len() as u32;
            for successor in successors.split(' ') {
                let successor: CommuneCode = successor.parse().ok()?;
                predecessor_codes[*commune_index.get(&successor)? as usize].push(commune.code);
                successor_codes.push(successor);
            }
            successor_ranges.push((start, successor_codes.len() as u32));
            former_communes.push(commune);
        }
        let old_names = rows(tables.old_names).map(old_name).collect::<Option<_>>()?;
        let former_index = index(&former_communes);
        Some(Self {
            provinces,
            former_provinces,
            districts,
            communes,
            former_communes,
            successor_ranges,
            successor_codes,
            predecessor_codes,
            old_names,
            commune_index,
            former_index,
        })
    }
}

fn folded(name: &str) -> String {
    let mut key = String::new();
    fold_into(&mut key, name);
    key
}

fn find<T, C: Ord>(sorted: &[T], code: C, code_of: impl Fn(&T) -> C) -> Option<&T> {
    sorted.binary_search_by_key(&code, code_of).ok().map(|i| &sorted[i])
}

fn index(communes: &[Commune]) -> FxHashMap<CommuneCode, u32> {
    communes.iter().enumerate().map(|(i, commune)| (commune.code, i as u32)).collect()
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1)
}

fn cells<const N: usize>(row: &'static str) -> Option<[&'static str; N]> {
    let mut found = [""; N];
    let mut cells = row.split(',');
    for cell in &mut found {
        *cell = cells.next()?;
    }
    cells.next().is_none().then_some(found)
}

/// The name of a province or district without its level words.
fn bare_name(full_name: &'static str) -> Option<&'static str> {
    ["Tỉnh ", "Thành phố ", "Quận ", "Huyện ", "Thị xã "]
        .into_iter()
        .find_map(|word| full_name.strip_prefix(word))
}

fn point(lat: &str, lon: &str) -> Option<LatLon> {
    LatLon::new(lat.parse().ok()?, lon.parse().ok()?)
}

fn district(row: &'static str) -> Option<District> {
    let [code, full_name, province, successor] = cells(row)?;
    Some(District {
        code: DistrictCode(code.parse().ok()?),
        name: bare_name(full_name)?,
        full_name,
        province: ProvinceCode(province.parse().ok()?),
        successor: successor.parse().ok(),
    })
}

fn todays_commune(row: &'static str) -> Option<Commune> {
    let [code, full_name, province, lat, lon, area, population, _decree] = cells(row)?;
    let (kind, name) = CommuneKind::split(full_name)?;
    Some(Commune {
        code: code.parse().ok()?,
        name,
        full_name,
        kind,
        province: ProvinceCode(province.parse().ok()?),
        district: None,
        point: point(lat, lon)?,
        area_km2: area.parse().ok(),
        population: population.parse().ok(),
    })
}

fn former_commune(row: &'static str, districts: &[District]) -> Option<(Commune, &'static str)> {
    let [code, full_name, district, lat, lon, successors] = cells(row)?;
    let (kind, name) = CommuneKind::split(full_name)?;
    let district = find(districts, DistrictCode(district.parse().ok()?), |d| d.code)?;
    let commune = Commune {
        code: code.parse().ok()?,
        name,
        full_name,
        kind,
        province: district.province,
        district: Some(district.code),
        point: point(lat, lon)?,
        area_km2: None,
        population: None,
    };
    Some((commune, successors))
}

fn old_name(row: &'static str) -> Option<OldName> {
    let [commune, name, folded, _former_code] = cells(row)?;
    Some(OldName { commune: commune.parse().ok()?, name, folded })
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

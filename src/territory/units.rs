//! The tables of units: their columns, what may stand in them, and the changes that come into force on a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::place::LatLon;
use crate::territory::learned::{LearnedPlace, PlaceKind};
use crate::territory::spelling::fold_into;
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

/// A commune of after 1 July 2025 that a later change ended or renamed.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedCommune {
    /// As it was.
    pub commune: Commune,
    /// Today's communes it went to.
    pub successors: Vec<CommuneCode>,
    /// The first day it was no more.
    pub ended: Date,
}

/// Why tables of units cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitsError {
    /// A row is not what its table holds.
    #[error("{file}, row {row}: {problem}: {text}")]
    Row {
        /// Which table.
        file: &'static str,
        /// Which row, the header being row 1.
        row: usize,
        /// What is wrong.
        problem: &'static str,
        /// The row.
        text: String,
    },
    /// The first row of a table is not its header.
    #[error("{file} must begin with the header {expected}, found: {found}")]
    Header {
        /// Which table.
        file: &'static str,
        /// The header it must have.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}

/// The texts of the tables.
#[derive(Clone, Debug)]
pub struct UnitTables {
    texts: BTreeMap<&'static str, &'static str>,
}

const PROVINCES: &str = "provinces.csv";
const DISTRICTS: &str = "districts_2024.csv";
const FORMER_COMMUNES: &str = "communes_2024.csv";
const COMMUNES: &str = "communes_2025.csv";
const OLD_NAMES: &str = "former_names.csv";
const CHANGES: &str = "changes.csv";
const HAMLETS: &str = "hamlets.csv";

/// Room for the former communes: there were a few more than 10,000.
const N_FORMER: usize = 10_100;

/// Every table with its header.
const HEADERS: [(&str, &str); 7] = [
    (PROVINCES, "system,code,full_name,successor"),
    (DISTRICTS, "code,full_name,province,successor"),
    (FORMER_COMMUNES, "code,full_name,district,lat,lon,successors"),
    (COMMUNES, "code,full_name,province,lat,lon,area_km2,population,decree"),
    (OLD_NAMES, "code,name,folded,former_code"),
    (CHANGES, "valid_from,old_code,new_code,new_full_name,province,lat,lon"),
    (HAMLETS, "former_code,hamlet,commune"),
];

impl UnitTables {
    /// The tables compiled into the program.
    pub fn bundled() -> Self {
        let texts = [
            (PROVINCES, include_str!("../../data/gazetteer/provinces.csv")),
            (DISTRICTS, include_str!("../../data/gazetteer/districts_2024.csv")),
            (FORMER_COMMUNES, include_str!("../../data/gazetteer/communes_2024.csv")),
            (COMMUNES, include_str!("../../data/gazetteer/communes_2025.csv")),
            (OLD_NAMES, include_str!("../../data/gazetteer/former_names.csv")),
        ];
        Self { texts: texts.into_iter().collect() }
    }

    /// The names of all tables that can be replaced or added.
    pub fn files() -> impl Iterator<Item = &'static str> {
        HEADERS.into_iter().map(|(file, _)| file)
    }

    /// Puts a text in the place of a table; whether there is a table of that name.
    pub fn replace(&mut self, file: &str, text: &str) -> bool {
        let Some(file) = Self::files().find(|known| *known == file) else { return false };
        let text = text.trim_start_matches('\u{feff}').to_owned();
        self.texts.insert(file, Box::leak(text.into_boxed_str()));
        true
    }
}

/// Everything the tables say.
pub(super) struct Units {
    pub(super) provinces: Vec<Province>,
    pub(super) former_provinces: Vec<Province>,
    pub(super) districts: Vec<District>,
    pub(super) communes: Vec<Commune>,
    pub(super) former_communes: Vec<Commune>,
    /// One non-empty list per former commune.
    pub(super) successors: Vec<Vec<CommuneCode>>,
    pub(super) old_names: Vec<OldName>,
    pub(super) ended: Vec<EndedCommune>,
    pub(super) hamlets: Vec<LearnedPlace>,
}

/// Reads the tables as they are on a day.
pub(super) fn read_units(tables: &UnitTables, day: Date) -> Result<Units, UnitsError> {
    let (mut provinces, mut former_provinces) = (Vec::new(), Vec::new());
    for row in rows(tables, PROVINCES)? {
        let [system, code, full_name, successor] = row.cells()?;
        let province = Province {
            code: ProvinceCode(row.number(code)?),
            name: bare_name(full_name)
                .ok_or_else(|| row.wrong("the name has no Tỉnh or Thành phố"))?,
            full_name,
            successor: ProvinceCode(row.number(successor)?),
        };
        let list = if system == "2025" { &mut provinces } else { &mut former_provinces };
        list.push(province);
    }
    provinces.sort_by_key(|province| province.code);
    former_provinces.sort_by_key(|province| province.code);
    let mut districts =
        rows(tables, DISTRICTS)?.map(|row| district(&row)).collect::<Result<Vec<_>, _>>()?;
    districts.sort_by_key(|district| district.code);
    let mut communes =
        rows(tables, COMMUNES)?.map(|row| todays_commune(&row)).collect::<Result<Vec<_>, _>>()?;
    communes.sort_by_key(|commune| commune.code);
    let changes = rows(tables, CHANGES)?.map(|row| change(&row)).collect::<Result<Vec<_>, _>>()?;
    let ended = apply(&mut communes, changes, day)?;
    let known = Known::new(&communes, &ended);
    let mut former_communes = Vec::with_capacity(N_FORMER);
    let mut successors = Vec::with_capacity(N_FORMER);
    for row in rows(tables, FORMER_COMMUNES)? {
        let (commune, list) = former_commune(&row, &districts)?;
        former_communes.push(commune);
        successors.push(known.successors(&row, list)?);
    }
    let old_names = rows(tables, OLD_NAMES)?.map(|row| old_name(&row)).collect::<Result<_, _>>()?;
    let hamlets = rows(tables, HAMLETS)?
        .map(|row| hamlet(&row, &former_communes, &known))
        .collect::<Result<_, _>>()?;
    Ok(Units {
        provinces,
        former_provinces,
        districts,
        communes,
        former_communes,
        successors,
        old_names,
        ended,
        hamlets,
    })
}

/// One row of a table.
struct Row {
    file: &'static str,
    number: usize,
    text: &'static str,
}

impl Row {
    fn wrong(&self, problem: &'static str) -> UnitsError {
        UnitsError::Row { file: self.file, row: self.number, problem, text: self.text.to_owned() }
    }

    fn cells<const N: usize>(&self) -> Result<[&'static str; N], UnitsError> {
        let mut found = [""; N];
        let mut cells = self.text.split(',');
        for cell in &mut found {
            *cell = cells.next().ok_or_else(|| self.wrong("too few cells"))?.trim_ascii();
        }
        if cells.next().is_some() { Err(self.wrong("too many cells")) } else { Ok(found) }
    }

    fn number<T: std::str::FromStr>(&self, cell: &str) -> Result<T, UnitsError> {
        cell.parse().map_err(|_| self.wrong("a number is missing or out of range"))
    }

    fn commune(&self, cell: &str) -> Result<CommuneCode, UnitsError> {
        cell.parse().map_err(|_| self.wrong("a commune code has five digits"))
    }

    fn point(&self, lat: &str, lon: &str) -> Result<LatLon, UnitsError> {
        let (lat, lon) = (self.number(lat)?, self.number(lon)?);
        LatLon::new(lat, lon).ok_or_else(|| self.wrong("the point is no place on earth"))
    }

    fn kind(&self, full_name: &'static str) -> Result<(CommuneKind, &'static str), UnitsError> {
        let split = CommuneKind::split(full_name).filter(|(_, name)| !name.is_empty());
        split.ok_or_else(|| self.wrong("the name has no Xã, Phường, Thị trấn or Đặc khu"))
    }
}

fn rows(
    tables: &UnitTables,
    file: &'static str,
) -> Result<impl Iterator<Item = Row> + use<>, UnitsError> {
    let text = tables.texts.get(file).copied().unwrap_or_default();
    let mut lines = text.lines();
    let found = lines.next().unwrap_or_default().trim();
    let expected = HEADERS.iter().find(|(name, _)| *name == file).map_or("", |(_, header)| header);
    if !text.is_empty() && found != expected {
        return Err(UnitsError::Header { file, expected, found: found.to_owned() });
    }
    let rows = (2..).zip(lines).map(move |(number, text)| Row { file, number, text });
    Ok(rows.filter(|row| !row.text.trim().is_empty()))
}

/// The name of a province or district without its level words.
fn bare_name(full_name: &'static str) -> Option<&'static str> {
    ["Tỉnh ", "Thành phố ", "Quận ", "Huyện ", "Thị xã "]
        .into_iter()
        .find_map(|word| full_name.strip_prefix(word))
}

fn district(row: &Row) -> Result<District, UnitsError> {
    let [code, full_name, province, successor] = row.cells()?;
    Ok(District {
        code: DistrictCode(row.number(code)?),
        name: bare_name(full_name).ok_or_else(|| row.wrong("the name has no level word"))?,
        full_name,
        province: ProvinceCode(row.number(province)?),
        successor: successor.parse().ok(),
    })
}

fn todays_commune(row: &Row) -> Result<Commune, UnitsError> {
    let [code, full_name, province, lat, lon, area, population, _decree] = row.cells()?;
    let (kind, name) = row.kind(full_name)?;
    Ok(Commune {
        code: row.commune(code)?,
        name,
        full_name,
        kind,
        province: ProvinceCode(row.number(province)?),
        district: None,
        point: row.point(lat, lon)?,
        area_km2: area.parse().ok(),
        population: population.parse().ok(),
    })
}

fn former_commune(
    row: &Row,
    districts: &[District],
) -> Result<(Commune, &'static str), UnitsError> {
    let [code, full_name, district, lat, lon, successors] = row.cells()?;
    let (kind, name) = row.kind(full_name)?;
    let district = DistrictCode(row.number(district)?);
    let at = districts.binary_search_by_key(&district, |d| d.code);
    let district = &districts[at.map_err(|_| row.wrong("its district is not in the table"))?];
    let commune = Commune {
        code: row.commune(code)?,
        name,
        full_name,
        kind,
        province: district.province,
        district: Some(district.code),
        point: row.point(lat, lon)?,
        area_km2: None,
        population: None,
    };
    Ok((commune, successors))
}

fn old_name(row: &Row) -> Result<OldName, UnitsError> {
    let [commune, name, folded, _former_code] = row.cells()?;
    Ok(OldName { commune: row.commune(commune)?, name, folded })
}

fn hamlet(row: &Row, former: &[Commune], known: &Known) -> Result<LearnedPlace, UnitsError> {
    let [former_code, hamlet, commune] = row.cells()?;
    let former_code = row.commune(former_code)?;
    let within = former.iter().find(|commune| commune.code == former_code);
    let within = within.ok_or_else(|| row.wrong("its former commune is not in the table"))?;
    let today = known.successors(row, commune)?;
    let [commune] = today[..] else { return Err(row.wrong("it must lie in one commune")) };
    let mut folded = String::new();
    fold_into(&mut folded, within.name);
    Ok(LearnedPlace {
        kind: PlaceKind::Hamlet,
        words: hamlet.to_owned(),
        within: vec![folded],
        commune,
        place: None,
        count: 1,
        last: Date::MIN,
    })
}

/// Which codes of communes are known on the day, and what became of those that ended.
struct Known {
    today: FxHashSet<CommuneCode>,
    ended: FxHashMap<CommuneCode, Vec<CommuneCode>>,
}

impl Known {
    fn new(communes: &[Commune], ended: &[EndedCommune]) -> Self {
        Self {
            today: communes.iter().map(|commune| commune.code).collect(),
            ended: ended.iter().map(|e| (e.commune.code, e.successors.clone())).collect(),
        }
    }

    /// Communes of the day for codes of 1 July 2025, with a space between.
    fn successors(&self, row: &Row, list: &str) -> Result<Vec<CommuneCode>, UnitsError> {
        let mut found = Vec::with_capacity(1);
        for code in list.split(' ') {
            let code = row.commune(code)?;
            match (self.ended.get(&code), self.today.contains(&code)) {
                (Some(successors), _) => found.extend(successors.iter().copied()),
                (None, true) => found.push(code),
                (None, false) => return Err(row.wrong("a successor is not in the table")),
            }
        }
        // The parts of a split commune may have been joined since.
        let mut seen = Vec::with_capacity(found.len());
        found.retain(|code| {
            !seen.contains(code) && {
                seen.push(*code);
                true
            }
        });
        Ok(found)
    }
}

/// From a day on, an old commune belongs to a new one, wholly or in part.
struct Change {
    row: Row,
    valid_from: Date,
    old: CommuneCode,
    new: Commune,
}

fn change(row: &Row) -> Result<Change, UnitsError> {
    let [valid_from, old, new, full_name, province, lat, lon] = row.cells()?;
    let (kind, name) = row.kind(full_name)?;
    Ok(Change {
        valid_from: valid_from
            .parse()
            .map_err(|_| row.wrong("valid_from is a day such as 2026-05-01"))?,
        old: row.commune(old)?,
        new: Commune {
            code: row.commune(new)?,
            name,
            full_name,
            kind,
            province: ProvinceCode(row.number(province)?),
            district: None,
            point: row.point(lat, lon)?,
            area_km2: None,
            population: None,
        },
        row: Row { ..*row },
    })
}

/// Brings today's communes from 1 July 2025 to a day; the communes that ended on the way.
fn apply(
    communes: &mut Vec<Commune>,
    mut changes: Vec<Change>,
    day: Date,
) -> Result<Vec<EndedCommune>, UnitsError> {
    let mut ended: Vec<EndedCommune> = Vec::new();
    changes.retain(|change| change.valid_from <= day);
    changes.sort_by_key(|change| change.valid_from);
    for of_day in changes.chunk_by(|a, b| a.valid_from == b.valid_from) {
        let mut became: BTreeMap<CommuneCode, Vec<CommuneCode>> = BTreeMap::new();
        let mut leaving: BTreeMap<CommuneCode, Commune> = BTreeMap::new();
        for change in of_day {
            let at = communes.binary_search_by_key(&change.old, |commune| commune.code);
            let at =
                at.map_err(|_| change.row.wrong("the old commune does not exist on that day"))?;
            leaving.insert(change.old, communes[at]);
            became.entry(change.old).or_default().push(change.new.code);
        }
        communes.retain(|commune| !leaving.contains_key(&commune.code));
        for change in of_day {
            if let Err(at) = communes.binary_search_by_key(&change.new.code, |commune| commune.code)
            {
                communes.insert(at, whole(&change.new, &leaving, &became));
            }
        }
        for earlier in &mut ended {
            earlier.successors = renewed(&earlier.successors, &became);
        }
        ended.extend(leaving.into_iter().map(|(code, commune)| EndedCommune {
            commune,
            successors: became[&code].clone(),
            ended: of_day[0].valid_from,
        }));
    }
    Ok(ended)
}

/// A new commune with area and population, where all its parts are whole communes whose figures are known.
fn whole(
    new: &Commune,
    leaving: &BTreeMap<CommuneCode, Commune>,
    became: &BTreeMap<CommuneCode, Vec<CommuneCode>>,
) -> Commune {
    let parts = || became.iter().filter(|(_, codes)| codes.contains(&new.code));
    if parts().any(|(_, codes)| 1 < codes.len()) {
        return *new;
    }
    let communes = || parts().map(|(old, _)| &leaving[old]);
    Commune {
        area_km2: communes().map(|commune| commune.area_km2).sum(),
        population: communes().map(|commune| commune.population).sum(),
        ..*new
    }
}

fn renewed(
    codes: &[CommuneCode],
    became: &BTreeMap<CommuneCode, Vec<CommuneCode>>,
) -> Vec<CommuneCode> {
    let mut found: Vec<CommuneCode> = Vec::with_capacity(codes.len());
    for code in codes {
        let next = became.get(code).map_or(std::slice::from_ref(code), Vec::as_slice);
        found.extend_from_slice(next);
    }
    found.sort_unstable();
    found.dedup();
    found
}

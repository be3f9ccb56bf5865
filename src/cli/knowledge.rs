//! What a command may know beyond the program's own tables: a depot's memory, streets, newer units.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::address::StreetStretch;
use crate::cli::sheet::{Sheet, column};
use crate::cli::travel::open_region;
use crate::cli::trouble::{Say, Trouble};
use crate::ledger::DepotDatabase;
use crate::outputs::wording::troubles as say;
use crate::planning::streets_of;
use crate::territory::{Boundaries, CommuneCode, Gazetteer, LearnedPlace, UnitTables};

/// Files that say more about addresses.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct KnowledgeArgs {
    /// The depot's own database: places it has learned.
    #[arg(long, value_name = "FILE")]
    pub(crate) depot_db: Option<PathBuf>,
    /// A CSV of streets with the columns name, commune and, if known, weight, `house_from`, `house_to`, side.
    #[arg(long, value_name = "FILE")]
    pub(crate) streets: Option<PathBuf>,
    /// A folder with tables of units that take the place of the bundled ones of the same name.
    #[arg(long, value_name = "DIR")]
    pub(crate) units: Option<PathBuf>,
}

impl KnowledgeArgs {
    /// The units on a day.
    pub(crate) fn gazetteer(&self, day: Date) -> anyhow::Result<&'static Gazetteer> {
        let Some(folder) = &self.units else { return Ok(Gazetteer::bundled()) };
        let mut tables = UnitTables::bundled();
        let mut n_replaced = 0;
        for file in UnitTables::files() {
            let path = folder.join(file);
            if path.is_file() {
                let text =
                    fs::read_to_string(&path).say(say::CANNOT_READ_TEXT, &[&path.display()])?;
                n_replaced += usize::from(tables.replace(file, &text));
            }
        }
        let files: Vec<&str> = UnitTables::files().collect();
        if n_replaced == 0 {
            let values: [&dyn Display; 2] = [&folder.display(), &files.join(", ")];
            return Err(Trouble::new(say::NO_UNITS, &values).into());
        }
        let gazetteer = Gazetteer::new(&tables, day).say(say::IN_FILE, &[&folder.display()])?;
        // Read once per run and needed to its end.
        Ok(Box::leak(Box::new(gazetteer)))
    }

    /// What the depot has learned; nothing when no database is given.
    pub(crate) fn learned(&self) -> anyhow::Result<Vec<LearnedPlace>> {
        let Some(path) = &self.depot_db else { return Ok(Vec::new()) };
        let stored = DepotDatabase::open_existing(path)?.places()?;
        Ok(stored.into_iter().map(|stored| stored.place).collect())
    }

    /// The streets: of the table when one is given, else of the region as far as outlines tell their communes.
    pub(crate) fn streets(
        &self,
        gazetteer: &Gazetteer,
        roads: Option<(&Path, &Boundaries)>,
    ) -> anyhow::Result<Vec<StreetStretch>> {
        match (&self.streets, roads) {
            (Some(path), _) => read_streets(path, gazetteer),
            (None, Some((path, outlines))) => {
                let region = open_region(path)?;
                streets_of(&region, outlines).say(say::IN_FILE, &[&path.display()])
            }
            (None, None) => Ok(Vec::new()),
        }
    }
}

/// A region and outlines, which tell together where streets lie.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct RoadsArgs {
    /// A region file, for its streets.
    #[arg(long, value_name = "FILE", requires = "boundaries")]
    pub(crate) region: Option<PathBuf>,
    /// `GeoJSON` of commune outlines (plain or .gz).
    #[arg(long, value_name = "FILE", requires = "region")]
    pub(crate) boundaries: Option<PathBuf>,
}

impl RoadsArgs {
    /// The streets that are known from these or from the table.
    pub(crate) fn streets(
        &self,
        knowledge: &KnowledgeArgs,
        gazetteer: &Gazetteer,
    ) -> anyhow::Result<Vec<StreetStretch>> {
        let outlines = self.boundaries.as_deref().map(read_boundaries).transpose()?;
        knowledge.streets(gazetteer, self.region.as_deref().zip(outlines.as_ref()))
    }
}

/// Reads outlines of communes.
pub(crate) fn read_boundaries(path: &Path) -> anyhow::Result<Boundaries> {
    let bytes = fs::read(path).say(say::CANNOT_READ, &[&path.display()])?;
    Boundaries::from_geojson(&bytes).say(say::IN_FILE, &[&path.display()])
}

/// Reads a table of streets. Where it names a former district only, the street may lie in any of its communes.
fn read_streets(path: &Path, gazetteer: &Gazetteer) -> anyhow::Result<Vec<StreetStretch>> {
    let sheet = Sheet::read(path)?;
    let find = |names: &[&str]| column(&sheet.headers, names);
    let name = find(&["name", "street", "ten", "tenduong"]);
    let name = name.say(say::STREETS_COLUMN, &[&path.display(), &"name"])?;
    let commune = find(&["commune", "commune2025", "maxa"]);
    let district = find(&["district", "districtcode2024"]);
    commune.or(district).say(say::STREETS_COLUMN, &[&path.display(), &"commune"])?;
    let weight = find(&["weight", "lengthm", "osmwais"]);
    let houses = find(&["housefrom"]).zip(find(&["houseto"]));
    let side = find(&["side"]);
    let mut stretches = Vec::with_capacity(sheet.rows.len());
    for (number, row) in &sheet.rows {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).map_or("", |c| c.trim());
        let refused = |value: &str, phrase| {
            let values: [&dyn Display; 3] = [&path.display(), number, &value];
            anyhow::Error::from(Trouble::new(phrase, &values))
        };
        let communes = match (cell(commune), cell(district)) {
            ("", "") => continue,
            ("", code) => communes_of_district(gazetteer, code),
            (code, _) => {
                let code: CommuneCode =
                    code.parse().map_err(|_| refused(code, say::NO_COMMUNE_CODE))?;
                gazetteer.today(code).to_vec()
            }
        };
        let number_in = |text: &str| -> anyhow::Result<Option<u32>> {
            if text.is_empty() {
                return Ok(None);
            }
            text.parse().map(Some).map_err(|_| refused(text, say::NO_HOUSE_NUMBER))
        };
        let houses = match houses {
            Some((from, to)) => number_in(cell(Some(from)))?.zip(number_in(cell(Some(to)))?),
            None => None,
        };
        let weight: f64 = match cell(weight) {
            "" => 1.0,
            text => text
                .parse()
                .ok()
                .filter(|w: &f64| w.is_finite() && 0.0 < *w)
                .ok_or_else(|| refused(text, say::BAD_STREET_WEIGHT))?,
        };
        let side = cell(side).parse().map_err(|_| refused(cell(side), say::NO_SIDE))?;
        let share = weight / communes.len().max(1) as f64;
        let name = cell(Some(name)).to_owned();
        stretches.extend(communes.into_iter().map(|commune| StreetStretch {
            name: name.clone(),
            commune,
            weight: share,
            houses,
            side,
        }));
    }
    Ok(stretches)
}

fn communes_of_district(gazetteer: &Gazetteer, code: &str) -> Vec<CommuneCode> {
    let Ok(code) = code.parse::<u16>() else { return Vec::new() };
    let former = gazetteer.former_communes().filter(|c| c.district.is_some_and(|d| d.0 == code));
    let mut communes: Vec<CommuneCode> =
        former.flat_map(|commune| gazetteer.successors(commune.code)).copied().collect();
    communes.sort_unstable();
    communes.dedup();
    communes
}

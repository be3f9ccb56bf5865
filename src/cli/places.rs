//! `buuta places`: what a depot has learned, listed, exported, forgotten.

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;

use crate::cli::sheet::write_csv;
use crate::cli::trouble::{Say, Trouble};
use crate::cli::voice::{note, tell};
use crate::ledger::{DepotDatabase, StoredPlace};
use crate::outputs::wording::{Lang, addresses as say, troubles};
use crate::place::LatLon;
use crate::territory::{CommuneCode, Gazetteer};

/// The places a depot has learned.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PlacesArgs {
    /// The depot's own database.
    #[arg(long, value_name = "FILE")]
    pub(crate) depot_db: PathBuf,
    /// Writes all of them as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,
    /// Forgets the places of these numbers.
    #[arg(long, value_delimiter = ',', value_name = "IDS", conflicts_with = "export")]
    pub(crate) forget: Vec<i64>,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be used, the file cannot be written, or a number is unknown.
pub(crate) fn run(args: &PlacesArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let mut database = DepotDatabase::open_existing(&args.depot_db)?;
    let places = database.places()?;
    if let Some(unknown) = args.forget.iter().find(|id| places.iter().all(|place| place.id != **id))
    {
        return Err(Trouble::new(troubles::NO_SUCH_PLACE, &[unknown]).into());
    }
    for &id in &args.forget {
        database.forget(id)?;
    }
    if let Some(path) = &args.export {
        let file = File::create(path).say(troubles::CANNOT_WRITE, &[&path.display()])?;
        write_csv(file, rows(&places))?;
        return Ok(ExitCode::SUCCESS);
    }
    let left = database.places()?;
    let mut rows = rows(&left);
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(rows.next().unwrap_or_default());
    rows.for_each(|row| {
        table.add_row(row);
    });
    tell!("{table}")?;
    note!("{}", say::N_PLACES.with(lang, &[&left.len().to_string()]));
    Ok(ExitCode::SUCCESS)
}

/// The places as rows under a header; the names of the columns are those that `resolve --learn` reads.
fn rows(places: &[StoredPlace]) -> impl Iterator<Item = Vec<String>> {
    let header = [
        "id",
        "kind",
        "words",
        "within",
        "commune_code",
        "commune",
        "lat",
        "lon",
        "count",
        "first",
        "last",
    ];
    let name = |code: CommuneCode| {
        Gazetteer::bundled().commune(code).map_or("", |commune| commune.full_name).to_owned()
    };
    let rows = places.iter().map(move |stored| {
        let place = &stored.place;
        let degrees = |value: Option<f64>| value.map(|v| format!("{v:.6}")).unwrap_or_default();
        vec![
            stored.id.to_string(),
            place.kind.to_string(),
            place.words.clone(),
            place.within.join(" "),
            place.commune.to_string(),
            name(place.commune),
            degrees(place.place.map(LatLon::lat)),
            degrees(place.place.map(LatLon::lon)),
            place.count.to_string(),
            stored.first.to_string(),
            place.last.to_string(),
        ]
    });
    std::iter::once(header.map(str::to_owned).to_vec()).chain(rows)
}

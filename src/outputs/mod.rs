//! What do people get to hold? Turns the day's plan into files for phones, hands and eyes.
//!
//! [`write_all`] writes everything into one folder: `plan.json` for programs, a track per carrier for
//! navigation, `report.html` for the planner, manifests to sign, and a workbook of what has to be repaired.
//! Every file is a pure function of the plan: the same plan gives the same bytes.
//!
//! Laws kept here: tracks carry codes, communes and order only (R-PH-1); paper masks phones (R-PD);
//! what comes from a file is escaped or passed as data, never as markup; distances that are estimates
//! say so wherever they are shown.
//!
//! Not here: deciding anything about the plan, and renaming the folder into place, which the shells do.

mod exceptions;
#[cfg(feature = "pdf")]
mod manifest;
mod report;
mod review;
mod track;
mod view;
mod wire;
pub mod wording;

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::finding::{Finding, FindingCode, Source};
use crate::network::DrawnShape;
use crate::place::LatLon;
use crate::planning::DayPlan;
use crate::territory::CommuneCode;

pub use review::{ReviewRow, review_workbook};
pub use view::mask_phone;
pub use wire::{PLAN_FORMAT, PlanDocument, SCHEMA, plan_document, read_plan};
pub use wording::Lang;

use view::View;

/// Findings this room reports: none, it only shows those of others.
pub const CODES: &[FindingCode] = &[];

/// What refuses to be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}; choose another folder or free it", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A plan file is not JSON of the expected shape.
    #[error("this is no plan of format {PLAN_FORMAT}: {0}")]
    Json(#[from] serde_json::Error),
    /// A plan file is of another format or version.
    #[error("the plan's format is {found:?}, this program reads {PLAN_FORMAT}")]
    Format {
        /// What it says.
        found: String,
    },
    /// A workbook could not be built.
    #[error("cannot build {file}: {reason}")]
    Workbook {
        /// Which file.
        file: &'static str,
        /// What the writer said.
        reason: String,
    },
    /// A paper could not be typeset.
    #[error("cannot typeset {file}: {reason}")]
    Typeset {
        /// Which file.
        file: String,
        /// What the typesetter said.
        reason: String,
    },
}

/// Choices that change how outputs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputOptions {
    /// Language of all words.
    pub lang: Lang,
    /// Copies of each handover record, one per side (R-CU-1).
    pub copies: u32,
    /// Number of the batch within the day: the `nn` of manifest numbers.
    pub batch: u32,
}

impl Default for OutputOptions {
    fn default() -> Self {
        Self { lang: Lang::Vi, copies: 2, batch: 1 }
    }
}

/// Names the plan itself does not carry.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Name of a commune with its level word, such as `xã Thăng Bình`.
    pub commune: &'a (dyn Fn(CommuneCode) -> String + Sync),
}

/// A row that became no item, as the clerk wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRowView {
    /// File, sheet and row.
    pub source: Source,
    /// Headers of its table.
    pub headers: Vec<String>,
    /// Its cells, in the order of the headers.
    pub cells: Vec<String>,
    /// Why it was refused.
    pub reasons: Vec<Finding>,
}

/// Commune areas to draw: rings of each commune's polygons.
pub type CommuneAreas = [(CommuneCode, Vec<Vec<LatLon>>)];

/// What outputs need beside the plan.
#[derive(Clone, Copy)]
pub struct Extras<'a> {
    /// Language, copies, batch.
    pub options: OutputOptions,
    /// Names of communes.
    pub names: Names<'a>,
    /// Rows that became no item.
    pub rejected: &'a [RejectedRowView],
    /// Commune areas for the map; may be empty, then none are drawn.
    pub commune_areas: &'a CommuneAreas,
    /// Whether those areas are only sketched: then the map says so.
    pub areas_are_sketched: bool,
    /// Roads and water beneath the routes; may be empty.
    pub backdrop: &'a [DrawnShape],
}

/// Writes every output of the day into `folder`, which is created when missing.
///
/// Papers need the feature `pdf`, the workbook needs `xlsx`; without them those files are not written.
/// Returns the written files in order.
///
/// # Errors
/// When the folder cannot be written, or a paper cannot be built.
pub fn write_all(
    plan: &DayPlan,
    extras: &Extras<'_>,
    folder: &Path,
) -> Result<Vec<PathBuf>, Error> {
    let view = View::new(plan, extras);
    let mut out = Folder { root: folder, written: Vec::new() };
    out.write("plan.json", wire::to_json(&view).as_bytes())?;
    out.write("plan.schema.json", SCHEMA.as_bytes())?;
    out.write("report.html", report::html(&view).as_bytes())?;
    for route in &plan.routes {
        let stem = format!("carriers/{}", view.file_stem(route.carrier));
        out.write(&format!("{stem}.gpx"), track::gpx(&view, route).as_bytes())?;
        out.write(&format!("{stem}.kml"), track::kml(&view, route).as_bytes())?;
        out.write(&format!("{stem}.geojson"), track::geojson(&view, route).as_bytes())?;
    }
    #[cfg(feature = "pdf")]
    for (name, bytes) in manifest::papers(&view)? {
        out.write(&format!("manifests/{name}"), &bytes)?;
    }
    if let Some(bytes) = exceptions::workbook(&view)? {
        out.write(exceptions::FILE, &bytes)?;
    }
    Ok(out.written)
}

/// The folder being filled, and what it holds so far.
struct Folder<'a> {
    root: &'a Path,
    written: Vec<PathBuf>,
}

impl Folder<'_> {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.root.join(name);
        let parent = path.parent().unwrap_or(self.root);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|source| Error::Write { path: path.clone(), source })?;
        self.written.push(path);
        Ok(())
    }
}

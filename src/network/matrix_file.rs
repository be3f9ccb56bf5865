//! Travel times from a file: a matrix that somebody else measured.
//!
//! As JSON, `{"format": "buuta-matrix/1", "places": [[lon, lat], …], "times_s": [[…]],
//! "distances_m": [[…]]}` with `null` for what is unknown; as CSV, one leg per line under the headers
//! `from_lat, from_lon, to_lat, to_lon, time_s, distance_m`.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::estimate::NetworkPlace;
use super::profile::TravelProfile;
use super::travel::{Measured, Travel, TravelError, TravelKind, TravelName, fill};
use crate::matrix::MAX_LEG_M;
use crate::place::LatLon;

/// Name and version of the JSON form.
pub const MATRIX_FORMAT: &str = "buuta-matrix/1";
/// A place of the day is a place of the file when it is at most so far away.
const SAME_PLACE_M: f64 = 30.0;

/// Why a matrix file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixFileError {
    /// Not JSON of this form.
    #[error("this is no matrix of format {MATRIX_FORMAT}: {0}")]
    Json(#[from] serde_json::Error),
    /// Another format.
    #[error("the matrix's format is {0:?}; this program reads {MATRIX_FORMAT}")]
    Format(String),
    /// A line that is no leg.
    #[error(
        "row {row}: {reason}; the headers are from_lat, from_lon, to_lat, to_lon, time_s, distance_m"
    )]
    Row {
        /// Counted from 1, the headers included.
        row: u64,
        /// What is wrong.
        reason: String,
    },
    /// The wrong number of cells.
    #[error(
        "the matrix names {n_places} places, but its table {table} has not {n_places} rows of {n_places}"
    )]
    Size {
        /// How many.
        n_places: usize,
        /// Which table.
        table: &'static str,
    },
    /// A number that is none.
    #[error("{what} is {value}; it must lie between 0 and {MAX_LEG_M}")]
    Value {
        /// Which.
        what: &'static str,
        /// As given.
        value: f64,
    },
    /// Off the globe.
    #[error("latitude {lat}, longitude {lon} is not on the globe")]
    Place {
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lon: f64,
    },
}

/// A matrix from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixFile {
    name: String,
    places: Vec<LatLon>,
    cells: FxHashMap<(u32, u32), (u32, u32)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonMatrix {
    format: String,
    places: Vec<[f64; 2]>,
    times_s: Vec<Vec<Option<f64>>>,
    distances_m: Vec<Vec<Option<f64>>>,
}

#[derive(Deserialize)]
struct CsvLeg {
    from_lat: f64,
    from_lon: f64,
    to_lat: f64,
    to_lon: f64,
    time_s: f64,
    distance_m: f64,
}

impl MatrixFile {
    /// Reads a file's text; `name` is what the source is called.
    ///
    /// # Errors
    /// When the text is neither form, or a number cannot be.
    pub fn from_text(name: &str, text: &str) -> Result<Self, MatrixFileError> {
        let empty = Self { name: name.to_owned(), places: Vec::new(), cells: FxHashMap::default() };
        let is_json = text.trim_start().starts_with('{');
        if is_json { empty.read_json(text) } else { empty.read_csv(text) }
    }

    fn read_json(mut self, text: &str) -> Result<Self, MatrixFileError> {
        let matrix: JsonMatrix = serde_json::from_str(text)?;
        if matrix.format != MATRIX_FORMAT {
            return Err(MatrixFileError::Format(matrix.format));
        }
        let n_places = matrix.places.len();
        for (table, rows) in [("times_s", &matrix.times_s), ("distances_m", &matrix.distances_m)] {
            if rows.len() != n_places || rows.iter().any(|row| row.len() != n_places) {
                return Err(MatrixFileError::Size { n_places, table });
            }
        }
        for [lon, lat] in matrix.places {
            self.places.push(place(lat, lon)?);
        }
        for from in 0..n_places {
            for to in 0..n_places {
                let (time, distance) = (matrix.times_s[from][to], matrix.distances_m[from][to]);
                if let Some((time_s, distance_m)) = time.zip(distance) {
                    let leg = (
                        quantity("time_s", time_s.ceil())?,
                        quantity("distance_m", distance_m.round())?,
                    );
                    self.cells.insert((from as u32, to as u32), leg);
                }
            }
        }
        Ok(self)
    }

    fn read_csv(mut self, text: &str) -> Result<Self, MatrixFileError> {
        let text = text.trim_start_matches('\u{feff}');
        let header = text.lines().next().unwrap_or_default();
        let delimiter = if header.contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut numbers: FxHashMap<(u64, u64), u32> = FxHashMap::default();
        for (i, leg) in reader.deserialize::<CsvLeg>().enumerate() {
            let row = i as u64 + 2;
            let leg =
                leg.map_err(|error| MatrixFileError::Row { row, reason: error.to_string() })?;
            let from = self.number(&mut numbers, place(leg.from_lat, leg.from_lon)?);
            let to = self.number(&mut numbers, place(leg.to_lat, leg.to_lon)?);
            let time_s = quantity("time_s", leg.time_s.ceil())?;
            let distance_m = quantity("distance_m", leg.distance_m.round())?;
            self.cells.insert((from, to), (time_s, distance_m));
        }
        Ok(self)
    }

    fn number(&mut self, numbers: &mut FxHashMap<(u64, u64), u32>, place: LatLon) -> u32 {
        let key = (place.lat().to_bits(), place.lon().to_bits());
        *numbers.entry(key).or_insert_with(|| {
            self.places.push(place);
            (self.places.len() - 1) as u32
        })
    }

    /// The place of the file that is nearest, when it is the same place.
    fn same_place(&self, at: LatLon) -> Option<u32> {
        let nearest = self.places.iter().enumerate().map(|(i, p)| (p.distance_m(at), i));
        let (distance_m, index) = nearest.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (distance_m <= SAME_PLACE_M).then_some(index as u32)
    }
}

fn place(lat: f64, lon: f64) -> Result<LatLon, MatrixFileError> {
    LatLon::new(lat, lon).ok_or(MatrixFileError::Place { lat, lon })
}

fn quantity(what: &'static str, value: f64) -> Result<u32, MatrixFileError> {
    let is_sound = (0.0..=f64::from(MAX_LEG_M)).contains(&value);
    is_sound.then_some(value as u32).ok_or(MatrixFileError::Value { what, value })
}

impl Travel for MatrixFile {
    fn name(&self) -> TravelName {
        TravelName {
            kind: TravelKind::External,
            name: self.name.clone(),
            attribution: String::new(),
        }
    }

    fn measure(
        &self,
        places: &[NetworkPlace],
        fallback: &TravelProfile,
    ) -> Result<Measured, TravelError> {
        let known: Vec<Option<u32>> = places.iter().map(|p| self.same_place(p.at)).collect();
        let cells = known.iter().flat_map(|from| known.iter().map(move |to| (from, to)));
        let cell = |(from, to): (&Option<u32>, &Option<u32>)| {
            let (from, to) = ((*from)?, (*to)?);
            // Two doors at one place of the file: no leg, but a known one.
            if from == to { Some((0, 0)) } else { self.cells.get(&(from, to)).copied() }
        };
        let (matrix, estimated) = fill(places, &cells.map(cell).collect::<Vec<_>>(), fallback)?;
        Ok(Measured { matrix, estimated, walked: Vec::new() })
    }

    fn line(&self, _from: LatLon, _to: LatLon) -> Option<Vec<LatLon>> {
        None
    }
}

//! Places the depot has learned: kept, listed, forgotten.

use jiff::civil::Date;
use rusqlite::{Row, params};

use crate::ledger::database::{DepotDatabase, Error};
use crate::place::LatLon;
use crate::territory::{CommuneCode, LearnedPlace};

/// A learned place with the number it is known by in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPlace {
    /// Its number.
    pub id: i64,
    /// When it was learned first.
    pub first: Date,
    /// What was learned.
    pub place: LearnedPlace,
}

/// A known place is confirmed once more, its newest position taken; a new one is added. A decision that names
/// another commune for the same words takes the place of the earlier one.
const LEARN: &str =
    "INSERT INTO place (kind, key, words, within, commune, lat, lon, count, first_day, last_day)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
    ON CONFLICT (kind, key, within, commune) DO UPDATE SET
        count = count + excluded.count,
        lat = coalesce(excluded.lat, lat),
        lon = coalesce(excluded.lon, lon),
        last_day = max(last_day, excluded.last_day)";
const FORGET_OTHERS: &str =
    "DELETE FROM place WHERE kind = ?1 AND key = ?2 AND within = ?3 AND commune <> ?4";
const LIST: &str = "SELECT id, kind, words, within, commune, lat, lon, count, first_day, last_day
    FROM place ORDER BY commune, kind, key, within, id";

impl DepotDatabase {
    /// Keeps these places, all or none; the number that were new.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn learn(&mut self, places: &[LearnedPlace]) -> Result<usize, Error> {
        self.try_learn(places).map_err(|cause| self.unusable(cause))
    }

    fn try_learn(&mut self, places: &[LearnedPlace]) -> rusqlite::Result<usize> {
        let transaction = self.connection.transaction()?;
        let count = |transaction: &rusqlite::Transaction<'_>| -> rusqlite::Result<u32> {
            transaction.query_row("SELECT count(*) FROM place", [], |row| row.get(0))
        };
        let before = count(&transaction)? as usize;
        let mut n_replaced = 0;
        for learned in places {
            let (kind, key, within) =
                (learned.kind.to_string(), learned.key(), learned.within.join(" "));
            n_replaced += transaction.prepare_cached(FORGET_OTHERS)?.execute(params![
                kind,
                key,
                within,
                learned.commune.0
            ])?;
            transaction.prepare_cached(LEARN)?.execute(params![
                kind,
                key,
                learned.words,
                within,
                learned.commune.0,
                learned.place.map(LatLon::lat),
                learned.place.map(LatLon::lon),
                learned.count,
                learned.last.to_string(),
            ])?;
        }
        let after = count(&transaction)? as usize;
        transaction.commit()?;
        Ok(after + n_replaced - before)
    }

    /// Every learned place, by commune.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn places(&self) -> Result<Vec<StoredPlace>, Error> {
        self.try_places().map_err(|cause| self.unusable(cause))
    }

    fn try_places(&self) -> rusqlite::Result<Vec<StoredPlace>> {
        self.connection.prepare(LIST)?.query_map([], stored)?.collect()
    }

    /// Forgets a place; whether there was one of this number.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&mut self, id: i64) -> Result<bool, Error> {
        let forgotten = self.connection.execute("DELETE FROM place WHERE id = ?1", [id]);
        forgotten.map(|n| 0 < n).map_err(|cause| self.unusable(cause))
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredPlace> {
    let kind: String = row.get(1)?;
    let within: String = row.get(3)?;
    let (lat, lon): (Option<f64>, Option<f64>) = (row.get(5)?, row.get(6)?);
    Ok(StoredPlace {
        id: row.get(0)?,
        first: date(row, 8)?,
        place: LearnedPlace {
            kind: kind.parse().map_err(|cause| unreadable(1, cause))?,
            words: row.get(2)?,
            within: within.split_whitespace().map(str::to_owned).collect(),
            commune: CommuneCode(row.get(4)?),
            place: lat.zip(lon).and_then(|(lat, lon)| LatLon::new(lat, lon)),
            count: row.get(7)?,
            last: date(row, 9)?,
        },
    })
}

fn date(row: &Row<'_>, column: usize) -> rusqlite::Result<Date> {
    let text: String = row.get(column)?;
    text.parse().map_err(|cause: jiff::Error| unreadable(column, cause))
}

fn unreadable(
    column: usize,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(cause))
}

//! The file: opened, recognized, brought to the present form.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// `buta` in ASCII: tells our files from other databases.
const APPLICATION_ID: i32 = 0x6275_7461;

/// The steps from an empty file to the present form; the file's `user_version` counts those taken.
const MIGRATIONS: [&str; 1] = [
    // `within` holds folded unit names with a space between; the columns of a place are both filled or both empty.
    "CREATE TABLE place (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('door', 'landmark', 'hamlet', 'street')),
        key TEXT NOT NULL,
        words TEXT NOT NULL,
        within TEXT NOT NULL,
        commune INTEGER NOT NULL CHECK (commune BETWEEN 1 AND 99999),
        lat REAL CHECK (lat BETWEEN -90 AND 90),
        lon REAL CHECK (lon BETWEEN -180 AND 180),
        count INTEGER NOT NULL CHECK (0 < count),
        first_day TEXT NOT NULL,
        last_day TEXT NOT NULL,
        CHECK ((lat IS NULL) = (lon IS NULL)),
        UNIQUE (kind, key, within, commune)
    ) STRICT;",
];

/// How long to wait for another program that is writing.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Why the depot's database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be opened or is damaged.
    #[error(
        "the depot database {path} cannot be used: {cause}; restore it from a copy or name another file"
    )]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// What the database says.
        #[source]
        cause: rusqlite::Error,
    },
    /// The file is a database of something else.
    #[error("{path} is a database, but not one of a depot; name another file")]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// The file comes from a newer program.
    #[error(
        "{path} has version {found}, this program knows versions up to {known}; use a newer program"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
}

/// A depot's database, open.
#[derive(Debug)]
pub struct DepotDatabase {
    pub(super) connection: Connection,
    path: PathBuf,
}

impl DepotDatabase {
    /// Opens a depot's file, or makes a new one.
    ///
    /// # Errors
    /// When the file cannot be opened, is damaged, belongs to another program or comes from a newer one.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// Opens a depot's file that must exist.
    ///
    /// # Errors
    /// As [`Self::open`], and when there is no such file.
    pub fn open_existing(path: &Path) -> Result<Self, Error> {
        Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    fn open_with(path: &Path, flags: OpenFlags) -> Result<Self, Error> {
        let unusable = |cause| Error::Unusable { path: path.to_owned(), cause };
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(unusable)?;
        let mut database = Self { connection, path: path.to_owned() };
        let facts = database.facts().map_err(unusable)?;
        let known = MIGRATIONS.len() as i64;
        if facts.application_id != APPLICATION_ID && facts.n_tables != 0 {
            return Err(Error::Foreign { path: path.to_owned() });
        }
        if known < facts.version {
            return Err(Error::Newer { path: path.to_owned(), found: facts.version, known });
        }
        database.prepare(facts.version).map_err(unusable)?;
        Ok(database)
    }

    fn facts(&self) -> rusqlite::Result<Facts> {
        let number = |sql: &str| self.connection.query_row(sql, [], |row| row.get(0));
        Ok(Facts {
            application_id: self
                .connection
                .query_row("PRAGMA application_id", [], |row| row.get(0))?,
            version: number("PRAGMA user_version")?,
            n_tables: number("SELECT count(*) FROM sqlite_schema")?,
        })
    }

    fn prepare(&mut self, version: i64) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY_WAIT)?;
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        let transaction = self.connection.transaction()?;
        for (i, step) in (0i64..).zip(MIGRATIONS).skip(version.max(0) as usize) {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", i + 1)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.commit()
    }

    pub(super) fn unusable(&self, cause: rusqlite::Error) -> Error {
        Error::Unusable { path: self.path.clone(), cause }
    }
}

/// What a file says of itself.
struct Facts {
    application_id: i32,
    version: i64,
    n_tables: i64,
}

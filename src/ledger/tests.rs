//! The room at its edge.

use jiff::civil::date;
use rusqlite::Connection;

use super::*;
use crate::place::LatLon;
use crate::territory::{CommuneCode, LearnedPlace, PlaceKind};

fn hamlet(words: &str, commune: u32) -> LearnedPlace {
    LearnedPlace {
        kind: PlaceKind::Hamlet,
        words: words.to_owned(),
        within: vec!["thangbinh".to_owned()],
        commune: CommuneCode(commune),
        place: None,
        count: 1,
        last: date(2025, 11, 24),
    }
}

#[test]
fn a_place_learned_is_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("depot.db");
    let learned = LearnedPlace { place: LatLon::new(15.7, 108.4), ..hamlet("thôn 3", 20791) };
    assert_eq!(
        DepotDatabase::open(&path).unwrap().learn(std::slice::from_ref(&learned)).unwrap(),
        1
    );
    let found = DepotDatabase::open_existing(&path).unwrap().places().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].first, &found[0].place), (learned.last, &learned));
}

#[test]
fn a_place_confirmed_again_is_counted_and_keeps_its_position() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = DepotDatabase::open(&folder.path().join("depot.db")).unwrap();
    let at = LatLon::new(15.7, 108.4);
    let first = LearnedPlace { place: at, ..hamlet("thôn 3", 20791) };
    // Written without accents it is the same place.
    let again = LearnedPlace { last: date(2025, 12, 1), ..hamlet("Thon 3", 20791) };
    assert_eq!(database.learn(&[first]).unwrap(), 1);
    assert_eq!(database.learn(&[again]).unwrap(), 0);
    let found = &database.places().unwrap()[0];
    assert_eq!((found.place.count, found.place.place), (2, at));
    assert_eq!((found.first, found.place.last), (date(2025, 11, 24), date(2025, 12, 1)));
    assert_eq!(found.place.words, "thôn 3");
}

#[test]
fn a_later_decision_takes_the_place_of_the_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = DepotDatabase::open(&folder.path().join("depot.db")).unwrap();
    database.learn(&[hamlet("thôn 3", 20791)]).unwrap();
    assert_eq!(database.learn(&[hamlet("thôn 3", 20818)]).unwrap(), 1);
    let communes: Vec<_> = database.places().unwrap().iter().map(|p| p.place.commune.0).collect();
    assert_eq!(communes, [20818]);
}

#[test]
fn a_place_is_forgotten_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = DepotDatabase::open(&folder.path().join("depot.db")).unwrap();
    database.learn(&[hamlet("thôn 3", 20791), hamlet("thôn 4", 20791)]).unwrap();
    let id = database.places().unwrap()[0].id;
    assert!(database.forget(id).unwrap());
    assert!(!database.forget(id).unwrap());
    assert_eq!(database.places().unwrap().len(), 1);
}

#[test]
fn places_are_learned_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = DepotDatabase::open(&folder.path().join("depot.db")).unwrap();
    let impossible = LearnedPlace { count: 0, ..hamlet("thôn 4", 20791) };
    assert!(database.learn(&[hamlet("thôn 3", 20791), impossible]).is_err());
    assert_eq!(database.places().unwrap(), []);
}

#[test]
fn what_is_written_is_synced_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let database = DepotDatabase::open(&folder.path().join("depot.db")).unwrap();
    let pragma = |name: &str| -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        database.connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    // 2 is FULL.
    assert_eq!((pragma("synchronous").as_str(), pragma("journal_mode").as_str()), ("2", "wal"));
    assert_eq!(pragma("user_version"), "1");
}

#[test]
fn files_that_are_no_depot_database_are_refused_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("text.db"), "no database at all, but long enough to be read as one")
        .unwrap();
    Connection::open(path("other.db")).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    drop(DepotDatabase::open(&path("newer.db")).unwrap());
    Connection::open(path("newer.db")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(path("other.db")).unwrap();
    let error = |name: &str| DepotDatabase::open(&path(name)).unwrap_err();
    assert!(matches!(error("text.db"), Error::Unusable { .. }));
    assert!(matches!(error("other.db"), Error::Foreign { .. }));
    assert!(matches!(error("newer.db"), Error::Newer { found: 99, known: 1, .. }));
    assert_eq!(std::fs::read(path("other.db")).unwrap(), before);
    let missing = DepotDatabase::open_existing(&path("missing.db")).unwrap_err();
    assert!(matches!(missing, Error::Unusable { .. }));
    assert!(!path("missing.db").exists());
}

//! The rule of the floors: a room uses lower floors, and on its own floor nothing but the stated exceptions.
//! The table here is the floor table of `docs/ARCHITECTURE.md`.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms by floor, ground first.
const FLOORS: [&[&str]; 6] = [
    &["measure", "id", "place", "matrix", "finding", "rng"],
    &["post", "territory", "network", "problem", "solver"],
    &["intake", "address", "ledger"],
    &["planning"],
    &["outputs", "evaluation"],
    &["cli", "web"],
];

/// Uses allowed within one floor: (who, whom). The ground floor is free among itself.
const SAME_FLOOR: [(&str, &str); 2] = [("solver", "problem"), ("cli", "web")];

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// `true` when `room` may import from `used`.
fn may_use(room: &str, used: &str) -> bool {
    let (Some(above), Some(below)) = (floor_of(room), floor_of(used)) else { return false };
    below < above || above == 0 && below == 0 || room == used || SAME_FLOOR.contains(&(room, used))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every `crate::room` a line mentions outside comments.
fn rooms_mentioned(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or("");
    code.match_indices("crate::")
        .filter(|(at, _)| !code[..*at].ends_with('$'))
        .map(|(at, found)| {
            let rest = &code[at + found.len()..];
            rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")
        })
        .collect()
}

#[test]
fn every_room_uses_lower_floors_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut offenses = Vec::new();
    let mut n_uses = 0;
    for path in &files {
        let relative = path.strip_prefix(&src).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let room = first.trim_end_matches(".rs");
        if room == "lib" || room == "main" {
            continue;
        }
        assert!(floor_of(room).is_some(), "{} is on no floor", relative.display());
        let text = fs::read_to_string(path).unwrap();
        for (number, line) in text.lines().enumerate() {
            for used in rooms_mentioned(line) {
                n_uses += 1;
                if !may_use(room, used) {
                    let place = format!("src/{}:{}", relative.display(), number + 1);
                    offenses.push(format!("{place}: {room} must not use {used}"));
                }
            }
        }
    }
    assert!(n_uses > 0, "the test must see the imports it judges");
    assert!(offenses.is_empty(), "\n{}", offenses.join("\n"));
}

#[test]
fn the_rule_of_the_floors_refuses_what_it_should() {
    assert!(may_use("planning", "intake") && may_use("solver", "problem"));
    assert!(!may_use("problem", "solver") && !may_use("solver", "territory"));
    assert!(!may_use("intake", "address") && !may_use("matrix", "problem"));
    assert_eq!(rooms_mentioned("use crate::post::Item; // crate::web"), ["post"]);
}

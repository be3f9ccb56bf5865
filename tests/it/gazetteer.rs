//! The bundled tables are what the documented step makes of the public lists, byte by byte.

use std::fs;
use std::path::Path;

#[path = "../../examples/compile_gazetteer/tables.rs"]
mod tables;

#[test]
fn the_bundled_tables_are_rebuilt_from_the_public_lists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lists = root.join("../shared/data");
    if !lists.join("admin_units_2025.csv").exists() {
        println!("skipped: {} holds no public lists", lists.display());
        return;
    }
    let compiled = tables::compile(&lists).unwrap();
    assert_eq!(compiled.len(), 5);
    for table in compiled {
        let bundled = fs::read_to_string(root.join("data/gazetteer").join(table.file)).unwrap();
        assert!(bundled == table.text, "{} differs from the bundled table", table.file);
    }
}

#[test]
fn every_bundled_table_has_its_checksum_in_the_readme() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let readme = fs::read_to_string(data.join("README.md")).unwrap();
    let mut n_files = 0;
    for entry in fs::read_dir(data.join("gazetteer")).unwrap() {
        let path = entry.unwrap().path();
        let checksum = blake3::hash(&fs::read(&path).unwrap()).to_string();
        assert!(readme.contains(&checksum), "{}: {checksum}", path.display());
        n_files += 1;
    }
    assert_eq!(n_files, 8);
}

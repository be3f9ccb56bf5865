//! Compiles the public unit lists into the tables of `data/gazetteer/`.
//!
//! `cargo run --example compile_gazetteer -- FOLDER_WITH_LISTS data/gazetteer`
//!
//! The step is plain and repeatable: same lists in, same bytes out, which a test verifies.

use std::path::Path;
use std::process::ExitCode;

#[path = "compile_gazetteer/tables.rs"]
mod tables;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [lists, target] = arguments.as_slice() else {
        eprintln!("usage: compile_gazetteer FOLDER_WITH_LISTS TARGET_FOLDER");
        return ExitCode::from(2);
    };
    match write(Path::new(lists), Path::new(target)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(lists: &Path, target: &Path) -> Result<(), tables::CompileError> {
    for table in tables::compile(lists)? {
        let path = target.join(table.file);
        std::fs::write(&path, table.text.as_bytes())?;
        println!(
            "{}  {}  {} bytes",
            blake3::hash(table.text.as_bytes()),
            table.file,
            table.text.len()
        );
    }
    Ok(())
}

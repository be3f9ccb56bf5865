//! The program as it is run: in a folder, in Vietnamese unless asked otherwise.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in a folder.
pub(crate) fn buuta(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_buuta"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("BUUTA_LANG")
        .output()
        .unwrap()
}

/// What was written, as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

//! `buuta region calibrate`: recorded legs to a profile with the speeds they were driven at.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;

use crate::cli::INPUT_ERRORS;
use crate::cli::travel::{open_region, road_profile};
use crate::cli::trouble::Say;
use crate::cli::voice::{note, tell};
use crate::network::{Calibrated, RecordedLegs, calibrate};
use crate::outputs::wording::{Lang, Phrase, roads as say, troubles};

/// So many refused rows are told one by one.
const REFUSED_TOLD: usize = 5;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CalibrateArgs {
    /// The region file.
    region: PathBuf,
    /// Recorded legs: a CSV with `from_lat`, `from_lon`, `to_lat`, `to_lon`, `time_s`.
    times: PathBuf,
    /// The profile to start from: one of the region, or a profile file (.toml).
    #[arg(long, default_value = "motorbike", value_name = "NAME|FILE")]
    profile: String,
    /// The profile file to write.
    #[arg(long, short)]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, used or written.
pub(crate) fn run(args: &CalibrateArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let region = open_region(&args.region)?;
    let profile = road_profile(&region, &args.profile)?;
    let text =
        fs::read_to_string(&args.times).say(troubles::CANNOT_READ, &[&args.times.display()])?;
    let shown = args.times.display();
    let read = RecordedLegs::from_csv(&text).say(troubles::IN_FILE, &[&shown])?;
    for (row, reason) in read.refused.iter().take(REFUSED_TOLD) {
        note!("buuta: {}", say::REFUSED_LEG.with(lang, &[&row.to_string(), reason]));
    }
    if let Some(more) = read.refused.len().checked_sub(REFUSED_TOLD).filter(|&more| more > 0) {
        note!("buuta: {}", say::MORE_REFUSED.with(lang, &[&more.to_string()]));
    }
    let found = calibrate(&region, &profile, &read.legs).say(troubles::IN_FILE, &[&shown])?;
    fs::write(&args.out, found.profile.to_toml())
        .say(troubles::CANNOT_WRITE, &[&args.out.display()])?;
    tell!("{}", table(&found, lang))?;
    let legs = [found.n_used, found.n_outliers, found.n_untold].map(|n| n.to_string());
    tell!("{}", say::CALIBRATED_LEGS.with(lang, &legs.each_ref().map(String::as_str)))?;
    let shares = found.deviation.map(|share| format!("{:.1}", share * 100.0));
    tell!("{}", say::DEVIATION.with(lang, &shares.each_ref().map(String::as_str)))?;
    Ok(if read.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INPUT_ERRORS) })
}

fn table(found: &Calibrated, lang: Lang) -> Table {
    let word = |phrase: Phrase| phrase.of(lang);
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header([say::SPEED, say::DRIVEN, say::SPEED_BEFORE, say::SPEED_AFTER].map(word));
    for speed in &found.speeds {
        table.add_row([
            speed.name.to_string(),
            format!("{} min", (speed.driven.value() + 30) / 60),
            format!("{}", speed.before),
            format!("{}", speed.after),
        ]);
    }
    table
}

//! `buuta problem`: what the program's own files look like, and random ones to try it on.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::trouble::{Say, Trouble};
use crate::cli::voice;
use crate::outputs::wording::troubles as say;
use crate::problem::{
    Feature, FeatureSet, MATRIX_CLIENTS_MAX, PROBLEM_SCHEMA, SOLUTION_SCHEMA, generate_problem,
    random_problem, write_problem,
};
use crate::rng::Seed;

/// The files that routing problems travel in.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ProblemArgs {
    #[command(subcommand)]
    command: ProblemCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum ProblemCommand {
    /// Prints the JSON Schema of a file.
    Schema(SchemaArgs),
    /// Makes a random problem.
    Generate(GenerateArgs),
}

/// Which schema.
#[derive(Clone, Debug, clap::Args)]
struct SchemaArgs {
    /// The file to describe.
    #[arg(value_enum, default_value_t)]
    kind: FileWord,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FileWord {
    /// `buuta-problem/1`.
    #[default]
    Problem,
    /// `buuta-solution/1`.
    Solution,
}

/// How large a problem, and what it states.
#[derive(Clone, Debug, clap::Args)]
struct GenerateArgs {
    /// How many stops.
    #[arg(long, value_parser = clap::value_parser!(u32).range(..=STOPS_MAX))]
    stops: u32,
    /// What it states; each feature by chance when not given.
    #[arg(long, value_delimiter = ',', value_parser = feature_words())]
    features: Vec<FeatureWord>,
    /// What chance starts from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The file to write; standard output when not given.
    #[arg(short, long = "out", value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The most stops of a random problem.
const STOPS_MAX: i64 = 1_000_000;

/// A word behind `--features`.
#[derive(Clone, Copy, Debug)]
enum FeatureWord {
    /// No feature.
    Plain,
    /// Every feature.
    All,
    /// This one.
    One(Feature),
}

const WORDS_FOR_MANY: [(&str, FeatureWord); 2] =
    [("plain", FeatureWord::Plain), ("all", FeatureWord::All)];

fn feature_words() -> impl TypedValueParser<Value = FeatureWord> {
    let one = |&feature: &Feature| (feature.name(), FeatureWord::One(feature));
    let words: Vec<_> = WORDS_FOR_MANY.into_iter().chain(Feature::ALL.iter().map(one)).collect();
    let names = PossibleValuesParser::new(words.iter().map(|(name, _)| *name));
    names.map(move |given| {
        let known = words.iter().find(|(name, _)| *name == given);
        known.expect("the parser lets through what it was given").1
    })
}

/// Runs the command.
///
/// # Errors
/// When legs in a table are too many, or the text cannot be printed or written.
pub(crate) fn run(args: &ProblemArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        ProblemCommand::Schema(SchemaArgs { kind }) => {
            let schema = match kind {
                FileWord::Problem => PROBLEM_SCHEMA,
                FileWord::Solution => SOLUTION_SCHEMA,
            };
            voice::stdout().write_all(schema.as_bytes())?;
        }
        ProblemCommand::Generate(args) => {
            let text = generated(args)?;
            match &args.output {
                Some(path) => fs::write(path, text).say(say::CANNOT_WRITE, &[&path.display()])?,
                None => voice::stdout().write_all(text.as_bytes())?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn generated(args: &GenerateArgs) -> anyhow::Result<String> {
    let (seed, n_stops) = (Seed(args.seed), args.stops as usize);
    if args.features.is_empty() {
        return Ok(write_problem(&random_problem(seed, n_stops)));
    }
    let features = asked(&args.features);
    if features.needs_table() && n_stops > MATRIX_CLIENTS_MAX {
        let values: [&dyn std::fmt::Display; 2] = [&n_stops, &MATRIX_CLIENTS_MAX];
        return Err(Trouble::new(say::TABLE_TOO_LARGE, &values).into());
    }
    Ok(write_problem(&generate_problem(seed, n_stops, features)))
}

fn asked(words: &[FeatureWord]) -> FeatureSet {
    let every = FeatureSet::all().iter().collect::<Vec<_>>();
    let features = words.iter().flat_map(|word| match word {
        FeatureWord::Plain => &[],
        FeatureWord::All => every.as_slice(),
        FeatureWord::One(feature) => std::slice::from_ref(feature),
    });
    features.copied().collect()
}

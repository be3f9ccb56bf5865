//! Resolves addresses: those given as arguments, or a file of known ones to be evaluated.
//!
//! `cargo run --example resolve_addresses -- "K356/12 Hoàng Diệu, Bình Thuận, Hải Châu, Đà Nẵng"`
//! `cargo run --example resolve_addresses -- --evaluate addresses.csv [--mistakes]`

use std::path::Path;
use std::process::ExitCode;

use buuta::address::{Resolver, ResolverConfig};
use buuta::evaluation::evaluate;
use buuta::territory::Gazetteer;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, file, rest @ ..] = arguments.as_slice()
        && flag == "--evaluate"
    {
        return evaluate_file(Path::new(file), rest.iter().any(|word| word == "--mistakes"));
    }
    let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
    for line in &arguments {
        let resolution = resolver.resolve_line(line);
        let commune = resolution.commune.and_then(|code| Gazetteer::bundled().commune(code));
        let name = commune.map_or("không xác định", |commune| commune.full_name);
        println!("{line}\n  {name} ({:?}, {:.3})", resolution.confidence, resolution.probability);
        println!("  {:?}\n  {:?}", resolution.parts, resolution.why);
    }
    ExitCode::SUCCESS
}

fn evaluate_file(file: &Path, show_mistakes: bool) -> ExitCode {
    match evaluate(file) {
        Ok(report) => {
            println!("{report}");
            for mistake in report.mistakes.iter().filter(|_| show_mistakes) {
                let said = mistake.said.map_or("-".to_owned(), |code| code.to_string());
                let truth: Vec<_> = mistake.truth.iter().map(ToString::to_string).collect();
                let (row, confidence) = (mistake.row, mistake.confidence);
                println!("{}\t{row}\t{confidence:?}\t{said}\t{}", mistake.kind, truth.join(";"));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

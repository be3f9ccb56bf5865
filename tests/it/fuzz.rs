//! No text stops a reader. Lines of the corpus and made-up addresses are cut, joined and spoiled by chance, then read.
//!
//! A few thousand by default; `FUZZ_SECONDS=3600 cargo test --test it fuzz -- --nocapture` goes on for an hour.

use std::time::{Duration, Instant};

use buuta::address::{Resolver, ResolverConfig};
use buuta::evaluation::{AddressWriter, Writing};
use buuta::post::AddressText;
use buuta::rng::{Rng, Seed};
use buuta::territory::{Gazetteer, UnitTables};

const CORPUS: &str = include_str!("../corpus/addresses.txt");
/// Texts read by the quick suite.
const N_QUICK: u64 = 3_000;
/// A text in so many is read as a table of units: that takes a hundred times longer.
const TABLES_EVERY: u64 = 500;

/// Characters that have upset readers before.
const SPOILERS: [char; 24] = [
    '\0', '\u{7}', '\u{1b}', '\u{ad}', '\u{200b}', '\u{202e}', '\u{feff}', '\u{300}', '\u{323}',
    '\u{31b}', 'đ', 'Ð', 'İ', 'ß', 'ﬁ', 'ø', 'µ', '®', '½', '🙂', ',', '.', '/', '"',
];

fn spoiled(rng: &mut Rng, seeds: &[String]) -> String {
    let mut text: Vec<char> = seeds[rng.index(seeds.len())].chars().collect();
    for _ in 0..rng.below(6) {
        let at = rng.index(text.len() + 1);
        let end = (at + rng.index(12)).min(text.len());
        match rng.below(8) {
            0 => drop(text.drain(at..end)),
            1 => text.insert(at, SPOILERS[rng.index(SPOILERS.len())]),
            2 => {
                let other: Vec<char> = seeds[rng.index(seeds.len())].chars().collect();
                let from = rng.index(other.len() + 1);
                text.splice(at..end, other[from..].iter().copied());
            }
            3 => {
                let piece: Vec<char> = text[at..end].to_vec();
                text.splice(at..at, piece.repeat(rng.index(20)));
            }
            4 => text[at..end].iter_mut().for_each(|c| *c = c.to_uppercase().next().unwrap_or(*c)),
            5 => text.retain(|c| *c != ' '),
            6 => text.insert(at, char::from_u32(rng.below(0x3000)).unwrap_or(' ')),
            _ => text[at..end].reverse(),
        }
    }
    if rng.chance(0.002) {
        text = text.repeat(12_000 / text.len().max(1));
    }
    text.truncate(12_000);
    text.into_iter().collect()
}

fn read(resolver: &Resolver<'_>, text: &str) {
    let gazetteer = Gazetteer::bundled();
    let found = resolver.resolve_line(text);
    assert_eq!(found, resolver.resolve_line(text), "{text:?}");
    let communes = found.alternatives.iter().map(|a| a.commune);
    for code in communes.clone().chain(found.commune) {
        assert!(gazetteer.commune(code).is_some(), "{text:?} leads to the unknown commune {code}");
    }
    let listed: Vec<_> = communes.collect();
    assert!(found.commune.is_none_or(|code| !listed.contains(&code)), "{text:?}: {found:?}");
    assert!((0.0..=1.0).contains(&found.probability), "{text:?}: {found:?}");
    assert!(!found.why.is_empty(), "{text:?} has a reason");
    let column = AddressText {
        line: text.to_owned(),
        commune: Some(text.chars().take(40).collect()),
        ..AddressText::default()
    };
    resolver.resolve(&column);
}

#[test]
fn fuzz_no_text_stops_a_reader() {
    let gazetteer = Gazetteer::bundled();
    let resolver = Resolver::new(gazetteer, ResolverConfig::default());
    let writer = AddressWriter::new(gazetteer);
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut rng = Rng::new(Seed(seed));
    let mut seeds: Vec<String> = CORPUS.lines().map(str::to_owned).collect();
    seeds.extend(Writing::ALL.iter().map(|&writing| writer.write(&mut rng, writing).text));
    let mut n_read = 0;
    let mut slowest = (Duration::ZERO, 0);
    while end.map_or(n_read < N_QUICK, |end| Instant::now() < end) {
        if n_read % 100 == 0 {
            let at = rng.index(Writing::ALL.len());
            let fresh = writer.write(&mut rng, Writing::ALL[at]).text;
            seeds[CORPUS.lines().count() + at] = fresh;
        }
        let text = spoiled(&mut rng, &seeds);
        let timed = || {
            let start = Instant::now();
            read(&resolver, &text);
            start.elapsed()
        };
        let mut spent = timed();
        if slowest.0 < spent {
            // Other programs may have had the processor: the best of three is the text's own.
            spent = spent.min(timed()).min(timed());
            slowest = slowest.max((spent, text.len()));
        }
        if n_read % TABLES_EVERY == 0 {
            let mut tables = UnitTables::bundled();
            let header = [
                "former_code,hamlet,commune",
                "valid_from,old_code,new_code,new_full_name,province,lat,lon",
            ];
            let row = ["20194,thôn 1,20197", "2026-05-01,20791,20791,Xã Mới,48,15.7,108.4"];
            let i = rng.index(2);
            let table = spoiled(&mut rng, &[format!("{}\n{}\n", header[i], row[i])]);
            tables.replace(["hamlets.csv", "changes.csv"][i], &table);
            // An error is as good as a gazetteer; only a panic is not.
            let _ = Gazetteer::new(&tables, jiff::civil::date(2026, 6, 1));
        }
        n_read += 1;
    }
    let (spent, n_bytes) = slowest;
    println!("{n_read} texts read three times each, the slowest of {n_bytes} bytes in {spent:?}");
}

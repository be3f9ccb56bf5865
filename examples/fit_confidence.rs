//! Counts how often answers of each ground are right, on made-up addresses of seed 1:
//! `cargo run --release --example fit_confidence > data/address/confidence.csv`

use std::collections::BTreeMap;

use buuta::address::{Resolver, ResolverConfig};
use buuta::evaluation::{KnownAddress, generated_addresses};
use buuta::rng::Seed;
use buuta::territory::{Gazetteer, ProvinceCode};

/// Addresses of every way of writing.
const N_EACH: u32 = 20_000;
/// So many answers the share of the whole confidence counts for in each ground.
const PRIOR: f64 = 10.0;

#[derive(Clone, Copy, Default)]
struct Count {
    n: f64,
    right: f64,
}

fn main() {
    let gazetteer = Gazetteer::bundled();
    let known = generated_addresses(gazetteer, Seed(1), N_EACH);
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    count(&Resolver::new(gazetteer, ResolverConfig::default()), &known, &mut counts);
    // The depot's area decides for addresses of the depot, which are most of what it gets.
    let area: Vec<_> =
        gazetteer.communes().filter(|c| c.province == ProvinceCode(48)).map(|c| c.code).collect();
    let near: Vec<KnownAddress> = known
        .into_iter()
        .filter(|known| known.truth.iter().any(|code| area.contains(code)))
        .collect();
    let mut near_counts = BTreeMap::new();
    count(&Resolver::new(gazetteer, ResolverConfig::with_area(area)), &near, &mut near_counts);
    counts.extend(near_counts.into_iter().filter(|(ground, _)| ground.starts_with("area")));
    let mut wholes: BTreeMap<String, Count> = BTreeMap::new();
    for (ground, count) in &counts {
        let whole = wholes.entry(confidence_of(ground)).or_default();
        whole.n += count.n;
        whole.right += count.right;
    }
    println!("ground,n,right,probability");
    for (ground, count) in &counts {
        let whole = wholes[&confidence_of(ground)];
        let mean = whole.right / whole.n;
        let probability = (count.right + PRIOR * mean) / (count.n + PRIOR);
        println!("{ground},{:.0},{:.1},{probability:.4}", count.n, count.right);
    }
}

fn confidence_of(ground: &str) -> String {
    ground.split('-').next().unwrap_or_default().to_owned()
}

fn count(resolver: &Resolver<'_>, known: &[KnownAddress], counts: &mut BTreeMap<String, Count>) {
    for address in known {
        let resolution = resolver.resolve_line(&address.text);
        let first = resolution.alternatives.first().map(|a| a.commune);
        let Some(guess) = resolution.commune.or(first) else { continue };
        let ground = resolver.ground(&address.text);
        // Whoever was told all but the part of a split commune: its parts are stated as equals, not counted.
        if confidence_of(&ground) == "split" {
            continue;
        }
        let count = counts.entry(ground).or_default();
        count.n += 1.0;
        if address.truth.contains(&guess) {
            // One part of a split commune is right as often as any other.
            count.right += 1.0 / address.truth.len() as f64;
        }
    }
}

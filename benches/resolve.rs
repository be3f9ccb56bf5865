//! Addresses a second, clean and noisy, on one core; and how long the resolver takes to be ready.

use std::hint::black_box;

use buuta::address::{Resolver, ResolverConfig};
use buuta::evaluation::{AddressWriter, Writing};
use buuta::rng::{Rng, Seed};
use buuta::territory::Gazetteer;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Ways of writing that are read at once, and those that need a second look.
const KINDS: [(&str, &[Writing]); 2] = [
    ("clean", &[Writing::Full, Writing::Short, Writing::Bare, Writing::Mixed]),
    ("noisy", &[Writing::Mistyped, Writing::Scanned, Writing::Glued, Writing::Unaccented]),
];
const N_LINES: usize = 400;

fn resolve(c: &mut Criterion) {
    let gazetteer = Gazetteer::bundled();
    let resolver = Resolver::new(gazetteer, ResolverConfig::default());
    let writer = AddressWriter::new(gazetteer);
    let mut group = c.benchmark_group("resolve");
    for (name, writings) in KINDS {
        let mut rng = Rng::new(Seed(3));
        let write = |i: usize| writer.write(&mut rng, writings[i % writings.len()]).text;
        let lines: Vec<String> = (0..N_LINES).map(write).collect();
        group.throughput(Throughput::Elements(N_LINES as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let known =
                    |line: &String| resolver.resolve_line(black_box(line)).commune.is_some();
                lines.iter().filter(|line| known(line)).count()
            });
        });
    }
    group.finish();
    c.bench_function("resolver ready", |b| {
        b.iter(|| Resolver::new(gazetteer, ResolverConfig::default()));
    });
}

criterion_group!(benches, resolve);
criterion_main!(benches);

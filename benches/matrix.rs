//! How many cells of a travel matrix are made in a second.

use buuta::network::{NetworkPlace, TerrainClass, TravelProfile, estimate};
use buuta::place::LatLon;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// `n` places spread over a province by the multiples of two irrational numbers.
fn places(n: u32) -> Vec<NetworkPlace> {
    let terrains = [TerrainClass::Urban, TerrainClass::Delta, TerrainClass::Mountain];
    (0..n)
        .map(|i| {
            let lat = 15.2 + (f64::from(i) * std::f64::consts::SQRT_2).fract();
            let lon = 107.5 + (f64::from(i) * std::f64::consts::E).fract();
            NetworkPlace {
                at: LatLon::new(lat, lon).expect("both are near Tam Kỳ, on the globe"),
                terrain: terrains[i as usize % terrains.len()],
            }
        })
        .collect()
}

fn matrix(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("matrix/estimate");
    let profile = TravelProfile::default();
    for n in [100, 1_000] {
        let places = places(n);
        group.throughput(Throughput::Elements(u64::from(n) * u64::from(n)));
        group.bench_with_input(BenchmarkId::from_parameter(n), &places, |bencher, places| {
            bencher.iter(|| estimate(places, &profile));
        });
    }
    group.finish();
}

criterion_group!(benches, matrix);
criterion_main!(benches);

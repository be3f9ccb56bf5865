//! Solver iterations a second on one thread, at 100, 1,000 and 10,000 stops, plain and with time windows; and from a
//! plan that was searched before, where a search spends its life.

use std::sync::Arc;

use buuta::measure::Seconds;
use buuta::problem::{Client, Load, PlaceId, Problem, Rounding, TimeWindow, Travel, VehicleType};
use buuta::rng::{Rng, Seed};
use buuta::solver::{SolverConfig, StopWhen, solve};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Iterations of one measured search. Building the problem's neighbor lists and a first plan is part of it.
const ITERATIONS: u64 = 2_000;

/// Stops spread evenly around a depot in the middle, about ten on a route.
fn problem(n_stops: u32, is_timed: bool) -> Problem {
    let mut rng = Rng::new(Seed(u64::from(n_stops)));
    let mut points = vec![(5_000.0, 5_000.0)];
    points.extend((0..n_stops).map(|_| {
        let mut coordinate = || f64::from(rng.below(10_000));
        (coordinate(), coordinate())
    }));
    let clients: Vec<Client> = (1..=n_stops)
        .map(|place| {
            let mut client = Client::at(PlaceId(place));
            client.delivery = Load::single(i64::from(rng.between(1, 19)));
            if is_timed {
                let start = i64::from(rng.below(20_000));
                client.service = Seconds(60);
                client.windows.push(TimeWindow::new(start, start + 10_000));
            }
            client
        })
        .collect();
    let mut kind = VehicleType::at(PlaceId(0), n_stops, Load::single(100));
    if is_timed {
        kind.shift = TimeWindow::new(0, 50_000);
    }
    Problem::builder()
        .profile(Travel::Plane { points: Arc::new(points), rounding: Rounding::Nearest })
        .vehicle_type(kind)
        .clients(clients)
        .build()
        .expect("every number is drawn within its limits")
}

fn search(c: &mut Criterion) {
    let mut group = c.benchmark_group("search");
    group.sample_size(10).throughput(Throughput::Elements(ITERATIONS));
    let stop = StopWhen::iterations(ITERATIONS);
    for (name, is_timed) in [("plain", false), ("timed", true)] {
        for n_stops in [100, 1_000, 10_000] {
            let problem = problem(n_stops, is_timed);
            let cold = SolverConfig { threads: 1, workers: 1, ..SolverConfig::default() };
            group.bench_function(BenchmarkId::new(name, n_stops), |b| {
                b.iter(|| solve(&problem, &cold, &stop, Seed(1)).iterations);
            });
            let searched = solve(&problem, &cold, &StopWhen::iterations(10 * ITERATIONS), Seed(2));
            let warm = SolverConfig { start: Some(searched.solution), ..cold };
            group.bench_function(BenchmarkId::new(format!("{name} again"), n_stops), |b| {
                b.iter(|| solve(&problem, &warm, &stop, Seed(1)).iterations);
            });
        }
    }
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);

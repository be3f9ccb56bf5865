//! Roads: opening a region, all pairs, one way, pricing a day anew.
//!
//! Measured is the region of `BUUTA_REGION` (a region file with the motorbike's profile), or one
//! built from the extract of `BUUTA_REGION_EXTRACT`, or without both a street grid of our own making.
//! Places lie at random in a depot's area: at most 0.4 degrees a side around the region's middle.

use std::hint::black_box;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

use buuta::network::{
    Area, BuildConfig, DayRules, MapSketch, NetworkPlace, QuietBuild, Region, RegionBytes,
    RoadProfile, Router, TerrainClass, Travel, TravelProfile, build_region,
};
use buuta::place::LatLon;
use buuta::rng::{Rng, Seed};
use criterion::{Criterion, criterion_group, criterion_main};

/// Side of a depot's area.
const AREA_DEG: f64 = 0.4;

/// A grid of streets.
fn grid(size: i64) -> Vec<u8> {
    let mut map = MapSketch::new();
    for id in 0..size * size {
        let (row, column) = ((id / size) as f64, (id % size) as f64);
        map.node(id + 1, 15.5 + row * 1e-3, 108.4 + column * 1e-3);
    }
    for line in 0..size {
        let class = if line % 8 == 0 { "secondary" } else { "residential" };
        let east: Vec<i64> = (0..size).map(|i| line * size + i + 1).collect();
        let north: Vec<i64> = (0..size).map(|i| i * size + line + 1).collect();
        map.way(line * 2 + 1, &east, &[("highway", class)]);
        map.way(line * 2 + 2, &north, &[("highway", class)]);
    }
    map.to_pbf()
}

fn extract() -> Vec<u8> {
    match std::env::var_os("BUUTA_REGION_EXTRACT") {
        Some(path) => std::fs::read(path).expect("the extract can be read"),
        None => grid(150),
    }
}

/// The region file to measure.
fn region_file() -> PathBuf {
    if let Some(path) = std::env::var_os("BUUTA_REGION") {
        return path.into();
    }
    let profiles = vec![RoadProfile::motorbike()];
    let config = BuildConfig { name: "bench".to_owned(), area: Area::Everything, profiles };
    let mut out = Cursor::new(Vec::new());
    build_region(&mut Cursor::new(extract()), &config, &mut out, &QuietBuild)
        .expect("the extract is sound");
    let path = std::env::temp_dir().join("buuta-bench.buuta-region");
    std::fs::write(&path, out.into_inner()).expect("the temporary folder can be written");
    path
}

fn places(region: &Region, n: usize) -> Vec<NetworkPlace> {
    let bounds = region.summary().bounding_box();
    let mut rng = Rng::new(Seed(1));
    let mut within = |lo: f64, hi: f64| {
        let side = (hi - lo).min(AREA_DEG);
        f64::midpoint(lo, hi) + side * (rng.unit() - 0.5)
    };
    (0..n)
        .map(|_| {
            let lat = within(bounds.lat_min, bounds.lat_max);
            let lon = within(bounds.lon_min, bounds.lon_max);
            let at = LatLon::new(lat, lon).expect("within the box of the region");
            NetworkPlace { at, terrain: TerrainClass::Urban }
        })
        .collect()
}

fn roads(c: &mut Criterion) {
    let path = region_file();
    let open = || {
        let file = std::fs::File::open(&path).expect("just written");
        Region::open(RegionBytes::map(&file).expect("mapped")).expect("sound")
    };
    let region = Arc::new(open());
    let router = Router::new(Arc::clone(&region), "motorbike").expect("built with it");
    let fallback = TravelProfile::default();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");

    let mut group = c.benchmark_group("roads");
    group.sample_size(10);
    group.bench_function("open", |b| b.iter(|| black_box(open())));
    group.bench_function("open_and_check_roads", |b| {
        b.iter(|| Router::new(Arc::new(open()), "motorbike").expect("sound"));
    });
    for n in [200, 1_000] {
        let places = places(&region, n);
        group.bench_function(format!("matrix_{n}_two_threads"), |b| {
            b.iter(|| pool.install(|| router.measure(black_box(&places), &fallback)));
        });
    }
    let ends = places(&region, 200);
    group.bench_function("route_with_geometry", |b| {
        let mut pairs = ends.chunks(2).cycle();
        b.iter(|| {
            let pair = pairs.next().expect("endless");
            router.route(pair[0].at, pair[1].at)
        });
    });
    let day = DayRules::default();
    group.bench_function("price_a_day_anew", |b| {
        b.iter(|| Router::for_day(Arc::clone(&region), RoadProfile::motorbike(), &day));
    });
    group.finish();
}

criterion_group!(benches, roads);
criterion_main!(benches);

//! Draws a country that does not exist, as an OpenStreetMap extract, to measure large regions with.
//!
//! `cargo run --release --example draw_country -- 5000000 country.osm.pbf`
//!
//! Towns are street grids with gaps; roads with bends join each town to its neighbors; hamlets hang
//! on those roads as little trees. About so many junctions as asked for come out.

use std::process::ExitCode;

use buuta::network::MapSketch;
use buuta::rng::{Rng, Seed};

/// Side of a town's grid, in streets.
const TOWN: i64 = 30;
/// Junctions of a town with its roads and hamlets, about.
const TOWN_JUNCTIONS: f64 = 900.0 + 2.0 * 40.0 * 3.0;
/// Between towns, in degrees.
const APART: f64 = 0.06;
/// Between streets of a town, in degrees.
const STREET: f64 = 0.000_9;

struct Country {
    map: MapSketch,
    rng: Rng,
    n_nodes: i64,
    n_ways: i64,
}

impl Country {
    fn node(&mut self, lat: f64, lon: f64) -> i64 {
        self.n_nodes += 1;
        self.map.node(self.n_nodes, lat, lon);
        self.n_nodes
    }

    fn way(&mut self, nodes: &[i64], class: &str) {
        self.n_ways += 1;
        self.map.way(self.n_ways, nodes, &[("highway", class)]);
    }

    /// A street grid; gives its four middle border nodes: south, west, north, east.
    fn town(&mut self, lat: f64, lon: f64) -> [i64; 4] {
        let first = self.n_nodes + 1;
        for row in 0..TOWN {
            for column in 0..TOWN {
                let wobble = self.rng.unit() * STREET * 0.3;
                let at = (lat + row as f64 * STREET, lon + column as f64 * STREET);
                self.node(at.0 + wobble, at.1 + wobble);
            }
        }
        let id = |row: i64, column: i64| first + row * TOWN + column;
        for line in 0..TOWN {
            let class = if line % 10 == 5 { "secondary" } else { "residential" };
            for step in 1..TOWN {
                // One street in seven is missing, but never a main one.
                for pair in
                    [[id(line, step - 1), id(line, step)], [id(step - 1, line), id(step, line)]]
                {
                    if class == "secondary" || self.rng.chance(0.86) {
                        self.way(&pair, class);
                    }
                }
            }
        }
        let middle = 5 + (TOWN / 20) * 10;
        [id(0, middle), id(middle, 0), id(TOWN - 1, middle), id(middle, TOWN - 1)]
    }

    /// A bent road with hamlets along it.
    fn road(&mut self, from: (i64, f64, f64), to: (i64, f64, f64)) {
        let n = 40;
        let mut last = from.0;
        for step in 1..=n {
            let share = f64::from(step) / f64::from(n);
            let bend = (share * 12.0).sin() * 0.002;
            let (lat, lon) = (from.1 + (to.1 - from.1) * share, from.2 + (to.2 - from.2) * share);
            let node = if step == n { to.0 } else { self.node(lat + bend, lon + bend) };
            self.way(&[last, node], "tertiary");
            last = node;
            if step < n {
                let lane = self.node(lat + bend + 0.001, lon + bend - 0.001);
                let end = self.node(lat + bend + 0.001_7, lon + bend - 0.001_2);
                self.way(&[node, lane, end], "unclassified");
                let other = self.node(lat + bend + 0.001_2, lon + bend - 0.001_8);
                self.way(&[lane, other], "path");
            }
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(n), Some(path)) =
        (arguments.next().and_then(|n| n.parse::<f64>().ok()), arguments.next())
    else {
        eprintln!("usage: draw_country JUNCTIONS FILE.osm.pbf");
        return ExitCode::from(2);
    };
    let side = (n / TOWN_JUNCTIONS).sqrt().ceil().max(1.0) as usize;
    let mut country =
        Country { map: MapSketch::new(), rng: Rng::new(Seed(1)), n_nodes: 0, n_ways: 0 };
    let at = |row: usize, column: usize| (9.0 + row as f64 * APART, 104.0 + column as f64 * APART);
    let extent = TOWN as f64 * STREET;
    let mut towns: Vec<[i64; 4]> = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let (lat, lon) = at(row, column);
            let town = country.town(lat, lon);
            if column > 0 {
                let west = towns[row * side + column - 1];
                let from = (west[3], lat + extent / 2.0, at(row, column - 1).1 + extent);
                country.road(from, (town[1], lat + extent / 2.0, lon));
            }
            if row > 0 {
                let south = towns[(row - 1) * side + column];
                let from = (south[2], at(row - 1, column).0 + extent, lon + extent / 2.0);
                country.road(from, (town[0], lat, lon + extent / 2.0));
            }
            towns.push(town);
        }
    }
    eprintln!("{} nodes, {} ways, {} towns", country.n_nodes, country.n_ways, towns.len());
    if let Err(error) = std::fs::write(&path, country.map.to_pbf()) {
        eprintln!("cannot write {path}: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

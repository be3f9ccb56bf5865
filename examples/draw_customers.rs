//! Draws a made-up instance of any size in VRPLIB text: half of the customers lie around towns, half anywhere.
//!
//!     cargo run --release --example draw_customers -- 1000000 7 > million.vrp
//!     buuta solve million.vrp --time 600s --threads 2 --output million.sol
//!     buuta check million.vrp million.sol

use std::io::{self, BufWriter, Write};

use anyhow::Context as _;
use buuta::rng::{Rng, Seed};

/// Customers on a route, on average.
const ROUTE_CUSTOMERS: u32 = 20;
/// Largest demand.
const DEMAND_MAX: u32 = 9;
/// Customers of a town, on average.
const TOWN_CUSTOMERS: u32 = 500;

fn main() -> anyhow::Result<()> {
    let usage = "usage: draw_customers CUSTOMERS SEED";
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u32>());
    let n_customers = numbers.next().context(usage)?.context(usage)?;
    let seed = numbers.next().context(usage)?.context(usage)?;
    let mut rng = Rng::new(Seed(u64::from(seed)));
    // The area grows with the customers, so that they always lie equally dense.
    let side = (f64::from(n_customers).sqrt() * 30.0).max(1_000.0) as u32;
    let anywhere = |rng: &mut Rng| (rng.below(side), rng.below(side));
    let towns: Vec<(u32, u32)> =
        (0..=n_customers / TOWN_CUSTOMERS).map(|_| anywhere(&mut rng)).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "NAME : drawn-{n_customers}-{seed}\nTYPE : CVRP")?;
    writeln!(out, "DIMENSION : {}\nEDGE_WEIGHT_TYPE : EUC_2D", n_customers + 1)?;
    writeln!(out, "CAPACITY : {}\nNODE_COORD_SECTION", ROUTE_CUSTOMERS * DEMAND_MAX.div_ceil(2))?;
    writeln!(out, "1 {0} {0}", side / 2)?;
    for customer in 2..=n_customers + 1 {
        let (x, y) = if rng.chance(0.5) {
            // The sum of several draws gathers around a town's middle.
            let (x, y) = towns[rng.index(towns.len())];
            let mut off = || (0..4).map(|_| rng.below(300)).sum::<u32>();
            ((x + off()).saturating_sub(600), (y + off()).saturating_sub(600))
        } else {
            anywhere(&mut rng)
        };
        writeln!(out, "{customer} {x} {y}")?;
    }
    writeln!(out, "DEMAND_SECTION\n1 0")?;
    for customer in 2..=n_customers + 1 {
        writeln!(out, "{customer} {}", rng.between(1, DEMAND_MAX))?;
    }
    writeln!(out, "DEPOT_SECTION\n1\n-1\nEOF")?;
    out.flush()?;
    Ok(())
}

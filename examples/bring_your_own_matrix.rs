//! Plans two couriers' rounds from a matrix of your own, one-way streets included.
//!
//! `cargo run --example bring_your_own_matrix`

use std::error::Error;
use std::sync::Arc;

use buuta::matrix::TravelMatrix;
use buuta::measure::Seconds;
use buuta::problem::{
    Client, Load, PlaceId, Problem, TimeWindow, Travel, VehicleType, check, write_problem,
};
use buuta::rng::Seed;
use buuta::solver::{SolverConfig, StopWhen, solve};

const NAMES: [&str; 5] = ["depot", "market", "school", "harbor", "hill"];
/// From each place (row) to each place (column); the hill is climbed more slowly than descended.
const TIMES_S: [[u32; 5]; 5] = [
    [0, 300, 420, 600, 900],
    [240, 0, 180, 480, 840],
    [420, 300, 0, 360, 780],
    [660, 480, 360, 0, 960],
    [540, 500, 460, 620, 0],
];
const DISTANCES_M: [[u32; 5]; 5] = [
    [0, 1_500, 2_100, 3_200, 3_600],
    [1_200, 0, 900, 2_500, 3_300],
    [2_100, 1_500, 0, 1_800, 3_100],
    [3_400, 2_500, 1_800, 0, 4_000],
    [3_600, 3_300, 3_100, 4_000, 0],
];
const HOUR: i64 = 3_600;

fn main() -> Result<(), Box<dyn Error>> {
    let matrix = TravelMatrix::new(NAMES.len(), TIMES_S.concat(), DISTANCES_M.concat())?;
    let mut courier = VehicleType::at(PlaceId(0), 2, Load::single(25));
    courier.shift = TimeWindow::new(8 * HOUR, 12 * HOUR);
    let clients = (1..NAMES.len() as u32).map(|place| {
        let mut client = Client::at(PlaceId(place));
        client.delivery = Load::single(10);
        client.service = Seconds(300);
        client
    });
    let problem = Problem::builder()
        .profile(Travel::Matrix(Arc::new(matrix)))
        .vehicle_type(courier)
        .clients(clients)
        .build()?;
    println!("the problem, for any engine:\n{}", write_problem(&problem));

    let stop = StopWhen::iterations(500);
    let solution = solve(&problem, &SolverConfig::default(), &stop, Seed(1)).solution;
    let report = check(&problem, &solution);
    if let Some(violation) = report.violations.first() {
        return Err(format!("the plan breaks a rule: {violation}").into());
    }
    for (route, schedule) in solution.routes.iter().zip(&report.routes) {
        let names = route.clients.iter().map(|&client| {
            let PlaceId(place) = problem.clients()[client].place;
            NAMES[place as usize]
        });
        let names = names.collect::<Vec<_>>().join(" → ");
        println!("{names}: {} m, {} s", schedule.distance.value(), schedule.duration().value());
    }
    println!("cost {}", report.cost.value());
    Ok(())
}

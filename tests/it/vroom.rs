//! Random problems in VROOM's JSON: each answer is judged by a reader that knows that format only.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use buuta::problem::{VroomAnswer, read_vroom, read_vroom_answer, write_vroom};
use buuta::rng::{Rng, Seed};
use buuta::solver::{SolverConfig, StopWhen, solve};

fn amount(rng: &mut Rng, lo: u32, hi: u32) -> i64 {
    i64::from(rng.between(lo, hi))
}

fn windows(rng: &mut Rng) -> Value {
    let start = amount(rng, 0, 2_000);
    let end = start + amount(rng, 300, 2_000);
    let mut windows = vec![json!([start, end])];
    if rng.chance(0.3) {
        windows.push(json!([end + 200, end + 900]));
    }
    Value::from(windows)
}

fn task(rng: &mut Rng, id: usize, n_places: u32) -> Value {
    let mut task = json!({
        "id": id,
        "location_index": rng.below(n_places),
        "service": amount(rng, 0, 90),
        "setup": amount(rng, 0, 40),
    });
    if rng.chance(0.4) {
        task["time_windows"] = windows(rng);
    }
    task
}

/// A problem with everything that the format knows and this program takes.
fn problem(seed: u64) -> Value {
    let mut rng = Rng::new(Seed(seed));
    let n_places = rng.between(3, 9);
    let points: Vec<(f64, f64)> =
        (0..n_places).map(|_| (f64::from(rng.below(400)), f64::from(rng.below(400)))).collect();
    let cell = |factor: f64| {
        let length =
            |a: &(f64, f64), b: &(f64, f64)| ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt();
        let row = |a| points.iter().map(|b| (factor * length(a, b)).round() as i64).collect();
        points.iter().map(row).collect::<Vec<Vec<i64>>>()
    };
    let (has_meters, has_prices) = (rng.chance(0.5), rng.chance(0.4));
    let mut tables = json!({"durations": cell(1.0)});
    if has_meters || has_prices {
        tables["distances"] = json!(cell(8.0));
    }
    let vehicles: Vec<Value> = (0..rng.between(1, 3))
        .map(|id| {
            let mut vehicle = json!({"id": id, "capacity": [amount(&mut rng, 3, 9)]});
            vehicle["start_index"] = rng.below(n_places).into();
            if rng.chance(0.8) {
                vehicle["end_index"] = rng.below(n_places).into();
            }
            if rng.chance(0.5) {
                vehicle["time_window"] = json!([0, amount(&mut rng, 2_500, 6_000)]);
            }
            if rng.chance(0.5) {
                vehicle["skills"] = json!([1, 5]);
            }
            if rng.chance(0.3) {
                vehicle["speed_factor"] = json!(1.25);
            }
            if rng.chance(0.3) {
                vehicle["max_tasks"] = json!(amount(&mut rng, 1, 6));
            }
            if rng.chance(0.3) {
                vehicle["max_travel_time"] = json!(amount(&mut rng, 300, 1_500));
            }
            if has_meters && rng.chance(0.3) {
                vehicle["max_distance"] = json!(amount(&mut rng, 3_000, 9_000));
            }
            if has_prices {
                vehicle["costs"] = json!({"fixed": amount(&mut rng, 0, 500),
                    "per_hour": amount(&mut rng, 0, 4_000), "per_km": amount(&mut rng, 0, 50)});
            }
            if rng.chance(0.4) {
                let start = amount(&mut rng, 200, 900);
                let mut breaks = vec![json!({"id": 1, "service": amount(&mut rng, 30, 300),
                    "time_windows": [[start, start + 400]]})];
                if rng.chance(0.5) {
                    breaks.push(json!({"id": 2, "service": 60,
                        "time_windows": [[start + 700, start + 1_200]]}));
                }
                vehicle["breaks"] = Value::from(breaks);
            }
            vehicle
        })
        .collect();
    let jobs: Vec<Value> = (0..rng.below(7) as usize)
        .map(|id| {
            let mut job = task(&mut rng, id, n_places);
            job["delivery"] = json!([amount(&mut rng, 0, 3)]);
            job["pickup"] = json!([amount(&mut rng, 0, 3)]);
            job["priority"] = json!(amount(&mut rng, 0, 9));
            if rng.chance(0.2) {
                job["skills"] = json!([5]);
            }
            job
        })
        .collect();
    let shipments: Vec<Value> = (0..rng.below(3) as usize)
        .map(|id| {
            json!({"amount": [amount(&mut rng, 0, 3)], "pickup": task(&mut rng, id, n_places),
                "delivery": task(&mut rng, id, n_places)})
        })
        .collect();
    json!({"vehicles": vehicles, "jobs": jobs, "shipments": shipments, "matrices": {"car": tables}})
}

/// What the file says of a task that a step names.
fn named<'f>(file: &'f Value, step: &Value) -> (&'f Value, i64, i64) {
    let find = |list: &'f Value, half: Option<&str>| {
        let tasks = list.as_array().unwrap().iter();
        tasks
            .map(|task| (task, half.map_or(task, |half| &task[half])))
            .find(|(_, task)| task["id"] == step["id"])
            .unwrap()
    };
    let first = |value: &Value| value[0].as_i64().unwrap_or(0);
    match step["type"].as_str().unwrap() {
        "job" => {
            let (_, task) = find(&file["jobs"], None);
            (task, first(&task["delivery"]), first(&task["pickup"]))
        }
        half => {
            let (shipment, task) = find(&file["shipments"], Some(half));
            let amount = first(&shipment["amount"]);
            if half == "pickup" { (task, 0, amount) } else { (task, amount, 0) }
        }
    }
}

fn int(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no integer"))
}

/// Follows an answer by the file alone.
fn judge(file: &Value, answer: &Value) {
    let mut seen: BTreeMap<(String, i64), usize> = BTreeMap::new();
    let mut note = |step: &Value| {
        let key = (step["type"].as_str().unwrap().to_owned(), int(&step["id"]));
        *seen.entry(key).or_default() += 1;
    };
    answer["unassigned"].as_array().unwrap().iter().for_each(&mut note);
    let mut total = 0;
    for route in answer["routes"].as_array().unwrap() {
        let vehicles = file["vehicles"].as_array().unwrap();
        let vehicle = vehicles.iter().find(|it| it["id"] == route["vehicle"]).unwrap();
        judge_route(file, vehicle, route);
        total += int(&route["cost"]);
        let steps = route["steps"].as_array().unwrap().iter();
        let is_task =
            |step: &&Value| ["job", "pickup", "delivery"].contains(&step["type"].as_str().unwrap());
        steps.filter(is_task).for_each(&mut note);
    }
    assert_eq!(answer["summary"]["cost"], total);
    let n_shipments = file["shipments"].as_array().unwrap().len();
    assert_eq!(seen.len(), file["jobs"].as_array().unwrap().len() + 2 * n_shipments);
    assert!(seen.values().all(|&times| times == 1), "each task once: {seen:?}");
}

fn judge_route(file: &Value, vehicle: &Value, route: &Value) {
    assert_eq!(route["violations"], json!([]), "{route}");
    let tables = &file["matrices"]["car"];
    let factor = vehicle["speed_factor"].as_f64().unwrap_or(1.0);
    let steps = route["steps"].as_array().unwrap();
    let capacity = int(&vehicle["capacity"][0]);
    let mut load: i64 =
        steps.iter().filter(|step| step["type"] == "job").map(|step| named(file, step).1).sum();
    let (mut here, mut now, mut travel, mut length) = (None::<usize>, 0, 0, 0);
    let (mut n_tasks, mut n_breaks, mut left) = (0, 0, 0);
    for (position, step) in steps.iter().enumerate() {
        let arrival = int(&step["arrival"]);
        let begin = arrival + int(&step["waiting_time"]);
        let kind = step["type"].as_str().unwrap();
        let driven = int(&step["duration"]) - travel;
        travel += driven;
        if position > 0 {
            assert_eq!(arrival, now + driven, "{step}");
        }
        let place = match kind {
            "start" => Some(&vehicle["start_index"]),
            "end" => Some(&vehicle["end_index"]),
            "break" => None,
            _ => Some(&named(file, step).0["location_index"]),
        };
        if let Some(place) = place {
            let to = int(place) as usize;
            if let Some(from) = here {
                // What was driven before breaks and after them is the whole leg.
                let whole = tables["durations"][from][to].as_f64().unwrap() / factor;
                assert_eq!(left + driven, whole.round() as i64, "{step}");
                length += tables["distances"][from][to].as_i64().unwrap_or(0);
            }
            if !["start", "end"].contains(&kind) {
                let is_here = here == Some(to);
                let (task, delivery, pickup) = named(file, step);
                let setup = if is_here { 0 } else { int(&task["setup"]) };
                assert_eq!(int(&step["setup"]), setup);
                assert_eq!(int(&step["service"]), int(&task["service"]));
                load += pickup - delivery;
                n_tasks += 1;
                assert_within(&task["time_windows"], begin);
                let has = |skill: &Value| {
                    vehicle["skills"].as_array().is_some_and(|skills| skills.contains(skill))
                };
                assert!(task["skills"].as_array().is_none_or(|skills| skills.iter().all(has)));
            }
            (here, left) = (Some(to), 0);
        } else {
            let breaks = vehicle["breaks"].as_array().unwrap();
            let one = breaks.iter().find(|one| one["id"] == step["id"]).unwrap();
            assert_within(&one["time_windows"], begin);
            assert_eq!(int(&step["service"]), int(&one["service"]));
            n_breaks += 1;
            left += driven;
        }
        assert_eq!(int(&step["load"][0]), load);
        assert!((0..=capacity).contains(&load), "{step}");
        now = begin + int(&step["setup"]) + int(&step["service"]);
        if let Some(window) = vehicle["time_window"].as_array() {
            assert!((int(&window[0])..=int(&window[1])).contains(&begin), "{step}");
        }
    }
    let limit = |key: &str, value: i64| {
        assert!(vehicle[key].as_i64().is_none_or(|most| value <= most), "{key}: {value}");
    };
    limit("max_tasks", n_tasks);
    limit("max_travel_time", travel);
    limit("max_distance", length);
    assert_eq!(n_breaks, vehicle["breaks"].as_array().map_or(0, Vec::len));
    let price = |key: &str, usual: i64| vehicle["costs"][key].as_i64().unwrap_or(usual) as f64;
    let cost = price("fixed", 0)
        + price("per_hour", 3_600) * travel as f64 / 3_600.0
        + price("per_km", 0) * length as f64 / 1_000.0;
    assert!((int(&route["cost"]) as f64 - cost).abs() <= 0.5 + 1e-9, "{cost} is not {route}");
}

fn assert_within(windows: &Value, at: i64) {
    let Some(windows) = windows.as_array() else { return };
    let is_within = |window: &Value| (int(&window[0])..=int(&window[1])).contains(&at);
    assert!(windows.iter().any(is_within), "{at} is in none of {windows:?}");
}

#[test]
fn every_answer_to_a_random_file_obeys_the_file() {
    let n_files = if std::env::var_os("RUN_SLOW_TESTS").is_some() { 2_000 } else { 150 };
    let mut n_assigned = 0;
    for seed in 0..n_files {
        let file = problem(seed);
        let vroom = read_vroom(&file.to_string(), None)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}: {file}"));
        let config = SolverConfig { threads: 1, workers: 1, ..SolverConfig::default() };
        let solved = solve(&vroom.problem, &config, &StopWhen::iterations(60), Seed(seed));
        let (loading, solving) = Default::default();
        let solution = &solved.solution;
        let answer = VroomAnswer { vroom: &vroom, solution, is_plan: false, loading, solving };
        let text = write_vroom(&answer);
        judge(&file, &serde_json::from_str(&text).unwrap());
        n_assigned += solution.n_served();
        let again = read_vroom_answer(&text, &vroom).unwrap();
        assert_eq!(again.canonical(), solution.clone().canonical(), "seed {seed}");
    }
    assert!(n_assigned as u64 > n_files, "most tasks are served");
}

#[test]
fn the_command_answers_errors_and_given_routes_in_the_format_too() {
    let folder = tempfile::tempdir().unwrap();
    let run = |text: &str, arguments: &[&str]| {
        fs::write(folder.path().join("day.json"), text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_buuta"));
        command.args(["solve", "day.json", "--lang", "en"]).args(arguments);
        let output = command.current_dir(folder.path()).output().unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), answer, told)
    };
    let example = include_str!("../../data/instances/vroom.json");
    let (code, answer, _) = run(example, &["--iterations", "300"]);
    assert_eq!((code, &answer["code"]), (Some(0), &json!(0)));
    assert_eq!(answer["summary"]["cost"], 5_506);
    let (code, answer, told) =
        run(&example.replace("\"id\": 6", "\"id\": -6"), &["--write", "vroom"]);
    assert_eq!((code, &answer["code"]), (Some(3), &json!(2)), "{told}");
    assert!(answer["error"].as_str().unwrap().contains("jobs[5].id is -6"), "{answer}");
    assert!(told.contains("jobs[5].id is -6"), "{told}");
    let (code, _, told) = run(example, &["-c"]);
    assert_eq!(code, Some(3));
    assert!(told.contains("no vehicle of day.json has `steps`"), "{told}");
    let mut given: Value = serde_json::from_str(example).unwrap();
    given["vehicles"][1]["steps"] = json!([{"type": "start"}, {"type": "job", "id": 4}]);
    let (code, answer, _) = run(&given.to_string(), &["-c"]);
    assert_eq!(code, Some(0));
    assert_eq!(answer["summary"]["cost"], 1_299);
    assert_eq!(answer["summary"]["unassigned"], 5);
    let coordinates = r#"{"vehicles": [{"id": 1, "start": [108.2, 16.0]}],
        "jobs": [{"id": 1, "location": [108.21, 16.0]}], "colour": 1}"#;
    let (code, answer, told) = run(coordinates, &["--iterations", "9"]);
    assert_eq!((code, &answer["summary"]["unassigned"]), (Some(0), &json!(0)));
    assert!(told.contains("estimated from great circles") && told.contains("colour"), "{told}");
}

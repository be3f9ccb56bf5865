//! Bad files are refused with path, value and remedy; hand-worked answers; no text causes a panic.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::matrix::{MatrixError, TravelMatrix};
use crate::place::LatLon;
use crate::problem::vroom::json::Reader;
use crate::problem::{
    ClientId, Presence, Solution, Vroom, VroomAnswer, VroomError, check, is_vroom, read_vroom,
    read_vroom_answer, write_vroom, write_vroom_error,
};

const EXAMPLE: &str = include_str!("../../../data/instances/vroom.json");

/// Three places on a line, 100 s and 1,000 m apart; one vehicle at place 0.
fn line(vehicle: &str, jobs: &str) -> String {
    format!(
        r#"{{"vehicles": [{{"id": 7, "start_index": 0, "end_index": 0{vehicle}}}], "jobs": [{jobs}],
        "matrices": {{"car": {{"durations": [[0, 100, 200], [100, 0, 100], [200, 100, 0]],
        "distances": [[0, 1000, 2000], [1000, 0, 1000], [2000, 1000, 0]]}}}}}}"#
    )
}

fn read(text: &str) -> Vroom {
    read_vroom(text, None).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The answer when the vehicle's given steps are followed.
fn plan(text: &str) -> Value {
    let vroom = read(text).with_given_times().unwrap();
    let solution = vroom.given.clone().unwrap();
    let (loading, solving) = (Duration::ZERO, Duration::ZERO);
    let answer =
        VroomAnswer { vroom: &vroom, solution: &solution, is_plan: true, loading, solving };
    serde_json::from_str(&write_vroom(&answer)).unwrap()
}

fn steps(jobs: &[u32]) -> String {
    let steps: Vec<Value> = jobs.iter().map(|id| json!({"type": "job", "id": id})).collect();
    format!(r#", "steps": {}"#, Value::from(steps))
}

fn column(answer: &Value, key: &str) -> Vec<i64> {
    let steps = answer["routes"][0]["steps"].as_array().unwrap();
    steps.iter().map(|step| step[key].as_i64().unwrap()).collect()
}

#[test]
fn a_given_route_is_told_step_by_step() {
    let jobs = r#"{"id": 1, "location_index": 1, "service": 10, "setup": 5, "delivery": [2]},
        {"id": 2, "location_index": 1, "service": 20, "setup": 5, "pickup": [3]},
        {"id": 3, "location_index": 2, "time_windows": [[500, 600]], "priority": 4}"#;
    let answer = plan(&line(&format!(r#", "capacity": [9]{}"#, steps(&[1, 2, 3])), jobs));
    // Serve at 500: 100 s before at place 1, where 15 s and, being there already, 20 s were spent.
    assert_eq!(column(&answer, "arrival"), [265, 365, 380, 500, 700]);
    assert_eq!(column(&answer, "setup"), [0, 5, 0, 0, 0]);
    assert_eq!(column(&answer, "duration"), [0, 100, 100, 200, 400]);
    assert_eq!(column(&answer, "distance"), [0, 1000, 1000, 2000, 4000]);
    let loads: Vec<&Value> =
        answer["routes"][0]["steps"].as_array().unwrap().iter().map(|it| &it["load"]).collect();
    assert_eq!(loads, [&json!([2]), &json!([0]), &json!([3]), &json!([3]), &json!([3])]);
    let summary = &answer["summary"];
    for (key, value) in [
        ("cost", 400),
        ("routes", 1),
        ("unassigned", 0),
        ("setup", 5),
        ("service", 30),
        ("duration", 400),
        ("waiting_time", 0),
        ("priority", 4),
        ("distance", 4000),
    ] {
        assert_eq!(summary[key], value, "{key}");
    }
    assert_eq!(summary["delivery"], json!([2]));
}

#[test]
fn a_break_is_taken_on_the_way_when_that_is_early_enough() {
    let jobs = r#"{"id": 1, "location_index": 2}"#;
    let breaks = r#", "breaks": [{"id": 3, "time_windows": [[150, 160]], "service": 50}]"#;
    let answer = plan(&line(&format!("{breaks}{}", steps(&[1])), jobs));
    // Between the stops, 150 s out: nobody waits anywhere.
    assert_eq!(column(&answer, "arrival"), [0, 150, 250, 450]);
    assert_eq!(column(&answer, "duration"), [0, 150, 200, 400]);
    assert_eq!(answer["routes"][0]["steps"][1]["type"], "break");
    assert_eq!(answer["summary"]["cost"], 400);
    assert_eq!(answer["summary"]["service"], 50);
}

#[test]
fn a_vehicle_with_a_break_leaves_as_late_as_the_break_allows() {
    // At once it would be there at 200 and wait until 300; the break from 350 on, 50 s out, stays where it is.
    let jobs = r#"{"id": 1, "location_index": 2, "time_windows": [[300, 400]]}"#;
    let breaks = r#", "breaks": [{"id": 3, "time_windows": [[350, 360]], "service": 50}]"#;
    let answer = plan(&line(&format!("{breaks}{}", steps(&[1])), jobs));
    assert_eq!(column(&answer, "arrival"), [100, 300, 350, 550]);
    assert_eq!(answer["summary"]["waiting_time"], 0);
}

#[test]
fn a_vehicle_leaves_late_for_the_window_in_which_it_would_serve() {
    // There at 200, between two windows: it waits for the second at home, not longer.
    let jobs =
        r#"{"id": 1, "location_index": 2, "time_windows": [[0, 150], [260, 300], [500, 600]]}"#;
    let answer = plan(&line(&steps(&[1]), jobs));
    assert_eq!(column(&answer, "arrival"), [60, 260, 460]);
    assert_eq!(answer["summary"]["waiting_time"], 0);
}

#[test]
fn a_broken_route_is_told_with_its_causes() {
    let jobs = r#"{"id": 1, "location_index": 2, "delivery": [5], "skills": [8],
        "time_windows": [[0, 150]]}, {"id": 2, "location_index": 1}"#;
    let vehicle = r#", "capacity": [4], "max_tasks": 1, "max_travel_time": 399,
        "max_distance": 3999, "time_window": [0, 390]"#;
    let answer = plan(&line(&format!("{vehicle}{}", steps(&[1, 2])), jobs));
    let causes = |violations: &Value| -> Vec<String> {
        let list = violations.as_array().unwrap();
        list.iter().map(|it| it["cause"].as_str().unwrap().to_owned()).collect()
    };
    let at_steps: Vec<Vec<String>> = answer["routes"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| causes(&step["violations"]))
        .collect();
    let expected: [&[&str]; 4] = [&["load"], &["delay", "skills"], &[], &["delay"]];
    assert_eq!(at_steps, expected);
    let all = causes(&answer["summary"]["violations"]);
    assert_eq!(all, ["load", "delay", "skills", "max_tasks", "max_travel_time", "max_distance"]);
    // 50 s at the job, 10 s at the end.
    assert_eq!(answer["summary"]["violations"][1]["duration"], 60);
}

#[test]
fn moments_that_steps_ask_for_are_kept_and_judged_by_the_windows() {
    let jobs = r#"{"id": 1, "location_index": 1, "time_windows": [[500, 600]]}"#;
    let at = |field: &str| {
        let steps = format!(r#", "steps": [{{"type": "job", "id": 1, {field}}}]"#);
        let answer = plan(&line(&steps, jobs));
        let step = &answer["routes"][0]["steps"][1];
        (step["arrival"].as_i64().unwrap(), step["violations"].clone())
    };
    assert_eq!(at(r#""service_after": 550"#), (550, json!([])));
    let early = json!([{"cause": "lead_time", "duration": 80}]);
    assert_eq!(at(r#""service_at": 420"#), (420, early));
    let late = json!([{"cause": "delay", "duration": 100}]);
    assert_eq!(at(r#""service_after": 700"#), (700, late));
}

#[test]
fn prices_of_hours_kilometers_and_tasks_add_up() {
    let costs = r#", "costs": {"fixed": 50, "per_hour": 1800, "per_km": 7, "per_task_hour": 36}"#;
    let jobs = r#"{"id": 1, "location_index": 2, "service": 200, "setup": 100}"#;
    let text = line(&format!("{costs}{}", steps(&[1])), jobs);
    // 400 s at half a unit, 4 km at 7, 300 s at a hundredth, and 50.
    assert_eq!(plan(&text)["summary"]["cost"], 200 + 28 + 3 + 50);
    // The model counts the same, in its own scale.
    let vroom = read(&text);
    let report = check(&vroom.problem, vroom.given.as_ref().unwrap());
    assert_eq!(report.cost.value(), 281 * vroom.cost_scale());
}

#[test]
fn a_table_of_costs_takes_the_place_of_time() {
    let text = line(&steps(&[1]), r#"{"id": 1, "location_index": 1}"#)
        .replace("\"distances\"", "\"costs\"");
    let answer = plan(&text);
    assert_eq!(answer["summary"]["cost"], 2_000);
    assert_eq!(answer["summary"]["distance"], Value::Null);
}

#[test]
fn a_faster_vehicle_takes_less_time() {
    let text = line(
        &format!(r#", "speed_factor": 1.6{}"#, steps(&[1])),
        r#"{"id": 1, "location_index": 1}"#,
    );
    // 62.5 rounds to 63, both ways.
    assert_eq!(plan(&text)["summary"]["duration"], 126);
}

#[test]
fn priority_outranks_number_and_number_outranks_cost() {
    let jobs = r#"{"id": 1, "location_index": 1, "priority": 1}, {"id": 2, "location_index": 2}"#;
    let vroom = read(&line("", jobs));
    let prize = |client| match vroom.problem.clients()[ClientId(client)].presence {
        Presence::Optional { prize } => prize.value(),
        Presence::Required => panic!("jobs may be left out"),
    };
    assert!(prize(1) > 400, "no way costs more than leaving one out");
    assert!(prize(0) > 2 * prize(1), "a point of priority outweighs both jobs");
}

#[test]
fn vehicles_alike_are_one_type_and_get_their_own_ids_back() {
    let mut file: Value =
        serde_json::from_str(&line("", r#"{"id": 1, "location_index": 1}"#)).unwrap();
    let mut twin = file["vehicles"][0].clone();
    twin["id"] = json!(8);
    twin["description"] = json!("the twin");
    file["vehicles"].as_array_mut().unwrap().push(twin);
    file["vehicles"][1]["steps"] = json!([{"type": "job", "id": 1}]);
    let vroom = read(&file.to_string());
    assert_eq!(vroom.problem.vehicle_types().len(), 1);
    assert_eq!(vroom.problem.n_vehicles(), 2);
    // A route goes to the vehicle that was given most of it.
    let solution = vroom.given.clone().unwrap();
    let (loading, solving) = (Duration::ZERO, Duration::ZERO);
    let answer =
        VroomAnswer { vroom: &vroom, solution: &solution, is_plan: false, loading, solving };
    let told = write_vroom(&answer);
    assert!(told.contains(r#""vehicle":8,"description":"the twin""#), "{told}");
    assert_eq!(read_vroom_answer(&told, &vroom).unwrap(), solution);
}

#[test]
fn who_is_left_out_is_told_with_a_reason() {
    let jobs = r#"{"id": 1, "location_index": 1, "skills": [3], "description": "roof"},
        {"id": 2, "location_index": 1, "delivery": [5]},
        {"id": 3, "location_index": 2, "time_windows": [[0, 100]]},
        {"id": 4, "location_index": 1}"#;
    let vroom = read(&line(r#", "capacity": [4]"#, jobs));
    let unserved = vroom.problem.clients().ids().collect();
    let solution = Solution { routes: Vec::new(), unserved };
    let (loading, solving) = (Duration::ZERO, Duration::ZERO);
    let answer =
        VroomAnswer { vroom: &vroom, solution: &solution, is_plan: false, loading, solving };
    let told: Value = serde_json::from_str(&write_vroom(&answer)).unwrap();
    let reasons: Vec<&str> = told["unassigned"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["skills", "capacity", "time", "fleet is full"]);
    assert_eq!(told["unassigned"][0]["description"], "roof");
    assert_eq!(told["summary"]["unassigned"], 4);
}

#[test]
fn the_bundled_example_is_recognized_and_read() {
    assert!(is_vroom(EXAMPLE));
    assert!(!is_vroom(r#"{"format": "buuta-problem/1", "vehicles": 3}"#));
    let vroom = read(EXAMPLE);
    assert_eq!(vroom.problem.n_clients(), 6);
}

#[test]
fn unknown_fields_are_passed_over_and_listed() {
    let vroom = read(&line(
        r#", "colour": {"a": [1, "x", null]}"#,
        r#"{"id": 1, "location_index": 1, "note": 1.5e3}"#,
    ));
    assert_eq!(vroom.passed_over, ["vehicles.colour", "jobs.note"]);
}

#[test]
fn without_matrices_the_caller_is_asked_for_travel_between_the_coordinates() {
    let text = r#"{"vehicles": [{"id": 1, "start": [108.2, 16.0]}],
        "jobs": [{"id": 1, "location": [108.3, 16.0]}, {"id": 2, "location": [108.2, 16.0]}]}"#;
    let travel = |profile: &str, points: &[LatLon]| -> Result<TravelMatrix, MatrixError> {
        assert_eq!((profile, points.len()), ("car", 2));
        TravelMatrix::new(2, vec![0, 60, 70, 0], vec![0, 600, 700, 0])
    };
    let vroom = read_vroom(text, Some(&travel)).unwrap();
    assert!(vroom.is_estimated);
    assert_eq!(vroom.problem.n_places(), 2);
    let error = read_vroom(text, None).unwrap_err();
    assert_eq!(error, VroomError::NoTravel { path: "jobs[0].location".to_owned() });
}

#[test]
fn a_shipment_comes_on_board_on_the_way() {
    let mut file: Value = serde_json::from_str(&line(r#", "capacity": [4]"#, "")).unwrap();
    file["shipments"] = json!([{"amount": [3], "priority": 2, "pickup": {"id": 1, "location_index": 1},
        "delivery": {"id": 1, "location_index": 2, "service": 30}}]);
    let given = |types: [&str; 2]| {
        let mut file = file.clone();
        file["vehicles"][0]["steps"] =
            json!([{"type": types[0], "id": 1}, {"type": types[1], "id": 1}]);
        file.to_string()
    };
    let answer = plan(&given(["pickup", "delivery"]));
    let loads: Vec<&Value> =
        answer["routes"][0]["steps"].as_array().unwrap().iter().map(|it| &it["load"]).collect();
    assert_eq!(loads, [&json!([0]), &json!([3]), &json!([0]), &json!([0])]);
    assert_eq!(answer["summary"]["priority"], 4);
    assert_eq!(answer["summary"]["pickup"], json!([3]));
    assert_eq!(answer["summary"]["violations"], json!([]));
    let wrong = plan(&given(["delivery", "pickup"]));
    assert_eq!(wrong["summary"]["violations"], json!([{"cause": "precedence"}]));
}

#[test]
fn an_error_is_an_answer_too() {
    assert_eq!(write_vroom_error("no \"id\""), "{\"code\":2,\"error\":\"no \\\"id\\\"\"}\n");
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let message = read_vroom(text, None).unwrap_err().to_string();
    assert_eq!(message, expected);
}

#[test]
fn bad_files_are_refused_with_path_value_and_remedy() {
    let job = |fields: &str| line("", &format!(r#"{{"id": 1, "location_index": 1{fields}}}"#));
    let vehicle = |fields: &str| line(fields, r#"{"id": 1, "location_index": 1}"#);
    refused(
        "",
        "line 1, column 1, in file: `` stands where JSON has a value; the file may be cut off",
    );
    let cut = job("");
    refused(
        &cut[..cut.len() - 1],
        "line 3, column 75, in file: `` stands where JSON has `,` or `}`; the file may be cut off",
    );
    refused(&job(r#", "service": -1"#), &{
        "jobs[0].service is -1: give a whole number from 0 to 274877906944".to_owned()
    });
    refused(&job(r#", "service": "5""#), &{
        "jobs[0].service is \"5\": give a whole number from 0 to 274877906944".to_owned()
    });
    refused(&job(r#", "delivery": [-3]"#), &{
        "jobs[0].delivery[0] is -3: give a whole number from 0 to 274877906944".to_owned()
    });
    refused(
        &job(r#", "delivery": [1, 2]"#),
        "jobs[0].delivery is 2 numbers: give 0, as many as the first capacity has",
    );
    refused(
        &job(r#", "time_windows": [[9, 8]]"#),
        "jobs[0].time_windows[0] is [9, 8]: give [start, end] in seconds, the end not before the start",
    );
    refused(
        &job(r#", "time_windows": [[5, 9], [9, 12]]"#),
        "jobs[0].time_windows[1] is [9, 12]: give windows in order, each behind the one before",
    );
    refused(
        &job(r#", "priority": 101"#),
        "jobs[0].priority is 101: give a whole number from 0 to 100",
    );
    refused(
        &job("}, {\"id\": 1, \"location_index\": 2"),
        "jobs[1].id is 1: jobs[0] has it too, give each an `id` of its own",
    );
    refused(
        &line("", r#"{"id": 1}"#),
        "jobs[0] is without `location` and `location_index`: give a `location` or, with matrices, a `location_index`",
    );
    refused(
        &line("", r#"{"id": 1, "location_index": 3}"#),
        "jobs[0].location_index is 3: the matrices have 3 rows, counted from 0: give an index of one",
    );
    refused(
        &job("").replace("[100, 0, 100]", "[100, 0]"),
        "matrices.car.durations[1] is 2 numbers: give 3, as many as in the first row and table",
    );
    refused(
        &job("").replace("[1000, 0, 1000], ", ""),
        "matrices.car.distances is 2 rows: give 3, as many as in the first row and table",
    );
    refused(&job("").replace("[100, 0, 100]", "[100, 0, 1e99]"), &{
        "matrices.car.durations[1][2] is 1e99: give a whole number from 0 to 268435456".to_owned()
    });
    refused(
        &vehicle(r#", "profile": "bike""#),
        "vehicles[0].profile is bike: give it a table `durations` under `matrices`",
    );
    refused(
        &vehicle(r#", "time_window": [0, 60], "breaks": [{"id": 1, "service": 61}]"#),
        "vehicles[0] is 61 s in breaks[0].service: the vehicle's time_window has 60 s, shorten one or widen the other",
    );
    refused(
        &vehicle(r#", "breaks": [{"id": 1, "max_load": [1]}]"#),
        "vehicles[0].breaks[0].max_load is […]: it asks for a break with a load limit, which cannot be stated here; leave it out",
    );
    refused(
        &vehicle(r#", "speed_factor": 0"#),
        "vehicles[0].speed_factor is 0: give a number from 0.01 to 100",
    );
    refused(
        &vehicle(r#", "steps": [{"type": "job", "id": 4}]"#),
        "vehicles[0].steps[0] is 4: give the `id` of one that the file has",
    );
    refused(
        r#"{"vehicles": [{"id": 1, "start": [1, 91]}]}"#,
        "vehicles[0].start is [1, 91]: give [longitude, latitude] in degrees",
    );
    refused(
        r#"{"vehicles": [], "shipments": [{"pickup": {"id": 1, "location_index": 0}}]}"#,
        "shipments[0] is without `delivery`: a shipment needs both a `pickup` and a `delivery`",
    );
}

#[test]
fn a_bomb_of_nested_brackets_is_refused() {
    let bomb = format!(r#"{{"vehicles": [], "x": {}"#, "[".repeat(1_000_000));
    refused(
        &bomb,
        "x[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0] is nested 32 deep: no problem needs so deep a nesting, remove it",
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn is_passed(text: &str) -> bool {
    let mut reader = Reader::new(text);
    reader.object(|_, _| Ok(false)).and_then(|()| reader.end()).is_ok()
}

proptest! {
    #[test]
    fn every_json_object_is_read_to_its_end(value in any_json(), is_pretty in any::<bool>()) {
        let value = json!({ "x": value });
        let text = if is_pretty { format!("{value:#}") } else { value.to_string() };
        prop_assert!(is_passed(&text), "{}", text);
    }

    #[test]
    fn what_another_reader_refuses_is_refused(
        value in any_json(),
        at in any::<prop::sample::Index>(),
        patch in r#"[-0-9eE.,:\[\]{}" nultfx\\]{0,4}"#,
    ) {
        let text = json!({ "x": value }).to_string();
        let cut = text.floor_char_boundary(at.index(text.len()));
        let damaged = format!("{}{patch}{}", &text[..cut], &text[cut..]);
        let is_json = serde_json::from_str::<serde_json::Map<String, Value>>(&damaged).is_ok();
        prop_assert_eq!(is_passed(&damaged), is_json, "{}", damaged);
    }

    #[test]
    fn no_damaged_file_makes_the_reader_panic(
        at in any::<prop::sample::Index>(),
        length in 0..9usize,
        patch in r#"[-0-9eE.,:\[\]{}" nul]{0,9}|-9223372036854775808|18446744073709551615|1e999"#,
    ) {
        let start = at.index(EXAMPLE.len());
        let end = (start + length).min(EXAMPLE.len());
        let damaged = format!("{}{patch}{}", &EXAMPLE[..start], &EXAMPLE[end..]);
        if let Ok(vroom) = read_vroom(&damaged, None) {
            prop_assert!(vroom.problem.n_clients() <= 6);
        }
        let whole = read(EXAMPLE);
        let _ = read_vroom_answer(&damaged, &whole);
    }
}

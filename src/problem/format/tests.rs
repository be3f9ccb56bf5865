//! What is written is read back equal; bad files are refused with a message that helps; no text causes a panic.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use crate::measure::Cost;
use crate::problem::{Client, Load};
use crate::problem::{
    ClientId, FormatError, PROBLEM_SCHEMA, PlaceId, Problem, Rounding, Route, SOLUTION_SCHEMA,
    Solution, Travel, VehicleType, VehicleTypeId, random_problem, read_problem, read_solution,
    write_problem, write_solution,
};
use crate::rng::Seed;

const SMALL: &str = r#"{
"format": "buuta-problem/1",
"profiles": [{"matrix": {"times_s": [[0, 60], [90, 0]], "distances_m": [[0, 500], [700, 0]]}}],
"vehicle_types": [{"count": 2, "start_place": 0, "end_place": 0, "capacity": [9], "cost_per_m": 1}],
"clients": [{"place": 1, "delivery": [3], "service_s": 300, "windows_s": [[28800, 36000]]}]
}"#;

fn is_same_travel(a: &Travel, b: &Travel) -> bool {
    match (a, b) {
        (Travel::Matrix(a), Travel::Matrix(b)) => a == b,
        (Travel::Plane { points: p, rounding: r }, Travel::Plane { points: q, rounding: s }) => {
            let bits = |points: &[(f64, f64)]| -> Vec<_> {
                points.iter().map(|(x, y)| (x.to_bits(), y.to_bits())).collect()
            };
            r == s && bits(p) == bits(q)
        }
        _ => false,
    }
}

#[track_caller]
fn assert_round_trip(problem: &Problem) {
    let text = write_problem(problem);
    let again = read_problem(&text).unwrap();
    assert_eq!(again.clients(), problem.clients());
    assert_eq!(again.vehicle_types(), problem.vehicle_types());
    assert_eq!(again.pairs(), problem.pairs());
    assert_eq!(again.profiles().len(), problem.profiles().len());
    let mut pairs = again.profiles().values().zip(problem.profiles().values());
    assert!(pairs.all(|(a, b)| is_same_travel(a, b)));
    assert_eq!(write_problem(&again), text, "the same problem gives the same bytes");
    let schema: Value = serde_json::from_str(PROBLEM_SCHEMA).unwrap();
    let mut found = Vec::new();
    let file = serde_json::from_str(&text).unwrap();
    violations(&schema, &schema, &file, "file", &mut found);
    assert_eq!(found, [] as [String; 0]);
}

/// Validates the part of JSON Schema that the two schemas use.
fn violations(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return violations(root, &root["$defs"][name], value, at, found);
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let fits = options.iter().any(|option| {
            let mut inner = Vec::new();
            violations(root, option, value, at, &mut inner);
            inner.is_empty()
        });
        if !fits {
            found.push(format!("{at}: no option fits {value}"));
        }
        return;
    }
    let right_type = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        Some(other) => panic!("{other} is not used in our schemas"),
        None => schema.get("const").is_some(),
    };
    let listed = schema["enum"].as_array().is_none_or(|options| options.contains(value));
    let constant = schema.get("const").is_none_or(|constant| constant == value);
    let least = schema["minimum"].as_i64().is_none_or(|least| value.as_i64() >= Some(least));
    let most = schema["maximum"].as_i64().is_none_or(|most| value.as_i64() <= Some(most));
    if !right_type || !listed || !constant || !least || !most {
        found.push(format!("{at}: {value} does not fit"));
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object())
    {
        for (key, inner) in object {
            match properties.get(key) {
                Some(schema) => violations(root, schema, inner, &format!("{at}.{key}"), found),
                None => found.push(format!("{at}.{key} is unknown")),
            }
        }
        for key in schema["required"].as_array().unwrap() {
            if !object.contains_key(key.as_str().unwrap()) {
                found.push(format!("{at}.{key} is missing"));
            }
        }
    }
    for (i, inner) in value.as_array().into_iter().flatten().enumerate() {
        violations(root, &schema["items"], inner, &format!("{at}[{i}]"), found);
    }
}

#[test]
fn every_random_problem_survives_the_file() {
    for seed in 0..200 {
        assert_round_trip(&random_problem(Seed(seed), seed as usize % 12));
    }
}

#[test]
fn every_example_of_the_page_obeys_the_schema() {
    let page = include_str!("../../../docs/PROBLEM.md");
    let schema: Value = serde_json::from_str(PROBLEM_SCHEMA).unwrap();
    let blocks: Vec<&str> = page.split("```json expect ").skip(1).collect();
    assert!(blocks.len() >= 12, "the page shows each feature");
    for block in blocks {
        let (_, rest) = block.split_once('\n').unwrap();
        let file = serde_json::from_str(rest.split("```").next().unwrap()).unwrap();
        let mut found = Vec::new();
        violations(&schema, &schema, &file, "file", &mut found);
        assert_eq!(found, [] as [String; 0], "{file}");
        // And a word that the schema does not know is found by it, wherever it stands.
        let mut strange: Value = file;
        strange["clients"][0]["colour"] = Value::from(1);
        violations(&schema, &schema, &strange, "file", &mut found);
        assert_eq!(found, ["file.clients[0].colour is unknown"]);
    }
}

#[test]
fn random_problems_use_every_field_of_the_format() {
    let text: String = (0..200).map(|seed| write_problem(&random_problem(Seed(seed), 5))).collect();
    let schema: Value = serde_json::from_str(PROBLEM_SCHEMA).unwrap();
    for part in ["client", "vehicle_type"] {
        for field in schema["$defs"][part]["properties"].as_object().unwrap().keys() {
            assert!(text.contains(&format!("\"{field}\"")), "{field}");
        }
    }
    for word in ["matrix", "plane", "floor", "ceil", "scaled", "nearest", "at_shift_start"] {
        assert!(text.contains(&format!("\"{word}\"")), "{word}");
    }
}

#[test]
fn a_small_problem_is_written_line_by_line() {
    let expected = "{\n\
        \"format\":\"buuta-problem/1\",\n\
        \"profiles\":[\n\
        {\"matrix\":{\"times_s\":[[0,60],[90,0]],\"distances_m\":[[0,500],[700,0]]}}\n\
        ],\n\
        \"vehicle_types\":[\n\
        {\"count\":2,\"start_place\":0,\"end_place\":0,\"capacity\":[9],\"cost_per_m\":1}\n\
        ],\n\
        \"clients\":[\n\
        {\"place\":1,\"delivery\":[3],\"service_s\":300,\"windows_s\":[[28800,36000]]}\n\
        ]\n\
        }\n";
    assert_eq!(write_problem(&read_problem(SMALL).unwrap()), expected);
}

#[test]
fn a_file_may_begin_with_a_byte_order_mark() {
    assert!(read_problem(&format!("\u{feff}{SMALL}")).is_ok());
}

#[track_caller]
fn check_message(text: &str, message: &str) {
    let error = read_problem(text).expect_err("the file is bad");
    assert_eq!(error.to_string(), message);
}

#[test]
fn bad_files_are_told_where_and_what_to_do() {
    let with = |old: &str, new: &str| {
        assert!(SMALL.contains(old));
        SMALL.replacen(old, new, 1)
    };
    let schema = "; compare with data/schema/buuta-problem-1.schema.json";
    check_message("", &format!("line 1, column 0: EOF while parsing a value{schema}"));
    check_message(&with("\"count\": 2", "\"count\": 2,,"), &{
        format!("line 4, column 31: key must be a string{schema}")
    });
    check_message(&with("\"service_s\": 300", "\"service_s\": 2.5"), &{
        format!("line 5, column 58: invalid type: floating point `2.5`, expected i64{schema}")
    });
    check_message(
        &with("problem/1", "plan/1"),
        "the file says format `buuta-plan/1`, `buuta-problem/1` is expected; give a file of that format",
    );
    check_message(
        r#"{"format": "buuta-solution/1", "routes": []}"#,
        "the file says format `buuta-solution/1`, `buuta-problem/1` is expected; give a file of that format",
    );
    check_message(
        &with("[90, 0]", "[90]"),
        "profiles[0].matrix.times_s[1] has 1 values; give 2, one cell per row",
    );
    check_message(
        &with("[0, 500], ", ""),
        "profiles[0].matrix.distances_m has 1 values; give 2, one row per place, as in times_s",
    );
    check_message(
        &with("500", "500000000"),
        "profiles[0].matrix: the leg from place 0 to place 1 is 500000000, more than the limit 268435456",
    );
    check_message(
        &with("\"delivery\": [3]", "\"delivery\": [1, 2, 3, 4, 5]"),
        "clients[0].delivery has 5 values; give at most 4, one per dimension",
    );
    check_message(
        &with("\"delivery\": [3]", "\"skills\": [0, 64]"),
        "clients[0].skills[1] is 64; skills are numbered 0 to 63",
    );
    check_message(&with("\"place\": 1", "\"place\": 7"), "client 0 refers to place 7, there are 2");
    check_message(
        &with("[[28800, 36000]]", "[[9, 8]]"),
        "client 0: window 0 (9 to 8) is empty or does not follow the one before",
    );
}

#[test]
fn a_bomb_of_nested_brackets_is_refused() {
    for place in ["", "\"profiles\": ", "\"clients\": [{\"place\": 0, \"windows_s\": "] {
        let bomb = format!(r#"{{"format": "buuta-problem/1", {place}{}"#, "[".repeat(1_000_000));
        assert!(matches!(read_problem(&bomb), Err(FormatError::Json { line: 1, .. })));
    }
}

/// Three clients and these pairs.
fn with_pairs(pairs: &str) -> String {
    let clients = r#"[{"place": 0}, {"place": 1}, {"place": 1}]"#;
    let plane = r#"[{"plane": {"points": [[0, 0], [3, 4]]}}]"#;
    format!(
        r#"{{"format": "buuta-problem/1", "profiles": {plane}, "clients": {clients}, "pairs": {pairs}}}"#
    )
}

#[test]
fn pairs_survive_the_file() {
    let text = with_pairs(r#"[{"pickup": 2, "delivery": 0, "load": [0, 7]}]"#);
    let problem = read_problem(&text).unwrap();
    assert_eq!(problem.pairs()[0].load, Load([0, 7, 0, 0]));
    assert_eq!(problem.partner(ClientId(0)), Some(ClientId(2)));
    assert_round_trip(&problem);
}

#[test]
fn pairs_that_cannot_be_are_told_where_and_what_to_do() {
    check_message(
        &with_pairs(r#"[{"pickup": 1, "delivery": 3}]"#),
        "pairs[0].delivery is 3; the problem has 3 of them, counted from zero",
    );
    check_message(
        &with_pairs(r#"[{"pickup": 1, "delivery": 1}]"#),
        "pairs[0].delivery is 1; the same client as its pickup; give two clients, they may share a place",
    );
    check_message(
        &with_pairs(r#"[{"pickup": 1, "delivery": 0}, {"pickup": 0, "delivery": 2}]"#),
        "pairs[1].pickup is 0; pairs[0] has that client; split it into two clients at its place",
    );
    check_message(
        &with_pairs(r#"[{"pickup": 1, "delivery": 0, "load": [1, 2, 3, 4, 5]}]"#),
        "pairs[0].load has 5 values; give at most 4, one per dimension",
    );
    check_message(
        &with_pairs(r#"[{"pickup": 1, "delivery": 0, "load": [-1]}]"#),
        "pair 0: load is -1, allowed are 0 to 1099511627776",
    );
}

#[test]
fn an_unknown_field_is_refused_by_name() {
    let text = SMALL.replace("service_s", "service_min");
    let message = read_problem(&text).unwrap_err().to_string();
    assert!(message.starts_with("line 5, column "), "{message}");
    assert!(message.contains("unknown field `service_min`, expected one of `place`"), "{message}");
}

#[test]
fn a_number_that_is_not_finite_is_no_coordinate() {
    let text =
        r#"{"format": "buuta-problem/1", "profiles": [{"plane": {"points": [["NaN", 0]]}}]}"#;
    check_message(text, "profile 0: a coordinate is not a finite number");
    let text = text.replace("NaN", "here");
    assert!(matches!(read_problem(&text), Err(FormatError::Json { line: 1, .. })));
}

#[test]
fn a_solution_survives_its_file() {
    let problem = random_problem(Seed(1), 4);
    let client = |n| ClientId(n);
    let route = Route::new(VehicleTypeId(0), vec![client(3), client(0), client(1)]);
    let solution = Solution { routes: vec![route], unserved: vec![client(2)] };
    let text = write_solution(&solution, Cost(77));
    let expected = "{\n\"format\":\"buuta-solution/1\",\n\"cost\":77,\n\"routes\":[\n\
        {\"vehicle_type\":0,\"clients\":[3,0,1]}\n],\n\"unserved\":[\n2\n]\n}\n";
    assert_eq!(text, expected);
    assert_eq!(read_solution(&text, &problem).unwrap(), solution);
    let schema: Value = serde_json::from_str(SOLUTION_SCHEMA).unwrap();
    let mut found = Vec::new();
    violations(&schema, &schema, &serde_json::from_str(&text).unwrap(), "file", &mut found);
    assert_eq!(found, [] as [String; 0]);
}

#[test]
fn a_solution_without_a_list_of_unserved_leaves_out_whoever_is_on_no_route() {
    let problem = random_problem(Seed(1), 3);
    let text = r#"{"format": "buuta-solution/1", "routes": [{"vehicle_type": 0, "clients": [1]}]}"#;
    let solution = read_solution(text, &problem).unwrap();
    assert_eq!(solution.unserved, [ClientId(0), ClientId(2)]);
}

#[test]
fn a_solution_may_not_name_what_does_not_exist() {
    let problem = random_problem(Seed(1), 3);
    let message = |vehicle_type: u32, client: u32| {
        let route = Route::new(VehicleTypeId(vehicle_type), vec![ClientId(0), ClientId(client)]);
        let solution = Solution { routes: vec![route], unserved: Vec::new() };
        read_solution(&write_solution(&solution, Cost(0)), &problem).unwrap_err().to_string()
    };
    let remedy = "the problem has 3 of them, counted from zero";
    assert_eq!(message(0, 3), format!("routes[0].clients[1] is 3; {remedy}"));
    assert!(message(9, 1).starts_with("routes[0].vehicle_type is 9; the problem has "));
}

proptest! {
    #[test]
    fn any_coordinate_survives_bit_by_bit(
        points in prop::collection::vec((-1e6..1e6f64, -1e-3..1e-3f64), 1..20),
        factor in 0..90u32,
    ) {
        let points = Arc::new(points);
        let problem = Problem::builder()
            .profile(Travel::Plane { points, rounding: Rounding::Scaled(factor) })
            .client(Client::at(PlaceId(0)))
            .vehicle_type(VehicleType::at(PlaceId(0), 1, Load::ZERO))
            .build()
            .unwrap();
        assert_round_trip(&problem);
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in any::<String>()) {
        let problem = read_problem(SMALL).unwrap();
        prop_assert!(read_problem(&text).is_err());
        prop_assert!(read_solution(&text, &problem).is_err());
    }

    #[test]
    fn no_damaged_file_makes_the_readers_panic(
        seed in 0..50u64,
        at in any::<prop::sample::Index>(),
        length in 0..9usize,
        patch in r#"[-0-9eE.,:\[\]{}" nul]{0,9}|-9223372036854775808|18446744073709551615|1e999"#,
    ) {
        let text = write_problem(&random_problem(Seed(seed), 3));
        let start = at.index(text.len());
        let end = (start + length).min(text.len());
        // The file is plain ASCII: any cut is between characters.
        let damaged = format!("{}{patch}{}", &text[..start], &text[end..]);
        if let Ok(problem) = read_problem(&damaged) {
            assert_round_trip(&problem);
        }
    }

    #[test]
    fn numbers_of_any_size_are_refused_or_kept(
        number in prop_oneof![any::<i64>(), (-2..70i64), (0..=42u32).prop_map(|bits| 1i64 << bits)],
        old in prop::sample::select(vec!["60", "700", "9]", "3]", "300", "28800", "36000", "1}", "2,"]),
    ) {
        let rest = old.trim_start_matches(|c: char| c.is_ascii_digit());
        let text = SMALL.replacen(old, &format!("{number}{rest}"), 1);
        if let Ok(problem) = read_problem(&text) {
            assert_round_trip(&problem);
        }
    }
}

//! Readers of research formats: costs by hand, and what is refused.

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::*;
use crate::measure::Seconds;
use crate::problem::check::check;
use crate::problem::model::{ClientId, Load, TimeWindow};
use crate::problem::pairs::Pair;
use crate::problem::violation::Violation;

const SQUARE: &str = include_str!("../../../data/instances/square.vrp");
const MATRIX: &str = include_str!("../../../data/instances/triangle.vrp");
const WINDOWS: &str = include_str!("../../../data/instances/windows.txt");
const DEPOTS: &str = include_str!("../../../data/instances/depots.txt");
const PAIRS: &str = include_str!("../../../data/instances/pairs.txt");

#[track_caller]
fn cost_of(text: &str, sol: &str, expected: f64) {
    let instance = read_instance(text, InstanceFormat::Auto, None).unwrap();
    let report = check(&instance.problem, &read_sol(sol, &instance).unwrap());
    assert_eq!(report.violations, []);
    assert!((instance.published(report.cost) - expected).abs() < 1e-9);
}

#[test]
fn small_instances_of_every_format_cost_what_a_hand_computes() {
    // Around a square of side 10; out and back along its diagonal of 14.14, rounded to 14.
    cost_of(SQUARE, "Route #1: 1 2 3", 40.0);
    cost_of(SQUARE, "Route #1: 1 3\nRoute #2: 2", 34.0 + 28.0);
    // 0 to 1 is 3, 1 to 2 is 5, 2 to 0 is 4.
    cost_of(MATRIX, "Route #1: 1 2", 12.0);
    // The diagonal in tenths is 141: 10 + 10 + 14.1.
    cost_of(WINDOWS, "Route #1: 1 2", 34.1);
    // Up from the depot, where 3 is, down the diagonal, up again and home by the diagonal; 7 and 5 together would not fit.
    cost_of(PAIRS, "Route #1: 3 4 1 2", 10.0 + 14.142 + 10.0 + 14.142);
    // Each client one away from its own depot, there and back.
    cost_of(DEPOTS, "Route #1: 1\nRoute #2: 2", 4.0);
}

#[test]
fn backhauls_come_last_and_never_alone() {
    let text = SQUARE
        .replace("TYPE : CVRP", "TYPE : VRPB")
        .replace("DEPOT_SECTION", "BACKHAUL_SECTION\n1 0\n2 0\n3 0\n4 5\nDEPOT_SECTION");
    let text = text.replace("\n4 10\n", "\n4 0\n");
    cost_of(&text, "Route #1: 1 2 3", 40.0);
    let instance = read_instance(&text, InstanceFormat::Auto, None).unwrap();
    let violations =
        |sol: &str| check(&instance.problem, &read_sol(sol, &instance).unwrap()).violations;
    let alone = violations("Route #1: 1 2\nRoute #2: 3");
    assert_eq!(alone, [Violation::PickupsAlone { route: 1 }]);
    let early = violations("Route #1: 1 3 2");
    assert_eq!(early, [Violation::DeliveryBehindPickup { route: 0, client: ClientId(1) }]);
}

#[test]
fn a_depot_within_a_route_is_a_return() {
    let text = SQUARE.replace("EOF", "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1\n3 1\nEOF");
    // One van of 10, three clients of 10: out and back thrice, 20 + 28 + 20.
    let text = text.replace("CAPACITY : 30", "CAPACITY : 10");
    let sol = "Route #1: 1 0 2 0 3\n";
    cost_of(&text, sol, 68.0);
    let instance = read_instance(&text, InstanceFormat::Auto, None).unwrap();
    let solution = read_sol(sol, &instance).unwrap();
    assert_eq!(solution.routes[0].reloads.len(), 2);
    assert!(write_sol(&solution, &instance, Cost(68)).starts_with(sol));
}

#[test]
fn the_windows_of_the_text_are_in_tenths() {
    let instance = read_instance(WINDOWS, InstanceFormat::Auto, None).unwrap();
    let client = &instance.problem.clients()[ClientId(1)];
    assert_eq!(client.windows[0], TimeWindow::new(200, 900));
    assert_eq!(client.service, Seconds(50));
}

#[test]
fn what_the_model_cannot_state_is_refused_by_name() {
    let text = SQUARE.replace("EOF", "MUTUALLY_EXCLUSIVE_GROUP_SECTION\n1 2 3\nEOF");
    let error = read_instance(&text, InstanceFormat::Auto, None).unwrap_err();
    assert!(error.to_string().contains("alternative"), "{error}");
}

#[test]
fn pairs_are_read_from_both_members() {
    let instance = read_instance(PAIRS, InstanceFormat::Auto, None).unwrap();
    assert_eq!(instance.format, InstanceFormat::LiLim);
    let pair = |pickup, delivery, load| Pair {
        pickup: ClientId(pickup),
        delivery: ClientId(delivery),
        load: Load::single(load),
    };
    assert_eq!(instance.problem.pairs(), [pair(0, 1, 7), pair(2, 3, 5)]);
}

#[test]
fn a_pair_without_its_partner_is_refused_with_its_line() {
    let refused = |old: &str, new: &str| {
        assert!(PAIRS.contains(old), "{old}");
        let text = PAIRS.replacen(old, new, 1);
        read_instance(&text, InstanceFormat::Auto, None).unwrap_err().to_string()
    };
    let (first, second) = ("5 0 2", "5 1 0");
    assert_eq!(refused(first, "5 0 9"), "line 3: `9` is not the number of a partner");
    assert_eq!(refused(first, "5 0 0"), "line 3: `0` is not the number of a partner");
    let back = "is not the number of a partner that names this node back";
    assert_eq!(refused(first, "5 0 4"), format!("line 3: `4` {back}"));
    assert_eq!(refused(second, "5 3 0"), format!("line 3: `2` {back}"));
    let full = "is not a demand that the partner takes in full";
    assert_eq!(refused("-7", "-6"), format!("line 3: `7` {full}"));
    assert_eq!(
        refused(first, "5 0"),
        "line 3: `[1.0, 10.0, 0.0, 7.0, 0.0, 400.0, 5.0, 0.0]` is not a row with enough columns"
    );
    let own = "is not a number of a node of its own";
    assert_eq!(refused("\n4 ", "\n3 "), format!("line 6: `3` {own}"));
}

#[test]
fn a_bad_number_names_its_line() {
    let text = SQUARE.replace("10 10", "10 ten");
    let error = read_instance(&text, InstanceFormat::Auto, None).unwrap_err();
    assert_eq!(error.to_string(), "line 10: `ten` is not a number");
}

#[test]
fn a_number_that_is_no_client_is_refused() {
    let instance = read_instance(SQUARE, InstanceFormat::Auto, None).unwrap();
    let error = read_sol("Route #1: 1 9", &instance).unwrap_err();
    assert_eq!(error.to_string(), "line 1: `9` is not a client of the instance");
}

#[track_caller]
fn refused(good: &str, (old, new): (&str, &str), expected: &str) {
    assert!(good.contains(old), "{old}");
    let text = good.replacen(old, new, 1);
    let error = read_instance(&text, InstanceFormat::Auto, None).expect_err("the text is bad");
    assert_eq!(error.to_string(), expected);
}

/// The same for a text that ends where `last` begins.
#[track_caller]
fn refused_cut(good: &str, last: &str, expected: &str) {
    let rest = &good[good.find(last).expect("the text has it")..];
    refused(good, (rest, ""), expected);
}

const AMOUNT: &str = "is not a number from 0 to 1000000000";
const WINDOW: &str = "is not a window that ends when it begins or later";
const CUT: &str = "the file may be cut off";

#[test]
fn bad_texts_in_vrplib_are_refused_with_line_value_and_remedy() {
    refused_cut(SQUARE, "4 0 10", &format!("NODE_COORD_SECTION has 3 rows, 4 are needed; {CUT}"));
    refused_cut(SQUARE, "DEMAND_SECTION", &format!("DEMAND_SECTION is missing; {CUT}"));
    refused_cut(SQUARE, "4 10\nDEPOT", &format!("DEMAND_SECTION has 3 rows, 4 are needed; {CUT}"));
    let dimension = |new, expected: &str| refused(SQUARE, ("DIMENSION : 4", new), expected);
    dimension("DIMENSION : 5", &format!("NODE_COORD_SECTION has 4 rows, 5 are needed; {CUT}"));
    dimension("DIMENSION : -4", "line 4: `-4` is not a number of nodes up to 4194304");
    dimension("DIMENSION : 9999999", "line 4: `9999999` is not a number of nodes up to 4194304");
    refused(SQUARE, ("\n2 10\n", "\n2 -10\n"), &format!("line 14: `-10` {AMOUNT}"));
    refused(SQUARE, ("\n3 10\n", "\n2 10\n"), "line 15: `2` is not a number that no row above has");
    refused(SQUARE, ("\n3 10\n", "\n7 10\n"), {
        "line 15: `7` is not a number of a row between 1 and the dimension"
    });
    refused(SQUARE, ("CAPACITY : 30", "CAPACITY : -1"), &format!("line 6: `-1` {AMOUNT}"));
    refused(SQUARE, ("CAPACITY : 30", "CAPACITY : 5e9"), &format!("line 6: `5000000000` {AMOUNT}"));
    refused(SQUARE, ("2 10 0", "x 10 0"), {
        "line 9: `x 10 0` is not a `KEY : value` line, a section's name or a row of it"
    });
    let section = |new, expected: &str| refused(SQUARE, ("EOF", new), expected);
    let windows = "TIME_WINDOW_SECTION\n1 0 9\n2 9 8\n3 0 9\n4 0 9\nEOF";
    section(windows, &format!("line 22: `9 8` {WINDOW}"));
    section("LOADING_SECTION\nEOF", {
        "line 20: `LOADING_SECTION` asks for a section of an unknown name, which cannot be stated yet; leave it out"
    });
    section("VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2 9\nEOF", {
        "line 21: `9` is not the number of a node up to the dimension"
    });
    refused(
        SQUARE,
        ("TYPE : CVRP", "TYPE : VRPTW"),
        &format!("TIME_WINDOW_SECTION is missing; {CUT}"),
    );
    let short = format!("EDGE_WEIGHT_SECTION has 2 numbers, 3 are needed; {CUT}");
    refused(MATRIX, ("4 5", "4"), &short);
    refused(MATRIX, ("4 5", "4 -5"), "line 9: `-5` is not a length up to 268435456");
    refused(MATRIX, ("4 5", "4 5e8"), "line 9: `500000000` is not a length up to 268435456");
}

#[test]
fn bad_texts_of_solomon_are_refused_with_line_value_and_remedy() {
    let demand = ("       10       5 ", "      -10       5 ");
    refused(WINDOWS, demand, &format!("line 11: `-10` {AMOUNT}"));
    refused(WINDOWS, ("          40 ", "           4 "), &format!("line 11: `5 4` {WINDOW}"));
    refused(WINDOWS, ("\n    2     10", "\n    1     10"), {
        "line 12: `1` is not a number of a client of its own"
    });
    refused(WINDOWS, ("\n    2     10", "\n    2     1o"), "line 12: `1o` is not a number");
    refused(WINDOWS, ("  2          20", " -2          20"), &format!("line 5: `-2` {AMOUNT}"));
    let short = "line 12: `[2.0, 10.0, 10.0, 10.0, 20.0]` is not a row with enough columns";
    refused_cut(WINDOWS, "90 ", short);
    refused_cut(WINDOWS, "    0      0 ", "the depot is missing; the file may be cut off");
}

#[test]
fn bad_texts_of_li_and_lim_are_refused_with_line_value_and_remedy() {
    refused(PAIRS, ("0 400 5 0 2", "9 4 5 0 2"), &format!("line 3: `9 4` {WINDOW}"));
    refused(PAIRS, ("2 10 1", "-2 10 1"), &format!("line 1: `-2` {AMOUNT}"));
    refused(PAIRS, ("0 400 5 0 2", "0 400 -5 0 2"), &format!("line 3: `-5` {AMOUNT}"));
    refused_cut(PAIRS, "4 0 10 -5", "line 5: `4` is not the number of a partner");
}

#[test]
fn bad_texts_of_cordeau_are_refused_with_line_value_and_remedy() {
    let head = |new, expected: &str| refused(DEPOTS, ("2 1 2 2", new), expected);
    head("2 1 3 2", &format!("the text has 7 rows, 8 are needed; {CUT}"));
    head("2 1 2 999999999", &format!("the text has 7 rows, 2000000001 are needed; {CUT}"));
    head("2 -1 2 2", &format!("line 1: `-1` {AMOUNT}"));
    head("3 1 2 2", {
        "line 1: `3` asks for a kind other than several depots (2), which cannot be stated yet; leave it out"
    });
    refused(DEPOTS, ("1 1 0 0 5", "1 1 0 0 -5"), &format!("line 4: `-5` {AMOUNT}"));
    refused(DEPOTS, ("\n2 99", "\n1 99"), "line 5: `1` is not a number of a node of its own");
    refused_cut(DEPOTS, "4 100", &format!("the text has 6 rows, 7 are needed; {CUT}"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_reader_panic(text in ".{0,200}") {
        use InstanceFormat::{Cordeau, LiLim, Solomon, Vrplib};
        for format in [Vrplib, Solomon, LiLim, Cordeau] {
            let _ = read_instance(&text, format, None);
        }
    }

    #[test]
    fn no_damage_to_a_good_text_makes_a_reader_panic(
        which in 0usize..5,
        at in any::<prop::sample::Index>(),
        noise in "[-0-9 \n.:eA-Z_]{0,6}",
    ) {
        let good = [SQUARE, MATRIX, WINDOWS, DEPOTS, PAIRS][which];
        let at = at.index(good.len());
        let cut = (at + 2).min(good.len());
        let text = format!("{}{noise}{}", &good[..at], &good[cut..]);
        let _ = read_instance(&text, InstanceFormat::Auto, None);
    }
}

//! Why is a stop not on a route, and what is the cheapest change that would fit it? (R-PL-3)
//!
//! For each carrier the stop is tried at every place of the route, and `problem::check` says which rule stands
//! against it. The answer names the rule that blocks the smallest change.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::measure::{Cost, Dong, Seconds};
use crate::planning::assembly::{LOAD_DONG, LOAD_GRAMS, LOAD_ITEMS, carrier_of_type};
use crate::planning::plan::UnplannedReason;
use crate::post::CarrierId;
use crate::problem::{
    ClientId, Presence, Problem, Report, Route, Solution, VehicleTypeId, Violation, check,
};

/// What stands against one stop on one carrier's route.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Trial {
    carrier: CarrierId,
    /// Rules broken wherever the stop is put.
    cash_missing: Dong,
    overloaded: bool,
    too_many: bool,
    /// The best place, by what it breaks and then by its detour.
    place: Place,
}

/// One place of a route, tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The hours of this stop, or of another it would delay, cannot be kept.
    late: bool,
    /// How much longer the shift would have to be.
    overrun: Seconds,
    /// Travel it adds.
    detour: Seconds,
}

impl Trial {
    fn n_broken(&self) -> usize {
        let rules = [
            self.cash_missing.value() > 0,
            self.overloaded,
            self.too_many,
            self.place.late,
            self.place.overrun > Seconds::ZERO,
        ];
        rules.into_iter().filter(|&broken| broken).count()
    }

    fn reason(&self) -> UnplannedReason {
        let cheapest = Some(self.carrier);
        if self.cash_missing.value() > 0 {
            UnplannedReason::Cash { cheapest: Some((self.carrier, self.cash_missing)) }
        } else if self.overloaded {
            UnplannedReason::Capacity { cheapest }
        } else if self.too_many {
            UnplannedReason::Stops { cheapest }
        } else if self.place.late {
            UnplannedReason::Hours { cheapest }
        } else if self.place.overrun > Seconds::ZERO {
            UnplannedReason::Time { cheapest: Some((self.carrier, self.place.overrun)) }
        } else {
            UnplannedReason::NotWorthToday { cheapest: Some((self.carrier, self.place.detour)) }
        }
    }
}

/// The reason of each unserved client, in their order.
///
/// # Complexity
/// O(unserved · clients) checks of a single route, in parallel.
pub(crate) fn reasons(problem: &Problem, solution: &Solution) -> Vec<(ClientId, UnplannedReason)> {
    solution
        .unserved
        .par_iter()
        .map(|&client| (client, reason(problem, solution, client)))
        .collect()
}

fn reason(problem: &Problem, solution: &Solution, client: ClientId) -> UnplannedReason {
    let needed = problem.clients()[client].skills;
    let skilled = problem.vehicle_types().iter().filter(|(_, kind)| kind.skills.covers(needed));
    let trials = skilled.map(|(kind, _)| trial(problem, &route_of(solution, kind), client));
    // The fewest broken rules first: a single change fits it. Then the smallest of these changes.
    let key = |trial: &Trial| {
        let Place { late, overrun, detour } = trial.place;
        (trial.n_broken(), late, overrun, trial.cash_missing, detour, trial.carrier)
    };
    trials.min_by_key(key).map_or(UnplannedReason::Skill, |trial| trial.reason())
}

/// The route of this vehicle; an empty one when it stays at home.
fn route_of(solution: &Solution, kind: VehicleTypeId) -> Route {
    let known = solution.routes.iter().find(|route| route.vehicle_type == kind);
    known.cloned().unwrap_or(Route::new(kind, Vec::new()))
}

fn trial(problem: &Problem, route: &Route, client: ClientId) -> Trial {
    let kind = &problem.vehicle_types()[route.vehicle_type];
    let added = &problem.clients()[client];
    let on_board = |dimension: usize| -> i64 {
        let all = route.clients.iter().map(|&id| &problem.clients()[id]).chain([added]);
        all.map(|c| c.delivery.0[dimension] + c.pickup.0[dimension]).sum()
    };
    let excess = |dimension: usize| (on_board(dimension) - kind.capacity.0[dimension]).max(0);
    let n_clients = route.clients.len() + 1;
    Trial {
        carrier: carrier_of_type(route.vehicle_type),
        cash_missing: Dong(excess(LOAD_DONG)),
        overloaded: excess(LOAD_ITEMS) > 0 || excess(LOAD_GRAMS) > 0,
        too_many: kind.clients_max.is_some_and(|limit| n_clients > limit as usize),
        place: best_place(problem, route, client),
    }
}

fn best_place(problem: &Problem, route: &Route, client: ClientId) -> Place {
    let before = run_alone(problem, route.clone()).routes[0].travel;
    let places = (0..=route.clients.len()).map(|position| {
        let mut longer = route.clone();
        longer.clients.insert(position, client);
        let report = run_alone(problem, longer);
        let detour = report.routes[0].travel - before;
        let mut place = Place { late: false, overrun: Seconds::ZERO, detour };
        for violation in &report.violations {
            match *violation {
                Violation::Late { .. } => place.late = true,
                Violation::ShiftEnd { arrival, latest, .. } => {
                    place.overrun = place.overrun.max(arrival - latest);
                }
                Violation::RestLate { begin, latest, .. } => {
                    place.overrun = place.overrun.max(begin - latest);
                }
                _ => {}
            }
        }
        place
    });
    places.min().expect("a route has a place before its first stop")
}

/// Runs one route as if there were no other. Everyone else counts as lost, which nobody asks here.
fn run_alone(problem: &Problem, route: Route) -> Report {
    check(problem, &Solution { routes: vec![route], unserved: Vec::new() })
}

/// Puts each unserved client that fits, and saves more than it costs, where it costs least; dearest first.
///
/// The search leaves out what does not pay when it ends; this last look makes sure that nothing stays behind only
/// because time was up (R-PL-3: pressing items may not be dropped while they fit).
pub(crate) fn last_look(problem: &Problem, solution: &Solution) -> Solution {
    let mut solution = solution.clone();
    let prize = |client: ClientId| match problem.clients()[client].presence {
        Presence::Optional { prize } => prize,
        Presence::Required => Cost(i64::MAX),
    };
    let mut waiting = std::mem::take(&mut solution.unserved);
    waiting.sort_by_key(|&client| (std::cmp::Reverse(prize(client)), client));
    let mut left = Vec::new();
    for client in waiting {
        match cheapest_fit(problem, &solution, client) {
            Some((cost, route)) if cost < prize(client) => put(&mut solution, route),
            _ => left.push(client),
        }
    }
    solution.unserved = left;
    solution.canonical()
}

fn put(solution: &mut Solution, route: Route) {
    match solution.routes.iter_mut().find(|known| known.vehicle_type == route.vehicle_type) {
        Some(known) => *known = route,
        None => solution.routes.push(route),
    }
}

/// The route that takes the client in at the least cost and breaks no rule.
fn cheapest_fit(problem: &Problem, solution: &Solution, client: ClientId) -> Option<(Cost, Route)> {
    let kinds: Vec<VehicleTypeId> = problem.vehicle_types().ids().collect();
    let fits: Vec<(Cost, Route)> = kinds
        .par_iter()
        .filter_map(|&kind| {
            let route = route_of(solution, kind);
            let before = run_alone(problem, route.clone()).cost;
            let longer = (0..=route.clients.len()).filter_map(|position| {
                let mut longer = route.clone();
                longer.clients.insert(position, client);
                let report = run_alone(problem, longer.clone());
                let broken = |v: &Violation| !matches!(v, Violation::Lost { .. });
                let fits = !report.violations.iter().any(broken);
                fits.then_some((report.cost - before, longer))
            });
            longer.min_by_key(|(cost, _)| *cost)
        })
        .collect();
    fits.into_iter().min_by_key(|(cost, route)| (*cost, route.vehicle_type))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::matrix::TravelMatrix;
    use crate::planning::assembly::type_of_carrier;
    use crate::problem::{
        Client, Departure, Load, PlaceId, SkillSet, TimeWindow, Travel, VehicleType,
    };

    const HOUR: i64 = 3_600;

    /// Doors an hour from the depot and from each other; one carrier from 0 to `hours`.
    fn problem(hours: i64, change: impl Fn(&mut Vec<Client>, &mut VehicleType)) -> Problem {
        let mut clients: Vec<Client> = (0..3).map(|i| Client::at(PlaceId(i))).collect();
        for client in &mut clients {
            client.presence = Presence::Optional { prize: Cost(1_000_000) };
            client.delivery.0[LOAD_ITEMS] = 1;
        }
        let capacity = Load([10, 10_000, 1_000_000, 0]);
        let mut kind = VehicleType::at(PlaceId(3), 1, capacity);
        kind.shift = TimeWindow::new(0, hours * HOUR);
        kind.departure = Departure::AtShiftStart;
        change(&mut clients, &mut kind);
        let cells: Vec<u32> = (0..16).map(|i| if i / 4 == i % 4 { 0 } else { 3_600 }).collect();
        let matrix = TravelMatrix::new(4, cells.clone(), cells).unwrap();
        let travel = Travel::Matrix(Arc::new(matrix));
        Problem::builder().clients(clients).vehicle_type(kind).profile(travel).build().unwrap()
    }

    /// The reason of client 2 while 0 and 1 are served.
    #[track_caller]
    fn check_reason(problem: &Problem, expected: &UnplannedReason) {
        let kind = type_of_carrier(CarrierId(0));
        let route = Route::new(kind, vec![ClientId(0), ClientId(1)]);
        let solution = Solution { routes: vec![route], unserved: vec![ClientId(2)] };
        assert_eq!(reasons(problem, &solution), [(ClientId(2), expected.clone())]);
    }

    #[test]
    fn a_full_shift_names_the_missing_hour() {
        let cheapest = Some((CarrierId(0), Seconds(HOUR)));
        check_reason(&problem(3, |_, _| {}), &UnplannedReason::Time { cheapest });
    }

    #[test]
    fn a_full_bag_is_a_matter_of_capacity() {
        let problem = problem(9, |_, kind| kind.capacity.0[LOAD_ITEMS] = 2);
        check_reason(&problem, &UnplannedReason::Capacity { cheapest: Some(CarrierId(0)) });
    }

    #[test]
    fn money_beyond_the_limit_names_what_is_missing() {
        let problem = problem(9, |clients, _| clients[2].pickup.0[LOAD_DONG] = 1_200_000);
        let cheapest = Some((CarrierId(0), Dong(200_000)));
        check_reason(&problem, &UnplannedReason::Cash { cheapest });
    }

    #[test]
    fn hours_before_anyone_can_be_there_are_a_matter_of_hours() {
        let problem =
            problem(9, |clients, _| clients[2].windows.push(TimeWindow::new(0, HOUR / 2)));
        check_reason(&problem, &UnplannedReason::Hours { cheapest: Some(CarrierId(0)) });
    }

    #[test]
    fn nobody_with_the_skill_is_a_matter_of_skill() {
        let problem = problem(9, |clients, kind| {
            clients[2].skills = SkillSet(2);
            kind.skills = SkillSet(1);
        });
        check_reason(&problem, &UnplannedReason::Skill);
    }

    #[test]
    fn as_many_stops_as_allowed_is_a_matter_of_stops() {
        let problem = problem(9, |_, kind| kind.clients_max = Some(2));
        check_reason(&problem, &UnplannedReason::Stops { cheapest: Some(CarrierId(0)) });
    }

    #[test]
    fn what_fits_but_waits_is_not_worth_today() {
        let cheapest = Some((CarrierId(0), Seconds(HOUR)));
        check_reason(&problem(9, |_, _| {}), &UnplannedReason::NotWorthToday { cheapest });
    }

    #[test]
    fn the_last_look_takes_what_fits_and_pays() {
        let problem = problem(9, |_, _| {});
        let nobody = Solution { routes: Vec::new(), unserved: problem.clients().ids().collect() };
        let solution = last_look(&problem, &nobody);
        assert_eq!(solution.n_served(), 3);
        assert_eq!(check(&problem, &solution).violations, []);
        // A detour of an hour costs 3,600 (one per meter); for a prize of 100 it does not pay.
        let cheap = |clients: &mut Vec<Client>, _: &mut VehicleType| {
            clients[2].presence = Presence::Optional { prize: Cost(100) };
        };
        let problem = self::problem(9, cheap);
        assert_eq!(last_look(&problem, &nobody).unserved, [ClientId(2)]);
    }
}

//! `plan_day`: a morning's items to a plan that passed the checker.

use crate::id::{Id, IdVec};
use crate::measure::Cost;
use crate::network::{TravelError, TravelKind};
use crate::place::LatLon;
use crate::planning::assembly::{Work, assemble, carrier_of_type, stop_of_client};
use crate::planning::baseline::baseline;
use crate::planning::clusters::clusters;
use crate::planning::config::{ConfigError, PlanConfig};
use crate::planning::indicators::indicators;
use crate::planning::morning::{Morning, Sorted, sort_items, walks};
use crate::planning::plan::{
    Baseline, CarrierRoute, Cluster, DayPlan, Indicators, ScoreLine, Stop, StopId, TravelSource,
    Unplanned, Visit,
};
use crate::planning::reasons::{last_look, reasons};
use crate::planning::stops::gather;
use crate::planning::ways::{DayPlaces, measure, road_findings};
use crate::post::{Carrier, CarrierId, Item, ItemId};
use crate::problem::{
    CostBreakdown, Problem, ProblemError, Report, Route, RouteSchedule, Solution, Violation, check,
};
use crate::solver::{ProgressSink, SolverConfig, solve};
use crate::territory::{Gazetteer, Walk};

/// The steps of a day, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Addresses to communes and places.
    Addresses,
    /// Items to stops.
    Stops,
    /// Ways between them.
    Ways,
    /// Communes to clusters, and the problem.
    Clusters,
    /// The search.
    Search,
    /// The check, reasons for what waits, and the comparison.
    Check,
    /// All is done.
    Done,
}

/// Hears how a day comes along. The shell holds the clock: a step lasts until the next one begins.
pub trait Observer {
    /// A step begins.
    fn begins(&self, _step: Step) {}

    /// Who hears the search.
    fn search_progress(&self) -> Option<ProgressSink> {
        None
    }
}

/// Most stops planned at once: their matrix takes 800 MB, ten times the doors of the busiest depot's day.
pub const STOPS_MAX: usize = 10_000;

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Observer for Quiet {}

/// Why a day cannot be planned at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A choice of the office that cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Nobody is on duty.
    #[error("no carrier is on duty on {date}; list at least one")]
    NoCarrier {
        /// The day.
        date: jiff::civil::Date,
    },
    /// More doors than one matrix may hold.
    #[error("{found} stops, at most {limit} are planned at once; split the day by area")]
    TooManyStops {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// Ways that cannot be measured.
    #[error(transparent)]
    Travel(#[from] TravelError),
    /// A number of the day beyond all limits.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// The plan failed the check: it is never shown.
    #[error("the plan breaks {} rules, the first: {}", violations.len(), first(violations))]
    Broken {
        /// Every broken rule.
        violations: Vec<Violation>,
    },
}

fn first(violations: &[Violation]) -> String {
    violations.first().map(ToString::to_string).unwrap_or_default()
}

/// Everything between the morning's files and the search.
struct Prepared {
    items: IdVec<ItemId, Item>,
    carriers: IdVec<CarrierId, Carrier>,
    walks: IdVec<CarrierId, Walk>,
    sorted: Sorted,
    stops: IdVec<StopId, Stop>,
    clusters: IdVec<CarrierId, Cluster>,
    places: DayPlaces,
    problem: Problem,
}

/// Plans a day.
///
/// Every item ends on a route, among the unplanned with a reason, or on the forwarding list; the routes have
/// passed `problem::check`. The same morning, configuration and iteration budget give the same plan.
///
/// # Errors
/// When the configuration cannot be, nobody is on duty, a number is beyond all limits, or the plan fails the check.
///
/// # Panics
/// When an item is lost: that is an error of this program.
pub fn plan_day(
    gazetteer: &Gazetteer,
    mut morning: Morning,
    config: &PlanConfig,
    observer: &dyn Observer,
) -> Result<DayPlan, Error> {
    let prepared = prepare(gazetteer, &mut morning, config, observer)?;
    let problem = &prepared.problem;
    observer.begins(Step::Search);
    let (solution, iterations) = search(problem, config, observer);
    observer.begins(Step::Check);
    let report = check(problem, &solution);
    if !report.violations.is_empty() {
        return Err(Error::Broken { violations: report.violations });
    }
    let day = finish(gazetteer, morning, config, prepared, &Found { solution, report, iterations });
    observer.begins(Step::Done);
    Ok(day)
}

/// The routing problem of a day alone: no names, no addresses.
///
/// # Errors
/// As [`plan_day`].
pub fn problem_of(
    gazetteer: &Gazetteer,
    mut morning: Morning,
    config: &PlanConfig,
) -> Result<Problem, Error> {
    Ok(prepare(gazetteer, &mut morning, config, &Quiet)?.problem)
}

/// Takes items and carriers out of the morning.
fn prepare(
    gazetteer: &Gazetteer,
    morning: &mut Morning,
    config: &PlanConfig,
    observer: &dyn Observer,
) -> Result<Prepared, Error> {
    config.validate()?;
    if morning.carriers.is_empty() {
        return Err(Error::NoCarrier { date: morning.date });
    }
    observer.begins(Step::Addresses);
    let items: IdVec<ItemId, Item> = std::mem::take(&mut morning.items).into();
    let mut sorted = sort_items(gazetteer, morning, &items, config);
    let (walks, walk_findings) = walks(gazetteer, morning);
    sorted.findings.extend(walk_findings);
    let carriers: IdVec<CarrierId, Carrier> = std::mem::take(&mut morning.carriers).into();
    observer.begins(Step::Stops);
    let stops = gather(&items, &sorted.located, &config.service);
    if STOPS_MAX < stops.len() {
        return Err(Error::TooManyStops { found: stops.len(), limit: STOPS_MAX });
    }
    observer.begins(Step::Ways);
    let places = DayPlaces::of(gazetteer, &stops, &carriers, config.roads.as_deref());
    let measured = measure(gazetteer, &stops, &places, config)?;
    sorted.findings.extend(road_findings(&items, &stops, &measured));
    let matrix = measured.matrix;
    observer.begins(Step::Clusters);
    let clusters = clusters(gazetteer, &stops, &walks, &matrix);
    let work = Work {
        gazetteer,
        due: &sorted.due,
        stops: &stops,
        carriers: &carriers,
        walks: &walks,
        clusters: &clusters,
        places: &places,
        config,
    };
    let problem = assemble(&work, matrix)?;
    Ok(Prepared { items, carriers, walks, sorted, stops, clusters, places, problem })
}

fn search(problem: &Problem, config: &PlanConfig, observer: &dyn Observer) -> (Solution, u64) {
    if problem.n_clients() == 0 {
        return (Solution::default(), 0);
    }
    let solver_config = SolverConfig {
        threads: config.threads,
        progress: observer.search_progress(),
        ..SolverConfig::default()
    };
    let solved = solve(problem, &solver_config, &config.budget, config.seed);
    (last_look(problem, &solved.solution), solved.iterations)
}

/// What the search found, and what the checker says of it.
struct Found {
    solution: Solution,
    report: Report,
    iterations: u64,
}

fn finish(
    gazetteer: &Gazetteer,
    morning: Morning,
    config: &PlanConfig,
    prepared: Prepared,
    found: &Found,
) -> DayPlan {
    let work = Work {
        gazetteer,
        due: &prepared.sorted.due,
        stops: &prepared.stops,
        carriers: &prepared.carriers,
        walks: &prepared.walks,
        clusters: &prepared.clusters,
        places: &prepared.places,
        config,
    };
    let baseline = baseline(&work, &prepared.problem);
    let mut routes: Vec<CarrierRoute> = found
        .solution
        .routes
        .iter()
        .zip(&found.report.routes)
        .filter(|(route, _)| !route.clients.is_empty())
        .map(|(route, schedule)| carrier_route(&work, &prepared.problem, route, schedule))
        .collect();
    routes.sort_by_key(|route| route.carrier);
    let mut unplanned = prepared.sorted.unplanned;
    for (client, reason) in reasons(&prepared.problem, &found.solution) {
        let stop = &prepared.stops[stop_of_client(client)];
        unplanned.extend(stop.items.iter().map(|&item| Unplanned { item, reason: reason.clone() }));
    }
    unplanned.sort_by_key(|unplanned| unplanned.item);
    let mut findings = morning.findings;
    findings.extend(prepared.sorted.findings);
    let mut day = DayPlan {
        date: morning.date,
        office: morning.office,
        units: morning.units,
        carriers: prepared.carriers,
        items: prepared.items,
        resolutions: prepared.sorted.resolutions,
        stops: prepared.stops,
        clusters: prepared.clusters.into_vec(),
        routes,
        unplanned,
        forwarded: prepared.sorted.forwarded,
        findings,
        travel_source: travel_source(config),
        score: score(&found.report.breakdown),
        indicators: Indicators::default(),
        baseline: Baseline::default(),
        seed: config.seed.0,
        iterations: found.iterations,
    };
    assert_nothing_lost(&day);
    day.baseline = baseline;
    day.indicators = indicators(&day, &prepared.sorted.due, &prepared.walks);
    day
}

fn carrier_route(
    work: &Work<'_>,
    problem: &Problem,
    route: &Route,
    schedule: &RouteSchedule,
) -> CarrierRoute {
    let carrier = carrier_of_type(route.vehicle_type);
    let travel = problem.travel(route.vehicle_type);
    let (start, end) = (work.places.starts[carrier].index(), work.places.ends[carrier].index());
    let at = |place: usize| -> LatLon { work.places.places[place].at };
    let mut line = vec![at(start)];
    let mut from = start;
    let mut visits = Vec::with_capacity(schedule.stops.len());
    for stop in &schedule.stops {
        let to = problem.clients()[stop.client].place.index();
        visits.push(Visit {
            stop: stop_of_client(stop.client),
            travel: travel.time(from, to),
            distance: travel.distance(from, to),
            arrival: stop.arrival,
            start: stop.start,
            departure: stop.departure,
        });
        extend_line(&mut line, work.config, at(to));
        from = to;
    }
    extend_line(&mut line, work.config, at(end));
    CarrierRoute {
        carrier,
        departure: schedule.departure,
        arrival: schedule.arrival,
        visits,
        rest: schedule.rests.first().copied(),
        travel_home: travel.time(from, end),
        distance_home: travel.distance(from, end),
        line,
    }
}

/// Draws a leg: along its roads where they are known, straight elsewhere.
fn extend_line(line: &mut Vec<LatLon>, config: &PlanConfig, to: LatLon) {
    let from = line.last().copied().filter(|&from| from != to);
    let along = from.zip(config.roads.as_ref()).and_then(|(from, roads)| roads.line(from, to));
    match along {
        Some(along) => line.extend(along.into_iter().skip(1)),
        None => line.push(to),
    }
}

/// What the travel times rest on.
fn travel_source(config: &PlanConfig) -> TravelSource {
    let Some(name) = config.roads.as_ref().map(|roads| roads.name()) else {
        return TravelSource::Estimate;
    };
    match name.kind {
        TravelKind::Region => {
            TravelSource::Region { name: name.name, attribution: name.attribution }
        }
        TravelKind::External => TravelSource::External { name: name.name },
    }
}

/// The cost by reason; lines that cost nothing are shown too, so that two days compare.
fn score(breakdown: &CostBreakdown) -> Vec<ScoreLine> {
    let lines: [(&'static str, Cost); 8] = [
        ("unserved", breakdown.unserved),
        ("duration", breakdown.duration),
        ("distance", breakdown.distance),
        ("carriers", breakdown.fixed),
        ("overtime", breakdown.overtime),
        ("habit", breakdown.habit),
        ("area_split", breakdown.area_split),
        ("balance", breakdown.balance),
    ];
    lines.into_iter().map(|(key, cost)| ScoreLine { key, cost }).collect()
}

/// Law 3: every item that came in is on exactly one route, waits with one reason, or goes elsewhere.
fn assert_nothing_lost(day: &DayPlan) {
    let mut times: IdVec<ItemId, u32> = vec![0; day.items.len()].into();
    let visits = day.routes.iter().flat_map(|route| &route.visits);
    let planned = visits.flat_map(|visit| &day.stops[visit.stop].items).copied();
    let waiting = day.unplanned.iter().map(|unplanned| unplanned.item);
    let elsewhere = day.forwarded.iter().map(|forwarded| forwarded.item);
    for item in planned.chain(waiting).chain(elsewhere) {
        times[item] += 1;
    }
    for (item, &times) in times.iter() {
        assert!(times == 1, "item {} appears {times} times in the plan", item.index());
    }
}

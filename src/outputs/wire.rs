//! `plan.json`: the plan for other programs, format `buuta-plan/1`.
//!
//! The structs here are the promise to strangers and are converted by hand, so that inner types stay
//! free. The file holds codes and numbers: no names of recipients, no phones, no addresses, and none of
//! the offending texts of findings. Times are ISO 8601 with +07:00, durations seconds, distances meters,
//! money whole đồng, positions `[lon, lat]`.

use serde::{Deserialize, Serialize};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::address::{Confidence, Tier};
use crate::finding::{Finding, Severity, Source};
use crate::id::Id;
use crate::measure::Seconds;
use crate::outputs::view::View;
use crate::outputs::{Error, Extras};
use crate::place::LatLon;
use crate::planning::{
    CarrierRoute, DayPlan, Stop, StopId, TravelSource, Unplanned, UnplannedReason,
};
use crate::post::{CarrierId, DueClass, ItemId};

/// Name and version of the format.
pub const PLAN_FORMAT: &str = "buuta-plan/1";
/// JSON Schema of the format, written beside each plan.
pub const SCHEMA: &str = include_str!("../../data/schema/buuta-plan-1.schema.json");

/// Declares wire structs: every field public, documented by its name and unit in the schema.
macro_rules! wire {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[allow(missing_docs, reason = "the schema documents each field; names carry units")]
            pub struct $name { $(pub $field: $kind),* }
        )*
    };
}

wire! {
    /// The whole file.
    PlanDocument {
        format: String,
        date: String,
        office: OfficeWire,
        travel: TravelWire,
        search: SearchWire,
        units: Vec<UnitWire>,
        carriers: Vec<CarrierWire>,
        items: Vec<ItemWire>,
        stops: Vec<StopWire>,
        routes: Vec<RouteWire>,
        clusters: Vec<ClusterWire>,
        unplanned: Vec<UnplannedWire>,
        forwarded: Vec<ForwardedWire>,
        findings: Vec<FindingWire>,
        score: Vec<ScoreWire>,
        indicators: IndicatorsWire,
        baseline: BaselineWire,
    }
    /// The depot.
    OfficeWire { code: String, name: String, place: [f64; 2] }
    /// What travel times rest on: `estimate`, `region` or `external`.
    TravelWire { kind: String, name: Option<String>, attribution: Option<String> }
    /// How the plan was searched.
    SearchWire { seed: u64, iterations: u64 }
    /// A unit that hands over.
    UnitWire { code: String, name: String }
    /// A carrier on duty.
    CarrierWire {
        code: String,
        walk: Option<String>,
        shift_start: String,
        shift_end: String,
        existing_items: u32,
        existing_work_s: i64,
    }
    /// An item, by its codes.
    ItemWire {
        dossier: String,
        code: Option<String>,
        commune: Option<String>,
        confidence: String,
        promised: String,
        money_due_vnd: i64,
        source: SourceWire,
    }
    /// Where something was read.
    SourceWire {
        file: String,
        sheet: Option<String>,
        row: Option<u32>,
        column: Option<String>,
    }
    /// A door and its items, which are indices into `items`.
    StopWire {
        items: Vec<u32>,
        place: [f64; 2],
        tier: String,
        commune: String,
        commune_name: String,
        confidence: String,
        service_s: i64,
        hours: Option<[String; 2]>,
        due: String,
        handling: String,
        organization: bool,
        money_due_vnd: i64,
    }
    /// A carrier's day.
    RouteWire {
        carrier: String,
        departure: String,
        arrival: String,
        rest: Option<[String; 2]>,
        distance_m: i64,
        travel_s: i64,
        service_s: i64,
        waiting_s: i64,
        distance_home_m: i64,
        travel_home_s: i64,
        visits: Vec<VisitWire>,
        line: Vec<[f64; 2]>,
    }
    /// A visit; `stop` is an index into `stops`.
    VisitWire {
        stop: u32,
        travel_s: i64,
        distance_m: i64,
        arrival: String,
        start: String,
        departure: String,
    }
    /// Communes planned together.
    ClusterWire { communes: Vec<String>, stops: Vec<u32>, work_s: i64 }
    /// An item that waits.
    UnplannedWire {
        item: u32,
        reason: String,
        carrier: Option<String>,
        missing_s: Option<i64>,
        missing_vnd: Option<i64>,
        until: Option<String>,
    }
    /// An item for elsewhere.
    ForwardedWire { item: u32, commune: String }
    /// Something noticed about the data, without the offending text.
    FindingWire { code: String, severity: String, source: SourceWire }
    /// A line of the score.
    ScoreWire { key: String, cost: i64 }
    /// The numbers a planner is judged by.
    IndicatorsWire {
        n_items: usize,
        n_planned: usize,
        n_unplanned: usize,
        n_forwarded: usize,
        n_stops: usize,
        n_carriers_used: usize,
        distance_m: i64,
        travel_s: i64,
        service_s: i64,
        waiting_s: i64,
        work_min_s: i64,
        work_max_s: i64,
        n_communes_split: usize,
        n_items_on_walk: usize,
        n_pressing_planned: usize,
        n_pressing: usize,
        money_due_vnd: i64,
    }
    /// The day by standing walks.
    BaselineWire { distance_m: i64, travel_s: i64, work_max_s: i64, n_over_shift: usize }
}

/// The plan as its wire form.
pub fn plan_document(plan: &DayPlan, extras: &Extras<'_>) -> PlanDocument {
    document(&View::new(plan, extras))
}

/// Reads a plan back.
///
/// # Errors
/// When the text is no JSON of this shape, or of another format.
pub fn read_plan(text: &str) -> Result<PlanDocument, Error> {
    let value: serde_json::Value = serde_json::from_str(text)?;
    let format = value.get("format").and_then(serde_json::Value::as_str).unwrap_or_default();
    if format != PLAN_FORMAT {
        return Err(Error::Format { found: format.to_owned() });
    }
    Ok(serde_json::from_value(value)?)
}

pub(crate) fn to_json(view: &View<'_>) -> String {
    let mut text = serde_json::to_string_pretty(&document(view))
        .expect("structs of strings, finite numbers and lists are always JSON");
    text.push('\n');
    text
}

fn document(view: &View<'_>) -> PlanDocument {
    let plan = view.plan;
    PlanDocument {
        format: PLAN_FORMAT.to_owned(),
        date: plan.date.to_string(),
        office: OfficeWire {
            code: plan.office.code.clone(),
            name: plan.office.name.clone(),
            place: position(plan.office.place),
        },
        travel: travel(&plan.travel_source),
        search: SearchWire { seed: plan.seed, iterations: plan.iterations },
        units: (plan.units.iter())
            .map(|unit| UnitWire { code: unit.code.clone(), name: unit.name.clone() })
            .collect(),
        carriers: (plan.carriers.values())
            .map(|carrier| CarrierWire {
                code: carrier.code.clone(),
                walk: carrier.walk_name.clone(),
                shift_start: iso(plan.date, carrier.shift.start),
                shift_end: iso(plan.date, carrier.shift.end),
                existing_items: carrier.existing_items,
                existing_work_s: carrier.existing_work.value(),
            })
            .collect(),
        items: plan.items.ids().map(|id| item(plan, id)).collect(),
        stops: plan.stops.values().map(|s| stop(view, s)).collect(),
        routes: plan.routes.iter().map(|r| route(plan, r)).collect(),
        clusters: (plan.clusters.iter())
            .map(|cluster| ClusterWire {
                communes: cluster.communes.iter().map(ToString::to_string).collect(),
                stops: cluster.stops.iter().map(|&StopId(id)| id).collect(),
                work_s: cluster.work.value(),
            })
            .collect(),
        unplanned: plan.unplanned.iter().map(|u| unplanned(plan, u)).collect(),
        forwarded: (plan.forwarded.iter())
            .map(|f| ForwardedWire { item: f.item.0, commune: f.commune.to_string() })
            .collect(),
        findings: plan.findings.iter().map(finding).collect(),
        score: (plan.score.iter())
            .map(|line| ScoreWire { key: line.key.to_owned(), cost: line.cost.value() })
            .collect(),
        indicators: indicators(plan),
        baseline: BaselineWire {
            distance_m: plan.baseline.distance.value(),
            travel_s: plan.baseline.travel.value(),
            work_max_s: plan.baseline.work_max.value(),
            n_over_shift: plan.baseline.n_over_shift,
        },
    }
}

fn travel(source: &TravelSource) -> TravelWire {
    let (kind, name, attribution) = match source {
        TravelSource::Estimate => ("estimate", None, None),
        TravelSource::Region { name, attribution } => {
            ("region", Some(name.clone()), Some(attribution.clone()))
        }
        TravelSource::External { name } => ("external", Some(name.clone()), None),
    };
    TravelWire { kind: kind.to_owned(), name, attribution }
}

fn item(plan: &DayPlan, id: ItemId) -> ItemWire {
    let item = &plan.items[id];
    let resolution = plan.resolutions.get(id);
    ItemWire {
        dossier: item.dossier.to_string(),
        code: item.code.as_ref().map(ToString::to_string),
        commune: resolution.and_then(|r| r.commune).map(|code| code.to_string()),
        confidence: confidence(resolution.map_or(Confidence::Review, |r| r.confidence)).to_owned(),
        promised: item.promised.to_string(),
        money_due_vnd: item.money_due().value(),
        source: source(&item.source),
    }
}

fn stop(view: &View<'_>, stop: &Stop) -> StopWire {
    let time = |t: Seconds| iso(view.plan.date, t);
    StopWire {
        items: stop.items.iter().map(|&ItemId(id)| id).collect(),
        place: position(stop.place),
        tier: tier(stop.tier).to_owned(),
        commune: stop.commune.to_string(),
        commune_name: view.commune(stop.commune),
        confidence: confidence(stop.confidence).to_owned(),
        service_s: stop.service.value(),
        hours: stop.hours.map(|(from, to)| [time(from), time(to)]),
        due: due(stop.due).to_owned(),
        handling: stop.handling.letters(stop.money_due.value() > 0),
        organization: stop.handling.organization,
        money_due_vnd: stop.money_due.value(),
    }
}

fn route(plan: &DayPlan, route: &CarrierRoute) -> RouteWire {
    let time = |t: Seconds| iso(plan.date, t);
    RouteWire {
        carrier: plan.carriers[route.carrier].code.clone(),
        departure: time(route.departure),
        arrival: time(route.arrival),
        rest: route.rest.map(|(from, to)| [time(from), time(to)]),
        distance_m: route.distance().value(),
        travel_s: route.travel().value(),
        service_s: route.service().value(),
        waiting_s: route.waiting().value(),
        distance_home_m: route.distance_home.value(),
        travel_home_s: route.travel_home.value(),
        visits: (route.visits.iter())
            .map(|visit| VisitWire {
                stop: visit.stop.index() as u32,
                travel_s: visit.travel.value(),
                distance_m: visit.distance.value(),
                arrival: time(visit.arrival),
                start: time(visit.start),
                departure: time(visit.departure),
            })
            .collect(),
        line: route.line.iter().map(|&p| position(p)).collect(),
    }
}

fn unplanned(plan: &DayPlan, unplanned: &Unplanned) -> UnplannedWire {
    let code = |id: CarrierId| plan.carriers[id].code.clone();
    let mut wire = UnplannedWire {
        item: unplanned.item.0,
        reason: String::new(),
        carrier: None,
        missing_s: None,
        missing_vnd: None,
        until: None,
    };
    let reason = match &unplanned.reason {
        UnplannedReason::NotLocated => "not_located",
        UnplannedReason::Appointment { date } => {
            wire.until = Some(date.to_string());
            "appointment"
        }
        UnplannedReason::Time { cheapest } => {
            wire.carrier = cheapest.map(|(id, _)| code(id));
            wire.missing_s = cheapest.map(|(_, missing)| missing.value());
            "time"
        }
        UnplannedReason::Capacity { cheapest } => {
            wire.carrier = cheapest.map(code);
            "capacity"
        }
        UnplannedReason::Hours { cheapest } => {
            wire.carrier = cheapest.map(code);
            "hours"
        }
        UnplannedReason::Cash { cheapest } => {
            wire.carrier = cheapest.map(|(id, _)| code(id));
            wire.missing_vnd = cheapest.map(|(_, missing)| missing.value());
            "cash"
        }
        UnplannedReason::Skill => "skill",
        UnplannedReason::Stops { cheapest } => {
            wire.carrier = cheapest.map(code);
            "stops"
        }
        UnplannedReason::NotWorthToday { cheapest } => {
            wire.carrier = cheapest.map(|(id, _)| code(id));
            wire.missing_s = cheapest.map(|(_, detour)| detour.value());
            "not_worth_today"
        }
    };
    reason.clone_into(&mut wire.reason);
    wire
}

fn finding(finding: &Finding) -> FindingWire {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    FindingWire {
        code: finding.code.to_string(),
        severity: severity.to_owned(),
        source: source(&finding.source),
    }
}

fn source(source: &Source) -> SourceWire {
    SourceWire {
        file: source.file.clone(),
        sheet: source.sheet.clone(),
        row: source.row,
        column: source.column.clone(),
    }
}

fn indicators(plan: &DayPlan) -> IndicatorsWire {
    let numbers = &plan.indicators;
    IndicatorsWire {
        n_items: numbers.n_items,
        n_planned: numbers.n_planned,
        n_unplanned: numbers.n_unplanned,
        n_forwarded: numbers.n_forwarded,
        n_stops: numbers.n_stops,
        n_carriers_used: numbers.n_carriers_used,
        distance_m: numbers.distance.value(),
        travel_s: numbers.travel.value(),
        service_s: numbers.service.value(),
        waiting_s: numbers.waiting.value(),
        work_min_s: numbers.work_min.value(),
        work_max_s: numbers.work_max.value(),
        n_communes_split: numbers.n_communes_split,
        n_items_on_walk: numbers.n_items_on_walk,
        n_pressing_planned: numbers.n_pressing_planned,
        n_pressing: numbers.n_pressing,
        money_due_vnd: numbers.money_due.value(),
    }
}

/// `[lon, lat]`, rounded to a tenth of a meter: more digits would promise more than anyone knows.
pub(crate) fn position(place: LatLon) -> [f64; 2] {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    [round(place.lon()), round(place.lat())]
}

/// A time of the planning day as ISO 8601; beyond midnight it names the next day.
pub(crate) fn iso(date: Date, time: Seconds) -> String {
    let day = date + time.value().div_euclid(86_400).days();
    let s = time.value().rem_euclid(86_400);
    format!("{day}T{:02}:{:02}:{:02}+07:00", s / 3600, s / 60 % 60, s % 60)
}

pub(crate) fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Given => "given",
        Tier::Learned => "learned",
        Tier::AddressPoint => "address_point",
        Tier::Street => "street",
        Tier::Hamlet => "hamlet",
        Tier::FormerCommune => "former_commune",
        Tier::Commune => "commune",
    }
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Inferred => "inferred",
        Confidence::Review => "review",
    }
}

fn due(due: DueClass) -> &'static str {
    match due {
        DueClass::Overdue => "overdue",
        DueClass::Today => "today",
        DueClass::NextDay => "next_day",
        DueClass::Later => "later",
    }
}

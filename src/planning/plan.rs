//! The day as planned: who visits whom, when, and who has to wait.

use jiff::civil::Date;

use crate::address::{Confidence, Resolution, Tier};
use crate::finding::Finding;
use crate::id::{IdVec, dense_id};
use crate::measure::{Cost, Dong, Meters, Seconds};
use crate::place::LatLon;
use crate::post::{Carrier, CarrierId, DueClass, Handling, HandoverUnit, Item, ItemId, PostOffice};
use crate::territory::CommuneCode;

dense_id!(
    /// A stop of the day.
    StopId
);

/// A door and its items: one visit, one signature list.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The items, in order of intake.
    pub items: Vec<ItemId>,
    /// Where.
    pub place: LatLon,
    /// What the position rests on.
    pub tier: Tier,
    /// Today's commune.
    pub commune: CommuneCode,
    /// How sure the commune is.
    pub confidence: Confidence,
    /// Time at the door.
    pub service: Seconds,
    /// Hours in which the visit may begin; the shift when nothing was asked.
    pub hours: Option<(Seconds, Seconds)>,
    /// The most pressing of its items.
    pub due: DueClass,
    /// The care of all its items together.
    pub handling: Handling,
    /// Money to collect.
    pub money_due: Dong,
}

/// A stop on a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// Which stop.
    pub stop: StopId,
    /// Travel time from the place before.
    pub travel: Seconds,
    /// Distance from the place before.
    pub distance: Meters,
    /// Time of day of arrival.
    pub arrival: Seconds,
    /// Time of day the visit begins, after waiting.
    pub start: Seconds,
    /// Time of day the carrier leaves the door.
    pub departure: Seconds,
}

/// One carrier's day.
#[derive(Clone, Debug, PartialEq)]
pub struct CarrierRoute {
    /// Which carrier.
    pub carrier: CarrierId,
    /// Leaves the start, time of day.
    pub departure: Seconds,
    /// Is back at the end, time of day.
    pub arrival: Seconds,
    /// The visits in order.
    pub visits: Vec<Visit>,
    /// When the rest is taken, and until when.
    pub rest: Option<(Seconds, Seconds)>,
    /// Last leg, back to the end.
    pub travel_home: Seconds,
    /// Last leg, back to the end.
    pub distance_home: Meters,
    /// The drawn line, start and end included: straight between stops until roads are known.
    pub line: Vec<LatLon>,
}

impl CarrierRoute {
    /// Time on the road.
    pub fn travel(&self) -> Seconds {
        self.visits.iter().map(|visit| visit.travel).sum::<Seconds>() + self.travel_home
    }

    /// Length of the round.
    pub fn distance(&self) -> Meters {
        self.visits.iter().map(|visit| visit.distance).sum::<Meters>() + self.distance_home
    }

    /// Time at doors.
    pub fn service(&self) -> Seconds {
        self.visits.iter().map(|visit| visit.departure - visit.start).sum()
    }

    /// Time spent waiting for a door to open.
    pub fn waiting(&self) -> Seconds {
        self.visits.iter().map(|visit| visit.start - visit.arrival).sum()
    }
}

/// Why an item is not on any route today (R-PL-3), with the cheapest change that would fit it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnplannedReason {
    /// The address names no commune, or several (cần xem).
    NotLocated,
    /// Asked for another day.
    Appointment {
        /// That day.
        date: Date,
    },
    /// No carrier's working time has room.
    Time {
        /// The carrier who comes closest, and how much longer the shift would have to be.
        cheapest: Option<(CarrierId, Seconds)>,
    },
    /// No bag has room: items or weight.
    Capacity {
        /// The carrier with the shortest way there.
        cheapest: Option<CarrierId>,
    },
    /// The hours asked for fit no route.
    Hours {
        /// The carrier who comes closest.
        cheapest: Option<CarrierId>,
    },
    /// The money due exceeds every cash limit that remains.
    Cash {
        /// The carrier with the most room, and the room missing.
        cheapest: Option<(CarrierId, Dong)>,
    },
    /// No carrier on duty has the skill.
    Skill,
    /// All carriers have as many stops as they may have.
    Stops {
        /// The carrier with the shortest way there.
        cheapest: Option<CarrierId>,
    },
    /// It would fit, but costs more than waiting until tomorrow is worth; due later.
    NotWorthToday {
        /// The carrier with the shortest detour, and that detour.
        cheapest: Option<(CarrierId, Seconds)>,
    },
}

/// An item that waits, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplanned {
    /// Which item.
    pub item: ItemId,
    /// Why.
    pub reason: UnplannedReason,
}

/// An item for another depot or province (R-AD-5): goes on the forwarding list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// Which item.
    pub item: ItemId,
    /// Its commune.
    pub commune: CommuneCode,
}

/// What the travel times rest on. Named in every output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TravelSource {
    /// Great circle times detour factor by terrain: an estimate (ước lượng), not a road distance.
    Estimate,
    /// A region file: roads of OpenStreetMap.
    Region {
        /// Name of the region.
        name: String,
        /// Attribution that must be shown.
        attribution: String,
    },
    /// A matrix from a file or a server.
    External {
        /// Which.
        name: String,
    },
}

/// A group of neighboring communes planned together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its communes.
    pub communes: Vec<CommuneCode>,
    /// Its stops.
    pub stops: Vec<StopId>,
    /// Working time at its doors and between them, estimated.
    pub work: Seconds,
}

/// One line of the score, named by its key in `outputs::wording`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreLine {
    /// Key: `travel`, `habit`, `balance`, `unserved` …
    pub key: &'static str,
    /// Its share of the cost.
    pub cost: Cost,
}

/// The numbers a planner is judged by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Indicators {
    /// Items that came in.
    pub n_items: usize,
    /// Items on routes.
    pub n_planned: usize,
    /// Items left out, with reasons.
    pub n_unplanned: usize,
    /// Items for other depots.
    pub n_forwarded: usize,
    /// Stops on routes.
    pub n_stops: usize,
    /// Carriers with a route.
    pub n_carriers_used: usize,
    /// Length of all rounds.
    pub distance: Meters,
    /// Time on the road, all carriers.
    pub travel: Seconds,
    /// Time at doors, all carriers.
    pub service: Seconds,
    /// Waiting, all carriers.
    pub waiting: Seconds,
    /// Shortest and longest working time of a used carrier, existing work included.
    pub work_min: Seconds,
    /// See `work_min`.
    pub work_max: Seconds,
    /// Communes served by more than one carrier.
    pub n_communes_split: usize,
    /// Items served by a carrier in whose walk their commune is, of all planned.
    pub n_items_on_walk: usize,
    /// Overdue and today's items on routes, of those that came in.
    pub n_pressing_planned: usize,
    /// Overdue and today's items that came in.
    pub n_pressing: usize,
    /// Cash to collect.
    pub money_due: Dong,
}

/// The same day by standing walks: each item to its commune's carrier, in list order (R-PL-7).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// Length of all rounds.
    pub distance: Meters,
    /// Time on the road.
    pub travel: Seconds,
    /// Longest working day of a carrier.
    pub work_max: Seconds,
    /// Carriers beyond their shift.
    pub n_over_shift: usize,
}

/// One day's plan: everything the outputs need, and nothing they have to look up.
#[derive(Clone, Debug)]
pub struct DayPlan {
    /// The day.
    pub date: Date,
    /// The depot.
    pub office: PostOffice,
    /// The units that hand over.
    pub units: Vec<HandoverUnit>,
    /// All carriers on duty.
    pub carriers: IdVec<CarrierId, Carrier>,
    /// All items that came in.
    pub items: IdVec<ItemId, Item>,
    /// What each item's address means, by item.
    pub resolutions: IdVec<ItemId, Resolution>,
    /// The stops.
    pub stops: IdVec<StopId, Stop>,
    /// The clusters, for the map.
    pub clusters: Vec<Cluster>,
    /// The routes, one per carrier who has visits, by carrier.
    pub routes: Vec<CarrierRoute>,
    /// Items that wait.
    pub unplanned: Vec<Unplanned>,
    /// Items for elsewhere.
    pub forwarded: Vec<Forwarded>,
    /// Everything noticed about the data.
    pub findings: Vec<Finding>,
    /// What the travel times rest on.
    pub travel_source: TravelSource,
    /// The score, line by line; sums to the solver's cost.
    pub score: Vec<ScoreLine>,
    /// The numbers.
    pub indicators: Indicators,
    /// The day by standing walks.
    pub baseline: Baseline,
    /// Seed of the search.
    pub seed: u64,
    /// Iterations of the search.
    pub iterations: u64,
}

//! From the model to wire structs, by hand, so that the model stays free.

use std::borrow::Cow;

use crate::measure::{Cost, Meters, Seconds};
use crate::problem::format::wire::{
    BalanceWire, ClientWire, Coordinate, DepartureWire, DueWire, EffortWire, GroupWire, LockWire,
    OrderWire, OvertimeWire, PairWire, PickupOrderWire, ProblemWire, ProfileWire, RefusalWire,
    ReloadStopWire, ReloadWire, RespiteWire, RestWire, RoundingWire, RouteWire, SolutionWire,
    VehicleTypeWire,
};
use crate::problem::format::{PROBLEM_FORMAT, SOLUTION_FORMAT};
use crate::problem::groups::{Group, GroupPresence};
use crate::problem::locks::{Bond, Lock, Order};
use crate::problem::model::{
    Client, ClientId, Departure, Effort, Load, PickupOrder, Presence, Problem, Respite, Rest,
    RestNeed, RestPlace, SkillSet, TimeWindow, VehicleType,
};
use crate::problem::pairs::Pair;
use crate::problem::refusals::Refusal;
use crate::problem::solution::Solution;
use crate::problem::travel::{Rounding, Travel};

fn rest_to_wire(rest: &Rest) -> RestWire {
    RestWire {
        windows_s: rest.windows.iter().map(|&window| window_to_wire(window)).collect(),
        duration_s: rest.duration.value(),
        on_legs: rest.place == RestPlace::OnLegs,
        always: rest.need == RestNeed::Always,
    }
}

fn respite_to_wire(respite: Respite) -> RespiteWire {
    let of = match respite.of {
        Effort::Travel => EffortWire::Travel,
        Effort::Work => EffortWire::Work,
    };
    RespiteWire { after_s: respite.after.value(), duration_s: respite.duration.value(), of }
}

pub(super) fn problem_to_wire(problem: &Problem) -> ProblemWire {
    ProblemWire {
        format: Cow::Borrowed(PROBLEM_FORMAT),
        profiles: problem.profiles().values().map(travel_to_wire).collect(),
        vehicle_types: problem.vehicle_types().values().map(kind_to_wire).collect(),
        clients: problem.clients().values().map(client_to_wire).collect(),
        pairs: problem.pairs().iter().map(pair_to_wire).collect(),
        locks: problem.locks().iter().map(lock_to_wire).collect(),
        orders: problem.orders().iter().map(order_to_wire).collect(),
        groups: problem.groups().iter().map(group_to_wire).collect(),
        refusals: problem.refusals().iter().copied().map(refusal_to_wire).collect(),
    }
}

fn lock_to_wire(lock: &Lock) -> LockWire {
    let numbers = |clients: &[ClientId]| clients.iter().map(|client| client.0).collect();
    LockWire {
        vehicle_type: lock.vehicle_type.0,
        begins_with: numbers(&lock.begins_with),
        holds: numbers(&lock.holds),
        frozen: lock.is_frozen,
    }
}

fn group_to_wire(group: &Group) -> GroupWire {
    let required = group.presence == GroupPresence::Required;
    GroupWire { clients: group.clients.iter().map(|client| client.0).collect(), required }
}

fn refusal_to_wire(refusal: Refusal) -> RefusalWire {
    RefusalWire { client: refusal.client.0, vehicle_type: refusal.vehicle_type.0 }
}

fn order_to_wire(order: &Order) -> OrderWire {
    let directly = order.bond == Bond::Direct;
    OrderWire { first: order.first.0, then: order.then.0, directly }
}

fn travel_to_wire(travel: &Travel) -> ProfileWire {
    match travel {
        Travel::Plane { points, rounding } => ProfileWire::Plane {
            points: points.iter().map(|&(x, y)| [Coordinate(x), Coordinate(y)]).collect(),
            rounding: (*rounding).into(),
        },
        Travel::Matrix(matrix) => {
            let places = || 0..matrix.n_places();
            ProfileWire::Matrix {
                times_s: places().map(|from| matrix.time_row_s(from).to_vec()).collect(),
                distances_m: places().map(|from| matrix.distance_row_m(from).to_vec()).collect(),
            }
        }
    }
}

fn client_to_wire(client: &Client) -> ClientWire {
    ClientWire {
        place: client.place.0,
        delivery: load_to_wire(client.delivery),
        pickup: load_to_wire(client.pickup),
        service_s: client.service.value(),
        setup_s: client.setup.value(),
        windows_s: client.windows.iter().map(|&window| window_to_wire(window)).collect(),
        release_s: client.release.value(),
        due: client.due.map(|due| DueWire { at_s: due.at.value(), cost_per_s: due.per_second }),
        prize: match client.presence {
            Presence::Required => None,
            Presence::Optional { prize } => Some(prize.value()),
        },
        skills: skills_to_wire(client.skills),
        area: client.area.map(|area| area.0),
    }
}

fn pair_to_wire(pair: &Pair) -> PairWire {
    let load = load_to_wire(pair.load);
    PairWire { pickup: pair.pickup.0, delivery: pair.delivery.0, load }
}

fn kind_to_wire(kind: &VehicleType) -> VehicleTypeWire {
    VehicleTypeWire {
        count: kind.count,
        start_place: kind.start.map(|place| place.0),
        end_place: kind.end.map(|place| place.0),
        capacity: load_to_wire(kind.capacity),
        fixed_cost: kind.fixed.value(),
        cost_per_m: kind.per_meter,
        cost_per_s: kind.per_second,
        cost_per_travel_s: kind.per_travel_second,
        cost_per_service_s: kind.per_service_second,
        cost_per_waiting_s: kind.per_waiting_second,
        shift_s: (kind.shift != TimeWindow::ALWAYS).then(|| window_to_wire(kind.shift)),
        departure: match kind.departure {
            Departure::Free => DepartureWire::Free,
            Departure::AtShiftStart => DepartureWire::AtShiftStart,
        },
        duration_max_s: kind.duration_max.map(Seconds::value),
        travel_max_s: kind.travel_max.map(Seconds::value),
        distance_max_m: kind.distance_max.map(Meters::value),
        clients_max: kind.clients_max,
        pickups: match kind.pickups {
            PickupOrder::Anytime => PickupOrderWire::Anytime,
            PickupOrder::Last => PickupOrderWire::Last,
            PickupOrder::LastOfDeliveries => PickupOrderWire::LastOfDeliveries,
        },
        overtime: kind.overtime.map(|overtime| OvertimeWire {
            after_s: overtime.after.value(),
            cost_per_s: overtime.per_second,
        }),
        rests: kind.rests.iter().map(rest_to_wire).collect(),
        respite: kind.respite.map(respite_to_wire),
        reload: kind.reload.as_ref().map(|reload| ReloadWire {
            places: reload.places.iter().map(|place| place.0).collect(),
            trips_max: reload.trips_max,
            duration_s: reload.duration.value(),
        }),
        skills: (kind.skills != SkillSet(u64::MAX)).then(|| skills_to_wire(kind.skills)),
        profile: kind.profile.0,
        habit_costs: kind.habit.iter().map(|cost| cost.value()).collect(),
        area_split_cost: kind.area_split.value(),
        balance: kind.balance.map(|balance| BalanceWire {
            work_min_s: balance.work_min.value(),
            work_max_s: balance.work_max.value(),
            cost_per_s: balance.per_second,
        }),
    }
}

fn window_to_wire(window: TimeWindow) -> [i64; 2] {
    [window.start.value(), window.end.value()]
}

fn load_to_wire(load: Load) -> Vec<i64> {
    let n_used = load.0.iter().rposition(|&amount| amount != 0).map_or(0, |last| last + 1);
    load.0[..n_used].to_vec()
}

fn skills_to_wire(skills: SkillSet) -> Vec<u32> {
    (0..u64::BITS).filter(|&number| skills.0 >> number & 1 == 1).collect()
}

impl From<Rounding> for RoundingWire {
    fn from(rounding: Rounding) -> Self {
        match rounding {
            Rounding::Nearest => Self::Nearest,
            Rounding::Floor => Self::Floor,
            Rounding::Ceil => Self::Ceil,
            Rounding::Dimacs => Self::Dimacs,
            Rounding::Scaled(factor) => Self::Scaled(factor),
        }
    }
}

pub(super) fn solution_to_wire(solution: &Solution, cost: Cost) -> SolutionWire {
    let ids = |clients: &[ClientId]| clients.iter().map(|client| client.0).collect();
    let routes = solution.routes.iter().map(|route| RouteWire {
        vehicle_type: route.vehicle_type.0,
        clients: ids(&route.clients),
        reloads: route
            .reloads
            .iter()
            .map(|stop| ReloadStopWire { before: stop.before as u32, place: stop.place.0 })
            .collect(),
    });
    SolutionWire {
        format: Cow::Borrowed(SOLUTION_FORMAT),
        cost: Some(cost.value()),
        routes: routes.collect(),
        unserved: Some(ids(&solution.unserved)),
    }
}

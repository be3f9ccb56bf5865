//! The structs of the two files: the promise to strangers. Fields left out of a file have the value that
//! asks for nothing; the writer leaves them out likewise.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `buuta-problem/1`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProblemWire {
    pub(super) format: Cow<'static, str>,
    pub(super) profiles: Vec<ProfileWire>,
    #[serde(default)]
    pub(super) vehicle_types: Vec<VehicleTypeWire>,
    #[serde(default)]
    pub(super) clients: Vec<ClientWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) pairs: Vec<PairWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) locks: Vec<LockWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) orders: Vec<OrderWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) groups: Vec<GroupWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) refusals: Vec<RefusalWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ProfileWire {
    /// Row by row, from each place to every place.
    Matrix { times_s: Vec<Vec<u32>>, distances_m: Vec<Vec<u32>> },
    /// `[x, y]` of each place; a second for a meter.
    Plane {
        points: Vec<[Coordinate; 2]>,
        #[serde(default)]
        rounding: RoundingWire,
    },
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RoundingWire {
    #[default]
    Nearest,
    Floor,
    Ceil,
    Dimacs,
    Scaled(u32),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientWire {
    pub(super) place: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) delivery: Vec<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) pickup: Vec<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) service_s: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) setup_s: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) windows_s: Vec<[i64; 2]>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) release_s: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<DueWire>,
    /// Present: the client may be left out at this price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) prize: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) skills: Vec<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) area: Option<u32>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DueWire {
    pub(super) at_s: i64,
    pub(super) cost_per_s: i64,
}

/// Carried from one client to another by the same vehicle.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PairWire {
    pub(super) pickup: u32,
    pub(super) delivery: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) load: Vec<i64>,
}

/// What is decided about one vehicle.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockWire {
    pub(super) vehicle_type: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) begins_with: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) holds: Vec<u32>,
    #[serde(default, skip_serializing_if = "is_no")]
    pub(super) frozen: bool,
}

/// Alternatives.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupWire {
    pub(super) clients: Vec<u32>,
    #[serde(default, skip_serializing_if = "is_no")]
    pub(super) required: bool,
}

/// A vehicle type that may not serve a client.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefusalWire {
    pub(super) client: u32,
    pub(super) vehicle_type: u32,
}

/// One client before another.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderWire {
    pub(super) first: u32,
    pub(super) then: u32,
    #[serde(default, skip_serializing_if = "is_no")]
    pub(super) directly: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VehicleTypeWire {
    pub(super) count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) start_place: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) end_place: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) capacity: Vec<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) fixed_cost: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) cost_per_m: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) cost_per_s: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) cost_per_travel_s: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) cost_per_service_s: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) cost_per_waiting_s: i64,
    /// Absent: all of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shift_s: Option<[i64; 2]>,
    #[serde(default, skip_serializing_if = "DepartureWire::is_free")]
    pub(super) departure: DepartureWire,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) duration_max_s: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) travel_max_s: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) distance_max_m: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) clients_max: Option<u32>,
    #[serde(default, skip_serializing_if = "PickupOrderWire::is_anytime")]
    pub(super) pickups: PickupOrderWire,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) overtime: Option<OvertimeWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rests: Vec<RestWire>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) respite: Option<RespiteWire>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reload: Option<ReloadWire>,
    /// Absent: every skill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) skills: Option<Vec<u32>>,
    #[serde(default, skip_serializing_if = "is_first")]
    pub(super) profile: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) habit_costs: Vec<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) area_split_cost: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) balance: Option<BalanceWire>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DepartureWire {
    #[default]
    Free,
    AtShiftStart,
}

impl DepartureWire {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_free(&self) -> bool {
        matches!(self, Self::Free)
    }
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PickupOrderWire {
    #[default]
    Anytime,
    Last,
    LastOfDeliveries,
}

impl PickupOrderWire {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_anytime(&self) -> bool {
        matches!(self, Self::Anytime)
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OvertimeWire {
    pub(super) after_s: i64,
    pub(super) cost_per_s: i64,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RestWire {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) windows_s: Vec<[i64; 2]>,
    pub(super) duration_s: i64,
    #[serde(default, skip_serializing_if = "is_no")]
    pub(super) on_legs: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    pub(super) always: bool,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RespiteWire {
    pub(super) after_s: i64,
    pub(super) duration_s: i64,
    #[serde(default, skip_serializing_if = "EffortWire::is_travel")]
    pub(super) of: EffortWire,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EffortWire {
    #[default]
    Travel,
    Work,
}

impl EffortWire {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_travel(&self) -> bool {
        matches!(self, Self::Travel)
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReloadWire {
    pub(super) places: Vec<u32>,
    /// Absent: as many as the shift allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trips_max: Option<u32>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) duration_s: i64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "names carry units")]
pub(super) struct BalanceWire {
    pub(super) work_min_s: i64,
    pub(super) work_max_s: i64,
    pub(super) cost_per_s: i64,
}

/// `buuta-solution/1`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SolutionWire {
    pub(super) format: Cow<'static, str>,
    /// What the writer believed; a reader asks the checker.
    #[serde(default)]
    pub(super) cost: Option<i64>,
    pub(super) routes: Vec<RouteWire>,
    /// Absent: whoever is on no route.
    #[serde(default)]
    pub(super) unserved: Option<Vec<u32>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteWire {
    pub(super) vehicle_type: u32,
    pub(super) clients: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) reloads: Vec<ReloadStopWire>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReloadStopWire {
    /// Position in `clients` of the first of the next trip.
    pub(super) before: u32,
    pub(super) place: u32,
}

/// The part that every format of this program has.
#[derive(Deserialize)]
pub(super) struct FormatWire {
    pub(super) format: String,
}

/// A coordinate that survives the file bit by bit.
///
/// JSON readers may round a number of more than fifteen digits to a neighbor, this program's reader does. Such a
/// coordinate travels as a string of its digits; all others are plain numbers.
#[derive(Clone, Copy)]
pub(super) struct Coordinate(pub(super) f64);

impl Serialize for Coordinate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = self.0.to_string();
        let is_kept = serde_json::to_string(&self.0)
            .and_then(|text| serde_json::from_str::<f64>(&text))
            .is_ok_and(|read| read.to_bits() == self.0.to_bits());
        match whole(self.0) {
            Some(number) => serializer.serialize_i64(number),
            None if is_kept => serializer.serialize_f64(self.0),
            None => serializer.serialize_str(&digits),
        }
    }
}

/// The same number as an integer, when it is one that a float holds exactly; not minus zero.
fn whole(number: f64) -> Option<i64> {
    let is_whole = number.abs() < 1e15 && ((number as i64) as f64).to_bits() == number.to_bits();
    is_whole.then_some(number as i64)
}

impl<'de> Deserialize<'de> for Coordinate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CoordinateVisitor)
    }
}

struct CoordinateVisitor;

impl Visitor<'_> for CoordinateVisitor {
    type Value = Coordinate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a coordinate: a number, or a string of its digits")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Coordinate, E> {
        Ok(Coordinate(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Coordinate, E> {
        Ok(Coordinate(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Coordinate, E> {
        Ok(Coordinate(value as f64))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Coordinate, E> {
        let unexpected = || E::invalid_value(serde::de::Unexpected::Str(value), &self);
        value.parse().map(Coordinate).map_err(|_| unexpected())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_first(index: &u32) -> bool {
    *index == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_no(value: &bool) -> bool {
    !*value
}

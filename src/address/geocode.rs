//! From a commune to a position: given coordinates, else what the depot learned, else the former commune's
//! point, else the commune's.

use crate::address::resolution::{Placement, Resolution, Tier};
use crate::finding::FindingCode;
use crate::place::LatLon;
use crate::territory::Gazetteer;

/// Given coordinates lie too far from the commune and were not used.
pub const FAR_FROM_COMMUNE: FindingCode = FindingCode("AD-01");
/// The address names no commune; someone has to look.
pub const NO_COMMUNE: FindingCode = FindingCode("AD-02");
/// The address allows several communes.
pub const SEVERAL_COMMUNES: FindingCode = FindingCode("AD-03");
/// The columns name another commune than the address line.
pub const COLUMNS_CONTRADICT: FindingCode = FindingCode("AD-04");

/// The findings of this room.
pub const CODES: &[FindingCode] =
    &[FAR_FROM_COMMUNE, NO_COMMUNE, SEVERAL_COMMUNES, COLUMNS_CONTRADICT];

/// The reach of a commune whose area is not published, in square kilometers: half of all are smaller.
const AREA_UNKNOWN_KM2: f64 = 60.0;

/// Where a resolved address is, and what spoke against the coordinates given with it (R-AD-3).
///
/// Given coordinates are taken when they lie within one and a half radii of the commune, plus two
/// kilometers, of its point; without a commune there is no place, whatever was given.
pub fn locate(
    gazetteer: &Gazetteer,
    resolution: &Resolution,
    given: Option<LatLon>,
) -> (Option<Placement>, Option<FindingCode>) {
    let Some(commune) = resolution.commune.and_then(|code| gazetteer.commune(code)) else {
        return (None, Some(NO_COMMUNE));
    };
    let area_km2 = commune.area_km2.unwrap_or(AREA_UNKNOWN_KM2);
    let reach_m = 1_500.0 * (area_km2 / std::f64::consts::PI).sqrt() + 2_000.0;
    let former = resolution.former.and_then(|code| gazetteer.former(code));
    let mut finding = None;
    if let Some(place) = given {
        // An elongated commune's far end is nearer to the former commune it came from.
        let near = |point: LatLon| place.distance_m(point) <= reach_m;
        if near(commune.point) || former.is_some_and(|former| near(former.point)) {
            return (Some(Placement { place, tier: Tier::Given }), None);
        }
        finding = Some(FAR_FROM_COMMUNE);
    }
    if let Some(place) = resolution.place {
        return (Some(Placement { place, tier: Tier::Learned }), finding);
    }
    let placement = match former {
        Some(former) => Placement { place: former.point, tier: Tier::FormerCommune },
        None => Placement { place: commune.point, tier: Tier::Commune },
    };
    (Some(placement), finding)
}

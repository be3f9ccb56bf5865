//! The day's communes divided among the carriers, before routes are looked for.
//!
//! Cluster `i` follows the walk of carrier `i`. On the map it shows who works where; in the problem it is a mild wish
//! for communes that are on nobody's walk, so that they are not scattered among all carriers.

use std::collections::BTreeMap;

use crate::id::{Id, IdVec};
use crate::matrix::TravelMatrix;
use crate::measure::Seconds;
use crate::planning::plan::{Cluster, Stop, StopId};
use crate::post::CarrierId;
use crate::territory::{CommuneCode, CommuneWork, Gazetteer, Walk, cluster, neighbor_graph};

/// The clusters of the day, one per carrier; some may be empty.
pub(crate) fn clusters(
    gazetteer: &Gazetteer,
    stops: &IdVec<StopId, Stop>,
    walks: &IdVec<CarrierId, Walk>,
    matrix: &TravelMatrix,
) -> IdVec<CarrierId, Cluster> {
    let works = work_by_commune(gazetteer, stops, matrix);
    let graph = neighbor_graph(&works, None);
    let seeds: Vec<Vec<CommuneCode>> = walks.values().map(Walk::by_habit).collect();
    let mut divided = cluster(&works, &graph, &seeds, walks.len());
    divided.resize(walks.len(), Vec::new());
    divided.into_iter().map(|communes| described(communes, &works, stops)).collect()
}

fn described(
    communes: Vec<CommuneCode>,
    works: &[CommuneWork],
    stops: &IdVec<StopId, Stop>,
) -> Cluster {
    let holds = |code: CommuneCode| communes.contains(&code);
    let inside = stops.iter().filter(|(_, stop)| holds(stop.commune)).map(|(id, _)| id).collect();
    let work = works.iter().filter(|work| holds(work.code)).map(|work| work.work).sum();
    Cluster { communes, stops: inside, work }
}

fn work_by_commune(
    gazetteer: &Gazetteer,
    stops: &IdVec<StopId, Stop>,
    matrix: &TravelMatrix,
) -> Vec<CommuneWork> {
    let mut works: BTreeMap<CommuneCode, CommuneWork> = BTreeMap::new();
    for (id, stop) in stops.iter() {
        let code = stop.commune;
        let point = gazetteer.commune(code).map_or(stop.place, |commune| commune.point);
        let entry = works.entry(code);
        let work = entry.or_insert(CommuneWork { code, point, work: Seconds::ZERO });
        work.work += work_of_stop(id, stop, matrix);
    }
    works.into_values().collect()
}

/// An estimate of the work a stop makes before routes are known: the door, and the way from its nearest neighbor.
pub(crate) fn work_of_stop(id: StopId, stop: &Stop, matrix: &TravelMatrix) -> Seconds {
    let row = matrix.time_row_s(id.index()).iter().enumerate();
    let nearest = row.filter(|&(to, _)| to != id.index()).map(|(_, &time_s)| time_s).min();
    stop.service + Seconds(i64::from(nearest.unwrap_or(0)))
}

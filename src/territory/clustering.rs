//! Communes and their work → balanced, compact, connected clusters.

use crate::measure::Seconds;
use crate::place::LatLon;

use super::unit::CommuneCode;

/// One commune's share of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommuneWork {
    /// Which commune.
    pub code: CommuneCode,
    /// The point it is reached by, or the middle of today's stops.
    pub point: LatLon,
    /// Working time at its doors and between them.
    pub work: Seconds,
}

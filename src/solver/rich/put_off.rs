//! When a vehicle leaves that is free to, and has clients who are due: when its route costs least.

use smallvec::SmallVec;

use crate::problem::VehicleType;
use crate::solver::rich::clock::{Dated, Run};

/// Where putting off the departure begins to delay a client.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Turn {
    pub(in crate::solver) at: i64,
    pub(in crate::solver) due: Dated,
}

pub(in crate::solver) type Turns = SmallVec<[Turn; 32]>;

impl Run {
    /// Whether putting off the departure as far as the same end allows delays clients who are due.
    #[inline]
    pub(in crate::solver) fn is_torn(&self) -> bool {
        self.calm < self.put_off
    }

    /// The same route, left at the last moment of those at which it costs least, within its longest duration.
    ///
    /// Idea. Each second that the departure is put off saves one under way, and costs whoever it delays. The later, the more
    /// are delayed and the less overtime is left: the cost falls until the first turn at which its slope is positive.
    ///
    /// # Complexity
    /// O(k log k) for k turns.
    pub(in crate::solver) fn left_when_cheapest(self, kind: &VehicleType, turns: &Turns) -> Self {
        let at_once = self.duration + self.put_off;
        let mut slope = -(kind.per_second + kind.per_waiting_second);
        let mut slopes: SmallVec<[(i64, i64); 32]> =
            turns.iter().map(|turn| (turn.at, turn.due.price_of(1))).collect();
        if let Some(overtime) = kind.overtime {
            slope -= overtime.per_second;
            slopes.push((at_once - overtime.after.value(), overtime.per_second));
        }
        slopes.sort_unstable();
        let rises = |&&(_, more): &&(i64, i64)| {
            slope += more;
            slope > 0
        };
        let lowest = slopes.iter().find(rises).map_or(self.put_off, |&(at, _)| at);
        let needed = kind.duration_max.map_or(0, |most| at_once - most.value());
        let put_off = lowest.clamp(needed.clamp(0, self.put_off), self.put_off);
        let delay = turns.iter().map(|turn| turn.due.price_of(put_off - turn.at)).sum::<i64>();
        Self { duration: at_once - put_off, price: self.price + delay, put_off, ..self }
    }
}

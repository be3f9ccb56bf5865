//! How several trips run where segments do not tell: a clock is led along the whole route. Rests, several windows, setups that
//! a place shares and delays have no summary.

use smallvec::SmallVec;

use crate::problem::Departure;
use crate::solver::rich::{Call, Clock, Dated, Run, Stop, Turn, Turns};
use crate::solver::trips::TripLaw;
use crate::solver::trips::half::Driver;

/// Clients and returns of a route, in order.
pub(super) type Visits = SmallVec<[u32; 64]>;

impl<const D: usize, const A: usize> TripLaw<D, A> {
    /// Whether delays have a price.
    #[inline]
    pub(super) fn has_dues(&self) -> bool {
        !self.ground.dues.is_empty()
    }
}

impl<const D: usize, const A: usize> Driver<'_, D, A> {
    /// How the route of these visits runs.
    pub(super) fn run(&self, visits: &[u32]) -> Run {
        let kind = &self.law.ground.kinds[self.place.kind as usize];
        let run = self.lead(visits, |_, _| ());
        if kind.departure == Departure::AtShiftStart || !run.is_torn() {
            return run;
        }
        let (mut turns, mut n_open) = (Turns::new(), run.n_open);
        self.lead(visits, |clock, due| {
            let at = clock.turn();
            if at < run.put_off && n_open > 0 {
                turns.push(Turn { at, due });
            }
            n_open -= 1;
        });
        run.left_when_cheapest(kind, &turns)
    }

    /// Leads a clock along these visits; `see` looks at it when one is done.
    fn lead(&self, visits: &[u32], mut see: impl FnMut(&mut Clock<1>, Dated)) -> Run {
        let law = self.law;
        let kind = &law.ground.kinds[self.place.kind as usize];
        let released = |trip: &[u32]| {
            let releases = trip.iter().map(|&client| law.ground.visits[client as usize].release);
            releases.max().unwrap_or(0)
        };
        let mut trips = visits.split(|&node| node >= law.n_clients).map(released);
        let mut next_release = || trips.next().expect("there is one trip more than returns");
        let mut clock = Clock::at(kind.shift.start.value().max(next_release()));
        let (mut last, mut release) = (self.place.start, 0);
        for &node in visits {
            let row = law.row(self.place, node);
            let way = (release, self.time(last, row));
            if node < law.n_clients {
                let due = law.ground.dues.get(node as usize).copied().unwrap_or(Dated::NEVER);
                let Stop { stay, windows } = law.ground.stops.at(node);
                let stay = stay - law.ground.spared(last, node);
                clock.visit(kind, way, Call { windows, stay, due: [due] });
                see(&mut clock, due);
                release = 0;
            } else {
                let (stay, due) = (self.trips.duration, Dated::NEVER);
                clock.visit(kind, way, Call { windows: &[], stay, due: [due] });
                see(&mut clock, due);
                release = next_release();
            }
            last = row;
        }
        clock.finish(kind, (release, self.time(last, self.place.end)))
    }
}

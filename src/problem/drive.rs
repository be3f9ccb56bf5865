//! Drives a route forward, client by client, for the checker: when it is where, when it rests.

use std::cmp::Reverse;

use crate::id::Id;
use crate::measure::{Cost, Seconds};
use crate::problem::check::{ReloadTime, RouteSchedule, StopTime};
use crate::problem::model::{
    Client, ClientId, Departure, Effort, PlaceId, Problem, Respite, Rest, RestNeed, RestPlace,
    TimeWindow, VehicleType,
};
use crate::problem::price::{CostBreakdown, add_cost, plus, price_of_delay, times};
use crate::problem::solution::ReloadStop;
use crate::problem::travel::Travel;

/// One route with everything it refers to.
pub(super) struct Round<'a> {
    pub(super) problem: &'a Problem,
    pub(super) vehicle_type: &'a VehicleType,
    pub(super) travel: &'a Travel,
    // Invariant: not empty, every client exists.
    pub(super) clients: &'a [ClientId],
    // Invariant: positions ascend within the clients, every place exists.
    pub(super) reloads: Vec<ReloadStop>,
}

/// A place that a route comes to between its start and its end.
#[derive(Clone, Copy)]
enum Call {
    Client(ClientId),
    /// The next trip is released at this moment.
    Reload {
        place: PlaceId,
        release: Seconds,
    },
}

impl<'a> Round<'a> {
    pub(super) fn clients(&self) -> impl Iterator<Item = &'a Client> {
        let problem = self.problem;
        self.clients.iter().map(move |&client| &problem.clients()[client])
    }

    /// The clients of each trip.
    pub(super) fn trips(&self) -> Vec<&'a [ClientId]> {
        let mut trips = Vec::with_capacity(self.reloads.len() + 1);
        let mut from = 0;
        for reload in &self.reloads {
            trips.push(&self.clients[from..reload.before]);
            from = reload.before;
        }
        trips.push(&self.clients[from..]);
        trips
    }

    fn released(&self, trip: &[ClientId]) -> Seconds {
        let releases = trip.iter().map(|&client| self.problem.clients()[client].release);
        releases.max().unwrap_or(Seconds::ZERO)
    }

    /// Clients and returns, in order of driving.
    fn calls(&self) -> Vec<Call> {
        let trips = self.trips();
        let mut calls = Vec::with_capacity(self.clients.len() + self.reloads.len());
        calls.extend(trips[0].iter().map(|&client| Call::Client(client)));
        for (reload, trip) in self.reloads.iter().zip(&trips[1..]) {
            calls.push(Call::Reload { place: reload.place, release: self.released(trip) });
            calls.extend(trip.iter().map(|&client| Call::Client(client)));
        }
        calls
    }

    fn place_of(&self, call: Call) -> usize {
        match call {
            Call::Client(client) => self.problem.clients()[client].place.index(),
            Call::Reload { place, .. } => place.index(),
        }
    }

    fn reload_duration(&self) -> Seconds {
        self.vehicle_type.reload.as_ref().map_or(Seconds::ZERO, |reload| reload.duration)
    }

    /// The places in order of driving: start, clients and returns, end; without a start or end, those between alone.
    fn places(&self) -> Vec<usize> {
        let calls = self.calls();
        let mut places = Vec::with_capacity(calls.len() + 2);
        places.extend(self.vehicle_type.start.map(Id::index));
        places.extend(calls.into_iter().map(|call| self.place_of(call)));
        places.extend(self.vehicle_type.end.map(Id::index));
        places
    }

    /// Travel time to each client or return from the place before it, and to the end.
    fn leg_times(&self) -> Vec<Seconds> {
        let places = self.places();
        let mut times = Vec::with_capacity(places.len());
        if self.vehicle_type.start.is_none() {
            times.push(Seconds::ZERO);
        }
        times.extend(places.windows(2).map(|leg| self.travel.time(leg[0], leg[1])));
        if self.vehicle_type.end.is_none() {
            times.push(Seconds::ZERO);
        }
        times
    }

    /// The shift has begun, and everything for the first trip is released.
    fn earliest_departure(&self) -> Seconds {
        self.vehicle_type.shift.start.max(self.released(self.trips()[0]))
    }

    /// Time of setup at each client: none where the vehicle is at that place already, and none at a return.
    fn setups(&self, calls: &[Call]) -> Vec<Seconds> {
        let mut here = self.vehicle_type.start.map(Id::index);
        let setup = |&call: &Call| {
            let place = self.place_of(call);
            let is_here = here.replace(place) == Some(place);
            match call {
                Call::Client(client) if !is_here => self.problem.clients()[client].setup,
                _ => Seconds::ZERO,
            }
        };
        calls.iter().map(setup).collect()
    }

    pub(super) fn schedule(&self) -> RouteSchedule {
        let calls = self.calls();
        let setups = self.setups(&calls);
        let drive = Drive { round: self, calls, legs: self.leg_times(), setups };
        let earliest = self.earliest_departure();
        let kind = self.vehicle_type;
        let rests = !kind.rests.is_empty() || kind.respite.is_some();
        let (first, steps, put_off) = if rests {
            drive.simulate_with_rests(earliest)
        } else {
            (drive.simulate(earliest, &[]), Vec::new(), Seconds::ZERO)
        };
        if kind.departure == Departure::AtShiftStart {
            return first;
        }
        let latest = if rests { earliest + put_off } else { drive.latest_departure(&first) };
        let schedule = drive.simulate(drive.cheapest_departure(&first, &steps, latest), &steps);
        debug_assert_eq!(schedule.arrival, first.arrival, "a late departure delays no end");
        schedule
    }
}

/// A round on its way. The moments at which rests may be taken are counted as steps: 0 before the first leg, then
/// odd ones on a leg and even ones behind the service at its end; the last one is on arrival at the end of the route.
pub(super) struct Drive<'a> {
    round: &'a Round<'a>,
    /// Clients and returns, in order.
    calls: Vec<Call>,
    /// Travel time to each of them, and to the end.
    legs: Vec<Seconds>,
    /// Setup at each of them.
    setups: Vec<Seconds>,
}

/// How a route stands at some moment. The smaller is the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    /// How many stops and rests were late.
    n_late: usize,
    now: Seconds,
    /// What was done since the vehicle last stood long enough to have rested.
    effort: Seconds,
    /// What the way has cost so far beyond its time.
    price: Cost,
    /// See [`Way`].
    spare: Reverse<Seconds>,
    waited: Reverse<Seconds>,
    /// How many stops began before all that the departure must not move.
    n_free: usize,
}

impl Standing {
    /// The vehicle that stands there.
    fn way(&self) -> Way {
        let Self { now, effort, spare, waited, .. } = *self;
        Way { effort, spare: spare.0, waited: waited.0, ..Way::from(now) }
    }
}

/// A vehicle under way.
struct Way {
    now: Seconds,
    /// What was done since it last stood long enough to have rested.
    effort: Seconds,
    waited: Seconds,
    /// How much later the departure could have been, as far as windows allow, and rests that must not move.
    spare: Seconds,
    /// When each of its rests began.
    begins: Vec<Seconds>,
    /// Begin and end of the rests that fell due by what was done.
    respites: Vec<(Seconds, Seconds)>,
}

impl Way {
    fn from(now: Seconds) -> Self {
        Self {
            now,
            effort: Seconds::ZERO,
            waited: Seconds::ZERO,
            spare: Seconds(i64::MAX),
            begins: Vec::new(),
            respites: Vec::new(),
        }
    }

    /// Waits until a moment, then rests for so long.
    fn stand(&mut self, kind: &VehicleType, until: Seconds, rest: Seconds) {
        let waited = until - self.now;
        let stood = waited + rest;
        if let Some(respite) = kind.respite.as_ref().filter(|respite| stood >= respite.duration) {
            // What counts as a respite goes on doing so.
            if self.effort > Seconds::ZERO {
                self.spare = self.spare.min(self.waited + stood - respite.duration);
            }
            self.effort = Seconds::ZERO;
        }
        self.waited += waited;
        self.now += stood;
    }

    /// What begins now must do so by the end of its window, unless that is over.
    fn keep_window(&mut self, windows: &[TimeWindow], begin: Seconds) {
        let Some(last) = windows.last() else { return };
        let window = windows.iter().find(|window| begin <= window.end);
        let end = window.map_or(last.end.max(begin), |window| window.end);
        self.spare = self.spare.min(self.waited + (end - begin));
    }

    /// What begins now does so whenever the vehicle leaves.
    fn settle(&mut self) {
        self.spare = self.spare.min(self.waited);
    }

    fn take_respite(&mut self, respite: &Respite) {
        self.settle();
        let end = self.now + respite.duration;
        self.respites.push((self.now, end));
        (self.now, self.effort) = (end, Seconds::ZERO);
    }

    /// Drives so long, or until a moment; says how much is left to drive.
    fn drive(&mut self, kind: &VehicleType, mut left: Seconds, until: Seconds) -> Seconds {
        while left > Seconds::ZERO && self.now < until {
            let mut stretch = left.min(until - self.now);
            if let Some(respite) = &kind.respite {
                if self.effort >= respite.after {
                    self.take_respite(respite);
                    continue;
                }
                stretch = stretch.min(respite.after - self.effort);
            }
            self.now += stretch;
            self.effort += stretch;
            left -= stretch;
        }
        left
    }

    /// Spends so long at a place, as soon as one of the windows allows; says when that begins.
    fn work(&mut self, kind: &VehicleType, windows: &[TimeWindow], stay: Seconds) -> Seconds {
        let respite = kind.respite.as_ref().filter(|respite| respite.of == Effort::Work);
        if let Some(respite) = respite.filter(|respite| self.effort + stay > respite.after) {
            self.take_respite(respite);
        }
        let start = service_start(windows, self.now);
        self.stand(kind, start, Seconds::ZERO);
        self.keep_window(windows, start);
        self.now += stay;
        self.effort += if respite.is_some() { stay } else { Seconds::ZERO };
        start
    }

    fn rest(&mut self, kind: &VehicleType, rest: &Rest) {
        let begin = service_start(&rest.windows, self.now);
        self.begins.push(begin);
        self.stand(kind, begin, rest.duration);
        self.settle();
    }
}

impl Drive<'_> {
    fn n_steps(&self) -> usize {
        2 * self.legs.len() + 1
    }

    /// Setup and service, or loading again.
    fn stay(&self, position: usize) -> Seconds {
        match self.calls[position] {
            Call::Client(client) => {
                self.setups[position] + self.round.problem.clients()[client].service
            }
            Call::Reload { .. } => self.round.reload_duration(),
        }
    }

    /// The latest departure that keeps the finish of the earliest schedule, and the window of each stop, found from its end
    /// backward.
    fn latest_departure(&self, earliest: &RouteSchedule) -> Seconds {
        let mut latest = earliest.arrival - self.legs[self.calls.len()];
        let mut stops = earliest.stops.iter().rev();
        for (position, &call) in self.calls.iter().enumerate().rev() {
            let start = match call {
                Call::Reload { .. } => latest - self.stay(position),
                Call::Client(client) => {
                    let stop = stops.next().expect("the schedule has a stop for every client");
                    let client = &self.round.problem.clients()[client];
                    let is_open = |window: &&TimeWindow| stop.start <= window.end;
                    let window = client.windows.iter().find(is_open);
                    let last = window.map_or(latest_start(client), |window| window.end);
                    // A stop that is late at the earliest cannot be put off.
                    (latest - self.stay(position)).min(last).max(stop.start)
                }
            };
            latest = start - self.legs[position];
        }
        latest.max(earliest.departure)
    }

    /// The last of the moments up to `latest` at which leaving makes the route cheapest, within its longest duration.
    ///
    /// The later it leaves, the shorter is the route, and the more clients are delayed by a further second: the cost falls,
    /// then rises, so the lowest is found by halves.
    fn cheapest_departure(
        &self,
        earliest: &RouteSchedule,
        rest_steps: &[usize],
        latest: Seconds,
    ) -> Seconds {
        if self.round.clients().all(|client| client.due.is_none()) {
            return latest;
        }
        let duration_max = self.round.vehicle_type.duration_max;
        let needed = duration_max.map_or(earliest.departure, |most| earliest.arrival - most);
        let (mut lo, mut hi) = (needed.clamp(earliest.departure, latest), latest);
        let cost = |departure| {
            let mut costs = CostBreakdown::default();
            add_cost(self.round, &self.simulate(departure, rest_steps), &mut costs);
            costs.total()
        };
        while lo < hi {
            let middle = Seconds((lo.value() + hi.value() + 1) / 2);
            let before = middle - Seconds(1);
            if cost(middle) <= cost(before) {
                lo = middle;
            } else {
                hi = before;
            }
        }
        lo
    }

    /// Takes as few of the rests, in their order, as are needed. Says at which steps, and how far the departure can be put
    /// off: so far as leaves the end, every window, and everything from the first rest on as it is; a respite is a rest,
    /// and so is a wait that spares one, for as long as that takes.
    fn simulate_with_rests(&self, departure: Seconds) -> (RouteSchedule, Vec<usize>, Seconds) {
        let rests = &self.round.vehicle_type.rests;
        let plans = self.rest_steps(departure);
        for (n_taken, plan) in plans.into_iter().enumerate() {
            let Some((steps, put_off)) = plan else { continue };
            let schedule = self.simulate(departure, &steps);
            let needless = &rests[n_taken..];
            let is_over = needless.first().is_none_or(|rest| schedule.arrival <= rest.earliest());
            if is_over && needless.iter().all(|rest| rest.need == RestNeed::WhenDue) {
                return (schedule, steps, put_off);
            }
        }
        unreachable!("all rests can be taken before the first leg or on it");
    }

    /// For each number of first rests, the step at which each is taken so that the route is least late, then earliest,
    /// then has most recently rested, then cheapest, then could leave latest, at every moment; and how much later that is.
    fn rest_steps(&self, departure: Seconds) -> Vec<Option<(Vec<usize>, Seconds)>> {
        let rests = &self.round.vehicle_type.rests;
        let mut standing: Vec<Option<Standing>> = vec![None; rests.len() + 1];
        let begin = Way::from(departure);
        standing[0] = Some(self.standing(&begin, 0, (Cost::ZERO, Seconds::ZERO), 0));
        // By step, then by number of rests taken: how many of them at this very step.
        let mut taken = vec![vec![0; rests.len() + 1]; self.n_steps()];
        for (step, taken) in taken.iter_mut().enumerate() {
            let before = std::mem::replace(&mut standing, vec![None; rests.len() + 1]);
            // Those who have rested before come first: of two equals, the earlier rest is kept.
            for (from, start) in before.iter().enumerate().rev() {
                let Some(start) = *start else { continue };
                for to in from..=rests.len() {
                    let Some(end) = self.pass(step, start, &rests[from..to]) else { break };
                    if standing[to].is_none_or(|known| end < known) {
                        (standing[to], taken[to]) = (Some(end), to - from);
                    }
                }
            }
            for standing in standing.iter_mut().flatten() {
                *standing = self.served(step, *standing);
            }
        }
        let plan = |n_taken: usize| {
            let Standing { spare, waited, .. } = standing[n_taken]?;
            let (mut steps, mut left) = (Vec::new(), n_taken);
            for step in (0..self.n_steps()).rev() {
                let here: usize = taken[step][left];
                steps.extend(std::iter::repeat_n(step, here));
                left -= here;
            }
            steps.reverse();
            Some((steps, spare.0.min(waited.0)))
        };
        (0..=rests.len()).map(plan).collect()
    }

    /// Where one stands after a step with these rests in it, before the service at its end; `None` when one of them may
    /// not be taken there.
    fn pass(&self, step: usize, standing: Standing, rests: &[Rest]) -> Option<Standing> {
        let place = if is_leg(step) { RestPlace::OnLegs } else { RestPlace::BetweenLegs };
        if rests.iter().any(|rest| rest.place != place) {
            return None;
        }
        let Standing { mut n_late, price, waited, n_free, .. } = standing;
        let mut way = standing.way();
        self.go(step, &mut way, rests);
        let is_late = |(rest, begin): (&Rest, &Seconds)| *begin > rest.latest();
        n_late += rests.iter().zip(&way.begins).filter(|&pair| is_late(pair)).count();
        Some(self.standing(&way, n_late, (price, waited.0), n_free))
    }

    /// Where one stands when the service at the end of a step is done, if it is a leg.
    fn served(&self, step: usize, standing: Standing) -> Standing {
        let Standing { mut n_late, mut price, waited, mut n_free, .. } = standing;
        let mut way = standing.way();
        if let Some(start) = self.stop(step, &mut way) {
            n_free += usize::from(way.spare > way.waited);
            if let Call::Client(client) = self.calls[step / 2] {
                let client = &self.round.problem.clients()[client];
                n_late += usize::from(start > latest_start(client));
                price = plus(price, price_of_delay(client, start));
            }
        }
        self.standing(&way, n_late, (price, waited.0), n_free)
    }

    /// Where one stands at the end of a stretch, before whose waiting the way had such a price.
    fn standing(
        &self,
        way: &Way,
        n_late: usize,
        (price, waited): (Cost, Seconds),
        n_free: usize,
    ) -> Standing {
        let Way { now, effort, .. } = *way;
        let waiting = (way.waited - waited).value();
        let price = plus(price, times(self.round.vehicle_type.per_waiting_second, waiting));
        let (spare, waited) = (Reverse(way.spare), Reverse(way.waited));
        Standing { n_late, now, effort, price, spare, waited, n_free }
    }

    /// Takes these rests and drives the leg of a step, if it is one; otherwise waits for what is to be loaded.
    fn go(&self, step: usize, way: &mut Way, rests: &[Rest]) {
        let kind = self.round.vehicle_type;
        let mut left = if is_leg(step) { self.legs[step / 2] } else { Seconds::ZERO };
        for rest in rests {
            left = way.drive(kind, left, service_start(&rest.windows, way.now));
            way.rest(kind, rest);
        }
        way.drive(kind, left, Seconds(i64::MAX));
        let last = (step / 2).checked_sub(1).filter(|_| !is_leg(step));
        if let Some(&Call::Reload { release, .. }) = last.and_then(|last| self.calls.get(last)) {
            way.stand(kind, release.max(way.now), Seconds::ZERO);
        }
    }

    /// Serves, or loads again, at the end of a leg; says when that begins.
    fn stop(&self, step: usize, way: &mut Way) -> Option<Seconds> {
        let call = self.calls.get(step / 2).filter(|_| is_leg(step))?;
        let windows: &[TimeWindow] = match call {
            Call::Client(client) => &self.round.problem.clients()[*client].windows,
            Call::Reload { .. } => &[],
        };
        Some(way.work(self.round.vehicle_type, windows, self.stay(step / 2)))
    }

    /// Drives the route as early as possible, the first rests at these steps.
    fn simulate(&self, departure: Seconds, rest_steps: &[usize]) -> RouteSchedule {
        let mut schedule = RouteSchedule { departure, ..RouteSchedule::default() };
        let mut way = Way::from(departure);
        let mut rests = &self.round.vehicle_type.rests[..rest_steps.len()];
        for step in 0..self.n_steps() {
            let n_here = rest_steps.iter().filter(|&&taken| taken == step).count();
            let (here, later) = rests.split_at(n_here);
            rests = later;
            self.go(step, &mut way, here);
            let arrival = way.now;
            if !is_leg(step) {
                if let Some(Call::Reload { .. }) = self.calls.get((step / 2).wrapping_sub(1)) {
                    let reload = schedule.reloads.last_mut().expect("it was just loaded");
                    reload.departure = way.now;
                }
                continue;
            }
            let position = step / 2;
            schedule.travel += self.legs[position];
            let Some(start) = self.stop(step, &mut way) else { continue };
            schedule.service += self.stay(position);
            let departure = way.now;
            match self.calls[position] {
                Call::Client(client) => {
                    schedule.setup += self.setups[position];
                    schedule.stops.push(StopTime { client, arrival, start, departure });
                }
                Call::Reload { place, .. } => {
                    schedule.reloads.push(ReloadTime { place, arrival, departure });
                }
            }
        }
        schedule.arrival = way.now;
        let taken = self.round.vehicle_type.rests.iter().zip(&way.begins);
        schedule.rests = taken.map(|(rest, &begin)| (begin, begin + rest.duration)).collect();
        schedule.respites = way.respites;
        // What is neither work nor rest was waiting.
        schedule.waiting = schedule.duration() - schedule.work() - schedule.rested();
        debug_assert_eq!(schedule.waiting, way.waited, "seconds under way add up");
        let places = self.round.places();
        let length = |leg: &[usize]| self.round.travel.distance(leg[0], leg[1]);
        schedule.distance = places.windows(2).map(length).sum();
        schedule
    }
}

/// Whether a step of a drive is a leg, and not a moment between legs.
pub(super) fn is_leg(step: usize) -> bool {
    step % 2 == 1
}

/// The first moment from `arrival` on that lies in a window; `arrival` itself when all are over.
pub(super) fn service_start(windows: &[TimeWindow], arrival: Seconds) -> Seconds {
    let next_window = windows.iter().find(|window| arrival <= window.end);
    next_window.map_or(arrival, |window| window.start.max(arrival))
}

pub(super) fn latest_start(client: &Client) -> Seconds {
    client.windows.last().unwrap_or(&TimeWindow::ALWAYS).end
}

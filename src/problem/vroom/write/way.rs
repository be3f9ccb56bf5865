//! One route on its way, step by step.

use serde_json::{Map, Value, json};
use smallvec::SmallVec;

use crate::id::Id;
use crate::measure::Seconds;
use crate::problem::check::RouteSchedule;
use crate::problem::model::{ClientId, TimeWindow};
use crate::problem::solution::Route;
use crate::problem::vroom::convert::{in_order, windows_of};
use crate::problem::vroom::input::{Break, Spot, Task, Vehicle};
use crate::problem::vroom::write::sums::{FINE, Sums, told_violations};
use crate::problem::vroom::write::{put_description, put_spot, task_type};
use crate::problem::vroom::{TypeTables, Vroom};

/// What happens on a route.
#[derive(Clone, Copy)]
enum What<'a> {
    Start,
    Task(ClientId, &'a Task),
    Break(&'a Break),
    End,
}

/// Something that happens on a route, and when.
struct Event<'a> {
    what: What<'a>,
    /// Travel since the event before.
    travel: i64,
    setup: i64,
    service: i64,
    arrival: i64,
    begin: i64,
    /// When it may begin; none means always.
    windows: SmallVec<[TimeWindow; 1]>,
}

impl Event<'_> {
    fn stay(&self) -> i64 {
        self.setup + self.service
    }
}

/// One route on its way.
pub(super) struct Way<'a> {
    vroom: &'a Vroom,
    vehicle: &'a Vehicle,
    tables: &'a TypeTables,
    events: Vec<Event<'a>>,
}

impl<'a> Way<'a> {
    pub(super) fn new(
        vroom: &'a Vroom,
        vehicle_index: usize,
        route: &Route,
        schedule: &RouteSchedule,
    ) -> Self {
        let vehicle = vroom.vehicle(vehicle_index);
        let tables = &vroom.tables[route.vehicle_type.index()];
        let mut way = Self { vroom, vehicle, tables, events: Vec::new() };
        way.collect(route, schedule);
        way.put_off();
        way
    }

    fn index(spot: Spot) -> Option<usize> {
        spot.index.map(|index| index as usize)
    }

    /// The events in order, as early as the checker has them.
    fn collect(&mut self, route: &Route, schedule: &RouteSchedule) {
        let vroom = self.vroom;
        let travel = vroom.problem.travel(route.vehicle_type);
        let mut breaks = in_order(&self.vehicle.breaks)
            .into_iter()
            .zip(schedule.rests.iter().copied())
            .peekable();
        let mut here = Self::index(self.vehicle.start);
        let mut now = schedule.departure.value();
        if here.is_some() {
            self.push(What::Start, (0, 0, 0), (now, now), SmallVec::new());
        }
        for (position, &client) in route.clients.iter().enumerate() {
            let stop = &schedule.stops[position];
            let task = vroom.task(client);
            let there = Self::index(task.spot);
            let mut leg = match (here, there) {
                (Some(from), Some(to)) => travel.time(from, to).value(),
                _ => 0,
            };
            while let Some((one, rest)) = breaks.next_if(|(_, rest)| rest.1 <= stop.arrival) {
                self.push_break(one, rest, &mut now, &mut leg);
            }
            let setup = if here == there { 0 } else { task.setup_s };
            let windows = vroom.problem.clients()[client].windows.clone();
            let times = (stop.arrival.value(), stop.start.value());
            self.push(What::Task(client, task), (leg, setup, task.service_s), times, windows);
            now = stop.departure.value();
            here = there;
        }
        let end = Self::index(self.vehicle.end);
        let mut leg = match (here, end) {
            (Some(from), Some(to)) => travel.time(from, to).value(),
            _ => 0,
        };
        for (one, rest) in breaks {
            self.push_break(one, rest, &mut now, &mut leg);
        }
        if end.is_some() {
            let arrival = schedule.arrival.value();
            self.push(What::End, (leg, 0, 0), (arrival, arrival), SmallVec::new());
        }
    }

    fn push_break(
        &mut self,
        one: &'a Break,
        (begin, end): (Seconds, Seconds),
        now: &mut i64,
        leg: &mut i64,
    ) {
        let begin = begin.value();
        let driven = (*leg).min(begin - *now);
        let windows = windows_of(&one.windows);
        let times = (*now + driven, begin);
        self.push(What::Break(one), (driven, 0, one.service_s), times, windows);
        (*now, *leg) = (end.value(), *leg - driven);
    }

    fn push(
        &mut self,
        what: What<'a>,
        (travel, setup, service): (i64, i64, i64),
        (arrival, begin): (i64, i64),
        windows: SmallVec<[TimeWindow; 1]>,
    ) {
        self.events.push(Event { what, travel, setup, service, arrival, begin, windows });
    }

    /// Puts everything off as far as the same end allows: waiting goes to before the departure.
    fn put_off(&mut self) {
        let mut latest = i64::MAX;
        for event in self.events.iter_mut().rev() {
            let at_most = event.until().min(latest.saturating_sub(event.stay()));
            // The last event of all stays where it is; one that is late cannot be put off.
            event.begin = if latest == i64::MAX { event.begin } else { at_most.max(event.begin) };
            latest = event.begin - event.travel;
        }
        // What need not wait goes on at once: only the departure moves, and what waits behind it.
        let mut now = self.events.first().map_or(0, |event| event.begin);
        for event in &mut self.events {
            let arrival = now + event.travel;
            let earliest = event.earliest(arrival);
            (event.arrival, event.begin) = (arrival, earliest.max(arrival));
            now = event.begin + event.stay();
        }
    }

    fn leg(&self, from: Option<usize>, to: Option<usize>) -> (i64, i64) {
        let (Some(from), Some(to)) = (from, to) else { return (0, 0) };
        let cell = |table: &Vec<u32>| i64::from(table[from * self.tables.n_places + to]);
        let cost = self.tables.costs.as_ref().map_or(0, |table| cell(table));
        (self.tables.distances.as_ref().map_or(0, |table| cell(table)), cost)
    }

    pub(super) fn tell(&self) -> (Value, Sums) {
        let mut sums = Sums::new(self.vroom);
        let n_dimensions = sums.delivery.len();
        let amount = |amounts: &[i64], d: usize| amounts.get(d).copied().unwrap_or(0);
        for event in &self.events {
            if let What::Task(_, task) = event.what {
                for d in 0..n_dimensions {
                    sums.delivery[d] += amount(&task.delivery, d);
                    sums.pickup[d] += amount(&task.pickup, d);
                }
            }
        }
        // What jobs are brought is on board from the start; what shipments are brought comes on board on the way.
        let mut load = vec![0; n_dimensions];
        for event in &self.events {
            if let What::Task(client, task) = event.what
                && self.vroom.problem.pair_of(client).is_none()
            {
                for (d, load) in load.iter_mut().enumerate() {
                    *load += amount(&task.delivery, d);
                }
            }
        }
        let (mut here, mut distance, mut custom) = (None, 0, 0);
        let mut is_visited = rustc_hash::FxHashSet::default();
        let mut steps = Vec::new();
        let n_tasks = self.events.iter().filter(|e| matches!(e.what, What::Task(..))).count();
        for event in &self.events {
            let mut step = Map::new();
            let spot = match event.what {
                What::Start => Some(self.vehicle.start),
                What::End => Some(self.vehicle.end),
                What::Task(_, task) => Some(task.spot),
                What::Break(_) => None,
            };
            if let Some(spot) = spot {
                let (length, cost) = self.leg(here, Self::index(spot));
                (distance, custom) = (distance + length, custom + cost);
                here = Self::index(spot);
            }
            match event.what {
                What::Start | What::End => {
                    let word = if matches!(event.what, What::Start) { "start" } else { "end" };
                    step.insert("type".into(), word.into());
                }
                What::Task(client, task) => {
                    step.insert("type".into(), task_type(self.vroom, client).into());
                    step.insert("id".into(), task.id.into());
                    step.insert("job".into(), task.id.into());
                    put_description(&mut step, task.description.as_ref());
                    for (d, load) in load.iter_mut().enumerate() {
                        *load += amount(&task.pickup, d) - amount(&task.delivery, d);
                    }
                    sums.priority += task.priority;
                }
                What::Break(one) => {
                    step.insert("type".into(), "break".into());
                    step.insert("id".into(), one.id.into());
                    put_description(&mut step, one.description.as_ref());
                }
            }
            if let Some(spot) = spot {
                put_spot(&mut step, spot, self.vroom);
            }
            sums.duration += event.travel;
            sums.setup += event.setup;
            sums.service += event.service;
            sums.waiting += event.begin - event.arrival;
            let mut violations = self.broken_at(event, &load);
            if let What::Task(client, _) = event.what {
                is_visited.insert(client);
                let pair = self.vroom.problem.pair_of(client);
                if pair.is_some_and(|pair| !is_visited.contains(&pair.pickup)) {
                    violations.push(("precedence", 0));
                }
            }
            for &(cause, seconds) in &violations {
                sums.violate(cause, seconds);
            }
            step.insert("setup".into(), event.setup.into());
            step.insert("service".into(), event.service.into());
            step.insert("waiting_time".into(), (event.begin - event.arrival).into());
            step.insert("load".into(), json!(load));
            step.insert("arrival".into(), event.arrival.into());
            step.insert("duration".into(), sums.duration.into());
            step.insert("violations".into(), told_violations(&violations));
            if sums.distance.is_some() {
                step.insert("distance".into(), distance.into());
            }
            steps.push(Value::Object(step));
        }
        sums.distance = sums.distance.map(|_| distance);
        self.break_limits(&mut sums, n_tasks, distance);
        sums.cost_fine = self.cost_fine(&sums, distance, custom);
        let mut told = Map::new();
        told.insert("vehicle".into(), self.vehicle.id.into());
        put_description(&mut told, self.vehicle.description.as_ref());
        told.insert("cost".into(), sums.cost().into());
        sums.put_into(&mut told);
        told.insert("steps".into(), Value::Array(steps));
        (Value::Object(told), sums)
    }

    /// What is broken at a step.
    fn broken_at(&self, event: &Event<'_>, load: &[i64]) -> Vec<(&'static str, i64)> {
        let mut broken = Vec::new();
        // The file's own windows: given times may lie outside of them.
        let windows = match event.what {
            What::Start | What::End => self.vehicle.window.as_slice(),
            What::Task(_, task) => &task.windows,
            What::Break(one) => &one.windows,
        };
        match windows.iter().find(|window| event.begin <= window[1]).or(windows.last()) {
            Some(&[_, end]) if end < event.begin => broken.push(("delay", event.begin - end)),
            Some(&[start, _]) if event.begin < start => {
                broken.push(("lead_time", start - event.begin));
            }
            _ => {}
        }
        if load.iter().zip(&self.vehicle.capacity).any(|(load, capacity)| load > capacity) {
            broken.push(("load", 0));
        }
        if let What::Task(_, task) = event.what
            && !task.skills.iter().all(|skill| self.vehicle.skills.contains(skill))
        {
            broken.push(("skills", 0));
        }
        broken
    }

    /// Limits of the whole route.
    fn break_limits(&self, sums: &mut Sums, n_tasks: usize, distance: i64) {
        let Vehicle { max_tasks, max_travel_time, max_distance, .. } = self.vehicle;
        if max_tasks.is_some_and(|most| n_tasks as i64 > most) {
            sums.violate("max_tasks", 0);
        }
        if max_travel_time.is_some_and(|most| sums.duration > most) {
            sums.violate("max_travel_time", 0);
        }
        if max_distance.is_some_and(|most| distance > most) {
            sums.violate("max_distance", 0);
        }
    }

    fn cost_fine(&self, sums: &Sums, distance: i64, custom: i64) -> i128 {
        let costs = self.vehicle.costs;
        let of_travel = if self.tables.costs.is_some() {
            i128::from(custom) * FINE
        } else {
            let of_time = i128::from(costs.per_hour) * i128::from(sums.duration) * 1_000;
            of_time + i128::from(costs.per_km) * i128::from(distance) * 3_600
        };
        let breaks: i64 = self.vehicle.breaks.iter().map(|one| one.service_s).sum();
        let at_tasks = i128::from(sums.setup + sums.service - breaks);
        let of_tasks = i128::from(costs.per_task_hour) * at_tasks * 1_000;
        i128::from(costs.fixed) * FINE + of_travel + of_tasks
    }
}

impl Event<'_> {
    /// The first moment from an arrival on at which it may begin.
    fn earliest(&self, arrival: i64) -> i64 {
        let next = self.windows.iter().find(|window| arrival <= window.end.value());
        next.map_or(arrival, |window| window.start.value().max(arrival))
    }

    /// The end of the window that it begins in, or of the last one when all are over.
    fn until(&self) -> i64 {
        let window = self.windows.iter().find(|window| self.begin <= window.end.value());
        window.or(self.windows.last()).map_or(i64::MAX, |window| window.end.value())
    }
}

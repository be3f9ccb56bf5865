//! What the summary adds up.

use serde_json::{Map, Value, json};

use crate::problem::vroom::Vroom;

/// Sums of a route or of all.
pub(super) struct Sums {
    /// Hundredths of a price times 3,600,000: exact for every price of the format.
    pub(super) cost_fine: i128,
    pub(super) delivery: Vec<i64>,
    pub(super) pickup: Vec<i64>,
    pub(super) setup: i64,
    pub(super) service: i64,
    pub(super) duration: i64,
    pub(super) waiting: i64,
    pub(super) priority: i64,
    pub(super) distance: Option<i64>,
    violations: Vec<(&'static str, i64)>,
}

/// Fine cost units in one unit of the format.
pub(super) const FINE: i128 = 3_600_000;

impl Sums {
    pub(super) fn new(vroom: &Vroom) -> Self {
        let n_dimensions = vroom.input.vehicles.first().map_or(0, |it| it.capacity.len());
        let has_distances = vroom.tables.iter().all(|tables| tables.distances.is_some());
        Self {
            cost_fine: 0,
            delivery: vec![0; n_dimensions],
            pickup: vec![0; n_dimensions],
            setup: 0,
            service: 0,
            duration: 0,
            waiting: 0,
            priority: 0,
            distance: has_distances.then_some(0),
            violations: Vec::new(),
        }
    }

    /// Rounded as that program does.
    pub(super) fn cost(&self) -> i64 {
        ((self.cost_fine + FINE / 2) / FINE) as i64
    }

    pub(super) fn add(&mut self, other: &Self) {
        // A total is the sum of what is told.
        self.cost_fine += i128::from(other.cost()) * FINE;
        for (sum, more) in self.delivery.iter_mut().zip(&other.delivery) {
            *sum += more;
        }
        for (sum, more) in self.pickup.iter_mut().zip(&other.pickup) {
            *sum += more;
        }
        self.setup += other.setup;
        self.service += other.service;
        self.duration += other.duration;
        self.waiting += other.waiting;
        self.priority += other.priority;
        self.distance = self.distance.zip(other.distance).map(|(a, b)| a + b);
        for &(cause, seconds) in &other.violations {
            self.violate(cause, seconds);
        }
    }

    pub(super) fn violate(&mut self, cause: &'static str, seconds: i64) {
        match self.violations.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, sum)) => *sum += seconds,
            None => self.violations.push((cause, seconds)),
        }
    }

    pub(super) fn put_into(&self, told: &mut Map<String, Value>) {
        told.insert("delivery".into(), json!(self.delivery));
        told.insert("pickup".into(), json!(self.pickup));
        told.insert("setup".into(), self.setup.into());
        told.insert("service".into(), self.service.into());
        told.insert("duration".into(), self.duration.into());
        told.insert("waiting_time".into(), self.waiting.into());
        told.insert("priority".into(), self.priority.into());
        if let Some(distance) = self.distance {
            told.insert("distance".into(), distance.into());
        }
        told.insert("violations".into(), told_violations(&self.violations));
    }
}

/// Causes with how late, where it is about time.
pub(super) fn told_violations(violations: &[(&'static str, i64)]) -> Value {
    let told = violations.iter().map(|&(cause, seconds)| match cause {
        "delay" | "lead_time" => json!({"cause": cause, "duration": seconds}),
        _ => json!({"cause": cause}),
    });
    Value::Array(told.collect())
}

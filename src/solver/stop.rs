//! When to stop: the only place in the mathematics that reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// When a search ends. At least one of the limits should be set; without any it runs until cancelled.
#[derive(Clone, Debug, Default)]
pub struct StopWhen {
    iterations: Option<u64>,
    elapsed: Option<Duration>,
    deadline: Option<Instant>,
    idle: Option<Duration>,
    cancelled: Option<Arc<AtomicBool>>,
}

impl StopWhen {
    /// After this many iterations of all workers together: reproducible on every machine.
    pub fn iterations(n: u64) -> Self {
        Self { iterations: Some(n), ..Self::default() }
    }

    /// After this much wall-clock time.
    pub fn elapsed(limit: Duration) -> Self {
        Self { elapsed: Some(limit), ..Self::default() }
    }

    /// At this moment.
    pub fn deadline(moment: Instant) -> Self {
        Self { deadline: Some(moment), ..Self::default() }
    }

    /// Also when the flag is raised; the best plan so far is returned.
    pub fn or_cancelled(self, flag: Arc<AtomicBool>) -> Self {
        Self { cancelled: Some(flag), ..self }
    }

    /// Also when nothing has improved for this long.
    pub fn or_no_improvement(self, patience: Duration) -> Self {
        Self { idle: Some(patience), ..self }
    }

    /// Starts the clock.
    pub(crate) fn start(&self) -> Clock {
        let now = Instant::now();
        let by_time = self.elapsed.map(|limit| now + limit);
        let deadline = match (by_time, self.deadline) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Clock { started: now, deadline, stop: self.clone() }
    }
}

/// A running [`StopWhen`].
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    started: Instant,
    deadline: Option<Instant>,
    stop: StopWhen,
}

impl Clock {
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether the end does not depend on iterations alone.
    pub(crate) fn is_timed(&self) -> bool {
        self.stop.iterations.is_none()
    }

    pub(crate) fn iterations(&self) -> Option<u64> {
        self.stop.iterations
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.stop.cancelled.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Whether time is up or someone has cancelled. Costs a clock reading: ask every few dozen iterations.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline) || self.is_cancelled()
    }

    /// Whether nothing has improved for too long.
    pub(crate) fn is_idle(&self, last_improvement: Duration) -> bool {
        self.stop.idle.is_some_and(|patience| self.elapsed() > last_improvement + patience)
    }

    /// Time left, when time is limited.
    pub(crate) fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Share of the budget that is used, 0 to 1; 0 when nothing limits it.
    pub(crate) fn fraction(&self, iterations: u64) -> f64 {
        let by_iterations = self.stop.iterations.map(|n| iterations as f64 / n.max(1) as f64);
        let by_time = self.deadline.map(|deadline| {
            let whole = deadline.saturating_duration_since(self.started).as_secs_f64();
            self.elapsed().as_secs_f64() / whole.max(1e-9)
        });
        by_iterations.into_iter().chain(by_time).fold(0.0, f64::max).min(1.0)
    }
}

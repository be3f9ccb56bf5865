//! When to keep a worse plan: simulated annealing with a geometric schedule over the share of the budget used.

/// The heat at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cooling {
    /// A plan worse by `d` is kept with probability exp(−d / temperature).
    pub temperature: f64,
}

impl Cooling {
    /// So many times as hot.
    pub(super) fn times(self, factor: f64) -> Self {
        Self { temperature: self.temperature * factor }
    }
}

/// A schedule from hot to cold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    pub hot: f64,
    pub cold: f64,
}

impl Schedule {
    /// The heat when this share of the budget is used.
    pub(super) fn at(self, fraction: f64) -> Cooling {
        Cooling { temperature: self.hot * (self.cold / self.hot).powf(fraction) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_is_geometric() {
        let schedule = Schedule { hot: 100.0, cold: 1.0 };
        assert!((schedule.at(0.0).temperature - 100.0).abs() < 1e-9);
        assert!((schedule.at(0.5).temperature - 10.0).abs() < 1e-9);
        assert!((schedule.at(1.0).temperature - 1.0).abs() < 1e-9);
    }
}

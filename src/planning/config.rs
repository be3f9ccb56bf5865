//! What an office may choose about its days: times at doors, prices, norms, the search.

use std::sync::Arc;

use crate::measure::{Cost, Grams, Meters, Seconds};
use crate::network::{Travel, TravelProfile};
use crate::post::{DueClass, Handling, Skill};
use crate::rng::Seed;
use crate::solver::StopWhen;
use crate::territory::CommuneCode;

/// Time at a door, by the care its items need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceTimes {
    /// Hand over and go.
    pub plain: Seconds,
    /// Look at a paper, take a signature: own hand, or an authorized person.
    pub in_person: Seconds,
    /// Find the clerk of an organization.
    pub organization: Seconds,
    /// More, once per door, when money is due.
    pub fee: Seconds,
    /// More for each old original to take back.
    pub original: Seconds,
    /// More for each item after the first.
    pub further_item: Seconds,
}

impl Default for ServiceTimes {
    fn default() -> Self {
        Self {
            plain: Seconds(150),
            in_person: Seconds(270),
            organization: Seconds(390),
            fee: Seconds::minutes(2),
            original: Seconds::minutes(2),
            further_item: Seconds(30),
        }
    }
}

impl ServiceTimes {
    /// Time for the slowest of these kinds of care; what is counted per item comes on top.
    pub fn base(&self, handling: Handling) -> Seconds {
        let in_person = handling.in_person || handling.authorized;
        let in_person = if in_person { self.in_person } else { self.plain };
        let organization = if handling.organization { self.organization } else { self.plain };
        self.plain.max(in_person).max(organization)
    }
}

/// What goes against the wishes of people and office costs; a second on the road costs `second`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// A second between leaving and coming back.
    pub second: i64,
    /// A meter.
    pub meter: i64,
    /// A carrier who goes out with results at all.
    pub carrier: Cost,
    /// A stop served by someone who does not know its commune, while another does.
    pub habit: Cost,
    /// A stop on nobody's walk, served by another than the carrier of its cluster.
    pub cluster: Cost,
    /// Each different commune on a carrier's route.
    pub area_split: Cost,
    /// A second of work outside the band of balance.
    pub balance_second: i64,
    /// Width of the band to either side of the mean, in percent of the mean.
    pub balance_percent: i64,
    /// An item left for another day, by due class from [`DueClass::Overdue`] to [`DueClass::Later`].
    pub unserved: [Cost; 4],
}

impl Default for Prices {
    /// A tenth of a second is the unit. The longest detour of a city of 130 km and back, with the noon rest,
    /// costs 900 thousand: an item due later is worth a million, and each class four times the one after it.
    fn default() -> Self {
        Self {
            second: 10,
            meter: 1,
            carrier: Cost(6_000),
            habit: Cost(6_000),
            cluster: Cost(1_500),
            area_split: Cost(3_000),
            balance_second: 3,
            balance_percent: 15,
            unserved: [Cost(64_000_000), Cost(16_000_000), Cost(4_000_000), Cost(1_000_000)],
        }
    }
}

impl Prices {
    /// The price of leaving out an item of this class.
    pub fn unserved(&self, due: DueClass) -> Cost {
        match due {
            DueClass::Overdue => self.unserved[0],
            DueClass::Today => self.unserved[1],
            DueClass::NextDay => self.unserved[2],
            DueClass::Later => self.unserved[3],
        }
    }
}

/// A postal norm: communes this near to the office get their items within so many working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneNorm {
    /// Great-circle distance from the office to the commune's point, at most.
    pub within: Meters,
    /// Working days after the handover (J+n).
    pub working_days: u32,
}

/// Everything an office may choose about its days.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlanConfig {
    /// Time at doors.
    pub service: ServiceTimes,
    /// Hours in which organizations receive, ascending.
    pub office_hours: Vec<(Seconds, Seconds)>,
    /// Prices.
    pub prices: Prices,
    /// Norms, nearest zone first; beyond the last one its days hold.
    pub zones: Vec<ZoneNorm>,
    /// What one item weighs, cover included.
    pub item_weight: Grams,
    /// How far the noon rest may move from its time, to either side.
    pub rest_slack: Seconds,
    /// Communes that only carriers with a skill can reach. Islands (đặc khu) ask for [`Skill::Water`] unsaid.
    pub skill_communes: Vec<(CommuneCode, Skill)>,
    /// Speeds and detours of the estimate.
    pub travel: TravelProfile,
    /// Where travel times come from; the estimate when not given.
    pub roads: Option<Arc<dyn Travel>>,
    /// Where people live in a commune of unknown hamlets: no more than this of its area, in square kilometers.
    pub settled_area_max_km2: f64,
    /// Where the search's chance starts.
    pub seed: Seed,
    /// Threads; 0 means all cores.
    pub threads: usize,
    /// How long to search.
    pub budget: StopWhen,
}

impl Default for PlanConfig {
    fn default() -> Self {
        Self {
            service: ServiceTimes::default(),
            office_hours: vec![
                (Seconds::clock(7, 30), Seconds::clock(11, 30)),
                (Seconds::clock(13, 30), Seconds::clock(17, 0)),
            ],
            prices: Prices::default(),
            zones: vec![
                ZoneNorm { within: Meters(6_000), working_days: 1 },
                ZoneNorm { within: Meters(20_000), working_days: 2 },
                ZoneNorm { within: Meters(1_000_000), working_days: 3 },
            ],
            item_weight: Grams(50),
            rest_slack: Seconds::minutes(20),
            skill_communes: Vec::new(),
            travel: TravelProfile::default(),
            roads: None,
            settled_area_max_km2: 30.0,
            seed: Seed(1),
            threads: 0,
            budget: StopWhen::elapsed(std::time::Duration::from_secs(10)),
        }
    }
}

/// A choice that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No zone, so no item would have a norm.
    #[error("no zone norm is given; at least one is needed")]
    NoZone,
    /// The prices of leaving items out do not fall from class to class.
    #[error(
        "the price of leaving out an item is {more} for a due class and {less} for the one before it; it must fall"
    )]
    UnservedOrder {
        /// Price of the earlier class.
        less: Cost,
        /// Price of the later class.
        more: Cost,
    },
    /// A number below zero.
    #[error("{field} is {value}; it must not be negative")]
    Negative {
        /// Which.
        field: &'static str,
        /// As given.
        value: i64,
    },
    /// Office hours that overlap or run backward.
    #[error("office hours {from} to {to} are empty or do not follow the ones before", from = from.hh_mm(), to = to.hh_mm())]
    OfficeHours {
        /// Start.
        from: Seconds,
        /// End.
        to: Seconds,
    },
}

impl PlanConfig {
    /// Whether the choices can be.
    ///
    /// # Errors
    /// The first one that cannot.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.zones.is_empty() {
            return Err(ConfigError::NoZone);
        }
        for pair in self.prices.unserved.windows(2) {
            if pair[0] <= pair[1] {
                return Err(ConfigError::UnservedOrder { less: pair[0], more: pair[1] });
            }
        }
        for (field, value) in self.numbers() {
            if value < 0 {
                return Err(ConfigError::Negative { field, value });
            }
        }
        let mut before = Seconds(-1);
        for &(from, to) in &self.office_hours {
            if from <= before || to <= from {
                return Err(ConfigError::OfficeHours { from, to });
            }
            before = to;
        }
        Ok(())
    }

    fn numbers(&self) -> [(&'static str, i64); 11] {
        let (service, prices) = (&self.service, &self.prices);
        [
            ("service.plain", service.plain.value()),
            ("service.in_person", service.in_person.value()),
            ("service.organization", service.organization.value()),
            ("service.fee", service.fee.value()),
            ("service.original", service.original.value()),
            ("service.further_item", service.further_item.value()),
            ("prices.second", prices.second),
            ("prices.meter", prices.meter),
            ("prices.balance_percent", prices.balance_percent),
            ("item_weight", self.item_weight.value()),
            ("rest_slack", self.rest_slack.value()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_each_due_class_is_worth_more_than_the_next() {
        let config = PlanConfig::default();
        assert_eq!(config.validate(), Ok(()));
        let prices = config.prices;
        assert!(prices.unserved(DueClass::Overdue) > prices.unserved(DueClass::Today));
        assert!(prices.unserved(DueClass::NextDay) > prices.unserved(DueClass::Later));
    }

    #[test]
    fn prices_that_rise_toward_later_classes_are_refused() {
        let mut config = PlanConfig::default();
        config.prices.unserved[3] = Cost(5_000_000);
        let error = ConfigError::UnservedOrder { less: Cost(4_000_000), more: Cost(5_000_000) };
        assert_eq!(config.validate(), Err(error));
    }

    #[test]
    fn overlapping_office_hours_are_refused() {
        let mut config = PlanConfig::default();
        config.office_hours[1].0 = Seconds::clock(11, 0);
        assert!(matches!(config.validate(), Err(ConfigError::OfficeHours { .. })));
    }

    #[test]
    fn an_organization_takes_longer_than_an_own_hand() {
        let times = ServiceTimes::default();
        let own_hand = Handling { in_person: true, ..Handling::default() };
        let both = Handling { organization: true, ..own_hand };
        assert_eq!(times.base(Handling::default()), Seconds(150));
        assert_eq!(times.base(own_hand), Seconds(270));
        assert_eq!(times.base(both), Seconds(390));
    }
}

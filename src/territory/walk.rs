//! Walks: the communes a carrier habitually serves, and how firmly.

use super::unit::CommuneCode;

/// The standing habit of one carrier (*tuyến phát*).
///
/// A strength is a share: 1 for a commune that is wholly the carrier's own, less for one that is
/// shared or only helped out in. A commune that is not listed has strength 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Walk {
    /// The communes, each with its strength, in the order the planner stated them.
    pub communes: Vec<(CommuneCode, f64)>,
}

impl Walk {
    /// A walk that serves all these communes with full strength.
    pub fn of(communes: impl IntoIterator<Item = CommuneCode>) -> Self {
        Self { communes: communes.into_iter().map(|code| (code, 1.0)).collect() }
    }

    /// How firmly the commune belongs to this walk, from 0 (a stranger) to 1 (home).
    ///
    /// Of several entries for one commune the strongest counts; whatever was stated is cut to
    /// this range, and what is not a number counts as 0.
    pub fn habit(&self, commune: CommuneCode) -> f64 {
        let entries = self.communes.iter().filter(|&&(code, _)| code == commune);
        // `max` passes over what is not a number.
        entries.fold(0.0, |habit: f64, &(_, strength)| habit.max(strength)).min(1.0)
    }

    /// Whether the walk serves the commune at all.
    pub fn covers(&self, commune: CommuneCode) -> bool {
        0.0 < self.habit(commune)
    }

    /// The communes the walk serves, the firmest first, ties in the order stated.
    pub fn by_habit(&self) -> Vec<CommuneCode> {
        let mut codes: Vec<CommuneCode> = Vec::new();
        for &(code, _) in &self.communes {
            if self.covers(code) && !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes.sort_by(|&a, &b| self.habit(b).total_cmp(&self.habit(a)));
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: CommuneCode = CommuneCode(20_341);
    const SHARED: CommuneCode = CommuneCode(20_350);
    const STRANGE: CommuneCode = CommuneCode(20_400);

    #[test]
    fn a_walk_knows_how_firmly_it_serves_each_commune() {
        let walk = Walk { communes: vec![(SHARED, 0.25), (HOME, 1.0)] };
        assert!((walk.habit(HOME) - 1.0).abs() < 1e-12);
        assert!((walk.habit(SHARED) - 0.25).abs() < 1e-12);
        assert!(walk.habit(STRANGE).abs() < 1e-12);
        assert_eq!(walk.by_habit(), [HOME, SHARED]);
    }

    #[test]
    fn a_walk_covers_what_it_serves_with_any_strength_above_zero() {
        let walk = Walk { communes: vec![(HOME, 0.1), (SHARED, 0.0), (STRANGE, f64::NAN)] };
        assert!(walk.covers(HOME));
        assert!(!walk.covers(SHARED) && !walk.covers(STRANGE));
        assert!(!Walk::default().covers(HOME));
    }

    #[test]
    fn a_strength_beyond_its_range_is_cut_and_the_strongest_entry_counts() {
        let walk = Walk { communes: vec![(HOME, 7.0), (SHARED, -1.0), (SHARED, 0.5)] };
        assert!((walk.habit(HOME) - 1.0).abs() < 1e-12);
        assert!((walk.habit(SHARED) - 0.5).abs() < 1e-12);
        assert_eq!(Walk::of([HOME, HOME]).by_habit(), [HOME]);
    }
}

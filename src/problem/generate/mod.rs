//! Random problems over every feature of the model, for tests, benchmarks and trials of other engines.
//!
//! A problem begins plain: deliveries in and between villages of a square, by vehicles of one kind from a post office in its
//! middle, at a price per meter. Then each [`Feature`] of the set adds what it stands for, by a chance of its own, so
//! that two sets with the same seed differ in nothing else. Limits, windows and prices are drawn about what a usual
//! route takes (`Scale`): they bind now and then, and most clients can be served.
//!
//! A new feature of the model is a line in `features`, what it needs, and an arm of `Draft::add`.

mod draft;
mod features;
mod ties;

pub use features::{Feature, FeatureSet};

use crate::problem::generate::draft::Draft;
use crate::problem::model::Problem;
use crate::rng::{Rng, Seed};

/// The most clients of a problem whose legs stand in a table: 8 bytes for each pair of places.
pub const MATRIX_CLIENTS_MAX: usize = 5_000;

/// A problem that states any features, by chance; the same for the same seed, on every machine.
///
/// # Panics
/// When `n_clients` exceeds [`MAX_CLIENTS`](crate::problem::MAX_CLIENTS).
pub fn random_problem(seed: Seed, n_clients: usize) -> Problem {
    let features = FeatureSet::random(&mut Rng::new(seed.derive(0)));
    let features = if n_clients <= MATRIX_CLIENTS_MAX {
        features
    } else {
        features.without(Feature::Matrix).without(Feature::Speeds)
    };
    generate_problem(seed, n_clients, features)
}

/// A problem that states these features and what they need; the same for the same seed, on every machine.
///
/// # Panics
/// When `n_clients` exceeds [`MAX_CLIENTS`](crate::problem::MAX_CLIENTS), or legs in a table [`MATRIX_CLIENTS_MAX`].
pub fn generate_problem(seed: Seed, n_clients: usize, features: FeatureSet) -> Problem {
    let mut draft = Draft::plain(&mut Rng::new(seed.derive(1)), n_clients);
    for feature in features.complete().iter() {
        draft.add(feature, &mut Rng::new(seed.derive(2 + feature as u64)));
    }
    draft.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Client, write_problem};

    #[test]
    fn every_two_features_make_a_problem() {
        for (i, &first) in Feature::ALL.iter().enumerate() {
            for &second in &Feature::ALL[i..] {
                let features: FeatureSet = [first, second].into_iter().collect();
                generate_problem(Seed(i as u64), 7, features);
            }
        }
        generate_problem(Seed(1), 7, FeatureSet::all());
    }

    #[test]
    fn each_feature_changes_what_a_problem_states() {
        for &feature in Feature::ALL {
            let alone: FeatureSet = [feature].into_iter().collect();
            let needed = alone.complete().iter().filter(|&other| other != feature).collect();
            let text = |features| write_problem(&generate_problem(Seed(3), 12, features));
            assert_ne!(text(alone), text(needed), "{}", feature.name());
        }
    }

    #[test]
    fn a_feature_more_leaves_everything_else_as_it_was() {
        let plain = generate_problem(Seed(5), 30, FeatureSet::PLAIN);
        let skilled = [Feature::Skills].into_iter().collect();
        let skilled = generate_problem(Seed(5), 30, skilled);
        for (mine, other) in plain.clients().values().zip(skilled.clients().values()) {
            assert_eq!(*mine, Client { skills: mine.skills, ..other.clone() });
        }
    }

    #[test]
    fn problems_of_any_size_are_made() {
        for n_clients in [0, 1, 2, 9, 10, 5_000] {
            let features = [Feature::Windows, Feature::Pairs, Feature::Habits];
            let problem = generate_problem(Seed(1), n_clients, features.into_iter().collect());
            assert_eq!(problem.n_clients(), n_clients);
        }
    }
}

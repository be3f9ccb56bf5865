//! Descents that are given up leave everything as if they had not begun.

use crate::solver::law::Law;
use crate::solver::legs::Dense;
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::plain::PlainLaw;
use crate::solver::rich::RichLaw;
use crate::solver::routes::BANK;
use crate::solver::tests::{homogeneous, rich, trips};
use crate::solver::trips::TripLaw;

use super::*;
use crate::problem::{Feature, MAX_LOADS, Problem, generate_problem};

/// Searches a problem from nothing for some iterations, then asks of what a search is left with.
fn searched<L: Law>(problem: &Problem, seed: u64, ask: impl Fn(&mut Search<L>)) {
    let part = Part::whole(problem, &vec![100_000; problem.n_clients()]);
    let law = L::build(problem, &part);
    let near = Neighborhood::new(problem, &part, &law, 1);
    let (tuning, start) = (Tuning::default(), vec![Vec::new(); part.slots.len()]);
    let mut search = Search::new(&law, &part, &near, &tuning, &start, (1.0, 1.0), Seed(seed));
    search.settle(|| false);
    search.anneal(|n| (n < 300).then_some(Cooling { temperature: 5.0 }));
    ask(&mut search);
}

/// What a plan is worth, with the excess of every route.
fn penalized_worth<L: Law>(routes: &Routes<L>, penalties: Penalties) -> i64 {
    let burdens = routes.states.iter().map(|state| state.burden);
    let excess: i64 = burdens.map(|burden| penalties.price(burden) - burden.priced).sum();
    routes.worth() + excess
}

/// Gives descents up after none to four clients: what was queued is forgotten, and what was changed can be undone.
fn given_up<L: Law>(search: &mut Search<L>) {
    let (before, worth) = (search.current(), search.routes.worth());
    let versions = |routes: &Routes<L>| -> Vec<u64> {
        (0..routes.n_slots() as u32).map(|slot| routes.version(slot)).collect()
    };
    let versions_before = versions(&search.routes);
    let penalties = search.penalties();
    let mut n_given_up = 0;
    for n_asked in (0..5).cycle().take(40) {
        search.routes.begin();
        search.rebuild(Around::Anyone, penalties);
        let mut n = 0;
        let Search { routes, near, tuning, local, .. } = search;
        let mut last = i64::MAX;
        let to_the_end =
            local.descend_while(routes, near, tuning, penalties, |routes, n_queued| {
                let now = routes.penalized_worth(penalties);
                assert_eq!(
                    now,
                    penalized_worth(routes, penalties),
                    "only touched routes are beyond limits"
                );
                assert!(now <= last, "a descent never rises: {now} after {last}");
                assert!(n_queued > 0);
                (last, n) = (now, n + 1);
                n <= n_asked
            });
        assert_eq!(to_the_end, n <= n_asked, "it stops when it is told to, and not before");
        n_given_up += usize::from(!to_the_end);
        assert!(search.local.is_idle(), "whoever was queued is forgotten");
        assert!(search.routes.penalized_worth(penalties) <= last);
        search.routes.rollback();
        search.routes.assert_consistent();
        assert_eq!((search.current(), search.routes.worth()), (before.clone(), worth));
        assert_eq!(versions(&search.routes), versions_before, "routes have their versions back");
    }
    assert!(n_given_up > 5, "{n_given_up} given up");
}

/// The same with clients who are used to the vehicle that serves them, or to another one.
fn given_up_loyally<L: Law>(search: &mut Search<L>) {
    grow_loyal(search);
    given_up(search);
}

/// Whole routes change their vehicles only where that is worth it, those counted who are used to another then; how many do.
fn reassigned_loyally<L: Law>(search: &mut Search<L>) -> u32 {
    grow_loyal(search);
    let penalties = search.penalties();
    let mut n_changes = 0;
    for _ in 0..40 {
        search.routes.begin();
        search.rebuild(Around::Anyone, penalties);
        search.local.descend(&mut search.routes, search.near, search.tuning, penalties);
        let before = search.routes.penalized_worth(penalties);
        search.fleet.reassign(&mut search.routes, penalties);
        let after = search.routes.penalized_worth(penalties);
        assert!(after <= before, "{after} instead of {before}");
        n_changes += u32::from(after < before);
        search.routes.rollback();
    }
    n_changes
}

#[test]
fn whole_routes_change_vehicles_only_where_that_is_worth_it() {
    let n_changes = std::cell::Cell::new(0);
    for seed in 0..8 {
        let fleet = [Feature::Fleet, Feature::FixedPrice, Feature::Loads].into_iter().collect();
        let problem = generate_problem(Seed(seed), 60, fleet);
        searched::<RichLaw<MAX_LOADS, 1, 1>>(&problem, seed, |search| {
            n_changes.set(n_changes.get() + reassigned_loyally(search));
        });
    }
    assert!(n_changes.get() > 0, "some do");
}

fn grow_loyal<L: Law>(search: &mut Search<L>) {
    let (n_clients, n_slots) = (search.routes.n_clients(), search.routes.n_slots());
    let mut rng = Rng::new(Seed(1));
    let usual = (0..n_clients as u32).map(|client| match rng.below(3) {
        0 => BANK,
        1 => search.routes.slot_of(client),
        _ => rng.below(n_slots as u32),
    });
    search.be_loyal(Loyalty::new(usual.collect(), 1.0));
    search.routes.steer_loyalty(0.17, 100.0);
    assert!(search.routes.loyalty.counts());
}

#[test]
fn a_descent_given_up_leaves_nothing_behind() {
    for seed in 0..6 {
        searched::<PlainLaw<Dense>>(&homogeneous(seed, 40, false), seed, given_up_loyally);
        searched::<RichLaw<MAX_LOADS, 1, 1>>(&rich(seed, 40), seed, given_up_loyally);
        searched::<TripLaw<MAX_LOADS, 1>>(&trips(seed, 40, 4), seed, given_up_loyally);
        searched::<PlainLaw<Dense>>(&homogeneous(seed, 40, false), seed, given_up);
        searched::<RichLaw<MAX_LOADS, 1, 1>>(&rich(seed, 40), seed, given_up);
        searched::<TripLaw<MAX_LOADS, 1>>(&trips(seed, 40, 4), seed, given_up);
    }
}

/// How many of 400 iterations are given up, and how many accepted, when plans may be worth so much more.
fn fates(problem: &Problem, seed: u64, threshold: i64) -> (u32, u32) {
    let fates = std::cell::Cell::new((0, 0));
    searched::<PlainLaw<Dense>>(problem, seed, |search| {
        for _ in 0..400 {
            let most = search.routes.worth() + threshold;
            search.routes.begin();
            let (given_up, accepted) = fates.get();
            if !search.perturb_to(most) {
                fates.set((given_up + 1, accepted));
            } else if search.repair_to(most) && search.routes.worth() <= most {
                fates.set((given_up, accepted + 1));
                continue;
            }
            search.routes.rollback();
        }
    });
    fates.get()
}

#[test]
fn the_more_is_accepted_the_fewer_descents_are_given_up() {
    let problem = homogeneous(3, 60, false);
    let (strict, _) = fates(&problem, 3, 0);
    let (lax, _) = fates(&problem, 3, 200);
    let (none, accepted) = fates(&problem, 3, i64::MAX / 4);
    assert!(strict > 40 && strict > lax, "{strict} and {lax} given up");
    assert_eq!((none, accepted > 300), (0, true), "{accepted} accepted");
}

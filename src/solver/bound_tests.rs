//! What moves are passed over by: bounds are never above what they bound, and a price that was not asked for in full is no
//! lower than it may be.

use crate::measure::Seconds;
use crate::problem::{Feature, FeatureSet, MAX_LOADS, Problem, generate_problem};
use crate::rng::{Rng, Seed};
use crate::solver::law::{Law, Limit, Penalties, Piece, visits_of};
use crate::solver::part::{Part, unserved_prices};
use crate::solver::rich::RichLaw;
use crate::solver::routes::Routes;
use crate::solver::trips::TripLaw;
use crate::solver::{Features, features};

const N_CLIENTS: usize = 14;
/// Seconds late are dearer than those of overtime, which they take the place of.
const PENALTIES: Penalties = Penalties { load: 1 << 10, time: 1 << 13 };
/// Lengths are rounded: a way round may be shorter than the straight one by one meter and one second, at a few prices.
const SLACK: i64 = 100;

/// Problems whose ways round are no shorter: of a random third of the features, and of those alone by which what lies
/// behind a node is foreseen.
fn problems() -> impl Iterator<Item = (u64, Problem)> {
    let bumpy = [Feature::Matrix, Feature::Speeds, Feature::Pairs, Feature::Ties];
    let foreseen = [Feature::SeveralWindows, Feature::SoftWindows, Feature::Setups];
    (0..700).map(move |seed| {
        let mut rng = Rng::new(Seed(seed).derive(1));
        let usual = Feature::ALL.iter().copied().filter(|feature| {
            if seed < 600 { !bumpy.contains(feature) } else { foreseen.contains(feature) }
        });
        let share = if seed < 600 { 0.3 } else { 0.6 };
        let features: FeatureSet = usual.filter(|_| rng.chance(share)).collect();
        (seed, generate_problem(Seed(seed), N_CLIENTS, features))
    })
}

/// Routes of most clients, and of a return now and then.
fn filled<'a, L: Law>(law: &'a L, part: &'a Part, rng: &mut Rng) -> Routes<'a, L> {
    let mut routes = Routes::new(law, part);
    for client in 0..part.n_clients() as u32 {
        let slot = rng.below(part.slots.len() as u32);
        if rng.chance(0.2) || !law.allows(slot, client) {
            continue;
        }
        let last = |routes: &Routes<L>| routes.node(routes.end(slot)).prev;
        let reload = law.reloads(slot).first().and_then(|&first| routes.idle_reload(first));
        if let Some(reload) = reload.filter(|_| rng.chance(0.2)) {
            let after = last(&routes);
            routes.insert(reload, slot, after);
        }
        let after = last(&routes);
        routes.insert(client, slot, after);
    }
    routes.freshen();
    routes
}

/// The nodes of a slot's route behind which something may come.
fn gaps<L: Law>(routes: &Routes<L>, slot: u32) -> Vec<u32> {
    std::iter::once(routes.start(slot)).chain(routes.clients(slot)).collect()
}

/// Whether a candidate is priced as it is judged from nothing, in full or as far as any limit asks.
fn assert_exact<L: Law>(routes: &Routes<L>, slot: u32, pieces: &[Piece], seed: u64) {
    let law = routes.law;
    let visits = pieces.iter().flat_map(|&piece| visits_of(piece, &routes.links));
    let exact = law.judge(slot, &visits.collect::<Vec<u32>>());
    assert_eq!(law.assess(slot, pieces, &routes.links, Limit::NONE), exact, "seed {seed}");
    let whole = PENALTIES.price(exact);
    for price in [whole / 2, whole - 1, whole, whole + 1, 2 * whole + 1] {
        let limit = Limit { penalties: PENALTIES, price };
        let found = PENALTIES.price(law.assess(slot, pieces, &routes.links, limit));
        let is_right = if whole < price { found == whole } else { found >= price };
        // Windows cut off what is late, and with it may go a rest that a bound counts.
        assert!(
            is_right || exact.time > 0,
            "seed {seed}: {found} instead of {whole}, at most {price}: {pieces:?}"
        );
    }
}

/// How many insertions and joinings were looked at, and how many of them a bound alone excluded.
fn bounded<L: Law>(problem: &Problem, seed: u64) -> (usize, usize) {
    let part = Part::whole(problem, &unserved_prices(problem));
    let law = L::build(problem, &part);
    let mut rng = Rng::new(Seed(seed).derive(2));
    let routes = filled(&law, &part, &mut rng);
    let (mut n, mut n_excluded) = (0, 0);
    let slots: Vec<u32> = routes.used_slots().collect();
    // A stop more may give a rest a better place, and time that a window cuts off is lost to overtime: seldom enough to pass
    // over such places all the same.
    let rests =
        problem.vehicle_types().values().any(|k| !k.rests.is_empty() || k.respite.is_some());
    // Who is released late has everybody leave later, and wait less.
    let rests = rests || problem.clients().values().any(|client| client.release != Seconds::ZERO);
    for (&slot, &client) in slots.iter().flat_map(|slot| routes.bank.iter().map(move |c| (slot, c)))
    {
        if !law.allows(slot, client) {
            continue;
        }
        let now = routes.states[slot as usize].burden;
        let may_mend = now.time > 0 || rests;
        for after in gaps(&routes, slot) {
            let next = routes.node(after).next;
            let pieces = [Piece::Prefix(after), Piece::One(client), Piece::Suffix(next)];
            assert_exact(&routes, slot, &pieces, seed);
            let burden = law.assess_insertion(slot, client, after, &routes.links, Limit::NONE);
            let more = PENALTIES.price(burden) - PENALTIES.price(now);
            let least = routes.more_overload(slot, after, law.load(client), PENALTIES)
                + law.price_of_joining(slot, client, after, now, &routes.links, PENALTIES)
                - routes.relief_by_insertion(slot, PENALTIES);
            assert!(
                may_mend || least <= more + SLACK,
                "seed {seed}: {least} above {more}, {now:?}, {burden:?}"
            );
            (n, n_excluded) = (n + 1, n_excluded + usize::from(least > 0));
        }
    }
    for (&slot, &other) in slots.iter().flat_map(|a| slots.iter().map(move |b| (a, b))) {
        for (up_to, before) in gaps(&routes, slot)
            .into_iter()
            .flat_map(|a| gaps(&routes, other).into_iter().map(move |b| (a, b)))
        {
            let from = routes.node(before).next;
            let is_turn =
                slot == other && routes.node(up_to).position < routes.node(before).position;
            if slot == other && !is_turn {
                continue;
            }
            let (first, last) = (routes.node(up_to).next, before);
            let turned = [Piece::Prefix(up_to), Piece::Reversed(first, last), Piece::Suffix(from)];
            let joined = [Piece::Prefix(up_to), Piece::Suffix(from)];
            assert_exact(&routes, slot, if is_turn { &turned } else { &joined }, seed);
            let burden = law.assess(slot, &joined, &routes.links, Limit::NONE);
            let least = law.least_of_joined(slot, up_to, from, &routes.links, PENALTIES);
            let whole = PENALTIES.price(burden);
            assert!(least <= whole + SLACK, "seed {seed}: {least} above {whole}");
            (n, n_excluded) = (n + 1, n_excluded + usize::from(least > 0));
        }
    }
    (n, n_excluded)
}

#[track_caller]
fn bound_all<L: Law>(is_for: impl Fn(&Problem) -> bool) {
    let (mut n, mut n_excluded) = (0, 0);
    for (seed, problem) in problems().filter(|(_, problem)| is_for(problem)) {
        let (more, excluded) = bounded::<L>(&problem, seed);
        (n, n_excluded) = (n + more, n_excluded + excluded);
    }
    assert!(n > 5_000, "{n} candidates");
    assert!(100 * n_excluded > n, "{n_excluded} of {n} bounded by more than nothing");
}

#[test]
fn bounds_of_the_rich_law_hold() {
    bound_all::<RichLaw<MAX_LOADS, 1, 0>>(|problem| features(problem) == Features::Rich);
    bound_all::<RichLaw<MAX_LOADS, 1, 1>>(|problem| features(problem) == Features::Rich);
}

#[test]
fn bounds_of_the_law_of_trips_hold() {
    bound_all::<TripLaw<MAX_LOADS, 1>>(|problem| features(problem) == Features::Trips);
}

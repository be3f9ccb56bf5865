//! What moves are passed over by: bounds are never above what they bound, and a price that was not asked for in full is no
//! lower than it may be.

use crate::measure::Seconds;
use crate::problem::{Feature, FeatureSet, MAX_LOADS, Problem, generate_problem};
use crate::rng::{Rng, Seed};
use crate::solver::capacity::Room;
use crate::solver::law::{Law, Limit, NewLegs, Penalties, Piece, visits_of};
use crate::solver::legs::Dense;
use crate::solver::paired::PairedLaw;
use crate::solver::part::{Part, unserved_prices};
use crate::solver::rich::RichLaw;
use crate::solver::routes::Routes;
use crate::solver::sums::SumsLaw;
use crate::solver::trips::TripLaw;
use crate::solver::{Features, SUMS_WORDS, features};

const N_CLIENTS: usize = 14;
/// Seconds late are dearer than those of overtime, which they take the place of.
const PENALTIES: Penalties = Penalties { load: 1 << 10, time: 1 << 13 };
/// The same where a unit of load must not pass for rounding.
const HEAVY: Penalties = Penalties { load: 1 << 20, ..PENALTIES };
/// Lengths are rounded: a way round may be shorter than the straight one by one meter and one second, at a few prices.
const SLACK: i64 = 100;

/// What only adds up along a route, or is gathered.
const SUMMED: [Feature; 21] = [
    Feature::Fleet,
    Feature::Depots,
    Feature::OpenRoutes,
    Feature::Loads,
    Feature::Pickups,
    Feature::Shifts,
    Feature::FixedDeparture,
    Feature::Releases,
    Feature::Setups,
    Feature::Prizes,
    Feature::Skills,
    Feature::DurationLimit,
    Feature::TravelLimit,
    Feature::DistanceLimit,
    Feature::StopLimit,
    Feature::TimePrice,
    Feature::WorkPrice,
    Feature::Overtime,
    Feature::Habits,
    Feature::Compactness,
    Feature::Balance,
];

/// Problems whose ways round are no shorter: of a random third of the features, of those alone by which what lies behind a
/// node is foreseen, and of those that add up.
fn problems() -> impl Iterator<Item = (u64, Problem)> {
    let bumpy = [Feature::Matrix, Feature::Speeds, Feature::Pairs, Feature::Ties];
    let foreseen =
        [Feature::SeveralWindows, Feature::SoftWindows, Feature::Setups, Feature::Releases];
    (0..1_000).map(move |seed| {
        let mut rng = Rng::new(Seed(seed).derive(1));
        let usual = Feature::ALL.iter().copied().filter(|feature| match seed {
            0..600 => !bumpy.contains(feature),
            600..700 => foreseen.contains(feature),
            _ => SUMMED.contains(feature),
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
    for _ in 0..10 {
        shake(&mut routes, rng);
    }
    routes.freshen();
    come_back(&mut routes);
    routes
}

/// Takes routes off from behind, one client after the other, and brings all back at once: what each keeps is from when its
/// vehicle left for fewer and fewer.
fn come_back<L: Law>(routes: &mut Routes<L>) {
    routes.begin();
    for slot in 0..routes.n_slots() as u32 {
        let mut visits: Vec<u32> = routes.clients(slot).skip(1).collect();
        while let Some(last) = visits.pop() {
            routes.remove_all(slot, &[last]);
        }
    }
    routes.rollback();
}

/// Takes somebody off a route and puts somebody on one, so that what is kept of both was in part known before.
fn shake<L: Law>(routes: &mut Routes<L>, rng: &mut Rng) {
    let slot = rng.below(routes.n_slots() as u32);
    let visits: Vec<u32> = routes.clients(slot).collect();
    if !visits.is_empty() {
        routes.remove_all(slot, &[visits[rng.index(visits.len())]]);
    }
    let slot = rng.below(routes.n_slots() as u32);
    let places = gaps(routes, slot);
    let waiting = routes.bank.get(rng.index(routes.bank.len().max(1))).copied();
    if let Some(client) = waiting.filter(|&client| routes.law.allows(slot, client)) {
        routes.insert(client, slot, places[rng.index(places.len())]);
    }
    let idle = routes.law.reloads(slot).first().and_then(|&first| routes.idle_reload(first));
    if let Some(reload) = idle.filter(|_| rng.chance(0.1)) {
        let places = gaps(routes, slot);
        routes.insert(reload, slot, places[rng.index(places.len())]);
    }
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

/// Single clients and stretches of two and three, both ways round.
fn stretches<L: Law>(routes: &Routes<L>, slot: u32) -> Vec<Piece> {
    let clients: Vec<u32> = routes.clients(slot).collect();
    let of = |chain: &[u32]| match *chain {
        [client] => vec![Piece::One(client)],
        [first, .., last] => vec![Piece::Span(first, last), Piece::Reversed(first, last)],
        [] => vec![],
    };
    (1..=3).flat_map(|n| clients.windows(n).flat_map(of).collect::<Vec<_>>()).collect()
}

/// Whether a route that takes clients in is priced as its pieces are.
fn assert_taken_in<L: Law>(routes: &Routes<L>, slot: u32, taken: Piece, after: u32, seed: u64) {
    let next = routes.node(after).next;
    let pieces = [Piece::Prefix(after), taken, Piece::Suffix(next)];
    let exact = routes.law.assess(slot, &pieces, &routes.links, Limit::NONE);
    let found = routes.law.assess_taking_in(slot, taken, after, &routes.links, Limit::NONE);
    assert_eq!(found, exact, "seed {seed}: {taken:?}");
}

/// Whether a route on which one client makes way for another exceeds its limits by no less than is said, wherever that one
/// comes in; whether anything is said.
fn assert_exchange<L: Law>(
    routes: &Routes<L>,
    slot: u32,
    (leaving, coming): (u32, u32),
    seed: u64,
) -> bool {
    let (law, links) = (routes.law, &routes.links);
    let load = law.load_up_to(routes.end(slot), links) - law.load(leaving) + law.load(coming);
    let least = law.excess(slot, load) + law.more_of_exchange(slot, leaving, coming, links);
    let others: Vec<u32> = routes.clients(slot).filter(|&client| client != leaving).collect();
    for at in 0..=others.len() {
        let visits = [&others[..at], &[coming], &others[at..]].concat();
        let excess = law.judge(slot, &visits).load;
        assert!(least <= excess, "seed {seed}: {least} above {excess}");
    }
    least > 0
}

/// Whether a stretch turned around costs no less beyond its legs than is said.
fn assert_turn<L: Law>(
    routes: &Routes<L>,
    slot: u32,
    (before, first): (u32, u32),
    (last, behind): (u32, u32),
    seed: u64,
) {
    let (law, links) = (routes.law, &routes.links);
    let legs =
        NewLegs { new: [(before, last), (first, behind)], gone: [first, behind], turned: true };
    let now = routes.states[slot as usize].burden;
    let pieces = [Piece::Prefix(before), Piece::Reversed(first, last), Piece::Suffix(behind)];
    let burden = law.assess(slot, &pieces, links, Limit::NONE);
    let more = PENALTIES.price(burden) - PENALTIES.price(now);
    let least = law.price_of_legs(slot, &legs, now, links, PENALTIES);
    assert!(least <= more + SLACK, "seed {seed}: {least} above {more}");
}

/// Whether a route with one return more, and one on which a client changes its trip, exceed its limits by no less than is said; of
/// how many anything is said.
fn assert_trips<L: Law>(routes: &Routes<L>, slot: u32, seed: u64) -> usize {
    let (law, links) = (routes.law, &routes.links);
    let excess = |pieces: &[Piece]| law.assess(slot, pieces, links, Limit::NONE).load;
    let mut n_told = 0;
    let idle = law.reloads(slot).iter().filter_map(|&first| routes.idle_reload(first));
    for reload in idle {
        let least = law.price_of_return(slot, links, PENALTIES);
        n_told += usize::from(least > 0);
        for after in gaps(routes, slot) {
            let next = routes.node(after).next;
            let then = excess(&[Piece::Prefix(after), Piece::One(reload), Piece::Suffix(next)]);
            let price = PENALTIES.of_load(then);
            assert!(least <= price, "seed {seed}: a return for {least} above {price}");
        }
    }
    let clients: Vec<u32> =
        routes.clients(slot).filter(|&visit| !routes.is_reload(visit)).collect();
    for (&client, &neighbor) in clients.iter().flat_map(|a| clients.iter().map(move |b| (a, b))) {
        let Some(load) = law.load_across(client, neighbor, links) else { continue };
        n_told += 1;
        let least = law.room(slot).excess(load + law.load(client));
        let visits: Vec<u32> = routes.clients(slot).filter(|&visit| visit != client).collect();
        let at = visits.iter().position(|&visit| visit == neighbor).expect("on the same route");
        for at in [at, at + 1] {
            let visits = [&visits[..at], &[client], &visits[at..]].concat();
            let then = law.judge(slot, &visits).load;
            assert!(least <= then, "seed {seed}: {client} beside {neighbor}, {least} above {then}");
        }
    }
    n_told
}

/// Whether a route is relieved of no more than is said when some leave it, what is firm in its price apart.
fn assert_leaving<L: Law>(routes: &Routes<L>, slot: u32, leaving: Piece, seed: u64) {
    let (law, links) = (routes.law, &routes.links);
    let (first, last) = match leaving {
        Piece::One(client) => (client, client),
        Piece::Span(first, last) | Piece::Reversed(first, last) => (first, last),
        Piece::Prefix(_) | Piece::Suffix(_) => unreachable!("stretches are within routes"),
    };
    let (before, behind) = (routes.node(first).prev, routes.node(last).next);
    let now = routes.states[slot as usize].burden;
    let left =
        law.assess(slot, &[Piece::Prefix(before), Piece::Suffix(behind)], links, Limit::NONE);
    let relief = law.relief_of_leaving(slot, (before, behind), now, links, PENALTIES) + now.firm;
    let found = PENALTIES.price(now) - PENALTIES.price(left);
    assert!(found <= relief, "seed {seed}: {found} above {relief}");
}

/// Whether two routes that exchange their ends are relieved of no more than is said, what is firm in their prices apart.
fn assert_exchanged<L: Law>(
    routes: &Routes<L>,
    (slot, up_to): (u32, u32),
    (other, before): (u32, u32),
    (seed, is_steady): (u64, bool),
) {
    let (law, links) = (routes.law, &routes.links);
    let now = [slot, other].map(|slot| routes.states[slot as usize].burden);
    let (next, from) = (routes.node(up_to).next, routes.node(before).next);
    let then = [(slot, up_to, from), (other, before, next)].map(|(slot, up_to, from)| {
        law.assess(slot, &[Piece::Prefix(up_to), Piece::Suffix(from)], links, Limit::NONE)
    });
    let loads = [(slot, up_to, next), (other, before, from)]
        .map(|(slot, up_to, from)| law.loads_at_cut((up_to, from), routes.load_of(slot), links));
    let meeting = [(slot, loads[0].0 + loads[1].1), (other, loads[1].0 + loads[0].1)];
    for ((slot, load), then) in meeting.into_iter().zip(then) {
        assert!(law.room(slot).excess(load) <= then.load, "seed {seed}: {load} meet");
    }
    let price = |burdens: [_; 2]| burdens.map(|burden| PENALTIES.price(burden)).iter().sum::<i64>();
    let cuts = [[next; 2], [from; 2]];
    let relief = law.relief_of_exchange([slot, other], cuts, now, links, PENALTIES);
    let firm = now[0].firm + now[1].firm;
    let more = price(then) - price(now);
    assert!(-more <= relief + firm, "seed {seed}: {} above {}", -more, relief + firm);
    // Where the new routes are priced as far as their ends tell, what is firm counts only of one that closes.
    if !is_steady || !law.same_kind(slot, other) {
        return;
    }
    let least = |slot, up_to, from| law.least_of_joined(slot, up_to, from, links, PENALTIES);
    let joined = least(slot, up_to, from) + least(other, before, next);
    let is_closed = |up_to, from| !links.is_client(up_to) && !links.is_client(from);
    let closes = [is_closed(up_to, from), is_closed(before, next)];
    let firm: i64 =
        closes.iter().zip(now).map(|(&closes, now)| if closes { now.firm } else { 0 }).sum();
    let least = joined - PENALTIES.relief(now[0]) - PENALTIES.relief(now[1]) - firm;
    assert!(least <= more + SLACK, "seed {seed}: {least} above {more}");
}

/// Whether two beginnings joined, and two endings, cost no less than is said, and relieve both routes of no more; whether less
/// was said than that they are relieved of everything.
fn assert_heads<L: Law>(
    routes: &Routes<L>,
    (slot, a): (u32, u32),
    (other, b): (u32, u32),
    seed: u64,
) -> bool {
    let (law, links) = (routes.law, &routes.links);
    if !law.is_symmetric() || !law.same_kind(slot, other) {
        return false;
    }
    let turned = |first: u32, last: u32| match (links.is_client(first), links.is_client(last)) {
        (true, true) => vec![Piece::Reversed(first, last)],
        _ => vec![],
    };
    let (start, end) = (routes.start(other), routes.end(slot));
    let (next_a, next_b) = (routes.node(a).next, routes.node(b).next);
    let beginnings = law.least_of_beginnings(slot, a, b, links, PENALTIES);
    let behind = turned(routes.node(start).next, b);
    let (head, tail) = ([Piece::Prefix(a)], [Piece::Suffix(end)]);
    let loads = [(slot, a, next_a), (other, b, next_b)]
        .map(|(slot, up_to, from)| law.loads_at_cut((up_to, from), routes.load_of(slot), links));
    let meeting = [loads[0].0 + loads[1].0, loads[0].1 + loads[1].1];
    let overload = |slot, load| PENALTIES.of_load(law.room(slot).excess(load));
    let beginnings = beginnings + overload(slot, meeting[0]);
    let first = (slot, [&head[..], &behind[..], &tail[..]].concat(), beginnings);
    let endings = if links.is_client(next_a) && links.is_client(next_b) {
        law.least_of_endings(other, next_a, next_b, links, PENALTIES) + overload(other, meeting[1])
    } else {
        0
    };
    let (head, tail) = ([Piece::Prefix(start)], [Piece::Suffix(next_b)]);
    let between = turned(next_a, routes.node(end).prev);
    let second = (other, [&head[..], &between[..], &tail[..]].concat(), endings);
    let then = [first, second].map(|(slot, pieces, least)| {
        let visits = pieces.iter().flat_map(|&piece| visits_of(piece, links)).count();
        let burden = law.assess(slot, &pieces, links, Limit::NONE);
        let whole = PENALTIES.price(burden);
        assert!(visits == 0 || least <= whole + SLACK, "seed {seed}: {least} above {whole}");
        whole
    });
    let now = [slot, other].map(|slot| routes.states[slot as usize].burden);
    let cuts = [[next_a; 2], [next_b; 2]];
    let relief = law.relief_of_exchange([slot, other], cuts, now, links, PENALTIES);
    let all: i64 = now.iter().map(|&now| PENALTIES.relief(now)).sum();
    let found = all - then[0] - then[1];
    assert!(found <= relief, "seed {seed}: {found} above {relief}");
    relief < all
}

/// Whether a client is done sooner than another's setup, at the same place.
fn is_quicker(problem: &Problem, part: &Part, client: u32, other: u32) -> bool {
    let stated = |node: u32| part.clients.get(node as usize).map(|&id| &problem.clients()[id]);
    let both = stated(client).zip(stated(other));
    both.is_some_and(|(client, other)| {
        client.place == other.place && client.setup + client.service < other.setup
    })
}

/// How many insertions and joinings were looked at, how many of them a bound alone excluded, and of how many exchanges less
/// was said than that they relieve both routes of everything, or of returns and changes of trip that they exceed something.
fn bounded<L: Law>(problem: &Problem, seed: u64) -> [usize; 3] {
    let part = Part::whole(problem, &unserved_prices(problem));
    let law = L::build(problem, &part);
    let mut rng = Rng::new(Seed(seed).derive(2));
    let routes = filled(&law, &part, &mut rng);
    let (mut n, mut n_excluded, mut n_less) = (0, 0, 0);
    let slots: Vec<u32> = routes.used_slots().collect();
    // A stop more may give a rest a better place, and time that a window cuts off is lost to overtime: seldom enough to pass
    // over such places all the same.
    let rests =
        problem.vehicle_types().values().any(|k| !k.rests.is_empty() || k.respite.is_some());
    // Who is released late has everybody leave later, and wait less.
    let rests = rests || problem.clients().values().any(|client| client.release != Seconds::ZERO);
    // Where somebody waits or rests, what others do about it is not told from legs.
    let is_steady = features(problem) == Features::Sums;
    for (&slot, &client) in slots.iter().flat_map(|slot| routes.bank.iter().map(move |c| (slot, c)))
    {
        if !law.allows(slot, client) {
            continue;
        }
        let now = routes.states[slot as usize].burden;
        let may_mend = now.time > 0 || rests;
        for after in gaps(&routes, slot) {
            let next = routes.node(after).next;
            // Who is there already spares whoever comes next to the same place the setup, and may take less time for all.
            let may_mend = may_mend || is_quicker(problem, &part, client, next);
            let pieces = [Piece::Prefix(after), Piece::One(client), Piece::Suffix(next)];
            assert_exact(&routes, slot, &pieces, seed);
            let burden = law.assess_insertion(slot, client, after, &routes.links, Limit::NONE);
            let more = PENALTIES.price(burden) - PENALTIES.price(now);
            let loads = (routes.load_of(slot), law.load(client));
            let least = routes.more_overload(slot, after, loads, PENALTIES)
                + law.price_of_joining(slot, client, after, now, &routes.links, PENALTIES)
                - routes.relief_by_insertion(slot, PENALTIES);
            assert!(
                may_mend || least <= more + SLACK,
                "seed {seed}: {least} above {more}, {now:?}, {burden:?}"
            );
            (n, n_excluded) = (n + 1, n_excluded + usize::from(least > 0));
        }
    }
    n_less += slots.iter().map(|&slot| assert_trips(&routes, slot, seed)).sum::<usize>();
    for (&slot, &other) in slots.iter().flat_map(|a| slots.iter().map(move |b| (a, b))) {
        if slot != other {
            for taken in stretches(&routes, other) {
                assert_leaving(&routes, other, taken, seed);
                for after in gaps(&routes, slot) {
                    assert_taken_in(&routes, slot, taken, after, seed);
                }
            }
            let is_client = |client: &u32| !routes.is_reload(*client);
            for leaving in routes.clients(slot).filter(is_client) {
                for coming in routes.clients(other).filter(is_client) {
                    let is_told = assert_exchange(&routes, slot, (leaving, coming), seed);
                    (n, n_excluded) = (n + 1, n_excluded + usize::from(is_told));
                }
            }
        }
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
            if is_turn && (is_steady || !rests) {
                assert_turn(&routes, slot, (up_to, first), (last, from), seed);
            }
            if slot != other {
                assert_exchanged(&routes, (slot, up_to), (other, before), (seed, is_steady));
            }
            if slot != other && is_steady {
                let is_less = assert_heads(&routes, (slot, up_to), (other, before), seed);
                n_less += usize::from(is_less);
            }
            let burden = law.assess(slot, &joined, &routes.links, Limit::NONE);
            let least = law.least_of_joined(slot, up_to, from, &routes.links, PENALTIES);
            let whole = PENALTIES.price(burden);
            assert!(least <= whole + SLACK, "seed {seed}: {least} above {whole}");
            (n, n_excluded) = (n + 1, n_excluded + usize::from(least > 0));
        }
    }
    [n, n_excluded, n_less]
}

/// Looks at all problems of a law; of how many exchanges less was said than that they relieve both routes of everything, or of
/// returns and changes of trip that they exceed something.
#[track_caller]
fn bound_all<L: Law>(is_for: impl Fn(&Problem) -> bool) -> usize {
    let mut sums = [0; 3];
    for (seed, problem) in problems().filter(|(_, problem)| is_for(problem)) {
        let more = bounded::<L>(&problem, seed);
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    }
    let [n, n_excluded, n_less] = sums;
    assert!(n > 5_000, "{n} candidates");
    assert!(200 * n_excluded > n, "{n_excluded} of {n} bounded by more than nothing");
    n_less
}

/// Routes of most couples and of whoever is alone, each delivered to behind its pickup.
fn coupled<'a, L: Law>(law: &'a L, part: &'a Part, rng: &mut Rng) -> Routes<'a, L> {
    let mut routes = Routes::new(law, part);
    for client in 0..part.n_clients() as u32 {
        // On few routes, so that some are loaded too much.
        let slot = rng.below(part.slots.len().div_ceil(3) as u32);
        let couple = law.couple_of(client);
        let visits = couple.map_or(vec![client], |couple| vec![couple.pickup, couple.delivery]);
        let is_second = couple.is_some_and(|couple| couple.delivery == client);
        if is_second || rng.chance(0.3) || visits.iter().any(|&visit| !law.allows(slot, visit)) {
            continue;
        }
        let mut after = routes.start(slot);
        for visit in visits {
            // Anywhere behind the one before.
            while rng.chance(0.6) && routes.node(after).next != routes.end(slot) {
                after = routes.node(after).next;
            }
            routes.insert(visit, slot, after);
            after = visit;
        }
    }
    routes.freshen();
    for slot in 0..routes.n_slots() as u32 {
        let mut places = gaps(&routes, slot);
        places.retain(|&after| !law.is_open(after, &routes.links));
        let idle = law.reloads(slot).first().and_then(|&first| routes.idle_reload(first));
        if let Some(reload) = idle.filter(|_| places.len() > 1 && rng.chance(0.5)) {
            routes.insert(reload, slot, places[1 + rng.index(places.len() - 1)]);
        }
    }
    routes
}

/// Whether no place of a delivery behind a pickup costs less than what is said of all from there on; how many places there
/// are, and of how many more than nothing is said.
fn bounded_heads<L: Law>(problem: &Problem, seed: u64) -> (usize, usize) {
    let part = Part::whole(problem, &unserved_prices(problem));
    let law = L::build(problem, &part);
    let mut rng = Rng::new(Seed(seed).derive(4));
    let routes = coupled(&law, &part, &mut rng);
    let links = &routes.links;
    let (mut n, mut n_excluded) = (0, 0);
    let waiting: Vec<_> = routes.bank.iter().filter_map(|&client| law.couple_of(client)).collect();
    for slot in routes.used_slots().collect::<Vec<u32>>() {
        for couple in &waiting {
            for after in gaps(&routes, slot) {
                let mut head = law.head(slot, after, couple.pickup, links);
                let (mut next, mut most) = (routes.node(after).next, 0);
                loop {
                    let (delivery, limit) = (couple.delivery, Limit::NONE);
                    let least = HEAVY.price(law.least_behind(slot, &head, delivery, next, links));
                    most = most.max(least);
                    let burden = law.assess_head(slot, &head, delivery, next, links, limit);
                    let whole = HEAVY.price(burden);
                    assert!(most <= whole + SLACK, "seed {seed}: {most} above {whole}");
                    (n, n_excluded) = (n + 1, n_excluded + usize::from(least > 0));
                    if !links.is_client(next) || routes.is_reload(next) {
                        break;
                    }
                    law.lengthen(slot, &mut head, next, links);
                    next = routes.node(next).next;
                }
            }
        }
    }
    (n, n_excluded)
}

#[test]
fn bounds_of_deliveries_behind_a_pickup_hold() {
    let (mut paired, mut rich, mut trips) = ((0, 0), (0, 0), (0, 0));
    let left_out = [Feature::Matrix, Feature::Speeds, Feature::Ties, Feature::Trips];
    let add = |sums: &mut (usize, usize), more: (usize, usize)| {
        *sums = (sums.0 + more.0, sums.1 + more.1);
    };
    for seed in 0..400 {
        let mut rng = Rng::new(Seed(seed).derive(5));
        let others = Feature::ALL.iter().filter(|feature| !left_out.contains(feature));
        let share = [0.05, 0.3][rng.index(2)];
        let drawn = others.filter(|_| rng.chance(share)).copied();
        let drawn = drawn.chain([Feature::Pairs]);
        let drawn = drawn.chain(Some(Feature::Trips).filter(|_| seed >= 300)).collect();
        let problem = generate_problem(Seed(seed), N_CLIENTS, drawn);
        match features(&problem) {
            Features::Paired => add(&mut paired, bounded_heads::<PairedLaw<Dense>>(&problem, seed)),
            Features::Trips => {
                add(&mut trips, bounded_heads::<TripLaw<MAX_LOADS, 1>>(&problem, seed));
            }
            _ => add(&mut rich, bounded_heads::<RichLaw<MAX_LOADS, 1, 1>>(&problem, seed)),
        }
    }
    for (n, n_excluded) in [paired, rich, trips] {
        assert!(n > 2_000, "{n} places");
        assert!(20 * n_excluded > n, "{n_excluded} of {n} bounded by more than nothing");
    }
}

#[test]
fn bounds_of_the_rich_law_hold() {
    bound_all::<RichLaw<MAX_LOADS, 1, 0>>(|problem| features(problem) == Features::Rich);
    bound_all::<RichLaw<MAX_LOADS, 1, 1>>(|problem| features(problem) == Features::Rich);
}

#[test]
fn bounds_of_the_law_of_sums_hold() {
    type Law = SumsLaw<5, 3, SUMS_WORDS, 1>;
    let n_less = bound_all::<Law>(|problem| features(problem) == Features::Sums);
    assert!(n_less > 100, "{n_less} exchanges relieve routes of less than everything");
}

#[test]
fn bounds_of_the_law_of_trips_hold() {
    let n_told = bound_all::<TripLaw<MAX_LOADS, 1>>(|problem| features(problem) == Features::Trips);
    assert!(n_told > 1_000, "{n_told} returns and changes of trip exceed something");
}

use crate::solver::capacity::Room;
use crate::solver::law::{Law, Piece};
use crate::solver::moves::{Beside, Cut, Here, NewRoute, Scan, least_detour};
use crate::solver::routes::Routes;

/// Exchanges the tails of two routes (2-opt*), so that the client is followed or preceded by a neighbor; on symmetric
/// legs also joins head with head and tail with tail. Routes are cut only where no load of a pair is under way.
///
/// # Reference
/// Potvin, Rousseau (1995), An exchange heuristic for routeing problems with time windows, JORS 46(12).
pub(in crate::solver) fn tails<L: Law>(scan: &mut Scan<L>, here: &Here, beside: &Beside) {
    let (slot, target) = (here.node.slot, beside.node.slot);
    let Beside { there, back, .. } = *beside;
    let law = scan.routes.law;
    let rooms = [scan.room(slot), scan.room(target)];
    let [before_a, behind_a] = here.cuts;
    let cuts = Cut::around(scan.routes, beside.other, &beside.node, beside.load);
    let relief = scan.relief_of_exchange([slot, target], [&here.cuts, &cuts]);
    let [before_b, behind_b] = cuts;
    // Each joining drives the leg between the two anew and saves two legs; what overload costs with it is told from the loads
    // that meet on both routes.
    let promising = |scan: &Scan<L>, anew: i64, (a, b): (&Cut, &Cut), loads: [i64; 2]| {
        let least = least_detour(anew, a.leg + b.leg) - relief;
        if least >= scan.bound {
            return None;
        }
        let of_load = |excess: i64| scan.penalties.of_load(excess);
        let overload = of_load(rooms[0].excess(loads[0])) + of_load(rooms[1].excess(loads[1]));
        (least + overload < scan.bound).then_some(Joining { slot, target, relief, overload })
    };
    let crossed = |a: &Cut, b: &Cut| [a.load + b.rest, b.load + a.rest];
    if let Some(joining) =
        promising(scan, there, (&behind_a, &before_b), crossed(&behind_a, &before_b))
    {
        cross(scan, &joining, (&behind_a, &before_b), there);
    }
    if let Some(joining) =
        promising(scan, back, (&before_a, &behind_b), crossed(&before_a, &behind_b))
    {
        cross(scan, &joining.turned(), (&behind_b, &before_a), back);
    }
    if !(L::REVERSES && !law.has_couples() && law.is_symmetric() && law.same_kind(slot, target)) {
        return;
    }
    let headed = |a: &Cut, b: &Cut| [a.load + b.load, a.rest + b.rest];
    if let Some(joining) =
        promising(scan, there, (&behind_a, &behind_b), headed(&behind_a, &behind_b))
    {
        heads(scan, &joining, (&behind_a, &behind_b));
    }
    if let Some(joining) =
        promising(scan, there, (&before_a, &before_b), headed(&before_a, &before_b))
    {
        heads(scan, &joining, (&before_a, &before_b));
    }
}

/// Two routes that are cut and joined anew.
struct Joining {
    slot: u32,
    target: u32,
    /// By how much that usually relieves them at most.
    relief: i64,
    /// What it costs at least that they are overloaded then.
    overload: i64,
}

impl Joining {
    /// The same, the other one first.
    fn turned(self) -> Self {
        Self { slot: self.target, target: self.slot, ..self }
    }
}

/// Offers the first one's beginning followed by the second one's ending, by a leg that costs so much, and the two ends left
/// over joined.
fn cross<L: Law>(scan: &mut Scan<L>, joining: &Joining, (a, b): (&Cut, &Cut), leg: i64) {
    let routes = scan.routes;
    let &Joining { slot, target, relief, overload } = joining;
    if routes.law.is_open(a.up_to, &routes.links) || routes.law.is_open(b.up_to, &routes.links) {
        return;
    }
    // An empty route has no legs, not even from its start to its end.
    let closes = b.up_to == routes.start(target) && a.from == routes.end(slot);
    let rest = if closes { 0 } else { scan.leg(target, b.up_to, a.from) };
    let firm = if closes { routes.states[target as usize].burden.firm } else { 0 };
    let mut legs = leg + rest - a.leg - b.leg;
    if legs + overload - relief - firm >= scan.bound {
        return;
    }
    let joined =
        scan.least_of_joined(slot, a.up_to, b.from) + scan.least_of_joined(target, b.up_to, a.from);
    if legs + overload + joined - scan.unfirm_of_two(slot, target) - firm >= scan.bound {
        return;
    }
    if !routes.law.same_kind(slot, target) {
        legs += tail_change(scan, b.from, target, slot) + tail_change(scan, a.from, slot, target);
    }
    let first = NewRoute::new(slot, [Piece::Prefix(a.up_to), Piece::Suffix(b.from)]);
    let second = NewRoute::new(target, [Piece::Prefix(b.up_to), Piece::Suffix(a.from)]);
    scan.offer_two(legs, first, second, [a.up_to, b.from, b.up_to, a.from, a.up_to, b.from]);
}

/// What the legs of a tail cost more when the vehicle of `new` drives it instead of that of `old`.
fn tail_change<L: Law>(scan: &Scan<L>, first: u32, old: u32, new: u32) -> i64 {
    let mut node = first;
    let mut change = 0;
    while scan.routes.links.is_client(node) {
        let next = scan.routes.node(node).next;
        let new_next = if scan.routes.links.is_client(next) { next } else { scan.routes.end(new) };
        change += scan.leg(new, node, new_next) - scan.leg(old, node, next);
        node = next;
    }
    change
}

/// Offers head joined to head and tail to tail; the nodes ahead of both cuts may be starts, and those behind ends.
fn heads<L: Law>(scan: &mut Scan<L>, joining: &Joining, (a, b): (&Cut, &Cut)) {
    let routes = scan.routes;
    let &Joining { slot, target, relief, overload } = joining;
    let (start_a, start_b) = (routes.start(slot), routes.start(target));
    let (end_a, end_b) = (routes.end(slot), routes.end(target));
    if (a.up_to == start_a && b.up_to == start_b) || (a.from == end_a && b.from == end_b) {
        return;
    }
    let legs = scan.leg(slot, a.up_to, b.up_to) + scan.leg(slot, a.from, b.from) - a.leg - b.leg;
    if legs + overload - relief >= scan.bound {
        return;
    }
    let Routes { law, links, .. } = routes;
    let beginnings = law.least_of_beginnings(slot, a.up_to, b.up_to, links, scan.penalties);
    let endings = law.least_of_endings(target, a.from, b.from, links, scan.penalties);
    let joined = beginnings + endings;
    if legs + overload + joined - scan.unfirm_of_two(slot, target) >= scan.bound {
        return;
    }
    let (first_b, last_a) = (routes.node(start_b).next, routes.node(end_a).prev);
    let first = if b.up_to == start_b {
        NewRoute::new(slot, [Piece::Prefix(a.up_to), Piece::Suffix(end_a)])
    } else {
        let turned = Piece::Reversed(first_b, b.up_to);
        NewRoute::new(slot, [Piece::Prefix(a.up_to), turned, Piece::Suffix(end_a)])
    };
    let second = if a.from == end_a {
        NewRoute::new(target, [Piece::Prefix(start_b), Piece::Suffix(b.from)])
    } else {
        let turned = Piece::Reversed(a.from, last_a);
        NewRoute::new(target, [Piece::Prefix(start_b), turned, Piece::Suffix(b.from)])
    };
    scan.offer_two(legs, first, second, [a.up_to, b.up_to, a.from, b.from, a.up_to, b.up_to]);
}

//! What legs cost and add up to, ready to be read: one cell for a leg, whoever arrives there and however it is priced.

use crate::solver::law::Law;
use crate::solver::rich::SlotKind;
use crate::solver::sums::Ground;
use crate::solver::sums::measures::LegMeasure;

/// Most cells of a table, 256 MiB of prices; what is beyond is worked out leg by leg.
const CELLS_MAX: usize = 1 << 26;
/// Where the square of a slot begins that has none: beyond all squares there are.
const NO_SQUARE: usize = usize::MAX / 2;

/// What a slot's vehicle reads of the tables.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Place {
    /// Where its square of prices begins, and the turned one.
    ways: usize,
    turned: usize,
    /// Where its square of measures begins, and the turned one.
    square: usize,
    turned_square: usize,
    pub(super) fixed: i64,
    /// Row of the start.
    pub(super) start: u32,
    /// Row of the end.
    pub(super) end: u32,
    pub(super) kind: u32,
    pub(super) profile: u32,
    /// How much its vehicle takes of what is scarcest.
    pub(super) scarce_max: i64,
}

/// Prices and `T` measures of all legs.
pub(super) struct Table<const T: usize> {
    width: usize,
    n_clients: u32,
    places: Vec<Place>,
    ways: Vec<u32>,
    legs: Vec<[i32; T]>,
    measures: [LegMeasure; T],
    /// Whether every leg measures the same both ways.
    pub(super) is_symmetric: bool,
    ground: Ground,
}

impl<const T: usize> Table<T> {
    pub(super) fn new(
        ground: Ground,
        n_slots: usize,
        scarce: &[i64],
        measures: [LegMeasure; T],
    ) -> Self {
        let width = ground.width();
        let slots: Vec<SlotKind> = (0..n_slots as u32).map(|slot| *ground.slot(slot)).collect();
        let mut table = Self {
            width,
            n_clients: ground.n_clients(),
            places: Vec::new(),
            ways: Vec::new(),
            legs: Vec::new(),
            measures,
            is_symmetric: ground.is_symmetric,
            ground,
        };
        for (number, slot) in slots.iter().enumerate() {
            let alike = slots[..number].iter().position(|other| other.kind == slot.kind);
            let place = match alike {
                Some(alike) => table.places[alike],
                None => table.add_prices(number as u32, &slots[..number], scarce),
            };
            table.places.push(place);
        }
        table.ground.forget_prices();
        table.measure();
        table
    }

    /// A square of what legs cost the vehicle of a slot, unless one of those before prices them alike.
    fn add_prices(&mut self, slot: u32, before: &[SlotKind], scarce: &[i64]) -> Place {
        let kind = self.ground.slot(slot);
        let mut place = Place {
            ways: NO_SQUARE,
            turned: NO_SQUARE,
            square: NO_SQUARE,
            turned_square: NO_SQUARE,
            fixed: kind.fixed,
            start: kind.start,
            end: kind.end,
            kind: kind.kind,
            scarce_max: scarce[kind.kind as usize],
            profile: (kind.square / (self.width * self.width).max(1)) as u32,
        };
        if self.ground.stays_alike() {
            let alike = before.iter().position(|other| other.prices_ways_as(kind));
            if let Some(alike) = alike {
                (place.ways, place.turned) = (self.places[alike].ways, self.places[alike].turned);
                return place;
            }
        }
        let is_symmetric = self.is_symmetric && self.ground.stays_alike();
        let n_cells = self.width * self.width * if is_symmetric { 1 } else { 2 };
        let begin = self.ways.len();
        if begin + n_cells > CELLS_MAX {
            return place;
        }
        let width = self.width as u32;
        let of = |from: u32, to: u32| u32::try_from(self.price_between(kind, from, to));
        let square: Result<Vec<u32>, _> = (0..width)
            .flat_map(|from| (0..width).map(move |to| (from, to)))
            .map(|(f, t)| of(f, t))
            .collect();
        let Ok(square) = square else { return place };
        self.ways.extend(&square);
        (place.ways, place.turned) = (begin, begin);
        if !is_symmetric {
            place.turned = self.ways.len();
            let columns = (0..self.width).flat_map(|to| square[to..].iter().step_by(self.width));
            self.ways.extend(columns);
        }
        place
    }

    /// What it costs a vehicle to drive from one row to another and to arrive there.
    fn price_between(&self, kind: &SlotKind, from: u32, to: u32) -> i64 {
        let arrival = if to < self.n_clients { self.ground.arrival(kind, from, to) } else { 0 };
        self.ground.way_between(kind, from, to) + arrival
    }

    /// Squares of what legs add up to, one for each profile.
    fn measure(&mut self) {
        let (cells, n_places) = (self.ground.legs.len(), self.width * self.width);
        let n_cells = if self.is_symmetric { cells } else { 2 * cells };
        if T == 0 || T * n_cells > CELLS_MAX {
            return;
        }
        let width = self.width;
        let measure = |at: usize| {
            let (from, to) = (at % n_places / width, at % width);
            let spared = self.ground.spared(from as u32, to as u32);
            let leg = self.ground.legs[at];
            self.measures.map(|measure| measure.of(leg, spared))
        };
        let mut legs: Vec<[i32; T]> = Vec::with_capacity(n_cells);
        for leg in (0..cells).map(measure) {
            if leg.iter().any(|&sum| i32::try_from(sum).is_err()) {
                return;
            }
            legs.push(leg.map(|sum| sum as i32));
        }
        if !self.is_symmetric {
            for at in 0..cells {
                let (square, from, to) = (at / n_places, at % n_places / width, at % width);
                legs.push(legs[square * n_places + to * width + from]);
            }
        }
        self.legs = legs;
        for slot in 0..self.places.len() {
            let square = self.ground.slot(slot as u32).square;
            self.places[slot].square = square;
            self.places[slot].turned_square =
                if self.is_symmetric { square } else { cells + square };
        }
    }

    #[inline(always)]
    pub(super) fn place(&self, slot: u32) -> &Place {
        &self.places[slot as usize]
    }

    /// The row of a node of a slot's route to be: starts and ends of other slots stand for its own.
    #[inline(always)]
    pub(super) fn row(&self, place: &Place, node: u32) -> u32 {
        if node < self.n_clients {
            node
        } else if (node - self.n_clients).is_multiple_of(2) {
            place.start
        } else {
            place.end
        }
    }

    /// The price of a leg between two nodes.
    #[inline(always)]
    pub(super) fn price(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = self.place(slot);
        let opening = if from < self.n_clients { 0 } else { place.fixed };
        let (from, to) = (self.row(place, from), self.row(place, to));
        let way = self.ways.get(place.ways + from as usize * self.width + to as usize);
        way.map_or_else(|| self.dear(slot, from, to), |&way| way.into()) + opening
    }

    /// The same, read from where legs into one row lie together.
    #[inline(always)]
    pub(super) fn price_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = self.place(slot);
        let opening = if from < self.n_clients { 0 } else { place.fixed };
        let (from, to) = (self.row(place, from), self.row(place, to));
        let way = self.ways.get(place.turned + to as usize * self.width + from as usize);
        way.map_or_else(|| self.dear(slot, from, to), |&way| way.into()) + opening
    }

    /// The price of the two legs round by a client.
    #[inline(always)]
    pub(super) fn detour(&self, slot: u32, after: u32, client: u32, next: u32) -> i64 {
        let place = self.place(slot);
        let opening = if after < self.n_clients { 0 } else { place.fixed };
        let (from, to) = (self.row(place, after), self.row(place, next));
        let row = client as usize * self.width;
        let there = self.ways.get(place.turned + row + from as usize);
        let away = self.ways.get(place.ways + row + to as usize);
        match (there, away) {
            (Some(&there), Some(&away)) => i64::from(there) + i64::from(away) + opening,
            _ => self.dear(slot, from, client) + self.dear(slot, client, to) + opening,
        }
    }

    /// What the two legs round by a client add up to.
    #[inline(always)]
    pub(super) fn legs_round(&self, place: &Place, from: u32, client: u32, to: u32) -> [i64; T] {
        let (there, away) = (self.leg_into(place, from, client), self.leg(place, client, to));
        std::array::from_fn(|t| there[t] + away[t])
    }

    #[cold]
    fn dear(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.price_between(self.ground.slot(slot), from, to)
    }

    /// What a leg between two rows adds up to.
    #[inline(always)]
    pub(super) fn leg(&self, place: &Place, from: u32, to: u32) -> [i64; T] {
        if T == 0 {
            return [0; T];
        }
        let at = place.square + from as usize * self.width + to as usize;
        self.legs.get(at).map_or_else(|| self.measured(place, from, to), |leg| leg.map(i64::from))
    }

    /// The same, read from where legs into one row lie together.
    #[inline(always)]
    pub(super) fn leg_into(&self, place: &Place, from: u32, to: u32) -> [i64; T] {
        if T == 0 {
            return [0; T];
        }
        let at = place.turned_square + to as usize * self.width + from as usize;
        self.legs.get(at).map_or_else(|| self.measured(place, from, to), |leg| leg.map(i64::from))
    }

    #[cold]
    fn measured(&self, place: &Place, from: u32, to: u32) -> [i64; T] {
        let square = place.profile as usize * self.width * self.width;
        let leg = self.ground.legs[square + from as usize * self.width + to as usize];
        let spared = self.ground.spared(from, to);
        self.measures.map(|measure| measure.of(leg, spared))
    }

    pub(super) fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Price of the way alone.
    pub(super) fn way(&self, from: u32, to: u32) -> i64 {
        self.ground.way(from, to)
    }
}

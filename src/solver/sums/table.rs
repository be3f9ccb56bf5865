//! What legs cost and add up to, ready to be read: one cell for a leg, whoever arrives there and however it is priced.

use crate::solver::capacity::Capacity;
use crate::solver::law::Law;
use crate::solver::rich::SlotKind;
use crate::solver::squares::Square;
use crate::solver::sums::Ground;
use crate::solver::sums::measures::LegMeasure;

/// What a slot's vehicle reads of the tables.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Place<const T: usize> {
    prices: Square,
    measures: [Square; T],
    pub(super) fixed: i64,
    /// Row of the start.
    pub(super) start: u32,
    /// Row of the end.
    pub(super) end: u32,
    pub(super) kind: u32,
    pub(super) profile: u32,
    /// How much its vehicle takes of what is scarcest.
    pub(super) scarce_max: Capacity,
}

/// Prices and `T` measures of all legs, in squares of the ground. What does not fit into any is worked out leg by leg.
pub(super) struct Table<const T: usize> {
    n_clients: u32,
    places: Vec<Place<T>>,
    measures: [LegMeasure; T],
    /// Whether every leg measures the same both ways.
    pub(super) is_symmetric: bool,
    ground: Ground,
}

impl<const T: usize> Table<T> {
    pub(super) fn new(
        ground: Ground,
        n_slots: usize,
        scarce: &[Capacity],
        measures: [LegMeasure; T],
    ) -> Self {
        let mut table = Self {
            n_clients: ground.n_clients(),
            places: Vec::new(),
            measures,
            is_symmetric: ground.is_symmetric,
            ground,
        };
        let slots: Vec<SlotKind> =
            (0..n_slots as u32).map(|slot| *table.ground.slot(slot)).collect();
        for (number, slot) in slots.iter().enumerate() {
            let alike = slots[..number].iter().position(|other| other.kind == slot.kind);
            let place = match alike {
                Some(alike) => table.places[alike],
                None => table.place_of(slot, &slots[..number], scarce),
            };
            table.places.push(place);
        }
        table
    }

    /// What the vehicle of a slot reads, once squares say it.
    fn place_of(&mut self, slot: &SlotKind, before: &[SlotKind], scarce: &[Capacity]) -> Place<T> {
        let of_profile = before.iter().position(|other| other.profile == slot.profile);
        let measures = match of_profile {
            Some(alike) => self.places[alike].measures,
            None => self.measure(slot),
        };
        Place {
            prices: slot.prices,
            measures,
            fixed: slot.fixed,
            start: slot.start,
            end: slot.end,
            kind: slot.kind,
            scarce_max: scarce[slot.kind as usize],
            profile: slot.profile,
        }
    }

    /// Squares of what the legs of a slot's profile add up to, of either sign.
    fn measure(&mut self, slot: &SlotKind) -> [Square; T] {
        self.measures.map(|measure| {
            let sum = |from, to, leg| {
                let sum = measure.of(leg, self.ground.spared(from, to));
                i32::try_from(sum).map(i32::cast_unsigned)
            };
            let drawn = self.ground.squares.drawn((slot.lengths, slot.times), sum);
            drawn.map_or_else(
                |known| known,
                |square| self.ground.squares.keep_both(&square, self.is_symmetric),
            )
        })
    }

    #[inline(always)]
    pub(super) fn place(&self, slot: u32) -> &Place<T> {
        &self.places[slot as usize]
    }

    /// The row of a node of a slot's route to be: starts and ends of other slots stand for its own.
    #[inline(always)]
    pub(super) fn row(&self, place: &Place<T>, node: u32) -> u32 {
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
        let way = self.ground.squares.read(place.prices, from, to);
        way.map_or_else(|| self.dear(slot, from, to), i64::from) + opening
    }

    /// The same, read from where legs into one row lie together.
    #[inline(always)]
    pub(super) fn price_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = self.place(slot);
        let opening = if from < self.n_clients { 0 } else { place.fixed };
        let (from, to) = (self.row(place, from), self.row(place, to));
        let way = self.ground.squares.read_into(place.prices, from, to);
        way.map_or_else(|| self.dear(slot, from, to), i64::from) + opening
    }

    /// The price of the two legs round by a client.
    #[inline(always)]
    pub(super) fn detour(&self, slot: u32, after: u32, client: u32, next: u32) -> i64 {
        let place = self.place(slot);
        let opening = if after < self.n_clients { 0 } else { place.fixed };
        let (from, to) = (self.row(place, after), self.row(place, next));
        let there = self.ground.squares.read_into(place.prices, from, client);
        let away = self.ground.squares.read(place.prices, client, to);
        match (there, away) {
            (Some(there), Some(away)) => i64::from(there) + i64::from(away) + opening,
            _ => self.dear(slot, from, client) + self.dear(slot, client, to) + opening,
        }
    }

    /// What the two legs round by a client add up to.
    #[inline(always)]
    pub(super) fn legs_round(&self, place: &Place<T>, from: u32, client: u32, to: u32) -> [i64; T] {
        let (there, away) = (self.leg_into(place, from, client), self.leg(place, client, to));
        std::array::from_fn(|t| there[t] + away[t])
    }

    #[cold]
    fn dear(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.ground.price_between(self.ground.slot(slot), from, to)
    }

    /// What a leg between two rows adds up to.
    #[inline(always)]
    pub(super) fn leg(&self, place: &Place<T>, from: u32, to: u32) -> [i64; T] {
        std::array::from_fn(|t| match self.ground.squares.read(place.measures[t], from, to) {
            Some(sum) => sum.cast_signed().into(),
            None => self.measured(place, t, from, to),
        })
    }

    /// The same, read from where legs into one row lie together.
    #[inline(always)]
    pub(super) fn leg_into(&self, place: &Place<T>, from: u32, to: u32) -> [i64; T] {
        std::array::from_fn(|t| match self.ground.squares.read_into(place.measures[t], from, to) {
            Some(sum) => sum.cast_signed().into(),
            None => self.measured(place, t, from, to),
        })
    }

    #[cold]
    fn measured(&self, place: &Place<T>, t: usize, from: u32, to: u32) -> i64 {
        let owner = self.places.iter().position(|other| other.kind == place.kind);
        let slot = self.ground.slot(owner.unwrap_or(0) as u32);
        let leg = slot.leg(&self.ground.squares, from, to);
        self.measures[t].of(leg, self.ground.spared(from, to))
    }

    pub(super) fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Price of the way alone.
    pub(super) fn way(&self, from: u32, to: u32) -> i64 {
        self.ground.way(from, to)
    }
}

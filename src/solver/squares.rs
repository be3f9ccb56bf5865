//! What legs cost and measure, in squares of all rows by all rows, each kept once whoever reads it and whatever for.
//!
//! Idea. A search waits for its tables more than it computes. Where a second is a meter and a meter costs one, one square says
//! how far a leg is, how long it takes and what it costs, and whoever asks for all three waits once.

/// Most cells that may be kept beyond those that must be, 512 MiB.
const CELLS_MAX: usize = 1 << 27;

/// Distance and time of a leg.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Leg {
    pub(super) distance: u32,
    pub(super) time: u32,
}

/// At which of all rows that are kept a square begins, and at which it does with rows and columns exchanged, so that what
/// leads into one row lies together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Square {
    along: u32,
    into: u32,
}

impl Square {
    /// That of what is not kept: beyond all rows there are.
    pub(super) const NOWHERE: Self = Self { along: u32::MAX / 2, into: u32::MAX / 2 };
}

/// Squares of 32 bits a leg, of fewer than 2^31 rows together.
pub(super) struct Squares {
    width: usize,
    cells: Vec<u32>,
    /// How many more cells may be kept, beyond those that must be.
    n_spare: usize,
}

impl Squares {
    /// None yet, of so many rows each.
    pub(super) fn new(width: usize) -> Self {
        Self { width, cells: Vec::new(), n_spare: CELLS_MAX }
    }

    /// A square that says something of each leg, to be kept, given two that say how far legs are and how long they take.
    ///
    /// # Errors
    /// Where there is no room for another, that of the two which says just this, or nowhere; nowhere where something does not
    /// fit.
    ///
    /// # Complexity
    /// O(rows²).
    pub(super) fn drawn<E>(
        &self,
        (lengths, times): (Square, Square),
        cell: impl Fn(u32, u32, Leg) -> Result<u32, E>,
    ) -> Result<Vec<u32>, Square> {
        let n_cells = self.width * self.width;
        let cells_from = |from: u32| {
            let legs = self.row(lengths, from).iter().zip(self.row(times, from));
            let cells = (0..).zip(legs);
            let cell = &cell;
            cells.map(move |(to, (&distance, &time))| cell(from, to, Leg { distance, time }).ok())
        };
        let rows = 0..self.width as u32;
        if n_cells > self.n_spare {
            let is_said = |square: &Square| {
                let says =
                    |from| cells_from(from).eq(self.row(*square, from).iter().copied().map(Some));
                rows.clone().all(says)
            };
            return Err([times, lengths].into_iter().find(is_said).unwrap_or(Square::NOWHERE));
        }
        let mut square = Vec::with_capacity(n_cells);
        for from in rows {
            for cell in cells_from(from) {
                square.push(cell.ok_or(Square::NOWHERE)?);
            }
        }
        Ok(square)
    }

    /// A row of a square that is kept.
    fn row(&self, square: Square, from: u32) -> &[u32] {
        let begin = (square.along + from) as usize * self.width;
        &self.cells[begin..begin + self.width]
    }

    /// Keeps a square that is needed, given row by row.
    ///
    /// # Complexity
    /// O(squares · rows²).
    pub(super) fn keep(&mut self, square: &[u32]) -> Square {
        let along = self.known(square).unwrap_or_else(|| self.append(square));
        Square { along, ..Square::NOWHERE }
    }

    /// Keeps a square, given row by row, for reading either way, as far as there is room.
    ///
    /// # Complexity
    /// O(squares · rows²).
    pub(super) fn keep_both(&mut self, square: &[u32], is_symmetric: bool) -> Square {
        let Some(along) = self.kept(square) else { return Square::NOWHERE };
        if is_symmetric {
            return Square { along, into: along };
        }
        let columns = (0..self.width).flat_map(|to| square[to..].iter().step_by(self.width));
        let turned: Vec<u32> = columns.copied().collect();
        Square { along, into: self.kept(&turned).unwrap_or(Square::NOWHERE.into) }
    }

    /// Where a square begins that says just this.
    fn known(&self, square: &[u32]) -> Option<u32> {
        let mut kept = self.cells.chunks_exact(square.len().max(1));
        kept.position(|known| known == square).map(|at| (at * self.width) as u32)
    }

    /// Where a square begins that says just this, now that it is kept where there is room.
    fn kept(&mut self, square: &[u32]) -> Option<u32> {
        let known = self.known(square);
        if known.is_some() || square.len() > self.n_spare {
            return known;
        }
        self.n_spare -= square.len();
        Some(self.append(square))
    }

    fn append(&mut self, square: &[u32]) -> u32 {
        debug_assert_eq!(square.len(), self.width * self.width);
        let begin = (self.cells.len() / self.width.max(1)) as u32;
        self.cells.extend(square);
        begin
    }

    /// What a square says of the leg from one row to another; `None` where it is not kept.
    #[inline(always)]
    pub(super) fn read(&self, square: Square, from: u32, to: u32) -> Option<u32> {
        self.cells.get((square.along + from) as usize * self.width + to as usize).copied()
    }

    /// The same, read from where legs into one row lie together.
    #[inline(always)]
    pub(super) fn read_into(&self, square: Square, from: u32, to: u32) -> Option<u32> {
        self.cells.get((square.into + to) as usize * self.width + from as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [u32; 9] = [0, 1, 2, 3, 0, 5, 6, 7, 0];
    const TURNED: [u32; 9] = [0, 3, 6, 1, 0, 7, 2, 5, 0];

    #[test]
    fn a_square_is_kept_once() {
        let mut squares = Squares::new(3);
        let alone = squares.keep(&SQUARE);
        let both = squares.keep_both(&SQUARE, false);
        assert_eq!((alone.along, both.along, both.into), (0, 0, 3));
        let turned = squares.keep_both(&TURNED, false);
        assert_eq!((turned.along, turned.into, squares.cells.len()), (3, 0, 18));
    }

    #[test]
    fn without_room_a_square_is_read_where_another_says_the_same() {
        let mut squares = Squares::new(3);
        let legs = (squares.keep(&SQUARE), squares.keep(&TURNED));
        let of = |cell: fn(Leg) -> u32| move |_, _, leg| u32::try_from(i64::from(cell(leg)));
        assert_eq!(squares.drawn(legs, of(|leg| leg.time)), Ok(TURNED.to_vec()));
        squares.n_spare = 8;
        assert_eq!(squares.drawn(legs, of(|leg| leg.time)), Err(legs.1));
        assert_eq!(squares.drawn(legs, of(|leg| leg.distance)), Err(legs.0));
        assert_eq!(squares.drawn(legs, of(|leg| leg.distance + 1)), Err(Square::NOWHERE));
        assert_eq!(squares.keep_both(&[9; 9], true), Square::NOWHERE);
        squares.n_spare = 9;
        let too_long = |_, _, leg: Leg| u32::try_from(i64::from(leg.distance) - 1);
        assert_eq!(squares.drawn(legs, too_long), Err(Square::NOWHERE));
        assert_eq!(squares.keep_both(&[9; 9], true), Square { along: 6, into: 6 });
        assert_eq!(squares.n_spare, 0);
    }

    #[test]
    fn a_leg_reads_the_same_either_way() {
        let mut squares = Squares::new(3);
        let square = squares.keep_both(&SQUARE, false);
        for (from, to) in (0..3).flat_map(|from| (0..3).map(move |to| (from, to))) {
            let cell = Some(SQUARE[(3 * from + to) as usize]);
            assert_eq!(squares.read(square, from, to), cell);
            assert_eq!(squares.read_into(square, from, to), cell);
        }
        assert_eq!(squares.read(Square::NOWHERE, 0, 1), None);
        let alone = squares.keep(&[7; 9]);
        assert_eq!((squares.read(alone, 0, 1), squares.read_into(alone, 0, 1)), (Some(7), None));
    }
}

//! How many letters differ between two short names.

/// The longest text that fits the bits of a machine word.
const MAX_LENGTH: usize = 64;

/// A text prepared for comparisons: for each letter, where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Positions of a to z and 0 to 9; a text of other characters is no name.
    positions: [u64; 36],
    length: usize,
}

impl Pattern {
    /// Prepares a folded text; nothing when it is too long or holds other characters.
    pub(crate) fn new(folded: &str) -> Option<Self> {
        let length = folded.len();
        if length == 0 || MAX_LENGTH < length {
            return None;
        }
        let mut positions = [0; 36];
        for (i, c) in folded.bytes().enumerate() {
            positions[slot(c)?] |= 1 << i;
        }
        Some(Self { positions, length })
    }
}

fn slot(c: u8) -> Option<usize> {
    match c {
        b'a'..=b'z' => Some(usize::from(c - b'a')),
        b'0'..=b'9' => Some(26 + usize::from(c - b'0')),
        _ => None,
    }
}

/// Letters inserted, lost, replaced or swapped with their neighbor, when at most `limit` are.
///
/// Idea. One column of the dynamic program is two machine words: where the distance rises and where it falls
/// from one row to the next.
///
/// # Complexity
/// O(length of the other text).
///
/// # Reference
/// Hyyrö (2003), A bit-vector algorithm for computing Levenshtein and Damerau edit distances, Nordic Journal of
/// Computing 10, figure 5. We differ: the search ends when the limit is out of reach.
pub(crate) fn distance_within(pattern: &Pattern, text: &str, limit: usize) -> Option<usize> {
    let last = 1u64 << (pattern.length - 1);
    let mut distance = pattern.length;
    let (mut rises, mut falls) = (u64::MAX, 0u64);
    let (mut diagonal, mut before) = (0u64, 0u64);
    for (i, c) in text.bytes().enumerate() {
        let matches = slot(c).map_or(0, |slot| pattern.positions[slot]);
        let swapped = ((!diagonal & matches) << 1) & before;
        diagonal = (((matches & rises).wrapping_add(rises)) ^ rises) | matches | falls | swapped;
        let rises_across = falls | !(diagonal | rises);
        let falls_across = rises & diagonal;
        distance += usize::from(rises_across & last != 0);
        distance -= usize::from(falls_across & last != 0);
        // Each letter that is left lowers the distance by one at most.
        if limit + (text.len() - i - 1) < distance {
            return None;
        }
        let rises_across = (rises_across << 1) | 1;
        rises = (falls_across << 1) | !(diagonal | rises_across);
        falls = rises_across & diagonal;
        before = matches;
    }
    (distance <= limit).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_distance_is_that_of_the_dynamic_program(
            a in "[abn]{1,9}", b in "[abn]{0,9}", limit in 0usize..6,
        ) {
            let expected = Some(strsim::osa_distance(&a, &b)).filter(|n| *n <= limit);
            let pattern = Pattern::new(&a).unwrap();
            proptest::prop_assert_eq!(distance_within(&pattern, &b, limit), expected);
        }
    }

    #[test]
    fn texts_that_are_no_names_have_no_pattern() {
        assert!(Pattern::new("").is_none());
        assert!(Pattern::new("đ").is_none());
        assert!(Pattern::new(&"a".repeat(65)).is_none());
        assert!(Pattern::new(&"a".repeat(64)).is_some());
    }
}

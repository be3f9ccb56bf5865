//! Two spellings of one name: keys under which names are compared.
//!
//! The *marked* key keeps the accents and forgets what writers vary: letter case, Unicode form, spaces,
//! apostrophes, hyphens, the place of a tone mark (Hoà, Hòa), `y` for `i` (Mỹ, Mĩ), leading zeros of a
//! numbered ward. The *folded* key forgets the accents too.

use std::sync::LazyLock;

use smallvec::SmallVec;
use unicode_normalization::UnicodeNormalization;

/// The five written tones; the sixth is written by no mark.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// A character in lower case, its marks behind it.
type Apart = SmallVec<[char; 4]>;

/// Blocks that hold every accented letter of Vietnamese: U+00C0 to U+01FF, U+1E00 to U+1EFF.
const BLOCKS: [(u32, u32); 2] = [(0xc0, 0x200), (0x1e00, 0x1f00)];

/// The characters of [`BLOCKS`], taken apart once: normalizing them anew takes most of the time of reading
/// (bench `resolve`).
static TAKEN_APART: LazyLock<[Vec<Apart>; 2]> = LazyLock::new(|| {
    BLOCKS.map(|(from, to)| (from..to).filter_map(char::from_u32).map(take_apart).collect())
});

fn take_apart(c: char) -> Apart {
    std::iter::once(c).nfd().flat_map(char::to_lowercase).collect()
}

/// Calls `visit` for every character of the text in lower case, marks behind their letters.
#[inline]
pub(super) fn for_each_apart(text: &str, mut visit: impl FnMut(char)) {
    for c in text.chars() {
        if c.is_ascii() {
            visit(c.to_ascii_lowercase());
            continue;
        }
        let code = c as u32;
        let block = BLOCKS.iter().position(|&(from, to)| (from..to).contains(&code));
        match block {
            Some(i) => {
                let apart = &TAKEN_APART[i][(code - BLOCKS[i].0) as usize];
                apart.iter().copied().for_each(&mut visit);
            }
            None => take_apart(c).into_iter().for_each(&mut visit),
        }
    }
}

/// Appends the folded key of one word or name.
pub fn fold_into(key: &mut String, text: &str) {
    for_each_apart(text, |c| match c {
        'y' => key.push('i'),
        'a'..='z' | '0'..='9' => key.push(c),
        'đ' | 'ð' => key.push('d'),
        // Marks are most of what is left; asking Unicode what they are takes long.
        '\u{300}'..='\u{36f}' => {}
        _ if c.is_alphanumeric() => key.push(c),
        _ => {}
    });
}

/// Appends the marked key of one word or name: a tone moves to the end of its run of vowels.
pub fn mark_into(key: &mut String, text: &str) {
    let mut tone = None;
    for_each_apart(text, |c| {
        if TONES.contains(&c) {
            tone = Some(c);
            return;
        }
        // A circumflex, breve or horn belongs to its vowel and does not end the run.
        let in_run =
            matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | '\u{302}' | '\u{306}' | '\u{31b}');
        if !in_run && let Some(tone) = tone.take() {
            key.push(tone);
        }
        match c {
            'y' => key.push('i'),
            _ if in_run => key.push(c),
            'a'..='z' | '0'..='9' | 'đ' => key.push(c),
            'ð' => key.push('đ'),
            '\u{300}'..='\u{36f}' => {}
            _ if c.is_alphanumeric() => key.push(c),
            _ => {}
        }
    });
    key.extend(tone);
}

/// The marked key of a name; its numbers lose their leading zeros.
pub fn spelling_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for word in name.split(|c: char| c.is_whitespace() || c == '-') {
        mark_into(&mut key, without_leading_zeros(word));
    }
    key
}

/// `01` as `1`; every other word as it is.
pub(crate) fn without_leading_zeros(word: &str) -> &str {
    if !word.is_empty() && word.bytes().all(|c| c.is_ascii_digit()) {
        let stripped = word.trim_start_matches('0');
        return if stripped.is_empty() { "0" } else { stripped };
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(spelling_key(a), spelling_key(b));
    }

    #[test]
    fn spellings_that_writers_vary_have_one_key() {
        same("Hoà Vang", "Hòa Vang");
        same("Thủy", "Thuỷ");
        same("A Vương", "Avương");
        same("Ch'ơm", "Chơm");
        same("Mỹ Sơn", "Mĩ Sơn");
        same("Phú 01", "PHÚ 1");
        // Composed and decomposed.
        same("Điện Bàn", "Đie\u{302}\u{323}n Ba\u{300}n");
    }

    #[test]
    fn every_character_is_taken_apart_as_unicode_says() {
        for c in (0..0x11_0000).filter_map(char::from_u32) {
            let mut quick = String::new();
            for_each_apart(c.encode_utf8(&mut [0; 4]), |part| quick.push(part));
            let plain: String = std::iter::once(c).nfd().flat_map(char::to_lowercase).collect();
            assert_eq!(quick, plain, "{c:?}");
        }
    }

    #[test]
    fn names_that_differ_by_an_accent_have_two_keys_and_one_folding() {
        assert_ne!(spelling_key("Tam Thạnh"), spelling_key("Tam Thành"));
        assert_ne!(spelling_key("Trà Don"), spelling_key("Trà Dơn"));
        let mut keys = [String::new(), String::new()];
        fold_into(&mut keys[0], "Tam Thạnh");
        fold_into(&mut keys[1], "Tam Thành");
        assert_eq!(keys[0], keys[1]);
        assert_eq!(keys[0], "tamthanh");
    }
}

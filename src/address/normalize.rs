//! Words of an address: split where writers forgot to, with the level words recognized.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::is_nfc;

use crate::territory::CommuneKind;
use crate::territory::{fold_into, mark_into, spelling_key};

/// Words beyond this number are not read: a longer text is no address, and the time stays linear.
const MAX_WORDS: usize = 96;
/// No syllable of Vietnamese is longer, so a longer word was glued together.
const MAX_SYLLABLE: usize = 7;

/// What a word before a name says about the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Xã, phường, thị trấn, đặc khu.
    Commune(CommuneKind),
    /// Huyện, quận, thị xã.
    District,
    /// Thành phố: a province-level city or a former provincial one.
    City,
    /// Tỉnh.
    Province,
    /// Thôn, tổ, khối phố, ấp.
    Hamlet,
    /// Đường, phố.
    Street,
    /// Kiệt, hẻm, ngõ.
    Alley,
    /// Gần, chợ, trường.
    Landmark,
}

/// What ends a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    /// Nothing but a space.
    None,
    /// A dash or a full stop, which a name may contain.
    Soft,
    /// A comma or a bracket, which no name contains.
    Hard,
}

/// One word of an address.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Bytes of the normalized text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Its key with accents.
    pub(crate) marked: String,
    /// Its key without accents.
    pub(crate) folded: String,
    /// What stands between this word and the one before.
    pub(crate) before: Break,
    /// The level word that starts here, and of how many words it is made.
    pub(crate) level: Option<(Level, u8)>,
}

/// A text in NFC and its words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) words: Vec<Word>,
}

/// A level word: its marked key and what it says.
type LevelWord = (String, Level);

/// Level words by folded key.
static LEVELS: LazyLock<FxHashMap<String, Vec<LevelWord>>> = LazyLock::new(|| {
    let mut levels: FxHashMap<String, Vec<LevelWord>> = FxHashMap::default();
    for row in include_str!("../../data/gazetteer/abbreviations.csv").lines().skip(1) {
        let Some((word, level)) = row.split_once(',') else { continue };
        let Some(level) = level_of(level) else { continue };
        let mut folded = String::new();
        fold_into(&mut folded, word);
        levels.entry(folded).or_default().push((spelling_key(word), level));
    }
    levels
});

fn level_of(name: &str) -> Option<Level> {
    Some(match name {
        "xa" => Level::Commune(CommuneKind::Xa),
        "phuong" => Level::Commune(CommuneKind::Phuong),
        "thi_tran" => Level::Commune(CommuneKind::ThiTran),
        "dac_khu" => Level::Commune(CommuneKind::DacKhu),
        "district" => Level::District,
        "city" => Level::City,
        "province" => Level::Province,
        "hamlet" => Level::Hamlet,
        "street" => Level::Street,
        "alley" => Level::Alley,
        "landmark" => Level::Landmark,
        _ => return None,
    })
}

/// Reads the words of a text.
pub(crate) fn words(text: &str) -> Words {
    let text: String = if is_nfc(text) { text.to_owned() } else { text.nfc().collect() };
    let mut found = Vec::with_capacity(24);
    let mut before = Break::Hard;
    let mut chars = text.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        if !is_word_char(c) {
            before = before.max(break_of(&text, start, c));
            chars.next();
            continue;
        }
        let mut end = start;
        while let Some(&(at, c)) = chars.peek().filter(|(_, c)| is_word_char(*c)) {
            end = at + c.len_utf8();
            chars.next();
        }
        for (start, end) in split_glued(&text, start, end) {
            push(&mut found, &text, (start, end), before);
            before = Break::None;
        }
    }
    if found.len() > MAX_WORDS {
        // The head holds the house, the tail the units.
        found.drain(MAX_WORDS / 3..found.len() - MAX_WORDS * 2 / 3);
    }
    mark_levels(&mut found);
    Words { text, words: found }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '`' | '´') || is_combining(c)
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn break_of(text: &str, at: usize, c: char) -> Break {
    match c {
        ',' | ';' | '\n' | '\r' | '|' | '(' | ')' | '[' | ']' | '\t' => Break::Hard,
        '-' | '–' | '—' | '.' | ':' => {
            // A hyphen within a word, as in K'Nàng-Hạ, breaks nothing.
            let glued = text[..at].ends_with(char::is_alphabetic)
                && text[at + c.len_utf8()..].starts_with(char::is_alphabetic);
            if glued && c == '-' { Break::None } else { Break::Soft }
        }
        _ => Break::None,
    }
}

fn push(found: &mut Vec<Word>, text: &str, (start, end): (usize, usize), before: Break) {
    let piece = &text[start..end];
    let piece = if piece.bytes().all(|c| c.is_ascii_digit()) {
        let bare = piece.trim_start_matches('0');
        if bare.is_empty() { "0" } else { bare }
    } else {
        piece
    };
    let mut folded = String::with_capacity(piece.len());
    fold_into(&mut folded, piece);
    if folded.is_empty() {
        return;
    }
    let mut marked = String::with_capacity(piece.len() + 2);
    mark_into(&mut marked, piece);
    found.push(Word { start, end, marked, folded, before, level: None });
}

/// Cuts a run of letters and digits where a word boundary was forgotten: `TỉnhHải`, `XDuy`, `P1`.
fn split_glued(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let run = &text[start..end];
    let mut cuts = vec![start];
    let chars: Vec<(usize, char)> = run.char_indices().filter(|(_, c)| !is_combining(*c)).collect();
    let mut upper_since = 0;
    for i in 1..chars.len() {
        let ((_, before), (at, c)) = (chars[i - 1], chars[i]);
        let digit_edge = before.is_numeric() != c.is_numeric() && c.is_alphanumeric();
        let camel = before.is_lowercase() && c.is_uppercase();
        let next_lower = chars.get(i + 1).is_some_and(|(_, n)| n.is_lowercase());
        let initial = before.is_uppercase() && c.is_uppercase() && next_lower && {
            let from = chars[upper_since].0;
            is_short_level(&run[from..at])
        };
        if digit_edge || camel || initial {
            cuts.push(start + at);
        }
        if digit_edge || camel {
            upper_since = i;
        }
    }
    cuts.push(end);
    let mut pieces: Vec<(usize, usize)> = cuts.windows(2).map(|w| (w[0], w[1])).collect();
    if let [only] = pieces[..]
        && let Some(cut) = cut_of_level(&text[only.0..only.1])
    {
        pieces = vec![(only.0, only.0 + cut), (only.0 + cut, only.1)];
    }
    pieces
}

fn is_short_level(word: &str) -> bool {
    let mut folded = String::new();
    fold_into(&mut folded, word);
    folded.len() <= 2 && LEVELS.contains_key(&folded)
}

/// Where the level word ends in a word such as `phườnghòaphong`.
fn cut_of_level(word: &str) -> Option<usize> {
    if word.chars().count() <= MAX_SYLLABLE {
        return None;
    }
    // Without "quan": it begins Quảng.
    const GLUED: [&str; 8] =
        ["phuong", "huien", "tinh", "thanhpho", "thixa", "thitran", "xa", "tp"];
    let mut folded = String::new();
    for (at, c) in word.char_indices() {
        if GLUED.contains(&folded.as_str()) && !is_combining(c) {
            return Some(at);
        }
        fold_into(&mut folded, c.encode_utf8(&mut [0; 4]));
    }
    None
}

fn mark_levels(words: &mut [Word]) {
    for i in 0..words.len() {
        words[i].level = (1..=3).rev().find_map(|n| {
            let span = words.get(i..i + n)?;
            if span[1..].iter().any(|word| word.before == Break::Hard) {
                return None;
            }
            let level = if n == 1 {
                level_named(&span[0].folded, &span[0].marked)
            } else {
                let folded: String = span.iter().map(|word| word.folded.as_str()).collect();
                let marked: String = span.iter().map(|word| word.marked.as_str()).collect();
                level_named(&folded, &marked)
            };
            level.map(|level| (level, n as u8))
        });
    }
}

fn level_named(folded: &str, marked: &str) -> Option<Level> {
    let candidates = LEVELS.get(folded)?;
    let exact = candidates.iter().find(|(key, _)| key == marked);
    // Without accents a level word is read as such; with other accents it is another word.
    let unaccented = || candidates.first().filter(|_| folded == marked);
    exact.or_else(unaccented).map(|&(_, level)| level)
}

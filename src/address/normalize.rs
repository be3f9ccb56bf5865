//! Words of an address: split where writers forgot to, with the level words recognized.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::is_nfc;

use crate::territory::CommuneKind;
use crate::territory::legacy;
use crate::territory::{fold_into, mark_into};

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
    /// Lô, căn hộ, tầng: a part of a house or plot.
    Unit,
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// Bytes of the text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Bytes of the keys without and with accents.
    folded: (u32, u32),
    marked: (u32, u32),
    /// What stands between this word and the one before.
    pub(crate) before: Break,
    /// The level word that starts here, and of how many words it is made.
    pub(crate) level: Option<(Level, u8)>,
}

/// A text in NFC and its words. The keys of all words stand in a row, so that those of neighbors are one slice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) list: Vec<Word>,
    folded: String,
    marked: String,
}

impl Words {
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The key without accents of words `start..end`, which are not empty.
    #[inline]
    pub(crate) fn folded(&self, start: usize, end: usize) -> &str {
        &self.folded[self.list[start].folded.0 as usize..self.list[end - 1].folded.1 as usize]
    }

    /// The key with accents of words `start..end`, which are not empty.
    #[inline]
    pub(crate) fn marked(&self, start: usize, end: usize) -> &str {
        &self.marked[self.list[start].marked.0 as usize..self.list[end - 1].marked.1 as usize]
    }

    /// The text of words `start..end`; empty when they are.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &str {
        if end <= start {
            return "";
        }
        self.text[self.list[start].start as usize..self.list[end - 1].end as usize].trim()
    }

    /// What stands between a word and the one before it.
    pub(crate) fn between(&self, i: usize) -> &str {
        &self.text[self.list[i - 1].end as usize..self.list[i].start as usize]
    }

    /// Whether the key without accents of one word is this.
    #[inline]
    pub(crate) fn is(&self, i: usize, folded: &str) -> bool {
        i < self.len() && self.folded(i, i + 1) == folded
    }
}

/// A level word: the keys of its words, and what it says.
#[derive(Debug)]
struct LevelWord {
    folded: Vec<String>,
    marked: Vec<String>,
    level: Level,
}

/// Level words by the folded key of their first word, longest first.
static LEVELS: LazyLock<FxHashMap<String, SmallVec<[LevelWord; 2]>>> = LazyLock::new(|| {
    let mut levels: FxHashMap<String, SmallVec<[LevelWord; 2]>> = FxHashMap::default();
    let mut add = |words: &[&str], level| {
        let keys = |key: fn(&mut String, &str)| -> Vec<String> {
            let key_of = |word: &&str| {
                let mut text = String::new();
                key(&mut text, word);
                text
            };
            words.iter().map(key_of).collect()
        };
        let word = LevelWord { folded: keys(fold_into), marked: keys(mark_into), level };
        levels.entry(word.folded[0].clone()).or_default().push(word);
    };
    for row in include_str!("../../data/gazetteer/abbreviations.csv").lines().skip(1) {
        let Some((text, level)) = row.split_once(',') else { continue };
        let Some(level) = level_of(level) else { continue };
        let words: Vec<&str> = text.split(' ').collect();
        add(&words, level);
        // Written without its space: thịxã.
        if 1 < words.len() {
            add(&[&words.concat()], level);
        }
    }
    for words in levels.values_mut() {
        words.sort_by_key(|word| std::cmp::Reverse(word.folded.len()));
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
        "unit" => Level::Unit,
        "landmark" => Level::Landmark,
        _ => return None,
    })
}

/// Reads the words of a text.
pub(crate) fn words(text: &str) -> Words {
    let text = legacy::restore(text);
    let text: String = if is_nfc(&text) { text.into_owned() } else { text.nfc().collect() };
    let mut found = Words {
        list: Vec::with_capacity(24),
        folded: String::with_capacity(text.len()),
        marked: String::with_capacity(text.len() + 16),
        text: String::new(),
    };
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
        let mut from = start;
        for cut in cuts(&text, start, end).into_iter().chain([end]) {
            push(&mut found, &text[from..cut], from, before);
            (from, before) = (cut, Break::None);
        }
    }
    if found.len() > MAX_WORDS {
        // The head holds the house, the tail the units.
        let tail = found.len() - MAX_WORDS * 2 / 3;
        found.list.drain(MAX_WORDS / 3..tail);
        found.list[MAX_WORDS / 3].before = Break::Hard;
    }
    found.text = text;
    mark_levels(&mut found);
    found
}

fn is_word_char(c: char) -> bool {
    // The letters of Vietnamese, before Unicode is asked.
    matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | 'Ạ'..='ỹ' | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ơ' | 'ơ' | 'Ư' | 'ư')
        || c.is_alphanumeric()
        || matches!(c, '\'' | '’' | '`' | '´')
        || is_combining(c)
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

fn push(found: &mut Words, piece: &str, start: usize, before: Break) {
    let end = start + piece.len();
    let piece = if piece.bytes().all(|c| c.is_ascii_digit()) {
        let bare = piece.trim_start_matches('0');
        if bare.is_empty() { "0" } else { bare }
    } else {
        piece
    };
    let (folded, marked) = (found.folded.len(), found.marked.len());
    fold_into(&mut found.folded, piece);
    if found.folded.len() == folded {
        return;
    }
    mark_into(&mut found.marked, piece);
    found.list.push(Word {
        start: start as u32,
        end: end as u32,
        folded: (folded as u32, found.folded.len() as u32),
        marked: (marked as u32, found.marked.len() as u32),
        before,
        level: None,
    });
}

/// Where a word boundary was forgotten in a run of letters and digits: `TỉnhHải`, `XDuy`, `P1`.
fn cuts(text: &str, start: usize, end: usize) -> SmallVec<[usize; 4]> {
    let run = &text[start..end];
    let mut cuts: SmallVec<[usize; 4]> = SmallVec::new();
    let mut chars = run.char_indices().filter(|(_, c)| !is_combining(*c)).peekable();
    let mut upper_since = 0;
    let Some((_, mut before)) = chars.next() else { return cuts };
    while let Some((at, c)) = chars.next() {
        let digit_edge = before.is_numeric() != c.is_numeric() && c.is_alphanumeric();
        let camel = before.is_lowercase() && c.is_uppercase();
        let next_lower = chars.peek().is_some_and(|(_, n)| n.is_lowercase());
        let initial = before.is_uppercase()
            && c.is_uppercase()
            && next_lower
            && is_short_level(&run[upper_since..at]);
        if digit_edge || camel || initial {
            cuts.push(start + at);
        }
        if digit_edge || camel {
            upper_since = at;
        }
        before = c;
    }
    if cuts.is_empty() && MAX_SYLLABLE < run.len() {
        cuts.extend(cut_of_level(run).map(|cut| start + cut));
    }
    cuts
}

fn is_short_level(word: &str) -> bool {
    if 6 < word.len() {
        return false;
    }
    let mut folded = String::new();
    fold_into(&mut folded, word);
    folded.len() <= 2 && LEVELS.contains_key(&folded)
}

/// Level words that are glued to names in lower case. Without "quan": it begins Quảng.
const GLUED: [&str; 8] = ["phuong", "huien", "tinh", "thanhpho", "thixa", "thitran", "xa", "tp"];

/// Where the level word ends in a word such as `phườnghòaphong`.
fn cut_of_level(word: &str) -> Option<usize> {
    if word.chars().count() <= MAX_SYLLABLE {
        return None;
    }
    let mut folded = String::new();
    for (at, c) in word.char_indices() {
        if GLUED.contains(&folded.as_str()) && !is_combining(c) {
            return Some(at);
        }
        fold_into(&mut folded, c.encode_utf8(&mut [0; 4]));
    }
    None
}

fn mark_levels(words: &mut Words) {
    let mut inside = 0;
    for i in 0..words.len() {
        // The second word of "thị xã" says nothing by itself.
        if inside > 0 {
            inside -= 1;
            continue;
        }
        let level = level_at(words, i);
        words.list[i].level = level;
        inside = level.map_or(0, |(_, n)| n - 1);
    }
}

/// Whether a word is a number.
pub(crate) fn is_number(words: &Words, i: usize) -> bool {
    words.folded(i, i + 1).bytes().all(|c| c.is_ascii_digit())
}

/// The level word that starts at a word, and its length in words.
fn level_at(words: &Words, i: usize) -> Option<(Level, u8)> {
    // K45/H12: a hẻm, as no huyện has a number.
    if words.is(i, "h") && words.list.get(i + 1).is_some_and(|_| is_number(words, i + 1)) {
        return None;
    }
    let candidates = LEVELS.get(words.folded(i, i + 1))?;
    let stands = |level_word: &LevelWord| {
        let end = i + level_word.folded.len();
        let rest = words.list.get(i + 1..end);
        rest.is_some_and(|rest| rest.iter().all(|word| word.before != Break::Hard))
            && (i..end).zip(&level_word.folded).all(|(i, key)| words.is(i, key))
    };
    let accented = |level_word: &LevelWord| {
        (i..).zip(&level_word.marked).all(|(i, key)| words.marked(i, i + 1) == key)
    };
    let length = candidates.iter().find(|word| stands(word))?.folded.len();
    let lengths = (1..=length).rev();
    lengths.into_iter().find_map(|n| {
        let mut of_length = candidates.iter().filter(|word| word.folded.len() == n && stands(word));
        let first = of_length.clone().next()?;
        let exact = of_length.find(|word| accented(word));
        // Without accents a level word is read as such; with other accents it is another word.
        let bare = || Some(first).filter(|_| words.folded(i, i + n) == words.marked(i, i + n));
        exact.or_else(bare).map(|word| (word.level, n as u8))
    })
}

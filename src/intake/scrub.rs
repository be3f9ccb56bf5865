//! Identity numbers in free text: 9 or 12 digits after a word that announces them are taken out.

const MARKS: [&str; 9] = [
    "cccd",
    "cmnd",
    "cmtnd",
    "cmt",
    "căn cước",
    "can cuoc",
    "định danh",
    "chứng minh",
    "chung minh",
];
/// Characters allowed between the word and its number, such as ` số: `.
const GAP_MAX: usize = 24;

/// Takes identity numbers out of a cell; returns how many there were.
pub(super) fn scrub(cell: &mut String) -> usize {
    // Most cells are short of nine digits, and need no second look.
    if cell.bytes().filter(u8::is_ascii_digit).count() < 9 {
        return 0;
    }
    let chars: Vec<char> = cell.chars().collect();
    let lower: Vec<char> = chars.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let mut hidden = vec![false; chars.len()];
    let mut n_found = 0;
    for mark in MARKS {
        let mark: Vec<char> = mark.chars().collect();
        for at in 0..lower.len().saturating_sub(mark.len()) {
            if lower[at..].starts_with(&mark) {
                n_found += usize::from(hide_number(&chars, at + mark.len(), &mut hidden));
            }
        }
    }
    if n_found > 0 {
        *cell =
            chars.iter().zip(&hidden).filter(|(_, hidden)| !**hidden).map(|(c, _)| *c).collect();
    }
    n_found
}

/// Marks the number that follows `from`, when it has the length of an identity number and is not yet marked.
fn hide_number(chars: &[char], from: usize, hidden: &mut [bool]) -> bool {
    let Some(gap) = chars[from..].iter().take(GAP_MAX).position(char::is_ascii_digit) else {
        return false;
    };
    let start = from + gap;
    let (mut end, mut n_digits) = (start, 0);
    while let Some(c) = chars.get(end) {
        let joins = matches!(c, ' ' | '.' | '-' | '\u{a0}')
            && chars.get(end + 1).is_some_and(char::is_ascii_digit)
            && n_digits < 12;
        if c.is_ascii_digit() {
            n_digits += 1;
        } else if !joins {
            break;
        }
        end += 1;
        // A separated next number, such as a phone, is not part of this one.
        if matches!(n_digits, 9 | 12) && !chars.get(end).is_some_and(char::is_ascii_digit) {
            let grouped = n_digits == 9
                && chars.get(end).is_some_and(|c| matches!(c, ' ' | '.'))
                && chars[end + 1..].iter().take_while(|c| c.is_ascii_digit()).count() == 3;
            if !grouped {
                break;
            }
        }
    }
    if !matches!(n_digits, 9 | 12) || hidden[start] {
        return false;
    }
    hidden[start..end].fill(true);
    true
}

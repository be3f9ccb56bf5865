//! Cells → values: phones, money, dates, hours, yes and no, as people write them.

use jiff::civil::Date;

use crate::intake::layout::fold;
use crate::measure::{Dong, Seconds};

/// The cell holds something, and it is not what its column promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// The first valid phone of the cell: ten digits from 0, or eleven from 02 for a landline.
pub(super) fn phone(text: &str) -> Result<String, Unreadable> {
    let parts = text.split(['/', ';', ',', '\n', '|']).flat_map(|part| part.split(" - "));
    parts.flat_map(|part| part.split("hoặc")).find_map(one_phone).ok_or(Unreadable)
}

fn one_phone(text: &str) -> Option<String> {
    // A number cell may come as 900000123.0.
    let text = text.trim().strip_suffix(".0").unwrap_or(text.trim());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0084").or_else(|| {
        let foreign = text.starts_with("+84") || text.starts_with("(+84") || digits.len() >= 11;
        digits.strip_prefix("84").filter(|_| foreign)
    });
    let digits = match national {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        // Number cells lose the leading zero.
        None if digits.len() == 9 && !digits.starts_with('0') => format!("0{digits}"),
        // Two numbers side by side.
        None if digits.len() == 20 => digits[..10].to_owned(),
        None => digits,
    };
    let mobile = digits.len() == 10
        && ["03", "05", "07", "08", "09"].iter().any(|prefix| digits.starts_with(prefix));
    let landline = digits.len() == 11 && digits.starts_with("02");
    (mobile || landline).then_some(digits)
}

/// An amount of dong: `30.000`, `30,000đ`, `30.000 VNĐ`, `30000.0`; nothing to pay is 0.
pub(super) fn money(text: &str) -> Result<Dong, Unreadable> {
    const LIMIT: i64 = 10_000_000_000;
    let folded = fold(text);
    if ["khong", "mien phi", "mien", "khong thu", "khong co"].contains(&folded.as_str()) {
        return Ok(Dong(0));
    }
    let lower = text.trim().to_lowercase();
    let start = lower.find(|c: char| c.is_ascii_digit()).ok_or(Unreadable)?;
    if !lower[..start].trim().is_empty() {
        return Err(Unreadable);
    }
    let rest = &lower[start..];
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | ' ' | '\u{a0}'))
        .unwrap_or(rest.len());
    let factor = match fold(&rest[end..]).as_str() {
        "" | "d" | "dong" | "vnd" | "vn d" => 1,
        "k" | "nghin" | "ngan" | "nghin dong" | "ngan dong" => 1_000,
        _ => return Err(Unreadable),
    };
    let number = rest[..end].trim_matches([' ', '\u{a0}', '.', ',']);
    let amount = grouped(number).ok_or(Unreadable)?;
    let amount = amount.checked_mul(factor).filter(|a| *a <= LIMIT).ok_or(Unreadable)?;
    Ok(Dong(amount))
}

/// Digits in groups of three, or with decimals that are all zero: there is no coin below one dong.
fn grouped(number: &str) -> Option<i64> {
    let groups: Vec<&str> = number.split(['.', ',', ' ', '\u{a0}']).collect();
    let (last, head) = groups.split_last()?;
    let whole: Vec<&str> = if !head.is_empty() && last.len() != 3 {
        (last.len() <= 2 && last.bytes().all(|c| c == b'0')).then(|| head.to_vec())?
    } else {
        groups.clone()
    };
    let regular = whole.len() == 1
        || (1..=3).contains(&whole[0].len()) && whole[1..].iter().all(|group| group.len() == 3);
    regular.then(|| whole.concat().parse().ok()).flatten()
}

/// A day: `dd/MM/yyyy[ HH:mm[:ss]]` with `/`, `-` or `.`, ISO, or the serial number of a spreadsheet.
pub(super) fn date(text: &str) -> Result<Date, Unreadable> {
    let text = text.trim();
    if let Ok(serial) = text.parse::<f64>() {
        return from_serial(serial).ok_or(Unreadable);
    }
    text.split([' ', 'T', '\n', '\u{a0}']).find_map(calendar_day).ok_or(Unreadable)
}

/// Serial day numbers count from 30 December 1899; those from 1982 to 2064 are taken for dates.
fn from_serial(serial: f64) -> Option<Date> {
    if !(30_000.0..60_000.0).contains(&serial) {
        return None;
    }
    let epoch = jiff::civil::date(1899, 12, 30);
    epoch.checked_add(jiff::Span::new().days(serial as i64)).ok()
}

fn calendar_day(word: &str) -> Option<Date> {
    let mut parts = word.trim_matches([',', ';']).split(['/', '-', '.']);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => 2_000 + year.parse::<i16>().ok()?,
        _ => return None,
    };
    let plausible = (2_000..2_100).contains(&year);
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok().filter(|_| plausible)
}

/// Wished hours: `08:00-11:30`, `8h-11h30`, `sau 17h`, `sáng`, `chiều`, `giờ hành chính`; `None` when any hour is fine.
pub(super) fn hours(text: &str) -> Result<Option<(Seconds, Seconds)>, Unreadable> {
    let folded = fold(text);
    let times = clock_times(&text.to_lowercase());
    let span = |from: (i64, i64), to: (i64, i64)| {
        Ok(Some((Seconds::clock(from.0, from.1), Seconds::clock(to.0, to.1))))
    };
    match times.as_slice() {
        [from, to] if from < to => return span(*from, *to),
        [at] if folded.starts_with("sau") || folded.starts_with("tu ") => {
            return span(*at, (24, 0));
        }
        [at] if folded.starts_with("truoc") || folded.starts_with("den ") => {
            return span((0, 0), *at);
        }
        [] => {}
        _ => return Err(Unreadable),
    }
    let says = |word: &str| folded.contains(word);
    match () {
        () if says("ca ngay") || says("bat ky") || says("luc nao") => Ok(None),
        () if says("hanh chinh") || says("sang chieu") => span((8, 0), (17, 0)),
        () if says("sang") => span((8, 0), (11, 30)),
        () if says("trua") => span((11, 0), (13, 30)),
        () if says("chieu") => span((13, 30), (17, 0)),
        () if says("toi") => span((17, 0), (20, 0)),
        () => Err(Unreadable),
    }
}

/// Every `8h`, `8h30`, `08:30`, `08:30:00` of a text, in order.
fn clock_times(lower: &str) -> Vec<(i64, i64)> {
    let numbers = |text: &str| text.parse::<i64>().ok();
    let mut times = Vec::new();
    let mut clean = String::new();
    for word in lower.replace("giờ", "h").replace('g', "h").replace(" h", "h").split_whitespace()
    {
        // `11 h 30` is one time, `8h 11h30` are two.
        let is_minute = word.len() <= 2 && word.bytes().all(|c| c.is_ascii_digit());
        if !(is_minute && clean.ends_with('h')) {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    for word in clean.split(|c: char| !c.is_ascii_digit() && c != ':' && c != 'h') {
        let Some((hour, rest)) = word.split_once(['h', ':']) else { continue };
        let minute = rest.split([':', 'h']).next().unwrap_or("");
        let minute = if minute.is_empty() { Some(0) } else { numbers(minute) };
        if let (Some(hour @ 0..=24), Some(minute @ 0..=59)) = (numbers(hour), minute) {
            times.push((hour, minute));
        }
    }
    times
}

/// A small count: `1`, `01`, `2 bản`, `1.0`.
pub(super) fn count(text: &str) -> Result<u32, Unreadable> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let rest = fold(&text[end..]);
    let fits = ["", "0", "ban", "bo", "to"].contains(&rest.as_str());
    text[..end].parse().ok().filter(|n| fits && *n <= 9_999).ok_or(Unreadable)
}

/// Yes unless the cell says no: people write `x`, `có`, or the name of the paper.
pub(super) fn is_yes(text: &str) -> bool {
    !["", "0", "0 0", "khong", "ko", "k", "no", "false", "n"].contains(&fold(text).as_str())
}

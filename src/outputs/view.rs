//! One way of looking at the plan that all outputs share: names, masks, dates, file names.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::id::Id;
use crate::measure::{Dong, Meters, Seconds};
use crate::outputs::Extras;
use crate::outputs::wording::Lang;
use crate::planning::{CarrierRoute, DayPlan, Stop};
use crate::post::{AddressText, Carrier, CarrierId, Item, ItemId};
use crate::territory::CommuneCode;

/// The plan with its names.
pub(crate) struct View<'a> {
    pub(crate) plan: &'a DayPlan,
    pub(crate) extras: &'a Extras<'a>,
    pub(crate) lang: Lang,
    file_stems: Vec<String>,
}

impl<'a> View<'a> {
    pub(crate) fn new(plan: &'a DayPlan, extras: &'a Extras<'a>) -> Self {
        let codes = plan.carriers.values().map(|carrier| carrier.code.as_str());
        Self { plan, extras, lang: extras.options.lang, file_stems: distinct_stems(codes) }
    }

    pub(crate) fn commune(&self, code: CommuneCode) -> String {
        (self.extras.names.commune)(code)
    }

    pub(crate) fn carrier(&self, id: CarrierId) -> &'a Carrier {
        &self.plan.carriers[id]
    }

    /// The carrier's code as a file name: unique, without letters a file system refuses.
    pub(crate) fn file_stem(&self, id: CarrierId) -> &str {
        &self.file_stems[id.index()]
    }

    /// The stops of a route with their items, in order.
    pub(crate) fn stops<'s>(&'s self, route: &'s CarrierRoute) -> impl Iterator<Item = &'a Stop> {
        route.visits.iter().map(|visit| &self.plan.stops[visit.stop])
    }

    /// Items on a route.
    pub(crate) fn n_items(&self, route: &CarrierRoute) -> usize {
        self.stops(route).map(|stop| stop.items.len()).sum()
    }

    /// Cash a carrier collects on a route.
    pub(crate) fn cash(&self, route: &CarrierRoute) -> Dong {
        self.stops(route).map(|stop| stop.money_due).sum()
    }

    /// Communes of a route in the order they are first visited.
    pub(crate) fn communes(&self, route: &CarrierRoute) -> Vec<CommuneCode> {
        let mut seen = BTreeSet::new();
        self.stops(route).map(|stop| stop.commune).filter(|&code| seen.insert(code)).collect()
    }

    /// Code of the item on its cover, or the dossier's code while it has none.
    pub(crate) fn item_label(&self, id: ItemId) -> &'a str {
        let item: &Item = &self.plan.items[id];
        item.code.as_ref().map_or(item.dossier.as_str(), |code| code.as_str())
    }
}

/// Masks a phone as `09xx xxx 123`: two digits to recognize the network, three to recognize the person.
pub fn mask_phone(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 8 {
        return "xxx".to_owned();
    }
    format!("{}xx xxx {}", &digits[..2], &digits[digits.len() - 3..])
}

/// Masks every phone inside a free text: 9 to 12 digits that begin with 0 or 84, also when written with spaces,
/// dots or hyphens.
pub(crate) fn mask_phones_in(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-');
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
        let run = from[..end].trim_end_matches(|c: char| !c.is_ascii_digit());
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        let is_phone = (9..=12).contains(&digits.len())
            && (digits.starts_with('0') || digits.starts_with("84"));
        masked.push_str(before);
        masked.push_str(&if is_phone { mask_phone(&digits) } else { run.to_owned() });
        rest = &from[run.len()..];
    }
    masked.push_str(rest);
    masked
}

/// `dd/MM/yyyy`.
pub(crate) fn day(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// A whole number with dots between thousands: `1.250.000`.
pub(crate) fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = if n < 0 { "-".to_owned() } else { String::new() };
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// Money as `120.000 ₫`.
pub(crate) fn money(amount: Dong) -> String {
    format!("{} ₫", grouped(amount.value()))
}

/// A duration as `1:05` hours and minutes, rounded to the minute.
pub(crate) fn hours(duration: Seconds) -> String {
    let minutes = (duration.value() + 30).div_euclid(60);
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A distance as `12,3 km`, with the language's decimal mark.
pub(crate) fn km(lang: Lang, distance: Meters) -> String {
    let tenths = (distance.value() + 50) / 100;
    let mark = match lang {
        Lang::Vi => ',',
        Lang::En => '.',
    };
    format!("{}{mark}{} km", tenths / 10, tenths % 10)
}

/// The address as written, columns appended when the line does not hold them.
pub(crate) fn address(text: &AddressText) -> String {
    let mut parts = vec![text.line.trim().to_owned()];
    for column in [&text.commune, &text.district, &text.province].into_iter().flatten() {
        let column = column.trim();
        let known = parts.iter().any(|part| part.to_lowercase().contains(&column.to_lowercase()));
        if !column.is_empty() && !known {
            parts.push(column.to_owned());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// A code as a file name: letters and digits are kept, the rest becomes a hyphen.
pub(crate) fn stem(code: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let text: String = code.chars().map(plain).collect();
    let text = text.trim_matches('-');
    if text.is_empty() { "x".to_owned() } else { text.to_owned() }
}

/// File names of codes, made distinct by a number where two codes fold to one name.
pub(crate) fn distinct_stems<'a>(codes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut used = BTreeSet::new();
    codes
        .map(|code| {
            let base = stem(code);
            let mut name = base.clone();
            let mut n = 2;
            // File systems of carriers' phones and of Windows do not tell case apart.
            while !used.insert(name.to_lowercase()) {
                name = format!("{base}-{n}");
                n += 1;
            }
            name
        })
        .collect()
}

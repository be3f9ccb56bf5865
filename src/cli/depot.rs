//! `depot.toml`: the office, its calendar, its units and its carriers, as a planner writes them.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use jiff::civil::Date;
use serde::Deserialize;

use crate::measure::{Dong, Grams, Seconds};
use crate::place::LatLon;
use crate::post::{
    Calendar, Carrier, CarrierLimits, HandoverUnit, PostOffice, Shift, Skill, WeekPattern,
};
use crate::territory::{CommuneCode, Gazetteer};

/// What the file says, in the words of the rooms.
pub(crate) struct Depot {
    pub(crate) office: PostOffice,
    pub(crate) calendar: Calendar,
    pub(crate) units: Vec<HandoverUnit>,
    pub(crate) carriers: Vec<Carrier>,
    /// Communes this depot serves; items elsewhere are forwarded.
    pub(crate) area: Vec<CommuneCode>,
    /// Name of its province.
    pub(crate) province: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepotFile {
    office: OfficePart,
    #[serde(default)]
    calendar: CalendarPart,
    #[serde(default)]
    unit: Vec<UnitPart>,
    carrier: Vec<CarrierPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficePart {
    code: String,
    name: String,
    address: String,
    lat: f64,
    lon: f64,
    commune: String,
    locality: String,
    area: Vec<String>,
    province: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarPart {
    pattern: Option<String>,
    #[serde(default)]
    holidays: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitPart {
    code: String,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CarrierPart {
    code: String,
    name: String,
    shift_start: String,
    shift_end: String,
    rest_start: Option<String>,
    rest_end: Option<String>,
    #[serde(default)]
    existing_items: u32,
    #[serde(default)]
    existing_minutes: u32,
    stops_max: Option<u32>,
    #[serde(default = "default_items_max")]
    items_max: u32,
    #[serde(default = "default_weight_max_kg")]
    weight_max_kg: f64,
    #[serde(default = "default_cash_max")]
    cash_max: i64,
    #[serde(default)]
    skills: Vec<String>,
    walk_name: Option<String>,
    #[serde(default)]
    walk: Vec<WalkPart>,
    start_lat: Option<f64>,
    start_lon: Option<f64>,
    end_lat: Option<f64>,
    end_lon: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WalkPart {
    commune: String,
    strength: f64,
}

fn default_items_max() -> u32 {
    200
}

fn default_weight_max_kg() -> f64 {
    25.0
}

fn default_cash_max() -> i64 {
    20_000_000
}

/// Reads the file from disk.
///
/// # Errors
/// When it cannot be read, or says something that cannot be; the message names place, value and remedy.
pub(crate) fn read(path: &Path, gazetteer: &Gazetteer) -> anyhow::Result<Depot> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the depot file {}", path.display()))?;
    parse(&text, gazetteer).with_context(|| format!("in {}", path.display()))
}

/// Reads the text of a depot file.
///
/// # Errors
/// As [`read`].
pub(crate) fn parse(text: &str, gazetteer: &Gazetteer) -> anyhow::Result<Depot> {
    let file: DepotFile = toml::from_str(text)?;
    ensure!(!file.carrier.is_empty(), "no [[carrier]] is given; a day needs at least one");
    let place = point(file.office.lat, file.office.lon).context("[office] lat, lon")?;
    let province = file.office.province.as_deref();
    let mut area = Vec::new();
    for name in &file.office.area {
        area.push(commune(gazetteer, name, province).context("[office] area")?);
    }
    ensure!(
        !area.is_empty(),
        "[office] area lists no commune; name the communes this depot serves"
    );
    commune(gazetteer, &file.office.commune, province).context("[office] commune")?;
    let mut carriers = Vec::new();
    for part in &file.carrier {
        let carrier = carrier(part, place, gazetteer, province)
            .with_context(|| format!("[[carrier]] {}", part.code))?;
        let is_new = carriers.iter().all(|other: &Carrier| other.code != carrier.code);
        ensure!(is_new, "[[carrier]] code {} is given twice", carrier.code);
        carriers.push(carrier);
    }
    let units = file.unit.into_iter().map(|unit| HandoverUnit {
        code: unit.code,
        name: unit.name,
        aliases: unit.aliases,
    });
    Ok(Depot {
        office: PostOffice {
            code: file.office.code,
            name: file.office.name,
            address: file.office.address,
            place,
            commune: file.office.commune,
            locality: file.office.locality,
        },
        calendar: calendar(&file.calendar)?,
        units: units.collect(),
        carriers,
        area,
        province: file.office.province,
    })
}

fn calendar(part: &CalendarPart) -> anyhow::Result<Calendar> {
    let pattern = match part.pattern.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("mon-sat") => WeekPattern::MondayToSaturday,
        Some("mon-fri") => WeekPattern::MondayToFriday,
        Some(other) => bail!("[calendar] pattern is \"{other}\"; write \"mon-sat\" or \"mon-fri\""),
    };
    let mut holidays: Vec<Date> = Vec::new();
    for text in &part.holidays {
        let date = text.parse().with_context(|| {
            format!("[calendar] holidays: \"{text}\" is no date such as 2025-09-02")
        })?;
        holidays.push(date);
    }
    Ok(Calendar { pattern, holidays })
}

fn carrier(
    part: &CarrierPart,
    depot: LatLon,
    gazetteer: &Gazetteer,
    province: Option<&str>,
) -> anyhow::Result<Carrier> {
    let (start, end) = (clock(&part.shift_start)?, clock(&part.shift_end)?);
    ensure!(
        start < end,
        "the shift from {} to {} is empty; shift_end must be later",
        part.shift_start,
        part.shift_end
    );
    let rest = match (&part.rest_start, &part.rest_end) {
        (Some(from), Some(to)) => Some((clock(from)?, clock(to)?)),
        (None, None) => None,
        _ => bail!("rest_start and rest_end must be given together"),
    };
    if let Some((from, to)) = rest {
        ensure!(start <= from && from < to && to <= end, "the rest must lie within the shift");
    }
    let mut skills = Vec::new();
    for skill in &part.skills {
        skills.push(match skill.as_str() {
            "in_person" => Skill::InPerson,
            "water" => Skill::Water,
            "mountain" => Skill::Mountain,
            other => bail!("skill \"{other}\" is unknown; write in_person, water or mountain"),
        });
    }
    let mut walk = Vec::new();
    for entry in &part.walk {
        let strength = entry.strength;
        ensure!((0.0..=1.0).contains(&strength), "walk strength {strength} is not from 0 to 1");
        let code = commune(gazetteer, &entry.commune, province).context("walk")?;
        walk.push((code.to_string(), strength));
    }
    let end_of = |lat: Option<f64>, lon: Option<f64>| match (lat, lon) {
        (Some(lat), Some(lon)) => point(lat, lon),
        (None, None) => Ok(depot),
        _ => bail!("latitude and longitude must be given together"),
    };
    Ok(Carrier {
        code: part.code.clone(),
        name: part.name.clone(),
        shift: Shift { start, end, rest },
        start: end_of(part.start_lat, part.start_lon)?,
        end: end_of(part.end_lat, part.end_lon)?,
        existing_items: part.existing_items,
        existing_work: Seconds::minutes(i64::from(part.existing_minutes)),
        limits: CarrierLimits {
            stops: part.stops_max,
            items: part.items_max,
            weight: Grams((part.weight_max_kg * 1_000.0).round() as i64),
            cash: Dong(part.cash_max),
        },
        skills,
        walk_name: part.walk_name.clone(),
        walk,
    })
}

/// The one commune of this name or code.
fn commune(
    gazetteer: &Gazetteer,
    name: &str,
    province: Option<&str>,
) -> anyhow::Result<CommuneCode> {
    match gazetteer.commune_named(name, province).as_slice() {
        [code] => Ok(*code),
        [] => bail!(
            "\"{name}\" is no commune of today; write its name after 1 July 2025, or its code"
        ),
        several => bail!(
            "\"{name}\" may be {} communes ({}); write the code",
            several.len(),
            several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn point(lat: f64, lon: f64) -> anyhow::Result<LatLon> {
    LatLon::new(lat, lon).with_context(|| format!("{lat}, {lon} is not on the globe"))
}

/// A time of day such as `08:00`.
fn clock(text: &str) -> anyhow::Result<Seconds> {
    let parts = text.split_once(':').and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?)));
    match parts {
        Some((hour @ 0..=23, minute @ 0..=59)) => Ok(Seconds::clock(hour, minute)),
        _ => bail!("\"{text}\" is no time of day such as 08:00"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE: &str = "[office]\ncode=\"1\"\nname=\"Đ\"\naddress=\"-\"\nlat=15.57\nlon=108.47\n\
        commune=\"Tam Kỳ\"\nlocality=\"Tam Kỳ\"\narea=[\"Tam Kỳ\"]\nprovince=\"Đà Nẵng\"\n";

    #[track_caller]
    fn check_error(carrier: &str, expected: &str) {
        let text = format!("{OFFICE}[[carrier]]\ncode=\"A\"\nname=\"A\"\n{carrier}");
        let error = parse(&text, Gazetteer::bundled()).err().expect("the file is wrong");
        let message = format!("{error:#}");
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn a_carrier_needs_a_shift_that_can_be() {
        check_error("shift_start=\"08:00\"\n", "missing field `shift_end`");
        check_error("shift_start=\"17:00\"\nshift_end=\"08:00\"\n", "shift_end must be later");
        check_error("shift_start=\"8 giờ\"\nshift_end=\"17:00\"\n", "no time of day such as 08:00");
    }

    #[test]
    fn what_is_unknown_is_named() {
        let shift = "shift_start=\"08:00\"\nshift_end=\"17:00\"\n";
        check_error(&format!("{shift}skills=[\"fly\"]\n"), "skill \"fly\" is unknown");
        check_error(&format!("{shift}color=\"red\"\n"), "unknown field `color`");
        let walk = "walk=[{commune=\"Atlantis\",strength=1.0}]\n";
        check_error(&format!("{shift}{walk}"), "\"Atlantis\" is no commune of today");
    }

    #[test]
    fn a_good_file_gives_what_it_says() {
        let carrier = "[[carrier]]\ncode=\"A\"\nname=\"A\"\nshift_start=\"08:00\"\nshift_end=\"17:00\"\n\
            rest_start=\"11:30\"\nrest_end=\"13:30\"\nexisting_minutes=90\n";
        let depot = parse(&format!("{OFFICE}{carrier}"), Gazetteer::bundled()).unwrap();
        let carrier = &depot.carriers[0];
        assert_eq!(carrier.shift.working_time(), Seconds::minutes(7 * 60));
        assert_eq!(carrier.existing_work, Seconds::minutes(90));
        assert_eq!(depot.area.len(), 1);
    }
}

//! `depot.toml`: the office, its calendar, its units and its carriers, as a planner writes them.

use std::fmt::Display;
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use crate::cli::trouble::{Say, Trouble};
use crate::measure::{Dong, Grams, Meters, Seconds};
use crate::outputs::wording::{Phrase, troubles as say};
use crate::place::LatLon;
use crate::planning::{PlanConfig, ZoneNorm};
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
    /// Communes that only carriers with a skill can reach.
    pub(crate) skill_communes: Vec<(CommuneCode, Skill)>,
    /// What the office chooses differently from the usual.
    pub(crate) choices: Choices,
}

/// Choices of an office that has its own; nothing where it follows the usual.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choices {
    /// `[service]`: seconds at a door, by the care its items need.
    #[serde(default)]
    service: ServicePart,
    /// `[[zone]]`: postal norms, nearest first.
    #[serde(default)]
    zone: Vec<ZonePart>,
    /// Hours in which organizations receive, such as `[["07:30", "11:30"], ["13:30", "17:00"]]`.
    #[serde(default)]
    office_hours: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "keys of a file carry their unit")]
struct ServicePart {
    plain_s: Option<u32>,
    in_person_s: Option<u32>,
    organization_s: Option<u32>,
    fee_s: Option<u32>,
    original_s: Option<u32>,
    further_item_s: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZonePart {
    within_km: f64,
    working_days: u32,
}

impl Choices {
    /// Lays the office's choices over the usual ones.
    pub(crate) fn lay_over(&self, config: &mut PlanConfig) -> anyhow::Result<()> {
        let times = &mut config.service;
        let part = &self.service;
        for (time, choice) in [
            (&mut times.plain, part.plain_s),
            (&mut times.in_person, part.in_person_s),
            (&mut times.organization, part.organization_s),
            (&mut times.fee, part.fee_s),
            (&mut times.original, part.original_s),
            (&mut times.further_item, part.further_item_s),
        ] {
            *time = choice.map_or(*time, |seconds| Seconds(i64::from(seconds)));
        }
        if !self.zone.is_empty() {
            config.zones.clear();
        }
        for zone in &self.zone {
            let within = zone.within_km;
            ensure((0.0..=3_000.0).contains(&within), say::BAD_ZONE, &[&within])?;
            let within = Meters((within * 1_000.0).round() as i64);
            config.zones.push(ZoneNorm { within, working_days: zone.working_days });
        }
        if !self.office_hours.is_empty() {
            config.office_hours.clear();
        }
        for (from, to) in &self.office_hours {
            config.office_hours.push((clock(from)?, clock(to)?));
        }
        Ok(())
    }
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
    #[serde(default)]
    restricted: Vec<RestrictedPart>,
    #[serde(default)]
    choices: Choices,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RestrictedPart {
    commune: String,
    skill: String,
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
    let text = std::fs::read_to_string(path).say(say::NO_DEPOT_FILE, &[&path.display()])?;
    parse(&text, gazetteer).say(say::IN_FILE, &[&path.display()])
}

/// Reads the text of a depot file.
///
/// # Errors
/// As [`read`].
pub(crate) fn parse(text: &str, gazetteer: &Gazetteer) -> anyhow::Result<Depot> {
    let file: DepotFile = toml::from_str(text)?;
    ensure(!file.carrier.is_empty(), say::NO_CARRIER, &[])?;
    let place =
        point(file.office.lat, file.office.lon).say(say::IN_ENTRY, &[&"[office] lat, lon"])?;
    let province = file.office.province.as_deref();
    let mut area = Vec::new();
    for name in &file.office.area {
        let code = commune(gazetteer, name, province);
        area.push(code.say(say::IN_ENTRY, &[&"[office] area"])?);
    }
    ensure(!area.is_empty(), say::NO_AREA, &[])?;
    let home = commune(gazetteer, &file.office.commune, province);
    home.say(say::IN_ENTRY, &[&"[office] commune"])?;
    let mut carriers = Vec::new();
    for part in &file.carrier {
        let carrier = carrier(part, place, gazetteer, province);
        let carrier = carrier.say(say::IN_ENTRY, &[&format!("[[carrier]] {}", part.code)])?;
        let is_new = carriers.iter().all(|other: &Carrier| other.code != carrier.code);
        ensure(is_new, say::CODE_TWICE, &[&carrier.code])?;
        carriers.push(carrier);
    }
    let mut skill_communes = Vec::new();
    for part in &file.restricted {
        let code =
            commune(gazetteer, &part.commune, province).say(say::IN_ENTRY, &[&"[[restricted]]"])?;
        let skill = skill(&part.skill).say(say::IN_ENTRY, &[&"[[restricted]]"])?;
        skill_communes.push((code, skill));
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
        skill_communes,
        choices: file.choices,
    })
}

fn calendar(part: &CalendarPart) -> anyhow::Result<Calendar> {
    let pattern = match part.pattern.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("mon-sat") => WeekPattern::MondayToSaturday,
        Some("mon-fri") => WeekPattern::MondayToFriday,
        Some(other) => return Err(Trouble::new(say::BAD_PATTERN, &[&other]).into()),
    };
    let mut holidays: Vec<Date> = Vec::new();
    for text in &part.holidays {
        holidays.push(text.parse::<Date>().ok().say(say::BAD_HOLIDAY, &[text])?);
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
    ensure(start < end, say::EMPTY_SHIFT, &[&part.shift_start, &part.shift_end])?;
    let rest = match (&part.rest_start, &part.rest_end) {
        (Some(from), Some(to)) => Some((clock(from)?, clock(to)?)),
        (None, None) => None,
        _ => return Err(Trouble::new(say::REST_TOGETHER, &[]).into()),
    };
    if let Some((from, to)) = rest {
        ensure(start <= from && from < to && to <= end, say::REST_OUTSIDE, &[])?;
    }
    let skills: anyhow::Result<Vec<Skill>> = part.skills.iter().map(|word| skill(word)).collect();
    let skills = skills?;
    let mut walk = Vec::new();
    for entry in &part.walk {
        let strength = entry.strength;
        ensure((0.0..=1.0).contains(&strength), say::BAD_STRENGTH, &[&strength])?;
        let code = commune(gazetteer, &entry.commune, province).say(say::IN_ENTRY, &[&"walk"])?;
        walk.push((code.to_string(), strength));
    }
    let end_of = |lat: Option<f64>, lon: Option<f64>| match (lat, lon) {
        (Some(lat), Some(lon)) => point(lat, lon),
        (None, None) => Ok(depot),
        _ => Err(Trouble::new(say::LAT_LON_TOGETHER, &[]).into()),
    };
    let kilograms = part.weight_max_kg;
    ensure((0.0..=1_000.0).contains(&kilograms), say::BAD_WEIGHT, &[&kilograms])?;
    ensure(0 <= part.cash_max, say::BAD_CASH, &[&part.cash_max])?;
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
            weight: Grams((kilograms * 1_000.0).round() as i64),
            cash: Dong(part.cash_max),
        },
        skills,
        walk_name: part.walk_name.clone(),
        walk,
    })
}

fn skill(word: &str) -> anyhow::Result<Skill> {
    match word {
        "in_person" => Ok(Skill::InPerson),
        "water" => Ok(Skill::Water),
        "mountain" => Ok(Skill::Mountain),
        other => Err(Trouble::new(say::BAD_SKILL, &[&other]).into()),
    }
}

/// The one commune of this name or code.
fn commune(
    gazetteer: &Gazetteer,
    name: &str,
    province: Option<&str>,
) -> anyhow::Result<CommuneCode> {
    match gazetteer.commune_named(name, province).as_slice() {
        [code] => Ok(*code),
        [] => Err(Trouble::new(say::NO_COMMUNE, &[&name]).into()),
        several => {
            let codes: Vec<String> = several.iter().map(ToString::to_string).collect();
            let values: [&dyn Display; 3] = [&name, &several.len(), &codes.join(", ")];
            Err(Trouble::new(say::SEVERAL_COMMUNES, &values).into())
        }
    }
}

fn point(lat: f64, lon: f64) -> anyhow::Result<LatLon> {
    LatLon::new(lat, lon).say(say::NOT_ON_GLOBE, &[&lat, &lon])
}

fn ensure(holds: bool, phrase: Phrase, values: &[&dyn Display]) -> anyhow::Result<()> {
    if holds { Ok(()) } else { Err(Trouble::new(phrase, values).into()) }
}

/// A time of day such as `08:00`.
fn clock(text: &str) -> anyhow::Result<Seconds> {
    let parts = text.split_once(':').and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?)));
    match parts {
        Some((hour @ 0..=23, minute @ 0..=59)) => Ok(Seconds::clock(hour, minute)),
        _ => Err(Trouble::new(say::BAD_CLOCK, &[&text]).into()),
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
        let mut config = PlanConfig::default();
        depot.choices.lay_over(&mut config).unwrap();
        assert_eq!(
            config.service,
            PlanConfig::default().service,
            "nothing chosen, nothing changed"
        );
    }

    #[test]
    fn an_office_may_choose_its_own_times_norms_and_restricted_communes() {
        let carrier =
            "[[carrier]]\ncode=\"A\"\nname=\"A\"\nshift_start=\"08:00\"\nshift_end=\"17:00\"\n";
        let choices = "[[restricted]]\ncommune=\"Tam Hải\"\nskill=\"water\"\n\
            [choices]\noffice_hours=[[\"08:00\",\"11:00\"]]\n[choices.service]\nplain_s=90\n\
            [[choices.zone]]\nwithin_km=3\nworking_days=1\n";
        let depot = parse(&format!("{OFFICE}{carrier}{choices}"), Gazetteer::bundled()).unwrap();
        assert_eq!(depot.skill_communes.len(), 1);
        let mut config = PlanConfig::default();
        depot.choices.lay_over(&mut config).unwrap();
        assert_eq!(config.service.plain, Seconds(90));
        assert_eq!(config.service.fee, PlanConfig::default().service.fee);
        assert_eq!(config.zones, [ZoneNorm { within: Meters(3_000), working_days: 1 }]);
        assert_eq!(config.office_hours, [(Seconds::clock(8, 0), Seconds::clock(11, 0))]);
    }
}

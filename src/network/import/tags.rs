//! OpenStreetMap's tags → [`RoadKind`].
//!
//! The rules are those of the OpenStreetMap wiki for access, `oneway` and ferries, read for
//! Vietnam: `oneway:motorcycle` and `motorcycle=*` are common there, alleys are
//! `service=alley`, and expressways are closed to motorbikes.

use crate::network::road_kind::{
    Access, BarrierKind, RoadClass, RoadKind, Smoothness, Surface, Vehicle,
};

/// The tags of one element.
pub(crate) struct Tags<'a>(pub(crate) &'a [(&'a str, &'a str)]);

impl<'a> Tags<'a> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    /// Whether a key has this value.
    pub(crate) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    fn is_yes(&self, key: &str) -> bool {
        matches!(self.get(key), Some("yes" | "1" | "true"))
    }
}

/// The kind of a way, or `None` when nobody travels on it.
pub(crate) fn road_kind(tags: &Tags<'_>) -> Option<RoadKind> {
    let class = road_class(tags)?;
    let mut kind = RoadKind::plain(class);
    kind.surface = tags.get("surface").map_or(Surface::Unknown, surface);
    kind.smoothness =
        tags.get("smoothness").and_then(Smoothness::from_word).unwrap_or(Smoothness::Unknown);
    kind.width_dm = width_dm(tags);
    kind.maxspeed_kmh = tags.get("maxspeed").map_or(0, maxspeed_kmh);
    kind.grade = tags.get("tracktype").map_or(0, grade);
    kind.incline_percent = tags.get("incline").map_or(0, incline_percent);
    kind.toll = tags.is_yes("toll") || tags.is_yes("toll:motorcycle");
    kind.roundabout = is_roundabout(tags);
    kind.bridge = tags.get("bridge").is_some_and(|value| value != "no");
    kind.access = access(tags, class);
    if class == RoadClass::Ferry {
        kind.crossing_s = tags.get("duration").and_then(duration_s).unwrap_or(0);
        kind.interval_s = tags.get("interval").and_then(duration_s).unwrap_or(0);
        kind.hours = tags.get("opening_hours").and_then(daily_hours);
    }
    Some(kind)
}

fn road_class(tags: &Tags<'_>) -> Option<RoadClass> {
    if tags.is("route", "ferry") {
        return Some(RoadClass::Ferry);
    }
    let highway = tags.get("highway")?;
    // The outline of a square is no way along it.
    if tags.is_yes("area") {
        return None;
    }
    match (highway, tags.get("service")) {
        ("service", Some("alley")) => Some(RoadClass::Alley),
        ("service", Some("driveway" | "parking_aisle" | "drive-through")) => {
            Some(RoadClass::Driveway)
        }
        ("bridleway", _) => Some(RoadClass::Path),
        ("alley" | "ferry" | "barrier" | "driveway", _) => None,
        _ => RoadClass::from_word(highway),
    }
}

fn is_roundabout(tags: &Tags<'_>) -> bool {
    matches!(tags.get("junction"), Some("roundabout" | "circular"))
}

fn surface(word: &str) -> Surface {
    match word {
        "asphalt" | "chipseal" => Surface::Asphalt,
        "concrete" | "concrete:plates" | "concrete:lanes" => Surface::Concrete,
        "paved" | "metal" | "wood" | "metal_grid" | "bricks" => Surface::Paved,
        "paving_stones" | "sett" | "cobblestone" | "unhewn_cobblestone" => Surface::Stones,
        "compacted" | "fine_gravel" => Surface::Compacted,
        "gravel" | "pebblestone" | "rock" => Surface::Gravel,
        "unpaved" => Surface::Unpaved,
        "dirt" | "earth" | "ground" | "grass" | "clay" | "laterite" => Surface::Dirt,
        "sand" => Surface::Sand,
        "mud" => Surface::Mud,
        _ => Surface::Unknown,
    }
}

fn grade(word: &str) -> u8 {
    let number = word.strip_prefix("grade").and_then(|n| n.parse().ok());
    number.filter(|n| (1..=5).contains(n)).unwrap_or(0)
}

/// The first number of a text such as `3.5 m` or `50`.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    text[..end].parse().ok()
}

fn width_dm(tags: &Tags<'_>) -> u16 {
    let text = ["maxwidth:physical", "maxwidth", "width"].iter().find_map(|key| tags.get(key));
    text.and_then(number).map_or(0, |meters| (meters * 10.0).round().clamp(0.0, 1_000.0) as u16)
}

fn maxspeed_kmh(text: &str) -> u16 {
    let speed = number(text).unwrap_or(0.0);
    let in_kmh = if text.contains("mph") { speed * 1.609_344 } else { speed };
    in_kmh.round().clamp(0.0, 200.0) as u16
}

fn incline_percent(text: &str) -> u8 {
    let unsigned = text.trim_start_matches(['-', '+']);
    match unsigned {
        "up" | "down" => 0,
        "steep" => 15,
        _ => number(unsigned).map_or(0, |percent| percent.round().clamp(0.0, 100.0) as u8),
    }
}

/// `HH:MM`, `HH:MM:SS`, plain minutes, or `PT1H30M`.
pub(crate) fn duration_s(text: &str) -> Option<u32> {
    let text = text.trim();
    if let Some(iso) = text.strip_prefix("PT") {
        return iso_duration_s(iso);
    }
    let parts: Vec<u32> =
        text.split(':').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [minutes] => minutes.checked_mul(60)?,
        [hours, minutes] => hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?,
        [hours, minutes, seconds] => {
            hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?
        }
        _ => return None,
    };
    (seconds <= 7 * 86_400).then_some(seconds)
}

fn iso_duration_s(text: &str) -> Option<u32> {
    let mut seconds: u32 = 0;
    let mut digits = String::new();
    for c in text.chars() {
        let unit = match c {
            '0'..='9' => {
                digits.push(c);
                continue;
            }
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        let n: u32 = digits.parse().ok()?;
        seconds = seconds.checked_add(n.checked_mul(unit)?)?;
        digits.clear();
    }
    (digits.is_empty() && seconds <= 7 * 86_400).then_some(seconds)
}

/// The first `HH:MM-HH:MM` of opening hours, in minutes; days of the week are not told apart.
pub(crate) fn daily_hours(text: &str) -> Option<(u16, u16)> {
    if text.trim() == "24/7" {
        return None;
    }
    let minutes = |text: &str| -> Option<u16> {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    text.split([' ', ',', ';']).find_map(|span| {
        let (from, until) = span.split_once('-')?;
        let (from, until) = (minutes(from)?, minutes(until)?);
        (from < until).then_some((from, until))
    })
}

fn access_word(word: &str, is_general: bool) -> Access {
    match word {
        // `access=yes` says nobody is forbidden; it does not make a footway a road.
        "yes" | "permissive" | "official" if is_general => Access::Unstated,
        "yes" | "permissive" | "official" | "designated" => Access::Open,
        "destination" | "delivery" | "customers" | "permit" | "residents" => Access::Destination,
        "private" => Access::Private,
        "no" | "agricultural" | "forestry" | "military" | "emergency" | "use_sidepath"
        | "dismount" | "bus" | "psv" => Access::Closed,
        _ => Access::Unstated,
    }
}

/// What the access chain says about a vehicle, direction aside.
pub(crate) fn stated_access(tags: &Tags<'_>, vehicle: Vehicle, suffix: &str) -> Access {
    for key in vehicle.access_keys() {
        let name = format!("{key}{suffix}");
        if let Some(value) = tags.get(&name) {
            return access_word(value, *key == "access");
        }
    }
    Access::Unstated
}

/// Which directions are closed by `oneway`: forward, backward.
fn closed_by_oneway(tags: &Tags<'_>, class: RoadClass, vehicle: Vehicle) -> [bool; 2] {
    let particular = match vehicle {
        Vehicle::Motorbike => tags.get("oneway:motorcycle").or(tags.get("oneway:motor_vehicle")),
        Vehicle::Car => tags.get("oneway:motorcar").or(tags.get("oneway:motor_vehicle")),
        Vehicle::Foot => Some(tags.get("oneway:foot").unwrap_or("no")),
    };
    let implied = (is_roundabout(tags) || class == RoadClass::Motorway).then_some("yes");
    match particular.or(tags.get("oneway")).or(implied) {
        Some("yes" | "1" | "true") => [false, true],
        Some("-1" | "reverse") => [true, false],
        // Its direction changes by the hour: nobody can rely on it.
        Some("reversible" | "alternating") if vehicle != Vehicle::Foot => [true, true],
        _ => [false, false],
    }
}

fn access(tags: &Tags<'_>, class: RoadClass) -> [[Access; 2]; 3] {
    Vehicle::ALL.map(|vehicle| {
        let mut both = stated_access(tags, vehicle, "");
        let is_expressway = tags.is_yes("motorroad") && vehicle != Vehicle::Car;
        if is_expressway && both != Access::Open {
            both = Access::Closed;
        }
        let oneway = closed_by_oneway(tags, class, vehicle);
        let mut ways = [both; 2];
        for (direction, suffix) in [":forward", ":backward"].into_iter().enumerate() {
            let stated = stated_access(tags, vehicle, suffix);
            if stated != Access::Unstated {
                ways[direction] = stated;
            }
            if oneway[direction] {
                ways[direction] = Access::Closed;
            }
        }
        ways
    })
}

/// The barrier at a node, as a kind of its own, or `None` when all pass freely.
pub(crate) fn barrier_kind(tags: &Tags<'_>) -> Option<RoadKind> {
    let barrier = match tags.get("barrier") {
        Some("gate" | "wicket_gate") => BarrierKind::Gate,
        Some("lift_gate") => BarrierKind::LiftGate,
        Some("swing_gate" | "sliding_gate") => BarrierKind::SwingGate,
        Some("bollard") => BarrierKind::Bollard,
        Some("cycle_barrier" | "motorcycle_barrier") => BarrierKind::CycleBarrier,
        Some("block" | "jersey_barrier" | "debris" | "planter") => BarrierKind::Block,
        Some("chain" | "rope") => BarrierKind::Chain,
        Some("stile" | "turnstile" | "full-height_turnstile" | "kissing_gate") => {
            BarrierKind::Stile
        }
        Some("toll_booth") => BarrierKind::TollBooth,
        Some("border_control" | "checkpoint") => BarrierKind::Checkpoint,
        // These let everyone through.
        Some("entrance" | "kerb" | "cattle_grid" | "height_restrictor" | "no") | None => {
            let is_closed = |v: &Vehicle| stated_access(tags, *v, "") == Access::Closed;
            if !Vehicle::ALL.iter().any(is_closed) {
                return None;
            }
            BarrierKind::Other
        }
        Some(_) => BarrierKind::Other,
    };
    let mut kind = RoadKind::plain(RoadClass::Barrier);
    kind.barrier = barrier;
    kind.width_dm = tags
        .get("maxwidth:physical")
        .and_then(number)
        .map_or(0, |meters| (meters * 10.0).round().clamp(0.0, 1_000.0) as u16);
    kind.access = Vehicle::ALL.map(|vehicle| [stated_access(tags, vehicle, ""); 2]);
    Some(kind)
}

/// A street's name as it is compared: composed, lower case, one space, without the word for street.
pub(crate) fn fold_name(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let lower: String = name.nfc().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let words = match words.split_first() {
        Some((&("đường" | "phố"), rest)) if !rest.is_empty() => rest,
        _ => &words[..],
    };
    words.join(" ")
}

//! A morning's input made ready: each item to its place or its reason, carriers to their walks.

use jiff::civil::Date;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::address::{
    COLUMNS_CONTRADICT, Confidence, Evidence, NO_COMMUNE, Resolution, Resolver, ResolverConfig,
    SEVERAL_COMMUNES, locate,
};
use crate::finding::{Finding, FindingCode, Severity, Source};
use crate::id::IdVec;
use crate::measure::{Meters, Seconds};
use crate::planning::config::PlanConfig;
use crate::planning::due::{due_class, due_date};
use crate::planning::plan::{Forwarded, Unplanned, UnplannedReason};
use crate::planning::stops::Located;
use crate::post::{Calendar, Carrier, CarrierId, DueClass, HandoverUnit, Item, ItemId, PostOffice};
use crate::territory::{CommuneCode, Gazetteer, Walk};

/// A walk names a commune that does not exist.
pub const WALK_UNKNOWN: FindingCode = FindingCode("PL-01");
/// A walk names a commune that exists several times.
pub const WALK_AMBIGUOUS: FindingCode = FindingCode("PL-02");
/// Ordinary mail fills a carrier's whole shift; nothing was planned for them.
pub const NO_TIME_LEFT: FindingCode = FindingCode("PL-03");
/// Ordinary mail fills a carrier's whole bag; nothing was planned for them.
pub const NO_ROOM_LEFT: FindingCode = FindingCode("PL-04");
/// The hours asked for end before they begin; they were not kept.
pub const HOURS_BACKWARD: FindingCode = FindingCode("PL-05");

/// A door is far from any road; the last way is on foot.
pub const DOOR_FAR_FROM_ROADS: FindingCode = FindingCode("PL-20");
/// A door is out of the region's reach; its ways are estimated.
pub const DOOR_OFF_THE_ROADS: FindingCode = FindingCode("PL-21");

/// The findings of this room.
pub const CODES: &[FindingCode] = &[
    WALK_UNKNOWN,
    WALK_AMBIGUOUS,
    NO_TIME_LEFT,
    NO_ROOM_LEFT,
    HOURS_BACKWARD,
    DOOR_FAR_FROM_ROADS,
    DOOR_OFF_THE_ROADS,
];

/// Everything known in the morning.
#[derive(Clone, Debug)]
pub struct Morning {
    /// The day.
    pub date: Date,
    /// The depot.
    pub office: PostOffice,
    /// The units that hand over.
    pub units: Vec<HandoverUnit>,
    /// Carriers on duty.
    pub carriers: Vec<Carrier>,
    /// Working days.
    pub calendar: Calendar,
    /// Items, in order of intake.
    pub items: Vec<Item>,
    /// What intake noticed.
    pub findings: Vec<Finding>,
    /// The depot's communes; empty when its whole province is.
    pub area: Vec<CommuneCode>,
    /// Name of the depot's province: tells communes of one name apart.
    pub province: Option<String>,
    /// How addresses are read: the area preferred between equals, what the depot has learned, its streets.
    pub reading: ResolverConfig,
}

/// What becomes of each item before routes are looked for.
#[derive(Debug)]
pub(crate) struct Sorted {
    pub(crate) resolutions: IdVec<ItemId, Resolution>,
    pub(crate) due: IdVec<ItemId, DueClass>,
    pub(crate) located: Vec<Located>,
    pub(crate) unplanned: Vec<Unplanned>,
    pub(crate) forwarded: Vec<Forwarded>,
    pub(crate) findings: Vec<Finding>,
}

/// Reads all addresses in parallel and decides who is visited, who waits and who goes elsewhere.
pub(crate) fn sort_items(
    gazetteer: &Gazetteer,
    morning: &Morning,
    items: &IdVec<ItemId, Item>,
    config: &PlanConfig,
) -> Sorted {
    let resolver = Resolver::new(gazetteer, morning.reading.clone());
    let resolutions: Vec<Resolution> =
        items.as_slice().par_iter().map(|item| resolver.resolve(&item.address)).collect();
    let mut sorted = Sorted {
        resolutions: resolutions.into(),
        due: IdVec::new(),
        located: Vec::new(),
        unplanned: Vec::new(),
        forwarded: Vec::new(),
        findings: Vec::new(),
    };
    let area = Area::of(gazetteer, morning);
    for (id, item) in items.iter() {
        let resolution = &sorted.resolutions[id];
        let commune = resolution.commune.and_then(|code| gazetteer.commune(code));
        // Without a commune the last zone holds: the longest norm makes nothing pressing that may not be.
        let distance = commune.map_or(Meters::MAX, |c| morning.office.place.distance(c.point));
        let due = due_date(item, distance, &config.zones, &morning.calendar);
        let class = due_class(item, due, morning.date, &morning.calendar);
        sorted.due.push(class);
        let (placement, found) = locate(gazetteer, resolution, item.given_place);
        sorted.findings.extend(address_finding(gazetteer, item, resolution, found));
        let Some((placement, commune)) = placement.zip(resolution.commune) else {
            sorted.unplanned.push(Unplanned { item: id, reason: UnplannedReason::NotLocated });
            continue;
        };
        if resolution.confidence == Confidence::Review {
            sorted.unplanned.push(Unplanned { item: id, reason: UnplannedReason::NotLocated });
        } else if !area.holds(gazetteer, commune) {
            sorted.forwarded.push(Forwarded { item: id, commune });
        } else if let Some(date) = item.appointment.filter(|&date| date > morning.date) {
            let reason = UnplannedReason::Appointment { date };
            sorted.unplanned.push(Unplanned { item: id, reason });
        } else {
            sorted.findings.extend(hours_finding(item));
            sorted.located.push(Located {
                item: id,
                commune,
                placement,
                confidence: resolution.confidence,
                due: class,
                has_house: resolution.parts.house.is_some(),
            });
        }
    }
    sorted
}

/// Which communes are the depot's.
enum Area {
    Listed(Vec<CommuneCode>),
    /// The province of the commune nearest to the office.
    Province(crate::territory::ProvinceCode),
    Everywhere,
}

impl Area {
    fn of(gazetteer: &Gazetteer, morning: &Morning) -> Self {
        if !morning.area.is_empty() {
            let mut codes = morning.area.clone();
            codes.sort_unstable();
            return Self::Listed(codes);
        }
        let at = morning.office.place;
        let nearest = gazetteer
            .communes()
            .min_by(|a, b| a.point.distance_m(at).total_cmp(&b.point.distance_m(at)));
        nearest.map_or(Self::Everywhere, |commune| Self::Province(commune.province))
    }

    fn holds(&self, gazetteer: &Gazetteer, code: CommuneCode) -> bool {
        match self {
            Self::Listed(codes) => codes.binary_search(&code).is_ok(),
            Self::Province(province) => {
                gazetteer.commune(code).is_some_and(|commune| commune.province == *province)
            }
            Self::Everywhere => true,
        }
    }
}

/// What a clerk should know about how this address was read.
fn address_finding(
    gazetteer: &Gazetteer,
    item: &Item,
    resolution: &Resolution,
    located: Option<FindingCode>,
) -> Option<Finding> {
    let name = |code: CommuneCode| match gazetteer.commune(code) {
        Some(commune) => commune.full_name.to_owned(),
        None => code.to_string(),
    };
    let line = item.address.line.as_str();
    let source = item.source.clone();
    let in_review = resolution.confidence == Confidence::Review;
    let choices: Vec<CommuneCode> = resolution
        .commune
        .into_iter()
        .chain(resolution.alternatives.iter().map(|alternative| alternative.commune))
        .collect();
    if in_review && choices.len() > 1 {
        let names: Vec<String> = choices.into_iter().map(name).collect();
        let finding = Finding::new(SEVERAL_COMMUNES, Severity::Error, source, line);
        return Some(finding.detail(names.join("; ")));
    }
    if in_review || located == Some(NO_COMMUNE) {
        let guess = choices.first().map(|&code| name(code)).unwrap_or_default();
        return Some(Finding::new(NO_COMMUNE, Severity::Error, source, line).detail(guess));
    }
    let commune = resolution.commune.map(name).unwrap_or_default();
    if let (Some(code), Some(place)) = (located, item.given_place) {
        let value = format!("{}, {}", place.lat(), place.lon());
        return Some(Finding::new(code, Severity::Warning, source, value).detail(commune));
    }
    let contradicts = |why: &Evidence| matches!(why, Evidence::Contradiction { .. });
    let contradiction = resolution.why.iter().any(contradicts);
    contradiction
        .then(|| Finding::new(COLUMNS_CONTRADICT, Severity::Warning, source, line).detail(commune))
}

fn hours_finding(item: &Item) -> Option<Finding> {
    let (from, to) = item.hours.filter(|(from, to)| from > to)?;
    let value = format!("{}-{}", from.hh_mm(), to.hh_mm());
    Some(Finding::new(HOURS_BACKWARD, Severity::Warning, item.source.clone(), value))
}

/// The walks of all carriers, and what their descriptions leave unclear.
pub(crate) fn walks(
    gazetteer: &Gazetteer,
    morning: &Morning,
) -> (IdVec<CarrierId, Walk>, Vec<Finding>) {
    let mut findings = Vec::new();
    let walks = morning
        .carriers
        .iter()
        .map(|carrier| walk(gazetteer, morning, carrier, &mut findings))
        .collect();
    for carrier in &morning.carriers {
        findings.extend(carrier_finding(carrier));
    }
    (walks, findings)
}

fn walk(
    gazetteer: &Gazetteer,
    morning: &Morning,
    carrier: &Carrier,
    findings: &mut Vec<Finding>,
) -> Walk {
    let mut communes = Vec::with_capacity(carrier.walk.len());
    for (name, strength) in &carrier.walk {
        let mut found = gazetteer.commune_named(name, morning.province.as_deref());
        if found.len() > 1 && !morning.area.is_empty() {
            found.retain(|code| morning.area.contains(code));
        }
        match found[..] {
            [code] => communes.push((code, *strength)),
            [] => findings.push(
                Finding::new(WALK_UNKNOWN, Severity::Warning, Source::default(), name.as_str())
                    .detail(carrier.code.as_str()),
            ),
            [..] => {
                let codes: Vec<String> = found.iter().map(CommuneCode::to_string).collect();
                findings.push(
                    Finding::new(
                        WALK_AMBIGUOUS,
                        Severity::Warning,
                        Source::default(),
                        name.as_str(),
                    )
                    .detail(carrier.code.as_str())
                    .detail(codes.join(", ")),
                );
            }
        }
    }
    Walk { communes }
}

fn carrier_finding(carrier: &Carrier) -> Option<Finding> {
    let note = |code, value: String| {
        Some(
            Finding::new(code, Severity::Warning, Source::default(), value)
                .detail(carrier.code.as_str()),
        )
    };
    if carrier.shift.working_time() - carrier.existing_work <= Seconds::ZERO {
        return note(NO_TIME_LEFT, carrier.existing_work.hh_mm());
    }
    if carrier.limits.items <= carrier.existing_items {
        return note(NO_ROOM_LEFT, carrier.existing_items.to_string());
    }
    None
}

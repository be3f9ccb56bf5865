//! A region: everything about the roads of one area in one file, opened in milliseconds.
//!
//! [`build_region`] makes it from an extract; [`Region::open`] looks at its header and table only,
//! and each section is checked when it is first used. What a region holds: the graph, its hierarchy
//! and index, the weights of its profiles, and for addresses and maps its streets, places, house
//! numbers, offices and waters.

mod build;
pub(crate) mod format;
mod mapping;
mod places;
mod ranges;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use build::{BuildConfig, BuildError, build_region};
pub use format::REGION_FORMAT;
pub use mapping::{OwnedBytes, RegionBytes};
pub use places::{MapPoint, Street, Water};

use super::graph::Roads;
use super::hierarchy::Hierarchy;
use super::metric::Metric;
use super::road_kind::RoadKind;
use super::road_profile::RoadProfile;
use crate::place::{BoundingBox, LatLon};
use format::{Section, SectionId, read_table};

/// The attribution that everything made from a region must carry.
pub const ATTRIBUTION: &str = "© OpenStreetMap contributors, ODbL 1.0";

/// Why a region cannot be used.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionError {
    /// Some other file.
    #[error("this is no region file; make one with `buuta region build`")]
    NoRegion,
    /// Of another version.
    #[error(
        "the region is of version {version}, this program reads {REGION_FORMAT}; build the region again, or take the program that made it"
    )]
    Version {
        /// Which.
        version: u32,
    },
    /// Cut off or changed.
    #[error("the region file is damaged: {what}; copy it again or build it again")]
    Damaged {
        /// In what way.
        what: String,
    },
    /// A profile it was not built with.
    #[error("the region has no profile {asked:?}, it has: {known}")]
    UnknownProfile {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: String,
    },
}

/// How much of the roads a profile can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSummary {
    /// The profile's name.
    pub name: String,
    /// Kilometers open to it that are connected with each other.
    pub main_km: u64,
    /// Kilometers open to it that lead nowhere: islands, and ways into them.
    pub dropped_km: u64,
    /// Edges among those.
    pub n_dropped_edges: u64,
}

/// What a region says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionSummary {
    /// Its name.
    pub name: String,
    /// What must be shown with everything made from it.
    pub attribution: String,
    /// South, west, north, east in degrees.
    pub bounds: [f64; 4],
    /// Nodes of the graph.
    pub n_nodes: u64,
    /// Nodes among them that remember how they were entered.
    pub n_copies: u64,
    /// Edges of the graph.
    pub n_edges: u64,
    /// Arcs of the hierarchy.
    pub n_hierarchy_arcs: u64,
    /// Turn restrictions kept.
    pub n_restrictions: u64,
    /// Turn restrictions that do not fit the roads that are there.
    pub n_restrictions_ignored: u64,
    /// Nodes of ways that the extract does not have; the ways are cut there.
    pub n_missing_nodes: u64,
    /// Named streets.
    pub n_streets: u64,
    /// Places, addresses and offices.
    pub n_points: u64,
    /// Per profile.
    pub profiles: Vec<ProfileSummary>,
}

impl RegionSummary {
    fn is_on_globe(&self) -> bool {
        let [south, west, north, east] = self.bounds;
        let is_corner = |lat, lon| LatLon::new(lat, lon).is_some();
        is_corner(south, west) && is_corner(north, east) && south <= north && west <= east
    }

    /// The box around all roads.
    pub fn bounding_box(&self) -> BoundingBox {
        let [lat_min, lon_min, lat_max, lon_max] = self.bounds;
        BoundingBox { lat_min, lon_min, lat_max, lon_max }
    }
}

/// The first section, as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meta {
    summary: RegionSummary,
    /// The profiles as TOML.
    profiles: Vec<String>,
}

/// Numbers of the sections.
mod id {
    use super::SectionId;

    pub(super) const META: SectionId = SectionId(1);
    pub(super) const KINDS: SectionId = SectionId(2);
    pub(super) const NODE_AT: SectionId = SectionId(10);
    pub(super) const ARC_FIRST: SectionId = SectionId(11);
    pub(super) const ARC_HEAD: SectionId = SectionId(12);
    pub(super) const ARC_EDGE: SectionId = SectionId(13);
    pub(super) const ARC_BAN: SectionId = SectionId(14);
    pub(super) const COPIES: SectionId = SectionId(15);
    pub(super) const EDGE_ENDS: SectionId = SectionId(20);
    pub(super) const EDGE_LENGTH: SectionId = SectionId(21);
    pub(super) const EDGE_KIND: SectionId = SectionId(22);
    pub(super) const EDGE_NAME: SectionId = SectionId(23);
    pub(super) const EDGE_WAY: SectionId = SectionId(24);
    pub(super) const EDGE_MARKS: SectionId = SectionId(25);
    pub(super) const SHAPE_FIRST: SectionId = SectionId(26);
    pub(super) const SHAPE_AT: SectionId = SectionId(27);
    pub(super) const INDEX: SectionId = SectionId(30);
    pub(super) const UP_FIRST: SectionId = SectionId(40);
    pub(super) const UP_HEAD: SectionId = SectionId(41);
    pub(super) const DOWN_FIRST: SectionId = SectionId(42);
    pub(super) const DOWN_ARC: SectionId = SectionId(43);
    pub(super) const NAME_FIRST: SectionId = SectionId(50);
    pub(super) const NAME_TEXT: SectionId = SectionId(51);
    pub(super) const POINT_KIND: SectionId = SectionId(52);
    pub(super) const POINT_NAMES: SectionId = SectionId(53);
    pub(super) const POINT_AT: SectionId = SectionId(54);
    pub(super) const STREET_NAME: SectionId = SectionId(55);
    pub(super) const STREET_FIRST: SectionId = SectionId(56);
    pub(super) const STREET_EDGE: SectionId = SectionId(57);
    pub(super) const WATER_KIND: SectionId = SectionId(60);
    pub(super) const WATER_FIRST: SectionId = SectionId(61);
    pub(super) const WATER_AT: SectionId = SectionId(62);

    /// Sections beside those of profiles.
    pub(super) const N_FIXED: usize = 32;
    /// Sections of each profile: up, down, main, edges.
    pub(super) const N_PER_PROFILE: usize = 4;

    pub(super) fn of_profile(profile: usize, part: usize) -> SectionId {
        SectionId((100 + profile * 10 + part) as u32)
    }

    /// Sections that shortest paths need.
    pub(super) const ROADS: [SectionId; 22] = [
        KINDS,
        NODE_AT,
        ARC_FIRST,
        ARC_HEAD,
        ARC_EDGE,
        ARC_BAN,
        COPIES,
        EDGE_ENDS,
        EDGE_LENGTH,
        EDGE_KIND,
        EDGE_NAME,
        EDGE_WAY,
        EDGE_MARKS,
        SHAPE_FIRST,
        SHAPE_AT,
        INDEX,
        UP_FIRST,
        UP_HEAD,
        DOWN_FIRST,
        DOWN_ARC,
        NAME_FIRST,
        NAME_TEXT,
    ];
    /// Sections of names, points and waters.
    pub(super) const PLACES: [SectionId; 9] = [
        POINT_KIND,
        POINT_NAMES,
        POINT_AT,
        STREET_NAME,
        STREET_FIRST,
        STREET_EDGE,
        WATER_KIND,
        WATER_FIRST,
        WATER_AT,
    ];
}

/// The roads of one area, opened.
#[derive(Debug)]
pub struct Region {
    bytes: RegionBytes,
    sections: Vec<Section>,
    sound: Vec<OnceLock<bool>>,
    summary: RegionSummary,
    profiles: Vec<RoadProfile>,
    kinds: OnceLock<Vec<RoadKind>>,
    /// What the looks at ranges said: of the roads, of each profile, of the places.
    roads_fit: OnceLock<Result<(), RegionError>>,
    profiles_fit: Vec<OnceLock<Result<(), RegionError>>>,
    places_fit: OnceLock<Result<(), RegionError>>,
}

impl Region {
    /// Opens a region: checks its header, its table and what it says about itself.
    ///
    /// # Errors
    /// When the bytes are no region, of another version, or damaged.
    pub fn open(bytes: RegionBytes) -> Result<Self, RegionError> {
        let sections = read_table(bytes.as_slice())?;
        let sound = sections.iter().map(|_| OnceLock::new()).collect();
        let damaged = |what: String| RegionError::Damaged { what };
        let meta = sections.iter().find(|section| section.id == id::META);
        let meta = meta.ok_or_else(|| damaged("it does not say what it is".to_owned()))?;
        meta.verify(bytes.as_slice())?;
        let content = &bytes.as_slice()[meta.offset..meta.offset + meta.n_bytes];
        let meta: Meta =
            serde_json::from_slice(content).map_err(|error| damaged(error.to_string()))?;
        let profiles = meta
            .profiles
            .iter()
            .map(|text| RoadProfile::from_toml(text).map_err(|error| damaged(error.to_string())))
            .collect::<Result<_, _>>()?;
        if !meta.summary.is_on_globe() {
            return Err(damaged("its box is not on the globe".to_owned()));
        }
        Ok(Self {
            bytes,
            sections,
            sound,
            summary: meta.summary,
            profiles_fit: meta.profiles.iter().map(|_| OnceLock::new()).collect(),
            profiles,
            kinds: OnceLock::new(),
            roads_fit: OnceLock::new(),
            places_fit: OnceLock::new(),
        })
    }

    /// What the region says about itself.
    pub fn summary(&self) -> &RegionSummary {
        &self.summary
    }

    /// The profiles it was built with.
    pub fn profiles(&self) -> &[RoadProfile] {
        &self.profiles
    }

    /// The profile of a name.
    ///
    /// # Errors
    /// When the region was not built with it.
    pub fn profile(&self, name: &str) -> Result<&RoadProfile, RegionError> {
        Ok(&self.profiles[self.profile_index(name)?])
    }

    /// The bytes of the whole file.
    pub fn n_bytes(&self) -> usize {
        self.bytes.as_slice().len()
    }

    /// Checks every section against its checksum, and that its numbers fit the others.
    ///
    /// # Errors
    /// When one is damaged.
    pub fn verify(&self) -> Result<(), RegionError> {
        let ids: Vec<SectionId> = self.sections.iter().map(|section| section.id).collect();
        self.check(&ids)?;
        self.check_places()?;
        (0..self.profiles.len()).try_for_each(|profile| self.check_profile(profile))
    }

    /// The number of a profile.
    pub(crate) fn profile_index(&self, name: &str) -> Result<usize, RegionError> {
        let found = self.profiles.iter().position(|profile| profile.name() == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.profiles.iter().map(RoadProfile::name).collect();
            RegionError::UnknownProfile { asked: name.to_owned(), known: known.join(", ") }
        })
    }

    /// Checks sections once.
    fn check(&self, ids: &[SectionId]) -> Result<(), RegionError> {
        for id in ids {
            let missing = || RegionError::Damaged { what: format!("section {} is missing", id.0) };
            let index = self.sections.iter().position(|s| s.id == *id).ok_or_else(missing)?;
            let mut found = Ok(());
            let is_sound = *self.sound[index].get_or_init(|| {
                found = self.sections[index].verify(self.bytes.as_slice());
                found.is_ok()
            });
            found?;
            if !is_sound {
                let what = format!("section {} has another checksum", id.0);
                return Err(RegionError::Damaged { what });
            }
        }
        Ok(())
    }

    /// Checks what shortest paths need: checksums, and that every number leads somewhere.
    pub(crate) fn check_roads(&self) -> Result<(), RegionError> {
        let look = || {
            self.check(&id::ROADS)?;
            let kinds = serde_json::from_slice(self.slice::<u8>(id::KINDS))
                .map_err(|error| RegionError::Damaged { what: error.to_string() })?;
            // Set here only, and `look` runs once.
            let _ = self.kinds.set(kinds);
            ranges::check_roads(&self.roads(), &self.hierarchy(), self.index())
        };
        self.roads_fit.get_or_init(look).clone()
    }

    /// Checks the weights of a profile; after [`Self::check_roads`].
    pub(crate) fn check_profile(&self, profile: usize) -> Result<(), RegionError> {
        let look = || {
            let ids: [_; id::N_PER_PROFILE] =
                std::array::from_fn(|part| id::of_profile(profile, part));
            self.check(&ids)?;
            let roads = self.roads();
            let sizes = [roads.n_nodes(), roads.n_edges(), self.hierarchy().up_head.len()];
            ranges::check_metric(&self.metric(profile), sizes, ids)
        };
        self.profiles_fit[profile].get_or_init(look).clone()
    }

    /// Checks names, points and waters.
    fn check_places(&self) -> Result<(), RegionError> {
        let look = || {
            self.check_roads()?;
            self.check(&id::PLACES)?;
            let places = ranges::PlaceSlices {
                point_at: self.slice(id::POINT_AT),
                street_name: self.slice(id::STREET_NAME),
                street_first: self.slice(id::STREET_FIRST),
                street_edge: self.slice(id::STREET_EDGE),
                water_kind: self.slice(id::WATER_KIND),
                water_first: self.slice(id::WATER_FIRST),
                water_at: self.slice(id::WATER_AT),
            };
            ranges::check_places(&places, self.roads().n_edges())
        };
        self.places_fit.get_or_init(look).clone()
    }

    /// The elements of a section; none when it is missing or of another kind.
    fn slice<T: bytemuck::Pod>(&self, id: SectionId) -> &[T] {
        let found = self.sections.iter().find(|section| section.id == id);
        let whole = found.filter(|section| section.element_bytes as usize == size_of::<T>());
        let Some(section) = whole else { return &[] };
        let bytes = &self.bytes.as_slice()[section.offset..section.offset + section.n_bytes];
        bytemuck::try_cast_slice(bytes).unwrap_or(&[])
    }

    /// The graph; after [`Self::check_roads`].
    pub(crate) fn roads(&self) -> Roads<'_> {
        Roads {
            node_at: self.slice(id::NODE_AT),
            arc_first: self.slice(id::ARC_FIRST),
            arc_head: self.slice(id::ARC_HEAD),
            arc_edge: self.slice(id::ARC_EDGE),
            arc_ban: self.slice(id::ARC_BAN),
            copies: self.slice(id::COPIES),
            edge_ends: self.slice(id::EDGE_ENDS),
            edge_length_cm: self.slice(id::EDGE_LENGTH),
            edge_kind: self.slice(id::EDGE_KIND),
            edge_name: self.slice(id::EDGE_NAME),
            edge_way: self.slice(id::EDGE_WAY),
            edge_marks: self.slice(id::EDGE_MARKS),
            shape_first: self.slice(id::SHAPE_FIRST),
            shape_at: self.slice(id::SHAPE_AT),
            kinds: self.kinds.get().map_or(&[], Vec::as_slice),
        }
    }

    pub(crate) fn hierarchy(&self) -> Hierarchy<'_> {
        Hierarchy {
            up_first: self.slice(id::UP_FIRST),
            up_head: self.slice(id::UP_HEAD),
            down_first: self.slice(id::DOWN_FIRST),
            down_arc: self.slice(id::DOWN_ARC),
        }
    }

    pub(crate) fn metric(&self, profile: usize) -> Metric<'_> {
        Metric {
            up: self.slice(id::of_profile(profile, 0)),
            down: self.slice(id::of_profile(profile, 1)),
            main: self.slice(id::of_profile(profile, 2)),
            edges: self.slice(id::of_profile(profile, 3)),
        }
    }

    /// The index of edges.
    pub(crate) fn index(&self) -> &[u8] {
        self.slice(id::INDEX)
    }

    /// A name by its number; names are checked with the places.
    pub(crate) fn name(&self, number: u32) -> &str {
        let first: &[u32] = self.slice(id::NAME_FIRST);
        let text: &[u8] = self.slice(id::NAME_TEXT);
        let range = first.get(number as usize).zip(first.get(number as usize + 1));
        let bytes = range.and_then(|(&from, &to)| text.get(from as usize..to as usize));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

//! Streets, places, house numbers, offices and waters of a region, as plain data.
//!
//! This room does not know what an address is; whoever resolves addresses reads these.

use super::{Region, RegionError, id};
use crate::network::graph::point;
use crate::network::import::{PointKind, WaterKind};
use crate::place::LatLon;

/// A named street: connected edges of one name.
#[derive(Clone, Debug, PartialEq)]
pub struct Street<'a> {
    /// Its name as mapped.
    pub name: &'a str,
    /// Its pieces, each a line.
    pub lines: Vec<Vec<LatLon>>,
}

/// A place, an office or a house number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapPoint<'a> {
    /// What it is.
    pub kind: PointKind,
    /// Its name; of an address the street's, maybe empty.
    pub name: &'a str,
    /// The house number of an address.
    pub house: &'a str,
    /// Where.
    pub at: LatLon,
}

/// Water to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Water {
    /// What it is; an area is a ring.
    pub kind: WaterKind,
    /// Its line or ring.
    pub line: Vec<LatLon>,
}

impl Region {
    /// All named streets.
    ///
    /// # Errors
    /// When the region is damaged.
    pub fn streets(&self) -> Result<Vec<Street<'_>>, RegionError> {
        self.check_places()?;
        let roads = self.roads();
        let names: &[u32] = self.slice(id::STREET_NAME);
        let first: &[u32] = self.slice(id::STREET_FIRST);
        let edges: &[u32] = self.slice(id::STREET_EDGE);
        let line = |&edge: &u32| roads.shape(edge as usize).map(point).collect();
        Ok(names
            .iter()
            .zip(first.windows(2))
            .map(|(&name, range)| Street {
                name: self.name(name),
                lines: edges[range[0] as usize..range[1] as usize].iter().map(line).collect(),
            })
            .collect())
    }

    /// All places, offices and house numbers.
    ///
    /// # Errors
    /// When the region is damaged.
    pub fn points(&self) -> Result<Vec<MapPoint<'_>>, RegionError> {
        self.check_places()?;
        let kinds: &[u8] = self.slice(id::POINT_KIND);
        let names: &[[u32; 2]] = self.slice(id::POINT_NAMES);
        let at: &[[i32; 2]] = self.slice(id::POINT_AT);
        let found = kinds.iter().zip(names).zip(at).filter_map(|((&kind, &[name, house]), &at)| {
            let kind = *PointKind::ALL.get(usize::from(kind))?;
            Some(MapPoint { kind, name: self.name(name), house: self.name(house), at: point(at) })
        });
        Ok(found.collect())
    }

    /// All waters.
    ///
    /// # Errors
    /// When the region is damaged.
    pub fn waters(&self) -> Result<Vec<Water>, RegionError> {
        self.check_places()?;
        let kinds: &[u8] = self.slice(id::WATER_KIND);
        let first: &[u32] = self.slice(id::WATER_FIRST);
        let at: &[[i32; 2]] = self.slice(id::WATER_AT);
        let found = kinds.iter().zip(first.windows(2)).filter_map(|(&kind, range)| {
            let kind = *WaterKind::ALL.get(usize::from(kind))?;
            let line = at.get(range[0] as usize..range[1] as usize)?.iter().copied().map(point);
            Some(Water { kind, line: line.collect() })
        });
        Ok(found.collect())
    }
}

//! Travel times from an OSRM or Valhalla server, asked in tiles that it accepts.
//!
//! The transport is handed in ([`Fetch`]): timeouts and retries are the shell's, and tests need no
//! network.

use std::fmt;

use serde::Deserialize;
use serde_json::json;

use super::estimate::NetworkPlace;
use super::profile::TravelProfile;
use super::travel::{Measured, Travel, TravelError, TravelKind, TravelName, fill};
use crate::place::LatLon;

/// What a transport reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// No answer: away, too slow, cut off.
    Away(String),
    /// An answer that refuses, with its code and text.
    Refused {
        /// HTTP status.
        status: u16,
        /// Body.
        text: String,
    },
}

/// Brings answers from a server.
pub trait Fetch: Send + Sync + fmt::Debug {
    /// The answer to a GET, or with a body to a POST of JSON.
    ///
    /// # Errors
    /// When there is none, or the server refuses.
    fn fetch(&self, url: &str, body: Option<&str>) -> Result<String, FetchError>;
}

/// Why a server cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Not an address.
    #[error("{0:?} names no server; write osrm:http://host:5000 or valhalla:http://host:8002")]
    Address(String),
    /// It does not answer.
    #[error(
        "the travel server {url} does not answer: {reason}; start it, or plan without --travel"
    )]
    Away {
        /// Its address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// It answers with something else.
    #[error("the travel server {url} refuses: {reason}")]
    Refused {
        /// Its address.
        url: String,
        /// What it said.
        reason: String,
    },
    /// Its answer is not of its protocol.
    #[error("the answer of the travel server {url} is not understood: {reason}")]
    Answer {
        /// Its address.
        url: String,
        /// What is wrong.
        reason: String,
    },
}

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Osrm,
    Valhalla,
}

/// A server.
#[derive(Debug)]
pub struct ServerTravel {
    protocol: Protocol,
    url: String,
    profile: String,
    fetch: Box<dyn Fetch>,
}

/// Rows and columns of the first tile: an OSRM server takes 100 places, a Valhalla server 50.
const TILE: usize = 25;

impl ServerTravel {
    /// The server of a text such as `osrm:http://host:5000` or `valhalla:http://host:8002#auto`;
    /// what follows `#` is the server's profile.
    ///
    /// # Errors
    /// When the text names no server.
    pub fn new(text: &str, fetch: Box<dyn Fetch>) -> Result<Self, ServerError> {
        let unknown = || ServerError::Address(text.to_owned());
        let (word, rest) = text.split_once(':').ok_or_else(unknown)?;
        let (protocol, usual) = match word {
            "osrm" => (Protocol::Osrm, "driving"),
            "valhalla" => (Protocol::Valhalla, "motor_scooter"),
            _ => return Err(unknown()),
        };
        let (url, profile) = rest.split_once('#').unwrap_or((rest, usual));
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(unknown());
        }
        let (url, profile) = (url.trim_end_matches('/').to_owned(), profile.to_owned());
        Ok(Self { protocol, url, profile, fetch })
    }

    fn ask(&self, url: &str, body: Option<&str>) -> Result<String, ServerError> {
        self.fetch.fetch(url, body).map_err(|error| match error {
            FetchError::Away(reason) => ServerError::Away { url: self.url.clone(), reason },
            FetchError::Refused { status, text } => {
                let text: String = text.chars().take(200).collect();
                ServerError::Refused { url: self.url.clone(), reason: format!("{status} {text}") }
            }
        })
    }

    fn misread(&self, reason: impl fmt::Display) -> ServerError {
        ServerError::Answer { url: self.url.clone(), reason: reason.to_string() }
    }

    /// All cells, tile by tile; a tile that is too large for the server is halved.
    fn table(&self, places: &[LatLon]) -> Result<Vec<Option<(u32, u32)>>, ServerError> {
        let n = places.len();
        let mut cells = vec![None; n * n];
        let mut tile = TILE;
        let mut row = 0;
        while row < n {
            let rows = row..(row + tile).min(n);
            let mut column = 0;
            let mut is_refused = None;
            while column < n && is_refused.is_none() {
                let columns = column..(column + tile).min(n);
                match self.tile(&places[rows.clone()], &places[columns.clone()]) {
                    Ok(answer) => {
                        for (i, from) in rows.clone().enumerate() {
                            for (j, to) in columns.clone().enumerate() {
                                cells[from * n + to] = answer[i * columns.len() + j];
                            }
                        }
                        column = columns.end;
                    }
                    Err(error @ ServerError::Refused { .. }) => is_refused = Some(error),
                    Err(error) => return Err(error),
                }
            }
            match is_refused {
                None => row = rows.end,
                Some(_) if tile > 1 => tile /= 2,
                Some(error) => return Err(error),
            }
        }
        Ok(cells)
    }

    fn tile(
        &self,
        sources: &[LatLon],
        targets: &[LatLon],
    ) -> Result<Vec<Option<(u32, u32)>>, ServerError> {
        let cells = match self.protocol {
            Protocol::Osrm => self.osrm_tile(sources, targets)?,
            Protocol::Valhalla => self.valhalla_tile(sources, targets)?,
        };
        if cells.len() == sources.len() * targets.len() {
            return Ok(cells);
        }
        let (expected, found) = (sources.len() * targets.len(), cells.len());
        Err(self.misread(format!("{found} cells instead of {expected}")))
    }

    fn osrm_tile(
        &self,
        sources: &[LatLon],
        targets: &[LatLon],
    ) -> Result<Vec<Option<(u32, u32)>>, ServerError> {
        #[derive(Deserialize)]
        struct Answer {
            durations: Vec<Vec<Option<f64>>>,
            distances: Vec<Vec<Option<f64>>>,
        }
        let url = format!(
            "{}/table/v1/{}/{}?sources={}&destinations={}&annotations=duration,distance",
            self.url,
            self.profile,
            coordinates(&[sources, targets].concat()),
            numbers(0..sources.len()),
            numbers(sources.len()..sources.len() + targets.len()),
        );
        let answer: Answer =
            serde_json::from_str(&self.ask(&url, None)?).map_err(|error| self.misread(error))?;
        let cells = answer.durations.iter().flatten().zip(answer.distances.iter().flatten());
        Ok(cells.map(|(time_s, distance_m)| cell((*time_s)?, (*distance_m)?)).collect())
    }

    fn valhalla_tile(
        &self,
        sources: &[LatLon],
        targets: &[LatLon],
    ) -> Result<Vec<Option<(u32, u32)>>, ServerError> {
        #[derive(Deserialize)]
        struct Cell {
            time: Option<f64>,
            distance: Option<f64>,
        }
        #[derive(Deserialize)]
        struct Answer {
            sources_to_targets: Vec<Vec<Cell>>,
        }
        let body = json!({
            "sources": locations(sources),
            "targets": locations(targets),
            "costing": self.profile,
            "units": "kilometers",
        });
        let url = format!("{}/sources_to_targets", self.url);
        let text = self.ask(&url, Some(&body.to_string()))?;
        let answer: Answer = serde_json::from_str(&text).map_err(|error| self.misread(error))?;
        let cells = answer.sources_to_targets.iter().flatten();
        Ok(cells.map(|found| cell(found.time?, found.distance? * 1_000.0)).collect())
    }

    fn osrm_line(&self, from: LatLon, to: LatLon) -> Result<Vec<LatLon>, ServerError> {
        #[derive(Deserialize)]
        struct Line {
            coordinates: Vec<[f64; 2]>,
        }
        #[derive(Deserialize)]
        struct Route {
            geometry: Line,
        }
        #[derive(Deserialize)]
        struct Answer {
            routes: Vec<Route>,
        }
        let url = format!(
            "{}/route/v1/{}/{}?overview=full&geometries=geojson",
            self.url,
            self.profile,
            coordinates(&[from, to])
        );
        let answer: Answer =
            serde_json::from_str(&self.ask(&url, None)?).map_err(|error| self.misread(error))?;
        let route = answer.routes.first().ok_or_else(|| self.misread("no route"))?;
        let points = route.geometry.coordinates.iter();
        points
            .map(|[lon, lat]| LatLon::new(*lat, *lon))
            .collect::<Option<_>>()
            .ok_or_else(|| self.misread("a corner is not on the globe"))
    }
}

fn coordinates(places: &[LatLon]) -> String {
    let texts: Vec<String> =
        places.iter().map(|place| format!("{:.6},{:.6}", place.lon(), place.lat())).collect();
    texts.join(";")
}

fn numbers(range: std::ops::Range<usize>) -> String {
    range.map(|i| i.to_string()).collect::<Vec<_>>().join(";")
}

fn locations(places: &[LatLon]) -> Vec<serde_json::Value> {
    places.iter().map(|place| json!({ "lat": place.lat(), "lon": place.lon() })).collect()
}

/// Whole seconds up and nearest meters; nothing for what is no quantity.
fn cell(time_s: f64, distance_m: f64) -> Option<(u32, u32)> {
    let is_sound = |value: f64| (0.0..=f64::from(crate::matrix::MAX_LEG_M)).contains(&value);
    let sound = is_sound(time_s) && is_sound(distance_m);
    sound.then(|| (time_s.ceil() as u32, distance_m.round() as u32))
}

impl Travel for ServerTravel {
    fn name(&self) -> TravelName {
        let word = match self.protocol {
            Protocol::Osrm => "OSRM",
            Protocol::Valhalla => "Valhalla",
        };
        TravelName {
            kind: TravelKind::External,
            name: format!("{word} {} ({})", self.url, self.profile),
            attribution: super::region::ATTRIBUTION.to_owned(),
        }
    }

    fn measure(
        &self,
        places: &[NetworkPlace],
        fallback: &TravelProfile,
    ) -> Result<Measured, TravelError> {
        let points: Vec<LatLon> = places.iter().map(|place| place.at).collect();
        let (matrix, estimated) = fill(places, &self.table(&points)?, fallback)?;
        Ok(Measured { matrix, estimated, walked: Vec::new() })
    }

    fn line(&self, from: LatLon, to: LatLon) -> Option<Vec<LatLon>> {
        match self.protocol {
            Protocol::Osrm => self.osrm_line(from, to).ok(),
            // Its matrix says how long; drawing is left to the straight line.
            Protocol::Valhalla => None,
        }
    }
}

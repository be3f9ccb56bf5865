//! Tracks for navigation: GPX for `OsmAnd`, KML for Organic Maps, `GeoJSON` for everything else.
//!
//! A track leaves the depot on phones and through chat, so it carries the order, the item codes and the
//! commune of each stop, and nothing about persons (R-PH-1). It says what its times rest on (R-PL-8).

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::outputs::view::{View, day};
use crate::outputs::wire::{iso, position, tier};
use crate::outputs::wording::{phrases as say, travel_source_words};
use crate::place::LatLon;
use crate::planning::{CarrierRoute, Stop, Visit};

/// A stop as every track tells it.
struct TrackStop<'a> {
    stop: &'a Stop,
    visit: &'a Visit,
    /// Order and commune: `07 xã Thăng Bình`.
    name: String,
    /// Codes of the items.
    codes: String,
}

fn track_stops<'a>(view: &View<'a>, route: &'a CarrierRoute) -> Vec<TrackStop<'a>> {
    (route.visits.iter().enumerate())
        .map(|(i, visit)| {
            let stop = &view.plan.stops[visit.stop];
            let codes: Vec<&str> = stop.items.iter().map(|&id| view.item_label(id)).collect();
            let name = format!("{:02} {}", i + 1, view.commune(stop.commune));
            TrackStop { stop, visit, name, codes: codes.join(", ") }
        })
        .collect()
}

/// Name of the whole track: carrier's code and day.
fn title(view: &View<'_>, route: &CarrierRoute) -> String {
    let carrier = view.carrier(route.carrier);
    format!("{} {} {}", say::ROUTE.of(view.lang), carrier.code, day(view.plan.date))
}

/// What the line and its times rest on: an estimate is never passed off as a road.
fn basis(view: &View<'_>) -> String {
    travel_source_words(view.lang, &view.plan.travel_source)
}

pub(crate) fn gpx(view: &View<'_>, route: &CarrierRoute) -> String {
    let mut xml = Xml::new();
    let root =
        [("version", "1.1"), ("creator", "buuta"), ("xmlns", "http://www.topografix.com/GPX/1/1")];
    xml.open("gpx", &root);
    xml.open("metadata", &[]);
    xml.leaf("name", &title(view, route));
    xml.leaf("desc", &basis(view));
    xml.close("metadata");
    xml.open("rte", &[]);
    xml.leaf("name", &title(view, route));
    for stop in track_stops(view, route) {
        let [lon, lat] = position(stop.stop.place);
        xml.open("rtept", &[("lat", &lat.to_string()), ("lon", &lon.to_string())]);
        xml.leaf("time", &iso(view.plan.date, stop.visit.arrival));
        xml.leaf("name", &stop.name);
        xml.leaf("desc", &stop.codes);
        xml.close("rtept");
    }
    xml.close("rte");
    xml.open("trk", &[]);
    xml.leaf("name", &title(view, route));
    xml.open("trkseg", &[]);
    for &point in &route.line {
        let [lon, lat] = position(point);
        xml.open("trkpt", &[("lat", &lat.to_string()), ("lon", &lon.to_string())]);
        xml.close("trkpt");
    }
    xml.close("trkseg");
    xml.close("trk");
    xml.close("gpx");
    xml.finish()
}

pub(crate) fn kml(view: &View<'_>, route: &CarrierRoute) -> String {
    let mut xml = Xml::new();
    xml.open("kml", &[("xmlns", "http://www.opengis.net/kml/2.2")]);
    xml.open("Document", &[]);
    xml.leaf("name", &title(view, route));
    xml.leaf("description", &basis(view));
    for stop in track_stops(view, route) {
        xml.open("Placemark", &[]);
        xml.leaf("name", &stop.name);
        xml.leaf("description", &format!("{} · {}", stop.visit.arrival.hh_mm(), stop.codes));
        xml.open("Point", &[]);
        xml.leaf("coordinates", &coordinate(stop.stop.place));
        xml.close("Point");
        xml.close("Placemark");
    }
    xml.open("Placemark", &[]);
    xml.leaf("name", &title(view, route));
    xml.open("LineString", &[]);
    let line: Vec<String> = route.line.iter().map(|&p| coordinate(p)).collect();
    xml.leaf("coordinates", &line.join(" "));
    xml.close("LineString");
    xml.close("Placemark");
    xml.close("Document");
    xml.close("kml");
    xml.finish()
}

fn coordinate(place: LatLon) -> String {
    let [lon, lat] = position(place);
    format!("{lon},{lat}")
}

pub(crate) fn geojson(view: &View<'_>, route: &CarrierRoute) -> String {
    let corner = |place: LatLon| Position::from(position(place));
    let mut features = vec![feature(
        GeometryValue::new_line_string(route.line.iter().map(|&p| corner(p)).collect::<Vec<_>>()),
        &[
            ("kind", "route".into()),
            ("name", title(view, route).into()),
            ("travel", basis(view).into()),
        ],
    )];
    for (i, stop) in track_stops(view, route).into_iter().enumerate() {
        let properties = [
            ("kind", "stop".into()),
            ("order", (i + 1).into()),
            ("commune", stop.stop.commune.to_string().into()),
            ("name", stop.name.into()),
            ("codes", stop.codes.into()),
            ("arrival", iso(view.plan.date, stop.visit.arrival).into()),
            ("tier", tier(stop.stop.tier).into()),
        ];
        features.push(feature(GeometryValue::new_point(corner(stop.stop.place)), &properties));
    }
    FeatureCollection { bbox: None, features, foreign_members: None }.to_string()
}

fn feature(geometry: GeometryValue, properties: &[(&str, serde_json::Value)]) -> Feature {
    let object: JsonObject =
        properties.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Feature {
        geometry: Some(Geometry::new(geometry)),
        properties: Some(object),
        ..Feature::default()
    }
}

/// XML into memory, where writing cannot fail; all text is escaped by the writer.
struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    fn new() -> Self {
        let mut xml = Self { writer: Writer::new_with_indent(Vec::new(), b' ', 1) };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    fn event(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect("a vector takes every byte");
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.event(Event::Start(start));
    }

    fn leaf(&mut self, name: &str, text: &str) {
        // XML 1.0 has no place for control characters, escaped or not.
        let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
        self.open(name, &[]);
        self.event(Event::Text(BytesText::new(&text)));
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn finish(self) -> String {
        let mut text =
            String::from_utf8(self.writer.into_inner()).expect("only strings were written");
        text.push('\n');
        text
    }
}

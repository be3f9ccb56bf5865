//! From an OpenStreetMap extract and commune outlines to a table of streets for `--streets`:
//! `cargo run --release --example compile_streets -- roads.osm.pbf communes.geojson > streets.csv`
//!
//! A street's length is divided among communes by points every few meters; house numbers come from the extract's
//! own address points. `--fold 0/2` leaves out every second address point and `--points FILE` writes those left out,
//! so that a table can be tested on houses it has not seen; `--province NAME` is written behind each. The table is a database under the `ODbL`, as its source is.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Write;

use buuta::place::LatLon;
use buuta::territory::{Boundaries, CommuneCode};
use osmpbf::{Element, ElementReader};

/// The distance between two points at which a street's commune is asked for.
const STEP_M: f64 = 15.0;

type Failure = Box<dyn std::error::Error>;

/// Which address points to leave out: those of this remainder.
#[derive(Clone, Copy)]
struct Fold {
    remainder: usize,
    n: usize,
}

#[derive(Default)]
struct Extract {
    nodes: HashMap<i64, (f64, f64)>,
    streets: Vec<(String, Vec<i64>)>,
    doors: Vec<Door>,
    /// Doors drawn as buildings: the place is that of their first corner.
    buildings: Vec<(String, String, i64)>,
}

struct Door {
    number: String,
    street: String,
    at: (f64, f64),
}

/// How a street lies in one commune.
#[derive(Default)]
struct Stretch {
    length_m: f64,
    /// Least and greatest known number of the odd and the even side.
    houses: [Option<(u32, u32)>; 2],
}

fn main() -> Result<(), Failure> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.remove(at);
        Some(arguments.remove(at))
    };
    let fold = option("--fold").map(|text| fold_of(&text)).transpose()?;
    let points = option("--points");
    let province = option("--province").unwrap_or_default();
    let [pbf, outlines] = &arguments[..] else {
        return Err(
            "usage: compile_streets EXTRACT.osm.pbf OUTLINES.geojson [--fold 0/2 --points FILE]"
                .into(),
        );
    };
    let outlines = Boundaries::from_geojson(&std::fs::read(outlines)?)?;
    let mut extract = read(pbf)?;
    for (number, street, node) in std::mem::take(&mut extract.buildings) {
        if let Some(&at) = extract.nodes.get(&node) {
            extract.doors.push(Door { number, street, at });
        }
    }
    let commune = |(lat, lon): (f64, f64)| {
        let at = LatLon::new(lat, lon)?;
        outlines.commune_at(at).or_else(|| outlines.nearest(at).map(|(code, _)| code))
    };
    let mut stretches: BTreeMap<(String, CommuneCode), Stretch> = BTreeMap::new();
    for (name, way) in &extract.streets {
        for pair in way.windows(2) {
            let [Some(&a), Some(&b)] = [extract.nodes.get(&pair[0]), extract.nodes.get(&pair[1])]
            else {
                continue;
            };
            for (at, length_m) in steps(a, b) {
                if let Some(code) = commune(at) {
                    stretches.entry((name.clone(), code)).or_default().length_m += length_m;
                }
            }
        }
    }
    let mut left_out = Vec::new();
    for (i, door) in extract.doors.iter().enumerate() {
        let Some(code) = commune(door.at) else { continue };
        if fold.is_some_and(|fold| i % fold.n == fold.remainder) {
            left_out.push((door, code));
            continue;
        }
        let Some(number) = number_of(&door.number) else { continue };
        if let Some(stretch) = stretches.get_mut(&(bare(&door.street), code)) {
            let side = &mut stretch.houses[number as usize % 2];
            *side =
                Some(side.map_or((number, number), |(lo, hi)| (lo.min(number), hi.max(number))));
        }
    }
    write_streets(&stretches)?;
    if let Some(path) = points {
        write_points(&path, &province, &left_out)?;
    }
    Ok(())
}

fn fold_of(text: &str) -> Result<Fold, Failure> {
    let (remainder, n) = text.split_once('/').ok_or("a fold is written 0/2")?;
    Ok(Fold { remainder: remainder.parse()?, n: n.parse()? })
}

fn read(path: &str) -> Result<Extract, Failure> {
    let mut extract = Extract::default();
    ElementReader::from_path(path)?.for_each(|element| match element {
        Element::Node(node) => extract.node(node.id(), (node.lat(), node.lon()), node.tags()),
        Element::DenseNode(node) => extract.node(node.id(), (node.lat(), node.lon()), node.tags()),
        Element::Way(way) => {
            let tags: HashMap<&str, &str> = way.tags().collect();
            if let (Some(name), true) = (tags.get("name"), tags.contains_key("highway")) {
                extract.streets.push((bare(name), way.refs().collect()));
            }
            if let (Some((number, street)), Some(first)) = (door_of(&tags), way.refs().next()) {
                extract.buildings.push((number, street, first));
            }
        }
        Element::Relation(_) => {}
    })?;
    Ok(extract)
}

impl Extract {
    fn node<'t>(
        &mut self,
        id: i64,
        at: (f64, f64),
        tags: impl Iterator<Item = (&'t str, &'t str)>,
    ) {
        self.nodes.insert(id, at);
        let tags: HashMap<&str, &str> = tags.collect();
        if let Some((number, street)) = door_of(&tags) {
            self.doors.push(Door { number, street, at });
        }
    }
}

fn door_of(tags: &HashMap<&str, &str>) -> Option<(String, String)> {
    Some(((*tags.get("addr:housenumber")?).to_owned(), (*tags.get("addr:street")?).to_owned()))
}

/// The name without `Đường` in front; the comma would break the table.
fn bare(name: &str) -> String {
    let name = name.trim();
    name.strip_prefix("Đường ").or(name.strip_prefix("đường ")).unwrap_or(name).replace(',', " ")
}

fn number_of(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| !run.is_empty())?.parse().ok()
}

/// Points along a segment, each with the length it stands for.
fn steps(a: (f64, f64), b: (f64, f64)) -> Vec<((f64, f64), f64)> {
    let (Some(from), Some(to)) = (LatLon::new(a.0, a.1), LatLon::new(b.0, b.1)) else {
        return Vec::new();
    };
    let length_m = from.distance_m(to);
    let n = (length_m / STEP_M).ceil().max(1.0) as usize;
    let between = |i: usize| {
        let share = (i as f64 + 0.5) / n as f64;
        (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
    };
    (0..n).map(|i| (between(i), length_m / n as f64)).collect()
}

fn write_streets(stretches: &BTreeMap<(String, CommuneCode), Stretch>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "name,commune,weight,house_from,house_to,side")?;
    for ((name, commune), stretch) in stretches {
        let known = ["even", "odd"].into_iter().zip(stretch.houses);
        let sides: Vec<_> = known.filter_map(|(side, houses)| Some((side, houses?))).collect();
        let length_m = stretch.length_m / sides.len().max(1) as f64;
        if sides.is_empty() {
            writeln!(out, "{name},{commune},{length_m:.0},,,")?;
        }
        for (side, (lo, hi)) in sides {
            writeln!(out, "{name},{commune},{length_m:.0},{lo},{hi},{side}")?;
        }
    }
    Ok(())
}

fn write_points(path: &str, province: &str, doors: &[(&Door, CommuneCode)]) -> Result<(), Failure> {
    let mut out = File::create(path)?;
    writeln!(out, "text,kind,commune_2025")?;
    for (door, commune) in doors {
        writeln!(out, "\"{} {}, {province}\",street,{commune}", door.number, door.street)?;
    }
    Ok(())
}

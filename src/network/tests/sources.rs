//! Other sources of travel times: files and servers.

use std::sync::Mutex;

use crate::network::{
    Fetch, FetchError, MatrixFile, MatrixFileError, NetworkPlace, ServerError, ServerTravel,
    TerrainClass, Travel, TravelError, TravelProfile, estimate,
};
use crate::place::LatLon;

fn place(lat: f64, lon: f64) -> NetworkPlace {
    NetworkPlace { at: LatLon::new(lat, lon).unwrap(), terrain: TerrainClass::Delta }
}

const CSV: &str = "from_lat,from_lon,to_lat,to_lon,time_s,distance_m\n\
    15.5,108.4,15.6,108.4,700.2,9000\n15.6,108.4,15.5,108.4,800,9500.6\n";

#[test]
fn a_csv_of_legs_is_a_matrix_and_time_rounds_up() {
    let file = MatrixFile::from_text("legs.csv", CSV).unwrap();
    let places = [place(15.5, 108.4), place(15.600_1, 108.4)];
    let measured = file.measure(&places, &TravelProfile::default()).unwrap();
    assert_eq!(measured.matrix.time_row_s(0), [0, 701]);
    assert_eq!(measured.matrix.distance_row_m(1), [9501, 0]);
    assert!(measured.estimated.is_empty());
    assert_eq!(file.name().name, "legs.csv");
}

#[test]
fn a_csv_of_vietnamese_excel_is_read_too() {
    let text = format!("\u{feff}{}", CSV.replace(',', ";"));
    assert_eq!(
        MatrixFile::from_text("a", &text).unwrap(),
        MatrixFile::from_text("a", CSV).unwrap()
    );
}

#[test]
fn a_json_matrix_says_null_for_what_it_does_not_know() {
    let text = r#"{"format": "buuta-matrix/1", "places": [[108.4, 15.5], [108.4, 15.6], [108.5, 15.6]],
        "times_s": [[0, 10, 20], [11, 0, null], [21, 12, 0]],
        "distances_m": [[0, 100, 200], [110, 0, 300], [210, 120, 0]]}"#;
    let file = MatrixFile::from_text("m.json", text).unwrap();
    let places = [place(15.5, 108.4), place(15.6, 108.4), place(15.6, 108.5)];
    let measured = file.measure(&places, &TravelProfile::default()).unwrap();
    assert_eq!(measured.matrix.time_row_s(0), [0, 10, 20]);
    let guess = estimate(&places, &TravelProfile::default()).unwrap();
    assert_eq!(measured.matrix.time_row_s(1), [11, 0, guess.time_row_s(1)[2]]);
    assert_eq!(measured.estimated, [2]);
}

#[test]
fn a_place_that_the_file_does_not_know_is_estimated_and_told() {
    let file = MatrixFile::from_text("legs.csv", CSV).unwrap();
    let places = [place(15.5, 108.4), place(15.6, 108.4), place(15.9, 108.1)];
    let measured = file.measure(&places, &TravelProfile::default()).unwrap();
    assert_eq!(measured.estimated, [2]);
    assert_eq!(measured.matrix.time_row_s(0)[1], 701);
    assert!(measured.matrix.time_row_s(2)[0] > 1_000);
}

#[test]
fn what_is_no_matrix_is_refused_with_its_place() {
    let refused = |text: &str| MatrixFile::from_text("x", text).unwrap_err();
    assert!(matches!(refused("{\"format\": 3}"), MatrixFileError::Json(_)));
    let broken = refused(&CSV.replace("700.2", "soon"));
    assert!(broken.to_string().starts_with("row 2: "), "{broken}");
    assert!(matches!(refused(&CSV.replace("700.2", "-7")), MatrixFileError::Value { .. }));
    assert!(matches!(refused(&CSV.replace("15.6,", "99.6,")), MatrixFileError::Place { .. }));
    let short = r#"{"format": "buuta-matrix/1", "places": [[108.4, 15.5]], "times_s": [], "distances_m": []}"#;
    assert!(matches!(refused(short), MatrixFileError::Size { n_places: 1, table: "times_s" }));
}

/// A server that measures 100 s and 1000 m times the difference of the places' numbers, plus one
/// for ways back, and takes so many places at once.
#[derive(Debug)]
struct FakeServer {
    places_max: usize,
    asked: Mutex<Vec<String>>,
}

impl FakeServer {
    fn new(places_max: usize) -> Self {
        Self { places_max, asked: Mutex::new(Vec::new()) }
    }

    fn leg(from: f64, to: f64) -> (f64, f64) {
        let apart = ((to - from) * 100.0).round();
        let back = if apart < 0.0 { 1.0 } else { 0.0 };
        (apart.abs() * 100.0 + back - 0.5, apart.abs() * 1_000.0 + back)
    }
}

impl Fetch for FakeServer {
    fn fetch(&self, url: &str, body: Option<&str>) -> Result<String, FetchError> {
        self.asked.lock().unwrap().push(url.to_owned());
        let (sources, targets) = match body {
            None => {
                let list = url.split("/table/v1/driving/").nth(1).unwrap();
                let (list, query) = list.split_once('?').unwrap();
                let lons: Vec<f64> = list
                    .split(';')
                    .map(|p| p.split(',').next().unwrap().parse().unwrap())
                    .collect();
                let pick = |key: &str| -> Vec<f64> {
                    let part = query.split('&').find_map(|p| p.strip_prefix(key)).unwrap();
                    part.split(';').map(|i| lons[i.parse::<usize>().unwrap()]).collect()
                };
                (pick("sources="), pick("destinations="))
            }
            Some(body) => {
                let body: serde_json::Value = serde_json::from_str(body).unwrap();
                let pick = |key: &str| -> Vec<f64> {
                    let list = body[key].as_array().unwrap();
                    list.iter().map(|p| p["lon"].as_f64().unwrap()).collect()
                };
                (pick("sources"), pick("targets"))
            }
        };
        if sources.len() + targets.len() > self.places_max {
            return Err(FetchError::Refused { status: 400, text: "TooBig".to_owned() });
        }
        let rows = |value: &dyn Fn(f64, f64) -> serde_json::Value| -> Vec<Vec<serde_json::Value>> {
            sources.iter().map(|&s| targets.iter().map(|&t| value(s, t)).collect()).collect()
        };
        Ok(match body {
            None => serde_json::json!({
                "code": "Ok",
                "durations": rows(&|s, t| Self::leg(s, t).0.into()),
                "distances": rows(&|s, t| Self::leg(s, t).1.into()),
            }),
            Some(_) => serde_json::json!({
                "sources_to_targets": rows(&|s, t| {
                    let (time, distance) = Self::leg(s, t);
                    serde_json::json!({"time": time, "distance": distance / 1e3})
                }),
            }),
        }
        .to_string())
    }
}

#[test]
fn a_server_is_asked_in_tiles_that_it_takes() {
    let places: Vec<NetworkPlace> =
        (0..60).map(|i| place(15.5, 108.0 + f64::from(i) / 100.0)).collect();
    for (word, places_max) in [("osrm", 100), ("osrm", 12), ("valhalla", 20)] {
        let fetch = Box::new(FakeServer::new(places_max));
        let server = ServerTravel::new(&format!("{word}:http://127.0.0.1:5000/"), fetch).unwrap();
        let measured = server.measure(&places, &TravelProfile::default()).unwrap();
        for (from, to) in [(0, 1), (3, 59), (59, 3), (30, 29), (25, 24)] {
            let (time, distance) = FakeServer::leg(places[from].at.lon(), places[to].at.lon());
            assert_eq!(measured.matrix.time_row_s(from)[to], time.ceil() as u32);
            assert_eq!(measured.matrix.distance_row_m(from)[to], distance as u32);
        }
        assert!(measured.estimated.is_empty());
    }
}

#[derive(Debug)]
struct Says(Result<&'static str, FetchError>);

impl Fetch for Says {
    fn fetch(&self, _url: &str, _body: Option<&str>) -> Result<String, FetchError> {
        self.0.clone().map(str::to_owned)
    }
}

#[test]
fn a_server_that_is_away_or_speaks_otherwise_is_named() {
    let places = [place(15.5, 108.4), place(15.6, 108.4)];
    let error = |answer| {
        let server =
            ServerTravel::new("osrm:http://127.0.0.1:5000", Box::new(Says(answer))).unwrap();
        server.measure(&places, &TravelProfile::default()).unwrap_err()
    };
    let away = error(Err(FetchError::Away("connection refused".to_owned())));
    assert!(matches!(away, TravelError::Server(ServerError::Away { .. })));
    assert!(away.to_string().contains("http://127.0.0.1:5000"), "{away}");
    let html = error(Ok("<html>"));
    assert!(matches!(html, TravelError::Server(ServerError::Answer { .. })), "{html}");
    let short = error(Ok(r#"{"durations": [[0]], "distances": [[0]]}"#));
    assert!(short.to_string().contains("1 cells instead of 4"), "{short}");
    let refused = error(Err(FetchError::Refused { status: 400, text: "InvalidUrl".to_owned() }));
    assert!(refused.to_string().contains("400 InvalidUrl"), "{refused}");
    for text in ["osrm", "osrm:127.0.0.1", "ftp:http://x", ""] {
        let made = ServerTravel::new(text, Box::new(Says(Ok(""))));
        assert!(matches!(made, Err(ServerError::Address(_))), "{text}");
    }
}

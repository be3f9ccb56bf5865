//! Roads from the command line: a map becomes a region, a region a plan.

use std::fs;
use std::path::Path;
use std::process::Output;

use buuta::network::{MapSketch, Member};

use crate::program::{buuta, text};

const DEPOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/depot.toml");
const RESULTS: &str = "Mã hồ sơ;Đơn vị;Tên thủ tục;Chủ hồ sơ;Địa chỉ;Ngày hẹn trả;SĐT;Vĩ độ;Kinh độ\n\
    H47.15-251120-0001;Một cửa Thăng Bình;Cấp phiếu lý lịch tư pháp;Nguyễn Văn Mẫu;\
    12 Tiểu La, xã Thăng Bình, TP Đà Nẵng;24/11/2025;0900000001;15.7450;108.3700\n\
    H47.15-251120-0002;Một cửa Thăng Bình;Cấp phiếu lý lịch tư pháp;Trần Thị Mẫu;\
    14 Tiểu La, xã Thăng Bình, TP Đà Nẵng;24/11/2025;0900000002;15.7360;108.3700\n";

/// Roads around the office: one bent way, and a short one with a name; the border of Đà Nẵng around them.
pub(crate) fn extract() -> Vec<u8> {
    let mut map = MapSketch::new();
    map.node(1, 15.742, 108.356).node(2, 15.742, 108.370).node(3, 15.745, 108.370);
    map.node(4, 15.760, 108.363).node(5, 15.730, 108.356);
    map.way(1, &[1, 2, 3], &[("highway", "secondary"), ("name", "Tiểu La")]);
    map.way(2, &[3, 4, 1], &[("highway", "residential")]);
    map.way(3, &[1, 5], &[("highway", "residential"), ("name", "Hùng Vương")]);
    map.node(6, 15.0, 107.5).node(7, 15.0, 109.0).node(8, 16.3, 109.0).node(9, 16.3, 107.5);
    map.way(4, &[6, 7, 8, 9, 6], &[]);
    let border = [("type", "boundary"), ("boundary", "administrative"), ("name", "Đà Nẵng")];
    map.relation(1, &[Member::Way(4, "outer")], &[&border[..], &[("admin_level", "4")]].concat());
    map.to_pbf()
}

fn folder_with_region() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.osm.pbf"), extract()).unwrap();
    fs::write(folder.path().join("a.csv"), RESULTS).unwrap();
    let output = buuta(folder.path(), &["region", "build", "a.osm.pbf", "-o", "a.buuta-region"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    folder
}

fn plan(folder: &Path, more: &[&str]) -> Output {
    let mut arguments =
        vec!["plan", "a.csv", "--date", "2025-11-24", "--iterations", "100", "--depot", DEPOT];
    arguments.extend(more);
    buuta(folder, &arguments)
}

#[test]
fn a_map_becomes_a_region_that_answers_and_draws() {
    let folder = folder_with_region();
    let at = folder.path();
    let info = buuta(at, &["region", "info", "a.buuta-region", "--json"]);
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["n_edges"], 3);
    assert_eq!(info["profiles"][0]["name"], "motorbike");
    let arguments = [
        "region",
        "route",
        "a.buuta-region",
        "15.730,108.356",
        "15.745,108.370",
        "-o",
        "w.geojson",
    ];
    let route = buuta(at, &arguments);
    assert_eq!(route.status.code(), Some(0), "{}", text(&route.stderr));
    let told = text(&route.stdout);
    assert!(told.contains("Hùng Vương") && told.contains("Tiểu La"), "{told}");
    assert!(told.contains("OpenStreetMap contributors"), "{told}");
    let way = fs::read_to_string(at.join("w.geojson")).unwrap();
    assert!(way.parse::<geojson::GeoJson>().is_ok());
    let map = buuta(at, &["region", "draw", "a.buuta-region"]);
    assert!(text(&map.stdout).parse::<geojson::GeoJson>().is_ok());
}

#[test]
fn a_plan_on_a_region_follows_its_roads_and_names_them() {
    let folder = folder_with_region();
    let output = plan(folder.path(), &["--region", "a.buuta-region", "--out", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let json = fs::read_to_string(folder.path().join("out/plan.json")).unwrap();
    assert!(json.contains("OpenStreetMap contributors"), "the source is named in the plan");
    // The second door is 670 m south of the road: a walk, and a finding that says so.
    assert!(json.contains("PL-20"), "{json}");
    let report = fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    assert!(report.contains("OpenStreetMap contributors"));
    let tracks = fs::read_dir(folder.path().join("out/carriers")).unwrap();
    let gpx: String = tracks
        .filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok())
        .filter(|content| content.contains("<gpx"))
        .collect();
    // The bend of the road is in the track.
    assert!(gpx.contains("lat=\"15.742\" lon=\"108.37\""), "{gpx}");
}

#[test]
fn a_closure_holds_on_its_days_only() {
    let folder = folder_with_region();
    let changes =
        "[[change]]\nstreet = \"Tiểu La\"\nfrom = 2025-11-20\nuntil = 2025-11-30\nclosed = true\n";
    fs::write(folder.path().join("c.toml"), changes).unwrap();
    let meters = |date: &str| {
        let arguments = [
            "region",
            "route",
            "a.buuta-region",
            "15.742,108.356",
            "15.745,108.370",
            "-o",
            "w.geojson",
            "--road-changes",
            "c.toml",
            "--date",
            date,
        ];
        let output = buuta(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let way = fs::read(folder.path().join("w.geojson")).unwrap();
        let way: serde_json::Value = serde_json::from_slice(&way).unwrap();
        way["features"][0]["properties"]["distance_m"].as_i64().unwrap()
    };
    assert!(meters("2025-11-25") > meters("2025-12-01"));
    let wrong = changes.replace("closed = true", "speed_kmh = 0");
    fs::write(folder.path().join("c.toml"), wrong).unwrap();
    let output = plan(
        folder.path(),
        &["--region", "a.buuta-region", "--road-changes", "c.toml", "--out", "out"],
    );
    assert_eq!(output.status.code(), Some(3));
    let told = text(&output.stderr);
    assert!(told.contains("trong c.toml, thay đổi 1: speed_kmh là 0; phải từ 1 đến 160"), "{told}");
}

#[test]
fn a_closure_holds_with_a_profile_of_ones_own_too() {
    let folder = folder_with_region();
    let at = folder.path();
    let profile = buuta(at, &["region", "profile", "motorbike"]);
    let slow = text(&profile.stdout).replace("secondary = 34", "secondary = 17");
    fs::write(at.join("ours.toml"), slow).unwrap();
    fs::write(at.join("c.toml"), "[[change]]\nstreet = \"Tiểu La\"\nclosed = true\n").unwrap();
    let way = |more: &[&str]| {
        let mut arguments = vec!["region", "route", "a.buuta-region"];
        arguments.extend(["15.742,108.356", "15.745,108.370", "-o", "w.geojson"]);
        arguments.extend(more);
        let output = buuta(at, &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let way: serde_json::Value =
            serde_json::from_slice(&fs::read(at.join("w.geojson")).unwrap()).unwrap();
        let told = &way["features"][0]["properties"];
        (told["time_s"].as_i64().unwrap(), told["distance_m"].as_i64().unwrap())
    };
    let usual = way(&[]);
    let slow = way(&["--profile", "ours.toml"]);
    assert!(slow.0 > usual.0, "{slow:?} {usual:?}");
    let closed = way(&["--profile", "ours.toml", "--road-changes", "c.toml"]);
    assert!(closed.1 > usual.1, "{closed:?} {usual:?}");
    assert_eq!(closed.1, way(&["--road-changes", "c.toml"]).1);
    let changed = ["--profile", "ours.toml", "--road-changes", "c.toml"];
    let output =
        plan(at, &[&["--region", "a.buuta-region", "--out", "out"][..], &changed].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn the_report_draws_roads_and_water_of_the_region_beneath_the_routes() {
    let mut map = MapSketch::new();
    map.node(1, 15.742, 108.356).node(2, 15.742, 108.372).node(3, 15.736, 108.370);
    map.node(4, 15.741, 108.360).node(5, 15.741, 108.364).node(6, 15.739, 108.362);
    map.way(1, &[1, 2, 3], &[("highway", "secondary")]);
    map.way(2, &[4, 5, 6, 4], &[("natural", "water")]);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("a.osm.pbf"), map.to_pbf()).unwrap();
    fs::write(at.join("a.csv"), RESULTS).unwrap();
    buuta(at, &["region", "build", "a.osm.pbf", "-o", "a.buuta-region"]);
    let report = |more: &[&str]| {
        let output = plan(at, &[&["--out", "out"][..], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        fs::read_to_string(at.join("out/report.html")).unwrap()
    };
    let drawn = report(&["--region", "a.buuta-region"]);
    let ground = drawn.split("<g class=\"ground\">").nth(1).expect("a ground is drawn");
    let ground = ground.split("</g>").next().unwrap();
    assert!(ground.contains("class=\"water\"") && ground.contains("class=\"road r2\""), "{ground}");
    assert!(!report(&[]).contains("<g class=\"ground\">"), "without a region no ground");
}

#[test]
fn a_plan_takes_a_ferry_only_when_it_runs_during_the_shifts() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("a.csv"), RESULTS).unwrap();
    let travel_s = |hours: &str| {
        let mut map = MapSketch::new();
        map.node(1, 15.742, 108.356).node(2, 15.742, 108.369).node(3, 15.745, 108.370);
        map.node(4, 15.800, 108.363).node(5, 15.736, 108.370);
        map.way(1, &[1, 4, 3, 5], &[("highway", "secondary")]);
        let ferry = [("route", "ferry"), ("duration", "00:02"), ("interval", "00:01")];
        map.way(2, &[1, 2, 3], &[&ferry[..], &[("opening_hours", hours)]].concat());
        fs::write(at.join("a.osm.pbf"), map.to_pbf()).unwrap();
        buuta(at, &["region", "build", "a.osm.pbf", "-o", "a.buuta-region"]);
        let output = plan(at, &["--region", "a.buuta-region", "--out", "out"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let plan: serde_json::Value =
            serde_json::from_slice(&fs::read(at.join("out/plan.json")).unwrap()).unwrap();
        let routes = plan["routes"].as_array().unwrap();
        routes.iter().map(|route| route["travel_s"].as_i64().unwrap()).sum::<i64>()
    };
    let (by_day, by_night) = (travel_s("05:00-21:00"), travel_s("19:00-23:00"));
    // Around the water it is 12 km instead of 1.5.
    assert!(by_night > by_day + 600, "{by_night} {by_day}");
}

/// Legs on the roads of [`extract`], as slow as 20 km/h in straight lines.
pub(crate) fn times() -> String {
    let leg = |leg: i32| {
        let (south, east) =
            (15.731 + f64::from(leg % 6) * 0.001, 108.358 + f64::from(leg % 5) * 0.002);
        let meters = (15.742 - south) * 111_000.0 + (east - 108.356) * 107_000.0;
        let time_s = (meters / 5.5).round();
        format!("{south:.6},108.356,15.742,{east:.6},{time_s}\n")
    };
    let header = "from_lat,from_lon,to_lat,to_lon,time_s\n".to_owned();
    header + &(0..30).map(leg).collect::<Vec<_>>().concat()
}

#[test]
fn recorded_legs_become_a_profile_to_plan_with() {
    let folder = folder_with_region();
    let at = folder.path();
    fs::write(at.join("times.csv"), times()).unwrap();
    let calibrate = ["region", "calibrate", "a.buuta-region", "times.csv", "-o", "ours.toml"];
    let output = buuta(at, &[&calibrate[..], &["--lang", "en"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    assert!(told.contains("secondary") && told.contains("30 legs used"), "{told}");
    let output =
        plan(at, &["--region", "a.buuta-region", "--profile", "ours.toml", "--out", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    // A bad row is told, the others count; too few are refused.
    fs::write(at.join("times.csv"), times() + "15.7,108.3,15.7\n").unwrap();
    let output = buuta(at, &calibrate);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("bỏ dòng 32"), "{}", text(&output.stderr));
    fs::write(at.join("times.csv"), "from_lat,from_lon,to_lat,to_lon,time_s\n").unwrap();
    let output = buuta(at, &calibrate);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("cần ít nhất 20"), "{}", text(&output.stderr));
}

#[test]
fn a_missing_damaged_or_foreign_region_exits_with_five_and_a_remedy() {
    let folder = folder_with_region();
    let at = folder.path();
    let mut bytes = fs::read(at.join("a.buuta-region")).unwrap();
    fs::write(at.join("cut.buuta-region"), &bytes[..bytes.len() / 2]).unwrap();
    bytes[13] = b'7';
    fs::write(at.join("newer.buuta-region"), &bytes).unwrap();
    let table = [
        ("none.buuta-region", "không mở được tệp vùng none", "cannot open the region none"),
        ("cut.buuta-region", "tệp vùng bị hỏng", "damaged"),
        ("newer.buuta-region", "phiên bản 7", "version 7"),
        ("a.csv", "không phải là tệp vùng", "no region file"),
    ];
    for (file, vietnamese, english) in table {
        for (lang, words) in [("vi", vietnamese), ("en", english)] {
            let output = plan(at, &["--region", file, "--out", "out", "--lang", lang]);
            let told = text(&output.stderr);
            assert_eq!(output.status.code(), Some(5), "{file}: {told}");
            assert!(told.contains(words), "{file}: {told}");
            assert!(!at.join("out").exists());
        }
    }
}

#[test]
fn a_travel_server_that_is_away_is_named_after_some_tries() {
    // A port that was free a moment ago, and that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), RESULTS).unwrap();
    let source = format!("osrm:http://127.0.0.1:{port}");
    let output = plan(folder.path(), &["--travel", &source, "--out", "out"]);
    assert_eq!(output.status.code(), Some(3));
    let told = text(&output.stderr);
    assert!(told.contains(&port.to_string()) && told.contains("không trả lời"), "{told}");
}

#[test]
fn a_matrix_file_is_the_source_that_outputs_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), RESULTS).unwrap();
    let legs =
        "from_lat,from_lon,to_lat,to_lon,time_s,distance_m\n15.745,108.37,15.736,108.37,90,1000\n";
    fs::write(folder.path().join("legs.csv"), legs).unwrap();
    let output = plan(folder.path(), &["--travel", "matrix:legs.csv", "--out", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let json = fs::read_to_string(folder.path().join("out/plan.json")).unwrap();
    assert!(json.contains("legs.csv"));
    let output = plan(folder.path(), &["--travel", "teleport", "--out", "out2"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("osrm:URL"));
}

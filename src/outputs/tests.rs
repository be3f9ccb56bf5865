//! A small invented day with nasty names, written and read back.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::date;
use serde_json::Value;

#[cfg(feature = "pdf")]
use super::view::View;
use super::view::mask_phones_in;
use super::{
    Error, Extras, Lang, Names, OutputOptions, RejectedRowView, SCHEMA, mask_phone, read_plan,
    write_all,
};
use crate::address::{AddressParts, Alternative, Confidence, Evidence, Resolution, Tier};
use crate::finding::{Finding, FindingCode, Severity, Source};
use crate::measure::{Cost, Dong, Grams, Meters, Seconds};
use crate::place::LatLon;
use crate::planning::{
    Baseline, CarrierRoute, Cluster, DayPlan, Forwarded, Indicators, ScoreLine, Stop, StopId,
    TravelSource, Unplanned, UnplannedReason, Visit,
};
use crate::post::{
    AddressText, Carrier, CarrierId, CarrierLimits, DossierCode, DueClass, Handling, HandoverUnit,
    Item, ItemCode, ItemId, Party, PartyKind, PostOffice, Procedure, Recipient, ResultPaper, Shift,
};
use crate::territory::CommuneCode;

const NASTY: [&str; 5] = [
    "<script>alert(1)</script>",
    "Công ty \"Đồng Tâm\" & Bạn",
    "=HYPERLINK(\"x\")",
    "#let x = 1; *Nguyễn Thị Ngọc Ánh* $y$",
    "Trần Văn Đỗ",
];
const PHONE: &str = "0905123456";

fn at(lat: f64, lon: f64) -> LatLon {
    LatLon::new(lat, lon).unwrap()
}

fn commune_name(code: CommuneCode) -> String {
    let names = ["phường Tam Kỳ", "xã Thăng Bình", "xã <Núi Thành>"];
    names.get(code.0 as usize % 10).map_or_else(|| code.to_string(), |name| (*name).to_owned())
}

fn carrier(n: usize) -> Carrier {
    let home = at(15.5667, 108.4833);
    Carrier {
        code: format!("BT0{n}"),
        name: NASTY[n].to_owned(),
        shift: Shift { start: Seconds::clock(8, 0), end: Seconds::clock(17, 0), rest: None },
        start: home,
        end: home,
        existing_items: 20,
        existing_work: Seconds::minutes(90),
        limits: CarrierLimits {
            stops: None,
            items: 60,
            weight: Grams(20_000),
            cash: Dong(5_000_000),
        },
        skills: vec![],
        walk_name: Some(format!("Tuyến {n}")),
        walk: vec![],
    }
}

fn item(n: usize) -> Item {
    Item {
        dossier: DossierCode::new(&format!("000.00.15.H47-251120-{:04}", n + 1)),
        code: (n % 3 != 2).then(|| ItemCode::new(&format!("RR4731248{n}9VN"))),
        unit: if n < 9 { "Trung tâm PVHCC phường Tam Kỳ" } else { "Đơn vị lạ" }.to_owned(),
        agency: Some("Sở Tư pháp".to_owned()),
        procedure: Procedure {
            code: None, name: Some("Cấp phiếu lý lịch tư pháp".to_owned())
        },
        paper: ResultPaper {
            name: Some("Phiếu lý lịch tư pháp số 1".to_owned()),
            number: Some(format!("{n}/LLTP")),
            n_originals: 1,
            n_copies: 0,
        },
        owner: Party { name: NASTY[n % 5].to_owned(), kind: PartyKind::Person },
        recipient: Recipient {
            name: NASTY[n % 5].to_owned(),
            phone: Some(PHONE.to_owned()),
            authorized: None,
        },
        address: AddressText {
            line: format!("K{n}/12 <b>đường</b> Phan Châu Trinh & hẻm \"20\""),
            commune: Some("Tam Kỳ".to_owned()),
            ..AddressText::default()
        },
        given_place: None,
        received: None,
        promised: date(2025, 11, 24),
        handed_over: date(2025, 11, 24),
        fee: Dong(if n.is_multiple_of(2) { 30_000 } else { 0 }),
        postage: Dong(0),
        handling: Handling { in_person: n == 1, urgent: n == 3, ..Handling::default() },
        hours: None,
        appointment: None,
        note: None,
        source: Source {
            file: "tam<ky>.csv".to_owned(),
            sheet: None,
            row: Some(n as u32 + 2),
            column: None,
        },
    }
}

fn stop(n: usize, items: &[u32]) -> Stop {
    let fees = items.iter().filter(|id| **id % 2 == 0).count() as i64;
    Stop {
        items: items.iter().map(|&id| ItemId(id)).collect(),
        place: at(15.57 + 0.02 * (n % 3) as f64, 108.47 + 0.013 * n as f64),
        tier: [Tier::Given, Tier::Hamlet, Tier::Commune, Tier::FormerCommune][n % 4],
        commune: CommuneCode(20_330 + (n % 3) as u32),
        confidence: Confidence::Inferred,
        service: Seconds::minutes(4),
        hours: None,
        due: [DueClass::Overdue, DueClass::Today, DueClass::Later][n % 3],
        handling: Handling::default(),
        money_due: Dong(30_000 * fees),
    }
}

fn route(n: u32, stops: &[u32]) -> CarrierRoute {
    let mut clock = Seconds::clock(8, 0);
    let visits = stops
        .iter()
        .map(|&stop| {
            let arrival = clock + Seconds::minutes(12);
            clock = arrival + Seconds::minutes(4);
            let (travel, distance) = (Seconds::minutes(12), Meters(4200));
            Visit {
                stop: StopId(stop),
                travel,
                distance,
                arrival,
                start: arrival,
                departure: clock,
            }
        })
        .collect();
    let mut line = vec![at(15.5667, 108.4833)];
    line.extend(stops.iter().map(|&s| stop(s as usize, &[]).place));
    line.push(line[0]);
    CarrierRoute {
        carrier: CarrierId(n),
        departure: Seconds::clock(8, 0),
        arrival: clock + Seconds::minutes(10),
        visits,
        rest: None,
        travel_home: Seconds::minutes(10),
        distance_home: Meters(3000),
        line,
    }
}

fn resolution(n: usize) -> Resolution {
    let review = n == 7;
    let other = Alternative { commune: CommuneCode(20_331), former: None, score: 0.5 };
    Resolution {
        commune: (!review).then_some(CommuneCode(20_330)),
        former: None,
        parts: AddressParts::default(),
        confidence: if review { Confidence::Review } else { Confidence::Certain },
        probability: 0.9,
        alternatives: if review { vec![other] } else { vec![] },
        place: None,
        why: vec![Evidence::Ambiguous { text: "<i>Thăng Bình</i>".to_owned() }],
    }
}

fn day() -> DayPlan {
    let groups: [&[u32]; 5] = [&[0], &[1, 2], &[3], &[4], &[5, 6]];
    DayPlan {
        date: date(2025, 11, 24),
        office: PostOffice {
            code: "560000".to_owned(),
            name: "Bưu cục phát Tam Kỳ".to_owned(),
            address: "18 Trần Cao Vân".to_owned(),
            place: at(15.5667, 108.4833),
            commune: "20330".to_owned(),
            locality: "Tam Kỳ".to_owned(),
        },
        units: vec![HandoverUnit {
            code: "TK01".to_owned(),
            name: "Trung tâm PVHCC phường Tam Kỳ".to_owned(),
            aliases: vec![],
        }],
        carriers: (0..3).map(carrier).collect(),
        items: (0..10).map(item).collect(),
        resolutions: (0..10).map(resolution).collect(),
        stops: groups.iter().enumerate().map(|(n, items)| stop(n, items)).collect(),
        clusters: vec![Cluster {
            communes: vec![CommuneCode(20_330)],
            stops: vec![StopId(0)],
            work: Seconds(600),
        }],
        routes: vec![route(0, &[0, 2, 4]), route(1, &[1, 3])],
        unplanned: vec![
            Unplanned { item: ItemId(7), reason: UnplannedReason::NotLocated },
            Unplanned {
                item: ItemId(8),
                reason: UnplannedReason::Time {
                    cheapest: Some((CarrierId(0), Seconds::minutes(25))),
                },
            },
        ],
        forwarded: vec![Forwarded { item: ItemId(9), commune: CommuneCode(20_339) }],
        findings: vec![Finding::new(
            FindingCode("IN-99"),
            Severity::Warning,
            Source::default(),
            "<img src=x> 0905123456",
        )],
        travel_source: TravelSource::Estimate,
        score: vec![ScoreLine { key: "travel", cost: Cost(12_345) }],
        indicators: Indicators {
            n_items: 10,
            n_planned: 7,
            n_unplanned: 2,
            n_forwarded: 1,
            n_stops: 5,
            n_carriers_used: 2,
            distance: Meters(27_000),
            ..Indicators::default()
        },
        baseline: Baseline { distance: Meters(31_000), ..Baseline::default() },
        seed: 1,
        iterations: 1000,
    }
}

fn rejected() -> Vec<RejectedRowView> {
    vec![RejectedRowView {
        source: Source { file: "a.csv".to_owned(), sheet: None, row: Some(5), column: None },
        headers: vec!["Mã hồ sơ".to_owned(), "Chủ hồ sơ".to_owned()],
        cells: vec![String::new(), NASTY[2].to_owned()],
        reasons: vec![Finding::new(
            FindingCode("IN-98"),
            Severity::Error,
            Source::default().with_column("Mã hồ sơ"),
            "",
        )],
    }]
}

fn extras(lang: Lang, rejected: &[RejectedRowView]) -> Extras<'_> {
    Extras {
        options: OutputOptions { lang, ..OutputOptions::default() },
        names: Names { commune: &commune_name },
        rejected,
        commune_areas: &[],
        areas_are_sketched: true,
        backdrop: &[],
    }
}

/// Shows the invented day to a test of one output.
#[cfg(feature = "pdf")]
pub(super) fn look(check: impl Fn(&View<'_>)) {
    let (plan, rows) = (day(), rejected());
    check(&View::new(&plan, &extras(Lang::Vi, &rows)));
}

fn write(lang: Lang, folder: &Path) {
    let rows = rejected();
    let written = write_all(&day(), &extras(lang, &rows), folder).unwrap();
    assert!(written.iter().all(|path| path.is_file()));
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Validates the part of JSON Schema that our schema uses.
fn violations(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/$defs/");
        return violations(root, &root["$defs"][name], value, at, found);
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let fits = |option| {
            let mut inner = Vec::new();
            violations(root, option, value, at, &mut inner);
            inner.is_empty()
        };
        if !options.iter().any(fits) {
            found.push(format!("{at}: no option fits {value}"));
        }
        return;
    }
    let right_type = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => true,
    };
    let listed = schema["enum"].as_array().is_none_or(|options| options.contains(value));
    let constant = schema.get("const").is_none_or(|constant| constant == value);
    let least = schema["minimum"].as_i64().is_none_or(|least| value.as_i64() >= Some(least));
    if !right_type || !listed || !constant || !least {
        found.push(format!("{at}: {value}"));
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object())
    {
        for (key, inner) in object {
            match properties.get(key) {
                Some(schema) => violations(root, schema, inner, &format!("{at}.{key}"), found),
                None => found.push(format!("{at}: unknown {key}")),
            }
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            if !object.contains_key(key.as_str().unwrap()) {
                found.push(format!("{at}: missing {key}"));
            }
        }
    }
    if let (Some(items), Some(array)) = (schema.get("items"), value.as_array()) {
        for (i, inner) in array.iter().enumerate() {
            violations(root, items, inner, &format!("{at}[{i}]"), found);
        }
    }
}

#[test]
fn a_written_plan_obeys_its_schema_and_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    write(Lang::Vi, folder.path());
    let text = read(folder.path(), "plan.json");
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    let mut found = Vec::new();
    violations(&schema, &schema, &plan, "plan", &mut found);
    assert!(found.is_empty(), "{found:?}");
    let document = read_plan(&text).unwrap();
    assert_eq!(serde_json::to_value(&document).unwrap(), plan);
    assert_eq!(document.routes[0].departure, "2025-11-24T08:00:00+07:00");
    assert_eq!(plan["stops"][0]["place"].to_string(), "[108.47,15.57]");
    plan["stops"][0]["tier"] = "guess".into();
    violations(&schema, &schema, &plan, "plan", &mut found);
    assert_eq!(found, ["plan.stops[0].tier: \"guess\""]);
    let other = text.replace("buuta-plan/1", "buuta-plan/9");
    assert!(matches!(read_plan(&other), Err(Error::Format { .. })));
}

#[test]
fn tracks_hold_order_codes_and_communes_and_nobody() {
    let folder = tempfile::tempdir().unwrap();
    write(Lang::Vi, folder.path());
    let gpx = gpx::read(read(folder.path(), "carriers/BT00.gpx").as_bytes()).unwrap();
    assert_eq!(gpx.routes[0].points.len(), 3);
    assert_eq!(gpx.routes[0].points[1].name.as_deref(), Some("02 xã <Núi Thành>"));
    assert_eq!(gpx.tracks[0].segments[0].points.len(), 5);
    let kml: kml::Kml = read(folder.path(), "carriers/BT00.kml").parse().unwrap();
    assert!(matches!(kml, kml::Kml::KmlDocument(_)));
    let geojson: geojson::GeoJson = read(folder.path(), "carriers/BT00.geojson").parse().unwrap();
    let features = geojson::FeatureCollection::try_from(geojson).unwrap().features;
    assert_eq!(features.len(), 1 + 3);
    for name in ["carriers/BT00.gpx", "carriers/BT00.kml", "carriers/BT00.geojson", "plan.json"] {
        let text = read(folder.path(), name);
        for person in ["alert", "Đồng Tâm", "HYPERLINK", "Ngọc Ánh", "Văn Đỗ", "0905", "Phan Châu"]
        {
            assert!(!text.contains(person), "{name} tells {person}");
        }
    }
}

#[test]
fn the_report_escapes_everything_masks_phones_and_asks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    write(Lang::Vi, folder.path());
    let html = read(folder.path(), "report.html");
    for wrong in ["<script>alert", "<i>Thăng", "<b>đường", "<img", "http:", "https:", "tam<ky>"]
    {
        assert!(!html.contains(wrong), "{wrong}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(html.contains("09xx xxx 456"));
    assert!(!html.contains(PHONE), "a finding's text tells a phone");
    assert!(html.contains("khoảng cách ước lượng"));
    assert!(html.contains("7/10 · 70 %"));
    assert!(html.contains("làm thêm 0:25 giờ"));
}

#[cfg(feature = "pdf")]
#[test]
fn each_unit_and_each_carrier_gets_a_paper() {
    let folder = tempfile::tempdir().unwrap();
    write(Lang::Vi, folder.path());
    for name in ["A-TK01", "A-DV01", "B-BT00", "B-BT01"] {
        let pdf = fs::read(folder.path().join(format!("manifests/{name}.pdf"))).unwrap();
        assert!(pdf.starts_with(b"%PDF-"), "{name}");
    }
}

#[cfg(feature = "xlsx")]
#[test]
fn refused_rows_keep_their_own_columns_in_front_and_formulas_stay_text() {
    use calamine::{Data, Reader};
    let folder = tempfile::tempdir().unwrap();
    write(Lang::Vi, folder.path());
    let path = folder.path().join("exceptions.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let sheet = book.worksheet_range("Dòng cần sửa").unwrap();
    let row =
        |n: usize| sheet.rows().nth(n).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(row(0), ["Mã hồ sơ", "Chủ hồ sơ", "Lý do", "Cần làm", "Tệp", "Dòng"]);
    assert_eq!(sheet.get((1, 1)), Some(&Data::String(NASTY[2].to_owned())));
    assert_eq!(row(1)[4..], ["a.csv", "5"]);
    assert_eq!(book.worksheet_formula("Dòng cần sửa").unwrap().used_cells().count(), 0);
    assert_eq!(book.worksheet_range("Cần xem").unwrap().rows().count(), 2);
    let forwarded = book.worksheet_range("Chuyển tiếp").unwrap();
    assert_eq!(forwarded.rows().count(), 2, "R-AD-5: one item goes to another depot");
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let bytes = |lang| {
        let folder = tempfile::tempdir().unwrap();
        write(lang, folder.path());
        let mut files = BTreeMap::new();
        for part in ["", "carriers", "manifests"] {
            for entry in fs::read_dir(folder.path().join(part)).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    files.insert(path.file_name().unwrap().to_owned(), fs::read(&path).unwrap());
                }
            }
        }
        files
    };
    let (first, second) = (bytes(Lang::En), bytes(Lang::En));
    for (name, content) in &first {
        assert!(second.get(name) == Some(content), "{name:?} differs");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let rows = rejected();
    let error = write_all(&day(), &extras(Lang::Vi, &rows), file.path()).unwrap_err();
    assert!(error.to_string().contains(&file.path().display().to_string()));
}

#[test]
fn phones_keep_two_digits_and_three() {
    assert_eq!(mask_phone("0905123456"), "09xx xxx 456");
    assert_eq!(mask_phone("12"), "xxx");
    let text = "gọi 0905.123 456, K12/3, 000.00.15.H47-251120-0001 RR473124829VN";
    let masked = "gọi 09xx xxx 456, K12/3, 000.00.15.H47-251120-0001 RR473124829VN";
    assert_eq!(mask_phones_in(text), masked);
}

/// Keeps the files of the invented day where `BUUTA_KEEP_OUTPUTS` says, for looking at them.
#[test]
fn the_invented_day_can_be_kept_for_the_eye() {
    let kept = std::env::var_os("BUUTA_KEEP_OUTPUTS");
    let folder = tempfile::tempdir().unwrap();
    let root = kept.as_ref().map_or(folder.path(), Path::new);
    write(Lang::Vi, root);
    assert!(root.join("plan.schema.json").is_file());
}

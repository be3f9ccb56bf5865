//! Addresses from the command line to the depot's memory and back.

use std::fs;
use std::path::Path;

use buuta::address::{Resolver, ResolverConfig};
use buuta::evaluation::{Writing, evaluate, generated_addresses};
use buuta::rng::Seed;
use buuta::territory::Gazetteer;

use crate::program::{buuta, text};

#[track_caller]
fn told(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = buuta(folder, arguments);
    let (out, message) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{message}");
    out + &message
}

/// At least so many right, at most so many wrong, per mille; a share of the bare, undecided and split ones goes to
/// review by right.
const FLOORS: [(Writing, usize, usize); 14] = [
    (Writing::Full, 970, 1),
    (Writing::Short, 965, 1),
    (Writing::Bare, 870, 3),
    (Writing::Mixed, 960, 1),
    (Writing::OldName, 870, 3),
    (Writing::NoDistrict, 910, 5),
    (Writing::Unaccented, 960, 3),
    (Writing::Spelling, 970, 1),
    (Writing::Mistyped, 850, 8),
    (Writing::Scanned, 890, 5),
    (Writing::Glued, 960, 3),
    (Writing::Legacy, 930, 3),
    (Writing::English, 955, 3),
    (Writing::Cluttered, 965, 1),
];

#[test]
fn made_up_addresses_are_read_well_in_every_way_of_writing() {
    let gazetteer = Gazetteer::bundled();
    let resolver = Resolver::new(gazetteer, ResolverConfig::default());
    // Another seed than the one the probabilities were counted on.
    let report = evaluate(&resolver, &generated_addresses(gazetteer, Seed(5), 1_000));
    println!("{:?}", report.kinds);
    for (writing, right_min, wrong_max) in FLOORS {
        let counts = &report.kinds[writing.key()];
        assert!(right_min <= counts.n_right, "{writing:?}: {} right", counts.n_right);
        assert!(counts.n_wrong <= wrong_max, "{writing:?}: {} wrong", counts.n_wrong);
        assert!(
            counts.n_wrong_certain <= 1,
            "{writing:?}: {} wrong at certain",
            counts.n_wrong_certain
        );
    }
}

#[test]
fn stated_probabilities_are_kept() {
    let gazetteer = Gazetteer::bundled();
    let resolver = Resolver::new(gazetteer, ResolverConfig::default());
    let report = evaluate(&resolver, &generated_addresses(gazetteer, Seed(6), 1_000));
    for band in report.reliability.iter().filter(|band| 30 <= band.n) {
        let n = band.n as f64;
        let (stated, right) = (band.stated / n, band.right / n);
        // Three standard errors and two points for the difference between seeds.
        let margin = 3.0 * (stated * (1.0 - stated) / n).sqrt() + 0.02;
        assert!((stated - right).abs() <= margin, "stated {stated:.3}, right {right:.3} of {n}");
    }
}

#[test]
fn a_planner_reviews_once_and_the_depot_remembers() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let line = "thôn 3, Thăng Bình";
    fs::write(at.join("in.csv"), format!("STT;Địa chỉ\n1;{line}\n2;xã Thăng Bình, Đà Nẵng\n"))
        .unwrap();
    let summary = told(
        at,
        &["resolve", "--file", "in.csv", "--out", "out.csv", "--review", "review.xlsx"],
        0,
    );
    assert!(summary.contains("2 địa chỉ, 1 cần xem"), "{summary}");
    let answered = fs::read_to_string(at.join("out.csv")).unwrap();
    assert!(
        answered.lines().nth(2).unwrap().starts_with("2,\"xã Thăng Bình, Đà Nẵng\",20791,"),
        "{answered}"
    );
    assert!(fs::read(at.join("review.xlsx")).unwrap().starts_with(b"PK"));
    // The clerk's choice, saved as CSV by a spreadsheet; a workbook is read the same way.
    let decided =
        format!("Địa chỉ;Chọn xã, phường\n{line};Xã Thăng Bình (20791), Thành phố Đà Nẵng\n");
    fs::write(at.join("decided.csv"), decided).unwrap();
    let learned = told(at, &["resolve", "--learn", "decided.csv", "--depot-db", "depot.db"], 0);
    assert!(learned.contains("đã học 1 địa điểm, 1 mới"), "{learned}");
    let answer = told(at, &["resolve", line, "--depot-db", "depot.db", "--format", "json"], 0);
    assert!(answer.contains("\"code\":\"20791\"") && answer.contains("\"inferred\""), "{answer}");
    let list = told(at, &["places", "--depot-db", "depot.db", "--export", "places.csv"], 0);
    assert!(list.is_empty(), "{list}");
    let exported = fs::read_to_string(at.join("places.csv")).unwrap();
    assert!(exported.contains("1,hamlet,thôn 3,thangbinh,20791,Xã Thăng Bình,"), "{exported}");
    let unknown = told(at, &["places", "--depot-db", "depot.db", "--forget", "7"], 3);
    assert!(unknown.contains("không có địa điểm số 7; chưa quên địa điểm nào"), "{unknown}");
    assert!(
        told(at, &["places", "--depot-db", "depot.db", "--forget", "1"], 0).contains("0 địa điểm")
    );
    let answer = told(at, &["resolve", line, "--depot-db", "depot.db", "--format", "json"], 0);
    assert!(answer.contains("\"review\""), "{answer}");
}

#[test]
fn a_review_workbook_that_was_filled_in_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("in.csv"), "Địa chỉ\n\"thôn 3, Thăng Bình\"\n").unwrap();
    told(at, &["resolve", "--file", "in.csv", "--review", "review.xlsx"], 0);
    // Nothing was chosen yet.
    let learned = told(at, &["resolve", "--learn", "review.xlsx", "--depot-db", "depot.db"], 0);
    assert!(learned.contains("đã học 0 địa điểm, 0 mới; 1 dòng chưa có quyết định"), "{learned}");
}

#[test]
fn the_depot_remembers_no_names() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let decided = "Địa chỉ;Mã xã\n\
        gần nhà anh Tư, Thăng Bình;20791\n\
        gần nhà anh Tư, thôn 3, Thăng Bình;20791\n";
    fs::write(at.join("decided.csv"), decided).unwrap();
    let learned = told(at, &["resolve", "--learn", "decided.csv", "--depot-db", "depot.db"], 3);
    assert!(learned.contains("đã học 1 địa điểm, 1 mới"), "{learned}");
    told(at, &["places", "--depot-db", "depot.db", "--export", "places.csv"], 0);
    let exported = fs::read_to_string(at.join("places.csv")).unwrap();
    assert!(exported.contains("thôn 3") && !exported.contains("Tư"), "{exported}");
}

#[test]
fn bad_texts_are_answered_as_unknown_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (long, glued) = ("qwz ".repeat(2_500), "aB1".repeat(3_400));
    for line in [
        "",
        " ,;. ",
        "0905 123 456",
        "🙂🏠 🏡",
        "\u{7}\u{1b}[31m\u{202e}",
        "10 Downing Street, London SW1A 2AA",
        "<script>alert('1')</script>' OR 1=1 --",
        &long,
        &glued,
    ] {
        let answer = told(folder.path(), &["resolve", line, "--format", "json"], 0);
        assert!(answer.contains("\"commune\":null"), "{answer}");
        assert!(answer.contains("không thấy tên xã nào"), "{answer}");
        let table = told(folder.path(), &["resolve", line], 0);
        assert!(table.contains("không xác định"), "{table}");
    }
}

#[test]
fn a_file_of_windows_1258_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    // "Địa chỉ" over "xã Bình Minh huyện Thăng Bình tỉnh Quảng Nam": ă is \xE3, a tone stands behind its vowel.
    let bytes = b"\xD0i\xF2a chi\xD2\n\
        xa\xDE Bi\xCCnh Minh huy\xEA\xF2n Th\xE3ng Bi\xCCnh ti\xD2nh Qua\xD2ng Nam\n";
    fs::write(at.join("in.csv"), bytes).unwrap();
    let answer = told(at, &["resolve", "--file", "in.csv"], 0);
    assert!(answer.contains("Xã Thăng An"), "{answer}");
}

#[test]
fn a_later_list_of_units_needs_no_new_program() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("units")).unwrap();
    // An invented reform: two communes become one of a new name.
    let changes = "valid_from,old_code,new_code,new_full_name,province,lat,lon\n\
        2025-09-01,20791,90001,Xã Bình Nguyên Mới,48,15.70,108.36\n\
        2025-09-01,20818,90001,Xã Bình Nguyên Mới,48,15.70,108.36\n";
    fs::write(at.join("units/changes.csv"), changes).unwrap();
    for line in ["xã Bình Nguyên Mới, Đà Nẵng", "xã Thăng Bình, Đà Nẵng"] {
        let answer = told(at, &["resolve", line, "--units", "units", "--format", "json"], 0);
        assert!(answer.contains("\"code\":\"90001\""), "{answer}");
        assert!(!answer.contains("\"review\""), "{answer}");
    }
    let before = told(at, &["resolve", "xã Thăng Bình, Đà Nẵng", "--format", "json"], 0);
    assert!(before.contains("\"code\":\"20791\""), "{before}");
}

#[test]
fn a_missing_or_foreign_database_ends_with_five() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let message = told(at, &["resolve", "xã A", "--depot-db", "none.db"], 5);
    assert!(message.contains("none.db"), "{message}");
    assert!(!at.join("none.db").exists());
    fs::write(at.join("text.db"), "not a database, but long enough to be taken for one").unwrap();
    let message = told(at, &["places", "--depot-db", "text.db"], 5);
    assert!(message.contains("không dùng được sổ của bưu cục text.db"), "{message}");
}

/// Refused with code 3 and these words, in each language.
#[track_caller]
fn check_refused(folder: &Path, arguments: &[&str], vietnamese: &[&str], english: &[&str]) {
    for (lang, words) in [("vi", vietnamese), ("en", english)] {
        let message = told(folder, &[arguments, &["--lang", lang]].concat(), 3);
        for part in words {
            assert!(message.contains(part), "{part:?} is missing in: {message}");
        }
    }
}

#[test]
fn tables_given_by_the_user_are_refused_with_place_value_and_remedy_in_the_language_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("units")).unwrap();
    let units = ["resolve", "xã A", "--units", "units"];
    check_refused(
        at,
        &units,
        &["thư mục units không có bảng đơn vị", "hamlets.csv"],
        &["units holds no table of units", "hamlets.csv"],
    );
    fs::write(at.join("units/hamlets.csv"), "former_code,hamlet,commune\n20296,thôn 1,1\n")
        .unwrap();
    check_refused(
        at,
        &units,
        &["trong units: hamlets.csv, dòng 2: xã kế thừa không có trong bảng"],
        &["in units: hamlets.csv, row 2: a successor is not in the table"],
    );
    let streets = ["resolve", "xã A", "--streets", "streets.csv"];
    let check = |text: &str, vietnamese: &str, english: &str| {
        fs::write(at.join("streets.csv"), text).unwrap();
        check_refused(at, &streets, &[vietnamese], &[english]);
    };
    check(
        "name\nHùng Vương\n",
        "streets.csv thiếu cột commune",
        "streets.csv has no column commune",
    );
    check(
        "name,commune,weight\nHùng Vương,20242,-1\n",
        "streets.csv, dòng 2: weight là -1; phải lớn hơn 0",
        "streets.csv, row 2: weight is -1; it must be above 0",
    );
    check(
        "name,commune\nHùng Vương,Hải Châu\n",
        "dòng 2: \"Hải Châu\" không phải là mã xã",
        "row 2: \"Hải Châu\" is no commune code",
    );
    check(
        "name,commune,house_from,house_to,side\nHùng Vương,20242,1,9b,odd\n",
        "dòng 2: \"9b\" không phải là số nhà",
        "row 2: \"9b\" is no house number",
    );
    check(
        "name,commune,side\nHùng Vương,20242,left\n",
        "dòng 2: side là \"left\"",
        "row 2: side is \"left\"",
    );
}

#[test]
fn files_of_addresses_that_cannot_be_used_are_refused_in_the_language_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    check_refused(
        at,
        &["resolve", "--file", "none.csv"],
        &["buuta: không đọc được none.csv: không có tệp"],
        &["buuta: cannot read none.csv: no such file"],
    );
    fs::write(at.join("in.csv"), "a,b\n1,2\n").unwrap();
    check_refused(
        at,
        &["resolve", "--file", "in.csv"],
        &["in.csv cần cột «Địa chỉ», «Xã» hoặc «Mã xã»", "thấy: a, b"],
        &["in.csv needs a column", "found: a, b"],
    );
    check_refused(
        at,
        &["evaluate", "addresses", "in.csv"],
        &["trong in.csv: thiếu cột text"],
        &["in in.csv: no column text"],
    );
}

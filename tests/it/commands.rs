//! The command line as a planner meets it: exit codes, messages, nothing lost.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const DEPOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/depot.toml");
const HEADER: &str = "Mã hồ sơ;Đơn vị;Tên thủ tục;Chủ hồ sơ;Địa chỉ;Ngày hẹn trả;SĐT\n";
const ROW: &str = "H47.15-251120-0001;Một cửa Tam Kỳ;Cấp phiếu lý lịch tư pháp;Nguyễn Văn Mẫu;\
    12 Phan Chu Trinh, phường Tam Kỳ, TP Đà Nẵng;24/11/2025;0900000001\n";

fn buuta(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_buuta"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// Plans one file of results by iterations.
fn plan(folder: &Path, results: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["plan", results, "--date", "2025-11-24", "--iterations", "120"];
    if !more.contains(&"--depot") {
        arguments.extend(["--depot", DEPOT]);
    }
    if !more.contains(&"--out") {
        arguments.extend(["--out", "out"]);
    }
    arguments.extend(more);
    buuta(folder, &arguments)
}

#[track_caller]
fn check_refused(output: &Output, expected: &[&str]) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{message}");
    for part in expected {
        assert!(message.contains(part), "{part:?} is missing in: {message}");
    }
}

#[test]
fn a_good_file_becomes_a_folder_with_everything() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), format!("{HEADER}{ROW}")).unwrap();
    let output = plan(folder.path(), "a.csv", &["--export-problem", "problem.json"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("1 dòng = 1 nhận + 0 cập nhật + 0 cần sửa"), "{told}");
    assert!(told.contains("1 bưu gửi = 1 lên tuyến + 0 chờ + 0 chuyển tiếp"), "{told}");
    for file in ["plan.json", "plan.schema.json", "report.html"] {
        assert!(folder.path().join("out").join(file).is_file(), "{file}");
    }
    let problem = fs::read_to_string(folder.path().join("problem.json")).unwrap();
    assert!(problem.contains("buuta-problem/1"));
    assert!(!problem.contains("Nguyễn") && !problem.contains("Phan Chu Trinh"), "no person leaves");
}

#[test]
fn the_same_day_by_iterations_gives_the_same_plan_on_one_thread_and_on_two() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), format!("{HEADER}{ROW}")).unwrap();
    for threads in ["1", "2"] {
        let output = plan(folder.path(), "a.csv", &["--threads", threads, "--out", threads]);
        assert_eq!(output.status.code(), Some(0));
    }
    let read = |out: &str| fs::read(folder.path().join(out).join("plan.json")).unwrap();
    assert_eq!(read("1"), read("2"));
}

#[test]
fn one_bad_row_never_stops_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let bad = ROW.replace("0001", "0002").replace("24/11/2025", "hôm qua");
    fs::write(folder.path().join("a.csv"), format!("{HEADER}{bad}{ROW}")).unwrap();
    let output = plan(folder.path(), "a.csv", &[]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.contains("2 dòng = 1 nhận + 0 cập nhật + 1 cần sửa"), "{told}");
    assert!(folder.path().join("out/plan.json").is_file());
}

#[test]
fn files_that_are_no_tables_are_refused_with_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("empty.csv", "");
    write("letter.csv", "Kính gửi quý cơ quan,\nxin chào.\n");
    write("column.csv", &format!("{HEADER}{ROW}").replace(";Ngày hẹn trả", ";Ngày gì đó"));
    write("broken.xlsx", "PK but no workbook");
    check_refused(&plan(folder.path(), "missing.csv", &[]), &["missing.csv"]);
    check_refused(&plan(folder.path(), "empty.csv", &[]), &["empty.csv"]);
    check_refused(&plan(folder.path(), "letter.csv", &[]), &["letter.csv"]);
    check_refused(&plan(folder.path(), "column.csv", &[]), &["column.csv", "Ngày hẹn trả"]);
    check_refused(&plan(folder.path(), "broken.xlsx", &[]), &["broken.xlsx"]);
    assert!(!folder.path().join("out").exists(), "nothing is written");
}

#[test]
fn a_depot_file_that_cannot_be_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), format!("{HEADER}{ROW}")).unwrap();
    let good = fs::read_to_string(DEPOT).unwrap();
    let without_shift = good.replacen("shift_start", "# shift_start", 1);
    fs::write(folder.path().join("shift.toml"), without_shift).unwrap();
    let elsewhere = good.replacen("commune = \"Thăng Bình\"", "commune = \"Atlantis\"", 1);
    fs::write(folder.path().join("place.toml"), elsewhere).unwrap();
    let output = plan(folder.path(), "a.csv", &["--depot", "shift.toml"]);
    check_refused(&output, &["shift.toml", "shift_start"]);
    let output = plan(folder.path(), "a.csv", &["--depot", "place.toml"]);
    check_refused(&output, &["place.toml", "Atlantis"]);
}

#[test]
fn a_folder_with_other_peoples_files_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), format!("{HEADER}{ROW}")).unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(folder.path().join("out/letter.txt"), "mine").unwrap();
    check_refused(&plan(folder.path(), "a.csv", &[]), &["out", "plan.json"]);
    assert_eq!(fs::read_to_string(folder.path().join("out/letter.txt")).unwrap(), "mine");
}

#[test]
fn wrong_usage_ends_with_two_and_help_with_zero() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(buuta(folder.path(), &["fly"]).status.code(), Some(2));
    for command in ["demo", "plan", "resolve", "solve", "check", "evaluate"] {
        let output = buuta(folder.path(), &[command, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{command}");
    }
}

#[test]
fn a_research_instance_is_solved_and_its_plan_checked() {
    let folder = tempfile::tempdir().unwrap();
    let instance = concat!(env!("CARGO_MANIFEST_DIR"), "/data/instances/square.vrp");
    let solve = ["solve", instance, "--iterations", "300", "--json", "--output", "plan.sol"];
    let output = buuta(folder.path(), &solve);
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(line.contains("\"feasible\":true") || line.contains("\"feasible\": true"), "{line}");
    let output = buuta(folder.path(), &["check", instance, "plan.sol"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

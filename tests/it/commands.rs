//! The command line as a planner meets it: exit codes, messages, nothing lost.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use buuta::outputs::wording::help::COMMANDS;

use crate::program::{buuta, text};

const DEPOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/depot.toml");
const HEADER: &str = "Mã hồ sơ;Đơn vị;Tên thủ tục;Chủ hồ sơ;Địa chỉ;Ngày hẹn trả;SĐT\n";
const ROW: &str = "H47.15-251120-0001;Một cửa Tam Kỳ;Cấp phiếu lý lịch tư pháp;Nguyễn Văn Mẫu;\
    12 Phan Chu Trinh, phường Tam Kỳ, TP Đà Nẵng;24/11/2025;0900000001\n";

/// Plans one file of results, by iterations unless a time is given.
fn plan(folder: &Path, results: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["plan", results, "--date", "2025-11-24"];
    if !more.contains(&"--time") {
        arguments.extend(["--iterations", "120"]);
    }
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
    let message = text(&output.stderr);
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
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}{}", text(&output.stderr));
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
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.contains("2 dòng = 1 nhận + 0 cập nhật + 1 cần sửa"), "{told}");
    assert!(folder.path().join("out/plan.json").is_file());
}

/// A folder where nothing can be made whoever asks, even a user who may do everything: below a regular file.
const NO_FOLDER: &str = "a.csv/out";

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Refused with code 3 and these words, in each language; nothing is written and the older plan stays.
#[track_caller]
fn check_bad_input(
    files: &[(&str, &str)],
    arguments: &[&str],
    vietnamese: &[&str],
    english: &[&str],
) {
    let folder = folder_with(files);
    let older = folder.path().join("out/plan.json");
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(&older, "an older plan").unwrap();
    for (lang, words) in [("vi", vietnamese), ("en", english)] {
        let mut more = vec!["--lang", lang];
        more.extend(&arguments[1..]);
        check_refused(&plan(folder.path(), arguments[0], &more), words);
        assert_eq!(fs::read_to_string(&older).unwrap(), "an older plan");
        for (name, text) in files {
            assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), *text);
        }
        let entries = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(entries, files.len() + 1, "nothing but the files and the older plan");
    }
}

#[test]
fn a_file_that_is_missing_or_empty_is_refused_with_its_name_and_the_remedy() {
    check_bad_input(
        &[],
        &["missing.csv"],
        &["không đọc được missing.csv", "không có tệp", "xem lại đường dẫn"],
        &["cannot read missing.csv", "check the path"],
    );
    check_bad_input(
        &[("empty.csv", "")],
        &["empty.csv"],
        &["empty.csv là tệp rỗng", "kết xuất lại"],
        &["empty.csv is empty", "export it again"],
    );
}

#[test]
fn a_text_that_is_no_table_is_refused_with_its_name_and_the_remedy() {
    check_bad_input(
        &[("letter.csv", "Kính gửi quý cơ quan,\nxin chào.\n")],
        &["letter.csv"],
        &["letter.csv không phải là bảng kết quả", "dòng tiêu đề", "hãy lưu dạng .xlsx hoặc .csv"],
        &["letter.csv is not a table of results", "header", "save it as .xlsx or .csv"],
    );
}

#[test]
fn a_missing_column_is_one_error_that_names_it_and_the_columns_found() {
    let text = format!("{HEADER}{ROW}").replace(";Ngày hẹn trả", ";Ngày gì đó");
    check_bad_input(
        &[("column.csv", &text)],
        &["column.csv"],
        &[
            "column.csv thiếu cột ngay_hen_tra",
            "«Ngày hẹn trả»",
            "Ngày gì đó",
            "đổi tên hoặc thêm cột",
        ],
        &["column.csv lacks ngay_hen_tra", "«Ngày hẹn trả»", "rename or add the column"],
    );
}

#[cfg(feature = "xlsx")]
#[test]
fn an_unreadable_workbook_is_refused_with_its_name_and_the_remedy() {
    check_bad_input(
        &[("broken.xlsx", "PK\u{3}\u{4} but no workbook")],
        &["broken.xlsx"],
        &["broken.xlsx bị hỏng", "hãy mở ra và lưu lại"],
        &["broken.xlsx is damaged", "open it and save it again"],
    );
}

#[test]
fn a_bad_file_among_good_ones_names_itself_and_nothing_is_planned_without_it() {
    check_bad_input(
        &[("a.csv", &format!("{HEADER}{ROW}")), ("b.csv", "")],
        &["a.csv", "b.csv"],
        &["b.csv là tệp rỗng"],
        &["b.csv is empty"],
    );
}

#[test]
fn a_depot_file_that_cannot_be_is_refused_with_its_place_and_the_remedy() {
    let good = fs::read_to_string(DEPOT).unwrap();
    let results = format!("{HEADER}{ROW}");
    let check = |broken: &str, vietnamese: &[&str], english: &[&str]| {
        assert_ne!(broken, good, "the depot file was meant to be broken");
        let files = [("a.csv", results.as_str()), ("depot.toml", broken)];
        check_bad_input(&files, &["a.csv", "--depot", "depot.toml"], vietnamese, english);
    };
    // A carrier without a shift: the line and the missing word.
    check(
        &good.replacen("shift_start", "# shift_start", 1),
        &["trong depot.toml", "sai ở dòng", "thiếu mục `shift_start`"],
        &["in depot.toml", "line", "missing field `shift_start`"],
    );
    // A depot outside the gazetteer.
    let home = good.lines().find(|line| line.starts_with("commune =")).unwrap();
    check(
        &good.replacen(home, "commune = \"Atlantis\"", 1),
        &["[office] commune", "\"Atlantis\" không phải là xã hiện nay", "hoặc mã xã"],
        &["[office] commune", "\"Atlantis\" is no commune of today", "or its code"],
    );
    check(
        "",
        &["trong depot.toml", "thiếu mục `office`"],
        &["in depot.toml", "missing field `office`"],
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_any_search() {
    let results = format!("{HEADER}{ROW}");
    check_bad_input(
        &[("a.csv", &results)],
        &["a.csv", "--out", NO_FOLDER],
        &["không tạo được thư mục a.csv", "không phải là thư mục", "chọn thư mục khác với --out"],
        &["cannot create the folder a.csv", "name another one with --out"],
    );
    check_bad_input(
        &[("a.csv", &results)],
        &["a.csv", "--out", "a.csv"],
        &["a.csv là một tệp", "--out"],
        &["a.csv is a file", "--out"],
    );
    check_bad_input(
        &[("a.csv", &results)],
        &["a.csv", "--export-problem", "a.csv/problem.json"],
        &["không ghi được a.csv/problem.json"],
        &["cannot write a.csv/problem.json"],
    );
    let folder = folder_with(&[("a.csv", "")]);
    check_refused(
        &buuta(folder.path(), &["demo", "--out", NO_FOLDER]),
        &["không tạo được thư mục"],
    );
}

#[test]
fn a_folder_stands_for_its_tables_and_the_depot_file_beside_them() {
    let folder = folder_with(&[("a.csv", &format!("{HEADER}{ROW}")), ("note.txt", "none")]);
    fs::copy(DEPOT, folder.path().join("depot.toml")).unwrap();
    fs::write(folder.path().join("~$a.xlsx"), "a lock").unwrap();
    let arguments =
        ["plan", ".", "--date", "2025-11-24", "--dry-run", "--out", "x", "--time", "1s"];
    let output = buuta(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(told(&output).contains("1 dòng = 1 nhận"), "{}", told(&output));
    fs::remove_file(folder.path().join("a.csv")).unwrap();
    check_refused(&buuta(folder.path(), &arguments), &["không có tệp .csv hay .xlsx nào"]);
    fs::remove_file(folder.path().join("depot.toml")).unwrap();
    check_refused(&buuta(folder.path(), &arguments), &["depot.toml", "--depot"]);
}

#[test]
fn two_files_with_the_same_dossier_make_one_item_and_say_so() {
    let again = format!("{HEADER}{}", ROW.replace("24/11/2025", "25/11/2025"));
    let folder = folder_with(&[("a.csv", &format!("{HEADER}{ROW}")), ("b.csv", &again)]);
    let output = plan(folder.path(), "a.csv", &["b.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let told = told(&output);
    assert!(told.contains("2 dòng = 1 nhận + 1 cập nhật + 0 cần sửa"), "{told}");
    assert!(told.contains("1 bưu gửi = 1 lên tuyến"), "{told}");
    let report = fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    assert!(report.contains("b.csv:2 thay a.csv:2"), "both places are named");
}

/// Many results at some doors, as a CSV text.
fn many_rows(n: usize) -> String {
    let mut text = HEADER.to_owned();
    for k in 0..n {
        let row = ROW.replace("251120-0001", &format!("251120-{k:06}"));
        text += &row.replace("12 Phan Chu Trinh", &format!("{} Phan Chu Trinh", k % 40));
    }
    text
}

#[test]
fn a_large_file_is_planned_with_every_row_accounted_for() {
    let folder = folder_with(&[("a.csv", &many_rows(3_000))]);
    let output = plan(folder.path(), "a.csv", &["--format", "json", "--time", "500ms"]);
    assert_eq!(output.status.code(), Some(4), "{}", told(&output));
    let line = text(&output.stdout);
    assert!(line.contains("\"rows\":3000") && line.contains("\"items\":3000"), "{line}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_a_million_rows_is_refused_at_its_first_row_too_many_in_bounded_memory() {
    if std::env::var_os("RUN_SLOW_TESTS").is_none() {
        println!("skipped: set RUN_SLOW_TESTS to read a million rows");
        return;
    }
    let folder = folder_with(&[("a.csv", &many_rows(1_000_000))]);
    // The shell holds the program to a gigabyte and a half of addresses, its code and stacks included.
    let line = format!(
        "ulimit -v 1500000; exec {} plan a.csv --depot {DEPOT} --date 2025-11-24 --out out --threads 2",
        env!("CARGO_BIN_EXE_buuta")
    );
    let mut command = Command::new("sh");
    let output = command.args(["-c", &line]).current_dir(folder.path()).output().unwrap();
    check_refused(&output, &["a.csv, dòng 200002", "hơn 200000 kết quả", "tách tệp"]);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn progress_is_told_as_asked_and_never_on_standard_output() {
    let folder = folder_with(&[("a.csv", &format!("{HEADER}{ROW}"))]);
    let run = |style: &str| {
        let output =
            plan(folder.path(), "a.csv", &["--progress", style, "--format", "json", "--dry-run"]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        let result: Vec<&str> = std::str::from_utf8(&output.stdout).unwrap().lines().collect();
        assert_eq!(result.len(), 1, "the result is one line: {result:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(run("none"), "");
    assert_eq!(run("auto"), "", "nobody watches a pipe");
    let plain = run("plain");
    assert!(plain.contains("đọc tệp …") && plain.contains("tìm tuyến …"), "{plain}");
    let json = run("json");
    assert!(json.contains("{\"room\":\"intake\"}"), "{json}");
    assert!(json.lines().all(|line| line.starts_with('{') && line.ends_with('}')), "{json}");
}

#[test]
fn timings_name_every_room() {
    let folder = folder_with(&[("a.csv", &format!("{HEADER}{ROW}"))]);
    let output = plan(folder.path(), "a.csv", &["--timings", "--dry-run"]);
    let text = String::from_utf8(output.stderr).unwrap();
    for room in ["intake", "address", "stops", "network", "territory", "solver", "check", "outputs"]
    {
        let line = text.lines().find(|line| line.starts_with(room));
        assert!(line.is_some_and(|line| line.contains(" ms")), "{room}: {text}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_writes_the_best_plan_so_far() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    let folder = folder_with(&[("a.csv", &many_rows(60))]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_buuta"))
        .args(["plan", "a.csv", "--depot", DEPOT, "--date", "2025-11-24", "--out", "out"])
        .args(["--time", "10min", "--progress", "json"])
        .current_dir(folder.path())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let searching =
        lines.by_ref().map_while(Result::ok).any(|line| line.contains("\"iterations\""));
    assert!(searching, "the search tells how it comes along");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(rest.iter().any(|line| line.contains("ghi kế hoạch tốt nhất đã có")), "{rest:?}");
    let status = child.wait().unwrap();
    assert!(matches!(status.code(), Some(0 | 4)), "{status}: {rest:?}");
    let written = fs::read_to_string(folder.path().join("out/plan.json")).unwrap();
    assert!(written.contains("buuta-plan/1"));
}

#[test]
fn a_folder_with_other_peoples_files_is_left_alone() {
    let folder = folder_with(&[("a.csv", &format!("{HEADER}{ROW}"))]);
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(folder.path().join("out/letter.txt"), "mine").unwrap();
    check_refused(&plan(folder.path(), "a.csv", &[]), &["out", "plan.json"]);
    assert_eq!(fs::read_to_string(folder.path().join("out/letter.txt")).unwrap(), "mine");
}

#[test]
fn an_older_plan_is_replaced_as_a_whole_even_under_a_name_with_a_slash() {
    let folder = folder_with(&[("a.csv", &format!("{HEADER}{ROW}"))]);
    for out in ["out", "out/"] {
        let output = plan(folder.path(), "a.csv", &["--out", out]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        let plan = folder.path().join("out");
        assert!(plan.join("plan.json").is_file());
        assert!(!plan.join("left over").exists());
        fs::write(plan.join("left over"), "of the older plan").unwrap();
    }
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.csv", "out"], "no helper folder stays");
}

fn told(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn a_listener_who_leaves_early_stops_nothing_and_is_no_fault() {
    use std::process::Stdio;
    let folder = folder_with(&[("a.csv", &format!("{HEADER}{ROW}"))]);
    let check = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_buuta"));
        command.args(arguments).current_dir(folder.path()).env_remove("BUUTA_LANG");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
        assert!(!message.contains("panicked"), "{arguments:?}: {message}");
        // And nobody hears the conversation either.
        let mut child = command.spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    };
    let instance = concat!(env!("CARGO_MANIFEST_DIR"), "/data/instances/square.vrp");
    check(&["--help"]);
    check(&["help", "plan"]);
    check(&["resolve", "xã Thăng Bình, Đà Nẵng"]);
    check(&["evaluate", "addresses", "--generated", "2", "--mistakes"]);
    check(&["solve", instance, "--iterations", "10"]);
    check(&["region", "profile", "car"]);
    let plan = ["plan", "a.csv", "--depot", DEPOT, "--date", "2025-11-24", "--out", "out"];
    check(&[&plan[..], &["--iterations", "20", "--progress", "plain", "--timings"]].concat());
    assert!(folder.path().join("out/plan.json").is_file(), "the work is done all the same");
}

#[test]
fn help_ends_with_zero_and_shows_two_examples_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for words in COMMANDS {
        for (lang, usage) in [("vi", "Cách dùng: buuta"), ("en", "Usage: buuta")] {
            let mut arguments: Vec<&str> = words.path.split_whitespace().collect();
            arguments.extend(["--help", "--lang", lang]);
            let output = buuta(folder.path(), &arguments);
            let text = told(&output);
            assert_eq!(output.status.code(), Some(0), "{text}");
            assert!(text.contains(usage), "{text}");
            let shown = words.examples.iter().filter(|example| text.contains(**example));
            assert!(shown.count() >= 2, "{text}");
        }
    }
}

/// A line of help as its words; double quotes hold one word together.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn every_example_of_every_help_works() {
    let folder = tempfile::tempdir().unwrap();
    let instances = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances");
    copy_folder(&instances, &folder.path().join("data/instances"));
    // The extract that the reader of the help has downloaded.
    fs::write(folder.path().join("map.osm.pbf"), crate::region::extract()).unwrap();
    // And the legs that its carriers have recorded.
    fs::write(folder.path().join("times.csv"), crate::region::times()).unwrap();
    for example in COMMANDS.iter().flat_map(|words| words.examples) {
        let mut words = split(example);
        assert_eq!(words.remove(0), "buuta", "{example}");
        let searches = ["demo", "plan"].contains(&words[0].as_str());
        // A test has no time to lose: the same command, told to search a little.
        if let Some(at) = words.iter().position(|word| word == "--time").filter(|_| searches) {
            words.drain(at..at + 2);
        }
        if searches {
            words.extend(["--time", "300ms"].map(str::to_owned));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = buuta(folder.path(), &words);
        let code = output.status.code();
        let is_good = code == Some(0) || searches && code == Some(4);
        assert!(is_good, "{example}: {code:?}: {}", told(&output));
    }
}

#[test]
fn wrong_usage_ends_with_two_and_is_told_in_the_language_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let check = |arguments: &[&str], expected: &str| {
        let output = buuta(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(told(&output).contains(expected), "{}", told(&output));
    };
    check(&["fly"], "không có lệnh `fly`");
    check(&["fly", "--lang", "en"], "there is no command `fly`");
    check(&["demo", "--lang", "fr"], "`fr` không phải là giá trị của `--lang");
    check(&["demo", "--time", "ten", "--lang", "en"], "write a number with ms, s, min or h");
    check(&["plan", "a.csv"], "thiếu --out");
    check(&[], "thiếu lệnh");
}

#[test]
fn the_language_of_the_environment_holds_unless_the_arguments_say_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let run = |lang: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_buuta"));
        command.args(arguments).current_dir(folder.path()).env("BUUTA_LANG", lang);
        command.output().unwrap()
    };
    assert!(told(&run("en", &["--help"])).contains("Usage: buuta"));
    assert!(told(&run("en", &["--help", "--lang", "vi"])).contains("Cách dùng: buuta"));
    let missing = told(&run("en", &["check", "a.vrp", "b.sol"]));
    assert!(missing.contains("cannot read a.vrp: no such file or folder"), "{missing}");
    let missing = told(&run("vi", &["check", "a.vrp", "b.sol"]));
    assert!(missing.contains("không đọc được a.vrp: không có tệp hoặc thư mục này"), "{missing}");
    let wrong = run("fr", &["--help"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(told(&wrong).contains("BUUTA_LANG"), "{}", told(&wrong));
}

#[test]
fn a_research_instance_is_solved_and_its_plan_checked() {
    let folder = tempfile::tempdir().unwrap();
    let instance = concat!(env!("CARGO_MANIFEST_DIR"), "/data/instances/square.vrp");
    let solve = ["solve", instance, "--iterations", "300", "--json", "--output", "plan.sol"];
    let output = buuta(folder.path(), &solve);
    let line = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(line.contains("\"feasible\":true") || line.contains("\"feasible\": true"), "{line}");
    let output = buuta(folder.path(), &["check", instance, "plan.sol"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

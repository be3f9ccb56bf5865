//! The golden day: the bundled files through every room to the written folder, held against the requirements
//! of the trade by their ids (R-IN-5 and so on). Nothing here knows the solver: what is asked must hold for any plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use buuta::outputs::{PlanDocument, read_plan};

/// The day as written, and what was printed.
struct Day {
    folder: PathBuf,
    input: PathBuf,
    plan: PlanDocument,
    told: String,
}

fn day() -> &'static Day {
    static DAY: OnceLock<Day> = OnceLock::new();
    DAY.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden_day");
        let output = Command::new(env!("CARGO_BIN_EXE_buuta"))
            .args(["demo", "--time", "1s", "--out"])
            .arg(root.join("out"))
            .env_remove("BUUTA_LANG")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let folder = root.join("out");
        let plan = read_plan(&fs::read_to_string(folder.join("plan.json")).unwrap()).unwrap();
        Day { folder, input: root.join("out.input"), plan, told }
    })
}

/// Every number in a line that holds `word`.
fn numbers(text: &str, word: &str) -> Vec<usize> {
    let line = text.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{text}"));
    line.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

#[test]
fn r_in_5_every_row_in_is_a_row_out_and_it_is_printed() {
    let day = day();
    let counts = numbers(&day.told, " dòng = ");
    let [rows, accepted, updated, rejected] = counts[..] else { panic!("{counts:?}") };
    assert_eq!(rows, accepted + updated + rejected);
    assert_eq!(rows, 320, "three files of 130, 110 and 80");
    assert_eq!(accepted, day.plan.items.len());
    assert!(0 < updated && 0 < rejected, "the day holds every kind of mess");
}

#[cfg(feature = "xlsx")]
#[test]
fn r_in_5_the_rows_to_repair_can_be_fed_back_as_they_are_and_none_is_lost() {
    let day = day();
    let rejected = *numbers(&day.told, " dòng = ").last().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_buuta"))
        .arg("plan")
        .arg(day.folder.join("exceptions.xlsx"))
        .arg("--depot")
        .arg(day.input.join("depot.toml"))
        .args(["--date", "2025-11-24", "--dry-run", "--out", "never", "--time", "100ms"])
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let again = numbers(&told, " dòng = ");
    assert_eq!(again[0], rejected, "as many rows as were to be repaired: {told}");
}

#[test]
fn r_in_2_identity_numbers_are_counted_and_stand_in_no_output() {
    let day = day();
    assert_eq!(
        numbers(&day.told, "Số giấy tờ tùy thân đã bỏ"),
        [81],
        "80 in a column, one in a note"
    );
    // Papers and workbooks are packed; they are made of the same items as the plan.
    let is_text =
        |file: &PathBuf| !matches!(file.extension(), Some(e) if e == "pdf" || e == "xlsx");
    for file in written(&day.folder).into_iter().filter(is_text) {
        let text = fs::read_to_string(&file).unwrap();
        // The invented numbers all begin alike.
        assert!(!text.contains("001099000"), "{}", file.display());
    }
}

/// Every file of a folder, deep.
fn written(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(written(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Row of the messy file's k-th result: a title, a header and column numbers stand above, one blank row inside.
fn messy(k: u32) -> u32 {
    k + 4 + u32::from(30 < k)
}

#[test]
fn r_ad_1_and_2_what_may_mean_two_communes_goes_to_review_and_is_not_planned() {
    let plan = &day().plan;
    let planned: BTreeSet<u32> = planned_items(plan).into_iter().collect();
    let at = |k: u32| {
        let found = plan.items.iter().position(|item| {
            item.source.file == "3-lon-xon.csv" && item.source.row == Some(messy(k))
        });
        found.unwrap_or_else(|| panic!("result {k} of the messy file became no item")) as u32
    };
    // A former district, a name of two districts, names that differ by accents only, a commune that was split.
    for k in [32, 33, 35, 36, 37, 39] {
        let id = at(k);
        assert_eq!(plan.items[id as usize].confidence, "review", "result {k}");
        assert!(!planned.contains(&id), "result {k} is not guessed");
        let reason = plan.unplanned.iter().find(|u| u.item == id).map(|u| u.reason.as_str());
        assert_eq!(reason, Some("not_located"), "result {k}");
    }
    // A former ward of a former city is today's Hương Trà.
    assert_eq!(plan.items[at(45) as usize].commune.as_deref(), Some("20350"));
    // R-AD-5: another province is another depot's.
    assert!(plan.forwarded.iter().any(|f| f.item == at(38)));
}

#[test]
fn r_ad_3_every_stop_tells_what_its_position_rests_on() {
    for stop in &day().plan.stops {
        assert!(
            ["given", "former_commune", "commune"].contains(&stop.tier.as_str()),
            "{}",
            stop.tier
        );
    }
}

#[test]
fn r_ad_4_two_results_for_one_door_make_one_stop() {
    let stops = &day().plan.stops;
    assert!(stops.iter().any(|stop| 2 <= stop.items.len()));
    let items: Vec<u32> = stops.iter().flat_map(|stop| stop.items.iter().copied()).collect();
    let distinct: BTreeSet<u32> = items.iter().copied().collect();
    assert_eq!(items.len(), distinct.len(), "no item has two doors");
}

fn planned_items(plan: &PlanDocument) -> Vec<u32> {
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    visits.flat_map(|visit| plan.stops[visit.stop as usize].items.iter().copied()).collect()
}

#[test]
fn r_pl_3_every_item_is_on_one_route_or_waits_with_a_reason_or_is_forwarded() {
    let plan = &day().plan;
    let mut ends: Vec<u32> = planned_items(plan);
    ends.extend(plan.unplanned.iter().map(|u| u.item));
    ends.extend(plan.forwarded.iter().map(|f| f.item));
    ends.sort_unstable();
    assert_eq!(ends, (0..plan.items.len() as u32).collect::<Vec<_>>());
    let reasons: BTreeSet<&str> = plan.unplanned.iter().map(|u| u.reason.as_str()).collect();
    for reason in ["not_located", "appointment", "cash", "hours"] {
        assert!(reasons.contains(reason), "the day shows the reason {reason}: {reasons:?}");
    }
}

/// Seconds since midnight of the day, of a time such as `2025-11-24T08:15:00+07:00`.
fn clock(text: &str) -> i64 {
    let digits = |from: usize| text[from..from + 2].parse::<i64>().unwrap();
    (digits(8) - 24) * 86_400 + digits(11) * 3_600 + digits(14) * 60 + digits(17)
}

#[test]
fn r_pl_2_no_hard_constraint_is_broken_as_recomputed_from_the_written_plan() {
    let plan = &day().plan;
    let depot = fs::read_to_string(day().input.join("depot.toml")).unwrap();
    for route in &plan.routes {
        let carrier = plan.carriers.iter().find(|c| c.code == route.carrier).unwrap();
        // The ordinary mail's minutes are kept free at the end of the shift.
        let end = clock(&carrier.shift_end) - carrier.existing_work_s;
        assert!(clock(&carrier.shift_start) <= clock(&route.departure), "{}", carrier.code);
        assert!(clock(&route.arrival) <= end, "{} comes back too late", carrier.code);
        let stops: Vec<_> = route.visits.iter().map(|v| &plan.stops[v.stop as usize]).collect();
        assert!(stops.len() <= 60);
        let cash: i64 = stops.iter().map(|stop| stop.money_due_vnd).sum();
        assert!(cash <= 10_000_000, "{} holds {cash} đồng", carrier.code);
        let n_items: usize = stops.iter().map(|stop| stop.items.len()).sum();
        assert!(n_items as u32 + carrier.existing_items <= 120);
        let mut now = clock(&route.departure);
        for (visit, stop) in route.visits.iter().zip(&stops) {
            assert!(now + visit.travel_s <= clock(&visit.arrival));
            assert!(clock(&visit.arrival) <= clock(&visit.start));
            assert!(clock(&visit.start) + stop.service_s <= clock(&visit.departure));
            if let Some([from, to]) = &stop.hours {
                assert!(clock(from) <= clock(&visit.start) && clock(&visit.start) <= clock(to));
            }
            now = clock(&visit.departure);
        }
        // Skills: an island and a mountain commune belong to those who can reach them.
        let own = depot.split("[[carrier]]").find(|part| part.contains(&carrier.code)).unwrap();
        for (commune, skill) in
            [("Tam Hải", "water"), ("Tân Hiệp", "water"), ("Tiên Phước", "mountain")]
        {
            let goes = stops.iter().any(|stop| stop.commune_name.ends_with(commune));
            assert!(
                !goes || own.contains(skill),
                "{} goes to {commune} without {skill}",
                carrier.code
            );
        }
    }
}

#[test]
fn r_pl_1_every_carrier_keeps_the_walk_the_shift_and_the_load_of_the_depots_file() {
    let plan = &day().plan;
    assert_eq!(plan.carriers.len(), 14);
    let first = &plan.carriers[0];
    assert_eq!((first.code.as_str(), first.walk.as_deref()), ("BT01", Some("Tam Kỳ nội thị")));
    assert_eq!(clock(&first.shift_start), 8 * 3_600);
    assert_eq!(first.existing_work_s, 90 * 60);
    let used: BTreeSet<&str> = plan.routes.iter().map(|route| route.carrier.as_str()).collect();
    assert_eq!(used.len(), plan.routes.len(), "one route per carrier");
}

#[test]
fn r_pl_7_and_8_the_plan_stands_beside_the_standing_walks_and_names_its_estimate() {
    let day = day();
    assert!(0 < day.plan.baseline.distance_m && !day.plan.score.is_empty());
    assert_eq!(day.plan.travel.kind, "estimate");
    assert!(day.told.contains("ước lượng"), "{}", day.told);
    let report = fs::read_to_string(day.folder.join("report.html")).unwrap();
    assert!(report.contains("ước lượng"));
    for file in written(&day.folder.join("carriers")) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("ước lượng") || text.contains("estimate"), "{}", file.display());
    }
}

#[cfg(feature = "pdf")]
#[test]
fn r_cu_1_every_unit_has_its_handover_record_and_every_carrier_a_delivery_list() {
    let day = day();
    let papers: BTreeSet<String> = written(&day.folder.join("manifests"))
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for unit in ["TK01", "TB01", "NT01", "HA01", "DB01", "NP01"] {
        assert!(papers.contains(&format!("A-{unit}.pdf")), "{papers:?}");
    }
    for route in &day.plan.routes {
        assert!(papers.contains(&format!("B-{}.pdf", route.carrier)), "{papers:?}");
    }
}

#[test]
fn r_ph_1_and_r_pd_nobody_is_named_in_the_plan_or_on_the_tracks() {
    let day = day();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(day.input.join("1-tam-ky.csv"))
        .unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let private = ["Chủ hồ sơ", "Số điện thoại", "Địa chỉ nhận kết quả"].map(column);
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    let plan = [day.folder.join("plan.json")];
    for path in written(&day.folder.join("carriers")).into_iter().chain(plan) {
        let text = fs::read_to_string(&path).unwrap();
        texts.insert(path, text);
    }
    for record in reader.records() {
        let record = record.unwrap();
        for cell in private.map(|at| record[at].to_owned()) {
            for (path, text) in &texts {
                assert!(!text.contains(&cell), "{} holds {cell}", path.display());
            }
        }
    }
}

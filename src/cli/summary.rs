//! What a planner sees when a day is planned.

use std::io;
use std::path::{Path, PathBuf};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, Cell, CellAlignment, Color, Table};

use crate::cli::voice::tell;
use crate::intake::Intake;
use crate::outputs::wording::Lang;
use crate::planning::{CarrierRoute, DayPlan, TravelSource, UnplannedReason};

/// Rows in and rows out, per file (R-IN-5).
pub(crate) fn print_rows(intake: &Intake, lang: Lang) -> io::Result<()> {
    let mut table = table();
    table.set_header(match lang {
        Lang::Vi => ["Tệp", "Dòng", "Nhận", "Có lưu ý", "Cập nhật", "Cần sửa"],
        Lang::En => ["File", "Rows", "Accepted", "With notes", "Updated", "To repair"],
    });
    for file in &intake.files {
        let numbers =
            [file.n_rows, file.n_accepted, file.n_with_warnings, file.n_updated, file.n_rejected];
        let cells = numbers.map(|n| Cell::new(n).set_alignment(CellAlignment::Right));
        table.add_row(std::iter::once(Cell::new(&file.file)).chain(cells));
    }
    tell!("{table}")?;
    let count = |of: fn(&crate::intake::FileCount) -> usize| intake.files.iter().map(of).sum();
    let (rows, accepted): (usize, usize) = (count(|f| f.n_rows), count(|f| f.n_accepted));
    let (updated, rejected): (usize, usize) = (count(|f| f.n_updated), count(|f| f.n_rejected));
    assert_eq!(rows, accepted + updated + rejected, "every row is accounted for");
    match lang {
        Lang::Vi => {
            tell!("{rows} dòng = {accepted} nhận + {updated} cập nhật + {rejected} cần sửa")?;
        }
        Lang::En => {
            tell!("{rows} rows = {accepted} accepted + {updated} updated + {rejected} to repair")?;
        }
    }
    if intake.n_identity_numbers_dropped > 0 {
        let n = intake.n_identity_numbers_dropped;
        tell!("{}: {n}", lang.pick("Số giấy tờ tùy thân đã bỏ", "Identity numbers dropped"))?;
    }
    for (file, column) in &intake.unknown_columns {
        tell!("{}: {file} «{column}»", lang.pick("Cột không dùng", "Unused column"))?;
    }
    Ok(())
}

/// The whole summary.
pub(crate) fn print(
    plan: &DayPlan,
    intake: &Intake,
    written: &[PathBuf],
    out: &Path,
    lang: Lang,
) -> io::Result<()> {
    print_rows(intake, lang)?;
    print_carriers(plan, lang)?;
    print_numbers(plan, lang)?;
    print_waiting(plan, lang)?;
    if !written.is_empty() {
        let files = lang.pick("tệp trong", "files in");
        tell!("{} {files} {}", written.len(), out.display())?;
        tell!("→ {}", out.join("report.html").display())?;
    }
    Ok(())
}

fn print_carriers(plan: &DayPlan, lang: Lang) -> io::Result<()> {
    let mut table = table();
    table.set_header(match lang {
        Lang::Vi => ["Bưu tá", "Điểm", "Bưu gửi", "km", "Đi", "Về", "Thu hộ (₫)"],
        Lang::En => ["Carrier", "Stops", "Items", "km", "Leaves", "Back", "Cash (₫)"],
    });
    for route in &plan.routes {
        let carrier = &plan.carriers[route.carrier];
        let cash: i64 =
            route.visits.iter().map(|visit| plan.stops[visit.stop].money_due.value()).sum();
        let numbers = [
            route.visits.len().to_string(),
            n_items(plan, route).to_string(),
            format!("{:.1}", route.distance().value() as f64 / 1_000.0),
            route.departure.hh_mm(),
            route.arrival.hh_mm(),
            grouped(cash),
        ];
        let name = Cell::new(format!("{} {}", carrier.code, carrier.name));
        let cells = numbers.map(|text| Cell::new(text).set_alignment(CellAlignment::Right));
        table.add_row(std::iter::once(name.add_attribute(Attribute::Bold)).chain(cells));
    }
    tell!("{table}")
}

fn n_items(plan: &DayPlan, route: &CarrierRoute) -> usize {
    route.visits.iter().map(|visit| plan.stops[visit.stop].items.len()).sum()
}

fn print_numbers(plan: &DayPlan, lang: Lang) -> io::Result<()> {
    let numbers = &plan.indicators;
    let (items, planned) = (numbers.n_items, numbers.n_planned);
    let (waiting, forwarded) = (numbers.n_unplanned, numbers.n_forwarded);
    let km = numbers.distance.value() as f64 / 1_000.0;
    let walks_km = plan.baseline.distance.value() as f64 / 1_000.0;
    let source = match &plan.travel_source {
        TravelSource::Estimate => lang
            .pick("ước lượng, không phải đường thật", "estimated, not road distances")
            .to_owned(),
        TravelSource::Region { name, attribution } => format!("{name} · {attribution}"),
        TravelSource::External { name } => name.clone(),
    };
    match lang {
        Lang::Vi => {
            tell!(
                "{items} bưu gửi = {planned} lên tuyến + {waiting} chờ + {forwarded} chuyển tiếp"
            )?;
            tell!("{km:.1} km ({source}); theo tuyến quen: {walks_km:.1} km")
        }
        Lang::En => {
            tell!("{items} items = {planned} planned + {waiting} waiting + {forwarded} forwarded")?;
            tell!("{km:.1} km ({source}); by standing walks: {walks_km:.1} km")
        }
    }
}

/// How many items wait for which reason; the report tells the cheapest change for each.
fn print_waiting(plan: &DayPlan, lang: Lang) -> io::Result<()> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for waiting in &plan.unplanned {
        let words = kind_of(&waiting.reason, lang);
        match counts.iter_mut().find(|(known, _)| *known == words) {
            Some((_, count)) => *count += 1,
            None => counts.push((words, 1)),
        }
    }
    if counts.is_empty() {
        return Ok(());
    }
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let mut table = table();
    table.set_header(match lang {
        Lang::Vi => ["Vì sao chờ", "Bưu gửi"],
        Lang::En => ["Why they wait", "Items"],
    });
    for (words, count) in counts {
        let cell = Cell::new(words).fg(Color::Yellow);
        table.add_row([cell, Cell::new(count).set_alignment(CellAlignment::Right)]);
    }
    tell!("{table}")
}

fn kind_of(reason: &UnplannedReason, lang: Lang) -> &'static str {
    match reason {
        UnplannedReason::NotLocated => {
            lang.pick("chưa rõ xã, cần xem", "commune unclear, to review")
        }
        UnplannedReason::Appointment { .. } => lang.pick("hẹn ngày khác", "asked for another day"),
        UnplannedReason::Time { .. } => lang.pick("hết giờ làm việc", "no working time left"),
        UnplannedReason::Capacity { .. } => lang.pick("túi đầy", "no room in a bag"),
        UnplannedReason::Hours { .. } => lang.pick("giờ hẹn không khớp", "hours fit no route"),
        UnplannedReason::Cash { .. } => lang.pick("quá hạn mức tiền mặt", "over the cash limits"),
        UnplannedReason::Skill => lang.pick("không ai có kỹ năng", "nobody has the skill"),
        UnplannedReason::Stops { .. } => lang.pick("đủ số điểm", "enough stops already"),
        UnplannedReason::NotWorthToday { .. } => {
            lang.pick("để ngày mai lợi hơn", "better tomorrow")
        }
    }
}

/// The summary as one JSON object.
pub(crate) fn print_json(plan: &DayPlan, intake: &Intake) -> io::Result<()> {
    let numbers = &plan.indicators;
    let rows: usize = intake.files.iter().map(|file| file.n_rows).sum();
    let line = serde_json::json!({
        "date": plan.date.to_string(),
        "rows": rows,
        "rejected": intake.rejected.len(),
        "items": numbers.n_items,
        "planned": numbers.n_planned,
        "waiting": numbers.n_unplanned,
        "forwarded": numbers.n_forwarded,
        "stops": numbers.n_stops,
        "carriers": numbers.n_carriers_used,
        "distance_m": numbers.distance.value(),
        "travel_s": numbers.travel.value(),
        "service_s": numbers.service.value(),
        "iterations": plan.iterations,
        "seed": plan.seed,
    });
    tell!("{line}")
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    if std::env::var_os("NO_COLOR").is_some() {
        table.force_no_tty();
    }
    table
}

/// A number with a dot after every three digits, as money is written in Vietnam.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_by_thousands() {
        assert_eq!([grouped(0), grouped(30_000), grouped(1_234_567)], ["0", "30.000", "1.234.567"]);
    }
}

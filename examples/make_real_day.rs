//! Makes a day from real address texts: `cargo run --example make_real_day SAMPLES.csv RESULTS.csv`.
//!
//! Reads a table of address samples with the columns `text` and `region`, takes those of the pilot region,
//! and writes a results file for Monday, 24 November 2025. The texts are real; names, phones, dossiers and
//! dates are invented. The texts have their own licenses: keep the result outside the repository.

use std::error::Error;
use std::path::PathBuf;

use buuta::rng::{Rng, Seed};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

const TODAY: Date = date(2025, 11, 24);
const REGION: &str = "quangnam_danang";
const HEADERS: [&str; 9] = [
    "Mã hồ sơ",
    "Đơn vị trả kết quả",
    "Tên thủ tục",
    "Chủ hồ sơ",
    "Số điện thoại",
    "Địa chỉ nhận kết quả",
    "Ngày hẹn trả",
    "Phí, lệ phí",
    "Ghi chú",
];
const PROCEDURES: [&str; 4] = [
    "Đổi giấy phép lái xe",
    "Cấp hộ chiếu phổ thông ở trong nước",
    "Cấp Phiếu lý lịch tư pháp",
    "Đăng ký biến động quyền sử dụng đất",
];

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [samples, results] = paths.as_slice() else {
        return Err("usage: make_real_day SAMPLES.csv RESULTS.csv".into());
    };
    let mut reader = csv::Reader::from_path(samples)?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| {
        let at = headers.iter().position(|header| header == name);
        at.ok_or_else(|| format!("{} has no column {name}", samples.display()))
    };
    let (text, region) = (column("text")?, column("region")?);
    let mut rng = Rng::new(Seed(20_251_124));
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_path(results)?;
    writer.write_record(HEADERS)?;
    let (mut n_read, mut n_written, mut n_blank) = (0_u32, 0_u32, 0_u32);
    for record in reader.records() {
        let record = record?;
        n_read += 1;
        if record.get(region) != Some(REGION) {
            continue;
        }
        let address = record.get(text).unwrap_or("").trim();
        if address.is_empty() {
            n_blank += 1;
            continue;
        }
        n_written += 1;
        let promised = TODAY.saturating_add(i64::from(rng.below(4)).days());
        let received = promised.saturating_sub(i64::from(rng.between(7, 18)).days());
        writer.write_record([
            &format!("H17.20-{}-{n_written:05}", received.strftime("%y%m%d")),
            "Trung tâm PVHCC mẫu",
            PROCEDURES[rng.index(PROCEDURES.len())],
            &format!("Người Nhận Mẫu {n_written}"),
            &format!("0900{n_written:06}"),
            address,
            &promised.strftime("%d/%m/%Y").to_string(),
            if rng.chance(0.4) { "135.000" } else { "0" },
            "",
        ])?;
    }
    writer.flush()?;
    println!(
        "{n_read} samples read, {n_written} of {REGION} written, {n_blank} blank ones left out"
    );
    Ok(())
}

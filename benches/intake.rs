//! Rows per second from the bytes of a file to items.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::PathBuf;
use std::{env, fs};

use buuta::intake::{IntakeConfig, read_files};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::date;

const N_ROWS: u64 = 10_000;

fn table() -> String {
    let mut table = String::from(
        "Mã hồ sơ;Đơn vị;Tên TTHC;Chủ hồ sơ;SĐT;Địa chỉ;Ngày tiếp nhận;Ngày hẹn trả;Lệ phí;Ghi chú\n",
    );
    for i in 0..N_ROWS {
        writeln!(
            table,
            "H17.1-251110-{i:06};Một cửa Mẫu;Đổi giấy phép lái xe;Nguyễn Thị Mẫu {i};0900{i:06};\
             Tổ {}, thôn {}, xã Bình Minh, huyện Thăng Bình, Quảng Nam;10/11/2025 08:15:00;\
             24/11/2025 17:00:00;135.000;Gọi trước",
            i % 9 + 1,
            i % 7 + 1
        )
        .expect("writing to a string cannot fail");
    }
    table
}

fn intake(criterion: &mut Criterion) {
    let path: PathBuf = env::temp_dir().join(format!("buuta-bench-{}.csv", std::process::id()));
    fs::write(&path, table()).expect("the temporary folder can be written");
    let config = IntakeConfig::new(date(2025, 11, 24));
    let mut group = criterion.benchmark_group("intake");
    group.throughput(Throughput::Elements(N_ROWS)).sample_size(20);
    group.bench_function("csv rows", |bencher| {
        bencher.iter(|| {
            let intake = read_files(black_box(std::slice::from_ref(&path)), &config);
            assert_eq!(intake.expect("the table is sound").items.len() as u64, N_ROWS);
        });
    });
    group.finish();
    fs::remove_file(&path).expect("the file was written above");
}

criterion_group!(benches, intake);
criterion_main!(benches);

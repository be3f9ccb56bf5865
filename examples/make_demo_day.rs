//! Makes the bundled demo day: `cargo run --example make_demo_day [FOLDER]`, into `data/demo` unless said.
//!
//! Three files as three one-stop shops might export them for Monday, 24 November 2025: a tidy CSV, a
//! workbook with titles and totals, and a file with every kind of mess. Communes, old and new, are real;
//! persons, phones, hamlet numbers, dossiers and codes are invented. The same seed gives the same bytes.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use buuta::post::ItemCode;
use buuta::rng::{Rng, Seed};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

const TODAY: Date = date(2025, 11, 24);
const N_TAM_KY: usize = 130;
const N_HOI_AN: usize = 110;
const N_LON_XON: usize = 80;

/// Today's commune, with its level, and units it was made of, as people still write them.
struct Place {
    today: &'static str,
    former: &'static [&'static str],
    streets: &'static [&'static str],
}

const SOUTH: [Place; 13] = [
    Place {
        today: "phường Tam Kỳ",
        former: &[
            "phường An Mỹ, TP Tam Kỳ",
            "phường An Xuân, TP Tam Kỳ",
            "phường Trường Xuân, TP Tam Kỳ",
        ],
        streets: &["Phan Châu Trinh", "Hùng Vương", "Trần Cao Vân", "Nguyễn Du"],
    },
    Place {
        today: "phường Bàn Thạch",
        former: &[
            "phường Tân Thạnh, TP Tam Kỳ",
            "phường Hòa Thuận, TP Tam Kỳ",
            "xã Tam Thăng, TP Tam Kỳ",
        ],
        streets: &["Lý Thường Kiệt", "Nguyễn Hoàng"],
    },
    Place {
        today: "phường Hương Trà",
        former: &[
            "phường Hòa Hương, TP Tam Kỳ",
            "phường An Sơn, TP Tam Kỳ",
            "xã Tam Ngọc, TP Tam Kỳ",
        ],
        streets: &["Phan Bội Châu", "Trần Phú"],
    },
    Place {
        today: "phường Quảng Phú",
        former: &["phường An Phú, TP Tam Kỳ", "xã Tam Thanh, TP Tam Kỳ", "xã Tam Phú, TP Tam Kỳ"],
        streets: &["Nguyễn Văn Trỗi", "Thanh Hóa"],
    },
    Place {
        today: "xã Núi Thành",
        former: &[
            "thị trấn Núi Thành, huyện Núi Thành",
            "xã Tam Hiệp, huyện Núi Thành",
            "xã Tam Quang, huyện Núi Thành",
            "xã Tam Nghĩa, huyện Núi Thành",
        ],
        streets: &["Phạm Văn Đồng"],
    },
    Place { today: "xã Tam Hải", former: &["xã Tam Hải, huyện Núi Thành"], streets: &[] },
    Place {
        today: "xã Chiên Đàn",
        former: &[
            "thị trấn Phú Thịnh, huyện Phú Ninh",
            "xã Tam Đàn, huyện Phú Ninh",
            "xã Tam Thái, huyện Phú Ninh",
        ],
        streets: &[],
    },
    Place {
        today: "xã Phú Ninh",
        former: &[
            "xã Tam Đại, huyện Phú Ninh",
            "xã Tam Dân, huyện Phú Ninh",
            "xã Tam Lãnh, huyện Phú Ninh",
        ],
        streets: &[],
    },
    Place {
        today: "xã Thăng Bình",
        former: &[
            "thị trấn Hà Lam, huyện Thăng Bình",
            "xã Bình Nguyên, huyện Thăng Bình",
            "xã Bình Phục, huyện Thăng Bình",
            "xã Bình Quý, huyện Thăng Bình",
        ],
        streets: &["Tiểu La", "Huỳnh Thúc Kháng"],
    },
    Place {
        today: "xã Thăng An",
        former: &[
            "xã Bình Dương, huyện Thăng Bình",
            "xã Bình Triều, huyện Thăng Bình",
            "xã Bình Minh, huyện Thăng Bình",
        ],
        streets: &[],
    },
    Place {
        today: "xã Thăng Điền",
        former: &[
            "xã Bình Tú, huyện Thăng Bình",
            "xã Bình An, huyện Thăng Bình",
            "xã Bình Trung, huyện Thăng Bình",
        ],
        streets: &[],
    },
    Place {
        today: "xã Tiên Phước",
        former: &[
            "thị trấn Tiên Kỳ, huyện Tiên Phước",
            "xã Tiên Mỹ, huyện Tiên Phước",
            "xã Tiên Thọ, huyện Tiên Phước",
        ],
        streets: &[],
    },
    Place {
        today: "xã Tam Xuân",
        former: &["xã Tam Xuân 1, huyện Núi Thành", "xã Tam Xuân 2, huyện Núi Thành"],
        streets: &[],
    },
];

const NORTH: [Place; 12] = [
    Place {
        today: "phường Hội An",
        former: &[
            "phường Minh An, TP Hội An",
            "phường Cẩm Phô, TP Hội An",
            "phường Sơn Phong, TP Hội An",
            "phường Cẩm Nam, TP Hội An",
        ],
        streets: &["Trần Hưng Đạo", "Nguyễn Trường Tộ", "Phan Chu Trinh"],
    },
    Place {
        today: "phường Hội An Đông",
        former: &[
            "phường Cẩm Châu, TP Hội An",
            "phường Cửa Đại, TP Hội An",
            "xã Cẩm Thanh, TP Hội An",
        ],
        streets: &["Cửa Đại"],
    },
    Place {
        today: "phường Hội An Tây",
        former: &[
            "phường Tân An, TP Hội An",
            "phường Thanh Hà, TP Hội An",
            "phường Cẩm An, TP Hội An",
            "xã Cẩm Hà, TP Hội An",
        ],
        streets: &["Lý Thường Kiệt", "Hùng Vương"],
    },
    Place {
        today: "phường Điện Bàn",
        former: &[
            "phường Vĩnh Điện, thị xã Điện Bàn",
            "phường Điện Minh, thị xã Điện Bàn",
            "phường Điện Phương, thị xã Điện Bàn",
        ],
        streets: &["Trần Nhân Tông", "Mẹ Thứ"],
    },
    Place {
        today: "phường Điện Bàn Đông",
        former: &[
            "phường Điện Ngọc, thị xã Điện Bàn",
            "phường Điện Nam Bắc, thị xã Điện Bàn",
            "phường Điện Dương, thị xã Điện Bàn",
        ],
        streets: &["Trần Thủ Độ"],
    },
    Place {
        today: "phường Điện Bàn Bắc",
        former: &[
            "xã Điện Tiến, thị xã Điện Bàn",
            "xã Điện Hòa, thị xã Điện Bàn",
            "phường Điện Thắng Bắc, thị xã Điện Bàn",
        ],
        streets: &[],
    },
    Place {
        today: "phường An Thắng",
        former: &["phường Điện An, thị xã Điện Bàn", "phường Điện Thắng Trung, thị xã Điện Bàn"],
        streets: &[],
    },
    Place {
        today: "xã Gò Nổi",
        former: &[
            "xã Điện Quang, thị xã Điện Bàn",
            "xã Điện Trung, thị xã Điện Bàn",
            "xã Điện Phong, thị xã Điện Bàn",
        ],
        streets: &[],
    },
    Place {
        today: "xã Duy Nghĩa",
        former: &[
            "xã Duy Thành, huyện Duy Xuyên",
            "xã Duy Nghĩa, huyện Duy Xuyên",
            "xã Duy Hải, huyện Duy Xuyên",
        ],
        streets: &[],
    },
    Place {
        today: "xã Nam Phước",
        former: &[
            "thị trấn Nam Phước, huyện Duy Xuyên",
            "xã Duy Phước, huyện Duy Xuyên",
            "xã Duy Vinh, huyện Duy Xuyên",
        ],
        streets: &["Hùng Vương", "Điện Biên Phủ"],
    },
    Place {
        today: "xã Duy Xuyên",
        former: &[
            "xã Duy Trinh, huyện Duy Xuyên",
            "xã Duy Sơn, huyện Duy Xuyên",
            "xã Duy Trung, huyện Duy Xuyên",
        ],
        streets: &[],
    },
    Place {
        today: "xã Thu Bồn",
        former: &[
            "xã Duy Phú, huyện Duy Xuyên",
            "xã Duy Tân, huyện Duy Xuyên",
            "xã Duy Hòa, huyện Duy Xuyên",
            "xã Duy Châu, huyện Duy Xuyên",
        ],
        streets: &[],
    },
];

/// Code, name, result, usual fee, and how often per hundred.
const PROCEDURES: [(&str, &str, &str, u32, u32); 8] = [
    (
        "1.002809",
        "Đổi giấy phép lái xe do ngành Giao thông vận tải cấp",
        "Giấy phép lái xe",
        135_000,
        26,
    ),
    ("", "Cấp hộ chiếu phổ thông ở trong nước", "Hộ chiếu phổ thông", 0, 12),
    (
        "2.000488",
        "Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam",
        "Phiếu lý lịch tư pháp số 1",
        0,
        16,
    ),
    (
        "",
        "Đăng ký biến động quyền sử dụng đất, tài sản gắn liền với đất",
        "Giấy chứng nhận quyền sử dụng đất",
        60_000,
        16,
    ),
    ("1.001193", "Thủ tục đăng ký khai sinh", "Giấy khai sinh", 0, 8),
    ("1.004222", "Đăng ký thường trú", "Thông báo kết quả đăng ký thường trú", 0, 6),
    ("", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Giấy phép xây dựng", 75_000, 8),
    ("", "Cấp giấy chứng nhận đăng ký hộ kinh doanh", "Giấy chứng nhận đăng ký", 100_000, 8),
];
const FAMILIES: [&str; 12] =
    ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Trương", "Ngô"];
const MIDDLES: [&str; 10] =
    ["Văn", "Thị", "Minh", "Thanh", "Quốc", "Ngọc", "Thị Thu", "Hữu", "Đình", "Thị Kim"];
const GIVENS: [&str; 16] = [
    "An", "Bình", "Cường", "Dung", "Hà", "Hạnh", "Hùng", "Lan", "Long", "Mai", "Nam", "Phúc",
    "Sơn", "Thảo", "Tuấn", "Yến",
];
const FIRMS: [&str; 6] = [
    "CÔNG TY TNHH MTV MẪU",
    "CTY CP THÍ DỤ",
    "HTX NÔNG NGHIỆP MINH HỌA",
    "DOANH NGHIỆP TƯ NHÂN VÍ DỤ",
    "TRƯỜNG TIỂU HỌC MẪU",
    "UBND XÃ MINH HỌA",
];

/// One result, before it is written in the manner of a file.
#[derive(Clone)]
struct Entry {
    dossier: String,
    code: String,
    unit: String,
    procedure: (&'static str, &'static str, &'static str),
    owner: String,
    authorized: String,
    phone: String,
    address: String,
    received: Date,
    promised: Date,
    fee: u32,
    postage: u32,
    take_back: bool,
    hours: &'static str,
    appointment: Option<Date>,
    note: &'static str,
}

/// Draws entries; serial numbers go on from file to file.
struct Maker {
    rng: Rng,
    n_made: u32,
}

impl Maker {
    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.rng.index(of.len())]
    }

    fn name(&mut self) -> String {
        format!("{} {} {}", self.pick(&FAMILIES), self.pick(&MIDDLES), self.pick(&GIVENS))
    }

    fn address(&mut self, places: &[Place]) -> String {
        let place = self.pick(places);
        let is_old = self.rng.chance(0.55);
        let area = if is_old {
            format!("{}, {}", self.pick(place.former), self.pick(&["Quảng Nam", "tỉnh Quảng Nam"]))
        } else {
            format!(
                "{}, {}",
                place.today,
                self.pick(&["TP Đà Nẵng", "Đà Nẵng", "thành phố Đà Nẵng"])
            )
        };
        let n = self.rng.between(1, 9);
        let local = if !place.streets.is_empty() && self.rng.chance(0.5) {
            let house = self.rng.between(2, 420);
            let alley =
                if self.rng.chance(0.2) { format!("K{house}/{n}") } else { house.to_string() };
            format!("{alley} {}", self.pick(place.streets))
        } else if area.starts_with("phường") {
            format!("{}khối phố {n}", if self.rng.chance(0.3) { "Tổ 2, " } else { "" })
        } else {
            format!("{}thôn {n}", if self.rng.chance(0.3) { "Tổ 5, " } else { "" })
        };
        format!("{local}, {area}")
    }

    fn entry(&mut self, unit: &str, places: &[Place]) -> Entry {
        self.n_made += 1;
        let n = self.n_made;
        let mut draw = self.rng.below(100);
        let mut procedure = PROCEDURES[0];
        for candidate in PROCEDURES {
            if draw < candidate.4 {
                procedure = candidate;
                break;
            }
            draw -= candidate.4;
        }
        let (code, name, result, fee, _) = procedure;
        let is_firm = self.rng.chance(0.09);
        let owner = if is_firm { format!("{} {n:02}", self.pick(&FIRMS)) } else { self.name() };
        let promised = match self.rng.below(100) {
            0..9 => TODAY.saturating_sub(i64::from(self.rng.between(1, 5)).days()),
            9..45 => TODAY,
            45..75 => TODAY.saturating_add(1.day()),
            75..90 => TODAY.saturating_add(2.days()),
            _ => TODAY.saturating_add(3.days()),
        };
        let received = promised.saturating_sub(i64::from(self.rng.between(7, 18)).days());
        let serial = format!("{:08}", 41_270_000 + n * 7);
        let digit = ItemCode::check_digit(serial.as_bytes());
        let hours = match self.rng.below(100) {
            _ if is_firm => "giờ hành chính",
            0..5 => "sáng",
            5..10 => "chiều",
            10..13 => "08:00-10:00",
            13..15 => "sau 16h",
            _ => "",
        };
        Entry {
            dossier: format!("H17.{}-{}-{:04}", 20 + n % 12, received.strftime("%y%m%d"), n),
            code: if self.rng.chance(0.9) { format!("RN{serial}{digit}VN") } else { String::new() },
            unit: unit.to_owned(),
            procedure: (code, name, result),
            owner,
            authorized: if self.rng.chance(0.05) { self.name() } else { String::new() },
            phone: format!("0900{n:06}"),
            address: self.address(places),
            received,
            promised,
            fee: if self.rng.chance(0.45) { fee } else { 0 },
            postage: if self.rng.chance(0.3) { 26_000 } else { 0 },
            take_back: code == "1.002809",
            hours,
            appointment: self.rng.chance(0.02).then(|| TODAY.saturating_add(1.day())),
            note: match self.rng.below(100) {
                0..4 => "Gọi trước khi phát",
                4..6 => "Khẩn, cần trước khi đi xa",
                6..8 => "Gửi hàng xóm nếu đã ủy quyền",
                _ => "",
            },
        }
    }
}

fn day(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

fn thousands(amount: u32) -> String {
    if amount < 1_000 {
        amount.to_string()
    } else {
        format!("{}.{:03}", thousands(amount / 1_000), amount % 1_000)
    }
}

fn quoted(cells: &[String]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| {
            if cell.contains([';', '"', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        })
        .collect();
    cells.join(";") + "\r\n"
}

/// The tidy file: canonical headers, UTF-8 with its mark, semicolons, as a Vietnamese spreadsheet saves.
fn write_tam_ky(path: &Path, entries: &[Entry]) -> std::io::Result<()> {
    let headers = [
        "STT",
        "Mã hồ sơ",
        "Số hiệu bưu gửi",
        "Đơn vị trả kết quả",
        "Mã thủ tục",
        "Tên thủ tục",
        "Kết quả giải quyết TTHC",
        "Bản chính",
        "Bản sao",
        "Chủ hồ sơ",
        "Người được ủy quyền",
        "Số điện thoại",
        "Địa chỉ nhận kết quả",
        "Ngày tiếp nhận",
        "Ngày hẹn trả",
        "Phí, lệ phí",
        "Cước thu người nhận",
        "Thu hồi bản gốc",
        "Khung giờ",
        "Hẹn ngày",
        "Ghi chú",
    ];
    let mut text = String::from('\u{feff}');
    text += &quoted(&headers.map(str::to_owned));
    for (index, entry) in entries.iter().enumerate() {
        let (code, name, result) = entry.procedure;
        text += &quoted(&[
            (index + 1).to_string(),
            entry.dossier.clone(),
            entry.code.clone(),
            entry.unit.clone(),
            code.to_owned(),
            name.to_owned(),
            result.to_owned(),
            "1".to_owned(),
            "0".to_owned(),
            entry.owner.clone(),
            entry.authorized.clone(),
            entry.phone.clone(),
            entry.address.clone(),
            format!("{} 08:15:00", day(entry.received)),
            format!("{} 17:00:00", day(entry.promised)),
            thousands(entry.fee),
            thousands(entry.postage),
            if entry.take_back { "x" } else { "" }.to_owned(),
            entry.hours.to_owned(),
            entry.appointment.map(day).unwrap_or_default(),
            entry.note.to_owned(),
        ]);
    }
    fs::write(path, text)
}

/// The workbook: titles above the header, date and number cells, a row of column numbers, a total, signatures.
fn write_hoi_an(path: &Path, entries: &[Entry]) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed moment of making, so that the same seed gives the same bytes.
    let made = ExcelDateTime::from_ymd(2025, 11, 24)?;
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    let dates = Format::new().set_num_format("dd/mm/yyyy");
    let amounts = Format::new().set_num_format("#,##0");
    let bold = Format::new().set_bold().set_text_wrap();
    let sheet = workbook.add_worksheet().set_name("Danh sách")?;
    sheet.write_with_format(0, 0, "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG HỘI AN", &bold)?;
    sheet.write_with_format(1, 0, "DANH SÁCH KẾT QUẢ CHUYỂN BƯU ĐIỆN NGÀY 24/11/2025", &bold)?;
    let headers = [
        "TT",
        "Số hồ sơ",
        "SHBG",
        "Đơn vị",
        "Nội dung giải quyết\nTTHC",
        "Tên kết quả",
        "Số bản",
        "Họ tên\nchủ hồ sơ",
        "Người được ủy quyền",
        "Điện thoại\nngười nhận",
        "Địa chỉ nhận",
        "Ngày tiếp nhận",
        "Ngày hẹn trả",
        "Thu hộ\n(đồng)",
        "Cước thu",
        "Thu lại\ngiấy tờ cũ",
        "Giờ nhận",
        "Hẹn phát",
        "Ghi chú",
    ];
    for (column, header) in (0..).zip(headers) {
        sheet.write_with_format(3, column, header, &bold)?;
        sheet.write(4, column, format!("({})", column + 1))?;
    }
    let serial = |d: Date| ExcelDateTime::from_ymd(d.year() as u16, d.month() as u8, d.day() as u8);
    let mut total = 0;
    for (row, (n, entry)) in (5..).zip((1..).zip(entries)) {
        sheet.write(row, 0, n)?;
        let texts = [
            (1, &entry.dossier),
            (2, &entry.code),
            (3, &entry.unit),
            (7, &entry.owner),
            (8, &entry.authorized),
            (10, &entry.address),
        ];
        for (column, text) in texts {
            sheet.write(row, column, text)?;
        }
        sheet
            .write(row, 4, entry.procedure.1)?
            .write(row, 5, entry.procedure.2)?
            .write(row, 6, 1)?;
        // Stored as a number: the leading zero is lost, as it is in practice.
        sheet.write(row, 9, entry.phone.parse::<u32>().unwrap_or_default())?;
        sheet.write_with_format(row, 11, &serial(entry.received)?, &dates)?;
        sheet.write_with_format(row, 12, &serial(entry.promised)?, &dates)?;
        sheet.write_with_format(row, 13, entry.fee, &amounts)?;
        sheet.write_with_format(row, 14, entry.postage, &amounts)?;
        sheet.write(row, 15, if entry.take_back { "có" } else { "không" })?;
        sheet.write(row, 16, entry.hours)?;
        if let Some(appointment) = entry.appointment {
            sheet.write_with_format(row, 17, &serial(appointment)?, &dates)?;
        }
        sheet.write(row, 18, entry.note)?;
        total += entry.fee;
    }
    let end = 5 + entries.len() as u32;
    sheet.write(end, 0, "Tổng cộng")?.write(end, 13, total)?;
    sheet.write(end + 2, 1, "Người giao")?.write(end + 2, 10, "Người nhận")?;
    let legend = workbook.add_worksheet().set_name("Hướng dẫn")?;
    legend.write(0, 0, "Nhập mỗi hồ sơ một dòng, không gộp ô.")?;
    workbook.save(path)
}

/// The file with every kind of mess, in UTF-16 as some systems save it.
fn write_lon_xon(path: &Path, entries: &[Entry]) -> std::io::Result<()> {
    let headers = [
        "TT",
        "Mã số\nhồ sơ",
        "Mã bưu gửi",
        "Trung tâm PVHCC",
        "Trích yếu",
        "Họ và tên chủ hồ sơ",
        "Số CCCD",
        "SĐT",
        "Địa chỉ",
        "dangKyNhanHoSoQuaBCCIData",
        "HẸN TRẢ",
        "Số tiền COD",
        "Màu bìa",
        "Ghi chú",
    ];
    let mut text = String::from("\u{feff}Kết xuất từ phần mềm một cửa;;;;;;;;;;;;;\r\n");
    text += &quoted(&headers.map(str::to_owned));
    text += "1;2;3;4;5;6;7;8;9;10;11;12;13;14\r\n";
    for (index, entry) in entries.iter().enumerate() {
        let mut phone = match index % 8 {
            1 => format!("+84{}", &entry.phone[1..]),
            2 => format!("{}.{}.{}", &entry.phone[..4], &entry.phone[4..7], &entry.phone[7..]),
            3 => format!("{} / 0900999{:03}", entry.phone, index),
            _ => entry.phone.clone(),
        };
        let mut address = entry.address.clone();
        let mut registration = String::new();
        let mut promised = match index % 3 {
            0 => entry.promised.to_string(),
            1 => day(entry.promised),
            _ => format!("{} 16:30", entry.promised.strftime("%-d/%-m/%Y")),
        };
        let (mut dossier, mut code, mut owner) =
            (entry.dossier.clone(), entry.code.clone(), entry.owner.clone());
        let mut note = entry.note.to_owned();
        match index {
            4..=8 => {
                registration = format!(
                    "{{\"hoVaTen\":\"{owner}\",\"soDienThoai\":\"{phone}\",\"email\":null,\"diaChi\":\"{address}\",\"tenTinhThanh\":\"\",\"tenQuanHuyen\":\"\",\"tenXaPhuong\":\"\",\"ghiChu\":\"Gọi trước\"}}"
                );
                address.clear();
                phone.clear();
            }
            9 => registration = "{\"hoVaTen\":".into(),
            12 => phone.clear(),
            13 => phone = "không có".into(),
            14 => phone = "12345".into(),
            17 => promised = "31/02/2025".into(),
            18 => promised = "cuối tháng".into(),
            19 => promised.clear(),
            22 => owner.clear(),
            23 => address.clear(),
            24 => dossier.clear(),
            27 => dossier = "HS 15/2025".into(),
            28 => code = "RN412799990VN".into(),
            29 => code = "412799990".into(),
            32 => address = "Tổ 3, Thăng Bình, Quảng Nam".into(),
            33 => address = "thôn 4, Phước Mỹ".into(),
            34 => address = "thon 2, xa Tam Thanh, Quang Nam".into(),
            35 => address = "Điện Bàn".into(),
            36 => address = "thôn 1, xã Tam Dan, Phú Ninh".into(),
            37 => address = "Số 7 Trần Phú".into(),
            38 => address = "15 Nguyễn Trãi, phường Bến Thành, TP Hồ Chí Minh".into(),
            39 => address = "xã Hòa Liên, huyện Hòa Vang, TP Đà Nẵng".into(),
            42 => note = "Nhận thay, CCCD 001099000123, gọi trước".into(),
            45 => address = "Tổ 1, KP 2\nphường An Sơn\nTP Tam Kỳ".into(),
            48 => dossier.clone_from(&entries[40].dossier),
            49 => code.clone_from(&entries[41].code),
            _ => {}
        }
        let fee = match index % 4 {
            _ if entry.fee == 0 => String::new(),
            0 => format!("{}đ", thousands(entry.fee).replace('.', ",")),
            1 => format!("{} VNĐ", thousands(entry.fee)),
            2 => format!("{}.0", entry.fee),
            _ => entry.fee.to_string(),
        };
        let colors = ["xanh", "hồng", "vàng"];
        text += &quoted(&[
            (index + 1).to_string(),
            dossier,
            code,
            entry.unit.clone(),
            entry.procedure.1.to_owned(),
            owner,
            format!("0010990{index:05}"),
            phone,
            address,
            registration,
            promised,
            fee,
            colors[index % 3].to_owned(),
            note,
        ]);
        if index == 30 {
            text += "\r\n";
        }
    }
    let _ = write!(text, ";;;Cộng: {};;;;;;;;;;\r\n;Người lập biểu;;;;;;;;;;;;\r\n", entries.len());
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(path, bytes)
}

/// What a planner cannot solve by driving faster: each shows another reason for waiting.
fn instruct(tam_ky: &mut [Entry], hoi_an: &mut [Entry]) {
    // More money than any carrier may hold.
    tam_ky[20].fee = 25_000_000;
    tam_ky[20].postage = 0;
    // Hours before any shift begins.
    tam_ky[35].hours = "06:30-07:15";
    tam_ky[35].appointment = None;
    // An island an hour and a half away by boat, with days to spare.
    "thôn Bãi Làng, xã Tân Hiệp, TP Hội An, Quảng Nam".clone_into(&mut hoi_an[40].address);
    hoi_an[40].promised = TODAY.saturating_add(4.days());
    hoi_an[40].hours = "";
    // Asked for another day.
    hoi_an[60].appointment = Some(TODAY.saturating_add(2.days()));
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        std::env::args_os().nth(1).map_or_else(|| PathBuf::from("data/demo"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    let mut maker = Maker { rng: Rng::new(Seed(20_251_124)), n_made: 0 };
    let south = [
        "Trung tâm PVHCC phường Tam Kỳ",
        "Trung tâm PVHCC xã Thăng Bình",
        "Trung tâm PVHCC xã Núi Thành",
    ];
    let north = ["Trung tâm PVHCC phường Hội An", "Trung tâm PVHCC phường Điện Bàn"];
    let mut tam_ky: Vec<Entry> = (0..N_TAM_KY).map(|i| maker.entry(south[i % 3], &SOUTH)).collect();
    let mut hoi_an: Vec<Entry> = (0..N_HOI_AN).map(|i| maker.entry(north[i % 2], &NORTH)).collect();
    let mut lon_xon: Vec<Entry> = (0..N_LON_XON)
        .map(|i| maker.entry("TTPVHCC Nam Phước", if i % 2 == 0 { &SOUTH } else { &NORTH }))
        .collect();
    // Two results for one door, and one code that two dossiers claim.
    let neighbor = hoi_an[10].clone();
    hoi_an[11] = Entry {
        owner: neighbor.owner,
        phone: neighbor.phone,
        address: neighbor.address,
        ..hoi_an[11].clone()
    };
    lon_xon[41].code = "RN412700016VN".into();
    instruct(&mut tam_ky, &mut hoi_an);
    write_tam_ky(&folder.join("1-tam-ky.csv"), &tam_ky)?;
    write_hoi_an(&folder.join("2-hoi-an.xlsx"), &hoi_an)?;
    write_lon_xon(&folder.join("3-lon-xon.csv"), &lon_xon)?;
    println!("{} results in {}", maker.n_made, folder.display());
    Ok(())
}

//! Tests of the room at its edge: bytes in, items, rejected rows and findings out.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use tempfile::TempDir;

use crate::finding::{FindingCode, Severity};
use crate::intake::layout::{Column, Key, fold};
use crate::intake::value::{self, Unreadable};
use crate::intake::{
    CODES, COLUMN_TWICE, COLUMN_UNKNOWN, COORDINATES_BAD, COUNT_ODD, DATE_BAD, DOSSIER_AGAIN,
    DOSSIER_FORM, DOSSIER_FUTURE, Error, HOURS_BAD, IDENTITY_DROPPED, ITEM_CODE_DIGIT,
    ITEM_CODE_FORM, ITEM_CODE_TAKEN, Intake, IntakeConfig, MISSING_VALUE, MONEY_BAD, NO_ROWS,
    PHONE_BAD, PHONE_MISSING, QUOTE_OPEN, REGISTRATION_BAD, REQUIRED_DATE, ROW_SKIPPED,
    ROW_TOO_LONG, handling, read_files, record, scrub,
};
use crate::measure::{Dong, Seconds};
use crate::post::PartyKind;

const HEADER: &str = "Mã hồ sơ;Đơn vị;Tên TTHC;Chủ hồ sơ;SĐT;Địa chỉ;Ngày hẹn trả";
const ROW: &str =
    "H17.1-251110-0001;Một cửa A;Cấp hộ chiếu;Trương Thị Mẫu;0900000001;thôn 1, xã B;24/11/2025";

fn config() -> IntakeConfig {
    IntakeConfig::new(date(2025, 11, 24))
}

fn read_bytes(bytes: &[u8]) -> Result<Intake, Error> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, bytes).unwrap();
    read_files(&[path], &config())
}

#[track_caller]
fn read(text: &str) -> Intake {
    read_bytes(text.as_bytes()).unwrap()
}

/// One row under the usual header and further columns.
#[track_caller]
fn read_with(columns: &[(&str, &str)]) -> Intake {
    let (mut header, mut row) = (HEADER.to_owned(), ROW.to_owned());
    for (name, cell) in columns {
        header = header + ";" + name;
        row = row + ";" + cell;
    }
    read(&format!("{header}\n{row}\n"))
}

fn codes(intake: &Intake) -> Vec<FindingCode> {
    let rejected = intake.rejected.iter().flat_map(|row| &row.findings);
    intake.findings.iter().chain(rejected).map(|f| f.code).collect()
}

#[track_caller]
fn check_code(intake: &Intake, code: FindingCode, n_items: usize) {
    assert!(codes(intake).contains(&code), "{code} is not in {:?}", codes(intake));
    assert_eq!(intake.items.len(), n_items);
}

#[test]
fn a_row_becomes_an_item() {
    let intake = read(&format!("{HEADER}\n{ROW}\n"));
    let item = &intake.items[0];
    assert_eq!(item.dossier.as_str(), "H17.1-251110-0001");
    assert_eq!((item.unit.as_str(), item.owner.name.as_str()), ("Một cửa A", "Trương Thị Mẫu"));
    assert_eq!(item.recipient.phone.as_deref(), Some("0900000001"));
    assert_eq!((item.promised, item.handed_over), (date(2025, 11, 24), date(2025, 11, 24)));
    assert!(item.handling.in_person, "a passport goes into the own hand");
    assert_eq!(item.source.to_string(), "a.csv:2");
    assert_eq!(codes(&intake), []);
}

#[test]
fn every_delimiter_and_encoding_gives_the_same_items() {
    let table = format!("{HEADER}\r\n{ROW}\r\n");
    let expected = read(&table).items;
    for delimiter in ["\t", "|"] {
        assert_eq!(read(&table.replace(';', delimiter)).items, expected, "{delimiter:?}");
    }
    let with_commas: Vec<String> =
        table.lines().map(|l| format!("\"{}\"", l.replace(';', "\",\""))).collect();
    assert_eq!(read(&with_commas.join("\r")).items, expected);
    assert_eq!(read(&format!("\u{feff}{table}")).items, expected);
    let le: Vec<u8> =
        format!("\u{feff}{table}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> =
        format!("\u{feff}{table}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read_bytes(&le).unwrap().items, expected);
    assert_eq!(read_bytes(&be).unwrap().items, expected);
    assert_eq!(read_bytes(&le[2..]).unwrap().items, expected);
}

#[test]
fn windows_1258_is_composed() {
    // Windows-1258 has letters with their mark, and the tones as combining characters after them.
    let table = format!("{HEADER}\n{ROW}\n");
    let table = table.replace("Tên TTHC", "ten_tthc");
    let mut bytes = Vec::new();
    for c in table.chars() {
        let (base, tone) = split_tone(c);
        let text: String = [Some(base), tone].into_iter().flatten().collect();
        let (encoded, _, had_errors) = encoding_rs::WINDOWS_1258.encode(&text);
        assert!(!had_errors, "{c} is in Windows-1258");
        bytes.extend_from_slice(&encoded);
    }
    let intake = read_bytes(&bytes).unwrap();
    assert_eq!(intake.items[0].owner.name, "Trương Thị Mẫu");
    assert_eq!(intake.items[0].unit, "Một cửa A");
}

/// A letter without its tone, and the tone.
fn split_tone(c: char) -> (char, Option<char>) {
    use unicode_normalization::UnicodeNormalization as _;
    let parts: Vec<char> = c.to_string().nfd().collect();
    let is_tone = |c: &char| matches!(*c as u32, 0x300 | 0x301 | 0x303 | 0x309 | 0x323);
    let tone = parts.iter().copied().find(is_tone);
    let base: String = parts.iter().filter(|c| !is_tone(c)).collect();
    (base.nfc().next().unwrap(), tone)
}

#[test]
fn the_header_may_stand_low_and_hold_line_breaks() {
    let header = HEADER.replace("Mã hồ sơ", "\"MÃ  SỐ\nHỒ SƠ\"").replace("SĐT", "Điện thoại (*)");
    let intake = read(&format!(
        "SỞ MẪU;;;;;;\n\n;DANH SÁCH;;;;;\n{header}\n(1);(2);(3);(4);(5);(6);(7)\n{ROW}\n\nTổng cộng;1;;;;;\n;Người lập biểu;;;;;\n"
    ));
    assert_eq!(intake.items.len(), 1);
    assert_eq!(intake.files[0].n_skipped, 4, "numbers, blank, total, signature");
    assert_eq!(codes(&intake), [ROW_SKIPPED; 3]);
    // Title 1, blank 2, title 3, header 4 (its break makes no row), numbers 5.
    assert_eq!(intake.items[0].source.row, Some(6));
}

#[test]
fn a_missing_column_is_one_error_that_names_it() {
    let error = read_bytes("Mã hồ sơ;Chủ hồ sơ;Địa chỉ;Tên TTHC\n".as_bytes()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("don_vi_tra («Đơn vị trả kết quả»"), "{text}");
    assert!(text.contains("ngay_hen_tra («Ngày hẹn trả»"), "{text}");
    assert!(text.contains("Mã hồ sơ | Chủ hồ sơ"), "{text}");
}

#[test]
fn what_is_no_table_is_refused() {
    assert!(matches!(read_files(&[], &config()), Err(Error::NoFiles)));
    let missing = [PathBuf::from("no such file.csv")];
    assert!(matches!(read_files(&missing, &config()), Err(Error::Unreadable { .. })));
    assert!(matches!(read_bytes(b""), Err(Error::Empty { .. })));
    assert!(matches!(read_bytes(b" \r\n\n"), Err(Error::Empty { .. })));
    assert!(matches!(read_bytes(b"\x00\x01\x02\x00\x00\x00\x00"), Err(Error::NotATable { .. })));
    assert!(matches!(read_bytes(b"<html><table>"), Err(Error::NotATable { .. })));
    assert!(matches!(read_bytes(b"a letter,\nno table"), Err(Error::NotATable { .. })));
    assert!(matches!(read_bytes(b"\xd0\xcf\x11\xe0 old"), Err(Error::OldWorkbook { .. })));
    assert!(matches!(read_bytes(b"PK\x03\x04 torn"), Err(Error::DamagedWorkbook { .. })));
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("big.csv");
    // A hole: the size is there, the bytes are not.
    fs::File::create(&path).unwrap().set_len(super::MAX_TEXT_BYTES + 1).unwrap();
    fs::OpenOptions::new().write(true).open(&path).unwrap().write_all(b"a;b").unwrap();
    let error = read_files(&[path], &config()).unwrap_err();
    assert!(error.to_string().contains("1073741824"), "{error}");
}

#[test]
fn a_row_without_a_required_value_is_rejected_with_its_place() {
    let bad = ROW.replace("Trương Thị Mẫu", "").replace("24/11/2025", "31/02/2025");
    let intake = read(&format!("{HEADER}\n{bad}\n{ROW}\n"));
    assert_eq!((intake.items.len(), intake.rejected.len()), (1, 1));
    let row = &intake.rejected[0];
    assert_eq!(row.findings[0].code, MISSING_VALUE);
    assert_eq!(row.findings[0].source.to_string(), "a.csv:2 «Chủ hồ sơ»");
    assert_eq!(
        (row.findings[1].code, row.findings[1].value.as_str()),
        (REQUIRED_DATE, "31/02/2025")
    );
    assert_eq!((row.headers.len(), row.cells.len()), (7, 7));
    let count = &intake.files[0];
    assert_eq!((count.n_rows, count.n_accepted, count.n_rejected), (2, 1, 1));
}

#[test]
fn a_rejected_row_can_be_repaired_and_read_again() {
    let bad = ROW.replace("24/11/2025", "");
    let rejected = read(&format!("{HEADER};CCCD\n{bad};001099000123\n")).rejected.remove(0);
    assert!(!rejected.headers.contains(&"CCCD".to_owned()));
    let repaired = rejected.cells.join(";") + "24/11/2025";
    let intake = read(&format!("{}\n{repaired}\n", rejected.headers.join(";")));
    assert_eq!(intake.items.len(), 1);
}

#[test]
fn a_dossier_that_comes_again_updates_its_item() {
    let again = ROW.replace("0900000001", "0900000002");
    let folder = TempDir::new().unwrap();
    let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
    fs::write(&paths[0], format!("{HEADER}\n{ROW}\n")).unwrap();
    fs::write(&paths[1], format!("{HEADER}\n{again}\n")).unwrap();
    let intake = read_files(&paths, &config()).unwrap();
    check_code(&intake, DOSSIER_AGAIN, 1);
    assert_eq!(intake.items[0].recipient.phone.as_deref(), Some("0900000002"));
    assert_eq!(intake.findings[0].details, ["a.csv:2", "b.csv:2"]);
    assert_eq!((intake.n_updated, intake.files[1].n_updated), (1, 1));
}

#[test]
fn an_item_code_belongs_to_one_dossier() {
    let other = ROW.replace("0001;Một", "0002;Một");
    let intake = read(&format!("{HEADER};SHBG\n{ROW};RR473124829VN\n{other};RR 473124829 vn\n"));
    check_code(&intake, ITEM_CODE_TAKEN, 1);
    assert_eq!(intake.rejected[0].findings[0].details, ["H17.1-251110-0001", "a.csv:2"]);
}

#[test]
fn doubtful_values_are_warnings_and_the_item_goes_on() {
    let tables = [
        (ITEM_CODE_FORM, ("SHBG", "473124829")),
        (ITEM_CODE_DIGIT, ("SHBG", "RR473124828VN")),
        (COUNT_ODD, ("Số bản chính", "nhiều")),
        (MONEY_BAD, ("Thu hộ", "xem sau")),
        (DATE_BAD, ("Ngày tiếp nhận", "hôm qua")),
        (HOURS_BAD, ("Khung giờ", "lúc rảnh")),
        (REGISTRATION_BAD, ("dangKyNhanHoSoQuaBCCIData", "{hoVaTen")),
        (COORDINATES_BAD, ("Vĩ độ", "bắc")),
        (COLUMN_UNKNOWN, ("Màu bìa", "xanh")),
        (COLUMN_TWICE, ("Điện thoại", "0900000009")),
    ];
    for (code, column) in tables {
        check_code(&read_with(&[column]), code, 1);
    }
    check_code(&read(&format!("{HEADER}\n{ROW};thừa\n")), ROW_TOO_LONG, 1);
    for (code, from, to) in [
        (DOSSIER_FORM, "H17.1-251110-0001", "HS 15"),
        (DOSSIER_FUTURE, "251110", "251201"),
        (PHONE_MISSING, "0900000001", ""),
        (PHONE_BAD, "0900000001", "12345"),
    ] {
        let intake = read(&format!("{HEADER}\n{}\n", ROW.replace(from, to)));
        check_code(&intake, code, 1);
        assert_eq!(intake.files[0].n_with_warnings, 1);
    }
    check_code(&read(&format!("{HEADER}\n")), NO_ROWS, 0);
}

#[test]
fn identity_numbers_never_get_past_reading() {
    let intake = read_with(&[("Số CCCD", "001099000123"), ("Ghi chú", "CCCD số: 001 099 000 456")]);
    assert_eq!(intake.n_identity_numbers_dropped, 2);
    check_code(&intake, IDENTITY_DROPPED, 1);
    let everything = format!("{intake:?}");
    assert!(!everything.contains("001099000123") && !everything.contains("000 456"));
}

#[test]
fn only_announced_numbers_are_scrubbed() {
    let check = |before: &str, after: &str| {
        let mut cell = before.to_owned();
        let n = scrub::scrub(&mut cell);
        assert_eq!((cell.as_str(), n), (after, usize::from(before != after)));
    };
    check("CMND 123456789, gọi 0900000001", "CMND , gọi 0900000001");
    check("căn cước công dân: 001099000123", "căn cước công dân: ");
    check("CMND 123 456 789 gọi", "CMND  gọi");
    check("gọi 0900000001 hoặc 0900000002", "gọi 0900000001 hoặc 0900000002");
    check("CCCD sao y, gọi 0900000001", "CCCD sao y, gọi 0900000001");
}

#[test]
fn a_registration_stands_in_for_missing_columns() {
    let blob = r#""{""hoVaTen"":""Lê Mẫu"",""soDienThoai"":""0900000003"",""diaChi"":""tổ 1"",""tenXaPhuong"":""Hội An"",""soCMND"":""001099000123""}""#;
    let row = ROW.replace("0900000001", "").replace("thôn 1, xã B", "");
    let intake = read(&format!("{HEADER};dangKyNhanHoSoQuaBCCIData\n{row};{blob}\n"));
    let item = &intake.items[0];
    assert_eq!(item.recipient.name, "Lê Mẫu");
    assert_eq!(item.recipient.phone.as_deref(), Some("0900000003"));
    assert_eq!(
        (item.address.line.as_str(), item.address.commune.as_deref()),
        ("tổ 1", Some("Hội An"))
    );
    assert_eq!(intake.n_identity_numbers_dropped, 1);
}

#[test]
fn an_open_quotation_mark_swallows_no_row_in_silence() {
    let open = ROW.replace("thôn 1", "\"thôn 1");
    let intake = read(&format!(
        "{HEADER};Ghi chú\n{ROW};a\n{};\"mở\n{ROW};b\n",
        ROW.replace("0001;", "0002;")
    ));
    check_code(&intake, QUOTE_OPEN, 1);
    assert!(
        read_bytes(format!("{HEADER}\n{open}\n{}", "x;\n".repeat(100_000)).as_bytes()).is_err()
    );
}

#[test]
fn phones_are_read_as_people_write_them() {
    for text in [
        "0900000001",
        "+84 900 000 001",
        "84900000001",
        "0900.000.001",
        "900000001",
        "0900000001 / 0900000002",
        "12; 0900000001",
        "(+84)900000001",
        "900000001.0",
    ] {
        assert_eq!(value::phone(text).as_deref(), Ok("0900000001"), "{text}");
    }
    assert_eq!(value::phone("0235 3812 345").as_deref(), Ok("02353812345"));
    for text in ["", "không có", "12345", "0100000000", "09000000012345"] {
        assert_eq!(value::phone(text), Err(Unreadable), "{text}");
    }
}

#[test]
fn money_is_read_as_people_write_it() {
    for text in [
        "30.000",
        "30,000đ",
        "30.000 VNĐ",
        "30000.0",
        "30000",
        "30 000 đồng",
        "30.000,00",
        "30k",
        "30 nghìn",
    ] {
        assert_eq!(value::money(text), Ok(Dong(30_000)), "{text}");
    }
    assert_eq!(value::money("1.500.000"), Ok(Dong(1_500_000)));
    assert_eq!(value::money("miễn phí"), Ok(Dong(0)));
    for text in ["", "-5", "3.00.000", "30.5", "xem sau", "99999999999", "30 usd"] {
        assert_eq!(value::money(text), Err(Unreadable), "{text}");
    }
}

#[test]
fn dates_are_read_day_first() {
    for text in [
        "24/11/2025",
        "24/11/2025 17:00:00",
        "24-11-2025",
        "24.11.25",
        "2025-11-24",
        "2025-11-24T08:00:00",
        "17:00 24/11/2025",
        "45985",
        "45985.5",
    ] {
        assert_eq!(value::date(text), Ok(date(2025, 11, 24)), "{text}");
    }
    for text in ["", "31/02/2025", "11/24/2025", "24/11", "1", "24/11/1925", "NaN", "1e300"] {
        assert_eq!(value::date(text), Err(Unreadable), "{text}");
    }
}

#[test]
fn wished_hours_are_read_as_people_write_them() {
    let span = |a, b, c, d| Ok(Some((Seconds::clock(a, b), Seconds::clock(c, d))));
    for text in
        ["08:00-11:30", "8h-11h30", "8h00 đến 11h30", "sáng", "8 giờ - 11 giờ 30", "8h 11h30"]
    {
        assert_eq!(value::hours(text), span(8, 0, 11, 30), "{text}");
    }
    assert_eq!(value::hours("giờ hành chính"), span(8, 0, 17, 0));
    assert_eq!(value::hours("sau 16h"), span(16, 0, 24, 0));
    assert_eq!(value::hours("cả ngày"), Ok(None));
    for text in ["11h-8h", "lúc rảnh", "25h", "8h 9h 10h"] {
        assert_eq!(value::hours(text), Err(Unreadable), "{text}");
    }
}

#[test]
fn organizations_are_told_from_people_named_truong() {
    for name in ["CÔNG TY TNHH MẪU", "Cty CP Mẫu", "HTX Mẫu", "UBND xã Mẫu", "Trường THPT Mẫu"]
    {
        assert_eq!(record::kind_of(name), PartyKind::Organization, "{name}");
    }
    for name in ["Trương Thị Mẫu", "Nguyễn Văn Công", "Lê Htxa"] {
        assert_eq!(record::kind_of(name), PartyKind::Person, "{name}");
    }
}

#[test]
fn headers_are_matched_by_name() {
    for (header, key) in [
        ("MÃ HỒ SƠ", Key::Dossier),
        ("ma_ho_so", Key::Dossier),
        ("Ngày hẹn trả (dd/MM/yyyy)", Key::Promised),
        ("Đơn vị", Key::Unit),
        ("hoVaTen", Key::Recipient),
    ] {
        assert_eq!(Column::of(header), Column::Known(key), "{header}");
    }
    assert_eq!(Column::of("Số CCCD/CMND"), Column::Identity);
    assert_eq!(Column::of("Thu lại giấy tờ cũ"), Column::Known(Key::TakeBack));
    assert_eq!(fold("  Đường  Số-1 "), "duong so 1");
}

#[test]
fn no_header_names_two_fields() {
    let mut seen = std::collections::BTreeMap::new();
    for &key in Key::ALL {
        for name in std::iter::once(&key.name()).chain(key.headers()) {
            let before = seen.insert(fold(name), key);
            assert!(before.is_none_or(|before| before == key), "{name}: {before:?} and {key:?}");
        }
    }
}

#[test]
fn codes_are_unique_and_the_bundled_handling_table_reads() {
    let mut codes = CODES.to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), CODES.len());
    let table = handling::bundled();
    assert!(table.lookup(None, "doi giay phep lai xe").take_back_original);
    assert!(table.lookup(Some("2.000488"), "").confidential);
    let error = handling::parse_handling("h.csv", "code,keyword\n").unwrap_err();
    assert!(error.to_string().contains("in_person is missing"), "{error}");
}

#[test]
fn the_demo_day_comes_in_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    let mut names = vec!["1-tam-ky.csv", "3-lon-xon.csv"];
    if cfg!(feature = "xlsx") {
        names.insert(1, "2-hoi-an.xlsx");
    }
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    let intake = read_files(&paths, &config()).unwrap();
    let mess = intake.files.last().unwrap();
    assert_eq!((mess.n_rows, mess.n_updated), (80, 1), "{mess:?}");
    for code in [
        MISSING_VALUE,
        REQUIRED_DATE,
        DOSSIER_AGAIN,
        ITEM_CODE_TAKEN,
        PHONE_BAD,
        PHONE_MISSING,
        DOSSIER_FORM,
        ITEM_CODE_FORM,
        ITEM_CODE_DIGIT,
        REGISTRATION_BAD,
        COLUMN_UNKNOWN,
        IDENTITY_DROPPED,
    ] {
        assert!(codes(&intake).contains(&code), "{code}: {:?}", intake.files);
    }
    let n_warnings = intake.findings.iter().filter(|f| f.severity == Severity::Warning).count();
    assert!(n_warnings < 20, "{:#?}", intake.findings);
    if cfg!(feature = "xlsx") {
        assert_eq!(intake.files[1].n_accepted, 110, "{:?}", intake.files);
        let item = intake.items.iter().find(|i| i.source.sheet.is_some()).unwrap();
        assert!(item.recipient.phone.as_ref().is_some_and(|p| p.starts_with("0900")));
        assert!(item.received.is_some() && item.source.row == Some(6));
    }
}

#[test]
fn a_long_table_streams_through() {
    let n = if std::env::var_os("RUN_SLOW_TESTS").is_some() { 200_000 } else { 5_000 };
    let mut table = format!("{HEADER}\n");
    for i in 0..n {
        table += &ROW.replace("0001;", &format!("{i:06};"));
        table.push('\n');
    }
    let intake = read(&table);
    assert_eq!((intake.items.len(), intake.files[0].n_rows), (n, n));
    assert_eq!(intake.items[n - 1].source.row, Some(n as u32 + 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_bytes(&bytes);
    }

    #[test]
    fn a_mutated_table_keeps_its_count(
        at in 0..700_usize, byte in any::<u8>(), cut in 0..700_usize,
    ) {
        let mut bytes = format!("{HEADER};Ghi chú\n{ROW};\"a\nb\"\n{ROW};CCCD 001099000123\n").into_bytes();
        let n = bytes.len();
        bytes[at % n] = byte;
        bytes.truncate(n - cut % 40);
        // The count is asserted inside.
        let _ = read_bytes(&bytes);
    }

    #[test]
    fn value_readers_take_any_text(text in "\\PC{0,24}|[0-9hgđ:.,/ -]{0,16}") {
        let _ = (value::phone(&text), value::money(&text), value::date(&text));
        let _ = (value::hours(&text), value::count(&text), value::is_yes(&text));
        scrub::scrub(&mut format!("CCCD {text} CMND{text}"));
    }
}

#[cfg(feature = "xlsx")]
mod workbooks {
    use super::{HEADER, IDENTITY_DROPPED, ROW, codes, config, date, read_bytes};
    use crate::intake::{Error, SHEET_SKIPPED};
    use proptest::prelude::{ProptestConfig, any, prop, proptest};

    fn workbook() -> Vec<u8> {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        for (column, header) in (0..).zip(HEADER.split(';').chain(["CCCD"])) {
            sheet.write(2, column, header).unwrap();
        }
        for (column, cell) in (0..).zip(ROW.split(';').chain(["001099000123"])) {
            sheet.write(3, column, cell).unwrap();
        }
        sheet.write(3, 4, 900_000_001).unwrap();
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2025, 11, 24).unwrap();
        let format = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
        sheet.write_with_format(3, 6, &day, &format).unwrap();
        workbook.add_worksheet().write(0, 0, "Hướng dẫn").unwrap();
        workbook.save_to_buffer().unwrap()
    }

    #[test]
    fn number_and_date_cells_are_read_as_typed() {
        let intake = read_bytes(&workbook()).unwrap();
        let item = &intake.items[0];
        assert_eq!(item.recipient.phone.as_deref(), Some("0900000001"));
        assert_eq!(item.promised, date(2025, 11, 24));
        assert_eq!((item.source.sheet.as_deref(), item.source.row), (Some("Sheet1"), Some(4)));
        assert_eq!(codes(&intake), [SHEET_SKIPPED, IDENTITY_DROPPED]);
        assert_eq!(config().date, item.handed_over);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_damaged_workbook_never_panics(
            hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = workbook();
            for (at, byte) in hits {
                let n = bytes.len();
                bytes[at.index(n)] = byte;
            }
            if let Err(error) = read_bytes(&bytes) {
                assert!(!error.to_string().is_empty());
            }
            bytes.truncate(cut.index(bytes.len()).max(4));
            if bytes.starts_with(b"PK\x03\x04") {
                assert!(matches!(read_bytes(&bytes), Err(Error::DamagedWorkbook { .. } | Error::NotATable { .. })));
            }
        }
    }
}

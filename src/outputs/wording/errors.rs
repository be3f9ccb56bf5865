//! The words of the rooms' errors. Their `Display` is the English; here each also speaks Vietnamese.

use std::error::Error;
use std::io;

use crate::intake::{self, NoTable};
use crate::ledger;
use crate::matrix::MatrixError;
use crate::outputs;
use crate::outputs::wording::roads::{road_words, travel_words};
use crate::outputs::wording::{Lang, troubles as say};
use crate::planning::{self, ConfigError};
use crate::problem::{InstanceError, ProblemError, Remedy, VroomError};
use crate::territory::{BoundaryError, UnitCodeError, UnitsError};

/// What [`UnitCodeError`] says.
const UNIT_CODE: &str = "mã đơn vị hành chính chỉ gồm chữ số, mã xã có năm";

/// What an error of a room, or of the system, says in one language; nothing for an error that is not known here.
///
/// A message that a library wrote stays as it is, within the words.
pub fn error_words(lang: Lang, error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return Some(io_words(lang, error));
    }
    let vietnamese = known(error)?;
    Some(if lang == Lang::Vi { vietnamese } else { error.to_string() })
}

fn known(error: &(dyn Error + 'static)) -> Option<String> {
    let words = error.downcast_ref().map(intake_words);
    let words = words.or_else(|| error.downcast_ref().map(planning_words));
    let words = words.or_else(|| error.downcast_ref().map(outputs_words));
    let words = words.or_else(|| error.downcast_ref().map(boundary_words));
    let words = words.or_else(|| error.downcast_ref().map(problem_words));
    let words = words.or_else(|| error.downcast_ref().map(ledger_words));
    let words = words.or_else(|| road_words(error));
    let words = words.or_else(|| error.downcast_ref().map(vroom_words));
    let words = words.or_else(|| error.downcast_ref().map(units_words));
    let words =
        words.or_else(|| error.downcast_ref().map(|_: &UnitCodeError| UNIT_CODE.to_owned()));
    words.or_else(|| error.downcast_ref().map(instance_words))
}

pub(super) fn io_words(lang: Lang, error: &io::Error) -> String {
    let phrase = match error.kind() {
        io::ErrorKind::NotFound => say::IO_NOT_FOUND,
        io::ErrorKind::PermissionDenied => say::IO_DENIED,
        io::ErrorKind::NotADirectory => say::IO_NOT_FOLDER,
        io::ErrorKind::IsADirectory => say::IO_IS_FOLDER,
        io::ErrorKind::ReadOnlyFilesystem => say::IO_READ_ONLY,
        io::ErrorKind::StorageFull => say::IO_FULL,
        io::ErrorKind::AlreadyExists => say::IO_EXISTS,
        _ => return error.to_string(),
    };
    phrase.of(lang).to_owned()
}

fn intake_words(error: &intake::Error) -> String {
    use intake::Error as E;
    match error {
        E::NoFiles => "không có tệp để đọc: hãy nêu ít nhất một tệp CSV hoặc XLSX".to_owned(),
        E::Unreadable { path, cause } => {
            let cause = io_words(Lang::Vi, cause);
            format!(
                "không đọc được {path}: {cause}; hãy xem lại đường dẫn, và đóng tệp nếu đang mở"
            )
        }
        E::Empty { file } => format!("{file} là tệp rỗng: hãy kết xuất lại"),
        E::TooLarge { file, size, limit } => {
            format!("{file} có {size} byte, giới hạn là {limit}: hãy tách ra và nêu từng phần")
        }
        E::TooManyRows { file, row, limit } => format!(
            "{file}, dòng {row}: hơn {limit} kết quả trong một ngày; hãy tách tệp và lập kế hoạch riêng"
        ),
        E::NotATable { file, reason } => format!(
            "{file} không phải là bảng kết quả ({}): hãy lưu dạng .xlsx hoặc .csv có dòng tiêu đề",
            no_table_words(reason)
        ),
        E::OldWorkbook { file } => {
            format!("{file} là sổ tính .xls cũ hoặc có mật khẩu: hãy lưu dạng .xlsx không mật khẩu")
        }
        E::DamagedWorkbook { file, reason } => format!(
            "{file} bị hỏng hoặc không phải là sổ tính .xlsx ({reason}): hãy mở ra và lưu lại"
        ),
        E::MissingColumn { file, missing, headers } => format!(
            "{file} thiếu cột {}; các cột có trong tệp: {}: hãy đổi tên hoặc thêm cột",
            missing.join(" và "),
            headers.join(" | ")
        ),
        E::HandlingTable { file, row, reason } => format!("{file}, dòng {row}: {reason}"),
    }
}

fn no_table_words(reason: &NoTable) -> String {
    match reason {
        NoTable::Bytes => "chứa dữ liệu không phải là chữ".to_owned(),
        NoTable::WebPage => "đây là trang web".to_owned(),
        NoTable::NoHeader => "trong 20 dòng đầu không có dòng tiêu đề".to_owned(),
        NoTable::NoSheet => "không trang nào có dòng tiêu đề trong 20 dòng đầu".to_owned(),
        NoTable::OpenQuote { row } => {
            format!("dấu ngoặc kép mở ở dòng {row} mà không đóng")
        }
        NoTable::TooWide { row, columns } => format!("dòng {row} có {columns} cột"),
        NoTable::Unreadable(said) => said.clone(),
        NoTable::NoWorkbooks => "bản này không đọc sổ tính, hãy lưu dạng CSV".to_owned(),
    }
}

fn planning_words(error: &planning::Error) -> String {
    use planning::Error as E;
    match error {
        E::Config(error) => config_words(error),
        E::NoCarrier { date } => {
            format!("ngày {date} không có bưu tá nào; hãy ghi ít nhất một [[carrier]]")
        }
        E::TooManyStops { found, limit } => format!(
            "có {found} điểm phát, giới hạn một lần lập kế hoạch là {limit}; hãy chia theo địa bàn"
        ),
        E::Travel(error) => travel_words(error),
        E::Problem(error) => problem_words(error),
        E::Broken { violations } => format!(
            "kế hoạch vi phạm {} quy tắc nên không được ghi, trước hết: {}; đây là lỗi của chương trình",
            violations.len(),
            violations.first().map(ToString::to_string).unwrap_or_default()
        ),
    }
}

fn config_words(error: &ConfigError) -> String {
    match error {
        ConfigError::NoZone => "chưa có chỉ tiêu thời gian theo vùng; cần ít nhất một".to_owned(),
        ConfigError::UnservedOrder { less, more } => format!(
            "giá để lại bưu gửi của một hạn là {more}, của hạn gấp hơn là {less}; giá phải giảm dần",
            more = more.value(),
            less = less.value()
        ),
        ConfigError::Negative { field, value } => format!("{field} là {value}; không được âm"),
        ConfigError::OfficeHours { from, to } => format!(
            "giờ hành chính {} đến {} là rỗng hoặc không nối tiếp giờ trước",
            from.hh_mm(),
            to.hh_mm()
        ),
    }
}

pub(super) fn matrix_words(error: &MatrixError) -> String {
    match error {
        MatrixError::Size { n_places, expected, found } => {
            format!("ma trận của {n_places} nơi cần {expected} ô, có {found}")
        }
        MatrixError::TooLong { from, to, value, limit } => {
            format!("chặng từ nơi {from} đến nơi {to} là {value}, quá giới hạn {limit}")
        }
    }
}

fn outputs_words(error: &outputs::Error) -> String {
    use outputs::Error as E;
    match error {
        E::Write { path, source } => format!(
            "không ghi được {}: {}; hãy chọn thư mục khác hoặc giải phóng nó",
            path.display(),
            io_words(Lang::Vi, source)
        ),
        E::Json(error) => format!("đây không phải là kế hoạch {}: {error}", outputs::PLAN_FORMAT),
        E::Format { found } => {
            format!("kế hoạch có dạng {found:?}, chương trình này đọc {}", outputs::PLAN_FORMAT)
        }
        E::Workbook { file, reason } => format!("không tạo được {file}: {reason}"),
        E::Typeset { file, reason } => format!("không dàn được trang {file}: {reason}"),
    }
}

fn boundary_words(error: &BoundaryError) -> String {
    use BoundaryError as E;
    match error {
        E::Gzip(cause) => format!("tệp ranh giới gzip bị hỏng: {cause}"),
        E::TooLarge => "tệp ranh giới quá lớn".to_owned(),
        E::Json(cause) => format!("tệp ranh giới không phải là GeoJSON FeatureCollection: {cause}"),
        E::Feature { feature, cause } => {
            format!("đối tượng {feature} không phải là GeoJSON đúng: {cause}")
        }
        E::Empty => "tệp ranh giới không có đối tượng nào".to_owned(),
        E::Code { feature, found } => {
            format!("đối tượng {feature} cần thuộc tính `code` năm chữ số, thấy {found}")
        }
        E::Repeated { feature, code } => {
            format!("đối tượng {feature} lặp lại xã {code}: hãy gộp thành một MultiPolygon")
        }
        E::Shape { feature, code, found } => {
            format!(
                "đối tượng {feature} (xã {code}) phải là Polygon hoặc MultiPolygon, thấy {found}"
            )
        }
        E::Ring { feature, code, found } => {
            format!("đối tượng {feature} (xã {code}) có vòng chỉ {found} điểm, cần ít nhất 4")
        }
        E::Position { feature, code, found } => format!(
            "đối tượng {feature} (xã {code}) có vị trí {found:?}, không phải kinh độ và vĩ độ"
        ),
    }
}

fn ledger_words(error: &ledger::Error) -> String {
    use ledger::Error as E;
    match error {
        E::Unusable { path, cause } => format!(
            "không dùng được sổ của bưu cục {}: {cause}; hãy khôi phục từ bản sao hoặc nêu tệp khác",
            path.display()
        ),
        E::Foreign { path } => format!(
            "{} là cơ sở dữ liệu nhưng không phải sổ của bưu cục; hãy nêu tệp khác",
            path.display()
        ),
        E::Newer { path, found, known } => format!(
            "{} có phiên bản {found}, chương trình này biết đến phiên bản {known}; \
             hãy dùng chương trình mới hơn",
            path.display()
        ),
    }
}

fn units_words(error: &UnitsError) -> String {
    match error {
        UnitsError::Row { file, row, problem, text } => {
            format!("{file}, dòng {row}: {}: {text}", units_problem(problem))
        }
        UnitsError::Header { file, expected, found } => {
            format!("{file} phải bắt đầu bằng dòng tiêu đề {expected}, thấy: {found}")
        }
    }
}

fn units_problem(problem: &str) -> &str {
    match problem {
        "a commune code has five digits" => "mã xã có năm chữ số",
        "a number is missing or out of range" => "một số bị thiếu hoặc ngoài khoảng",
        "a successor is not in the table" => "xã kế thừa không có trong bảng",
        "it must lie in one commune" => "phải nằm trong đúng một xã",
        "its district is not in the table" => "huyện không có trong bảng",
        "its former commune is not in the table" => "xã cũ không có trong bảng",
        "the name has no Tỉnh or Thành phố" => "tên thiếu chữ Tỉnh hoặc Thành phố",
        "the name has no Xã, Phường, Thị trấn or Đặc khu" => {
            "tên thiếu chữ Xã, Phường, Thị trấn hoặc Đặc khu"
        }
        "the name has no level word" => "tên thiếu chữ chỉ cấp",
        "the old commune does not exist on that day" => "xã cũ không có vào ngày đó",
        "the point is no place on earth" => "tọa độ không phải là nơi trên trái đất",
        "too few cells" => "thiếu ô",
        "too many cells" => "thừa ô",
        "valid_from is a day such as 2026-05-01" => "valid_from là ngày viết như 2026-05-01",
        other => other,
    }
}

fn problem_words(error: &ProblemError) -> String {
    use ProblemError as E;
    match error {
        E::NoProfile => "bài toán cần ít nhất một bảng thời gian đi".to_owned(),
        E::ProfileSize { profile, expected, found } => {
            format!("bảng {profile} có {found} nơi, bảng 0 có {expected}")
        }
        E::TooManyClients { found } => format!("{found} điểm, quá giới hạn"),
        E::Dangling { part, what, index, count } => {
            format!("{part} nêu {what} {index}, chỉ có {count}")
        }
        E::OutOfRange { part, field, value, min, max } => {
            format!("{part}: {field} là {value}, chỉ được từ {min} đến {max}")
        }
        E::Window { part, index, start, end } => {
            format!(
                "{part}: khung giờ {index} ({start} đến {end}) rỗng hoặc không nối tiếp khung trước"
            )
        }
        E::InTwoPairs { client, first, second } => format!(
            "điểm {client} nằm trong cặp {first} và cặp {second}; hãy tách thành hai điểm cùng nơi"
        ),
        E::Conflict { part, reason } => format!("{part}: {reason}"),
    }
}

fn instance_words(error: &InstanceError) -> String {
    use InstanceError as E;
    match error {
        E::UnknownFormat => {
            "không nhận ra dạng tệp; hãy nêu với `--format vrplib|solomon|lilim|cordeau|buuta|vroom`"
                .to_owned()
        }
        E::Missing { what } => format!("thiếu {what}; tệp có thể bị cắt"),
        E::Rows { what, found, expected } => {
            format!("{what} có {found} dòng, cần {expected}; tệp có thể bị cắt")
        }
        E::Numbers { what, found, expected } => {
            format!("{what} có {found} số, cần {expected}; tệp có thể bị cắt")
        }
        E::Value { line, value, expected } => {
            format!("dòng {line}: `{value}` không phải là {expected}")
        }
        E::Unsupported { line, value, feature } => {
            format!("dòng {line}: `{value}` cần {feature}, chưa mô tả được; hãy bỏ đi")
        }
        E::Problem(error) => problem_words(error),
        E::Format(error) => error.to_string(),
        E::Vroom(error) => vroom_words(error),
    }
}

fn vroom_words(error: &VroomError) -> String {
    use VroomError as E;
    match error {
        E::Syntax { line, column, path, found, expected } => format!(
            "dòng {line}, cột {column}, trong {path}: `{found}` đứng ở chỗ JSON cần {}",
            json_words(expected)
        ),
        E::Value { path, value, remedy } => format!("{path} là {value}: {}", remedy_words(remedy)),
        E::NoTravel { path } => {
            format!("{path} không có tọa độ và tệp không có ma trận: hãy ghi một trong hai")
        }
        E::Matrix(error) => error.to_string(),
        E::Problem(error) => problem_words(error),
    }
}

/// What the reader of JSON expects, in Vietnamese.
fn json_words(expected: &str) -> &str {
    match expected {
        "a value" => "một giá trị",
        "a value; the file may be cut off" => "một giá trị; tệp có thể bị cắt",
        "a key in quotes" => "một tên trong ngoặc kép",
        "`:`" => "`:`",
        "`,` or `}`; the file may be cut off" => "`,` hoặc `}`; tệp có thể bị cắt",
        "`,` or `]`; the file may be cut off" => "`,` hoặc `]`; tệp có thể bị cắt",
        "the end of a text, `\"`" => "dấu `\"` kết thúc chuỗi",
        "a text whose `\\` escapes are right" => "một chuỗi viết đúng các dấu `\\`",
        "the end of the file" => "hết tệp",
        other => other,
    }
}

fn remedy_words(remedy: &Remedy) -> String {
    use Remedy as R;
    match remedy {
        R::Object => "hãy ghi một đối tượng `{…}`".to_owned(),
        R::Array => "hãy ghi một danh sách `[…]`".to_owned(),
        R::Text => "hãy ghi một chuỗi trong ngoặc kép".to_owned(),
        R::Boolean => "hãy ghi true hoặc false".to_owned(),
        R::Number => "hãy ghi một số".to_owned(),
        R::Integer { min, max } => format!("hãy ghi một số nguyên từ {min} đến {max}"),
        R::Depth => "không bài toán nào cần lồng sâu như vậy, hãy bỏ bớt".to_owned(),
        R::AtMost(max) => format!("chỉ được nhiều nhất {max}"),
        R::Window => "hãy ghi [đầu, cuối] theo giây, cuối không trước đầu".to_owned(),
        R::WindowOrder => "hãy ghi các khung giờ theo thứ tự, khung sau sau khung trước".to_owned(),
        R::LonLat => "hãy ghi [kinh độ, vĩ độ] theo độ".to_owned(),
        R::Id => "hãy cho mỗi mục một `id` riêng".to_owned(),
        R::OwnId { first } => format!("{first} cũng có, hãy cho mỗi mục một `id` riêng"),
        R::Spot => "hãy ghi `location`, hoặc `location_index` khi có ma trận".to_owned(),
        R::StartOrEnd => {
            "hãy ghi `start`, `end` hoặc cả hai (khi có ma trận: `start_index`)".to_owned()
        }
        R::Partner => "một chuyến gửi cần cả `pickup` và `delivery`".to_owned(),
        R::Row { n } => format!("ma trận có {n} hàng, đếm từ 0: hãy ghi chỉ số của một hàng"),
        R::Square { n } => format!("hãy ghi {n}, bằng hàng đầu và bảng đầu"),
        R::Profile => "hãy cho nó một bảng `durations` trong `matrices`".to_owned(),
        R::Distances => "per_km và max_distance cần bảng `distances` trong `matrices`".to_owned(),
        R::Dimensions { n } => format!("hãy ghi {n} số, bằng `capacity` đầu tiên"),
        R::SpeedFactor => "hãy ghi một số từ 0.01 đến 100".to_owned(),
        R::CustomCosts => "khi có bảng `costs`, hãy bỏ per_hour, per_km và max_distance".to_owned(),
        R::StepType => "hãy ghi `type` là start, job, pickup, delivery, break hoặc end".to_owned(),
        R::Routes => "hãy ghi `routes` của một trả lời, mỗi tuyến có `steps`".to_owned(),
        R::KnownVehicle => "hãy ghi `id` của một xe có trong bài toán".to_owned(),
        R::KnownStep => "hãy ghi `id` của một mục có trong tệp".to_owned(),
        R::StepOnce => "nó đã có một bước rồi, mỗi mục chỉ ghi một lần".to_owned(),
        R::BreakInShift { shift_s } => {
            format!("time_window của xe có {shift_s} s, hãy rút ngắn giờ nghỉ hoặc mở rộng khung")
        }
        R::Unsupported(_) => "điều này chưa mô tả được ở đây; hãy bỏ đi".to_owned(),
    }
}

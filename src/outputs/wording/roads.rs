//! Words of the command `region`, and what the errors of roads say in Vietnamese.

use std::error::Error;

use crate::network::{
    BuildError, CalibrateError, ImportError, MATRIX_FORMAT, MatrixFileError, PROFILE_FORMAT,
    REGION_FORMAT, RegionError, RoadProfileError, ServerError, TravelError,
};
use crate::outputs::wording::errors::{io_words, matrix_words};
use crate::outputs::wording::{Lang, Phrase};

phrases! {
    // What a region holds.
    REGION: "vùng" / "region";
    SOURCE: "nguồn" / "source";
    BOX: "khung" / "box";
    NODES: "nút" / "nodes";
    EDGES: "đoạn đường" / "edges";
    HIERARCHY_ARCS: "cung phân cấp" / "hierarchy arcs";
    RESTRICTIONS: "cấm rẽ (bỏ qua)" / "turn restrictions (ignored)";
    MISSING_NODES: "nút thiếu" / "missing nodes";
    STREETS: "đường có tên" / "named streets";
    POINTS: "điểm" / "points";
    FILE_SIZE: "cỡ tệp" / "file";
    PROFILE_ROADS: "{0} km liền nhau; bỏ {1} km đảo ({2} đoạn)" / "{0} km connected; {1} km of islands dropped ({2} edges)";
    UNNAMED_ROAD: "đường không tên" / "unnamed road";
    UNMET_CHANGE: "thay đổi đường thứ {0} không khớp đoạn đường nào" / "road change {0} meets no road";
    // What a calibration found.
    SPEED: "tốc độ" / "speed";
    DRIVEN: "đã đi" / "driven";
    SPEED_BEFORE: "trước" / "before";
    SPEED_AFTER: "sau" / "after";
    REFUSED_LEG: "bỏ dòng {0}: {1}" / "row {0} left out: {1}";
    MORE_REFUSED: "bỏ thêm {0} dòng nữa" / "{0} more rows left out";
    CALIBRATED_LEGS: "{0} chặng đã dùng; bỏ {1} chặng khác hẳn số còn lại, {2} chặng quá ngắn hoặc không có đường" / "{0} legs used; left out: {1} far from the others, {2} too short or without a road";
    DEVIATION: "độ lệch trung vị trên các chặng không dùng để khớp: trước {0} %, sau {1} %" / "median deviation on legs not fitted to: {0} % before, {1} % after";
    // Steps of a build.
    FINDING_AREA: "tìm ranh giới" / "finding the area";
    READING_WAYS: "đọc đường" / "reading ways";
    READING_POSITIONS: "đọc tọa độ" / "reading positions";
    MAKING_GRAPH: "dựng mạng đường" / "making the graph";
    ORDERING_NODES: "xếp thứ tự nút" / "ordering the nodes";
    PRICING_HIERARCHY: "tính phân cấp" / "pricing the hierarchy";
    WRITING: "ghi tệp" / "writing";
}

/// What an error of the roads says in Vietnamese; nothing for another error.
pub(super) fn road_words(error: &(dyn Error + 'static)) -> Option<String> {
    let words = error.downcast_ref().map(region_words);
    let words = words.or_else(|| error.downcast_ref().map(build_words));
    let words = words.or_else(|| error.downcast_ref().map(import_words));
    let words = words.or_else(|| error.downcast_ref().map(profile_words));
    let words = words.or_else(|| error.downcast_ref().map(matrix_file_words));
    let words = words.or_else(|| error.downcast_ref().map(calibrate_words));
    let words = words.or_else(|| error.downcast_ref().map(server_words));
    words.or_else(|| error.downcast_ref().map(travel_words))
}

pub(super) fn travel_words(error: &TravelError) -> String {
    match error {
        TravelError::Matrix(error) => matrix_words(error),
        TravelError::Region(error) => region_words(error),
        TravelError::Server(error) => server_words(error),
    }
}

fn region_words(error: &RegionError) -> String {
    use RegionError as E;
    match error {
        E::NoRegion => "đây không phải là tệp vùng; hãy tạo bằng `buuta region build`".to_owned(),
        E::Version { version } => format!(
            "tệp vùng có phiên bản {version}, chương trình này đọc {REGION_FORMAT}; \
             hãy dựng lại vùng, hoặc dùng chương trình đã tạo ra nó"
        ),
        E::Damaged { what } => format!("tệp vùng bị hỏng: {what}; hãy chép lại hoặc dựng lại"),
        E::UnknownProfile { asked, known } => {
            format!("vùng không có kiểu đi {asked:?}, chỉ có: {known}")
        }
    }
}

fn build_words(error: &BuildError) -> String {
    match error {
        BuildError::Import(error) => import_words(error),
        BuildError::Write(cause) => {
            format!("không ghi được tệp vùng: {}", io_words(Lang::Vi, cause))
        }
    }
}

fn import_words(error: &ImportError) -> String {
    use ImportError as E;
    match error {
        E::Io(cause) => format!("không đọc được bản trích: {}", io_words(Lang::Vi, cause)),
        E::Extract { block, reason } => {
            let place = block.map_or_else(String::new, |number| format!(", khối {number}"));
            format!("đây không phải là bản trích OpenStreetMap đúng (.osm.pbf){place}: {reason}")
        }
        E::Unsorted { node } => {
            format!("bản trích chưa sắp thứ tự (nút {node} đứng sau đường); hãy chạy `osmium sort`")
        }
        E::Polygon(reason) => format!("không dùng được đa giác: {reason}"),
        E::AreaUnknown(name) => format!(
            "bản trích không có ranh giới hành chính nào tên {name:?}; \
             hãy nêu --box hoặc --polygon, hoặc chữ r và số của quan hệ"
        ),
        E::AreaAmbiguous(name, found) => format!(
            "có nhiều ranh giới tên {name:?}: {found}; hãy nêu một trong các số này với --area"
        ),
        E::AreaOpen(name) => format!(
            "đường biên của {name:?} không có đủ trong bản trích; hãy nêu --box hoặc --polygon"
        ),
        E::NoRoads => {
            "không có đường nào trong vùng; hãy xem lại --box (nam,tây,bắc,đông) và bản trích"
                .to_owned()
        }
        E::NothingOpen(profile) => {
            format!("không đường nào của vùng mở cho kiểu đi {profile:?}; hãy xem lại các tốc độ")
        }
        E::TooLarge { what, limit } => {
            format!("vùng có hơn {limit} {what}; hãy cắt một vùng nhỏ hơn")
        }
    }
}

fn profile_words(error: &RoadProfileError) -> String {
    use RoadProfileError as E;
    match error {
        E::Toml(cause) => format!("đây không phải là kiểu đi: {cause}"),
        E::Format(found) => {
            format!("kiểu đi có dạng {found:?}; chương trình này đọc {PROFILE_FORMAT}")
        }
        E::Range { field, value, lo, hi } => {
            format!("{field} là {value}; phải từ {lo} đến {hi}")
        }
        E::Empty => "kiểu đi không có tốc độ nào; hãy ghi ít nhất một loại đường dưới [speed_kmh]"
            .to_owned(),
    }
}

fn matrix_file_words(error: &MatrixFileError) -> String {
    use MatrixFileError as E;
    match error {
        E::Json(cause) => format!("đây không phải là ma trận dạng {MATRIX_FORMAT}: {cause}"),
        E::Format(found) => {
            format!("ma trận có dạng {found:?}; chương trình này đọc {MATRIX_FORMAT}")
        }
        E::Row { row, reason } => format!(
            "dòng {row}: {reason}; các cột là from_lat, from_lon, to_lat, to_lon, time_s, distance_m"
        ),
        E::Size { n_places, table } => format!(
            "ma trận nêu {n_places} nơi, nhưng bảng {table} không có {n_places} dòng và {n_places} cột"
        ),
        E::Value { what, value } => format!("{what} là {value}; không âm và không quá giới hạn"),
        E::Place { lat, lon } => {
            format!("vĩ độ {lat}, kinh độ {lon} không phải là tọa độ trên trái đất")
        }
    }
}

fn calibrate_words(error: &CalibrateError) -> String {
    use CalibrateError as E;
    match error {
        E::NoTable => {
            "không có bảng chặng: dòng đầu phải nêu from_lat, from_lon, to_lat, to_lon, time_s"
                .to_owned()
        }
        E::TooFew { n_legs, n_usable } => {
            format!("chỉ dùng được {n_usable} trong {n_legs} chặng, cần ít nhất 20; hãy ghi thêm")
        }
        E::Region(error) => region_words(error),
    }
}

fn server_words(error: &ServerError) -> String {
    use ServerError as E;
    match error {
        E::Address(text) => format!(
            "{text:?} không phải là máy chủ; hãy viết osrm:http://host:5000 hoặc valhalla:http://host:8002"
        ),
        E::Away { url, reason } => format!(
            "máy chủ {url} không trả lời: {reason}; hãy khởi động nó, hoặc lập kế hoạch không có --travel"
        ),
        E::Refused { url, reason } => format!("máy chủ {url} từ chối: {reason}"),
        E::Answer { url, reason } => {
            format!("không hiểu câu trả lời của máy chủ {url}: {reason}")
        }
    }
}

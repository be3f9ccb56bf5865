//! What stands before the commune in a made-up address: doors, alleys, hamlets, landmarks.

use crate::rng::Rng;
use crate::territory::ProvinceCode;

/// Streets that nearly every town has; some bear the name of a province, as Hải Phòng does in Đà Nẵng.
const STREETS: [&str; 28] = [
    "Hoàng Diệu",
    "Trần Phú",
    "Lê Lợi",
    "Hùng Vương",
    "Phan Châu Trinh",
    "Nguyễn Văn Linh",
    "Nguyễn Huệ",
    "Quang Trung",
    "Lý Thường Kiệt",
    "Trần Hưng Đạo",
    "Điện Biên Phủ",
    "Hải Phòng",
    "2 Tháng 9",
    "30 Tháng 4",
    "Nguyễn Chí Thanh",
    "Núi Thành",
    "Ông Ích Khiêm",
    "Bạch Đằng",
    "Huỳnh Thúc Kháng",
    "Phạm Văn Đồng",
    "Ngô Quyền",
    "Tôn Đức Thắng",
    "Trưng Nữ Vương",
    "Tiểu La",
    "Võ Chí Công",
    "Cách Mạng Tháng Tám",
    "An Thượng 4",
    "Bình Minh 5",
];

/// Syllables of hamlet names; many communes are named of the same.
const SYLLABLES: [&str; 18] = [
    "An", "Bình", "Đông", "Tây", "Hòa", "Long", "Mỹ", "Phú", "Phước", "Sơn", "Tân", "Thạnh",
    "Thuận", "Trung", "Vĩnh", "Xuân", "Quang", "Lộc",
];

/// A door, a hamlet, a landmark or nothing, as people of this province write it.
pub(super) fn below(rng: &mut Rng, province: ProvinceCode) -> String {
    match rng.below(12) {
        0..=3 => door(rng, province),
        4..=6 => hamlet(rng),
        7 => format!("{}, {}", group(rng), hamlet(rng)),
        8 => building(rng),
        9 => landmark(rng),
        10 => String::new(),
        _ => format!("{} - {}", group(rng), door(rng, province)),
    }
}

fn street(rng: &mut Rng) -> &'static str {
    STREETS[rng.index(STREETS.len())]
}

fn door(rng: &mut Rng, province: ProvinceCode) -> String {
    let (a, b, c) = (rng.between(1, 700), rng.between(1, 99), rng.between(1, 30));
    let street = street(rng);
    // Central provinces say kiệt, northern ones ngõ, southern ones hẻm.
    match (rng.below(8), province.0) {
        (0, _) => format!("{a} đường {street}"),
        (1, _) => format!("Số {a} {street}"),
        (2, _) => format!("{a}/{b}/{c} {street}"),
        (3, 44..=56) => format!("K{a}/{b} {street}"),
        (4, 44..=56) => format!("{b} kiệt {a} {street}"),
        (5, 44..=56) => format!("K{a}/H{b}/{c} {street}"),
        (6, 44..=56) => format!("{b}/{c} kiệt {a} đường {street}"),
        (3..=4, 1..=43) => format!("Số {b} ngõ {a} {street}"),
        (5, 1..=43) => format!("số nhà {c} ngách {b} ngõ {a} phố {street}"),
        (3..=5, _) => format!("{a}/{b} hẻm {c} {street}"),
        _ => format!("{a} {street}"),
    }
}

fn hamlet_name(rng: &mut Rng) -> String {
    let syllable = |rng: &mut Rng| SYLLABLES[rng.index(SYLLABLES.len())];
    match rng.below(3) {
        0 => rng.between(1, 15).to_string(),
        1 => format!("{} {}", syllable(rng), syllable(rng)),
        _ => format!("{} {} {}", syllable(rng), syllable(rng), rng.between(1, 6)),
    }
}

fn hamlet(rng: &mut Rng) -> String {
    let words = [
        "thôn",
        "thôn",
        "thôn",
        "khối phố",
        "khối phố",
        "KP",
        "ấp",
        "bản",
        "làng",
        "xóm",
        "buôn",
        "khu phố",
        "Thôn",
    ];
    format!("{} {}", words[rng.index(words.len())], hamlet_name(rng))
}

fn group(rng: &mut Rng) -> String {
    let words = ["tổ", "Tổ", "tổ dân phố", "TDP", "đội", "nhóm"];
    let group = format!("{} {}", words[rng.index(5)], rng.between(1, 90));
    if rng.chance(0.1) { group + " cũ" } else { group }
}

fn building(rng: &mut Rng) -> String {
    let (a, b) = (rng.between(1, 30), rng.between(1, 12));
    let street = street(rng);
    match rng.below(4) {
        0 => format!("lô {a} B2.{b}, khu tái định cư {}", hamlet_name(rng)),
        1 => format!("căn hộ {a}0{b}, tầng {a}, chung cư {}, đường {street}", hamlet_name(rng)),
        2 => format!("Lô {a}, đường {street}, KDC {}", hamlet_name(rng)),
        _ => format!("phòng {b}0{b}, block {a}, chung cư số {b}, {street}"),
    }
}

fn landmark(rng: &mut Rng) -> String {
    let street = street(rng);
    match rng.below(5) {
        0 => format!("đối diện chợ, {}", hamlet(rng)),
        1 => format!("gần UBND xã, {}", hamlet(rng)),
        2 => format!("cạnh trường tiểu học, đường {street}"),
        3 => format!("ngã ba {street}, {}", group(rng)),
        _ => format!("sau lưng nhà văn hóa {}", hamlet(rng)),
    }
}

//! The words of findings, by code.

use crate::finding::Finding;
use crate::outputs::wording::{Lang, Phrase, fill};

/// What a finding says to a person: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, with the values.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The words of one code.
#[derive(Clone, Copy, Debug)]
pub struct FindingEntry {
    /// The code, such as `IN-07`.
    pub code: &'static str,
    /// What is wrong; `{value}` is the offending text, `{0}` … the details.
    pub message: Phrase,
    /// What to do.
    pub hint: Phrase,
}

/// Declares entries as `"code": vi / en => vi / en;`.
macro_rules! entries {
    ($($code:literal: $mvi:literal / $men:literal => $hvi:literal / $hen:literal;)*) => {
        &[$(FindingEntry {
            code: $code,
            message: Phrase { vi: $mvi, en: $men },
            hint: Phrase { vi: $hvi, en: $hen },
        }),*]
    };
}

/// The words of all codes, one line of the table per code. A code that is missing here is still shown, see
/// [`finding_words`].
pub const FINDINGS: &[FindingEntry] = entries! {
    "IN-01": "Thiếu «{0}»" / "\"{0}\" is missing"
        => "điền rồi nạp lại" / "fill it in and read again";
    "IN-02": "Không đọc được «{0}»: {value}" / "Cannot read \"{0}\": {value}"
        => "ghi dd/MM/yyyy" / "write dd/MM/yyyy";
    "IN-03": "Mã hồ sơ lạ: {value}" / "Unusual dossier code {value}"
        => "kiểm tra lại" / "check it";
    "IN-04": "Mã hồ sơ {value} mang ngày {0}, sau ngày lập kế hoạch" / "Dossier {value} is dated {0}, after the planning day"
        => "kiểm tra mã" / "check the code";
    "IN-05": "Số hiệu bưu gửi {value} không đúng mẫu S10" / "Item code {value} is not S10"
        => "đối chiếu bì thư" / "compare with the cover";
    "IN-06": "Số kiểm tra của {value} phải là {0}" / "Check digit of {value} should be {0}"
        => "đối chiếu bì thư" / "compare with the cover";
    "IN-07": "Số hiệu {value} đã thuộc hồ sơ {0} ({1})" / "Item code {value} belongs to dossier {0} ({1})"
        => "sửa một trong hai" / "correct one of them";
    "IN-08": "Hồ sơ {value} lặp lại: {1} thay {0}" / "Dossier {value} again: {1} replaces {0}"
        => "kiểm tra bản nào đúng" / "check which is right";
    "IN-09": "Thiếu số điện thoại" / "No phone number"
        => "hỏi đơn vị" / "ask the unit";
    "IN-10": "Số điện thoại sai: {value}" / "Bad phone number {value}"
        => "hỏi đơn vị" / "ask the unit";
    "IN-11": "Số bản lạ: {value}, dùng {0}" / "Unusual count {value}, {0} is used"
        => "đếm lại" / "count again";
    "IN-12": "Không đọc được số tiền {value}, sẽ không thu" / "Cannot read amount {value}, nothing is collected"
        => "sửa trước khi phát" / "correct it before delivery";
    "IN-13": "Không đọc được ngày {value}, bỏ qua" / "Cannot read date {value}, left out"
        => "ghi dd/MM/yyyy" / "write dd/MM/yyyy";
    "IN-14": "Không đọc được khung giờ {value}, bỏ qua" / "Cannot read hours {value}, left out"
        => "ghi 08:00-11:30" / "write 08:00-11:30";
    "IN-15": "Đăng ký BCCI không đúng JSON, dùng các cột khác" / "Registration is not valid JSON, other columns are used"
        => "kết xuất lại" / "export again";
    "IN-16": "Tọa độ sai: {value}, bỏ qua" / "Bad coordinates {value}, left out"
        => "ghi độ thập phân" / "write decimal degrees";
    "IN-17": "Cột lạ «{value}», không dùng" / "Unknown column \"{value}\", not used"
        => "đổi tên nếu cần" / "rename it if needed";
    "IN-18": "Đã bỏ {0} số giấy tờ, không lưu" / "{0} identity numbers dropped, not stored"
        => "đừng kết xuất cột này" / "leave the column out of the export";
    "IN-19": "Trang «{value}» không có tiêu đề, không đọc" / "Sheet \"{value}\" has no header, not read"
        => "thêm dòng tiêu đề nếu là dữ liệu" / "add a header if it is data";
    "IN-20": "Có ô ngoài tiêu đề: {value}" / "Cell beyond the header: {value}"
        => "kiểm tra lệch cột" / "check for shifted columns";
    "IN-21": "Dấu ngoặc kép mở nuốt {0} dòng" / "An open quotation mark swallows {0} lines"
        => "đóng hoặc xóa dấu" / "close or remove it";
    "IN-22": "Có ký tự không đọc được ({0})" / "Unreadable characters ({0})"
        => "lưu lại dạng UTF-8" / "save as UTF-8";
    "IN-23": "Dòng không phải hồ sơ, bỏ qua: {value}" / "Not a result, skipped: {value}"
        => "điền mã hồ sơ nếu có" / "add a dossier code if it is one";
    "IN-24": "Tệp không có hồ sơ nào" / "No results in the file"
        => "kiểm tra lần kết xuất" / "check the export";
    "IN-25": "Cột «{value}» trùng nghĩa với «{0}», dùng ô có dữ liệu đầu tiên" / "Column \"{value}\" means the same as \"{0}\", first filled counts"
        => "bỏ một cột" / "remove one";
    "AD-01": "Tọa độ {value} quá xa {0}, không dùng" / "Coordinates {value} are too far from {0}, not used"
        => "kiểm tra vĩ độ, kinh độ" / "check lat and lon";
    "AD-02": "Không xác định được xã từ «{value}»" / "No commune found in \"{value}\""
        => "ghi xã, phường và tỉnh" / "give commune and province";
    "AD-03": "«{value}» có thể là {0}" / "\"{value}\" may be {0}"
        => "chọn một" / "choose one";
    "AD-04": "Cột và địa chỉ «{value}» khác nhau, dùng {0}" / "Columns and address \"{value}\" differ, {0} is used"
        => "sửa cột hoặc địa chỉ" / "correct one";
    "PL-01": "Tuyến của bưu tá {0} nêu xã «{value}» không có trong danh mục" / "The walk of carrier {0} names \"{value}\", which is no commune"
        => "sửa tên hoặc ghi mã xã" / "correct it or write its code";
    "PL-02": "Tuyến của bưu tá {0}: có nhiều xã tên «{value}» ({1})" / "Walk of carrier {0}: several communes are called \"{value}\" ({1})"
        => "ghi mã xã" / "write the code";
    "PL-03": "Bưu tá {0} đã kín ca với bưu gửi thường ({value}), không giao thêm" / "Ordinary mail ({value}) fills the shift of carrier {0}, nothing was added"
        => "giảm tải hoặc kéo dài ca" / "lower it or lengthen the shift";
    "PL-04": "Túi của bưu tá {0} đã đầy ({value} bưu gửi), không giao thêm" / "Carrier {0}'s bag is full ({value} items), nothing was added"
        => "tăng sức chứa hoặc giảm tải" / "raise the limit or lower the load";
    "PL-05": "Khung giờ {value} kết thúc trước khi bắt đầu nên không áp dụng" / "The hours {value} end before they begin and were not kept"
        => "sửa khung giờ" / "correct them";
    "PL-20": "Hồ sơ {0}: điểm phát cách đường {value} m, đoạn cuối đi bộ" / "Dossier {0}: the door is {value} m from any road, the last way is on foot"
        => "kiểm tra tọa độ" / "check its position";
    "PL-21": "Hồ sơ {0}: điểm {value} ngoài vùng đường, quãng đường là ước lượng" / "Dossier {0}: {value} is out of the region's roads, its ways are estimated"
        => "kiểm tra tọa độ hoặc dựng vùng rộng hơn" / "check its position or build a wider region";
};

/// The hint of a code without words.
const LOOK: Phrase = Phrase {
    vi: "xem lại giá trị ở tệp và dòng được nêu",
    en: "look at the value in the named file and row",
};

/// The words of a finding; a code without words shows its code and values as they are.
pub fn finding_words(lang: Lang, finding: &Finding) -> Words {
    words_from(FINDINGS, lang, finding)
}

fn words_from(table: &[FindingEntry], lang: Lang, finding: &Finding) -> Words {
    let details: Vec<&str> = finding.details.iter().map(String::as_str).collect();
    if let Some(entry) = table.iter().find(|entry| entry.code == finding.code.0) {
        let say = |phrase: Phrase| fill(phrase.of(lang), Some(&finding.value), &details);
        return Words { message: say(entry.message), hint: say(entry.hint) };
    }
    let mut message = finding.code.to_string();
    for part in std::iter::once(finding.value.as_str()).chain(details) {
        if !part.is_empty() {
            message.push_str(if message.len() == finding.code.0.len() { ": " } else { ", " });
            message.push_str(part);
        }
    }
    Words { message, hint: LOOK.of(lang).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{FindingCode, Severity, Source};

    fn finding() -> Finding {
        let code = FindingCode("ZZ-01");
        Finding::new(code, Severity::Error, Source::default(), "0905<b>").detail("10")
    }

    #[test]
    fn a_known_code_speaks_both_languages() {
        let table: &[FindingEntry] = entries! {
            "ZZ-01": "số «{value}» thiếu, cần {0} chữ số" / "number {value} is short of {0} digits"
                => "sửa số" / "repair the number";
        };
        let words = words_from(table, Lang::Vi, &finding());
        assert_eq!(words.message, "số «0905<b>» thiếu, cần 10 chữ số");
        assert_eq!(words_from(table, Lang::En, &finding()).hint, "repair the number");
    }

    #[test]
    fn an_unknown_code_shows_its_code_and_values() {
        assert_eq!(words_from(&[], Lang::Vi, &finding()).message, "ZZ-01: 0905<b>, 10");
    }

    #[test]
    fn no_code_has_words_twice() {
        for (i, entry) in FINDINGS.iter().enumerate() {
            assert!(FINDINGS[..i].iter().all(|other| other.code != entry.code), "{}", entry.code);
        }
    }
}

#[cfg(test)]
mod every_code {
    use super::FINDINGS;

    #[test]
    fn of_every_room_has_words() {
        let rooms = [crate::intake::CODES, crate::address::CODES, crate::planning::CODES];
        for code in rooms.into_iter().flatten() {
            assert!(FINDINGS.iter().any(|entry| entry.code == code.0), "{code} has no words");
        }
    }
}

//! Words of the commands for routing research.

use crate::outputs::wording::Phrase;

phrases! {
    SOLVED: "chi phí {0}, quãng đường {1}, {2} xe, {3} điểm để lại, {4} vòng tìm trong {5} s" / "cost {0}, distance {1}, vehicles {2}, unserved {3}, {4} iterations in {5} s";
    NOT_FEASIBLE: "; KHÔNG hợp lệ" / "; NOT feasible";
    WARNING: "lưu ý: {0}" / "warning: {0}";
    ESTIMATED: "tệp không có ma trận: thời gian đi và quãng đường được ước lượng theo đường chim bay" / "the file has no matrices: travel times and distances are estimated from great circles";
    PASSED_OVER: "bỏ qua các mục không biết: {0}" / "passed over, being unknown: {0}";
    JUDGED: "chi phí {0}, quãng đường {1}, {2} xe, phục vụ {3} trên {4} điểm" / "cost {0}, distance {1}, vehicles {2}, clients served {3} of {4}";
    MISSTATED: "tệp ghi chi phí {0}, không khớp" / "the file states cost {0}, which differs";
    ALLOWED: "hợp lệ: không vi phạm quy tắc nào" / "allowed: no rule is broken";
    NOT_ALLOWED: "không hợp lệ: {0} vi phạm" / "not allowed: {0} broken rules";
    MORE_BROKEN: "  và {0} vi phạm nữa; --json liệt kê hết" / "  and {0} more; --json lists all";
    RUN: "{0} {1} hạt giống {2}: chi phí {3}, cách tốt nhất {4} %, {5} vòng/s, {6} s" / "{0} {1} seed {2}: cost {3}, gap {4} %, {5} iterations/s, {6} s";
    UNREADABLE_INSTANCE: "{0} {1}: không đọc được: {2}" / "{0} {1}: unreadable: {2}";
    OTHER_UNIT: "lưu ý: {0} {1}: giá trị tốt nhất đã biết {2} gấp hơn hai lần chi phí {3} tìm được, hẳn là khác đơn vị; không tính khoảng cách" / "warning: {0} {1}: the best known value {2} is more than twice the cost {3} found, so in another unit; no gap is counted";
    PROTOCOL: "{0} s với {1} luồng" / "{0} s on {1} threads";
    PROTOCOL_DIFFERS: "lưu ý: so {0} với {1} của lần trước" / "warning: {0} are compared with {1} of the baseline";
    ALL_FAMILIES: "tất cả" / "all";
}

/// Header of the table of families.
pub const FAMILIES_HEADER: [Phrase; 11] = [
    Phrase { vi: "bộ", en: "family" },
    Phrase { vi: "số bài", en: "instances" },
    Phrase { vi: "cách 1 s %", en: "gap 1 s %" },
    Phrase { vi: "3 s", en: "3 s" },
    Phrase { vi: "10 s", en: "10 s" },
    Phrase { vi: "cuối", en: "end" },
    Phrase { vi: "tích phân %", en: "integral %" },
    Phrase { vi: "vòng/s", en: "iterations/s" },
    Phrase { vi: "xe thừa", en: "vehicles above" },
    Phrase { vi: "không hợp lệ", en: "infeasible" },
    Phrase { vi: "không đọc được", en: "unreadable" },
];

/// Header of the table of comparisons.
pub const COMPARISON_HEADER: [Phrase; 6] = [
    Phrase { vi: "so với lần trước", en: "against baseline" },
    Phrase { vi: "thắng", en: "wins" },
    Phrase { vi: "thua", en: "losses" },
    Phrase { vi: "hòa", en: "ties" },
    Phrase { vi: "chênh trung bình, điểm", en: "mean difference, points" },
    Phrase { vi: "p", en: "p" },
];

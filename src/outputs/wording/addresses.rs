//! Words of the commands for addresses: `resolve`, `places`, `evaluate addresses`.

use crate::outputs::wording::Phrase;

phrases! {
    // One address.
    ADDRESS: "địa chỉ" / "address";
    COMMUNE: "xã, phường" / "commune";
    FORMER_COMMUNE: "xã, phường cũ" / "former commune";
    CONFIDENCE: "độ chắc" / "confidence";
    HOUSE: "số nhà" / "house";
    ALLEY: "kiệt, hẻm" / "alley";
    STREET: "đường" / "street";
    HAMLET: "thôn, tổ" / "hamlet";
    LANDMARK: "mốc" / "landmark";
    LEARNED_POSITION: "vị trí đã học" / "learned position";
    ALSO_POSSIBLE: "cũng có thể" / "also possible";
    WHY: "vì sao" / "why";
    NOT_DETERMINED: "không xác định" / "not determined";
    // A file of addresses, and what a depot learns from its review.
    RESOLVED: "{0} địa chỉ, {1} cần xem" / "{0} addresses, {1} to review";
    LEARNED: "đã học {0} địa điểm, {1} mới; {2} dòng chưa có quyết định; {3} dòng không học được" / "learned {0} places, {1} new; {2} rows without a decision; {3} rows could not be learned";
    ROW_TEACHES_NOTHING: "{0}, dòng {1}: {2}" / "{0}, row {1}: {2}";
    NO_POSITION: "«{0}, {1}» không phải tọa độ" / "«{0}, {1}» is no position";
    NOTHING_TO_REMEMBER: "địa chỉ không có số nhà, mốc, thôn hay đường để nhớ" / "the address names no door, landmark, hamlet or street to remember";
    NO_SUCH_COMMUNE: "không có xã, phường nào tên «{0}»; hãy ghi tên và tỉnh, hoặc mã xã" / "no commune is called «{0}»; write name and province, or the code";
    SEVERAL_COMMUNES: "«{0}» có thể là {1}; hãy ghi mã xã" / "«{0}» may be {1}; write the code";
    N_PLACES: "{0} địa điểm" / "{0} places";
    // How well addresses are read.
    MISTAKE: "{0}\t{1}\tđã trả lời {2}\tđúng là {3}\t{4}" / "{0}\t{1}\tsaid {2}\ttruth {3}\t{4}";
}

/// Header of the table of kinds of addresses.
pub const KINDS_HEADER: [Phrase; 13] = [
    Phrase { vi: "cách viết", en: "kind" },
    Phrase { vi: "đã biết", en: "known" },
    Phrase { vi: "đúng %", en: "right %" },
    Phrase { vi: "đúng như nhãn %", en: "as labeled %" },
    Phrase { vi: "cần xem %", en: "review %" },
    Phrase { vi: "có nêu đáp án %", en: "of them listed %" },
    Phrase { vi: "sai %", en: "wrong %" },
    Phrase { vi: "chắc chắn %", en: "certain %" },
    Phrase { vi: "chắc mà sai", en: "certain but wrong" },
    Phrase { vi: "đúng, trừ xã bị tách %", en: "right of the unsplit %" },
    Phrase { vi: "xã bị tách", en: "split" },
    Phrase { vi: "nêu đúng các phần", en: "just its parts listed" },
    Phrase { vi: "địa chỉ/s", en: "a second" },
];

/// Header of the table of stated probabilities.
pub const RELIABILITY_HEADER: [Phrase; 3] = [
    Phrase { vi: "xác suất nêu %", en: "stated %" },
    Phrase { vi: "số câu trả lời", en: "answers" },
    Phrase { vi: "đúng %", en: "right %" },
];

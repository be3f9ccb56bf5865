//! Words for the values of a plan: tiers, due classes, evidence, reasons.

use crate::address::{Confidence, Evidence, Tier};
use crate::finding::Severity;
use crate::outputs::view;
use crate::outputs::wording::{Lang, Phrase};
use crate::planning::{TravelSource, UnplannedReason};
use crate::post::{CarrierId, DueClass, Handling};

const fn phrase(vi: &'static str, en: &'static str) -> Phrase {
    Phrase { vi, en }
}

/// How sure a commune is: `chắc chắn`, `suy ra`, `cần xem`.
pub fn confidence_word(lang: Lang, confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => phrase("chắc chắn", "certain"),
        Confidence::Inferred => phrase("suy ra", "inferred"),
        Confidence::Review => phrase("cần xem", "to review"),
    }
    .of(lang)
}

/// What a position rests on.
pub fn tier_word(lang: Lang, tier: Tier) -> &'static str {
    match tier {
        Tier::Given => phrase("tọa độ kèm theo", "given coordinates"),
        Tier::Learned => phrase("bưu cục đã biết", "learned by the depot"),
        Tier::AddressPoint => phrase("số nhà", "house number"),
        Tier::Street => phrase("tên đường", "street"),
        Tier::Hamlet => phrase("thôn, khối phố", "hamlet or quarter"),
        Tier::FormerCommune => phrase("điểm của xã cũ", "point of the former commune"),
        Tier::Commune => phrase("điểm của xã", "point of the commune"),
    }
    .of(lang)
}

/// How pressing an item is.
pub fn due_word(lang: Lang, due: DueClass) -> &'static str {
    match due {
        DueClass::Overdue => phrase("quá hạn", "overdue"),
        DueClass::Today => phrase("hạn hôm nay", "due today"),
        DueClass::NextDay => phrase("hạn ngày làm việc sau", "due next working day"),
        DueClass::Later => phrase("còn hạn", "due later"),
    }
    .of(lang)
}

/// How much a finding matters.
pub fn severity_word(lang: Lang, severity: Severity) -> &'static str {
    match severity {
        Severity::Note => phrase("ghi chú", "note"),
        Severity::Warning => phrase("cần để ý", "warning"),
        Severity::Error => phrase("phải sửa", "error"),
    }
    .of(lang)
}

/// The care an item needs, spelled out.
pub fn handling_words(lang: Lang, handling: Handling, money_due: bool) -> String {
    [
        (handling.in_person, phrase("T phát tận tay", "T into the own hand")),
        (handling.authorized, phrase("U có ủy quyền", "U authorized person")),
        (money_due, phrase("P thu phí", "P collect money")),
        (handling.take_back_original, phrase("G thu hồi bản gốc", "G take back the original")),
        (handling.urgent, phrase("K khẩn", "K urgent")),
        (handling.organization, phrase("cơ quan, giờ hành chính", "organization, office hours")),
    ]
    .into_iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, words)| words.of(lang))
    .collect::<Vec<_>>()
    .join(" · ")
}

/// What the travel times rest on, said plainly.
pub fn travel_source_words(lang: Lang, source: &TravelSource) -> String {
    match source {
        TravelSource::Estimate => phrase(
            "khoảng cách ước lượng: đường chim bay nhân hệ số địa hình, không phải đường đi thật",
            "estimated distances: great circles times a terrain factor, not road distances",
        )
        .of(lang)
        .to_owned(),
        TravelSource::Region { name, attribution } => {
            phrase("đường đi theo bản đồ {0} ({1})", "roads of the map {0} ({1})")
                .with(lang, &[name, attribution])
        }
        TravelSource::External { name } => {
            phrase("thời gian đi từ {0}", "travel times from {0}").with(lang, &[name])
        }
    }
}

/// One piece of evidence, as a clerk would say it.
pub fn evidence_words(lang: Lang, evidence: &Evidence) -> String {
    let say = |vi, en, values: &[&str]| phrase(vi, en).with(lang, values);
    match evidence {
        Evidence::Code { text } => say("mã xã {0}", "commune code {0}", &[text]),
        Evidence::Column { text } => {
            say("cột xã ghi «{0}»", "the commune column says “{0}”", &[text])
        }
        Evidence::Name { text, with_level: true } => {
            say("có ghi «{0}»", "“{0}” stands in the text", &[text])
        }
        Evidence::Name { text, with_level: false } => say(
            "có ghi «{0}», không kèm xã hay phường",
            "“{0}” stands in the text, without its level",
            &[text],
        ),
        Evidence::FormerName { text, former } => say(
            "«{0}» là {1} trước ngày 01/07/2025",
            "“{0}” is {1} from before 1 July 2025",
            &[text, former],
        ),
        Evidence::OldName { text, former } => say(
            "«{0}» là tên cũ, đã nhập vào {1}",
            "“{0}” is an old name, merged into {1}",
            &[text, former],
        ),
        Evidence::Unaccented { text } => {
            say("«{0}» chỉ khớp khi bỏ dấu", "“{0}” fits only without accents", &[text])
        }
        Evidence::Misspelled { text, name } => {
            say("«{0}» có lẽ là {1}", "“{0}” is probably {1}", &[text, name])
        }
        Evidence::District { text } => {
            say("huyện cũ «{0}» thu hẹp lựa chọn", "the former district “{0}” narrows it", &[text])
        }
        Evidence::Province { text } => {
            say("tỉnh «{0}» thu hẹp lựa chọn", "the province “{0}” narrows it", &[text])
        }
        Evidence::Postcode { text, province } => {
            say("mã bưu chính {0} là của {1}", "postcode {0} belongs to {1}", &[text, province])
        }
        Evidence::Street { text } => {
            say("đường «{0}» chỉ có ở một nơi", "the street “{0}” lies in one commune", &[text])
        }
        Evidence::Learned { text } => {
            say("bưu cục đã biết «{0}»", "the depot has learned “{0}”", &[text])
        }
        Evidence::DepotArea => {
            say("thuộc địa bàn của bưu cục", "it lies in the depot's own area", &[])
        }
        Evidence::Ambiguous { text } => {
            say("«{0}» có ở nhiều nơi", "“{0}” fits several communes", &[text])
        }
        Evidence::Split { former } => {
            say("{0} đã tách về nhiều xã", "{0} was split among several communes", &[former])
        }
        Evidence::Contradiction { text, other } => {
            say("«{0}» mâu thuẫn với «{1}»", "“{0}” contradicts “{1}”", &[text, other])
        }
        Evidence::Nothing => say("không thấy tên xã nào", "nothing names a commune", &[]),
    }
}

/// Why an item waits, with the cheapest change that would take it; `carrier` gives a carrier's name.
pub fn reason_words(
    lang: Lang,
    reason: &UnplannedReason,
    carrier: &dyn Fn(CarrierId) -> String,
) -> String {
    let (why, change) = match reason {
        UnplannedReason::NotLocated => (
            phrase("chưa rõ xã", "the commune is not known"),
            Some(phrase("chọn xã ở mục cần xem", "choose a commune under review").of(lang).into()),
        ),
        UnplannedReason::Appointment { date } => (
            phrase("hẹn phát ngày khác", "asked for another day"),
            Some(phrase("phát ngày {0}", "deliver on {0}").with(lang, &[&view::day(*date)])),
        ),
        UnplannedReason::Time { cheapest } => (
            phrase("không bưu tá nào còn đủ giờ", "no carrier has time left"),
            cheapest.map(|(id, missing)| {
                phrase("{0} làm thêm {1} giờ", "{0} works {1} h longer")
                    .with(lang, &[&carrier(id), &view::hours(missing)])
            }),
        ),
        UnplannedReason::Capacity { cheapest } => (
            phrase("túi không còn chỗ", "no bag has room"),
            cheapest.map(|id| {
                phrase("{0} mang thêm một bưu gửi", "{0} takes one item more")
                    .with(lang, &[&carrier(id)])
            }),
        ),
        UnplannedReason::Hours { cheapest } => (
            phrase("giờ hẹn không khớp tuyến nào", "the hours asked for fit no route"),
            cheapest.map(|id| {
                phrase("hẹn lại giờ để {0} ghé", "ask for other hours so that {0} can come")
                    .with(lang, &[&carrier(id)])
            }),
        ),
        UnplannedReason::Cash { cheapest } => (
            phrase("vượt hạn mức tiền mang theo", "beyond every cash limit"),
            cheapest.map(|(id, missing)| {
                phrase(
                    "{0} nộp tiền giữa ca hoặc thêm hạn mức {1}",
                    "{0} hands in cash midway, or gets {1} more",
                )
                .with(lang, &[&carrier(id), &view::money(missing)])
            }),
        ),
        UnplannedReason::Skill => (
            phrase("hôm nay không ai đủ điều kiện phát", "nobody on duty has the skill"),
            Some(
                phrase("gọi thêm bưu tá có kỹ năng cần thiết", "call in a carrier with the skill")
                    .of(lang)
                    .into(),
            ),
        ),
        UnplannedReason::Stops { cheapest } => (
            phrase("mọi bưu tá đã đủ số điểm", "all carriers have their full number of stops"),
            cheapest.map(|id| {
                phrase("thêm một điểm cho {0}", "one stop more for {0}").with(lang, &[&carrier(id)])
            }),
        ),
        UnplannedReason::NotWorthToday { cheapest } => (
            phrase(
                "còn hạn, đi hôm nay tốn hơn để ngày sau",
                "due later, and dearer today than tomorrow",
            ),
            cheapest.map(|(id, detour)| {
                phrase("{0} đi vòng thêm {1} giờ", "{0} makes a detour of {1} h")
                    .with(lang, &[&carrier(id), &view::hours(detour)])
            }),
        ),
    };
    match change {
        Some(change) => format!("{}; {change}", why.of(lang)),
        None => why.of(lang).to_owned(),
    }
}

/// The name of a line of the score; an unknown key is shown as it is.
pub fn score_word(lang: Lang, key: &'static str) -> &'static str {
    match key {
        "travel" => phrase("đi đường", "travel"),
        "fixed" | "carriers" => phrase("dùng thêm bưu tá", "carriers used"),
        "overtime" => phrase("làm thêm giờ", "overtime"),
        "lateness" | "late" => phrase("trễ hẹn", "lateness"),
        "habit" => phrase("lệch tuyến quen", "off the habitual walk"),
        "balance" | "imbalance" => phrase("chênh lệch khối lượng", "imbalance of work"),
        "split" | "area_split" => phrase("chia một xã cho nhiều người", "communes split"),
        "unserved" | "prizes" => phrase("bưu gửi để lại", "items left out"),
        "distance" => phrase("quãng đường", "distance"),
        "time" | "duration" => phrase("thời gian", "time"),
        _ => return key,
    }
    .of(lang)
}

/// What a room does, by the name of the room; an unknown name is shown as it is.
pub fn room_word(lang: Lang, room: &'static str) -> &'static str {
    match room {
        "intake" => phrase("đọc tệp", "reading files"),
        "address" => phrase("tìm xã của địa chỉ", "finding communes"),
        "stops" => phrase("gom điểm phát", "gathering stops"),
        "network" => phrase("tính thời gian đi", "measuring ways"),
        "territory" => phrase("chia cụm", "clustering"),
        "solver" => phrase("tìm tuyến", "searching routes"),
        "check" => phrase("kiểm tra kế hoạch", "checking the plan"),
        "done" => phrase("tổng hợp", "summing up"),
        "outputs" => phrase("ghi tệp", "writing files"),
        _ => return room,
    }
    .of(lang)
}

/// A rate with its numerator and denominator (R-KP): `281/320 · 88 %`; no percent of nothing.
pub fn indicator_share(numerator: usize, denominator: usize) -> String {
    if denominator == 0 {
        return format!("{numerator}/0");
    }
    // Rounded down: what is not whole is never shown as 100 %.
    format!("{numerator}/{denominator} · {} %", numerator * 100 / denominator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Dong, Seconds};

    #[test]
    fn a_reason_names_the_cheapest_change() {
        let name = |id: CarrierId| format!("BT{}", id.0);
        let reason = UnplannedReason::Time { cheapest: Some((CarrierId(3), Seconds::minutes(25))) };
        let words = reason_words(Lang::Vi, &reason, &name);
        assert_eq!(words, "không bưu tá nào còn đủ giờ; BT3 làm thêm 0:25 giờ");
        let reason = UnplannedReason::Cash { cheapest: Some((CarrierId(1), Dong(1_500_000))) };
        assert!(reason_words(Lang::En, &reason, &name).ends_with("gets 1.500.000 ₫ more"));
        let reason = UnplannedReason::Capacity { cheapest: None };
        assert_eq!(reason_words(Lang::En, &reason, &name), "no bag has room");
    }

    #[test]
    fn a_share_that_is_not_whole_is_not_a_hundred_percent() {
        assert_eq!(indicator_share(999, 1000), "999/1000 · 99 %");
        assert_eq!(indicator_share(0, 0), "0/0");
    }

    #[test]
    fn evidence_quotes_the_text_as_read() {
        let evidence = Evidence::Contradiction { text: "Tam Kỳ".into(), other: "{0}".into() };
        assert_eq!(evidence_words(Lang::Vi, &evidence), "«Tam Kỳ» mâu thuẫn với «{0}»");
    }
}

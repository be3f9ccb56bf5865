//! The papers people sign: handover record A (shop → post) and delivery list B (depot → carrier).
//!
//! The layout is a template; all text reaches it as one JSON string, so nothing a file says can become
//! markup. Papers carry the day's date instead of a clock's, and the same plan typesets to the same bytes.

use barcoders::generators::svg::SVG;
use barcoders::sym::code128::Code128;
use qrcode::QrCode;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde_json::{Value, json};
use typst::foundations::{Dict, IntoValue, Smart};
use typst_as_lib::TypstEngine;

use crate::measure::Dong;
use crate::outputs::Error;
use crate::outputs::view::{self, View, day, grouped, money};
use crate::outputs::wording::{
    Phrase, in_words, money_in_words, phrases as say, travel_source_words,
};
use crate::planning::CarrierRoute;
use crate::post::{Item, ItemCode, ItemId};

const FONTS: [&[u8]; 2] = [
    include_bytes!("../../data/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../data/fonts/NotoSans-Bold.ttf"),
];
const HANDOVER: &str = include_str!("templates/handover.typ");
const DELIVERY: &str = include_str!("templates/delivery.typ");

/// The papers of the day as file names and PDF bytes, in order: handover records, then delivery lists; typeset side by
/// side on all cores.
pub(crate) fn papers(view: &View<'_>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let groups = by_unit(view);
    let stems = view::distinct_stems(groups.iter().map(|group| group.code.as_str()));
    let records = groups
        .iter()
        .zip(stems)
        .map(|(group, stem)| (format!("A-{stem}.pdf"), HANDOVER, handover(view, group)));
    let lists = view.plan.routes.iter().enumerate().map(|(n, route)| {
        let file = format!("B-{}.pdf", view.file_stem(route.carrier));
        (file, DELIVERY, delivery(view, route, n))
    });
    let papers: Vec<(String, &str, Value)> = records.chain(lists).collect();
    let typeset = |(file, template, data): (String, &str, Value)| {
        let pdf = typeset(&file, template, &data)?;
        Ok((file, pdf))
    };
    papers.into_par_iter().map(typeset).collect()
}

fn typeset(file: &str, template: &str, data: &Value) -> Result<Vec<u8>, Error> {
    let failed = |reason: String| Error::Typeset { file: file.to_owned(), reason };
    let mut inputs = Dict::new();
    inputs.insert("data".into(), data.to_string().into_value());
    let engine = TypstEngine::builder().main_file(template).fonts(FONTS).build();
    let document =
        engine.compile_with_input(inputs).output.map_err(|error| failed(error.to_string()))?;
    let options = typst_pdf::PdfOptions {
        ident: Smart::Custom(format!("buuta {file} {data}")),
        creator: Smart::Custom(Some("buuta".to_owned())),
        ..typst_pdf::PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| {
        failed(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
    })
}

/// The items one unit hands over.
struct UnitGroup {
    code: String,
    name: String,
    items: Vec<ItemId>,
}

/// Every item under its unit, units in the plan's order; units the plan does not know follow as written.
fn by_unit(view: &View<'_>) -> Vec<UnitGroup> {
    let mut groups: Vec<UnitGroup> = (view.plan.units.iter())
        .map(|unit| UnitGroup {
            code: unit.code.clone(),
            name: unit.name.clone(),
            items: Vec::new(),
        })
        .collect();
    for (id, item) in view.plan.items.iter() {
        let same = |a: &str| a.trim().to_lowercase() == item.unit.trim().to_lowercase();
        let known = (view.plan.units.iter()).position(|unit| {
            same(&unit.name) || same(&unit.code) || unit.aliases.iter().any(|a| same(a))
        });
        let index = known.or_else(|| groups.iter().position(|group| same(&group.name)));
        let index = index.unwrap_or_else(|| {
            let n_unknown = groups.len() - view.plan.units.len() + 1;
            let code = format!("DV{n_unknown:02}");
            groups.push(UnitGroup { code, name: item.unit.trim().to_owned(), items: Vec::new() });
            groups.len() - 1
        });
        groups[index].items.push(id);
    }
    groups.retain(|group| !group.items.is_empty());
    groups
}

/// Running number `<code>-<yyyymmdd>-<nn>` (R-CU-1).
fn number(view: &View<'_>, code: &str) -> String {
    let date = view.plan.date;
    let batch = view.extras.options.batch;
    format!("{code}-{:04}{:02}{:02}-{batch:02}", date.year(), date.month(), date.day())
}

fn handover(view: &View<'_>, group: &UnitGroup) -> Value {
    let lang = view.lang;
    let items: Vec<&Item> = group.items.iter().map(|&id| &view.plan.items[id]).collect();
    let rows: Vec<Value> = items.iter().map(|item| handover_row(view, item)).collect();
    let originals: u64 = items.iter().map(|item| u64::from(item.paper.n_originals)).sum();
    let copies: u64 = items.iter().map(|item| u64::from(item.paper.n_copies)).sum();
    let fees: Dong = items.iter().map(|item| item.fee).sum();
    let mut agencies: Vec<&str> = items.iter().filter_map(|item| item.agency.as_deref()).collect();
    agencies.sort_unstable();
    agencies.dedup();
    // Where no row names an agency there is a line to write on.
    let agencies = if agencies.is_empty() { "…".repeat(30) } else { agencies.join("; ") };
    let number = number(view, &group.code);
    let counts = [
        grouped(items.len() as i64),
        in_words(lang, items.len() as u64),
        originals.to_string(),
        in_words(lang, originals),
        copies.to_string(),
        in_words(lang, copies),
    ];
    let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
    let mut data = head(view, say::HANDOVER_TITLE, &number);
    extend(
        &mut data,
        json!({
            "left": [group.name],
            "copies": view.extras.options.copies.max(1),
            "agency": labeled(view, say::LEADING_AGENCY, &agencies),
            "receiver": labeled(view, say::RECEIVING_OFFICE, &office(view)),
            "headers": headers(view, &[
                say::ORDER, say::A_DOSSIER, say::A_ITEM_CODE, say::A_PROCEDURE, say::A_RESULT,
                say::A_ORIGINALS, say::A_COPIES, say::A_OWNER, say::A_ADDRESS, say::A_FEE,
                say::A_BY_POST, say::A_SEAL, say::A_NOTE,
            ]),
            "rows": rows,
            "foot": say::A_FOOT.of(lang),
            "counts": say::A_COUNTS.with(lang, &counts),
            "money": say::A_MONEY.with(lang, &[&money(fees), &money_in_words(lang, fees)]),
            "exceptions": say::A_EXCEPTIONS.of(lang),
            "signatures": signatures(view),
        }),
    );
    data
}

fn handover_row(view: &View<'_>, item: &Item) -> Value {
    let result = [item.paper.name.as_deref(), item.paper.number.as_deref()];
    let result: Vec<&str> = result.into_iter().flatten().collect();
    json!({
        "dossier": item.dossier.as_str(),
        "code": item.code.as_ref().map(ItemCode::as_str),
        "barcode": item.code.as_ref().and_then(barcode),
        "procedure": item.procedure.name.as_deref().or(item.procedure.code.as_deref()).unwrap_or(""),
        "result": result.join(", "),
        "originals": item.paper.n_originals,
        "copies": item.paper.n_copies,
        "owner": item.owner.name,
        "address": view::address(&item.address),
        "fee": grouped(item.fee.value()),
        "by_post": say::YES.of(view.lang),
        "note": item.note.as_deref().unwrap_or(""),
    })
}

fn delivery(view: &View<'_>, route: &CarrierRoute, n: usize) -> Value {
    let lang = view.lang;
    let carrier = view.carrier(route.carrier);
    let mut rows = Vec::new();
    for (order, visit) in route.visits.iter().enumerate() {
        let stop = &view.plan.stops[visit.stop];
        for (k, &id) in stop.items.iter().enumerate() {
            let mut row = delivery_row(&view.plan.items[id]);
            let first = k == 0;
            extend(
                &mut row,
                json!({
                    "order": if first { (order + 1).to_string() } else { String::new() },
                    "eta": if first { visit.arrival.hh_mm() } else { String::new() },
                    "commune": view.commune(stop.commune),
                }),
            );
            rows.push(row);
        }
    }
    let (n_items, n_stops, cash) = (rows.len() as u64, route.visits.len() as u64, view.cash(route));
    let counts = [
        n_items.to_string(),
        in_words(lang, n_items),
        n_stops.to_string(),
        in_words(lang, n_stops),
    ];
    let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
    let distance = view::km(lang, route.distance());
    let round = [&*route.departure.hh_mm(), &*route.arrival.hh_mm(), &*distance];
    let walk = carrier.walk_name.as_deref().unwrap_or("");
    let code =
        if carrier.code.is_empty() { format!("BT{:02}", n + 1) } else { carrier.code.clone() };
    let mut data = head(view, say::LIST_TITLE, &number(view, &code));
    extend(
        &mut data,
        json!({
            "left": [office(view), view.plan.office.address],
            "copies": 1,
            "carrier": labeled(view, say::CARRIER, &format!("{} · {}", carrier.code, carrier.name)),
            "walk": if walk.is_empty() { String::new() } else { labeled(view, say::WALK, walk) },
            "round": say::B_ROUND.with(lang, &round),
            "basis": travel_source_words(lang, &view.plan.travel_source),
            "legend": say::B_LEGEND.of(lang),
            "headers": headers(view, &[
                say::ORDER, say::B_ETA, say::A_ITEM_CODE, say::B_DOSSIER, say::B_RECIPIENT,
                say::B_ADDRESS, say::PHONE, say::HANDLING, say::B_MONEY, say::B_SIGN, say::B_TIME,
            ]),
            "rows": rows,
            "counts": say::B_COUNTS.with(lang, &counts),
            "money": say::B_MONEY_TOTAL.with(lang, &[&money(cash), &money_in_words(lang, cash)]),
            "signatures": signatures(view),
        }),
    );
    data
}

fn delivery_row(item: &Item) -> Value {
    let recipient = &item.recipient;
    let owner = if recipient.name.is_empty() { &item.owner.name } else { &recipient.name };
    let name = match &recipient.authorized {
        Some(authorized) => format!("{owner} (U: {authorized})"),
        None => owner.clone(),
    };
    let due = item.money_due();
    json!({
        "code": item.code.as_ref().map(ItemCode::as_str),
        "barcode": item.code.as_ref().and_then(barcode),
        "dossier": item.dossier.serial(),
        "recipient": name,
        "address": view::address(&item.address),
        "phone": recipient.phone.as_deref().map(view::mask_phone).unwrap_or_default(),
        "handling": item.handling.letters(due.value() > 0),
        "money": if due.value() > 0 { grouped(due.value()) } else { String::new() },
    })
}

/// What both papers have on top and at the bottom of each page.
fn head(view: &View<'_>, title: Phrase, number: &str) -> Value {
    let (lang, date) = (view.lang, view.plan.date);
    let (d, m, y) =
        (format!("{:02}", date.day()), format!("{:02}", date.month()), date.year().to_string());
    json!({
        "lang": lang.tag(),
        "title": title.of(lang),
        "number": labeled(view, say::NUMBER, number),
        "date": [date.year(), date.month(), date.day()],
        "day": labeled(view, say::DATE, &day(date)),
        "place_date": say::PLACE_AND_DATE.with(lang, &[&view.plan.office.locality, &d, &m, &y]),
        "motto": [say::MOTTO_STATE.of(lang), say::MOTTO_VALUES.of(lang)],
        "qr": qr(number),
        "page_of": say::PAGE_OF.of(lang),
        "copy_of": say::COPY_OF.of(lang),
    })
}

fn signatures(view: &View<'_>) -> Value {
    json!([say::GIVER, say::TAKER].map(|who| [who.of(view.lang), say::SIGN_HELP.of(view.lang)]))
}

fn office(view: &View<'_>) -> String {
    format!("{} ({})", view.plan.office.name, view.plan.office.code)
}

fn headers(view: &View<'_>, phrases: &[Phrase]) -> Vec<&'static str> {
    phrases.iter().map(|phrase| phrase.of(view.lang)).collect()
}

fn labeled(view: &View<'_>, label: Phrase, text: &str) -> String {
    format!("{}: {text}", label.of(view.lang))
}

fn extend(data: &mut Value, more: Value) {
    if let (Value::Object(data), Value::Object(more)) = (data, more) {
        data.extend(more);
    }
}

/// Most modules of a bar code on paper: on 31 mm, where they are narrowest, each is 0.17 mm wide then, two dots of a printer of
/// 300 dpi. Thinner bars run together, and no scanner reads them.
const MODULES_MAX: usize = 182;

/// Code 128 as SVG; nothing for a code with letters the symbology lacks, or too long for its bars to be scanned.
fn barcode(code: &ItemCode) -> Option<String> {
    let bars = Code128::new(symbols(code)).ok()?.encode();
    if bars.len() > MODULES_MAX {
        return None;
    }
    let svg = SVG::new(40).xdim(1).xmlns("http://www.w3.org/2000/svg".to_owned());
    svg.generate(&bars).ok()
}

/// The code with its switches of character set: U+0181 opens set B, U+0106 set C, which packs two digits into
/// one symbol. The eight digits of a well-formed code are packed, so that bars stay wide enough to be scanned.
fn symbols(code: &ItemCode) -> String {
    let text = code.as_str();
    let is_s10 =
        text.len() == 13 && text.is_ascii() && text[2..11].bytes().all(|c| c.is_ascii_digit());
    if is_s10 {
        return format!("\u{181}{}\u{106}{}\u{181}{}", &text[..2], &text[2..10], &text[10..]);
    }
    format!("\u{181}{text}")
}

fn qr(text: &str) -> Option<String> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    Some(code.render::<qrcode::render::svg::Color<'_>>().quiet_zone(false).build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::tests::look;

    #[test]
    fn digits_of_an_item_code_are_packed_in_pairs() {
        let bars = |code: &str| Code128::new(symbols(&ItemCode::new(code))).unwrap().encode().len();
        // Start, 2 letters, switch, 4 pairs, switch, 1 digit, 2 letters, check: 13 symbols of 11, and a stop of 13.
        assert_eq!(bars("RR473124829VN"), 13 * 11 + 13);
        // Start, 4 letters, check: 6 symbols of 11, and the stop.
        assert_eq!(bars("AB-1"), 6 * 11 + 13);
    }

    #[track_caller]
    fn check_headers(data: &Value, expected: &[&str]) {
        let headers: Vec<&str> =
            data["headers"].as_array().unwrap().iter().map(|h| h.as_str().unwrap()).collect();
        assert_eq!(headers, expected);
    }

    #[test]
    fn r_cu_1_and_2_the_handover_record_has_its_columns_counts_words_and_number() {
        look(|view| {
            let groups = by_unit(view);
            let data = handover(view, &groups[0]);
            check_headers(
                &data,
                &[
                    "TT",
                    "Mã hồ sơ",
                    "Số hiệu bưu gửi",
                    "Nội dung giải quyết TTHC",
                    "Kết quả giải quyết TTHC",
                    "Bản chính",
                    "Bản sao",
                    "Họ tên chủ hồ sơ",
                    "Địa chỉ nhận",
                    "Phí, lệ phí phải thu",
                    "Trả qua bưu điện",
                    "Niêm phong",
                    "Ghi chú",
                ],
            );
            assert_eq!(data["number"], "Số: TK01-20251124-01");
            assert_eq!(data["copies"], 2, "one per side");
            assert_eq!(data["motto"][0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
            let counts = data["counts"].as_str().unwrap();
            assert!(
                counts.starts_with("Số lượng: 9 kết quả (chín); 9 bản chính (chín)"),
                "{counts}"
            );
            // Five of nine pay 30.000.
            let money = data["money"].as_str().unwrap();
            assert!(money.contains("150.000 ₫ (một trăm năm mươi nghìn đồng)"), "{money}");
            assert!(data["foot"].as_str().unwrap().starts_with("Bàn giao vào"));
            assert!(data["exceptions"].as_str().unwrap().contains("thiếu, rách, sai tên"));
            assert_eq!(data["signatures"].as_array().unwrap().len(), 2);
            assert_eq!(data["rows"].as_array().unwrap().len(), 9);
            assert!(data["rows"][0]["barcode"].as_str().unwrap().starts_with("<svg"));
        });
    }

    #[test]
    fn r_cu_2_the_delivery_list_has_its_columns_masks_phones_and_numbers_doors_once() {
        look(|view| {
            let data = delivery(view, &view.plan.routes[1], 1);
            check_headers(
                &data,
                &[
                    "TT",
                    "Giờ dự kiến",
                    "Số hiệu bưu gửi",
                    "Hồ sơ",
                    "Người nhận",
                    "Địa chỉ",
                    "Điện thoại",
                    "Lớp xử lý",
                    "Tiền phải thu",
                    "Ký nhận / lý do",
                    "Giờ",
                ],
            );
            assert_eq!(data["number"], "Số: BT01-20251124-01");
            let row = |n: usize| &data["rows"][n];
            // The first door takes items 1 and 2: one number, one time.
            assert_eq!((&row(0)["order"], &row(0)["eta"]), (&json!("1"), &json!("08:12")));
            assert_eq!((&row(1)["order"], &row(1)["eta"]), (&json!(""), &json!("")));
            assert_eq!(row(0)["dossier"], "0002", "the last block is enough");
            assert_eq!(row(0)["phone"], "09xx xxx 456");
            assert_eq!(row(0)["handling"], "T");
            assert_eq!(row(1)["handling"], "P");
            assert_eq!(row(1)["money"], "30.000");
            let counts = data["counts"].as_str().unwrap();
            assert!(counts.starts_with("Cộng: 3 bưu gửi (ba) tại 2 điểm (hai)"), "{counts}");
            assert!(data["basis"].as_str().unwrap().contains("ước lượng"));
        });
    }

    #[test]
    fn a_code_beyond_the_symbology_gets_no_bars() {
        assert_eq!(barcode(&ItemCode::new("ĐƯỜNG")), None);
    }

    #[test]
    fn a_code_too_long_to_be_scanned_gets_no_bars() {
        // Start, letters, check: 15 symbols of 11, and a stop of 13, are 178 modules; one more letter makes 189.
        assert!(barcode(&ItemCode::new("ABCDEFGHIJKLM")).is_some());
        assert_eq!(barcode(&ItemCode::new("ABCDEFGHIJKLMN")), None);
    }
}

//! The tables below the map.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{about, carrier_label, esc, hue, put};

use crate::address::Confidence;
use crate::finding::{Finding, Severity};
use crate::measure::{Meters, Seconds};
use crate::outputs::view::{View, address, grouped, hours, km, mask_phone, mask_phones_in, money};
use crate::outputs::wording::{
    Phrase, confidence_word, due_word, evidence_words, finding_words, handling_words,
    phrases as say, reason_words, score_word, severity_word, tier_word,
};
use crate::planning::{CarrierRoute, UnplannedReason};
use crate::post::{CarrierId, DueClass, ItemId};

fn open(view: &View<'_>, page: &mut String, id: &str, title: Phrase, n: Option<usize>) {
    let count = n.map(|n| format!(" <span class=\"n\">{n}</span>")).unwrap_or_default();
    let title = title.of(view.lang);
    put!(page, "<section aria-labelledby=\"h-{id}\">\n<h2 id=\"h-{id}\">{title}{count}</h2>\n");
}

/// Opens a table; each header says whether it stands over numbers.
fn table(view: &View<'_>, page: &mut String, headers: &[(Phrase, bool)]) {
    page.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    for (header, is_number) in headers {
        let class = if *is_number { " class=\"r\"" } else { "" };
        put!(page, "<th scope=\"col\"{class}>{}</th>", header.of(view.lang));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
}

const CLOSE: &str = "</tbody></table></div>\n</section>\n";

fn none(view: &View<'_>, page: &mut String, words: Phrase) {
    put!(page, "<p class=\"none\">{}</p>\n</section>\n", words.of(view.lang));
}

/// Time worked: from leaving to coming back without the rest, and the ordinary mail.
fn work(view: &View<'_>, route: &CarrierRoute) -> Seconds {
    let rest = route.rest.map_or(Seconds::ZERO, |(from, to)| to - from);
    route.arrival - route.departure - rest + view.carrier(route.carrier).existing_work
}

pub(super) fn carriers(view: &View<'_>, page: &mut String) {
    let lang = view.lang;
    open(view, page, "carriers", say::CARRIERS, Some(view.plan.routes.len()));
    table(
        view,
        page,
        &[
            (say::CARRIER, false),
            (say::ITEMS, true),
            (say::STOPS, true),
            (say::DISTANCE, true),
            (say::TRAVEL, true),
            (say::SERVICE, true),
            (say::WAITING, true),
            (say::EXISTING, true),
            (say::WORKING_TIME, false),
            (say::DEPARTS, true),
            (say::RETURNS, true),
            (say::CASH, true),
            (say::COMMUNES, false),
        ],
    );
    for (i, route) in view.plan.routes.iter().enumerate() {
        let carrier = view.carrier(route.carrier);
        let (work, shift) = (work(view, route), carrier.shift.working_time());
        let percent = (work.value() * 100 / shift.value().max(1)).clamp(0, 100);
        let over = if work > shift { " class=\"over-shift\"" } else { "" };
        let communes: Vec<String> =
            view.communes(route).into_iter().map(|c| view.commune(c)).collect();
        put!(
            page,
            "<tr class=\"k\" style=\"--h:{}\"><td class=\"who\"><span class=\"swatch\"></span>{}</td>\
             <td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"r\">{}{}</td><td class=\"r\">{}</td>\
             <td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"r\">{}</td>\
             <td><span{over}>{} / {}</span><span class=\"bar\"><i style=\"width:{percent}%\"></i></span></td>\
             <td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"list\">{}</td></tr>\n",
            hue(i),
            carrier_label(view, route),
            view.n_items(route),
            route.visits.len(),
            about(view),
            km(lang, route.distance()),
            hours(route.travel()),
            hours(route.service()),
            hours(route.waiting()),
            hours(carrier.existing_work),
            hours(work),
            hours(shift),
            route.departure.hh_mm(),
            route.arrival.hh_mm(),
            money(view.cash(route)),
            esc(&communes.join(", "))
        );
    }
    page.push_str(CLOSE);
}

pub(super) fn stop_lists(view: &View<'_>, page: &mut String) {
    let lang = view.lang;
    open(view, page, "stops", say::STOP_LISTS, None);
    for route in &view.plan.routes {
        let rest = route.rest.map(|(a, b)| {
            format!(" · {}", say::REST_FROM_TO.with(lang, &[&a.hh_mm(), &b.hh_mm()]))
        });
        put!(
            page,
            "<details><summary>{} <small>{}–{} · {} {}{}</small></summary>\n",
            carrier_label(view, route),
            route.departure.hh_mm(),
            route.arrival.hh_mm(),
            route.visits.len(),
            say::STOPS.of(lang).to_lowercase(),
            rest.unwrap_or_default()
        );
        table(
            view,
            page,
            &[
                (say::ORDER, true),
                (say::ARRIVAL, true),
                (say::ITEM, false),
                (say::COMMUNE, false),
                (say::POSITION, false),
                (say::DUE, false),
                (say::HANDLING, false),
                (say::CASH, true),
            ],
        );
        for (order, visit) in route.visits.iter().enumerate() {
            let stop = &view.plan.stops[visit.stop];
            let labels: Vec<&str> = stop.items.iter().map(|&id| view.item_label(id)).collect();
            let has_money = stop.money_due.value() > 0;
            put!(
                page,
                "<tr><td class=\"r\">{}</td><td class=\"r\">{}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td><span class=\"tag {}\">{}</span></td><td>{}</td><td class=\"r\">{}</td></tr>\n",
                order + 1,
                visit.arrival.hh_mm(),
                esc(&labels.join(", ")),
                esc(&view.commune(stop.commune)),
                tier_word(lang, stop.tier),
                due_class(stop.due),
                due_word(lang, stop.due),
                handling_words(lang, stop.handling, has_money),
                if has_money { money(stop.money_due) } else { String::new() }
            );
        }
        page.push_str("</tbody></table></div></details>\n");
    }
    page.push_str("</section>\n");
}

fn due_class(due: DueClass) -> &'static str {
    match due {
        DueClass::Overdue => "overdue",
        DueClass::Today => "today",
        DueClass::NextDay | DueClass::Later => "",
    }
}

/// File and row of an item.
fn origin(view: &View<'_>, id: ItemId) -> String {
    esc(&view.plan.items[id].source.to_string())
}

pub(super) fn review(view: &View<'_>, page: &mut String) {
    let lang = view.lang;
    let rows: Vec<_> =
        view.plan.resolutions.iter().filter(|(_, r)| r.confidence == Confidence::Review).collect();
    open(view, page, "review", say::NEEDS_REVIEW, Some(rows.len()));
    if rows.is_empty() {
        return none(view, page, say::NOTHING_TO_REVIEW);
    }
    table(
        view,
        page,
        &[
            (say::ITEM, false),
            (say::ADDRESS_AS_WRITTEN, false),
            (say::PHONE, false),
            (say::SUGGESTION, false),
            (say::ALTERNATIVES, false),
            (say::WHY, false),
            (say::WHERE_FROM, false),
        ],
    );
    for (id, resolution) in rows {
        let item = &view.plan.items[id];
        let named = |code| format!("{} ({code})", view.commune(code));
        let others: Vec<String> =
            resolution.alternatives.iter().map(|a| esc(&named(a.commune))).collect();
        let why: Vec<String> =
            resolution.why.iter().map(|e| esc(&evidence_words(lang, e))).collect();
        put!(
            page,
            "<tr><td>{}</td><td>{}</td><td class=\"nb\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            esc(view.item_label(id)),
            esc(&mask_phones_in(&address(&item.address))),
            item.recipient.phone.as_deref().map(mask_phone).unwrap_or_default(),
            resolution.commune.map_or_else(
                || confidence_word(lang, resolution.confidence).to_owned(),
                |c| esc(&named(c))
            ),
            others.join("<br>"),
            why.join("<br>"),
            origin(view, id)
        );
    }
    page.push_str(CLOSE);
}

pub(super) fn left_out(view: &View<'_>, page: &mut String) {
    let plan = view.plan;
    open(view, page, "left", say::LEFT_OUT, Some(plan.unplanned.len()));
    if plan.unplanned.is_empty() {
        return none(view, page, say::NOTHING_LEFT_OUT);
    }
    let name = |id: CarrierId| format!("{} {}", view.carrier(id).code, view.carrier(id).name);
    table(
        view,
        page,
        &[
            (say::ITEM, false),
            (say::COMMUNE, false),
            (say::REASON_AND_CHANGE, false),
            (say::WHERE_FROM, false),
        ],
    );
    for unplanned in &plan.unplanned {
        let resolution = plan.resolutions.get(unplanned.item);
        // Without a place the commune is only a guess: the guess stands under review.
        let commune = match unplanned.reason {
            UnplannedReason::NotLocated => None,
            _ => resolution.and_then(|r| r.commune),
        };
        put!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            esc(view.item_label(unplanned.item)),
            commune.map(|code| esc(&view.commune(code))).unwrap_or_default(),
            esc(&reason_words(view.lang, &unplanned.reason, &name)),
            origin(view, unplanned.item)
        );
    }
    page.push_str(CLOSE);
}

pub(super) fn forwarded(view: &View<'_>, page: &mut String) {
    open(view, page, "forwarded", say::FORWARDED, Some(view.plan.forwarded.len()));
    if view.plan.forwarded.is_empty() {
        return none(view, page, say::NOTHING_FORWARDED);
    }
    table(view, page, &[(say::ITEM, false), (say::COMMUNE, false), (say::WHERE_FROM, false)]);
    for item in &view.plan.forwarded {
        let commune = format!("{} ({})", view.commune(item.commune), item.commune);
        let label = esc(view.item_label(item.item));
        put!(
            page,
            "<tr><td>{label}</td><td>{}</td><td>{}</td></tr>\n",
            esc(&commune),
            origin(view, item.item)
        );
    }
    page.push_str(CLOSE);
}

/// A number of this plan and of the standing walks, and how to show it.
type ComparedNumber<'a> = (Phrase, i64, i64, &'a dyn Fn(i64) -> String);

pub(super) fn score(view: &View<'_>, page: &mut String) {
    let (lang, plan) = (view.lang, view.plan);
    open(view, page, "score", say::SCORE, None);
    page.push_str("<div class=\"two\"><div>\n");
    table(view, page, &[(say::SCORE_LINE, false), (say::COST, true)]);
    for line in &plan.score {
        put!(
            page,
            "<tr><td>{}</td><td class=\"r\">{}</td></tr>\n",
            esc(score_word(lang, line.key)),
            grouped(line.cost.value())
        );
    }
    let total: i64 = plan.score.iter().map(|line| line.cost.value()).sum();
    put!(
        page,
        "</tbody><tfoot><tr><td>{}</td><td class=\"r\">{}</td></tr></tfoot></table></div></div>\n<div><h3>{}</h3>\n",
        say::TOTAL.of(lang),
        grouped(total),
        say::COMPARISON.of(lang)
    );
    table(
        view,
        page,
        &[
            (say::SCORE_LINE, false),
            (say::THIS_PLAN, true),
            (say::STANDING_WALKS, true),
            (say::DIFFERENCE, true),
        ],
    );
    let (now, base) = (&plan.indicators, &plan.baseline);
    let over_shift = plan
        .routes
        .iter()
        .filter(|r| work(view, r) > view.carrier(r.carrier).shift.working_time())
        .count();
    let time = |n: i64| hours(Seconds(n));
    let length = |n: i64| km(lang, Meters(n));
    let count = |n: i64| n.to_string();
    let rows: [ComparedNumber<'_>; 4] = [
        (say::TOTAL_DISTANCE, now.distance.value(), base.distance.value(), &length),
        (say::TRAVEL, now.travel.value(), base.travel.value(), &time),
        (say::LONGEST_DAY, now.work_max.value(), base.work_max.value(), &time),
        (say::OVER_SHIFT, over_shift as i64, base.n_over_shift as i64, &count),
    ];
    for (label, mine, theirs, show) in rows {
        let sign = match mine.cmp(&theirs) {
            std::cmp::Ordering::Less => "−",
            std::cmp::Ordering::Equal => "",
            std::cmp::Ordering::Greater => "+",
        };
        put!(
            page,
            "<tr><td>{}</td><td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"r\">{sign}{}</td></tr>\n",
            label.of(lang),
            show(mine),
            show(theirs),
            show((mine - theirs).abs())
        );
    }
    page.push_str("</tbody></table></div></div></div>\n</section>\n");
}

pub(super) fn findings(view: &View<'_>, page: &mut String) {
    const SHOWN: usize = 20;
    let lang = view.lang;
    let mut by_code: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in &view.plan.findings {
        by_code
            .entry((std::cmp::Reverse(finding.severity), finding.code))
            .or_default()
            .push(finding);
    }
    open(view, page, "findings", say::FINDINGS, Some(view.plan.findings.len()));
    if !view.extras.rejected.is_empty() {
        let words = say::REJECTED_ROWS.with(lang, &[&view.extras.rejected.len().to_string()]);
        put!(page, "<p class=\"caution\">{words}</p>\n");
    }
    if by_code.is_empty() {
        return none(view, page, say::NO_FINDINGS);
    }
    for ((std::cmp::Reverse(severity), code), findings) in by_code {
        let first = finding_words(lang, findings[0]);
        let class = match severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        put!(
            page,
            "<details><summary>{code} <span class=\"tag {class}\">{}</span> × {} <small>{}</small></summary>\n<ul>\n",
            severity_word(lang, severity),
            findings.len(),
            esc(&first.hint)
        );
        for finding in findings.iter().take(SHOWN) {
            let message = esc(&mask_phones_in(&finding_words(lang, finding).message));
            put!(
                page,
                "<li>{message} <span class=\"soft\">{}</span></li>\n",
                esc(&finding.source.to_string())
            );
        }
        if findings.len() > SHOWN {
            put!(page, "<li>… + {}</li>\n", findings.len() - SHOWN);
        }
        page.push_str("</ul></details>\n");
    }
    page.push_str("</section>\n");
}

//! The planner's report: one HTML file that needs nothing but a browser, offline, on screen and on paper.
//!
//! It has no column of recipients and masks phones, also inside free text. All text that comes from the plan passes [`esc`].

mod map;
mod sections;

use std::fmt::Write as _;

use crate::outputs::view::{View, day, hours, km, money};
use crate::outputs::wording::{indicator_share, phrases as say, travel_source_words};
use crate::planning::{CarrierRoute, TravelSource};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Escapes text for HTML, inside elements and inside quoted attributes.
pub(crate) fn esc(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Appends formatted text; a string takes every write.
macro_rules! put {
    ($page:expr, $($format:tt)*) => {
        write!($page, $($format)*).expect("a string takes every write")
    };
}
use put;

/// Hue of a carrier: the golden angle keeps neighbors in the list far apart in color.
fn hue(index: usize) -> usize {
    (index * 1375 / 10 + 195) % 360
}

pub(crate) fn html(view: &View<'_>) -> String {
    let (lang, plan) = (view.lang, view.plan);
    let title = format!("{} {}", say::PLAN_OF_DAY.of(lang), day(plan.date));
    let mut page = String::new();
    put!(
        page,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        lang.tag(),
        esc(&title)
    );
    head(view, &mut page);
    page.push_str("<main>\n");
    key_numbers(view, &mut page);
    map::draw(view, &mut page);
    sections::carriers(view, &mut page);
    sections::stop_lists(view, &mut page);
    sections::review(view, &mut page);
    sections::left_out(view, &mut page);
    sections::forwarded(view, &mut page);
    sections::score(view, &mut page);
    sections::findings(view, &mut page);
    put!(
        page,
        "</main>\n<footer>{} · buuta</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        say::PRIVACY.of(lang)
    );
    page
}

fn head(view: &View<'_>, page: &mut String) {
    let (lang, plan) = (view.lang, view.plan);
    put!(
        page,
        "<header>\n<p class=\"over\">{} {} · {}</p>\n<h1>{} <time datetime=\"{}\">{}</time></h1>\n",
        say::DEPOT.of(lang),
        esc(&plan.office.code),
        esc(&plan.office.name),
        say::PLAN_OF_DAY.of(lang),
        plan.date,
        day(plan.date)
    );
    let search =
        say::SEARCH_BASIS.with(lang, &[&plan.seed.to_string(), &plan.iterations.to_string()]);
    put!(
        page,
        "<p class=\"basis\">{}: {} · {}</p>\n",
        say::TRAVEL_BASIS.of(lang),
        esc(&travel_source_words(lang, &plan.travel_source)),
        search
    );
    if plan.travel_source == TravelSource::Estimate {
        put!(page, "<p class=\"caution\" role=\"note\">{}</p>\n", say::ESTIMATED.of(lang));
    }
    page.push_str("</header>\n");
}

fn key_numbers(view: &View<'_>, page: &mut String) {
    let (lang, n) = (view.lang, &view.plan.indicators);
    let range = format!("{} – {} h", hours(n.work_min), hours(n.work_max));
    let tiles = [
        (say::PLANNED_OF_ITEMS, indicator_share(n.n_planned, n.n_items)),
        (say::PRESSING_PLANNED, indicator_share(n.n_pressing_planned, n.n_pressing)),
        (say::ON_WALK, indicator_share(n.n_items_on_walk, n.n_planned)),
        (say::CARRIERS_USED, format!("{}/{}", n.n_carriers_used, view.plan.carriers.len())),
        (say::STOPS, n.n_stops.to_string()),
        (say::TOTAL_DISTANCE, format!("{}{}", about(view), km(lang, n.distance))),
        (say::WORK_RANGE, range),
        (say::CASH_TO_COLLECT, money(n.money_due)),
        (say::LEFT_OUT, n.n_unplanned.to_string()),
        (say::COMMUNES_SPLIT, n.n_communes_split.to_string()),
    ];
    put!(
        page,
        "<section aria-labelledby=\"h-key\">\n<h2 id=\"h-key\">{}</h2>\n<dl class=\"tiles\">\n",
        say::KEY_NUMBERS.of(lang)
    );
    for (label, value) in tiles {
        put!(page, "<div><dt>{}</dt><dd>{value}</dd></div>\n", label.of(lang));
    }
    page.push_str("</dl>\n</section>\n");
}

/// `≈ ` before what is only estimated.
fn about(view: &View<'_>) -> &'static str {
    if view.plan.travel_source == TravelSource::Estimate { "≈ " } else { "" }
}

/// The carrier's code and name.
fn carrier_label(view: &View<'_>, route: &CarrierRoute) -> String {
    let carrier = view.carrier(route.carrier);
    esc(&format!("{} · {}", carrier.code, carrier.name))
}

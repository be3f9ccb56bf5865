//! The map: an inline SVG, equirectangular around the middle of the day's places.

use std::collections::BTreeMap;

use super::{carrier_label, esc, hue, put};
use std::fmt::Write as _;

use crate::address::Tier;
use crate::id::Id;
use crate::network::{DrawnShape, WaterKind};
use crate::outputs::view::View;
use crate::outputs::wording::{phrases as say, tier_word};
use crate::place::{BoundingBox, LatLon};
use crate::territory::CommuneCode;

const WIDTH: f64 = 1000.0;
const MARGIN: f64 = 36.0;
/// Meters of one degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// Degrees to pixels; a degree of longitude is narrowed by the cosine of the middle latitude.
struct Projection {
    west: f64,
    north: f64,
    narrowing: f64,
    scale: f64,
    height: f64,
}

impl Projection {
    fn around(bounds: BoundingBox) -> Self {
        let narrowing = (f64::midpoint(bounds.lat_min, bounds.lat_max)).to_radians().cos();
        let width = ((bounds.lon_max - bounds.lon_min) * narrowing).max(0.01);
        let height = (bounds.lat_max - bounds.lat_min).max(0.01);
        let inner = WIDTH - 2.0 * MARGIN;
        // A long narrow area must not push the rest of the report off the screen.
        let scale = (inner / width).min(inner * 0.9 / height);
        let middle = f64::midpoint(bounds.lon_min, bounds.lon_max);
        Self {
            west: middle - WIDTH / scale / narrowing / 2.0,
            north: bounds.lat_max + MARGIN / scale,
            narrowing,
            scale,
            height: height * scale + 2.0 * MARGIN,
        }
    }

    fn xy(&self, place: LatLon) -> (f64, f64) {
        let x = (place.lon() - self.west) * self.narrowing * self.scale;
        (x, (self.north - place.lat()) * self.scale)
    }

    fn path(&self, points: &[LatLon]) -> String {
        let mut path = String::new();
        for (i, &point) in points.iter().enumerate() {
            let (x, y) = self.xy(point);
            put!(path, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
        }
        path
    }
}

pub(super) fn draw(view: &View<'_>, page: &mut String) {
    let (lang, plan) = (view.lang, view.plan);
    let places = plan.stops.values().map(|stop| stop.place);
    let lines = plan.routes.iter().flat_map(|route| route.line.iter().copied());
    let rings =
        view.extras.commune_areas.iter().flat_map(|(_, rings)| rings.iter().flatten().copied());
    let all = places.chain(lines).chain(rings).chain([plan.office.place]);
    let bounds = BoundingBox::around(all).expect("the depot is a place");
    let projection = Projection::around(bounds);
    put!(
        page,
        "<section aria-labelledby=\"h-map\">\n<h2 id=\"h-map\">{}</h2>\n<div class=\"map\">\n\
         <svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{}\">\n",
        say::MAP.of(lang),
        projection.height,
        say::MAP_LABEL.of(lang)
    );
    backdrop(view, &projection, page);
    areas(view, &projection, page);
    routes(view, &projection, page);
    waiting_stops(view, &projection, page);
    depot(view, &projection, page);
    labels(view, &projection, page);
    scale_bar(view, &projection, page);
    page.push_str("</svg>\n");
    legend(view, page);
    page.push_str("</div>\n</section>\n");
}

/// Roads and water of the region, beneath everything else.
fn backdrop(view: &View<'_>, projection: &Projection, page: &mut String) {
    if view.extras.backdrop.is_empty() {
        return;
    }
    page.push_str("<g class=\"ground\">\n");
    for shape in view.extras.backdrop {
        let (class, line) = match shape {
            DrawnShape::Water { kind: WaterKind::Area, line } => ("water".to_owned(), line),
            DrawnShape::Water { line, .. } => ("stream".to_owned(), line),
            DrawnShape::Road { rank, line } => (format!("road r{rank}"), line),
            DrawnShape::Name { .. } => continue,
        };
        put!(page, "<path class=\"{class}\" d=\"{}\"/>\n", projection.path(line));
    }
    page.push_str("</g>\n");
}

/// Index of the route with most stops in each commune; the lower one among equals.
fn main_routes(view: &View<'_>) -> BTreeMap<CommuneCode, usize> {
    let mut counts: BTreeMap<CommuneCode, BTreeMap<usize, usize>> = BTreeMap::new();
    for (i, route) in view.plan.routes.iter().enumerate() {
        for stop in view.stops(route) {
            *counts.entry(stop.commune).or_default().entry(i).or_default() += 1;
        }
    }
    let most = |by_route: BTreeMap<usize, usize>| {
        by_route.into_iter().max_by_key(|&(i, n)| (n, std::cmp::Reverse(i))).map(|(i, _)| i)
    };
    counts.into_iter().filter_map(|(code, by_route)| Some((code, most(by_route)?))).collect()
}

fn areas(view: &View<'_>, projection: &Projection, page: &mut String) {
    page.push_str("<g class=\"areas\">\n");
    let main = main_routes(view);
    let sketched = if view.extras.areas_are_sketched { " sketched" } else { "" };
    for (code, rings) in view.extras.commune_areas {
        let path: String = rings.iter().map(|ring| projection.path(ring) + "Z").collect();
        let class = match main.get(code) {
            Some(&i) => {
                format!("class=\"area{sketched} k\" data-r=\"{i}\" style=\"--h:{}\"", hue(i))
            }
            None => format!("class=\"area{sketched}\""),
        };
        let name = esc(&view.commune(*code));
        put!(
            page,
            "<path {class} fill-rule=\"evenodd\" d=\"{path}\"><title>{name}</title></path>\n"
        );
    }
    page.push_str("</g>\n");
}

/// Radius of a dot: the less is known, the larger.
fn radius(tier: Tier) -> f64 {
    match tier {
        Tier::Given | Tier::Learned | Tier::AddressPoint => 4.5,
        Tier::Street => 5.5,
        Tier::Hamlet => 6.5,
        Tier::FormerCommune => 8.0,
        Tier::Commune => 10.0,
    }
}

fn routes(view: &View<'_>, projection: &Projection, page: &mut String) {
    for (i, route) in view.plan.routes.iter().enumerate() {
        put!(page, "<g class=\"route k\" data-r=\"{i}\" style=\"--h:{}\">\n", hue(i));
        let line = projection.path(&route.line);
        put!(page, "<path class=\"line\" d=\"{line}\"/>\n");
        // Stops known only to the commune share one point: one dot tells their orders and number.
        let mut dots: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
        for (order, stop) in view.stops(route).enumerate() {
            let (x, y) = projection.xy(stop.place);
            dots.entry(((x * 2.0) as i64, (y * 2.0) as i64)).or_default().push(order);
        }
        for orders in dots.values() {
            let stop = &view.plan.stops[route.visits[orders[0]].stop];
            let (x, y) = projection.xy(stop.place);
            let vague = if stop.tier >= Tier::FormerCommune { " vague" } else { "" };
            let numbers: Vec<String> = orders.iter().map(|order| (order + 1).to_string()).collect();
            put!(
                page,
                "<g class=\"dot{vague}\"><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{}\"/><title>{} {}: {} ({})</title>",
                radius(stop.tier),
                esc(&view.carrier(route.carrier).code),
                numbers.join(", "),
                esc(&view.commune(stop.commune)),
                tier_word(view.lang, stop.tier)
            );
            if orders.len() > 1 {
                put!(page, "<text x=\"{x:.1}\" y=\"{:.1}\">{}</text>", y + 3.2, orders.len());
            }
            page.push_str("</g>\n");
        }
        page.push_str("</g>\n");
    }
}

/// Stops on no route.
fn waiting_stops(view: &View<'_>, projection: &Projection, page: &mut String) {
    let mut served = vec![false; view.plan.stops.len()];
    for visit in view.plan.routes.iter().flat_map(|route| &route.visits) {
        served[visit.stop.index()] = true;
    }
    for (id, stop) in view.plan.stops.iter().filter(|(id, _)| !served[id.index()]) {
        let (x, y) = projection.xy(stop.place);
        let name = esc(&view.commune(stop.commune));
        let label = say::LEFT_OUT.of(view.lang);
        put!(
            page,
            "<path class=\"left\" d=\"M{:.1} {:.1}l8 8m0 -8l-8 8\"><title>{label}: {name} ({})</title></path>\n",
            x - 4.0,
            y - 4.0,
            id.0 + 1
        );
    }
}

fn depot(view: &View<'_>, projection: &Projection, page: &mut String) {
    let (x, y) = projection.xy(view.plan.office.place);
    let name = esc(&view.plan.office.name);
    put!(
        page,
        "<g class=\"depot\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"14\" height=\"14\" rx=\"2\"/><title>{name}</title></g>\n",
        x - 7.0,
        y - 7.0
    );
}

/// Names of communes where they do not cover each other; the commune with most stops first.
fn labels(view: &View<'_>, projection: &Projection, page: &mut String) {
    let mut places: BTreeMap<CommuneCode, Vec<(f64, f64)>> = BTreeMap::new();
    for stop in view.plan.stops.values() {
        places.entry(stop.commune).or_default().push(projection.xy(stop.place));
    }
    let mut communes: Vec<_> = places.into_iter().collect();
    communes.sort_by_key(|(code, points)| (std::cmp::Reverse(points.len()), *code));
    let mut taken: Vec<[f64; 4]> = Vec::new();
    page.push_str("<g class=\"names\">\n");
    for (code, points) in communes {
        let n = points.len() as f64;
        let x = points.iter().map(|p| p.0).sum::<f64>() / n;
        let y = points.iter().map(|p| p.1).sum::<f64>() / n - 14.0;
        let name = view.commune(code);
        let half = name.chars().count() as f64 * 3.6;
        let x = x.clamp(half + 2.0, WIDTH - half - 2.0);
        let area = [x - half, y - 12.0, x + half, y + 4.0];
        let meets =
            |t: &[f64; 4]| area[0] < t[2] && t[0] < area[2] && area[1] < t[3] && t[1] < area[3];
        if !taken.iter().any(meets) {
            put!(page, "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n", esc(&name));
            taken.push(area);
        }
    }
    page.push_str("</g>\n");
}

/// The longest of 1, 2, 5 … kilometers that fits a fifth of the width.
fn scale_bar(view: &View<'_>, projection: &Projection, page: &mut String) {
    let pixels_per_km = projection.scale * 1000.0 / DEGREE_M;
    let fits = |km: &&i32| f64::from(**km) * pixels_per_km <= WIDTH / 5.0;
    let km = [100, 50, 20, 10, 5, 2, 1].iter().find(fits).copied().unwrap_or(1);
    let (length, y) = (f64::from(km) * pixels_per_km, projection.height - 12.0);
    let text = say::SCALE_KM.with(view.lang, &[&km.to_string()]);
    put!(
        page,
        "<g class=\"scale\"><path d=\"M14 {:.1}v5h{length:.1}v-5\"/><text x=\"20\" y=\"{:.1}\">{text}</text></g>\n",
        y - 5.0,
        y - 6.0
    );
}

fn legend(view: &View<'_>, page: &mut String) {
    let lang = view.lang;
    let mut help = say::MAP_HELP.of(lang).to_owned();
    if view.extras.areas_are_sketched && !view.extras.commune_areas.is_empty() {
        help.push(' ');
        help.push_str(say::AREAS_SKETCHED.of(lang));
    }
    put!(
        page,
        "<div class=\"legend\">\n<p class=\"help\">{}</p>\n<p class=\"switch\" hidden><button type=\"button\" data-all=\"1\">{}</button> <button type=\"button\" data-all=\"0\">{}</button></p>\n",
        help,
        say::SHOW_ALL.of(lang),
        say::HIDE_ALL.of(lang)
    );
    put!(
        page,
        "<ul class=\"marks\"><li><svg viewBox=\"0 0 16 16\" class=\"depot\" aria-hidden=\"true\"><rect x=\"2\" y=\"2\" width=\"12\" height=\"12\" rx=\"2\"/></svg>{}</li>\
         <li><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path class=\"left\" d=\"M4 4l8 8m0 -8l-8 8\"/></svg>{}</li></ul>\n<ul>\n",
        say::DEPOT.of(lang),
        say::LEFT_OUT.of(lang)
    );
    for (i, route) in view.plan.routes.iter().enumerate() {
        put!(
            page,
            "<li class=\"k\" style=\"--h:{}\"><label><input type=\"checkbox\" data-r=\"{i}\" checked><span class=\"swatch\"></span>{} <small>{}</small></label></li>\n",
            hue(i),
            carrier_label(view, route),
            view.n_items(route)
        );
    }
    page.push_str("</ul>\n</div>\n");
}

//! The room at its edge.

use std::sync::LazyLock;

use super::generated::{Noise, generate};
use super::*;
use crate::place::LatLon;
use crate::post::AddressText;
use crate::rng::{Rng, Seed};
use crate::territory::Gazetteer;

static RESOLVER: LazyLock<Resolver<'static>> =
    LazyLock::new(|| Resolver::new(Gazetteer::bundled(), ResolverConfig::default()));

fn full_name(resolution: &Resolution) -> Option<&'static str> {
    resolution.commune.and_then(|c| Gazetteer::bundled().commune(c)).map(|c| c.full_name)
}

#[track_caller]
fn check(line: &str, confidence: Confidence, commune: Option<&str>) {
    let found = RESOLVER.resolve_line(line);
    assert_eq!((found.confidence, full_name(&found)), (confidence, commune), "{line}: {found:?}");
}

#[test]
fn an_old_address_leads_to_the_successor() {
    // Bình Minh of Thăng Bình became a part of Thăng An.
    check(
        "thôn Tân An, xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam",
        Confidence::Certain,
        Some("Xã Thăng An"),
    );
    check(
        "xã Bình Minh, huyện Thăng Bình cũ, TP Đà Nẵng",
        Confidence::Certain,
        Some("Xã Thăng An"),
    );
}

#[test]
fn a_former_district_name_is_a_commune_only_with_its_level_word() {
    check("xã Thăng Bình, Đà Nẵng", Confidence::Certain, Some("Xã Thăng Bình"));
    let found = RESOLVER.resolve_line("thôn 3, Thăng Bình");
    assert_eq!(found.confidence, Confidence::Review);
}

#[test]
fn a_split_commune_goes_to_review_with_both_successors() {
    let found = RESOLVER.resolve_line("xã Hòa Liên, huyện Hòa Vang, Đà Nẵng");
    assert_eq!(found.confidence, Confidence::Review);
    let mut named = vec![full_name(&found).unwrap()];
    let second = found.alternatives[0].commune;
    named.push(Gazetteer::bundled().commune(second).unwrap().full_name);
    named.sort_unstable();
    assert_eq!(named, ["Phường Hải Vân", "Phường Liên Chiểu"]);
    assert!(found.why.iter().any(|e| matches!(e, Evidence::Split { .. })));
}

#[test]
fn accents_decide_and_their_absence_is_only_inferred() {
    check(
        "xã Tam Thành, huyện Phú Ninh, Quảng Nam",
        Confidence::Certain,
        full_name(&RESOLVER.resolve_line("xã Tam Thành, Phú Ninh, Quảng Nam")),
    );
    let bare = RESOLVER.resolve_line("xa Dien Phuoc, thi xa Dien Ban, Quang Nam");
    assert_eq!(bare.confidence, Confidence::Inferred);
}

#[test]
fn the_parts_below_the_commune_are_read() {
    let found = RESOLVER.resolve_line("K356/12 Hoàng Diệu, Bình Thuận, Hải Châu, Đà Nẵng");
    assert_eq!(found.parts.house.as_deref(), Some("K356/12"));
    assert_eq!(found.parts.street.as_deref(), Some("Hoàng Diệu"));
    assert_eq!(found.confidence, Confidence::Certain);
    let found = RESOLVER.resolve_line("tổ 5, khối phố An Hà, phường An Phú, TP Tam Kỳ, Quảng Nam");
    assert_eq!(found.parts.hamlet.as_deref(), Some("tổ 5, khối phố An Hà"));
}

#[test]
fn noise_and_other_countries_are_refused() {
    for line in ["", "0905 123 456", "🙂🙂", "10 Downing Street, London", "\u{0}\u{7}", "<script>"]
    {
        let found = RESOLVER.resolve_line(line);
        assert_eq!((found.commune, found.confidence), (None, Confidence::Review), "{line}");
    }
}

#[test]
fn a_code_wins_over_columns_and_columns_over_the_line() {
    let line = "xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam".to_owned();
    let column = AddressText {
        line: line.clone(),
        commune: Some("Phường Hải Châu".into()),
        province: Some("Đà Nẵng".into()),
        ..AddressText::default()
    };
    assert_eq!(full_name(&RESOLVER.resolve(&column)), Some("Phường Hải Châu"));
    let code = AddressText { commune_code: Some("20791".into()), ..column };
    assert_eq!(full_name(&RESOLVER.resolve(&code)), Some("Xã Thăng Bình"));
}

#[test]
fn coordinates_far_from_the_commune_are_not_believed() {
    let found = RESOLVER.resolve_line("xã Thăng Bình, Đà Nẵng");
    let far = LatLon::new(21.0, 105.8);
    let (placement, finding) = locate(Gazetteer::bundled(), &found, far);
    assert_eq!(placement.map(|p| p.tier), Some(Tier::Commune));
    assert_eq!(finding, Some(FAR_FROM_COMMUNE));
    let near = placement.map(|p| p.place);
    let (placement, finding) = locate(Gazetteer::bundled(), &found, near);
    assert_eq!((placement.map(|p| p.tier), finding), (Some(Tier::Given), None));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        RESOLVER.resolve_line(&text);
    }

    #[test]
    fn no_mixture_of_address_words_makes_the_reader_panic(
        words in proptest::collection::vec("(P\\.|xã|TX|12/5|,|Thăng|Bình|K|\u{301}|Đà|Nẵng|tỉnh|-|1)", 0..60)
    ) {
        RESOLVER.resolve_line(&words.join(" "));
        RESOLVER.resolve_line(&words.concat());
    }
}

#[test]
fn ten_kilobytes_of_noise_are_read_quickly() {
    let noise = "xã Tân Hòa, phường 1, ".repeat(500);
    assert!(noise.len() > 10_000);
    RESOLVER.resolve_line(&noise);
    RESOLVER.resolve_line(&"a".repeat(10_000));
    RESOLVER.resolve_line(&"aB1".repeat(4_000));
}

/// Right, refused, wrong, certain and wrong among the certain, in per mille of generated addresses.
fn quality(noise: Noise, n: u32) -> [u32; 5] {
    let mut rng = Rng::new(Seed(5).derive(noise as u64));
    let mut counts = [0; 5];
    for _ in 0..n {
        let address = generate(&mut rng, Gazetteer::bundled(), noise);
        let found = RESOLVER.resolve_line(&address.text);
        let is_right = found.commune.is_some_and(|code| address.truth.contains(&code));
        let answered_split = address.truth.len() > 1 && is_right;
        let refused = found.confidence == Confidence::Review && !answered_split;
        let certain = found.confidence == Confidence::Certain;
        let outcomes =
            [!refused && is_right, refused, !refused && !is_right, certain, certain && !is_right];
        for (count, holds) in counts.iter_mut().zip(outcomes) {
            *count += u32::from(holds);
        }
        if !refused && !is_right {
            println!("{noise:?}: {} -> {found:?}, not {:?}", address.text, address.truth);
        }
    }
    println!("{noise:?}: right, refused, wrong, certain, wrong certain of {n}: {counts:?}");
    counts.map(|count| count * 1000 / n)
}

#[test]
fn generated_addresses_are_read_well_under_every_noise() {
    // At least so many right and at most so many wrong, per mille.
    let floors = [
        (Noise::None, 990, 0),
        (Noise::Short, 985, 0),
        (Noise::Unaccented, 900, 5),
        (Noise::Letter, 850, 12),
        (Noise::Glued, 970, 2),
    ];
    for (noise, right_min, wrong_max) in floors {
        let [right, _, wrong, _, wrong_certain] = quality(noise, 1_000);
        assert!(right_min <= right, "{noise:?}: {right} right");
        assert!(wrong <= wrong_max, "{noise:?}: {wrong} wrong");
        assert!(wrong_certain <= 1, "{noise:?}: {wrong_certain} wrong at certain");
    }
}

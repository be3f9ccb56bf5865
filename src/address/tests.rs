//! The room at its edge.

use std::sync::LazyLock;

use super::*;
use crate::place::LatLon;
use crate::post::AddressText;
use crate::territory::{CommuneCode, Gazetteer, LearnedPlace, PlaceKind, UnitTables};

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
fn a_split_commune_goes_to_review_with_its_parts_alone_the_likeliest_first() {
    let found = RESOLVER.resolve_line("xã Hòa Liên, huyện Hòa Vang, Đà Nẵng");
    assert_eq!(found.confidence, Confidence::Review);
    assert_eq!(full_name(&found), Some("Phường Liên Chiểu"));
    let parts: Vec<u32> = found.alternatives.iter().map(|a| a.commune.0).collect();
    assert_eq!(parts, [20194]);
    assert!(found.why.iter().any(|e| matches!(e, Evidence::Split { .. })));
    // Two parts, each as likely: nobody counted who lives where.
    assert!((found.probability - 0.495).abs() < 1e-6, "{found:?}");
}

#[test]
fn the_depots_area_tells_the_part_of_a_split_commune_when_only_one_lies_in_it() {
    let line = "xã Hòa Liên, huyện Hòa Vang, Đà Nẵng";
    let read = |area: &[u32]| {
        let area = area.iter().map(|&code| CommuneCode(code));
        resolver_with(ResolverConfig::with_area(area)).resolve_line(line)
    };
    let one = read(&[20194]);
    assert_eq!((one.commune, one.confidence), (Some(CommuneCode(20194)), Confidence::Inferred));
    assert!(one.why.contains(&Evidence::DepotArea), "{one:?}");
    assert!(one.why.iter().any(|e| matches!(e, Evidence::Split { .. })), "{one:?}");
    assert_eq!(one.alternatives.iter().map(|a| a.commune.0).collect::<Vec<_>>(), [20197]);
    assert_eq!(read(&[20194, 20197]), RESOLVER.resolve_line(line));
    assert_eq!(read(&[20209]), RESOLVER.resolve_line(line));
}

#[test]
fn a_bare_name_written_twice_is_never_certain() {
    // A town and its district, or the district twice: nobody can say.
    let twice = RESOLVER.resolve_line("Trùng Khánh, Trung Khanh, Cao Bằng");
    assert_ne!(twice.confidence, Confidence::Certain, "{twice:?}");
    check(
        "thị trấn Trùng Khánh, huyện Trùng Khánh, tỉnh Cao Bằng",
        Confidence::Certain,
        Some("Xã Trùng Khánh"),
    );
}

#[test]
fn a_district_behind_the_province_does_not_make_an_address_old() {
    // A commune of that city bore the name of the city until 2019.
    let found = RESOLVER.resolve_line("phường Hòa Bình, tỉnh Phú Thọ (TP Hòa Bình cũ)");
    assert_eq!(full_name(&found), Some("Phường Hòa Bình"), "{found:?}");
    assert_ne!(found.confidence, Confidence::Review, "{found:?}");
}

#[test]
fn a_text_that_names_only_a_district_says_so() {
    let found = RESOLVER.resolve_line("Huyện Thăng Bình, Tỉnh Quảng Nam");
    assert_eq!((found.commune, found.confidence), (None, Confidence::Review));
    assert_eq!(found.why[0], Evidence::Nothing);
    assert!(found.why.iter().any(|e| matches!(e, Evidence::District { .. })), "{found:?}");
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

fn learned(kind: PlaceKind, words: &str, within: &[&str], commune: u32) -> LearnedPlace {
    LearnedPlace {
        kind,
        words: words.to_owned(),
        within: within.iter().map(|&unit| unit.to_owned()).collect(),
        commune: CommuneCode(commune),
        place: LatLon::new(15.7, 108.4),
        count: 1,
        last: jiff::civil::date(2025, 11, 24),
    }
}

fn resolver_with(config: ResolverConfig) -> Resolver<'static> {
    Resolver::new(Gazetteer::bundled(), config)
}

#[test]
fn a_learned_place_decides_what_the_text_leaves_open() {
    let line = "thôn 3, Thăng Bình";
    assert_eq!(RESOLVER.resolve_line(line).confidence, Confidence::Review);
    let place = learned(PlaceKind::Hamlet, "thôn 3", &["thangbinh"], 20791);
    let resolver = resolver_with(ResolverConfig::default().with_learned(vec![place]));
    let found = resolver.resolve_line(line);
    assert_eq!((found.commune, found.confidence), (Some(CommuneCode(20791)), Confidence::Inferred));
    assert!(matches!(found.why[0], Evidence::Learned { .. }));
    let (placement, _) = locate(Gazetteer::bundled(), &found, None);
    assert_eq!(placement.map(|p| p.tier), Some(Tier::Learned));
    // Given coordinates near the commune still come first.
    let given = Gazetteer::bundled().commune(CommuneCode(20791)).map(|c| c.point);
    let (placement, _) = locate(Gazetteer::bundled(), &found, given);
    assert_eq!(placement.map(|p| p.tier), Some(Tier::Given));
    // A hamlet of that name elsewhere is another hamlet.
    let elsewhere = resolver.resolve_line("thôn 3, xã Tam Thành, huyện Phú Ninh, Quảng Nam");
    assert_eq!((elsewhere.place, elsewhere.confidence), (None, Confidence::Certain));
}

#[test]
fn a_lesson_is_found_again_by_the_text_it_came_from() {
    let lines = [
        "K356/12 Hoàng Diệu, Bình Thuận, Hải Châu, Đà Nẵng",
        "tổ 5, khối phố An Hà, phường An Phú, TP Tam Kỳ, Quảng Nam",
        "thôn 3, Thăng Bình",
        "đối diện chợ Mới, Tam Kỳ",
        "46 Trần Cao Vân, Đà Nẵng",
    ];
    for line in lines {
        let address = AddressText { line: line.to_owned(), ..AddressText::default() };
        let (commune, day) = (CommuneCode(20791), jiff::civil::date(2025, 11, 24));
        let place = RESOLVER.lesson(&address, commune, LatLon::new(15.7, 108.4), day);
        let place = place.unwrap_or_else(|| panic!("{line} teaches nothing"));
        let resolver = resolver_with(ResolverConfig::default().with_learned(vec![place]));
        let found = resolver.resolve(&address);
        assert_eq!(
            (found.commune, found.place),
            (Some(commune), LatLon::new(15.7, 108.4)),
            "{line}"
        );
        assert_ne!(found.confidence, Confidence::Review, "{line}");
    }
}

#[test]
fn a_text_that_names_nothing_below_the_commune_teaches_nothing() {
    let address =
        AddressText { line: "Thăng Bình, Đà Nẵng".to_owned(), ..AddressText::default() };
    let day = jiff::civil::date(2025, 11, 24);
    assert_eq!(RESOLVER.lesson(&address, CommuneCode(20791), None, day), None);
}

#[test]
fn whose_home_it_is_is_not_learned() {
    let lesson = |line: &str| {
        let address = AddressText { line: line.to_owned(), ..AddressText::default() };
        let day = jiff::civil::date(2025, 11, 24);
        RESOLVER.lesson(&address, CommuneCode(20791), None, day).map(|place| place.words)
    };
    assert_eq!(lesson("gần nhà anh Tư, Thăng Bình"), None);
    assert_eq!(lesson("nhà bà Ba Thí Dụ, Thăng Bình"), None);
    assert_eq!(lesson("gần 0905 123 456, Thăng Bình"), None);
    // What else the address names is learned in its place.
    assert_eq!(lesson("gần nhà anh Tư, thôn 3, Thăng Bình").as_deref(), Some("thôn 3"));
    assert_eq!(lesson("đối diện chợ Bà Hoa, Thăng Bình").as_deref(), Some("đối diện, chợ Bà Hoa"));
}

#[test]
fn a_street_decides_where_the_text_names_no_commune() {
    let stretch = |commune: u32, houses| StreetStretch {
        name: "Đường Trần Cao Vân".to_owned(),
        commune: CommuneCode(commune),
        weight: 500.0,
        houses: Some(houses),
        side: StreetSide::Both,
    };
    let streets = vec![stretch(20209, (1, 200)), stretch(20242, (260, 500))];
    let resolver = resolver_with(ResolverConfig::default().with_streets(streets));
    let found = resolver.resolve_line("46 Trần Cao Vân, Đà Nẵng");
    assert_eq!((found.commune, found.confidence), (Some(CommuneCode(20209)), Confidence::Inferred));
    assert!(found.why.iter().any(|why| matches!(why, Evidence::Street { .. })), "{found:?}");
    // Between the known numbers nobody can tell: both are listed.
    let between = resolver.resolve_line("230 Trần Cao Vân, Đà Nẵng");
    assert_eq!((between.commune, between.confidence), (None, Confidence::Review));
    assert_eq!(between.alternatives.len(), 2);
    // In another province it is another street.
    let elsewhere = resolver.resolve_line("46 Trần Cao Vân, Quảng Ngãi");
    assert_eq!((elsewhere.commune, elsewhere.confidence), (None, Confidence::Review));
}

#[test]
fn the_depots_area_decides_only_between_equals_and_can_be_left_out() {
    // Phước Ninh was a ward of Hải Châu and a commune of Quế Sơn.
    let line = "tổ 7, Phước Ninh, Đà Nẵng";
    let found = RESOLVER.resolve_line(line);
    assert_eq!(found.confidence, Confidence::Review, "{found:?}");
    let area = ResolverConfig::with_area([CommuneCode(20242)]);
    let found = resolver_with(area.clone()).resolve_line(line);
    assert_eq!((found.commune, found.confidence), (Some(CommuneCode(20242)), Confidence::Inferred));
    assert!(found.why.contains(&Evidence::DepotArea));
    let elsewhere = "xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam";
    assert_eq!(resolver_with(area).resolve_line(elsewhere), RESOLVER.resolve_line(elsewhere));
}

#[test]
fn text_of_old_fonts_and_glued_words_are_read_as_meant() {
    for line in [
        "x· B×nh Minh, huyÖn Th¨ng B×nh, tØnh Qu¶ng Nam",
        "xaõ Bình Minh, huyeän Thaêng Bình, tænh Quaûng Nam",
        "XBình Minh HThăng Bình TQuảng Nam",
    ] {
        check(line, Confidence::Certain, Some("Xã Thăng An"));
    }
}

#[test]
fn phones_post_codes_and_countries_do_not_disturb() {
    for line in [
        "0905 123 456, thôn 1, xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam",
        "thôn 1, xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam 560000, Việt Nam",
        "thôn 1, xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam, 51000 (gọi trước)",
    ] {
        check(line, Confidence::Certain, Some("Xã Thăng An"));
    }
}

#[test]
fn parts_of_houses_and_plots_are_read() {
    let found = RESOLVER.resolve_line(
        "căn hộ 1204, tầng 12, chung cư Mường Thanh, đường Trần Phú, phường Hải Châu, Đà Nẵng",
    );
    assert_eq!(found.parts.house.as_deref(), Some("căn hộ 1204, tầng 12"));
    assert_eq!(found.parts.street.as_deref(), Some("Trần Phú"));
    let found = RESOLVER.resolve_line("12/5/3 kiệt 20 Hùng Vương, phường Hải Châu, Đà Nẵng");
    assert_eq!(found.parts.house.as_deref(), Some("12/5/3"));
    assert_eq!(found.parts.alley.as_deref(), Some("kiệt 20"));
    assert_eq!(found.parts.street.as_deref(), Some("Hùng Vương"));
}

#[test]
fn addresses_of_every_time_lead_through_an_invented_reform() {
    let mut tables = UnitTables::bundled();
    let changes = "valid_from,old_code,new_code,new_full_name,province,lat,lon\n\
        2026-05-01,20791,90001,Xã Bình Nguyên Mới,48,15.70,108.36\n\
        2026-05-01,20818,90001,Xã Bình Nguyên Mới,48,15.70,108.36\n";
    tables.replace("changes.csv", changes);
    let gazetteer = Gazetteer::new(&tables, jiff::civil::date(2026, 5, 1)).unwrap();
    let resolver = Resolver::new(&gazetteer, ResolverConfig::default());
    for line in [
        "xã Bình Nguyên Mới, Đà Nẵng",
        "xã Thăng Bình, Đà Nẵng",
        "thị trấn Hà Lam, huyện Thăng Bình, Quảng Nam",
    ] {
        let found = resolver.resolve_line(line);
        assert_eq!(found.commune, Some(CommuneCode(90001)), "{line}: {found:?}");
        assert_ne!(found.confidence, Confidence::Review, "{line}: {found:?}");
    }
    let ended = resolver.resolve_line("xã Thăng Bình, Đà Nẵng");
    assert!(
        matches!(&ended.why[0], Evidence::FormerName { former, .. } if former == "Xã Thăng Bình")
    );
    let code = AddressText { commune_code: Some("20791".into()), ..AddressText::default() };
    assert_eq!(resolver.resolve(&code).commune, Some(CommuneCode(90001)));
}

#[test]
fn a_hamlet_list_tells_into_which_part_of_a_split_commune_an_address_went() {
    let mut tables = UnitTables::bundled();
    // Which hamlet went where is invented here.
    tables.replace(
        "hamlets.csv",
        "former_code,hamlet,commune\n20296,thôn Mới Một,20194\n20296,thôn Mới Hai,20197\n",
    );
    let gazetteer = Gazetteer::new(&tables, jiff::civil::date(2025, 11, 24)).unwrap();
    let resolver = Resolver::new(&gazetteer, ResolverConfig::default());
    let line = |hamlet: &str| format!("{hamlet}, xã Hòa Liên, huyện Hòa Vang, Đà Nẵng");
    let found = resolver.resolve_line(&line("tổ 5, thôn Mới Một"));
    assert_eq!((found.commune, found.confidence), (Some(CommuneCode(20194)), Confidence::Inferred));
    let found = resolver.resolve_line(&line("Thon Moi Hai"));
    assert_eq!((found.commune, found.confidence), (Some(CommuneCode(20197)), Confidence::Inferred));
    assert_eq!(resolver.resolve_line(&line("thôn Khác")).confidence, Confidence::Review);
    // The depot's area is a weaker sign than the list.
    let near = Resolver::new(&gazetteer, ResolverConfig::with_area([CommuneCode(20194)]));
    assert_eq!(near.resolve_line(&line("thôn Mới Hai")).commune, Some(CommuneCode(20197)));
    assert_eq!(near.resolve_line(&line("thôn Khác")).commune, Some(CommuneCode(20194)));
}

#[test]
fn a_text_of_any_length_is_cut_to_so_many_words() {
    for text in ["xã Tân Hòa, phường 1, ".repeat(500), "aB1".repeat(4_000), "a,".repeat(5_000)]
    {
        assert!(super::normalize::words(&text).len() <= 96);
    }
}

#[test]
fn a_postcode_tells_the_province_where_nothing_else_does() {
    let found = RESOLVER.resolve_line("thôn 3, xã Bình Minh, 51000, Việt Nam");
    let in_quang_nam = RESOLVER.resolve_line("xã Bình Minh, Quảng Nam");
    assert_eq!((found.commune, found.former), (in_quang_nam.commune, in_quang_nam.former));
    assert_eq!(found.confidence, Confidence::Inferred, "a postcode leaves nothing certain");
    let postcode =
        Evidence::Postcode { text: "51000".into(), province: "Tỉnh Quảng Nam".into() };
    assert!(found.why.contains(&postcode), "{found:?}");
}

#[test]
fn a_postcode_changes_nothing_that_the_text_says() {
    for text in ["xã Tam Thành, Phú Ninh, Quảng Nam", "phường Hải Châu, TP Đà Nẵng", "Đà Nẵng"]
    {
        let (plain, whole) = (RESOLVER.resolve_line(text), |code: &str| {
            RESOLVER.resolve_line(&format!("{text} {code}"))
        });
        for code in ["700000", "70000", "550000, Việt Nam"] {
            let found = whole(code);
            assert_eq!(found.commune, plain.commune, "{text} {code}");
            assert_eq!(found.confidence, plain.confidence, "{text} {code}");
        }
    }
}

#[test]
fn two_names_of_one_level_are_joined_by_and() {
    let found = RESOLVER.resolve_line("UBND xã Diễn Cát và Minh Châu, Tỉnh Nghệ An");
    let alone = RESOLVER.resolve_line("xã Diễn Cát, huyện Diễn Châu, Nghệ An");
    assert_eq!(found.commune, alone.commune, "both names lead to one commune: {found:?}");
    assert_ne!(found.confidence, Confidence::Review, "{found:?}");
    let landmark = found.parts.landmark.as_deref().unwrap_or_default();
    assert!(!landmark.contains("Diễn Cát"), "the other name is no landmark: {found:?}");
    let torn = RESOLVER.resolve_line("UBND xã Bình Lãnh và Bình Minh, huyện Thăng Bình, Quảng Nam");
    assert_eq!(torn.confidence, Confidence::Review, "they lead to two: {torn:?}");
    let named = all_communes(&torn);
    for name in ["xã Bình Lãnh", "xã Bình Minh"] {
        let one = RESOLVER.resolve_line(&format!("{name}, huyện Thăng Bình, Quảng Nam"));
        assert!(named.contains(&one.commune.unwrap()), "{name}: {torn:?}");
    }
}

fn all_communes(found: &Resolution) -> Vec<CommuneCode> {
    found.commune.into_iter().chain(found.alternatives.iter().map(|a| a.commune)).collect()
}

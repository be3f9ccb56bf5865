//! Laws of the neighbor graph and of clusters.

use std::collections::BTreeSet;
use std::path::Path;

use petgraph::algo::connected_components;
use petgraph::graph::UnGraph;

use jiff::civil::{Date, date};

use super::*;
use crate::measure::Seconds;
use crate::place::LatLon;
use crate::rng::{Rng, Seed};

/// The outlines of a real province, where they are at hand.
pub(super) fn real_outlines() -> Option<Boundaries> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/communes_quangnam_danang_2025.geojson");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: ../shared/data/communes_quangnam_danang_2025.geojson is absent");
        return None;
    };
    Some(Boundaries::from_geojson(&bytes).unwrap())
}

fn commune(code: u32, lat: f64, lon: f64, work: i64) -> CommuneWork {
    CommuneWork {
        code: CommuneCode(code),
        point: LatLon::new(lat, lon).unwrap(),
        work: Seconds(work),
    }
}

/// Communes 1, 2, … row by row, a tenth of a degree apart, ten minutes of work each.
fn grid(n_rows: u32, n_columns: u32) -> Vec<CommuneWork> {
    (0..n_rows * n_columns)
        .map(|i| {
            let (row, column) = (f64::from(i / n_columns), f64::from(i % n_columns));
            commune(i + 1, 15.0 + 0.1 * row, 108.0 + 0.1 * column, 600)
        })
        .collect()
}

fn scattered(n: u32, rng: &mut Rng) -> Vec<CommuneWork> {
    let mut draw = |n: usize| rng.index(n) as f64;
    (1..=n)
        .map(|code| {
            let (lat, lon) = (15.0 + draw(1000) / 1000.0, 108.0 + draw(1000) / 1000.0);
            commune(code, lat, lon, 60 + draw(7200) as i64)
        })
        .collect()
}

/// How many parts these communes form among themselves.
fn n_parts(graph: &UnGraph<CommuneCode, ()>, codes: &[CommuneCode]) -> usize {
    let part = graph.filter_map(|_, code| codes.contains(code).then_some(*code), |_, ()| Some(()));
    connected_components(&part)
}

/// The sum that `cluster` lowers, written again from its definition.
fn sum(communes: &[CommuneWork], walks: &[Vec<CommuneCode>], clusters: &[Vec<CommuneCode>]) -> f64 {
    let lat_mean = communes.iter().map(|c| c.point.lat()).sum::<f64>() / communes.len() as f64;
    let masses = |codes: &[CommuneCode]| -> Vec<[f64; 3]> {
        let own = communes.iter().filter(|c| codes.contains(&c.code));
        own.map(|c| {
            let x = c.point.lon() * lat_mean.to_radians().cos();
            [c.work.value() as f64, x, c.point.lat()]
        })
        .collect()
    };
    let work = |masses: &[[f64; 3]]| masses.iter().map(|m| m[0]).sum::<f64>();
    let inertia = |masses: &[[f64; 3]]| {
        let center =
            |axis: usize| masses.iter().map(|m| m[0] * m[axis]).sum::<f64>() / work(masses);
        let (x, y) = (center(1), center(2));
        masses.iter().map(|m| m[0] * ((m[1] - x).powi(2) + (m[2] - y).powi(2))).sum::<f64>()
    };
    let all: Vec<CommuneCode> = communes.iter().map(|c| c.code).collect();
    let whole = masses(&all);
    let mean = work(&whole) / clusters.len() as f64;
    let mut total = 0.0;
    for (i, codes) in clusters.iter().enumerate() {
        let own = masses(codes);
        total += ((work(&own) - mean) / mean).powi(2) + inertia(&own) / inertia(&whole);
        let stray = |code: &&CommuneCode| {
            walks.iter().any(|walk| walk.contains(code))
                && !walks.get(i).is_some_and(|walk| walk.contains(code))
        };
        let strays: Vec<CommuneCode> = codes.iter().filter(stray).copied().collect();
        total += 2.0 * work(&masses(&strays)) / work(&whole);
    }
    total
}

/// The least sum over all divisions into non-empty connected clusters, by trying every one.
fn brute_force(
    communes: &[CommuneWork],
    graph: &UnGraph<CommuneCode, ()>,
    walks: &[Vec<CommuneCode>],
    n_clusters: usize,
) -> f64 {
    let n_divisions = n_clusters.pow(communes.len() as u32);
    let divisions = (0..n_divisions).map(|mut number| {
        let mut clusters = vec![Vec::new(); n_clusters];
        for commune in communes {
            clusters[number % n_clusters].push(commune.code);
            number /= n_clusters;
        }
        clusters
    });
    divisions
        .filter(|clusters| clusters.iter().all(|codes| n_parts(graph, codes) == 1))
        .map(|clusters| sum(communes, walks, &clusters))
        .min_by(f64::total_cmp)
        .unwrap()
}

#[track_caller]
fn assert_lawful(
    communes: &[CommuneWork],
    graph: &UnGraph<CommuneCode, ()>,
    clusters: &[Vec<CommuneCode>],
) {
    let mut found: Vec<CommuneCode> = clusters.iter().flatten().copied().collect();
    found.sort();
    let expected: BTreeSet<CommuneCode> = communes.iter().map(|c| c.code).collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "every commune exactly once");
    for codes in clusters.iter().filter(|codes| !codes.is_empty()) {
        assert_eq!(n_parts(graph, codes), 1, "{codes:?} falls apart");
    }
}

#[test]
fn neighbors_without_outlines_follow_the_gabriel_rule() {
    // On a line 1-2-3, the circle over 1 and 3 holds 2.
    let line = grid(1, 3);
    let graph = neighbor_graph(&line, None);
    let edges = graph.raw_edges().iter();
    let edges: Vec<_> = edges.map(|e| (e.source().index(), e.target().index())).collect();
    assert_eq!(edges, [(0, 1), (1, 2)]);
}

#[test]
fn communes_at_one_point_are_still_joined() {
    let twins = [commune(1, 15.0, 108.0, 60), commune(2, 15.0, 108.0, 60)];
    assert_eq!(neighbor_graph(&twins, None).edge_count(), 1);
    assert_eq!(neighbor_graph(&[], None).node_count(), 0);
}

#[test]
fn outlines_decide_who_is_a_neighbor_and_an_island_is_joined_by_its_nearest_pair() {
    let square = |code: u32, lon: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code:05}"}},"geometry":{{"type":"Polygon",
            "coordinates":[[[{lon},15],[{0},15],[{0},15.1],[{lon},15.1],[{lon},15]]]}}}}"#,
            lon + 0.1
        )
    };
    // 1 and 2 share a border; 3 lies apart, nearer to 2; 4 has no outline.
    let features = [square(1, 108.0), square(2, 108.1), square(3, 108.5)].join(",");
    let json = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
    let boundaries = Boundaries::from_geojson(json.as_bytes()).unwrap();
    let communes = [
        commune(3, 15.05, 108.55, 60),
        commune(1, 15.05, 108.05, 60),
        commune(2, 15.05, 108.15, 60),
        commune(4, 15.05, 108.70, 60),
    ];
    let graph = neighbor_graph(&communes, Some(&boundaries));
    let mut edges: Vec<_> =
        graph.edge_indices().map(|e| graph.edge_endpoints(e).unwrap()).collect();
    edges.sort();
    let named: Vec<_> = edges.iter().map(|&(a, b)| (graph[a].0, graph[b].0)).collect();
    assert_eq!(named, [(3, 2), (3, 4), (1, 2)]);
}

#[test]
fn clusters_of_a_grid_are_balanced_connected_and_complete() {
    let communes = grid(6, 6);
    let graph = neighbor_graph(&communes, None);
    for n_clusters in 1..=9 {
        let clusters = cluster(&communes, &graph, &[], n_clusters);
        assert_eq!(clusters.len(), n_clusters);
        assert_lawful(&communes, &graph, &clusters);
        let sizes = clusters.iter().map(Vec::len);
        let (least, most) = (sizes.clone().min().unwrap(), sizes.max().unwrap());
        assert!(most - least <= 2, "{n_clusters} clusters have {least} to {most} communes");
    }
}

#[test]
fn clusters_of_scattered_communes_are_lawful_and_no_one_works_twice_the_mean() {
    for seed in 0..30 {
        let mut rng = Rng::new(Seed(seed));
        let communes = scattered(60, &mut rng);
        let graph = neighbor_graph(&communes, None);
        assert_eq!(connected_components(&graph), 1);
        let walks: Vec<Vec<CommuneCode>> = (0..3)
            .map(|_| (0..4).map(|_| CommuneCode(1 + rng.index(60) as u32)).collect())
            .collect();
        for walks in [&[][..], &walks] {
            let clusters = cluster(&communes, &graph, walks, 8);
            assert_lawful(&communes, &graph, &clusters);
            let total: i64 = communes.iter().map(|c| c.work.value()).sum();
            for codes in &clusters {
                let own = communes.iter().filter(|c| codes.contains(&c.code));
                let work: i64 = own.map(|c| c.work.value()).sum();
                assert!(work * 8 <= 2 * total, "seed {seed}: {work} s of {total} s");
            }
        }
    }
}

#[test]
fn clusters_come_near_the_best_division_found_by_trying_all() {
    let (mut n_best, mut gaps) = (0, Vec::new());
    for seed in 0..40 {
        let mut rng = Rng::new(Seed(seed));
        let communes = scattered(7, &mut rng);
        let graph = neighbor_graph(&communes, None);
        let n_clusters = 2 + seed as usize % 2;
        let walks = if seed % 4 < 2 {
            vec![]
        } else {
            vec![vec![CommuneCode(3), CommuneCode(5)], vec![CommuneCode(1)]]
        };
        let clusters = cluster(&communes, &graph, &walks, n_clusters);
        assert_lawful(&communes, &graph, &clusters);
        let found = sum(&communes, &walks, &clusters);
        let best = brute_force(&communes, &graph, &walks, n_clusters);
        assert!(best - 1e-9 <= found, "seed {seed}: {found} beats the best {best}");
        n_best += usize::from(found <= best + 1e-9);
        gaps.push(found / best - 1.0);
    }
    let gap_mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    println!("best in {n_best} of {} cases, mean gap {gap_mean:.3}", gaps.len());
    assert!(gaps.len() / 2 <= n_best && gap_mean < 0.1);
}

#[test]
fn each_cluster_follows_its_carriers_walk() {
    // Two rows of four: the walks are the rows, although halves would be more compact.
    let communes = grid(2, 4);
    let graph = neighbor_graph(&communes, None);
    let row = |codes: [u32; 4]| codes.map(CommuneCode).to_vec();
    let walks = [row([8, 7, 6, 5]), row([1, 2, 3, 4])];
    let clusters = cluster(&communes, &graph, &walks, 2);
    assert_eq!(clusters, [row([5, 6, 7, 8]), row([1, 2, 3, 4])]);
    let free = cluster(&communes, &graph, &[], 2);
    assert!(free.iter().all(|codes| codes.len() == 4) && free != clusters);
}

#[test]
fn the_order_of_the_communes_changes_nothing() {
    let mut communes = scattered(40, &mut Rng::new(Seed(7)));
    let graph = neighbor_graph(&communes, None);
    let clusters = cluster(&communes, &graph, &[], 5);
    communes.reverse();
    let graph = neighbor_graph(&communes, None);
    assert_eq!(cluster(&communes, &graph, &[], 5), clusters);
}

#[test]
fn fewer_communes_than_clusters_leave_clusters_empty() {
    let communes = grid(1, 2);
    let graph = neighbor_graph(&communes, None);
    let clusters = cluster(&communes, &graph, &[vec![], vec![CommuneCode(2)]], 4);
    assert_eq!(clusters[1], [CommuneCode(2)]);
    assert_lawful(&communes, &graph, &clusters);
    assert_eq!(clusters.len(), 4);
    assert_eq!(cluster(&[], &UnGraph::default(), &[], 3), vec![Vec::new(); 3]);
    assert_eq!(cluster(&communes, &graph, &[], 0).len(), 1);
}

#[test]
fn a_part_without_a_seed_goes_to_the_nearest_cluster() {
    let communes = grid(1, 4);
    let mut apart = UnGraph::default();
    for commune in &communes {
        apart.add_node(commune.code);
    }
    let clusters = cluster(&communes, &apart, &[vec![CommuneCode(1)], vec![CommuneCode(4)]], 2);
    assert_eq!(clusters[0], [CommuneCode(1), CommuneCode(2)]);
    assert_eq!(clusters[1], [CommuneCode(3), CommuneCode(4)]);
}

#[test]
fn the_communes_of_a_real_province_divide_into_fourteen_balanced_clusters() {
    let Some(boundaries) = real_outlines() else { return };
    let mut rng = Rng::new(Seed(1));
    let communes: Vec<CommuneWork> = boundaries
        .codes()
        .map(|code| {
            let ring = &boundaries.polygon(code).unwrap()[0];
            let n = ring.len() as f64;
            let lat = ring.iter().map(|p| p.lat()).sum::<f64>() / n;
            let lon = ring.iter().map(|p| p.lon()).sum::<f64>() / n;
            commune(code.0, lat, lon, 600 + rng.index(3600) as i64)
        })
        .collect();
    let graph = neighbor_graph(&communes, Some(&boundaries));
    assert_eq!(connected_components(&graph), 1);
    let clusters = cluster(&communes, &graph, &[], 14);
    assert_lawful(&communes, &graph, &clusters);
    let works = clusters.iter().map(|codes| {
        let own = communes.iter().filter(|c| codes.contains(&c.code));
        own.map(|c| c.work.value()).sum::<i64>()
    });
    let (least, most) = (works.clone().min().unwrap(), works.max().unwrap());
    println!("14 clusters of {least} to {most} s");
    assert!(most <= 2 * least, "{least} to {most} s");
}

/// An invented reform: two communes are joined, one is split, one renamed; a year later the joined one is renamed.
const CHANGES: &str = "valid_from,old_code,new_code,new_full_name,province,lat,lon
2026-05-01,20791,90001,Xã Bình Nguyên Mới,48,15.70,108.36
2026-05-01,20818,90001,Xã Bình Nguyên Mới,48,15.70,108.36
2026-05-01,20275,90002,Phường An Hải Đông Mới,48,16.07,108.24
2026-05-01,20275,90003,Phường An Hải Tây Mới,48,16.06,108.23
2026-05-01,20242,20242,Phường Sông Hàn Mới,48,16.05,108.21
2027-05-01,90001,90004,Phường Bình Nguyên Mới,48,15.70,108.36
";

fn reformed(day: Date) -> Gazetteer {
    let mut tables = UnitTables::bundled();
    assert!(tables.replace("changes.csv", CHANGES));
    Gazetteer::new(&tables, day).unwrap()
}

#[test]
fn a_reform_counts_from_its_day_on() {
    let before = reformed(date(2026, 4, 30));
    assert_eq!(before.communes().len(), Gazetteer::bundled().communes().len());
    assert!(before.commune(CommuneCode(90001)).is_none() && before.ended().is_empty());
    let after = reformed(date(2026, 5, 1));
    // Two were joined into one, one became two.
    assert_eq!(after.communes().len(), before.communes().len());
    assert_eq!(after.today(CommuneCode(20791)), [CommuneCode(90001)]);
    assert_eq!(after.today(CommuneCode(20275)), [CommuneCode(90002), CommuneCode(90003)]);
    assert_eq!(after.commune(CommuneCode(20242)).unwrap().name, "Sông Hàn Mới");
    let later = reformed(date(2027, 5, 1));
    assert_eq!(later.today(CommuneCode(20791)), [CommuneCode(90004)]);
    assert_eq!(later.ended().len(), 5);
}

#[test]
fn a_joined_commune_has_the_area_and_people_of_its_parts() {
    let (before, after) = (Gazetteer::bundled(), reformed(date(2026, 5, 1)));
    let parts = [20791, 20818].map(|code| before.commune(CommuneCode(code)).unwrap());
    let joined = after.commune(CommuneCode(90001)).unwrap();
    assert_eq!(joined.population, Some(parts.iter().map(|part| part.population.unwrap()).sum()));
    assert_eq!(after.commune(CommuneCode(90002)).unwrap().area_km2, None);
}

#[test]
fn former_communes_lead_through_every_reform() {
    let after = reformed(date(2027, 5, 1));
    for former in after.former_communes() {
        let today = after.successors(former.code);
        assert!(!today.is_empty());
        for &code in today {
            assert!(
                after.commune(code).is_some(),
                "{} leads to the ended {code}",
                former.full_name
            );
            assert!(after.predecessors(code).contains(&former.code));
        }
    }
    let parts = before_codes_of(20791);
    assert!(!parts.is_empty());
    for code in parts {
        assert_eq!(after.successors(code), [CommuneCode(90004)]);
    }
}

fn before_codes_of(today: u32) -> Vec<CommuneCode> {
    Gazetteer::bundled().predecessors(CommuneCode(today)).to_vec()
}

#[test]
fn tables_that_cannot_be_are_refused_with_file_row_and_value() {
    #[track_caller]
    fn check(file: &str, text: &str, expected: &str) {
        let mut tables = UnitTables::bundled();
        assert!(tables.replace(file, text));
        let error = Gazetteer::new(&tables, date(2026, 5, 1)).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let head = "valid_from,old_code,new_code,new_full_name,province,lat,lon\n";
    let with = |row: &str| format!("{head}{row}\n");
    check("changes.csv", "a,b\n", "changes.csv must begin with the header valid_from,");
    check(
        "changes.csv",
        &with("2026-05-01,20791"),
        "changes.csv, row 2: too few cells: 2026-05-01,20791",
    );
    check(
        "changes.csv",
        &with("soon,20791,9,Xã A,48,15,108"),
        "changes.csv, row 2: valid_from is a day",
    );
    check(
        "changes.csv",
        &with("2026-05-01,1,9,Xã A,48,15,108"),
        "changes.csv, row 2: the old commune does not exist",
    );
    check(
        "changes.csv",
        &with("2026-05-01,20791,9,A,48,15,108"),
        "changes.csv, row 2: the name has no Xã",
    );
    check(
        "changes.csv",
        &with("2026-05-01,20791,9,Xã A,48,95,108"),
        "changes.csv, row 2: the point is no place",
    );
    let hamlets = "former_code,hamlet,commune\n20296,thôn 1,1\n";
    check("hamlets.csv", hamlets, "hamlets.csv, row 2: ");
    assert!(!UnitTables::bundled().replace("letter.txt", ""));
}

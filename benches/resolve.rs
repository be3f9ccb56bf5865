//! Addresses a second, clean and noisy, on one core; and how long the resolver takes to be ready.

use std::hint::black_box;

use buuta::address::{Resolver, ResolverConfig};
use buuta::territory::Gazetteer;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const CLEAN: [&str; 4] = [
    "K356/12 Hoàng Diệu, Bình Thuận, Hải Châu, Đà Nẵng",
    "tổ 5, khối phố An Hà, phường An Phú, TP Tam Kỳ, tỉnh Quảng Nam",
    "thôn Tân An, xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam",
    "12/5/3 đường Hùng Vương, phường Hội An, thành phố Đà Nẵng",
];
const NOISY: [&str; 4] = [
    "ToAn Phu,P.An Phu TX.Tam Ky,TQuangNan",
    "xã Bình Mnih, huyện Thăng Bnh, Quảng nam",
    "XDuy Hải H Duy Xuyênn TQuảng Nam",
    "P Hoa Cuong Bac Q Hai Chau TP Dà Nangg",
];

fn resolve(c: &mut Criterion) {
    let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
    let mut group = c.benchmark_group("resolve");
    for (name, lines) in [("clean", CLEAN), ("noisy", NOISY)] {
        group.throughput(Throughput::Elements(lines.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| lines.map(|line| resolver.resolve_line(black_box(line)).commune));
        });
    }
    group.finish();
    c.bench_function("resolver ready", |b| {
        b.iter(|| Resolver::new(Gazetteer::bundled(), ResolverConfig::default()));
    });
}

criterion_group!(benches, resolve);
criterion_main!(benches);

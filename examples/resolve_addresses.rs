//! Reads addresses from the command line:
//! `cargo run --example resolve_addresses -- "K356/12 Hoàng Diệu, Bình Thuận, Hải Châu, Đà Nẵng"`

use buuta::address::{Resolver, ResolverConfig};
use buuta::territory::Gazetteer;

fn main() {
    let gazetteer = Gazetteer::bundled();
    let resolver = Resolver::new(gazetteer, ResolverConfig::default());
    for line in std::env::args().skip(1) {
        let resolution = resolver.resolve_line(&line);
        let commune = resolution.commune.and_then(|code| gazetteer.commune(code));
        let name = commune.map_or("không xác định", |commune| commune.full_name);
        println!("{line}\n  {name} ({:?}, {:.3})", resolution.confidence, resolution.probability);
        println!("  {:?}\n  {:?}", resolution.parts, resolution.why);
    }
}

//! Invented items and carriers for the tests of this room.

use jiff::civil::date;

use crate::finding::Source;
use crate::measure::{Dong, Grams, Seconds};
use crate::place::LatLon;
use crate::post::{
    AddressText, Carrier, CarrierLimits, DossierCode, Handling, Item, Party, PartyKind, PostOffice,
    Procedure, Recipient, ResultPaper, Shift, Skill,
};

/// A plain item for an invented recipient, promised and handed over on Monday 24 November 2025.
pub(crate) fn item(serial: &str, line: &str) -> Item {
    let name = format!("Người nhận {serial}");
    let day = date(2025, 11, 24);
    Item {
        dossier: DossierCode::new(&format!("H47.15-251120-{serial}")),
        code: None,
        unit: "Trung tâm Phục vụ hành chính công".to_owned(),
        agency: None,
        procedure: Procedure::default(),
        paper: ResultPaper { name: None, number: None, n_originals: 1, n_copies: 0 },
        owner: Party { name: name.clone(), kind: PartyKind::Person },
        recipient: Recipient { name, phone: None, authorized: None },
        address: AddressText { line: line.to_owned(), ..AddressText::default() },
        given_place: None,
        received: None,
        promised: day,
        handed_over: day,
        fee: Dong::ZERO,
        postage: Dong::ZERO,
        handling: Handling::default(),
        hours: None,
        appointment: None,
        note: None,
        source: Source { file: "a.csv".to_owned(), ..Source::default() },
    }
}

/// Where the invented office stands: in the middle of Tam Kỳ.
pub(crate) fn office() -> PostOffice {
    PostOffice {
        code: "560000".to_owned(),
        name: "Bưu cục Tam Kỳ".to_owned(),
        address: "Tam Kỳ".to_owned(),
        place: point(15.5736, 108.4740),
        commune: "Tam Kỳ".to_owned(),
        locality: "Tam Kỳ".to_owned(),
    }
}

/// A point that is certainly on the globe.
pub(crate) fn point(lat: f64, lon: f64) -> LatLon {
    LatLon::new(lat, lon).expect("tests use points on the globe")
}

/// A carrier of two half days, with room for fifty items.
pub(crate) fn carrier(code: &str) -> Carrier {
    let place = office().place;
    let rest = Some((Seconds::clock(11, 30), Seconds::clock(13, 30)));
    Carrier {
        code: code.to_owned(),
        name: format!("Bưu tá {code}"),
        shift: Shift { start: Seconds::clock(8, 0), end: Seconds::clock(17, 0), rest },
        start: place,
        end: place,
        existing_items: 0,
        existing_work: Seconds::ZERO,
        limits: CarrierLimits {
            stops: None,
            items: 50,
            weight: Grams(20_000),
            cash: Dong(10_000_000),
        },
        skills: Skill::ALL.to_vec(),
        walk_name: None,
        walk: Vec::new(),
    }
}

//! One row → an item, or the reasons why not.

use std::cell::RefCell;

use jiff::civil::Date;
use serde_json::Value;

use crate::finding::{Finding, FindingCode, Severity, Source};
use crate::intake::layout::{Key, Layout, fold};
use crate::intake::value::{self, Unreadable};
use crate::intake::{
    COORDINATES_BAD, COUNT_ODD, DATE_BAD, DOSSIER_FORM, DOSSIER_FUTURE, HOURS_BAD, ITEM_CODE_DIGIT,
    ITEM_CODE_FORM, IntakeConfig, MISSING_VALUE, MONEY_BAD, PHONE_BAD, PHONE_MISSING,
    REGISTRATION_BAD, REQUIRED_DATE,
};
use crate::measure::Dong;
use crate::place::LatLon;
use crate::post::{
    AddressText, DossierCode, Handling, Item, ItemCode, ItemCodeError, Party, PartyKind, Procedure,
    Recipient, ResultPaper,
};

/// A row, and what its cells mean.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) layout: &'a Layout,
    pub(super) cells: &'a [String],
    pub(super) source: &'a Source,
}

/// Fields of the registration for return by post (R-IN-3), and the columns they stand in for.
const REGISTRATION: [(&str, Option<Key>); 11] = [
    ("hoVaTen", Some(Key::Recipient)),
    ("soDienThoai", Some(Key::Phone)),
    ("email", None),
    ("diaChi", Some(Key::Address)),
    ("tinhThanh", None),
    ("quanHuyen", None),
    ("xaPhuong", Some(Key::CommuneCode)),
    ("tenTinhThanh", Some(Key::Province)),
    ("tenQuanHuyen", Some(Key::District)),
    ("tenXaPhuong", Some(Key::Commune)),
    ("ghiChu", Some(Key::Note)),
];

/// Removes from a registration every field it is not known for; returns how many of them held a long number.
pub(super) fn keep_known_registration(cell: &mut String) -> usize {
    if !cell.trim_start().starts_with('{') {
        return 0;
    }
    let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(cell) else { return 0 };
    let n_before = fields.len();
    let mut n_numbers = 0;
    fields.retain(|name, value| {
        let is_known = REGISTRATION.iter().any(|(known, _)| known == name);
        let n_digits = value.to_string().bytes().filter(u8::is_ascii_digit).count();
        n_numbers += usize::from(!is_known && 9 <= n_digits);
        is_known
    });
    if fields.len() < n_before {
        *cell = Value::Object(fields).to_string();
    }
    n_numbers
}

/// The cells of a row by field, and what is found on the way.
struct Reading<'a> {
    row: Row<'a>,
    registration: Vec<(Key, String)>,
    findings: RefCell<&'a mut Vec<Finding>>,
}

impl<'a> Reading<'a> {
    /// The first filled column of this field; columns win over the registration.
    fn get(&self, key: Key) -> Option<&str> {
        let columns = self.row.layout.positions(key).iter();
        let mut cells = columns.filter_map(|&at| self.row.cells.get(at)).map(|c| c.trim());
        let registered = || {
            let mut fields = self.registration.iter().filter(|(k, _)| *k == key);
            fields.next().map(|(_, value)| value.trim())
        };
        let is_filled = |c: &&str| !matches!(*c, "" | "-" | "null" | "NULL" | "N/A");
        cells.find(is_filled).or_else(|| registered().filter(is_filled))
    }

    fn text(&self, key: Key) -> Option<String> {
        self.get(key).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn finding(&self, code: FindingCode, severity: Severity, key: Key, value: &str) -> Finding {
        let source = self.row.source.with_column(self.row.layout.header(key));
        Finding::new(code, severity, source, value)
    }

    fn push(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    fn warn(&self, code: FindingCode, key: Key, value: &str) {
        self.push(self.finding(code, Severity::Warning, key, value));
    }

    fn required(&self, key: Key) -> Option<String> {
        let text = self.text(key);
        if text.is_none() {
            self.missing(key);
        }
        text
    }

    fn missing(&self, key: Key) {
        let missing = self.finding(MISSING_VALUE, Severity::Error, key, "");
        self.push(missing.detail(key.headers()[0]));
    }

    /// An optional value; an unreadable one is reported and left out.
    fn optional<T>(
        &self,
        key: Key,
        code: FindingCode,
        read: fn(&str) -> Result<T, Unreadable>,
    ) -> Option<T> {
        let text = self.get(key)?;
        let value = read(text);
        if value.is_err() {
            self.warn(code, key, text);
        }
        value.ok()
    }

    fn promised(&self) -> Option<Date> {
        let text = self.required(Key::Promised)?;
        let date = value::date(&text);
        if date.is_err() {
            let bad = self.finding(REQUIRED_DATE, Severity::Error, Key::Promised, &text);
            self.push(bad.detail(Key::Promised.headers()[0]));
        }
        date.ok()
    }

    fn dossier(&self, today: Date) -> Option<DossierCode> {
        let dossier = DossierCode::new(&self.required(Key::Dossier)?);
        if !dossier.is_well_formed() {
            self.warn(DOSSIER_FORM, Key::Dossier, dossier.as_str());
        } else if let Some(date) = dossier.date().filter(|date| today < *date) {
            let code = dossier.as_str();
            let future = self.finding(DOSSIER_FUTURE, Severity::Warning, Key::Dossier, code);
            self.push(future.detail(date.strftime("%d/%m/%Y").to_string()));
        }
        Some(dossier)
    }

    fn item_code(&self) -> Option<ItemCode> {
        let code = ItemCode::new(self.get(Key::ItemCode)?);
        match code.check() {
            Ok(()) => {}
            Err(ItemCodeError::CheckDigit { expected, .. }) => {
                let key = Key::ItemCode;
                let digit = self.finding(ITEM_CODE_DIGIT, Severity::Warning, key, code.as_str());
                self.push(digit.detail(expected.to_string()));
            }
            Err(_) => self.warn(ITEM_CODE_FORM, Key::ItemCode, code.as_str()),
        }
        Some(code)
    }

    fn phone(&self) -> Option<String> {
        let Some(text) = self.get(Key::Phone) else {
            self.warn(PHONE_MISSING, Key::Phone, "");
            return None;
        };
        let phone = value::phone(text);
        if phone.is_err() {
            self.warn(PHONE_BAD, Key::Phone, text);
        }
        phone.ok()
    }

    /// A count of papers, its default when unreadable; more than twenty is unusual.
    fn count(&self, key: Key, default: u32) -> u32 {
        let Some(text) = self.get(key) else { return default };
        let count = value::count(text);
        let used = count.unwrap_or(default);
        if !matches!(count, Ok(0..=20)) {
            let odd = self.finding(COUNT_ODD, Severity::Warning, key, text);
            self.push(odd.detail(used.to_string()));
        }
        used
    }

    fn paper(&self) -> ResultPaper {
        let (n_originals, n_copies) = (self.count(Key::Originals, 1), self.count(Key::Copies, 0));
        if n_originals + n_copies == 0 {
            let odd = self.finding(COUNT_ODD, Severity::Warning, Key::Originals, "0");
            self.push(odd.detail("0"));
        }
        let (name, number) = (self.text(Key::ResultName), self.text(Key::ResultNumber));
        ResultPaper { name, number, n_originals, n_copies }
    }

    fn money(&self, key: Key) -> Dong {
        self.optional(key, MONEY_BAD, value::money).unwrap_or(Dong(0))
    }

    fn address(&self) -> AddressText {
        let commune_code = self.text(Key::CommuneCode).map(|code| match code.len() {
            // Number cells lose the leading zeros of codes.
            1..5 if code.bytes().all(|c| c.is_ascii_digit()) => format!("{code:0>5}"),
            _ => code,
        });
        let address = AddressText {
            line: self.text(Key::Address).unwrap_or_default(),
            commune: self.text(Key::Commune),
            district: self.text(Key::District),
            province: self.text(Key::Province),
            commune_code,
        };
        let has_commune = address.commune.is_some() || address.commune_code.is_some();
        if address.line.is_empty() && !has_commune {
            self.missing(Key::Address);
        }
        address
    }

    fn given_place(&self) -> Option<LatLon> {
        let (lat, lon) = (self.get(Key::Lat), self.get(Key::Lon));
        if lat.is_none() && lon.is_none() {
            return None;
        }
        let number = |text: Option<&str>| text?.replace(',', ".").parse::<f64>().ok();
        let place = number(lat).zip(number(lon)).and_then(|(lat, lon)| LatLon::new(lat, lon));
        if place.is_none() {
            let text = format!("{} {}", lat.unwrap_or(""), lon.unwrap_or(""));
            self.warn(COORDINATES_BAD, Key::Lat, text.trim());
        }
        place
    }

    fn handling(&self, config: &IntakeConfig, kind: PartyKind, promised: Option<Date>) -> Handling {
        let name = fold(self.get(Key::ProcedureName).unwrap_or(""));
        let by_procedure = config.handling.lookup(self.get(Key::ProcedureCode), &name);
        let says = |key: Key| self.get(key).is_some_and(value::is_yes);
        let note = self.get(Key::Note).unwrap_or("").to_lowercase();
        let asks_hurry = ["khẩn", "gấp"].iter().any(|word| note.contains(word));
        Handling {
            authorized: by_procedure.authorized
                || says(Key::IsAuthorized)
                || self.get(Key::Authorized).is_some(),
            take_back_original: by_procedure.take_back_original || says(Key::TakeBack),
            organization: kind == PartyKind::Organization,
            urgent: asks_hurry || promised.is_some_and(|date| date < config.date),
            ..by_procedure
        }
    }

    fn owner_kind(&self, name: &str) -> PartyKind {
        match self.get(Key::OwnerKind).map(fold).as_deref() {
            Some("ca nhan" | "cong dan" | "nguoi dan") => PartyKind::Person,
            Some(kind) if kind.contains("to chuc") || kind.contains("doanh nghiep") => {
                PartyKind::Organization
            }
            _ => kind_of(name),
        }
    }
}

/// Reads a row; findings are added in the order of the fields, and `None` comes with at least one error.
pub(super) fn read(row: Row, config: &IntakeConfig, findings: &mut Vec<Finding>) -> Option<Item> {
    let mut reading = Reading { row, registration: Vec::new(), findings: RefCell::new(findings) };
    reading.registration = registration(&reading);
    let dossier = reading.dossier(config.date);
    let code = reading.item_code();
    let unit = reading.text(Key::Unit).or_else(|| config.default_unit.clone());
    if unit.is_none() {
        reading.missing(Key::Unit);
    }
    let procedure = Procedure {
        code: reading.text(Key::ProcedureCode),
        name: reading.text(Key::ProcedureName),
    };
    if procedure == Procedure::default() {
        reading.missing(Key::ProcedureName);
    }
    let owner = reading.required(Key::Owner).map(|name| {
        let kind = reading.owner_kind(&name);
        Party { name, kind }
    });
    let promised = reading.promised();
    let address = reading.address();
    let kind = owner.as_ref().map_or(PartyKind::Person, |owner| owner.kind);
    let handling = reading.handling(config, kind, promised);
    let recipient = Recipient {
        name: reading
            .text(Key::Recipient)
            .or_else(|| owner.as_ref().map(|owner| owner.name.clone()))
            .unwrap_or_default(),
        phone: reading.phone(),
        authorized: reading.text(Key::Authorized),
    };
    let item = Item {
        code,
        agency: reading.text(Key::Agency),
        procedure,
        paper: reading.paper(),
        recipient,
        given_place: reading.given_place(),
        received: reading.optional(Key::Received, DATE_BAD, value::date),
        handed_over: reading
            .optional(Key::HandedOver, DATE_BAD, value::date)
            .unwrap_or(config.date),
        fee: reading.money(Key::Fee),
        postage: reading.money(Key::Postage),
        handling,
        hours: reading.optional(Key::Hours, HOURS_BAD, value::hours).flatten(),
        appointment: reading.optional(Key::Appointment, DATE_BAD, value::date),
        note: reading.text(Key::Note),
        source: row.source.clone(),
        // Each missing one has left its error; the row is rejected after all its faults are known.
        dossier: dossier?,
        unit: unit?,
        owner: owner?,
        promised: promised?,
        address,
    };
    Some(item)
}

/// The registration's fields under the columns they stand in for.
fn registration(reading: &Reading) -> Vec<(Key, String)> {
    let Some(text) = reading.get(Key::Registration) else { return Vec::new() };
    // Other systems write a plain yes or no in this column.
    if !text.starts_with(['{', '[']) {
        return Vec::new();
    }
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(text) else {
        reading.warn(REGISTRATION_BAD, Key::Registration, text);
        return Vec::new();
    };
    let known = REGISTRATION.iter().filter_map(|(name, key)| Some(((*key)?, fields.get(*name)?)));
    known
        .filter_map(|(key, value)| match value {
            Value::String(text) => Some((key, text.clone())),
            Value::Number(number) => Some((key, number.to_string())),
            _ => None,
        })
        .collect()
}

/// Whether a name is that of an organization. TRƯỜNG counts only with its accents: Trương is a family name.
pub(super) fn kind_of(name: &str) -> PartyKind {
    const WORDS: [&str; 24] = [
        "cong ty",
        "cty",
        "htx",
        "hop tac xa",
        "ubnd",
        "uy ban nhan dan",
        "doanh nghiep",
        "dntn",
        "ngan hang",
        "benh vien",
        "trung tam",
        "chi nhanh",
        "van phong",
        "tap doan",
        "quy tin dung",
        "ban quan ly",
        "truong thpt",
        "truong thcs",
        "truong tieu hoc",
        "truong mam non",
        "truong mau giao",
        "truong dai hoc",
        "truong cao dang",
        "khach san",
    ];
    let folded = format!(" {} ", fold(name));
    let is_school = name.trim().to_lowercase().starts_with("trường ");
    let says = WORDS.iter().any(|word| folded.contains(&format!(" {word} ")));
    if is_school || says { PartyKind::Organization } else { PartyKind::Person }
}

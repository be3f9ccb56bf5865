//! The trade's nouns: what is carried, by whom, for whom, when, and how it ended.
//!
//! These types know the rules of the trade (a check digit, a working day, a lawful wait) and nothing
//! else: no file, no map, no solver. See `docs/DOMAIN.md` for the requirements they serve.

mod calendar;
mod item;
mod outcome;
mod party;

pub use calendar::{Calendar, DueClass, Shift, WeekPattern};
pub use item::{
    AddressText, DossierCode, Handling, HandlingTable, Item, ItemCode, ItemCodeError, ItemId,
    Procedure, ResultPaper,
};
pub use outcome::{Attempt, NextStep, Outcome, Reason};
pub use party::{
    Carrier, CarrierId, CarrierLimits, HandoverUnit, Party, PartyKind, PostOffice, Recipient, Skill,
};

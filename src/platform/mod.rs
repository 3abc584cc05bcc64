//! The ground floor: settings, database, pages, messages, history and the rest that any service has.

pub mod allowances;
pub mod bus;
pub mod clock;
pub mod core;
pub mod db;
pub mod egress;
pub mod hashing;
pub mod history;
pub mod id;
pub mod jose;
pub mod messages;
pub mod metrics;
pub mod one_line;
pub mod phone_number;
pub mod places;
pub mod random;
pub mod row_cache;
pub mod secret;
pub mod settings;
pub mod traces;
pub mod typed;
pub mod web;

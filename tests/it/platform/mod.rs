//! Stories of the ground floor: what every request passes, bad input, and faults.

mod bad_input;

mod cross_site;
mod database;
mod faults;
mod forwarding;
mod gathering;
mod history_seals;
mod host;
mod language;
mod migrations;
mod parsers;
mod places;
mod query_plans;
mod server_certificates;
mod shared_database;
mod texts;
mod wake_ups;

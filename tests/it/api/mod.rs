//! The administration API, as programs call them and as attackers try to.

mod bounds;
pub mod caller;
mod escalation;
mod everything;
mod idempotency;
mod people;
mod schema;
pub mod tokens;
mod users;

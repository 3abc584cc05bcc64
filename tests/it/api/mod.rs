//! The administration API and SCIM, as programs call them and as attackers try to.

mod caller;
mod directories;
mod everything;
mod groups;
mod idempotency;
mod people;
mod schema;
mod tokens;
mod users;

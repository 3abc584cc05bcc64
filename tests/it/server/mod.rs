//! Stories of the program while it serves.

mod connections;
mod kill;
pub mod metrics;
mod planted_secrets;
mod signals;

//! Salpa: a sign-in service that a business can run itself.

pub mod account;
pub mod app;
pub mod directory;
pub mod platform;
pub mod proofs;
pub mod provider;
pub mod sign_in;

//! Salpa: a sign-in service that a business can run itself.

pub mod account;
pub mod platform;
pub mod provider;
pub mod sign_in;

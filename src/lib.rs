//! Salpa: a sign-in service that a business can run itself.

pub mod platform;

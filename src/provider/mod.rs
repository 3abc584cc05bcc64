//! OpenID Connect.

pub mod views;

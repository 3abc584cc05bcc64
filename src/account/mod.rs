//! My sign-in, the account pages.

pub mod views;

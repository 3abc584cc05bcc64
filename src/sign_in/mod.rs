//! The pages of a sign-in.

pub mod views;

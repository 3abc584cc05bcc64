//! Every integration test, in one binary: folders mirror the URLs of the product.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test, and what helps it, stops at what it did not expect"
)]

mod account;
mod admin;
mod api;
mod commands;
#[cfg(feature = "demo")]
mod demo;
mod directory;
mod doors;
mod house;
mod invitations;
mod messages;
mod pages;
mod phone_app;
mod platform;
mod provider;
mod rights;
mod scim;
mod server;
mod settings;
mod sign_in;
mod support;
mod transfer;

//! The common parts of pages and responses: everything between the socket and a handler.

pub mod browser;
pub mod browsers;
pub mod common;
pub mod cookies;
pub mod early;
pub mod fault;
pub mod flood;
pub mod forwarding;
pub mod host;
pub mod network;
pub mod observe;
pub mod page;
pub mod parameters;
pub mod qr;
pub mod refusal;
pub mod security;
pub mod static_files;
pub mod translations;
pub mod views;
pub mod visit;

/// The largest request body, in bytes. No form here comes near it.
pub const BODY_LIMIT: usize = 32 * 1024;

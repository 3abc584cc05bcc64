//! The common parts of pages and responses: everything between the socket and a handler.

pub(crate) mod browser;
pub(crate) mod browsers;
pub mod client_certificate;
pub(crate) mod common;
pub mod cookies;
pub(crate) mod early;
pub mod fault;
pub(crate) mod flood;
pub mod forwarding;
pub(crate) mod held;
pub(crate) mod host;
pub mod network;
pub(crate) mod observe;
pub mod page;
pub mod parameters;
pub mod qr;
pub(crate) mod refusal;
pub(crate) mod region;
pub(crate) mod security;
pub mod static_files;
pub mod translations;
pub mod views;
pub mod visit;

/// The largest request body, in bytes. No form comes near it but those of many rights, which have a limit of their own.
pub(crate) const BODY_LIMIT: usize = 32 * 1024;

//! What every page and answer has in common: the door that requests come in by.

pub mod browser;
pub mod browsers;
pub mod common;
pub mod cookies;
pub mod fault;
pub mod flood;
pub mod network;
pub mod observe;
pub mod page;
pub mod parameters;
pub mod qr;
pub mod refusal;
pub mod security;
pub mod static_files;
pub mod table;
pub mod translations;
pub mod views;
pub mod visit;

/// The largest body that is read, in bytes. No form here comes near it.
pub const BODY_LIMIT: usize = 32 * 1024;

//! SCIM 2.0 (RFC 7643, RFC 7644): the door by which a company's directory feeds its users.
//!
//! A directory is known by a token that was made for one company. It makes, locks and removes users of that
//! company, and never touches what belongs to another.

mod body;
pub(crate) mod discovery;
pub(crate) mod door;
pub mod filter;
mod filter_words;
pub(crate) mod groups;
mod listing;
pub mod matching;
pub(crate) mod patch;
mod store;
pub mod tokens;
pub(crate) mod users;

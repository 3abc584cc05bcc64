//! Salpa: a sign-in service that a business can run itself.
//!
//! The house, from the ground up; each floor rests only on those below it (`tests/it/house.rs` reads
//! the imports):
//!
//! 1. [`platform`]: everything that knows nothing of signing in
//! 2. [`directory`]: who there is
//! 3. [`proofs`]: what proves a person
//! 4. [`sign_in`]: the decision, policies, sessions, and the pages of a sign-in
//! 5. [`provider`]: OpenID Connect for applications
//! 6. administration: what is done to companies, users and applications, whatever the door
//! 7. [`account`], [`admin`], [`phone_app`], [`api`], [`scim`], [`commands`], [`server`], [`transfer`], [`demo`]: the doors
//!
//! [`mod@event`] is the table of what the history tells of, which every floor may name. [`app`] is the one value that holds the parts of the running program, and [`routes`] has every URL.

pub mod event;

pub mod platform;

pub mod directory;

pub mod proofs;

pub mod sign_in;

pub mod provider;

pub mod administration;

pub mod account;
pub mod admin;
pub mod api;
pub mod commands;
#[cfg(feature = "demo")]
pub mod demo;
pub mod phone_app;
pub mod scim;
pub mod server;
pub(crate) mod transfer;

pub mod app;
pub mod routes;

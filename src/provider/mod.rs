//! OpenID Connect: applications send browsers here and get them back with who signed in.
//!
//! One sign-in, followed: [`authorize`] reads the request and asks floor 4 for the person; its code
//! begins a grant ([`grants`]); [`token`] gives an access token ([`access_token`]) and an ID token
//! ([`id_token`]) for it, signed by [`keys`]; [`userinfo`], [`introspection`] and [`revocation`] look
//! at the grant each time; [`logout`] ends the session, and with it the grant.

pub mod access_token;
pub mod applications;
pub mod authorize;
mod client_keys;
pub mod cors;
pub mod discovery;
pub mod egress;
mod endpoint;
mod events;
pub mod grants;
mod housekeeping;
pub mod id_token;
pub mod introspection;
pub mod jose;
pub mod keys;
pub mod logout;
pub mod person_claims;
pub mod revocation;
pub mod scopes;
pub mod token;
pub mod userinfo;
pub mod views;

pub use housekeeping::{expire, key_worker, prepare};

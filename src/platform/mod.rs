//! Everything that knows nothing of signing in.
pub mod web;

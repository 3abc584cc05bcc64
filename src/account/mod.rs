//! My sign-in: what a person sees and does about their own profile.

mod browsers;
pub mod methods;
pub mod pages;
pub mod views;
pub mod well_known;
mod who;

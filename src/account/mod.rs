//! My sign-in: what a person sees and does about their own profile.

pub mod applications;
mod browsers;
pub mod methods;
pub mod pages;
pub mod remembered;
pub mod views;
pub mod well_known;
mod who;

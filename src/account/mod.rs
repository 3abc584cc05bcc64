//! My sign-in: what a person sees and does about their own profile.

mod browsers;
pub mod pages;
pub mod remembered;
pub mod views;
mod who;

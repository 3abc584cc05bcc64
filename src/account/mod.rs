//! My sign-in: the pages on which people see and change their own profile, in four tabs.

pub mod applications;
mod basic_data;
mod browsers;
mod communication;
mod communication_email;
mod communication_phone;
pub(crate) mod company;
mod confirming;
mod email;
mod events;
mod frame;
mod history;
mod joining;
mod links;
pub mod methods;
mod networks;
mod open_applications;
pub(crate) mod pages;
mod password;
pub(crate) mod remembered;
pub mod tab_views;
pub mod views;
pub(crate) mod well_known;
mod who;

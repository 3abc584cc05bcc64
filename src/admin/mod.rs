//! The administrator console (FLOWS.md 11): what user administrators and main users see and do about the
//! people of their companies.
//!
//! Every page is of one company, and begins with `who::Here`: who looks, of which company, and by what they
//! manage it. Whoever does not manage it is told that there is nothing. What is changed asks for the same once
//! more in its own transaction (`who::Here::still_manages`), is in the history of the company, and names
//! who did it.

pub mod announcements;
pub mod applications;
pub(crate) mod companies;
pub mod employees;
mod form_pages;
mod frame;
pub mod history;
pub mod looks;
pub mod policies;
pub mod users;
pub mod views;
mod who;

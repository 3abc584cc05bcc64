//! The administrator console (FLOWS.md 11): the pages on which user administrators and main users manage the people of
//! their companies.
//!
//! Every page belongs to one company and begins with `gate::Console`: the administrator, the company and the authority over
//! it. To everybody else the company does not exist. A change checks the authority again in its own transaction and is
//! written to the company's history with the administrator as the actor.

pub mod announcements;
pub mod applications;
pub(crate) mod companies;
pub mod company_data;
pub mod domains;
pub mod employees;
mod form_pages;
mod frame;
mod gate;
pub mod history;
pub mod identity_providers;
pub mod looks;
pub(crate) mod missing;
pub mod overview;
pub mod policies;
pub mod releases;
pub mod users;
pub mod views;

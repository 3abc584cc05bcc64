//! People, companies, and their relations.

pub mod announcements;
pub mod companies;
pub mod contacts;
pub mod employees;
pub(crate) mod entrance;
pub mod looks;
pub mod people;
pub mod rights;
pub(crate) mod search;
pub mod users;

//! People, companies, and their relations.

pub mod announcements;
pub mod companies;
pub mod contacts;
pub mod domains;
pub mod employees;
pub(crate) mod entrance;
pub(crate) mod invitations;
pub mod looks;
pub mod people;
pub mod rights;
pub(crate) mod search;
pub(crate) mod typed_imports;
pub mod users;

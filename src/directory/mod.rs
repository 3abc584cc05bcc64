//! Who there is: people, companies, and who belongs where.

pub mod companies;
pub mod contacts;
pub mod people;
pub mod users;

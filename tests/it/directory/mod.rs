//! Stories of who there is: companies, users, employees and rights.

mod administrators;
mod authority;
mod rights;
mod search;

//! *Users and roles*: who is a user of the company, found as one types.

mod list;

pub use list::show;

/// What the list says of what has just been done.
const DONE: [(&str, &str); 0] = [];

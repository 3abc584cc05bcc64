//! The pages of the console, as the table of URLs names them.

pub use super::companies::choose;
pub use super::users::show as users;

//! What every page and answer has in common.

pub mod page;
pub mod static_files;
pub mod translations;
pub mod views;

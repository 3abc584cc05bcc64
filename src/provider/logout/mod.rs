//! Signing out: at the wish of an application (OpenID Connect RP-Initiated Logout), and telling the
//! other applications of it (Back-Channel Logout).

mod back_channel;
mod pages;
mod request;

pub use back_channel::{deliver_due, worker};
pub use pages::{confirm, receive, show};
pub use request::{SignOutRequest, read};

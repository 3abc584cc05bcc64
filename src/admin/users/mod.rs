//! *Users and roles*: the list of the company's users and the pages about each. The acts of [`crate::administration`]
//! decide what an administrator may do.

mod access_rights;
mod add;
mod basic_data;
mod communication;
mod export;
mod history;
mod list;
mod managed;
mod membership;
mod narrowing;
mod phones;
mod sign_in;
pub mod views;

pub(crate) use access_rights::{change as change_rights, give_profile, prove_for_rights, show as access_rights};
pub(super) use add::{FieldMistake, new_person, typed_fields};
pub(crate) use add::{add, ask as ask_add};
pub(crate) use basic_data::{change_name, change_roles, name, roles, show as user};
pub use communication::{prove, save as save_communication, show as communication};
pub(crate) use export::export;
pub(crate) use history::show as history;
pub(crate) use list::show;
pub(crate) use membership::{ask_remove, lock, remove, send_first_message, take_back, unlock};
pub(crate) use phones::{
    ask_everywhere, ask_remove as ask_remove_phone, everywhere, open_app as open_phone_app, remove as remove_phone,
};
pub(crate) use sign_in::{ask_reset, end_session, end_sessions, reset, show as sign_in};

//! *Users and roles*: the list of the company's users and the pages about each. The acts of [`crate::administration`]
//! decide what an administrator may do.

mod access_pass;
pub mod access_pass_views;
mod access_rights;
mod add;
mod basic_data;
mod chosen;
pub mod chosen_views;
mod communication;
mod export;
pub mod factor_views;
mod history;
pub mod import;
mod invitation;
pub mod invitation_views;
mod list;
mod managed;
mod membership;
mod narrowing;
mod phones;
mod sign_in;
mod timeline;
mod user_tab;
pub mod views;

pub(crate) use access_pass::{ask as ask_access_pass, give as give_access_pass};
pub(crate) use access_rights::{change as change_rights, give_profile, prove_for_rights, show as access_rights};
pub(super) use add::{FieldMistake, new_person, typed_fields};
pub(crate) use add::{add, ask as ask_add};
pub(crate) use basic_data::{change_name, change_roles, name, roles, show as user};
pub(crate) use chosen::{act as act_on_chosen, ask as ask_chosen};
pub use communication::{prove, save as save_communication, show as communication};
pub(crate) use export::export;
pub(crate) use history::show as history;
pub(crate) use import::{ask as ask_import, import, template as import_template};
pub(crate) use invitation::{
    ask as ask_invite, ask_release, cancel as cancel_invitation, make_code as make_invitation_code, send as invite,
    show as invitation,
};
pub(crate) use list::show;
pub(crate) use membership::{ask_remove, lock, remove, send_first_message, take_back, unlock};
pub(crate) use phones::{ask_everywhere, ask_remove as ask_remove_phone, everywhere, remove as remove_phone};
pub(crate) use sign_in::{
    ask_remove_factor, ask_reset, end_session, end_sessions, remove_factor, reset, show as sign_in,
};

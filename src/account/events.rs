//! What the account pages write into the history.

use crate::platform::history::{Entry, Event};
use crate::platform::web::visit::Visit;
use crate::sign_in::SignedIn;

/// The person chose another password.
pub(super) const PASSWORD_CHANGED: Event = Event("person.password_changed");
/// The person asked for another sign-in email; it waits for its link.
pub(super) const EMAIL_ASKED: Event = Event("person.email_asked");
/// The sign-in email is another one.
pub(super) const EMAIL_CHANGED: Event = Event("person.email_changed");
/// The sign-in email was confirmed.
pub(super) const EMAIL_CONFIRMED: Event = Event("person.email_confirmed");
/// The language of messages is another one.
pub(super) const LANGUAGE_CHANGED: Event = Event("person.language_changed");
/// The person asked for another communication email; it waits for its link.
pub(super) const COMMUNICATION_EMAIL_ASKED: Event = Event("person.communication_email_asked");
/// The communication email is another one, or there is none any more.
pub(super) const COMMUNICATION_EMAIL_CHANGED: Event = Event("person.communication_email_changed");
/// The person asked for another communication phone; it waits for its code.
pub(super) const PHONE_ASKED: Event = Event("person.communication_phone_asked");
/// A code for the communication phone was wrong.
pub(super) const PHONE_NOT_PROVEN: Event = Event("person.communication_phone_not_proven");
/// The person confirmed the communication phone that they had.
pub(super) const PHONE_CONFIRMED: Event = Event("person.communication_phone_confirmed");
/// The communication phone is another one, or there is none any more.
pub(super) const PHONE_CHANGED: Event = Event("person.communication_phone_changed");
/// The person forgot a network: it is new again.
pub(super) const NETWORK_FORGOTTEN: Event = Event("person.network_forgotten");

/// An entry about something that the person did here.
pub(super) fn entry(visit: &Visit, signed_in: &SignedIn, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event).person(signed_in.person).session(signed_in.session);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}
/// The person switched to another company in a session.
pub(super) const COMPANY_SWITCHED: Event = Event("session.company_switched");

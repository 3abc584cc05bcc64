//! Entries of the account pages in the history.

use crate::event::Event;
use crate::platform::history::Entry;
use crate::platform::web::visit::Visit;
use crate::sign_in::SignedIn;

/// An entry about an act of the person in the account pages.
pub(super) fn entry(visit: &Visit, signed_in: &SignedIn, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event).person(signed_in.person).session(signed_in.session);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}

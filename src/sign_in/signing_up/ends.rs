//! The rest of signing in, where it moves an invitation on or ends it: a password was made, a phone was added, and all
//! devices were logged out.

use super::{entry, still_counts};
use crate::directory::invitations::{
    self, BrowserHash, Invitation, InvitationEnd, InvitationState, InvitationStep, StepTaken,
};
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;

/// The detail of the end of an invitation by a log-out from all devices, in the place of a name.
pub(crate) const LOGGED_OUT_EVERYWHERE: &str = "logged out everywhere";

/// Records that an invitee has made a password, in the transaction of that.
pub(crate) async fn profile_made(tx: &mut Tx<'_>, app: &Core, visit: &Visit, person: PersonId) -> Result<(), Fault> {
    let Some(found) = invitations::open_of_person(&mut *tx, person, visit.now).await? else { return Ok(()) };
    if invitations::make(tx, found.id, visit.now).await? {
        let taken = StepTaken::new(InvitationStep::ProfileMade, visit.now);
        invitations::note(tx, &app.random, found.id, &taken).await?;
    }
    Ok(())
}

/// The invitation by which a browser opens the phone app to a person who was logged out from all devices: the one that
/// was verified in it, and still counts.
pub(crate) async fn reopens(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Result<Option<Invitation>, db::Error> {
    let Some(browser) = visit.browser else { return Ok(None) };
    let Some(found) = invitations::open_of_person(&mut *tx, person, visit.now).await? else { return Ok(None) };
    if !is_verified_in(&found, &browser, visit.now) {
        return Ok(None);
    }
    let profile = people::find(&mut *tx, person).await?;
    Ok(if still_counts(tx, &found, profile.as_ref()).await? { Some(found) } else { None })
}

/// Whether an invitation was verified in a browser. Looked at before the transaction that counts.
pub(crate) fn is_verified_in(of: &Invitation, browser: &BrowserHash, now: Timestamp) -> bool {
    match of.stands(now) {
        InvitationState::Verified(own) | InvitationState::ProfileMade(own) => own == *browser,
        InvitationState::Sent | InvitationState::Entered(_) | InvitationState::Ended(_) => false,
    }
}

/// Ends the invitation of a person whose phone app is set up, in the transaction of that.
pub(crate) async fn done(tx: &mut Tx<'_>, app: &Core, visit: &Visit, person: PersonId) -> Result<(), Fault> {
    let Some(found) = invitations::open_of_person(&mut *tx, person, visit.now).await? else { return Ok(()) };
    if invitations::end(tx, &found, InvitationEnd::Done, visit.now).await? {
        invitations::note(tx, &app.random, found.id, &StepTaken::new(InvitationStep::Done, visit.now)).await?;
        history::write(tx, &app.random, &entry(visit, &found, Event::InvitationDone)).await?;
    }
    Ok(())
}

/// Cancels the invitation of a person who is logged out from all devices, in the transaction of that: the browser that
/// was verified before may be the one that was lost.
pub(crate) async fn left(tx: &mut Tx<'_>, app: &Core, person: PersonId, now: Timestamp) -> Result<(), db::Error> {
    let Some(found) = invitations::open_of_person(&mut *tx, person, now).await? else { return Ok(()) };
    if invitations::end(tx, &found, InvitationEnd::Cancelled, now).await? {
        let taken = StepTaken::new(InvitationStep::Cancelled, now).detail(LOGGED_OUT_EVERYWHERE);
        invitations::note(tx, &app.random, found.id, &taken).await?;
        let entry = Entry::new(now, Event::InvitationCancelled).person(person).company(found.company);
        history::write(tx, &app.random, &entry.detail("why", "logged out from all devices")).await?;
    }
    Ok(())
}

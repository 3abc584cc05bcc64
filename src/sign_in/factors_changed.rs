//! A change of the proofs of a person: a factor, the password, the email. It counts everywhere at once, because
//! every such change goes through here.
//!
//! Sessions and grants are not looked for and ended one by one: a session knows from when on its proofs and
//! its grants count (`sessions::ask_again`), and whoever reads them compares. So nothing is missed that
//! another node begins at this moment, and the provider, a floor above, need not be called.

use super::assurance::Proof;
use super::sessions::{self, SessionId};
use super::{remembered, situation, store};
use crate::directory::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::{Occasion, Proven, networks, resets};

/// Makes a change of what proves a person count everywhere, in the transaction of that change.
///
/// Every session but the kept one asks for a proof at its next use; refresh tokens that they gave end, and
/// those of the kept one that were given for one proof alone, where the person now has two. The proofs
/// beside the password in sign-ins that are on their way in other browsers is forgotten, other browsers are not
/// known any more, and links for a forgotten password end.
pub async fn factors_changed(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    person: PersonId,
    kept_session: Option<SessionId>,
) -> Result<(), Fault> {
    let change =
        FactorChange { kept_browser: visit.browser, password_changes: false, why: "what proves the person changed" };
    change.make(tx, app, (person, kept_session), visit.now).await
}

/// Like [`factors_changed`], and every session but the kept one ends: the password was changed, or what the
/// person had is in other hands. `why` goes into the history.
pub async fn start_over(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (person, kept_session): (PersonId, Option<SessionId>),
    why: &'static str,
) -> Result<(), Fault> {
    let change = FactorChange { kept_browser: visit.browser, password_changes: true, why };
    change.make(tx, app, (person, kept_session), visit.now).await?;
    sessions::end_others(tx, &app.random, (person, kept_session), visit.now, why).await?;
    Ok(())
}

/// Like [`start_over`], at the operator's wish: nothing is kept.
pub async fn start_over_by_operator(
    tx: &mut Tx<'_>,
    app: &Core,
    person: PersonId,
    now: Timestamp,
    why: &'static str,
) -> Result<(), Fault> {
    let change = FactorChange { kept_browser: None, password_changes: true, why };
    change.make(tx, app, (person, None), now).await?;
    sessions::end_others(tx, &app.random, (person, None), now, why).await?;
    Ok(())
}

/// A change, and what it leaves alone.
struct FactorChange {
    kept_browser: Option<[u8; 32]>,
    password_changes: bool,
    why: &'static str,
}

impl FactorChange {
    async fn make(
        &self,
        tx: &mut Tx<'_>,
        app: &Core,
        (person, kept_session): (PersonId, Option<SessionId>),
        now: Timestamp,
    ) -> Result<(), Fault> {
        let kept_browser = self.kept_browser.as_ref();
        // Another transaction that records a proof of this person, or begins a session for them, does so before this
        // transaction, and is seen here, or waits for it, and sees it.
        people::take_turns(tx, person).await?;
        let has_two = situation::has_second_factor(&mut Source::Transaction(tx), person).await?;
        sessions::ask_again(tx, (person, kept_session), has_two, now).await?;
        store::forget_proofs_elsewhere(tx, person, kept_browser, self.password_changes).await?;
        networks::forget_browsers(tx, person, kept_browser).await?;
        remembered::forget_all(tx, &app.random, person, now, self.why).await?;
        resets::void(tx, person, now).await?;
        Ok(())
    }
}

/// Keeps the proof that somebody gave in the account pages by setting up a factor, with the session that
/// it was given in. A proof of another occasion is not kept.
pub async fn proven_in_session(tx: &mut Tx<'_>, session: SessionId, proven: &Proven) -> Result<(), Fault> {
    if !matches!(proven.occasion(), Occasion::Session { id, .. } if *id == session.uuid()) {
        return Err(Fault::new("a proof of another occasion"));
    }
    let proof = Proof { method: proven.method(), proven_at: proven.at(), in_this_sign_in: true };
    Ok(sessions::keep_proof(tx, session, proof).await?)
}

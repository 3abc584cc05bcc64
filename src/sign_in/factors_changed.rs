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

/// Applies a change of a person's proofs everywhere, in the transaction of that change.
///
/// Every session except the kept one asks for a proof at its next use, and its refresh tokens end; those of the kept
/// one end if they were given for one proof alone and the person now has two. In other browsers, the proofs beside the
/// password in unfinished sign-ins are removed and the browsers become unknown. Links for a forgotten password end.
pub(crate) async fn factors_changed(
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

/// Like [`factors_changed`], and every session except the kept one ends, because the password was changed or a factor
/// is in other hands. `why` goes into the history.
pub(crate) async fn start_over(
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

/// Like [`start_over`], by the operator, without a kept session.
pub(crate) async fn start_over_by_operator(
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

/// A change with its exceptions.
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
        // Another transaction that records a proof of this person or begins a session for them either comes before this
        // one and is seen here, or waits for it and sees its effect.
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

/// Records the proof that a person gave by setting up a factor in the account pages, with the session of its occasion.
/// A proof of another occasion is ignored.
pub(crate) async fn proven_in_session(tx: &mut Tx<'_>, session: SessionId, proven: &Proven) -> Result<(), Fault> {
    if !matches!(proven.occasion(), Occasion::Session { id, .. } if *id == uuid::Uuid::from(session)) {
        return Err(Fault::new("a proof of another occasion"));
    }
    let proof = Proof { method: proven.method(), proven_at: proven.at(), in_this_sign_in: true };
    Ok(sessions::keep_proof(tx, session, proof).await?)
}

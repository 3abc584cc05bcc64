//! Beginning a session and asking after it. Of many requests that wait for one session, on whatever node, one asks, every two
//! seconds; what it learns is in the database before anybody is told.

use super::api::{self, SessionAnswer};
use super::ends::SessionEnd;
use super::store::{self, SessionNews};
use super::{ASKED_EVERY, SessionSecrets, SmartIdSession, SmartIdStanding};
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::proofs::identity_providers::answer::AnswerFault;
use crate::proofs::identity_providers::exchange::ProviderCall;
use crate::proofs::identity_providers::sweden::OrderWay;

/// A session that Smart-ID has begun and that is not stored yet.
#[derive(Clone, Debug)]
pub(crate) struct NewSmartIdSession {
    pub(super) way: OrderWay,
    pub(super) secrets: SessionSecrets,
}

/// Begins a session for a browser, with the purpose in a long and a short form. A session of this device has the address that
/// the app opens in the end.
///
/// # Errors
/// [`AnswerFault`].
pub(crate) async fn begin(
    call: &ProviderCall<'_>,
    (way, return_address): (OrderWay, Secret<String>),
    purpose: (&str, &str),
) -> Result<NewSmartIdSession, AnswerFault> {
    let return_address = Some(return_address).filter(|_| way == OrderWay::ThisDevice);
    Ok(NewSmartIdSession { way, secrets: api::begin(call, purpose, return_address).await? })
}

/// A look at a session that waits.
pub(crate) struct SessionLook<'a> {
    /// The provider.
    pub(crate) call: ProviderCall<'a>,
    /// The entry of the history for a session that has come to nothing; its reason is added.
    pub(crate) entry: &'a Entry,
}

/// Asks after a session, if it waits and nobody has asked in the last two seconds. Silence changes nothing but the words on
/// the page.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn look(look: &SessionLook<'_>, session: &SmartIdSession) -> Result<(), Fault> {
    let ProviderCall { app, now, provider } = look.call;
    let SmartIdStanding::Waiting { .. } = session.standing(now) else { return Ok(()) };
    // Most looks come too early: they cost a read.
    if now < session.asked_at.plus(ASKED_EVERY) {
        return Ok(());
    }
    let question = session.question;
    let claimed: Result<bool, db::Error> =
        app.db.write(move |tx| Box::pin(async move { store::claim(tx, question, now).await })).await;
    if !claimed? {
        return Ok(());
    }
    let secrets = session.opened(&app.master_keys)?;
    let name = &provider.settings.name;
    let news = match api::ask(&look.call, &secrets).await {
        Ok(SessionAnswer::Running) => SessionNews::Waiting { is_silent: false },
        Ok(SessionAnswer::Complete(answer)) => SessionNews::Confirmed(answer),
        Ok(SessionAnswer::Ended(end)) => SessionNews::Ended(end),
        Err(AnswerFault::Fault(fault)) => return Err(fault),
        Err(AnswerFault::Down(cause)) => {
            tracing::warn!(provider = name, cause, "a session cannot be asked after now");
            SessionNews::Waiting { is_silent: true }
        }
        Err(AnswerFault::Refused(cause)) => {
            tracing::warn!(provider = name, cause, "a session is refused");
            SessionNews::Ended(SessionEnd::Answer)
        }
        Err(fault) => {
            tracing::warn!(provider = name, cause = fault.as_str(), "an answer about a session does not hold");
            SessionNews::Ended(SessionEnd::Answer)
        }
    };
    record(look, session, news).await
}

async fn record(look: &SessionLook<'_>, session: &SmartIdSession, news: SessionNews) -> Result<(), Fault> {
    let ProviderCall { app, now, .. } = look.call;
    let (work, session, entry) = (app.clone(), session.clone(), look.entry.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let is_news = store::record(tx, &work, (&session, &news), now).await?;
                if let (true, SessionNews::Ended(end)) = (is_news, &news) {
                    history::write(tx, &work.random, &entry.detail("why", end.as_str())).await?;
                }
                Ok::<_, Fault>(())
            })
        })
        .await
}

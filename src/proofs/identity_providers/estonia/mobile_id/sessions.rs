//! Beginning a session and asking after it. Of many requests that wait for one session, on whatever node, one asks, every two
//! seconds; what it learns is in the database before anybody is told.

use super::api::{self, MobileIdAnswer};
use super::ends::MobileIdEnd;
use super::store::{self, MobileIdNews};
use super::{ASKED_EVERY, MobileIdSecrets, MobileIdSession, MobileIdStanding, TypedCustomer};
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;
use crate::proofs::identity_providers::answer::AnswerFault;
use crate::proofs::identity_providers::exchange::ProviderCall;

/// A session that Mobile-ID has begun and that is not stored yet.
#[derive(Clone, Debug)]
pub(crate) struct NewMobileIdSession {
    pub(super) secrets: MobileIdSecrets,
}

/// Has the phone of a person ask them.
///
/// # Errors
/// [`AnswerFault`].
pub(crate) async fn begin(
    call: &ProviderCall<'_>,
    customer: &TypedCustomer,
) -> Result<NewMobileIdSession, AnswerFault> {
    Ok(NewMobileIdSession { secrets: api::begin(call, customer).await? })
}

/// A look at a session that waits.
pub(crate) struct MobileIdLook<'a> {
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
pub(crate) async fn look(look: &MobileIdLook<'_>, session: &MobileIdSession) -> Result<(), Fault> {
    let ProviderCall { app, now, provider } = look.call;
    let MobileIdStanding::Waiting { .. } = session.standing(now) else { return Ok(()) };
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
        Ok(MobileIdAnswer::Running) => MobileIdNews::Waiting { is_silent: false },
        Ok(MobileIdAnswer::Complete(answer)) => MobileIdNews::Confirmed(answer),
        Ok(MobileIdAnswer::Ended(end)) => MobileIdNews::Ended(end),
        Err(AnswerFault::Fault(fault)) => return Err(fault),
        Err(AnswerFault::Down(cause)) => {
            tracing::warn!(provider = name, cause, "a session cannot be asked after now");
            MobileIdNews::Waiting { is_silent: true }
        }
        Err(AnswerFault::Refused(cause)) => {
            tracing::warn!(provider = name, cause, "a session is refused");
            MobileIdNews::Ended(MobileIdEnd::Answer)
        }
        Err(fault) => {
            tracing::warn!(provider = name, cause = fault.as_str(), "an answer about a session does not hold");
            MobileIdNews::Ended(MobileIdEnd::Answer)
        }
    };
    record(look, session, news).await
}

async fn record(look: &MobileIdLook<'_>, session: &MobileIdSession, news: MobileIdNews) -> Result<(), Fault> {
    let ProviderCall { app, now, .. } = look.call;
    let (work, session, entry) = (app.clone(), session.clone(), look.entry.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let is_news = store::record(tx, &work, (&session, &news), now).await?;
                if let (true, MobileIdNews::Ended(end)) = (is_news, &news) {
                    history::write(tx, &work.random, &entry.detail("why", end.as_str())).await?;
                }
                Ok::<_, Fault>(())
            })
        })
        .await
}

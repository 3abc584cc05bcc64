//! The sign-in by an ID card in a reader. The page has a challenge of its own; a script has the browser's extension answer it,
//! and sends the answer as a form. Of the answers to one challenge one is looked at, whatever becomes of it.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::by_identity::{enter, takes_identity};
use super::{SignInVisit, confirming, show};
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal::RefusalPage;
use crate::proofs::identities::{self, IdentityQuestion, NewIdentityQuestion, QuestionSecrets};
use crate::proofs::identity_providers::estonia::web_eid;
use crate::proofs::identity_providers::{AnswerFault, IdentityMethod, IdentityProvider, ProviderCall, ProviderKind};
use crate::sign_in::qr_views::TimeLeft;
use crate::sign_in::web_eid_views::WebEidPage;

/// Makes a challenge for this sign-in and its browser, in the place of whatever it had asked before.
pub(super) async fn start(
    visitor: &SignInVisit,
    (provider, method): (&IdentityProvider, &IdentityMethod),
) -> Result<Response, EarlyAnswer> {
    let random = &visitor.app.random;
    let new = NewIdentityQuestion {
        occasion: visitor.occasion(),
        provider: provider.id,
        method: method.id.clone(),
        is_fresh: true,
        // Nobody is told: an answer comes back by the page alone.
        state: random.token(),
        secrets: QuestionSecrets { nonce: web_eid::challenge(random), verifier: random.token() },
    };
    let (work, entry) = (visitor.clone(), visitor.entry_of_question((provider, method)));
    let asked: Result<(), Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                identities::ask(tx, &work.app, &new, work.visit.now).await?;
                Ok(history::write(tx, &work.app.random, &entry).await?)
            })
        })
        .await;
    asked?;
    Ok(visitor.to_card().into_response())
}

/// Shows the challenge of this sign-in.
pub(crate) async fn card(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    let Some((provider, question)) = visitor.card_question().await? else { return Ok(visitor.to_current_step()) };
    let (page, until) = (show::page(&visitor), question.asked_at.plus(web_eid::HOLDS));
    let holds = visitor.visit.now < until;
    let challenge = if holds { Some(identities::secrets_of(&visitor.app, &question)?.nonce) } else { None };
    let view = WebEidPage {
        door: show::unproven(&visitor),
        sign_in: visitor.sign_in.id.to_string(),
        again: format!("/sign-in/{}/identity/{}/{}", visitor.sign_in.id, provider.id, question.method),
        challenge: challenge.map(|challenge| challenge.reveal().clone()),
        time: TimeLeft {
            seconds: confirming::seconds(visitor.visit.now, until),
            lives: i64::try_from(web_eid::HOLDS.as_secs()).unwrap_or(i64::MAX),
            until: confirming::exact_time(&visitor, &page, until),
        },
        page,
    };
    Ok(show::answer(&visitor, StatusCode::OK, &view))
}

/// Takes the answer of the extension.
pub(crate) async fn card_shown(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
    let Some((provider, question)) = visitor.card_question().await? else { return Ok(visitor.to_current_step()) };
    let method = provider.method(&question.method).ok_or_else(over)?;
    if !visitor.take(&question).await? {
        return Err(over().into());
    }
    if visitor.visit.now >= question.asked_at.plus(web_eid::HOLDS) {
        return visitor.identity_refused((&provider, &method.name), AnswerFault::TimedOut).await;
    }
    let secrets = identities::secrets_of(&visitor.app, &question)?;
    let call = ProviderCall { app: &visitor.app, provider: &provider, now: visitor.visit.now };
    match web_eid::identity_of(&call, method, (&secrets.nonce, fields.field("token"))).await {
        Ok(answer) => enter(&visitor, &facts, (&provider, &question), answer).await,
        Err(fault) => visitor.identity_refused((&provider, &method.name), fault).await,
    }
}

impl SignInVisit {
    fn to_card(&self) -> Redirect {
        Redirect::to(&format!("/sign-in/{}/web-eid", self.sign_in.id))
    }

    /// The challenge that waits in this sign-in and its browser, with its provider, if that is still offered.
    async fn card_question(&self) -> Result<Option<(IdentityProvider, IdentityQuestion)>, EarlyAnswer> {
        let Some(question) = identities::asked_in(&self.app.db, &self.occasion()).await? else { return Ok(None) };
        let provider = self.offered_to_all(question.provider).await?;
        let provider = provider.filter(|provider| provider.settings.kind == ProviderKind::EstoniaWebEid);
        Ok(provider.map(|provider| (provider, question)))
    }
}

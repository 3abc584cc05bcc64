//! Asking the person what an application of somebody else may have, between the sign-in and the code.

use std::sync::Arc;

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::kept_request::{KeptKey, KeptRequest};
use super::pages::{self, StoredRequest};
use super::request::OAuthError;
use super::{PendingAuthorization, RequestId, store};
use crate::app::App;
use crate::directory::people;
use crate::event::Event;
use crate::platform::db;
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_form_action;
use crate::platform::web::translations::Language;
use crate::platform::web::views::{Door, PersonLabel};
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, origin_or_scheme};
use crate::provider::authorize::pushed::{self, PushedKey};
use crate::provider::consent::{self as consents, Consented, Permission};
use crate::provider::registration::logo_of;
use crate::provider::views::{ConsentPage, OutsideLink};
use crate::sign_in::captions::Caption;
use crate::sign_in::{self, SignedIn};

const REFUSED: OAuthError = OAuthError { error: "access_denied", description: "the person has refused" };

/// Whether a code may be given.
pub(super) enum Consent {
    /// It may.
    Given(Consented),
    /// The person is to be asked first.
    Asks,
    /// The person would have to be asked, and may not be.
    Missing,
}

/// How consent stands for a request.
pub(super) async fn of(
    app: &App,
    application: &Application,
    pending: &PendingAuthorization,
    signed_in: &SignedIn,
    may_ask: bool,
) -> Result<Consent, Fault> {
    let given = if application.profile.third_party {
        consents::find(&app.db, signed_in.person, application.id).await?
    } else {
        None
    };
    Ok(match consents::stands(application, given.as_ref(), &permission(pending)) {
        Some(Consented::NotAsked) => Consent::Given(Consented::NotAsked),
        Some(consented) if !pending.ask_consent => Consent::Given(consented),
        _ if may_ask => Consent::Asks,
        _ => Consent::Missing,
    })
}

fn permission(pending: &PendingAuthorization) -> Permission {
    Permission::asked(&pending.scope, &pending.claims, &pending.resources)
}

/// Asks the person. A request that was not kept yet is kept first, so that the answer has something to be
/// about.
pub(super) async fn ask(
    app: &App,
    visit: &Visit,
    application: &Application,
    pending: PendingAuthorization,
    signed_in: &SignedIn,
    stored: Option<StoredRequest>,
) -> Result<Response, EarlyAnswer> {
    match stored {
        Some(StoredRequest::Kept(key)) => Ok(show(app, visit, application, &pending, signed_in, key).await?),
        Some(StoredRequest::Pushed(pushed)) => keep(app, visit, application, pending, Some(pushed)).await,
        None => keep(app, visit, application, pending, None).await,
    }
}

/// Keeps the request for this browser, and sends the browser to it.
pub(super) async fn keep(
    app: &App,
    visit: &Visit,
    application: &Application,
    pending: PendingAuthorization,
    pushed: Option<PushedKey>,
) -> Result<Response, EarlyAnswer> {
    app.flood.admit(&visit.network, visit.now)?;
    let browser = Browser::of(visit, &app.random);
    let key = KeptKey { id: RequestId::new(visit.now, &app.random), browser: browser.hash };
    let (application_id, now, pending) = (application.id, visit.now, Arc::new(pending));
    let is_kept = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if let Some(pushed) = &pushed
                    && !pushed::use_up(tx, pushed, Some(key.id), now).await?
                {
                    return Ok(false);
                }
                store::add(tx, &key, application_id, &pending, now).await?;
                Ok(true)
            })
        })
        .await?;
    if !is_kept {
        // Another browser brought the pushed request first.
        return Err(pages::answered(application));
    }
    let mut response = Redirect::to(&key.waiting().path()).into_response();
    browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
    Ok(response)
}

async fn show(
    app: &App,
    visit: &Visit,
    application: &Application,
    pending: &PendingAuthorization,
    signed_in: &SignedIn,
    key: KeptKey,
) -> Result<Response, Fault> {
    let language = match (&pending.demand.language, visit.language_was_chosen) {
        (Some(wished), false) => Language::negotiate(Some(wished), None, Some(visit.language.tag())),
        _ => visit.language,
    };
    let path = key.waiting().path();
    let page = Page::new(language, app.settings.organisation.clone(), path.clone());
    let person = people::find(&app.db, signed_in.person).await?;
    let mut door = Door::new(Caption::SigningIn, Some(application.name.clone()));
    door.person = person.map(|person| PersonLabel { name: person.name(), email: person.email });
    let destination = origin_or_scheme(&pending.destination.redirect_uri).unwrap_or_default();
    let registered = application.created_at.in_zone(&app.settings.time_zone);
    let view = ConsentPage {
        door,
        application: application.name.clone(),
        action: format!("{path}/consent"),
        session: signed_in.session.to_string(),
        destination: destination.clone(),
        registered: registered.map(|at| page.texts.date(at.date())).unwrap_or_default(),
        gets: permission(pending).words(&page),
        logo: logo_of(app, application).await?,
        policy: application.profile.policy_uri.as_deref().and_then(OutsideLink::to),
        tos: application.profile.tos_uri.as_deref().and_then(OutsideLink::to),
        page,
    };
    let mut response = refusal::show(StatusCode::OK, &view);
    // Browsers follow what a form may lead to through the redirect that answers it.
    allow_form_action(&mut response, &destination);
    Ok(response)
}

/// `POST /oauth/authorize/{id}/consent`: the person has answered. Only our own page may post this.
pub async fn receive(request: KeptRequest, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let page_again = Redirect::to(&request.key.waiting().path());
    match fields.field("answer") {
        "allow" => {}
        "refuse" => {
            let entry = pages::entry(&request.visit, &request.application, Event::ProviderRequestRefused)
                .detail("error", REFUSED.error);
            return Box::pin(request.refuse(REFUSED, None, entry)).await;
        }
        _ => return Err(page_again.into()),
    }
    let KeptRequest { app, visit, application, pending, key } = request;
    // Decided anew: the session may have ended, or be somebody else's by now.
    let sign_in::Answer::Satisfied(signed_in) =
        sign_in::answer(&app, &visit, Some(application.id), &pending.demand).await?
    else {
        return Err(page_again.into());
    };
    let is_wanted = pending.demand.person.is_none_or(|wanted| wanted == signed_in.person);
    let was_asked = fields.field("session") == signed_in.session.to_string();
    match pending.acr.told(signed_in.acr) {
        Some(acr) if is_wanted && was_asked && application.profile.third_party => {
            let consent = Consented::Now(permission(&pending));
            let signed_in = SignedIn { acr, ..signed_in };
            let stored = Some(StoredRequest::Kept(key));
            Box::pin(pages::give_code(&app, &visit, &application, pending, signed_in, consent, stored)).await
        }
        _ => Err(page_again.into()),
    }
}

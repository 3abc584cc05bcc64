//! Asking the person what an application of somebody else may have, between the sign-in and the code.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::answer::{Answer, send};
use super::pages::{self, Held, KeptFor, taken_up};
use super::request::OAuthError;
use super::{Asked, LIFETIME, RequestId, store};
use crate::app::App;
use crate::directory::people;
use crate::platform::db;
use crate::platform::web::browser::Browser;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal::{self, refuse};
use crate::platform::web::security::allow_form_action;
use crate::platform::web::translations::Language;
use crate::platform::web::views::{Door, PersonLabel};
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, origin_or_scheme};
use crate::provider::authorize::pushed::{self, PushedKey};
use crate::provider::consent::{self as consents, Consented, Permission};
use crate::provider::views::ConsentPage;
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
    asked: &Asked,
    signed_in: &SignedIn,
    may_ask: bool,
) -> Result<Consent, Fault> {
    let given = if application.profile.third_party {
        consents::find(&app.db, signed_in.person, application.id).await?
    } else {
        None
    };
    Ok(match consents::stands(application, given.as_ref(), &permission(asked)) {
        Some(Consented::NotAsked) => Consent::Given(Consented::NotAsked),
        Some(consented) if !asked.ask_consent => Consent::Given(consented),
        _ if may_ask => Consent::Asks,
        _ => Consent::Missing,
    })
}

fn permission(asked: &Asked) -> Permission {
    Permission::asked(&asked.scope, &asked.claims, &asked.resources)
}

/// Asks the person. A request that was not kept yet is kept first, so that the answer has something to be
/// about.
pub(super) async fn ask(
    app: &App,
    visit: &Visit,
    application: &Application,
    asked: Asked,
    signed_in: &SignedIn,
    kept: Option<Held>,
) -> Result<Response, Fault> {
    match kept {
        Some(Held::For(kept)) => show(app, visit, application, &asked, signed_in, kept).await,
        Some(Held::Pushed(key)) => keep(app, visit, application, asked, Some(key)).await,
        None => keep(app, visit, application, asked, None).await,
    }
}

pub(super) async fn keep(
    app: &App,
    visit: &Visit,
    application: &Application,
    asked: Asked,
    pushed: Option<PushedKey>,
) -> Result<Response, Fault> {
    if let Err(too_much) = app.flood.admit(&visit.network, visit.now) {
        return Ok(refusal::too_much(app, visit, too_much).await);
    }
    let browser = Browser::of(visit, &app.random);
    let (id, application_id, now, hash) =
        (RequestId::new(visit.now, &app.random), application.id, visit.now, browser.hash);
    let asked = std::sync::Arc::new(asked);
    let is_kept = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if let Some(key) = &pushed
                    && !pushed::use_up(tx, key, Some(id), now).await?
                {
                    return Ok(false);
                }
                store::add(tx, id, (application_id, &hash, &asked), now, now.plus(LIFETIME)).await?;
                Ok(true)
            })
        })
        .await?;
    if !is_kept {
        // Another browser brought the pushed request first.
        return Ok(pages::answered(app, visit, application).await);
    }
    let mut response = Redirect::to(&format!("/oauth/authorize/{id}")).into_response();
    browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
    Ok(response)
}

async fn show(
    app: &App,
    visit: &Visit,
    application: &Application,
    asked: &Asked,
    signed_in: &SignedIn,
    kept: KeptFor,
) -> Result<Response, Fault> {
    let language = match (&asked.demand.language, visit.language_was_chosen) {
        (Some(wished), false) => Language::negotiate(Some(wished), None, Some(visit.language.tag())),
        _ => visit.language,
    };
    let path = format!("/oauth/authorize/{}", kept.id);
    let page = Page::new(language, app.settings.organisation.clone(), path.clone());
    let person = people::find(&app.db, signed_in.person).await?;
    let mut door = Door::new(Caption::SigningIn, Some(application.name.clone()));
    door.person = person.map(|person| PersonLabel { name: person.name(), email: person.email });
    let destination = origin_or_scheme(&asked.destination.redirect_uri).unwrap_or_default();
    let registered = application.created_at.in_zone(&app.settings.time_zone);
    let view = ConsentPage {
        door,
        application: application.name.clone(),
        action: format!("{path}/consent"),
        session: signed_in.session.to_string(),
        destination: destination.clone(),
        registered: registered.map(|at| page.texts.date(at.date())).unwrap_or_default(),
        gets: permission(asked).words(&page),
        page,
    };
    let mut response = refusal::show(StatusCode::OK, &view);
    // Browsers follow what a form may lead to through the redirect that answers it.
    allow_form_action(&mut response, &destination);
    Ok(response)
}

/// `POST /oauth/authorize/{id}/consent`: the person has answered. Only our own page may post this.
pub async fn receive(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, Fault> {
    let (application, asked, kept) = match taken_up(&app, &visit, &id).await? {
        Ok(taken_up) => taken_up,
        Err(refused) => return Ok(refuse(&app, &visit, refused).await),
    };
    let page_again = Redirect::to(&format!("/oauth/authorize/{}", kept.id)).into_response();
    match fields.field("answer") {
        "allow" => {}
        "refuse" => {
            if !pages::close(&app, &visit, &application, Held::For(kept), REFUSED).await? {
                return Ok(pages::answered(&app, &visit, &application).await);
            }
            return send(&app, &visit, &application, &asked.destination, &Answer::Error(REFUSED)).await;
        }
        _ => return Ok(page_again),
    }
    // Decided anew: the session may have ended, or be somebody else's by now.
    let sign_in::Answer::Satisfied(signed_in) =
        sign_in::answer(&app, &visit, Some(application.id), &asked.demand).await?
    else {
        return Ok(page_again);
    };
    let is_wanted = asked.demand.person.is_none_or(|wanted| wanted == signed_in.person);
    let was_asked = fields.field("session") == signed_in.session.to_string();
    match asked.acr.told(signed_in.acr) {
        Some(acr) if is_wanted && was_asked && application.profile.third_party => {
            let consent = Consented::Now(permission(&asked));
            let signed_in = SignedIn { acr, ..signed_in };
            pages::give_code(&app, &visit, &application, asked, signed_in, consent, Some(Held::For(kept))).await
        }
        _ => Ok(page_again),
    }
}

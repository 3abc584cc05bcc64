//! `POST /oauth/bc-authorize` (CIBA Core §7): an application asks for a person's approval.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::request::{self, BackchannelAsk, PersonHint};
use super::store::{self, NewBackchannelRequest};
use super::{AskedApproval, BackchannelId, BackchannelQuestion, INTERVAL_SECONDS, ping};
use crate::app::App;
use crate::directory::companies;
use crate::directory::people::{self, Email, Person, PersonState};
use crate::event::Event;
use crate::platform::db::Tx;
use crate::platform::history::{self, Entry};
use crate::platform::secret::hash_token;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::translations::Language;
use crate::platform::web::visit::Visit;
use crate::proofs::phones::{self, PhoneCall};
use crate::provider::applications::{Application, GrantType, resources};
use crate::provider::claims::{id_token, subjects};
use crate::provider::endpoint::{self, EndpointError, EndpointRefusal};
use crate::provider::token::authenticate;
use crate::provider::{key_sets, keys};

/// `POST /oauth/bc-authorize`.
///
/// # Errors
/// Refusals of the request and of its sender.
pub async fn begin(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form, Response>,
) -> Result<Response, EndpointError> {
    let parameters = endpoint::parameters_but(form, &[resources::PARAMETER])?;
    let application = authenticate(&app, &visit, &headers, &parameters).await?;
    if !application.may(GrantType::Backchannel) {
        return Err(EndpointRefusal::new("unauthorized_client", "the application may not use this grant_type").into());
    }
    let ask = asked(&app, &visit, &application, &parameters).await?;
    app.flood.admit(&visit.network, visit.now)?;
    let person = named(&app, &visit, &application, &ask.hint).await?;
    let (id, auth_req_id) = (BackchannelId::new(visit.now, &app.random), app.random.token());
    let lifetime = ask.lifetime;
    let notification = match &ask.notification_token {
        Some(token) => Some(ping::sealed(&app, id, token, auth_req_id.reveal())?),
        None => None,
    };
    let company = match application.company {
        Some(company) => companies::find(&app.db, company).await?.map(|company| company.name).unwrap_or_default(),
        None => String::new(),
    };
    let new = NewBackchannelRequest {
        id,
        application: application.id,
        auth_req_id_hash: hash_token(auth_req_id.reveal()),
        person: None,
        asked: AskedApproval { scope: ask.scope, resources: ask.resources, acr: ask.acr },
        question: BackchannelQuestion {
            application: application.name.clone(),
            company,
            message: ask.message,
            at: visit.now,
        },
        network: visit.network.to_string(),
        notification,
        until: visit.now.plus(lifetime),
    };
    let (work, own) = (app.clone(), visit.clone());
    let kept: Result<(), Fault> =
        app.db.write(move |tx| Box::pin(async move { put(tx, &work, &own, person, new).await })).await;
    kept?;
    let body = json!({
        "auth_req_id": auth_req_id.reveal(),
        "expires_in": lifetime.as_secs(),
        "interval": INTERVAL_SECONDS,
    });
    Ok(endpoint::json(StatusCode::OK, &body))
}

/// The request, from the form or from the signed token in it (§7.1.1).
async fn asked(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: &Parameters,
) -> Result<BackchannelAsk, EndpointError> {
    let Some(text) = parameters.one("request")? else {
        if application.profile.fapi || application.profile.require_signed_requests {
            return Err(EndpointRefusal::invalid_request("request is missing: it must be signed").into());
        }
        return Ok(request::read(parameters, application)?);
    };
    let named = key_sets::named_by(text);
    let current = key_sets::with_current_keys(app, application.clone(), named.as_deref(), visit.now).await?;
    let no_keys = EndpointRefusal::invalid_request("the keys that the application publishes cannot be had");
    let application = current.ok_or(no_keys)?;
    let opened = request::open(text, &application, app.settings.public_url.origin(), visit.now)?;
    Ok(request::read(&opened, &application)?)
}

/// The person that an application names. An email that nobody has is no mistake: the application does not learn it.
async fn named(
    app: &App,
    visit: &Visit,
    application: &Application,
    hint: &PersonHint,
) -> Result<Option<Person>, EndpointError> {
    match hint {
        PersonHint::Email(email) => {
            let Some(email) = Email::parse(email) else { return Ok(None) };
            Ok(people::find_by_email(&app.db, &email).await?)
        }
        PersonHint::IdToken(text) => {
            let bad = EndpointRefusal::invalid_request("id_token_hint is not an ID token of this issuer for it");
            let keys = keys::current(app, visit.now).await?;
            let hint = id_token::read_hint(&keys, text, app.settings.public_url.origin(), visit.now);
            let hint = hint.filter(|hint| hint.client_id() == Some(application.client_id.as_str())).ok_or(bad)?;
            let id = subjects::person(app, application, &hint.sub).await?.ok_or(bad)?;
            Ok(people::find(&app.db, id).await?)
        }
    }
}

/// Keeps the request, and puts it to the person's phones where they may be asked.
async fn put(
    tx: &mut Tx<'_>,
    app: &App,
    visit: &Visit,
    person: Option<Person>,
    mut new: NewBackchannelRequest,
) -> Result<(), Fault> {
    let mut entry =
        Entry::new(visit.now, Event::ProviderBackchannelAsked).application(new.application).detail("request", new.id);
    entry.network = Some(visit.network.to_string());
    entry = entry.detail("application", &new.question.application).detail("message", &new.question.message);
    if let Some(person) = person.filter(|person| person.state == PersonState::Active) {
        people::take_turns(tx, person.id).await?;
        let has_phone = !phones::of_person(&mut *tx, person.id).await?.is_empty();
        let is_asked = has_phone
            && !people::phone_app_is_closed(&mut *tx, person.id).await?
            && store::may_ask(tx, new.application, person.id, visit.now).await?;
        entry = entry.person(person.id).detail("phones", if is_asked { "asked" } else { "not asked" });
        if is_asked {
            new.person = Some(person.id);
            let language = Language::parse_tag(&person.language).unwrap_or(Language::English);
            let call = PhoneCall { language, path: &format!("/app/requests/{}", new.id), until: new.until };
            phones::call(tx, app, person.id, call, visit.now).await?;
        }
    }
    store::add(tx, &new, visit.now).await?;
    Ok(history::write(tx, &app.random, &entry).await?)
}

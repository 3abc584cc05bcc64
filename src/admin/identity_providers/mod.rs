//! *Banks and eID*: the providers of identities, in the console of the operator's own company. For nobody else do these pages
//! exist. They do the same as `salpa identity-providers`.

pub mod views;

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;

use super::frame;
use super::gate::{Console, FreshOperatorConsole, OperatorConsole};
use super::views::Section;
use crate::administration::Stop;
use crate::administration::identity_providers::{self as acts, OperatorHand};
use crate::directory::companies;
use crate::platform::secret::Secret;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::proofs::identity_providers::{
    self, Entity, IdentityProvider, IdentityProviderId, IdentityWorth, NewIdentityProvider, ProviderKind,
    ProviderState, ProviderTrial,
};
use views::{MethodRow, ProviderFormPage, ProviderPage, ProviderRow, ProvidersPage, TrialRow};

const PATH: &str = "identity-providers";
/// How long a new key is published before it signs.
const KEY_WAITS: std::time::Duration = std::time::Duration::from_hours(24);
/// The acts that the page knows, each with the key of its confirmation.
const DONE: [(&str, &str); 5] = [
    ("added", "provider-done-added"),
    ("changed", "provider-done-changed"),
    ("on", "provider-done-on"),
    ("off", "provider-done-off"),
    ("keys", "provider-done-keys"),
];
/// The settings that a new provider begins with.
const EXAMPLE: &str = include_str!("example.json");

/// Shows the providers.
pub(crate) async fn show(OperatorConsole(console): OperatorConsole) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(&console, Section::IdentityProviders, PATH).await?;
    let rows = identity_providers::all(&console.app.db).await?.iter().map(row).collect();
    Ok(refusal::show(StatusCode::OK, &ProvidersPage { page, frame, rows }))
}

fn row(of: &IdentityProvider) -> ProviderRow {
    let methods: Vec<&str> = of.settings.methods.iter().map(|method| method.name.as_str()).collect();
    ProviderRow {
        id: of.id.to_string(),
        name: of.settings.name.clone(),
        issuer: of.settings.issuer.clone(),
        methods: methods.join(", "),
        is_on: of.state == ProviderState::On,
    }
}

/// Shows the form of a new provider.
pub(crate) async fn new(OperatorConsole(console): OperatorConsole) -> Result<Response, EarlyAnswer> {
    form(&console, None, EXAMPLE.to_owned(), Vec::new()).await
}

/// Adds a provider.
pub(crate) async fn add(
    FreshOperatorConsole(console): FreshOperatorConsole,
    Form(form): Form,
) -> Result<Response, EarlyAnswer> {
    let new = match read(&console, &form, true).await {
        Ok(new) => new,
        Err(mistakes) => return self::form(&console, None, form.field("settings").to_owned(), mistakes).await,
    };
    let new = Arc::new(new);
    let added = console.act_as_operator(console.company.id, move |tx, context| {
        Box::pin(async move { acts::create(tx, &OperatorHand::Console(context), &new).await })
    });
    match added.await {
        Ok(id) => Ok(console.go_to(&format!("{PATH}/{id}?done=added"))),
        Err(stop) => {
            let mistake = vec![mistake_of(stop)?.to_owned()];
            self::form(&console, None, form.field("settings").to_owned(), mistake).await
        }
    }
}

/// The mistake in the settings for which an act was stopped, in the words of the file.
fn mistake_of(stop: Stop) -> Result<&'static str, EarlyAnswer> {
    match stop {
        Stop::AlreadyThere => Ok("another provider has that name"),
        Stop::UnknownCompany => Ok("company: there is no company of that identifier"),
        stop => Err(stop.into()),
    }
}

/// The settings of a form, or every one that does not hold.
async fn read(console: &Console, form: &Parameters, is_new: bool) -> Result<NewIdentityProvider, Vec<String>> {
    let secret = Some(form.field("secret").trim()).filter(|secret| !secret.is_empty());
    let secret = secret.map(|secret| Secret::new(secret.to_owned()));
    let read = NewIdentityProvider::read(&console.app.egress, (form.field("settings"), secret), is_new).await;
    read.map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

async fn form(
    console: &Console,
    changed: Option<&IdentityProvider>,
    settings: String,
    mistakes: Vec<String>,
) -> Result<Response, EarlyAnswer> {
    let path = match changed {
        None => format!("{PATH}/new"),
        Some(of) => format!("{PATH}/{}/change", of.id),
    };
    let (page, frame) = frame::page(console, Section::IdentityProviders, &path).await?;
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let changed = changed.map(|of| (of.id.to_string(), of.settings.name.clone()));
    Ok(refusal::show(status, &ProviderFormPage { page, frame, changed, settings, mistakes }))
}

async fn provider(console: &Console, id: IdentityProviderId) -> Result<IdentityProvider, EarlyAnswer> {
    identity_providers::find(&console.app.db, id).await?.ok_or_else(EarlyAnswer::not_found)
}

/// Shows a provider.
pub(crate) async fn open(
    OperatorConsole(console): OperatorConsole,
    PathEnd(id): PathEnd<IdentityProviderId>,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let of = provider(&console, id).await?;
    shown(&console, &of, &query, &[]).await
}

/// Tries a provider out, and shows what was found.
pub(crate) async fn check(
    FreshOperatorConsole(console): FreshOperatorConsole,
    PathEnd(id): PathEnd<IdentityProviderId>,
) -> Result<Response, EarlyAnswer> {
    let of = provider(&console, id).await?;
    let trials = of.try_out(&console.app.core, console.visit.now).await;
    shown(&console, &of, &Parameters::default(), &trials).await
}

async fn shown(
    console: &Console,
    of: &IdentityProvider,
    query: &Parameters,
    trials: &[ProviderTrial],
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::IdentityProviders, &format!("{PATH}/{}", of.id)).await?;
    let method = |method: &identity_providers::IdentityMethod| MethodRow {
        name: method.name.clone(),
        value: method.value.clone().unwrap_or_default(),
        worth: worth_key(method.worth),
    };
    let view = ProviderPage {
        id: of.id.to_string(),
        name: of.settings.name.clone(),
        status: frame::confirmation(page.texts, query, &DONE),
        is_on: of.state == ProviderState::On,
        facts: facts(console, &page, of).await?,
        methods: of.settings.methods.iter().map(method).collect(),
        trials: trials.iter().map(trial).collect(),
        page,
        frame,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

async fn facts(console: &Console, page: &Page, of: &IdentityProvider) -> Result<Vec<(String, String)>, EarlyAnswer> {
    let settings = &of.settings;
    let kind = match settings.kind {
        ProviderKind::FinnishTrustNetwork => "provider-kind-finnish-trust-network",
        ProviderKind::Oidc => "provider-kind-oidc",
        ProviderKind::NorwayBankId => "provider-kind-norway-bank-id",
        ProviderKind::SwedenBankId => "provider-kind-sweden-bank-id",
        ProviderKind::EstoniaWebEid => "provider-kind-estonia-web-eid",
        ProviderKind::EstoniaMobileId => "provider-kind-estonia-mobile-id",
        ProviderKind::EstoniaSmartId => "provider-kind-estonia-smart-id",
    };
    let join = |path: String| console.app.settings.public_url.join(&path);
    let mut facts = vec![
        (page.t("provider-kind"), page.t(kind)),
        (page.t("provider-issuer"), settings.issuer.clone()),
        (page.t("provider-client-id"), settings.client_id.clone()),
        (page.t("provider-return-address"), join(of.return_path())),
        (page.t("provider-keys-address"), join(of.keys_path())),
    ];
    if settings.kind == ProviderKind::FinnishTrustNetwork {
        let entity = Entity::of(&console.app.core, of, console.visit.now).await?;
        facts.push((page.t("provider-signed-keys-address"), join(of.signed_keys_path())));
        facts.push((page.t("provider-entity-key"), entity.jwk().to_string()));
    }
    if let Some(id) = settings.company {
        let company = companies::find(&console.app.db, id).await?;
        facts.insert(1, (page.t("provider-company"), company.map(|company| company.name).unwrap_or_default()));
    }
    // The card in a reader has neither an issuer nor a name for this service.
    facts.retain(|(_, value)| !value.is_empty());
    Ok(facts)
}

fn worth_key(worth: IdentityWorth) -> &'static str {
    match worth {
        IdentityWorth::OneProof => "provider-worth-one-proof",
        IdentityWorth::Substantial => "provider-worth-substantial",
        IdentityWorth::High => "provider-worth-high",
    }
}

fn trial(found: &ProviderTrial) -> TrialRow {
    TrialRow { text: found.to_string(), is_fine: found.is_fine }
}

/// Shows the form with the settings of a provider.
pub(crate) async fn edit(
    OperatorConsole(console): OperatorConsole,
    PathEnd(id): PathEnd<IdentityProviderId>,
) -> Result<Response, EarlyAnswer> {
    let of = provider(&console, id).await?;
    let settings = serde_json::to_string_pretty(&of.settings).unwrap_or_default();
    form(&console, Some(&of), settings, Vec::new()).await
}

/// Changes the settings of a provider.
pub(crate) async fn change(
    FreshOperatorConsole(console): FreshOperatorConsole,
    PathEnd(id): PathEnd<IdentityProviderId>,
    Form(form): Form,
) -> Result<Response, EarlyAnswer> {
    let of = provider(&console, id).await?;
    let new = match read(&console, &form, false).await {
        Ok(new) => Arc::new(new),
        Err(mistakes) => return self::form(&console, Some(&of), form.field("settings").to_owned(), mistakes).await,
    };
    let changed = console.act_as_operator(console.company.id, move |tx, context| {
        Box::pin(async move { acts::change(tx, &OperatorHand::Console(context), (id, &new)).await })
    });
    match changed.await {
        Ok(()) => Ok(console.go_to(&format!("{PATH}/{id}?done=changed"))),
        Err(stop) => {
            let mistake = vec![mistake_of(stop)?.to_owned()];
            self::form(&console, Some(&of), form.field("settings").to_owned(), mistake).await
        }
    }
}

/// Offers a provider, or no longer.
pub(crate) async fn set_state(
    FreshOperatorConsole(console): FreshOperatorConsole,
    PathEnd(id): PathEnd<IdentityProviderId>,
    Form(form): Form,
) -> Result<Response, EarlyAnswer> {
    let of = provider(&console, id).await?;
    let (state, done) = match form.field("state") {
        "on" => (ProviderState::On, "on"),
        _ => (ProviderState::Off, "off"),
    };
    console
        .act_as_operator(console.company.id, move |tx, context| {
            Box::pin(async move { acts::set_state(tx, &OperatorHand::Console(context), (of.id, state)).await })
        })
        .await?;
    Ok(console.go_to(&format!("{PATH}/{id}?done={done}")))
}

/// Makes new keys of this service for a provider.
pub(crate) async fn rotate_keys(
    FreshOperatorConsole(console): FreshOperatorConsole,
    PathEnd(id): PathEnd<IdentityProviderId>,
) -> Result<Response, EarlyAnswer> {
    let of = provider(&console, id).await?;
    let now = console.visit.now;
    let keys = identity_providers::successors(&console.app.core, &of, (now, now.plus(KEY_WAITS))).await?;
    let keys = Arc::new(keys);
    console
        .act_as_operator(console.company.id, move |tx, context| {
            let keys = keys.clone();
            Box::pin(async move { acts::rotate_keys(tx, &OperatorHand::Console(context), (of.id, &keys)).await })
        })
        .await?;
    Ok(console.go_to(&format!("{PATH}/{id}?done=keys")))
}

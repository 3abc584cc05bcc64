//! The addresses of an application: for the company that it belongs to, and for the operator's applications of any.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Kind, Problem};
use super::reply::{Reply, etag_of};
use super::request::{IfMatch, JsonRequest, Path};
use super::scopes::Scope;
use crate::administration::Actor;
use crate::administration::applications::{ApplicationKeeper, set_addresses};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::platform::db::{Reads, Tx};
use crate::provider::applications::{self, ADDRESSES_BODY_LIMIT, Application, ApplicationAddresses, ApplicationId};
use crate::provider::registration::ListedAddresses;

/// The addresses of an application. An absent one is none.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Addresses {
    /// The addresses for answers, compared exactly. An application that signs people in needs at least one.
    #[schema(max_items = 20)]
    pub(crate) redirect_uris: Vec<String>,
    /// The addresses for browsers after signing out, compared exactly.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    /// The address that is told of ended sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri", max_length = 2048)]
    pub(crate) back_channel_logout_uri: Option<String>,
    /// The address at which people open it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri", max_length = 2048)]
    pub(crate) home_url: Option<String>,
    /// The address that begins a sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri", max_length = 2048)]
    pub(crate) initiate_login_uri: Option<String>,
}

impl From<ApplicationAddresses> for Addresses {
    fn from(addresses: ApplicationAddresses) -> Self {
        Self {
            redirect_uris: addresses.redirect_uris,
            post_logout_redirect_uris: addresses.post_logout_redirect_uris,
            back_channel_logout_uri: addresses.back_channel_logout_uri,
            home_url: addresses.home_url,
            initiate_login_uri: addresses.initiate_login_uri,
        }
    }
}

impl From<Addresses> for ApplicationAddresses {
    fn from(addresses: Addresses) -> Self {
        Self {
            redirect_uris: addresses.redirect_uris,
            post_logout_redirect_uris: addresses.post_logout_redirect_uris,
            back_channel_logout_uri: addresses.back_channel_logout_uri,
            home_url: addresses.home_url,
            initiate_login_uri: addresses.initiate_login_uri,
        }
    }
}

/// See the addresses of a company's application
///
/// For applications that belong to the company.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/applications/{application}/addresses", tag = "Applications",
    operation_id = "see_addresses",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("application" = String, Path, format = Uuid, description = "The application's id."),
    ),
    security(("oauth" = ["company:{company}:applications.read"])),
    responses((status = 200, description = "The addresses.", body = Addresses))
)]
pub(super) async fn see_of_company(
    State(app): State<App>,
    caller: Caller,
    Path((company, application)): Path<(CompanyId, ApplicationId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::ApplicationsRead).await?;
    let found = find_theirs(&app.db, application, Some(at.company.id)).await?;
    reply_with(found.addresses()).map(IntoResponse::into_response)
}

/// Set the addresses of a company's application
///
/// Replaces all of them, for applications that belong to the company. A code or a request that is on its way to a
/// removed address is refused from then on; sessions and tokens stay.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/applications/{application}/addresses", tag = "Applications",
    operation_id = "set_addresses",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("application" = String, Path, format = Uuid, description = "The application's id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version that is to be changed."),
    ),
    request_body = Addresses, security(("oauth" = ["company:{company}:applications.write"])),
    responses((status = 200, description = "The addresses as they are now.", body = Addresses))
)]
pub(super) async fn set_of_company(
    State(app): State<App>,
    caller: Caller,
    Path((company, application)): Path<(CompanyId, ApplicationId)>,
    version: IfMatch,
    request: JsonRequest<Addresses, ADDRESSES_BODY_LIMIT>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::ApplicationsWrite).await?;
    let known = find_theirs(&app.db, application, Some(at.company.id)).await?;
    let wanted = look_up(&app, &known, request.body).await?;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            check_version(tx, application, &version).await?;
            set_addresses(tx, ApplicationKeeper::Company(&environment.context), &wanted).await?;
            reply_with(wanted.of_application().1.clone())
        })
    })
    .await
}

/// See the addresses of an application
///
/// For the operator's applications: of any application.
#[utoipa::path(
    get, path = "/api/v1/applications/{application}/addresses", tag = "Applications",
    operation_id = "see_addresses_of_any",
    params(("application" = String, Path, format = Uuid, description = "The application's id.")),
    security(("oauth" = ["operator:applications.read"])),
    responses((status = 200, description = "The addresses.", body = Addresses))
)]
pub(super) async fn see_of_any(
    State(app): State<App>,
    caller: Caller,
    Path(application): Path<ApplicationId>,
) -> Result<Response, Problem> {
    caller.operate(&app, Scope::ApplicationsRead).await?;
    reply_with(find_theirs(&app.db, application, None).await?.addresses()).map(IntoResponse::into_response)
}

/// Set the addresses of an application
///
/// For the operator's applications: of any application. Replaces all of them. A code or a request that is on its way to
/// a removed address is refused from then on; sessions and tokens stay.
#[utoipa::path(
    put, path = "/api/v1/applications/{application}/addresses", tag = "Applications",
    operation_id = "set_addresses_of_any",
    params(
        ("application" = String, Path, format = Uuid, description = "The application's id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version that is to be changed."),
    ),
    request_body = Addresses, security(("oauth" = ["operator:applications.write"])),
    responses((status = 200, description = "The addresses as they are now.", body = Addresses))
)]
pub(super) async fn set_of_any(
    State(app): State<App>,
    caller: Caller,
    Path(application): Path<ApplicationId>,
    version: IfMatch,
    request: JsonRequest<Addresses, ADDRESSES_BODY_LIMIT>,
) -> Result<Reply, Problem> {
    let operator = caller.operate(&app, Scope::ApplicationsWrite).await?;
    let known = find_theirs(&app.db, application, None).await?;
    let wanted = look_up(&app, &known, request.body).await?;
    operator
        .write(&app, request.key, move |tx, app, caller| {
            Box::pin(async move {
                check_version(tx, application, &version).await?;
                let actor = Actor::from(&caller);
                let network = caller.network();
                let by = ApplicationKeeper::Operator {
                    core: &app.core,
                    actor: &actor,
                    now: caller.now(),
                    network: Some(network.as_str()),
                };
                set_addresses(tx, by, &wanted).await?;
                reply_with(wanted.of_application().1.clone())
            })
        })
        .await
}

/// The application of an identifier; where a company is given, only one that belongs to it.
async fn find_theirs(db: impl Reads, id: ApplicationId, company: Option<CompanyId>) -> Result<Application, Problem> {
    let found = applications::find(db, id).await?;
    let is_theirs = |found: &Application| company.is_none() || found.company == company;
    found.filter(is_theirs).ok_or_else(|| Problem::new(Kind::NotFound))
}

async fn look_up(app: &App, known: &Application, wanted: Addresses) -> Result<ListedAddresses, Problem> {
    ListedAddresses::look_up(app, known, wanted.into()).await.map_err(Problem::invalid)
}

/// Refuses a change of another version than the present one.
async fn check_version(tx: &mut Tx<'_>, id: ApplicationId, version: &IfMatch) -> Result<(), Problem> {
    version.check(&Addresses::from(find_theirs(&mut *tx, id, None).await?.addresses()))
}

fn reply_with(addresses: ApplicationAddresses) -> Result<Reply, Problem> {
    let shown = Addresses::from(addresses);
    Ok(Reply::ok(&shown)?.tagged(etag_of(&shown)))
}

//! The domains of a company, each proved by a record in DNS, and how people with an email there are led to its directory.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::paging::ListPage;
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::request::{EmptyRequest, JsonRequest, Path};
use super::scopes::Scope;
use crate::administration::{domains as acts, identities};
use crate::app::App;
use crate::directory::companies::{self, CompanyId, DirectoryUse};
use crate::directory::domains::{self, CompanyDomain, DomainName, DomainRefusal, DomainState};
use crate::platform::clock::Timestamp;

/// A domain of a company.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Domain)]
pub(crate) struct ApiDomain {
    /// The domain in ASCII (A-labels).
    pub(crate) domain: String,
    /// Whether its record has proved it.
    pub(crate) state: ApiDomainState,
    /// The name of the TXT record to set in DNS.
    pub(crate) record_name: String,
    /// The value of that record.
    pub(crate) record_value: String,
    /// The instant at which the domain is proved no longer, in seconds, while its record is missing.
    pub(crate) lapses_at: Option<i64>,
}

/// The state of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DomainState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApiDomainState {
    /// The company says that it is its own.
    Claimed,
    /// Its record has proved it.
    Proved,
}

impl From<CompanyDomain> for ApiDomain {
    fn from(domain: CompanyDomain) -> Self {
        Self {
            state: match domain.state {
                DomainState::Claimed => ApiDomainState::Claimed,
                DomainState::Proved { .. } => ApiDomainState::Proved,
            },
            domain: domain.name.to_string(),
            record_name: domain.name.record_name(),
            record_value: domain.value,
            lapses_at: domain.state.lapses_at().map(Timestamp::seconds),
        }
    }
}

/// The problem of a refused domain.
pub(super) fn problem_of(refusal: DomainRefusal) -> Problem {
    match refusal {
        DomainRefusal::Shape => Problem::invalid("it is no domain that can have mail"),
        DomainRefusal::PublicMail => Problem::invalid("everybody may have a mailbox at that domain"),
        DomainRefusal::TooMany => Problem::invalid("a company has at most 20 domains"),
        DomainRefusal::OfAnotherCompany => {
            Problem::new(Kind::AlreadyThere).detail("another company has proved that domain")
        }
        DomainRefusal::NotClaimed => Problem::new(Kind::NotFound),
        DomainRefusal::NoRecord => Problem::invalid("there is no TXT record with the value at that name"),
        DomainRefusal::NoAnswer => Problem::invalid("DNS does not answer for that domain"),
    }
}

fn name(typed: &str) -> Result<DomainName, Problem> {
    DomainName::parse(typed).map_err(problem_of)
}

/// List the domains of a company
///
/// All at once, by name, each with the record that proves it.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/domains", tag = "Companies", operation_id = "list_domains",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    security(("oauth" = ["company:{company}:company.read"])),
    responses((status = 200, description = "The domains.", body = ListPage<ApiDomain>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyRead).await?;
    let items = domains::of_company(&app.db, at.company.id).await?.into_iter().map(ApiDomain::from).collect();
    Ok(Reply::ok(&ListPage { items, next: None })?.into_response())
}

/// Claim a domain
///
/// The answer has the TXT record to set in DNS. Until a check has found it, the domain does nothing.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/domains/{domain}", tag = "Companies", operation_id = "claim_domain",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("domain" = String, Path, max_length = 253, description = "The domain."),
    ),
    security(("oauth" = ["company:{company}:company.write"])),
    responses((status = 200, description = "The domain with its record.", body = ApiDomain))
)]
pub(super) async fn claim(
    State(app): State<App>,
    caller: Caller,
    Path((company, domain)): Path<(CompanyId, String)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyWrite).await?;
    let name = name(&domain)?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::claim(tx, &environment.context, &name).await?;
            let kept = domains::find(&mut *tx, company, &name).await?;
            Reply::ok(&ApiDomain::from(kept.ok_or_else(|| Problem::new(Kind::Fault))?))
        })
    })
    .await
}

/// Check the record of a domain
///
/// Asks DNS now. If the record is there with the value, the domain is proved.
#[utoipa::path(
    post, path = "/api/v1/companies/{company}/domains/{domain}/check", tag = "Companies",
    operation_id = "check_domain",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("domain" = String, Path, max_length = 253, description = "The domain."),
    ),
    security(("oauth" = ["company:{company}:company.write"])),
    responses((status = 200, description = "The domain, which is proved.", body = ApiDomain))
)]
pub(super) async fn check(
    State(app): State<App>,
    caller: Caller,
    Path((company, domain)): Path<(CompanyId, String)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyWrite).await?;
    let name = name(&domain)?;
    let sight = acts::look(&app.core, company, &name, app.clock.now()).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::check(tx, &environment.context, &sight).await?;
            let kept = domains::find(&mut *tx, company, &name).await?;
            Reply::ok(&ApiDomain::from(kept.ok_or_else(|| Problem::new(Kind::Fault))?))
        })
    })
    .await
}

/// Remove a domain
///
/// Its people are no longer led to the directory of the company, and its record never counts again.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/domains/{domain}", tag = "Companies",
    operation_id = "remove_domain",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("domain" = String, Path, max_length = 253, description = "The domain."),
    ),
    security(("oauth" = ["company:{company}:company.write"])),
    responses((status = 204, description = "The domain is removed."))
)]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((company, domain)): Path<(CompanyId, String)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyWrite).await?;
    let name = name(&domain)?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            acts::remove(tx, &environment.context, &name).await?;
            Ok(Reply::done())
        })
    })
    .await
}

/// How the people of a company are led to its directory.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DirectoryUse)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiDirectoryUse {
    /// The way.
    pub(crate) directory_use: ApiDirectoryWay,
}

/// The way to the directory of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DirectoryWay)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApiDirectoryWay {
    /// Beside the other ways to sign in.
    Offered,
    /// Before the other ways, and by itself.
    First,
    /// As the only way, but for those who manage the company.
    Alone,
}

impl From<DirectoryUse> for ApiDirectoryUse {
    fn from(known: DirectoryUse) -> Self {
        let directory_use = match known {
            DirectoryUse::Offered => ApiDirectoryWay::Offered,
            DirectoryUse::First => ApiDirectoryWay::First,
            DirectoryUse::Alone => ApiDirectoryWay::Alone,
        };
        Self { directory_use }
    }
}

impl From<ApiDirectoryUse> for DirectoryUse {
    fn from(wanted: ApiDirectoryUse) -> Self {
        match wanted.directory_use {
            ApiDirectoryWay::Offered => Self::Offered,
            ApiDirectoryWay::First => Self::First,
            ApiDirectoryWay::Alone => Self::Alone,
        }
    }
}

/// See how people are led to the directory
///
/// People with an email at a proved domain of the company, if the operator offers a directory of the company.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/directory-use", tag = "Companies", operation_id = "see_directory_use",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    security(("oauth" = ["company:{company}:company.read"])),
    responses((status = 200, description = "The way.", body = ApiDirectoryUse))
)]
pub(super) async fn see_use(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyRead).await?;
    let known = companies::directory_use(&app.db, at.company.id).await?;
    Ok(Reply::ok(&ApiDirectoryUse::from(known))?.into_response())
}

/// Set how people are led to the directory
///
/// `alone` lets in nobody by another way, but for those who manage the company, with two factors of their own. `first` and
/// `alone` need a directory that the operator offers.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/directory-use", tag = "Companies", operation_id = "set_directory_use",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    request_body = ApiDirectoryUse, security(("oauth" = ["company:{company}:company.write"])),
    responses((status = 200, description = "The way as it is now.", body = ApiDirectoryUse))
)]
pub(super) async fn set_use(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
    request: JsonRequest<ApiDirectoryUse>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::CompanyWrite).await?;
    let wanted = request.body;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            identities::use_directory(tx, &environment.context, wanted.into()).await?;
            Reply::ok(&wanted)
        })
    })
    .await
}

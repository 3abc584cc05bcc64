//! The authentication of a directory, and the layers around its requests.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use http::request::Parts;
use serde_json::json;

use super::tokens::{self, ScimToken};
use crate::administration::{ActContext, Actor};
use crate::api::caller::too_many;
use crate::api::json::put;
use crate::api::problem::{self, Kind, Problem, RenderedProblem};
use crate::api::reply::Reply;
use crate::app::App;
use crate::directory::companies::{self, Company};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx, Work};
use crate::platform::secret::hash_token;
use crate::platform::web::fault::ErrorId;
use crate::platform::web::network::Network;
use crate::platform::web::visit::Visit;

/// How often the last use of a token is kept.
const USED_EVERY: std::time::Duration = std::time::Duration::from_mins(1);
/// The media type of SCIM (RFC 7644 §3.1).
pub(super) const MEDIA_TYPE: &str = "application/scim+json";
/// The longest token that is looked for, in bytes.
const LONGEST_TOKEN: usize = 200;

/// A directory, by its token.
#[derive(Clone, Debug)]
pub(crate) struct DirectoryCaller {
    /// The company whose users it feeds.
    pub(super) company: Company,
    token: ScimToken,
    hash: [u8; 32],
    /// The instant of the request.
    pub(super) now: Timestamp,
    network: Network,
}

impl FromRequestParts<App> for DirectoryCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, app).await.map_err(|_| Problem::new(Kind::Fault))?;
        app.flood.look(&visit.network, visit.now).map_err(too_many)?;
        let shown = shown(parts);
        let found = match &shown {
            None => None,
            Some(text) => tokens::by_hash(&app.db, &hash_token(text), visit.now).await?,
        };
        let (Some(text), Some(token)) = (shown, found) else {
            app.flood.admit(&visit.network, visit.now).map_err(too_many)?;
            let challenge = HeaderValue::from_static("Bearer realm=\"Salpa SCIM\"");
            return Err(Problem::new(Kind::Unauthorized).header(WWW_AUTHENTICATE, challenge));
        };
        let bucket = Network::from_stored(format!("directory {}", token.id));
        app.flood.admit(&bucket, visit.now).map_err(too_many)?;
        let company = companies::find(&app.db, token.company).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
        if token.last_used_at.is_none_or(|last| visit.now.since(last) >= USED_EVERY) {
            let (id, now) = (token.id, visit.now);
            app.db.write::<_, db::Error, _>(move |tx| Box::pin(async move { tokens::used(tx, id, now).await })).await?;
        }
        Ok(Self { company, hash: hash_token(&text), token, now: visit.now, network: visit.network })
    }
}

fn shown(parts: &Parts) -> Option<String> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let is_one = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer") && token.len() <= LONGEST_TOKEN;
    is_one.then(|| token.trim().to_owned())
}

impl DirectoryCaller {
    /// Whether new people of it are invited to the phone app, by the rule of the company.
    pub(super) fn invites(&self) -> bool {
        self.token.invites
    }

    /// The context of an act of the directory.
    fn context(&self, app: &App) -> ActContext {
        ActContext {
            core: app.core.clone(),
            company: self.company.clone(),
            actor: Actor::Directory { token: self.token.id.to_string(), name: self.token.name.clone() },
            now: self.now,
            network: Some(self.network.to_string()),
            user_agent: None,
            is_fresh: true,
        }
    }

    /// Does something in one transaction, if the token is still in force there.
    ///
    /// # Errors
    /// Those of the work.
    pub(super) async fn write<W>(self, app: &App, work: W) -> Result<Reply, Problem>
    where
        W: for<'t> FnOnce(&'t mut Tx<'_>, App, ActContext) -> Work<'t, Reply, Problem> + Clone + Send + 'static,
    {
        let work_app = app.clone();
        app.db
            .write(move |tx| {
                Box::pin(async move {
                    companies::take_turns(tx, self.company.id).await?;
                    if tokens::by_hash(&mut *tx, &self.hash, self.now).await?.is_none() {
                        return Err(Problem::new(Kind::Unauthorized));
                    }
                    let context = self.context(&work_app);
                    work(&mut *tx, work_app, context).await
                })
            })
            .await
    }
}

/// Tells problems as SCIM does (RFC 7644 §3.12).
pub(crate) async fn show(State(app): State<App>, visit: Visit, request: Request, next: Next) -> Response {
    problem::tell(&app, &visit, next.run(request).await, error)
}

/// Tells a request that was refused at the door, before there was a [`Visit`], as SCIM does.
pub(crate) async fn show_at_the_door(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_ours = request.uri().path().starts_with("/scim/");
    let response = next.run(request).await;
    if is_ours { problem::tell_at_the_door(&app, response, error) } else { response }
}

fn error(_: &App, problem: &Problem, error_id: &ErrorId) -> RenderedProblem {
    // A value that cannot be kept is a bad request here (RFC 7644 §3.12, invalidValue).
    let status = if problem.kind() == Kind::Invalid { StatusCode::BAD_REQUEST } else { problem.status() };
    let words = problem.particular().unwrap_or_else(|| problem.kind().title());
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.as_str(),
        "detail": format!("{words} ({error_id})"),
    });
    if let Some(scim_type) = scim_type(problem.kind()) {
        put(&mut body, &["scimType"], json!(scim_type));
    }
    RenderedProblem { status, content_type: MEDIA_TYPE, body }
}

/// The word of RFC 7644 §3.12 for a kind of problem.
fn scim_type(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Malformed => "invalidSyntax",
        Kind::Invalid => "invalidValue",
        Kind::InvalidFilter => "invalidFilter",
        Kind::InvalidPath => "invalidPath",
        Kind::NoTarget => "noTarget",
        Kind::AlreadyThere => "uniqueness",
        Kind::LastAdministrator | Kind::ForeignProfile | Kind::NotAllowed | Kind::ReadOnly => "mutability",
        _ => return None,
    })
}

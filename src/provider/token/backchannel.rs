//! Tokens for an application whose request a person's phone has approved (OpenID Connect CIBA §10.1, §11). The name of a
//! request is used once; a second use ends what the first one gave, as with every code.

use super::TokenSet;
use super::first_tokens::{FirstTokens, RedeemedCode};
use super::replay::{self, Twice};
use crate::app::App;
use crate::platform::db;
use crate::platform::secret::hash_token;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::backchannel::{self, BackchannelId, BackchannelState};
use crate::provider::claims::company_claims;
use crate::provider::endpoint::{EndpointError, EndpointRefusal};
use crate::provider::grants::{self, Grant, GrantId};
use crate::provider::token::dpop::DpopProof;

/// The same words for a name that never was, of somebody else, used, or whose grant has ended.
const NOT_IN_FORCE: EndpointRefusal =
    EndpointRefusal::invalid_grant("the auth_req_id is not, or no more, in force for this application");
const PENDING: EndpointRefusal = EndpointRefusal::new("authorization_pending", "nobody has answered yet");
const SLOW_DOWN: EndpointRefusal =
    EndpointRefusal::new("slow_down", "asked too early: wait five seconds longer between two questions");
const EXPIRED: EndpointRefusal = EndpointRefusal::new("expired_token", "nobody has answered in time");
const DENIED: EndpointRefusal = EndpointRefusal::new("access_denied", "it was refused");

pub(super) async fn redeem(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: &Parameters,
    proof: Option<DpopProof>,
) -> Result<TokenSet, EndpointError> {
    let name = parameters.one("auth_req_id")?.ok_or(EndpointRefusal::invalid_request("auth_req_id is missing"))?;
    let found = backchannel::find_by_auth_req_id(&app.db, &hash_token(name)).await?;
    let found = found.filter(|request| request.application == application.id).ok_or(NOT_IN_FORCE)?;
    let grant = match found.state {
        BackchannelState::Redeemed(grant) => {
            if let Some(grant) = grants::find(&app.db, grant).await? {
                replay::end(app, visit, &grant, Twice::AuthReqId).await?;
            }
            return Err(NOT_IN_FORCE.into());
        }
        _ if visit.now >= found.expires_at => return Err(EXPIRED.into()),
        BackchannelState::Refused => return Err(DENIED.into()),
        BackchannelState::Waiting => {
            return Err(if in_time(app, visit, found.id).await? { PENDING } else { SLOW_DOWN }.into());
        }
        BackchannelState::Allowed(grant) => allowed(app, visit, application, grant).await?,
    };
    let tokens = FirstTokens::sign((app, visit), (application, parameters), grant, None, proof).await?;
    Box::pin(tokens.give(app, visit, RedeemedCode::Backchannel(found.id), NOT_IN_FORCE)).await
}

/// The grant that was allowed, where it is still alive. The same gate stands before the question and here: a person who
/// was locked, removed or signed out meanwhile gives nothing.
async fn allowed(app: &App, visit: &Visit, application: &Application, grant: GrantId) -> Result<Grant, EndpointError> {
    let grant = grants::find(&app.db, grant).await?.filter(|grant| grant.is_alive(visit.now));
    let mut grant = grant.ok_or(NOT_IN_FORCE)?;
    let holds = company_claims::read(app, Some(application), &mut grant).await?;
    if holds { Ok(grant) } else { Err(NOT_IN_FORCE.into()) }
}

async fn in_time(app: &App, visit: &Visit, id: BackchannelId) -> Result<bool, db::Error> {
    let now = visit.now;
    app.db.write(move |tx| Box::pin(async move { backchannel::poll(tx, id, now).await })).await
}

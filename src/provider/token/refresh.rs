//! New tokens for a refresh token (RFC 6749 §6). Each use gives a new one in its place; whoever shows
//! an old one shows that there are two who have it, and the whole family ends (RFC 9700 §4.14).

use super::Tokens;
use crate::app::App;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::random::Random;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::dpop::{self, Proof};
use crate::provider::endpoint::{NoAnswer, Refusal};
use crate::provider::grants::{self, Grant, IDLE_LIFETIME, Presented, RefreshToken};
use crate::provider::resources::{self, Purpose};
use crate::provider::scopes::Scopes;
use crate::provider::{access_token, events, id_token, keys};

/// The same words for a token that never was, of somebody else, used up, expired or revoked.
const NOT_IN_FORCE: Refusal =
    Refusal::invalid_grant("the refresh token is not, or no more, in force for this application");

pub(super) async fn renew(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: &Parameters,
    proof: Option<Proof>,
) -> Result<Tokens, NoAnswer> {
    let text = parameters.one("refresh_token")?.ok_or(Refusal::invalid_request("refresh_token is missing"))?;
    let token = RefreshToken::parse(text).ok_or(NOT_IN_FORCE)?;
    // Looked up before the token is used up: a fault here costs nobody a token.
    let keys = keys::current(app, visit.now).await?;
    // FAPI 2.0 wants no rotation (§5.3.2.1): an answer that is lost on the way must not cost the person
    // the session, and a thief of the token has neither the application's key nor that of its proofs.
    let successor = if application.profile.fapi { token.clone() } else { token.successor(&app.random) };
    let refresh_token = Some(successor.text());
    let Renewed { grant, scope, resources } =
        take(app, visit, application, parameters, (token, successor), proof.clone()).await??;
    let purpose = Purpose { scope: &scope, resources: &resources, proof: proof.as_ref() };
    let access_token = access_token::for_grant(app, &keys, application, &grant, purpose, visit.now).await?;
    // Optional here by the standard (OpenID Connect Core §12.2). It says nothing new, and its signature
    // would cost as much as all the rest: it is given to who asks for it.
    let is_asked = parameters.one("scope")?.is_some() || application.profile.id_token_at_refresh;
    let id_token = if is_asked && scope.has("openid") {
        Some(id_token::issue(app, &keys, application, &grant, None, &access_token, visit.now).await?)
    } else {
        None
    };
    Ok(Tokens { access_token, scope: scope.to_string(), refresh_token, id_token })
}

/// What a token was used up for.
struct Renewed {
    grant: Grant,
    scope: Scopes,
    resources: Vec<String>,
}

/// Looks the token up, checks all that was asked, and uses token and proof up, in one transaction: nobody
/// comes between, there is one wait for the disk, and what is read is at hand where it is written.
async fn take(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: &Parameters,
    tokens: (RefreshToken, RefreshToken),
    proof: Option<Proof>,
) -> Result<Result<Renewed, Refusal>, db::Error> {
    let (visit, random) = (visit.clone(), app.random.clone());
    let (application, parameters) = (application.clone(), parameters.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let now = visit.now;
                let (used, successor) = &tokens;
                let (grant, expires_at, bound_to) = match grants::find_by_refresh_token(&mut *tx, used).await? {
                    Some(Presented::Current { grant, expires_at, dpop_jkt, .. })
                        if grant.application == application.id =>
                    {
                        (grant, expires_at, dpop_jkt)
                    }
                    Some(Presented::UsedUp(grant)) if grant.application == application.id => {
                        end_replayed(tx, &random, &visit, &grant).await?;
                        return Ok(Err(NOT_IN_FORCE));
                    }
                    _ => return Ok(Err(NOT_IN_FORCE)),
                };
                if now >= expires_at || !grant.is_alive(now) {
                    return Ok(Err(NOT_IN_FORCE));
                }
                let renewed = match asked(&application, &parameters, grant, (bound_to.as_deref(), proof.as_ref())) {
                    Ok(renewed) => renewed,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                if let Some(proof) = &proof
                    && !dpop::use_up(tx, proof).await?
                {
                    return Ok(Err(dpop::USED_BEFORE));
                }
                let given_to = proof.as_ref().map(Proof::thumbprint);
                let until = renewed.grant.refreshable_until().min(now.plus(IDLE_LIFETIME));
                if !grants::rotate(tx, (used, successor), given_to, now, until).await? {
                    end_replayed(tx, &random, &visit, &renewed.grant).await?;
                    return Ok(Err(NOT_IN_FORCE));
                }
                Ok(Ok(renewed))
            })
        })
        .await
}

/// What the application asks for, where it may have that.
fn asked(
    application: &Application,
    parameters: &Parameters,
    grant: Grant,
    (bound_to, proof): (Option<&str>, Option<&Proof>),
) -> Result<Renewed, Refusal> {
    check_key(application, bound_to, proof)?;
    let scope = narrowed(&grant, parameters.one("scope")?)?;
    let resources = resources::narrowed(parameters, application, &grant.details).map_err(Refusal::from)?;
    Ok(Renewed { grant, scope, resources })
}

/// Less than what was granted, where less is asked for; never more (RFC 6749 §6).
fn narrowed(grant: &Grant, asked: Option<&str>) -> Result<Scopes, Refusal> {
    let Some(text) = asked else { return Ok(grant.details.scope.clone()) };
    let scope = Scopes::parse(text).ok().filter(|scope| !scope.is_empty() && scope.are_within(&grant.details.scope));
    scope.ok_or(Refusal::new("invalid_scope", "the scope is more than what was granted"))
}

/// A token that was given for a proof is renewed for one alone. Of a public application it must be by
/// the same key; any other one proves to be itself, and may have taken a new key (RFC 9449 §5).
fn check_key(application: &Application, bound_to: Option<&str>, proof: Option<&Proof>) -> Result<(), Refusal> {
    match (bound_to, proof) {
        (Some(_), None) => Err(dpop::invalid_proof("the refresh token was given for a DPoP proof, and needs one")),
        (Some(bound_to), Some(proof)) if application.is_public() && proof.thumbprint() != bound_to => {
            Err(Refusal::invalid_grant("the proof is by another key than the refresh token is bound to"))
        }
        (None, _) | (Some(_), Some(_)) => Ok(()),
    }
}

/// Ends the family of a token that came twice.
async fn end_replayed(tx: &mut Tx<'_>, random: &Random, visit: &Visit, grant: &Grant) -> Result<(), db::Error> {
    if grants::revoke(tx, grant.id, visit.now).await? {
        let mut entry = Entry::new(visit.now, events::TOKEN_REPLAYED)
            .person(grant.person)
            .application(grant.application)
            .session(grant.session)
            .detail("grant", grant.id)
            .detail("token", "refresh_token");
        entry.network = Some(visit.network.to_string());
        history::write(tx, random, &entry).await?;
    }
    Ok(())
}

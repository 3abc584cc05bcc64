//! New tokens for a refresh token (RFC 6749 §6). Each use gives a new one in its place; whoever shows
//! an old one shows that there are two who have it, and the whole family ends (RFC 9700 §4.14).

use super::replay::{self, Twice};
use super::{TokenSet, certificate};
use crate::app::App;
use crate::platform::db;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::applications::resources::{self, TokenPurpose};
use crate::provider::applications::scopes::Scopes;
use crate::provider::claims::{access_token, company_claims, id_token};
use crate::provider::endpoint::{EndpointError, EndpointRefusal};
use crate::provider::grants::{self, Grant, IDLE_LIFETIME, Presented, RefreshToken, RefreshTokenBinding};
use crate::provider::keys;
use crate::provider::token::dpop::{self, DpopProof};

/// The same words for a token that never was, of somebody else, used up, expired or revoked.
const NOT_IN_FORCE: EndpointRefusal =
    EndpointRefusal::invalid_grant("the refresh token is not, or no more, in force for this application");

pub(super) async fn renew(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: &Parameters,
    proof: Option<DpopProof>,
) -> Result<TokenSet, EndpointError> {
    let text = parameters.one("refresh_token")?.ok_or(EndpointRefusal::invalid_request("refresh_token is missing"))?;
    let token = RefreshToken::parse(text).ok_or(NOT_IN_FORCE)?;
    let (mut grant, expires_at, given_for) = match grants::find_by_refresh_token(app.db.gathered(), &token).await? {
        Some(Presented::Current { grant, expires_at, given_for, .. }) if grant.application == application.id => {
            (grant, expires_at, given_for)
        }
        Some(Presented::UsedUp(grant)) if grant.application == application.id => {
            replay::end(app, visit, &grant, Twice::RefreshToken).await?;
            return Err(NOT_IN_FORCE.into());
        }
        _ => return Err(NOT_IN_FORCE.into()),
    };
    if visit.now >= expires_at || !grant.is_alive(visit.now) {
        return Err(NOT_IN_FORCE.into());
    }
    // A right that was withdrawn is gone at the next refresh.
    if !company_claims::read(app, Some(application), &mut grant).await? {
        return Err(NOT_IN_FORCE.into());
    }
    check_key(application, given_for.dpop_jkt.as_deref(), proof.as_ref())?;
    certificate::check_refresh(visit, application, given_for.certificate.as_deref())?;
    let asked = parameters.one("scope")?;
    let scope = narrowed(&grant, asked)?;
    // Optional here by the standard (OpenID Connect Core §12.2). It says nothing new, and its signature
    // would cost as much as all the rest: it is given to who asks for it.
    let wants_id_token = scope.has("openid") && (asked.is_some() || application.profile.id_token_at_refresh);
    let resources = resources::narrowed(parameters, application, &grant.details).map_err(EndpointRefusal::from)?;

    // Signed before the token is used up: a fault here costs nobody a token. Everything to be
    // looked up was read before; the write below repeats the decisive conditions.
    let keys = keys::current(app, visit.now).await?;
    let purpose = TokenPurpose {
        scope: &scope,
        resources: &resources,
        proof: proof.as_ref(),
        certificate: certificate::bound_to(visit, application),
    };
    let access_token = access_token::for_grant(app, &keys, application, &grant, purpose, visit.now).await?;
    let id_token = if wants_id_token {
        Some(id_token::issue(app, &keys, application, &grant, None, &access_token, visit.now).await?)
    } else {
        None
    };
    // FAPI 2.0 wants no rotation (§5.3.2.1): an answer that is lost on the way must not cost the person
    // the session, and a thief of the token has neither the application's key nor that of its proofs.
    let successor = if application.profile.fapi { token.clone() } else { token.successor(&app.random) };
    let refresh_token = Some(successor.text());
    let given_for = dpop::given_for(proof.as_ref(), certificate::bound_to(visit, application));
    match rotate(app, visit, &grant, (token, successor), (proof, given_for)).await? {
        RefreshTokenUse::Once => {}
        RefreshTokenUse::TokenTwice => {
            replay::end(app, visit, &grant, Twice::RefreshToken).await?;
            return Err(NOT_IN_FORCE.into());
        }
        RefreshTokenUse::ProofTwice => return Err(dpop::USED_BEFORE.into()),
    }
    Ok(TokenSet { access_token, scope: scope.to_string(), refresh_token, id_token })
}

/// Less than what was granted, where less is asked for; never more (RFC 6749 §6).
fn narrowed(grant: &Grant, asked: Option<&str>) -> Result<Scopes, EndpointRefusal> {
    let Some(text) = asked else { return Ok(grant.details.scope.clone()) };
    let scope = Scopes::parse(text).ok().filter(|scope| !scope.is_empty() && scope.are_within(&grant.details.scope));
    scope.ok_or(EndpointRefusal::new("invalid_scope", "the scope is more than what was granted"))
}

/// A token that was given for a proof is renewed for one alone. Of a public application it must be by
/// the same key; any other one proves to be itself, and may have taken a new key (RFC 9449 §5).
fn check_key(
    application: &Application,
    bound_to: Option<&str>,
    proof: Option<&DpopProof>,
) -> Result<(), EndpointRefusal> {
    match (bound_to, proof) {
        (Some(_), None) => Err(dpop::invalid_proof("the refresh token was given for a DPoP proof, and needs one")),
        (Some(bound_to), Some(proof)) if application.is_public() && proof.thumbprint() != bound_to => {
            Err(EndpointRefusal::invalid_grant("the proof is by another key than the refresh token is bound to"))
        }
        (None, _) | (Some(_), Some(_)) => Ok(()),
    }
}

/// The outcome of using the token up, with the proof that came with it.
enum RefreshTokenUse {
    Once,
    TokenTwice,
    ProofTwice,
}

/// One transaction for both: a proof must not cost a second wait for the disk.
async fn rotate(
    app: &App,
    visit: &Visit,
    grant: &Grant,
    (used, successor): (RefreshToken, RefreshToken),
    (proof, given_for): (Option<DpopProof>, RefreshTokenBinding),
) -> Result<RefreshTokenUse, db::Error> {
    let now = visit.now;
    let expires_at = grant.refreshable_until().min(now.plus(IDLE_LIFETIME));
    let told = |is_rotated| if is_rotated { RefreshTokenUse::Once } else { RefreshTokenUse::TokenTwice };
    let Some(proof) = proof else {
        return grants::rotate_alone(&app.db, (&used, &successor), &given_for, now, expires_at).await.map(told);
    };
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if !dpop::use_up(tx, &proof).await? {
                    return Ok(RefreshTokenUse::ProofTwice);
                }
                grants::rotate(tx, (&used, &successor), &given_for, now, expires_at).await.map(told)
            })
        })
        .await
}

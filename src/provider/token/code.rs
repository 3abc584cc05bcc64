//! Tokens for a code (RFC 6749 §4.1.3). A code is bound to its application, its address and its
//! verifier, lives a minute, and is used once; a second use ends what the first one gave.

use super::TokenSet;
use super::first_tokens::{FirstTokens, RedeemedCode};
use super::replay::{self, Twice};
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::jose::s256;
use crate::platform::secret::{equal_in_constant_time, hash_token};
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::authorize::is_pkce_text;
use crate::provider::claims::company_claims;
use crate::provider::endpoint::{EndpointError, EndpointRefusal};
use crate::provider::grants::{self, Code};
use crate::provider::token::dpop::{self, DpopProof};

/// The same words for a code that never was, of somebody else, used or expired.
const NOT_IN_FORCE: EndpointRefusal =
    EndpointRefusal::invalid_grant("the code is not, or no more, in force for this application");

pub(super) async fn redeem(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: &Parameters,
    proof: Option<DpopProof>,
) -> Result<TokenSet, EndpointError> {
    let missing = |description| EndpointRefusal::invalid_request(description);
    let code_text = parameters.one("code")?.ok_or(missing("code is missing"))?;
    let redirect_uri = parameters.one("redirect_uri")?.ok_or(missing("redirect_uri is missing"))?;
    let verifier = parameters.one("code_verifier")?;
    let code_hash = hash_token(code_text);
    let code =
        grants::code(app.db.gathered(), &code_hash).await?.filter(|code| code.grant.application == application.id);
    let code = code.ok_or(NOT_IN_FORCE)?;
    if code.is_used {
        replay::end(app, visit, &code.grant, Twice::Code).await?;
        return Err(NOT_IN_FORCE.into());
    }
    check(&code, redirect_uri, verifier, visit.now)?;
    if !application.may_redirect_to(&code.redirect_uri) {
        // It was sent to an address that was removed since.
        return Err(NOT_IN_FORCE.into());
    }
    check_key(&code, proof.as_ref())?;

    let mut grant = code.grant;
    if !company_claims::read(app, Some(application), &mut grant).await? {
        return Err(NOT_IN_FORCE.into());
    }
    let nonce = code.nonce.as_deref();
    let tokens = FirstTokens::sign((app, visit), (application, parameters), grant, nonce, proof).await?;
    Box::pin(tokens.give(app, visit, RedeemedCode::Authorization(code_hash), NOT_IN_FORCE)).await
}

/// Whether a code can be redeemed with what came with it.
fn check(code: &Code, redirect_uri: &str, verifier: Option<&str>, now: Timestamp) -> Result<(), EndpointRefusal> {
    if now >= code.expires_at || !code.grant.is_alive(now) {
        return Err(NOT_IN_FORCE);
    }
    if code.redirect_uri != redirect_uri {
        return Err(EndpointRefusal::invalid_grant("redirect_uri is not the one that the code was sent to"));
    }
    let is_proven = match (&code.code_challenge, verifier) {
        (Some(challenge), Some(verifier)) => {
            is_pkce_text(verifier) && equal_in_constant_time(s256(verifier).as_bytes(), challenge.as_bytes())
        }
        // None where a challenge was sent is one that does not match (RFC 7636 §4.6). One where no challenge was
        // sent shows that somebody took the challenge away (RFC 9700 §4.8.2).
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => true,
    };
    if is_proven {
        Ok(())
    } else {
        Err(EndpointRefusal::invalid_grant("code_verifier is not the one of the code_challenge"))
    }
}

/// Whether the proof is by the key that the code is bound to, where it is bound to one (RFC 9449 §10).
fn check_key(code: &Code, proof: Option<&DpopProof>) -> Result<(), EndpointRefusal> {
    match (code.dpop_jkt.as_deref(), proof) {
        (None, _) => Ok(()),
        (Some(bound_to), Some(proof)) if proof.thumbprint() == bound_to => Ok(()),
        (Some(_), _) => Err(dpop::invalid_proof("the code is bound to a key, and there is no proof by it")),
    }
}

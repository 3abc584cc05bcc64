//! A token for the application itself (RFC 6749 §4.4). It costs no write, unless it is bound to
//! a key.

use super::{TokenSet, certificate};
use crate::app::App;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::applications::resources::{self, TokenPurpose};
use crate::provider::applications::scopes::Scopes;
use crate::provider::claims::access_token;
use crate::provider::endpoint::{EndpointError, EndpointRefusal};
use crate::provider::keys;
use crate::provider::token::dpop::{self, DpopProof};

pub(super) async fn give(
    app: &App,
    visit: &Visit,
    application: &Application,
    parameters: &Parameters,
    proof: Option<DpopProof>,
) -> Result<TokenSet, EndpointError> {
    let allowed = application.scopes.without_people();
    let scope = match parameters.one("scope")? {
        None => allowed,
        Some(text) => {
            let refused =
                EndpointRefusal::new("invalid_scope", "the application may not ask for this scope on its own");
            Scopes::parse(text).ok().filter(|scope| scope.are_within(&allowed)).ok_or(refused)?
        }
    };
    let resources = resources::of_request(parameters, application).map_err(EndpointRefusal::from)?;
    let purpose = TokenPurpose {
        scope: &scope,
        resources: &resources,
        proof: proof.as_ref(),
        certificate: certificate::bound_to(visit, application),
    };
    let keys = keys::current(app, visit.now).await?;
    let access_token = access_token::for_application(app, &keys, application, purpose, visit.now)?;
    if let Some(proof) = proof
        && !dpop::use_up_alone(app, proof).await?
    {
        return Err(dpop::USED_BEFORE.into());
    }
    Ok(TokenSet { access_token, scope: scope.to_string(), refresh_token: None, id_token: None })
}

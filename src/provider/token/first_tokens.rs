//! The first tokens of a grant, for the code that an application or a device redeems.

use super::dpop::{self, DpopProof};
use super::replay::{self, Ending, Twice};
use super::{TokenSet, certificate};
use crate::app::App;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::platform::history;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::resources::{self, TokenPurpose};
use crate::provider::applications::{Application, GrantType};
use crate::provider::backchannel::{self, BackchannelId};
use crate::provider::claims::{access_token, id_token};
use crate::provider::device::{self, DeviceId};
use crate::provider::endpoint::{EndpointError, EndpointRefusal};
use crate::provider::grants::{self, Grant, RefreshToken, RefreshTokenBinding};
use crate::provider::keys;

/// A code that is used once.
#[derive(Clone, Copy)]
pub(super) enum RedeemedCode {
    /// The hash of an authorization code.
    Authorization([u8; 32]),
    /// The authorization of a device.
    Device(DeviceId),
    /// The request to a person's phone.
    Backchannel(BackchannelId),
}

impl RedeemedCode {
    /// Uses the code up. Tells whether it was not used before.
    async fn use_up(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, db::Error> {
        match self {
            Self::Authorization(hash) => grants::use_code(tx, &hash, now).await,
            Self::Device(id) => device::redeem(tx, id, now).await,
            Self::Backchannel(id) => backchannel::redeem(tx, id, now).await,
        }
    }

    fn twice(self) -> Twice {
        match self {
            Self::Authorization(_) => Twice::Code,
            Self::Device(_) => Twice::DeviceCode,
            Self::Backchannel(_) => Twice::AuthReqId,
        }
    }
}

/// Tokens that are signed, and not given yet.
pub(super) struct FirstTokens {
    grant: Grant,
    access_token: String,
    id_token: Option<String>,
    refresh_token: Option<RefreshToken>,
    proof: Option<DpopProof>,
    given_for: RefreshTokenBinding,
}

/// The outcome of using a code up, with the proof that came with it.
enum CodeUse {
    Once,
    CodeTwice,
    ProofTwice,
}

impl FirstTokens {
    /// Signs the tokens before the code is used up, so that a fault costs nobody a code.
    pub(super) async fn sign(
        (app, visit): (&App, &Visit),
        (application, parameters): (&Application, &Parameters),
        grant: Grant,
        nonce: Option<&str>,
        proof: Option<DpopProof>,
    ) -> Result<Self, EndpointError> {
        let resources = resources::narrowed(parameters, application, &grant.details).map_err(EndpointRefusal::from)?;
        let may_refresh = application.may(GrantType::RefreshToken);
        let refresh_token = may_refresh.then(|| RefreshToken::first(grant.id, &app.random));
        let keys = keys::current(app, visit.now).await?;
        let scope = &grant.details.scope;
        let certificate = certificate::bound_to(visit, application);
        let purpose = TokenPurpose { scope, resources: &resources, proof: proof.as_ref(), certificate };
        let access_token = access_token::for_grant(app, &keys, application, &grant, purpose, visit.now).await?;
        let id_token = if scope.has("openid") {
            Some(id_token::issue(app, &keys, application, &grant, nonce, &access_token, visit.now).await?)
        } else {
            None
        };
        let given_for = dpop::given_for(proof.as_ref(), certificate);
        Ok(Self { grant, access_token, id_token, refresh_token, proof, given_for })
    }

    /// Gives the tokens for a code, which is used up with the proof. Where somebody else was faster, the code came
    /// twice, and all that it gave ends.
    ///
    /// # Errors
    /// `twice` for a code that came twice. A proof that counted before uses nothing up.
    pub(super) async fn give(
        self,
        app: &App,
        visit: &Visit,
        code: RedeemedCode,
        twice: EndpointRefusal,
    ) -> Result<TokenSet, EndpointError> {
        let Self { grant, access_token, id_token, refresh_token, proof, given_for } = self;
        let scope = grant.details.scope.to_string();
        match use_up(app, visit, code, grant, ((refresh_token.clone(), given_for), proof)).await? {
            CodeUse::Once => {}
            CodeUse::CodeTwice => return Err(twice.into()),
            CodeUse::ProofTwice => return Err(dpop::USED_BEFORE.into()),
        }
        Ok(TokenSet { access_token, scope, refresh_token: refresh_token.map(|token| token.text()), id_token })
    }
}

async fn use_up(
    app: &App,
    visit: &Visit,
    code: RedeemedCode,
    grant: Grant,
    ((refresh_token, given_for), proof): ((Option<RefreshToken>, RefreshTokenBinding), Option<DpopProof>),
) -> Result<CodeUse, db::Error> {
    let (now, random) = (visit.now, app.random.clone());
    let redeemed = match code {
        RedeemedCode::Authorization(_) => replay::entry(visit, &grant, Event::ProviderCodeRedeemed),
        RedeemedCode::Device(id) => replay::entry(visit, &grant, Event::ProviderDeviceRedeemed).detail("device", id),
        RedeemedCode::Backchannel(id) => {
            replay::entry(visit, &grant, Event::ProviderBackchannelRedeemed).detail("request", id)
        }
    };
    let ending = Ending::of(visit, &grant, code.twice());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(proof) = &proof
                    && !dpop::use_up(tx, proof).await?
                {
                    return Ok(CodeUse::ProofTwice);
                }
                if !code.use_up(tx, now).await? {
                    ending.write(tx, &random).await?;
                    return Ok(CodeUse::CodeTwice);
                }
                if let Some(token) = &refresh_token {
                    grants::begin_refreshing(tx, &grant, token, &given_for, now).await?;
                }
                history::write(tx, &random, &redeemed).await?;
                Ok(CodeUse::Once)
            })
        })
        .await
}

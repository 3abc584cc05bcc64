//! `salpa applications security`, and the same options of `salpa applications create`: the form of an application's
//! requests, and the key that its tokens are bound to.

use clap::Args;
use serde_json::json;

use super::output::{Failed, Output};
use crate::app::App;
use crate::platform::jose::Algorithm;
use crate::provider::applications::{self, Application, ApplicationProfile, Dpop};

#[derive(Args, Clone, Debug, Default)]
pub(super) struct SecurityArguments {
    /// Hold it to the FAPI 2.0 Security Profile: private_key_jwt, pushed requests, tokens bound to a key.
    /// Its ID tokens are then signed with ES256.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    fapi: Option<bool>,
    /// Take its requests only where it has pushed them.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_pushed_requests: Option<bool>,
    /// Take its requests only where it has signed them with a registered key.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_signed_requests: Option<bool>,
    /// Answer it with signed tokens alone (response_mode jwt, query.jwt or form_post.jwt).
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_signed_answers: Option<bool>,
    /// Bind its tokens to the certificate that it shows (RFC 8705).
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    certificate_bound: Option<bool>,
    /// Whether its tokens are bound to a key: optional, required or required-with-nonce.
    #[arg(long)]
    dpop: Option<Dpop>,
}

impl SecurityArguments {
    /// Writes the given options into a registration.
    pub(super) fn apply(&self, profile: &mut ApplicationProfile, id_token_algorithm: &mut Algorithm) {
        if let Some(fapi) = self.fapi {
            profile.fapi = fapi;
            if fapi {
                // FAPI 2.0 Security Profile §5.4.1 excludes RS256.
                *id_token_algorithm = Algorithm::Es256;
            }
        }
        if let Some(is_required) = self.require_pushed_requests {
            profile.require_pushed_requests = is_required;
        }
        if let Some(is_required) = self.require_signed_requests {
            profile.require_signed_requests = is_required;
        }
        if let Some(is_required) = self.require_signed_answers {
            profile.require_signed_answers = is_required;
        }
        if let Some(is_bound) = self.certificate_bound {
            profile.certificate_bound = is_bound;
        }
        if let Some(dpop) = self.dpop {
            profile.dpop = dpop;
        }
    }

    fn says_nothing(&self) -> bool {
        let switches = [
            self.fapi,
            self.require_pushed_requests,
            self.require_signed_requests,
            self.require_signed_answers,
            self.certificate_bound,
        ];
        switches.iter().all(Option::is_none) && self.dpop.is_none()
    }
}

/// Changes the given options, and shows all of them.
pub(super) async fn show_or_change(
    app: &App,
    mut application: Application,
    changes: &SecurityArguments,
    output: Output,
) -> Result<(), Failed> {
    if !changes.says_nothing() {
        changes.apply(&mut application.profile, &mut application.id_token_algorithm);
        // The profile demands PKCE.
        application.may_omit_pkce &= !application.profile.fapi;
        applications::update(&app.db, &app.random, &application, app.clock.now()).await.map_err(Failed::because)?;
    }
    let profile = &application.profile;
    let value = json!({
        "fapi": profile.fapi,
        "require_pushed_authorization_requests": profile.must_push(),
        "require_signed_request_object": profile.require_signed_requests,
        "require_signed_answers": profile.require_signed_answers,
        "dpop_bound_access_tokens": profile.must_prove_possession(),
        "dpop_nonces": profile.must_use_nonces(),
        "tls_client_certificate_bound_access_tokens": profile.certificate_bound,
        "id_token_signed_response_alg": application.id_token_algorithm,
    });
    output.done(&value, || {
        let word = |is_so: bool| if is_so { "yes" } else { "no" };
        format!(
            "FAPI 2.0: {}\npushed requests alone: {}\nsigned requests alone: {}\nsigned answers alone: {}\ntokens bound to a key: {}\n\
             tokens bound to a certificate: {}\nnonces in proofs: {}\nID tokens signed with: {}",
            word(profile.fapi),
            word(profile.must_push()),
            word(profile.require_signed_requests),
            word(profile.require_signed_answers),
            word(profile.must_prove_possession()),
            word(profile.certificate_bound),
            word(profile.must_use_nonces()),
            application.id_token_algorithm,
        )
    });
    Ok(())
}

//! The FAPI 2.0 Security Profile (final, February 2025), for applications that are registered for it.
//!
//! Most of what it asks (§5.3.2) holds for every application: exact addresses, `iss` in every answer,
//! codes of a minute that are used once, 303, no open redirect. The rest is one switch, and
//! stands here: what such an application must be, how it proves to be itself, and how it sends people.
//! Tokens that are bound to a key come with it ([`ApplicationProfile::must_prove_possession`]), pushed requests too
//! ([`ApplicationProfile::must_push`]), and so do refresh tokens that are not rotated (§5.3.2.1): who would use a
//! stolen one needs the key of the application and the key of its proofs.
//!
//! [`ApplicationProfile::must_prove_possession`]: super::ApplicationProfile::must_prove_possession
//! [`ApplicationProfile::must_push`]: super::ApplicationProfile::must_push

use super::client_keys;
use crate::platform::jose::Algorithm;
use crate::provider::applications::{AccessTokenType, Application, ClientAuthentication, RegistrationMistake};
use crate::provider::claims::access_token::Audience;

/// The algorithms of the profile (§5.4.1), by their names here.
const ALGORITHMS: [&str; 4] = ["ES256", "PS256", "EdDSA", "Ed25519"];

/// The mistakes of an application against the profiles that it is registered for.
pub(crate) fn mistakes(application: &Application) -> Vec<RegistrationMistake> {
    let mut mistakes = Vec::new();
    let mut tell =
        |field: &'static str, problem: &str| mistakes.push(RegistrationMistake { field, problem: problem.to_owned() });
    let profile = &application.profile;
    let (keys, shows_certificate) = match &application.authentication {
        ClientAuthentication::PrivateKeyJwt { jwks } => (Some(jwks), false),
        ClientAuthentication::TlsClient { .. } | ClientAuthentication::SelfSignedTlsClient { .. } => (None, true),
        ClientAuthentication::Secret { .. } | ClientAuthentication::None => (None, false),
    };
    if profile.require_signed_requests && keys.is_none() {
        tell("require_signed_requests", "needs an application whose keys are registered (private_key_jwt)");
    }
    if !profile.fapi {
        return mistakes;
    }
    match keys {
        None if shows_certificate => {}
        None => tell("fapi", "needs an application that signs (private_key_jwt) or shows a certificate"),
        Some(jwks) if !client_keys::can_sign_with(jwks, &ALGORITHMS) => {
            tell("jwks", "has no key for ES256, PS256 or EdDSA, which fapi needs");
        }
        Some(_) => {}
    }
    if application.may_omit_pkce {
        tell("may_omit_pkce", "does not go with fapi");
    }
    if profile.access_token_type != AccessTokenType::AtJwt || !profile.jwt_resources.is_empty() {
        tell("access_token_type", "must be at+jwt with fapi");
    }
    for (field, algorithm) in
        [("userinfo_algorithm", profile.userinfo_algorithm), ("answer_algorithm", profile.answer_algorithm)]
    {
        if algorithm == Some(Algorithm::Rs256) {
            tell(field, "must be ES256 with fapi");
        }
    }
    if application.id_token_algorithm == Algorithm::Rs256 {
        tell("id_token_algorithm", "must be ES256 with fapi");
    }
    if application.redirect_uris.iter().any(|address| !address.starts_with("https://")) {
        tell("redirect_uris", "must begin with https:// with fapi");
    }
    mistakes
}

/// Whether a client assertion is one that the profile takes: for the issuer, named as one text (§5.3.2.1),
/// and not signed with RS256 (§5.4.1).
pub(crate) fn takes_assertion(application: &Application, audience: &Audience, algorithm: &str, issuer: &str) -> bool {
    !application.profile.fapi
        || (*audience == Audience::One(issuer.to_owned()) && takes_algorithm(application, algorithm))
}

/// Whether the profile takes an algorithm of an application.
pub(crate) fn takes_algorithm(application: &Application, algorithm: &str) -> bool {
    !application.profile.fapi || ALGORITHMS.contains(&algorithm)
}

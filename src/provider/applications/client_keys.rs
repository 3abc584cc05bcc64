//! The public keys that applications sign their assertions with. Only what is registered counts, by value or by the
//! address that they are published at.

pub(crate) use crate::platform::jose::key_set::{ALGORITHMS, can_sign_with, check, for_signatures, verify};

use crate::provider::applications::{Application, ClientAuthentication};

/// Whether one of the keys that an application signs with has this name.
pub(crate) fn are_named(application: &Application, name: &str) -> bool {
    match &application.authentication {
        ClientAuthentication::PrivateKeyJwt { jwks } => jwks.find(name).is_some(),
        ClientAuthentication::Secret { .. }
        | ClientAuthentication::TlsClient { .. }
        | ClientAuthentication::SelfSignedTlsClient { .. }
        | ClientAuthentication::None => false,
    }
}

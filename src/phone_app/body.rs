//! The bodies that scripts of the app send as JSON: a signature, or the text of a code.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::answers;
use super::system::is_older;
use crate::app::App;
use crate::platform::push::{PushKeyId, PushSubscription};
use crate::platform::web::BODY_LIMIT;
use crate::proofs::passkeys::{Assertion, Attestation};
use crate::proofs::phones::PhoneAnswer;

/// The time limit for it.
const WITHIN: Duration = Duration::from_secs(20);

/// A signature of the phone, with its subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureBody {
    /// The version of the app whose page sends it.
    pub(crate) version: String,
    /// The challenge that it answers; empty where a question takes its place.
    #[serde(default)]
    pub(crate) challenge: String,
    /// The number that was typed beside it.
    #[serde(default)]
    pub(crate) number: String,
    /// The signature of the key that the PIN has made.
    #[serde(default, deserialize_with = "bytes")]
    pub(crate) signature: Vec<u8>,
    /// The answer of the passkey, in the place of the signature; or, beside it, of a passkey that is to take that place.
    #[serde(default, deserialize_with = "assertion")]
    pub(crate) assertion: Option<Assertion>,
    /// A new passkey that is to take the place of the PIN.
    #[serde(default, deserialize_with = "attestation")]
    pub(crate) attestation: Option<Attestation>,
    /// The public half of the key of a phone that is being added.
    #[serde(default, deserialize_with = "bytes")]
    pub(crate) public_key: Vec<u8>,
}

impl SignatureBody {
    /// The answer of the phone, by its passkey or by its PIN.
    pub(crate) fn answer(&self) -> PhoneAnswer<'_> {
        self.assertion.as_ref().map_or(PhoneAnswer::Pin(&self.signature), PhoneAnswer::Passkey)
    }
}

fn assertion<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Assertion>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Assertion::read(&text).map(Some).ok_or_else(|| serde::de::Error::custom("no answer of a passkey"))
}

fn attestation<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Attestation>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Attestation::read(&text).map(Some).ok_or_else(|| serde::de::Error::custom("no new passkey"))
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(serde::de::Error::custom)
}

/// A wish for the options of a passkey.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyWishBody {
    /// The version of the app whose page sends it.
    pub(crate) version: String,
    /// Whether one is meant that the person has.
    pub(crate) own: bool,
}

/// The text that a camera has read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScanBody {
    /// The version of the app whose page sends it.
    pub(crate) version: String,
    /// The text of the code.
    pub(crate) code: String,
}

/// The subscription of a browser that may show notifications.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubscriptionBody {
    /// The version of the app whose page sends it.
    pub(crate) version: String,
    /// The subscription.
    pub(crate) subscription: PushSubscription,
    /// The key that it was made with.
    pub(crate) key: PushKeyId,
}

impl FromRequest<App> for SubscriptionBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read: Self = json(request).await?;
        if is_too_old(app, &read.version) {
            return Err(answers::update());
        }
        Ok(read)
    }
}

impl FromRequest<App> for PasskeyWishBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read: Self = json(request).await?;
        if is_too_old(app, &read.version) {
            return Err(answers::update());
        }
        Ok(read)
    }
}

impl FromRequest<App> for SignatureBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read: Self = json(request).await?;
        if is_too_old(app, &read.version) {
            return Err(answers::update());
        }
        Ok(read)
    }
}

impl FromRequest<App> for ScanBody {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read: Self = json(request).await?;
        if is_too_old(app, &read.version) {
            return Err(answers::update());
        }
        Ok(read)
    }
}

async fn json<T: DeserializeOwned>(request: Request) -> Result<T, Response> {
    let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !is_json {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let body = tokio::time::timeout(WITHIN, axum::body::to_bytes(request.into_body(), BODY_LIMIT))
        .await
        .map_err(|_| StatusCode::REQUEST_TIMEOUT.into_response())?
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST.into_response())
}

fn is_too_old(app: &App, version: &str) -> bool {
    app.settings.phone_app_minimum_version.as_ref().is_some_and(|minimum| is_older(version, minimum))
}

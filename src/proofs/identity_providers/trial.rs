//! Trying a provider out, as far as that goes without a person: its metadata, its keys, its addresses, a pushed request,
//! and a code that nobody gave. A provider that knows this service refuses the code alone.

use std::fmt;

use super::answer::AnswerFault;
use super::estonia::{mobile_id, smart_id, web_eid};
use super::exchange::{self, IdentityRequest, ProviderCall};
use super::settings::{ProviderKind, RequestForm, discovered};
use super::{IdentityProvider, key_sets, sweden};
use crate::platform::secret::Secret;
use crate::proofs::identities::QuestionSecrets;

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderTrial {
    /// The thing, in words for the operator.
    pub tried: &'static str,
    /// Whether it is as it has to be.
    pub is_fine: bool,
    /// More words about it.
    pub words: String,
}

impl ProviderTrial {
    pub(super) fn fine(tried: &'static str, words: impl Into<String>) -> Self {
        Self { tried, is_fine: true, words: words.into() }
    }

    pub(super) fn wrong(tried: &'static str, words: impl Into<String>) -> Self {
        Self { tried, is_fine: false, words: words.into() }
    }
}

impl fmt::Display for ProviderTrial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_fine { "fine" } else { "wrong" };
        write!(formatter, "{}: {word}, {}", self.tried, self.words)
    }
}

/// Tries everything that needs no person.
pub(crate) async fn try_out(call: &ProviderCall<'_>, return_address: &str) -> Vec<ProviderTrial> {
    let provider = call.provider;
    match provider.settings.kind {
        ProviderKind::SwedenBankId => return vec![certificate(call).await],
        ProviderKind::EstoniaWebEid => return vec![web_eid::try_authorities(call)],
        ProviderKind::EstoniaMobileId => return vec![web_eid::try_authorities(call), mobile_id::try_begin(call).await],
        ProviderKind::EstoniaSmartId => return vec![web_eid::try_authorities(call), smart_id::try_begin(call).await],
        _ => {}
    }
    let mut trials = vec![metadata(call).await, keys(call).await];
    if provider.settings.request == RequestForm::Pushed {
        trials.push(pushed(call, return_address).await);
    }
    trials.push(known(call, return_address).await);
    trials
}

/// A collected order that nobody has placed: an API that knows the certificate of this service says that there is none.
async fn certificate(call: &ProviderCall<'_>) -> ProviderTrial {
    const TRIED: &str = "this service at the API, by its certificate";
    match sweden::knock(call).await {
        Ok(()) => ProviderTrial::fine(TRIED, "known, and an order that nobody placed is refused"),
        Err(fault) => ProviderTrial::wrong(TRIED, in_words(&fault)),
    }
}

async fn metadata(call: &ProviderCall<'_>) -> ProviderTrial {
    const TRIED: &str = "metadata";
    let settings = &call.provider.settings;
    match (discovered(&call.app.egress, &settings.issuer).await, &settings.endpoints) {
        (Ok(found), Some(known)) if found == *known => ProviderTrial::fine(TRIED, "as it is set here"),
        (Ok(_), _) => ProviderTrial::wrong(TRIED, "it names other endpoints than are set here: change the provider"),
        (Err(error), Some(_)) => ProviderTrial::fine(TRIED, format!("none is read ({error}); the endpoints are set")),
        (Err(error), None) => ProviderTrial::wrong(TRIED, error.to_string()),
    }
}

async fn keys(call: &ProviderCall<'_>) -> ProviderTrial {
    const TRIED: &str = "its keys";
    match key_sets::look(call.app, call.provider, call.now).await {
        Ok(set) => ProviderTrial::fine(TRIED, format!("{} for signatures", set.keys.len())),
        Err(cause) => ProviderTrial::wrong(TRIED, cause),
    }
}

async fn pushed(call: &ProviderCall<'_>, return_address: &str) -> ProviderTrial {
    const TRIED: &str = "a pushed request";
    let Some(method) = call.provider.settings.methods.first() else {
        return ProviderTrial::wrong(TRIED, "it has no method");
    };
    let random = &call.app.random;
    let secrets = QuestionSecrets { nonce: random.token(), verifier: random.token() };
    let state = random.token();
    let asking =
        IdentityRequest { method, return_address, state: &state, secrets: &secrets, language: "en", is_fresh: true };
    match exchange::begin(call, &asking).await {
        Ok(_) => ProviderTrial::fine(TRIED, "taken"),
        Err(fault) => ProviderTrial::wrong(TRIED, in_words(&fault)),
    }
}

/// A code that nobody gave: a provider that knows this service says that the code is wrong, and not that the client is.
async fn known(call: &ProviderCall<'_>, return_address: &str) -> ProviderTrial {
    const TRIED: &str = "this service at its token endpoint";
    let secrets = QuestionSecrets { nonce: Secret::new(String::new()), verifier: call.app.random.token() };
    match exchange::token_for(call, &secrets, (call.app.random.token().reveal(), return_address)).await {
        Err(AnswerFault::Refused(cause)) if cause.starts_with("invalid_grant") => {
            ProviderTrial::fine(TRIED, "known, and a code that nobody gave is refused")
        }
        Err(fault) => ProviderTrial::wrong(TRIED, in_words(&fault)),
        Ok(_) => ProviderTrial::wrong(TRIED, "a code that nobody gave was taken"),
    }
}

pub(super) fn in_words(fault: &AnswerFault) -> String {
    match fault {
        AnswerFault::Down(cause) | AnswerFault::Refused(cause) | AnswerFault::Unchecked(cause) => cause.clone(),
        AnswerFault::Fault(fault) => fault.cause().to_owned(),
        other => other.as_str().to_owned(),
    }
}

/// Whether every trial is fine.
pub fn are_fine(trials: &[ProviderTrial]) -> bool {
    trials.iter().all(|trial| trial.is_fine)
}

impl IdentityProvider {
    /// Tries the provider out.
    pub(crate) async fn try_out(
        &self,
        app: &crate::platform::core::Core,
        now: crate::platform::clock::Timestamp,
    ) -> Vec<ProviderTrial> {
        let address = app.settings.public_url.join(&self.return_path());
        try_out(&ProviderCall { app, provider: self, now }, &address).await
    }
}

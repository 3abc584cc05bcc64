//! Whether a provider gives what it is asked for. A wrong answer disqualifies, however fast it comes.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use super::contender::{ProviderFacts, Running};
use crate::Outcome;
use crate::browser::Browser;
use crate::flows::{Attempt, Chain, NONCE, Tokens, Visitor};
use crate::http::Connection;
use crate::loads::{Loads, home_of};

/// The description that a provider gives of itself (OpenID Connect Discovery §3).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    jwks_uri: String,
}

impl Discovery {
    /// The description that a provider publishes.
    pub(super) async fn of(facts: &ProviderFacts) -> Outcome<Self> {
        let path = format!("{}/.well-known/openid-configuration", facts.issuer.trim_end_matches('/'));
        let found: Self = read(facts, &path).await?;
        if found.issuer != facts.issuer {
            return Err(format!("it says that it is {}", found.issuer).into());
        }
        Ok(found)
    }
}

async fn read<T: serde::de::DeserializeOwned>(facts: &ProviderFacts, url: &str) -> Outcome<T> {
    let origin = facts.origin()?;
    let mut browser = Browser::new(facts.address()?, &origin, home_of(0));
    let path = url.strip_prefix(&origin).ok_or("an address is elsewhere")?;
    let text = browser.open_text(path).await?.ok_or("an answer is no text")?;
    Ok(serde_json::from_str(&text)?)
}

/// Signs in, asks for tokens and refreshes, and looks at what comes.
///
/// # Errors
/// In words: what is wrong with an answer.
pub(super) async fn answers(running: &Running, loads: &Loads) -> Outcome<()> {
    let facts = running.facts();
    let client_id = facts.client().client_id;
    let person = loads.people.first().ok_or("there are no people")?;
    let mut visitor = Visitor::new(loads.address, &loads.origin, loads.application.clone());
    let Attempt::Done(tokens) = visitor.sign_in(person, home_of(0)).await? else {
        return Err("it turned the first sign-in away".into());
    };
    let Tokens { id_token, access_token, refresh_token } = tokens;
    // A provider may make its key for the first token.
    let keys: JwkSet = read(facts, &running.discovery.jwks_uri).await?;
    let claims = verified(&keys, &id_token.ok_or("there is no ID token")?)?;
    if claims.get("nonce").and_then(Value::as_str) != Some(NONCE) {
        return Err("the nonce of an ID token is another".into());
    }
    let is_for_us = match claims.get("aud") {
        Some(Value::String(one)) => *one == client_id,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(&client_id)),
        _ => false,
    };
    if !is_for_us || claims.get("iss").and_then(Value::as_str) != Some(&facts.issuer) {
        return Err("an ID token is of or for somebody else".into());
    }
    if is_jwt(&access_token) {
        verified(&keys, &access_token)?;
    }

    let mut connection = Connection::to(loads.address);
    let answer = connection.call(loads.application.client_credentials()).await?;
    let given: Value = serde_json::from_slice(answer.body)?;
    let token = given.get("access_token").and_then(Value::as_str).ok_or("client credentials give no token")?;
    if is_jwt(token) {
        verified(&keys, token)?;
    }

    let mut chain = Chain::new(loads.address, loads.application.clone(), refresh_token.clone());
    chain.refresh().await?;
    let mut copy = Chain::new(loads.address, loads.application.clone(), refresh_token);
    if facts.rotates && copy.refresh().await.is_ok() {
        return Err("a refresh token counts twice".into());
    }
    Ok(())
}

fn is_jwt(token: &str) -> bool {
    token.split('.').count() == 3
}

/// The claims of a token that one of these keys has signed.
fn verified(keys: &JwkSet, token: &str) -> Outcome<Value> {
    let header = decode_header(token)?;
    if !matches!(header.alg, Algorithm::ES256 | Algorithm::RS256) {
        return Err(format!("a token is signed by {:?}", header.alg).into());
    }
    let key = keys.find(&header.kid.ok_or("a token names no key")?).ok_or("a token names an unknown key")?;
    let mut validation = Validation::new(header.alg);
    validation.validate_aud = false;
    Ok(decode::<Value>(token, &DecodingKey::from_jwk(key)?, &validation)?.claims)
}

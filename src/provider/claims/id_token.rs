//! ID tokens (OpenID Connect Core §2): who signed in, how and when, for one application.

use std::time::Duration;

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::access_token::Audience;
use super::{company_claims, person_claims, subjects};
use crate::app::App;
use crate::directory::people;
use crate::platform::clock::Timestamp;
use crate::platform::jose::Compact;
use crate::platform::web::fault::Fault;
use crate::provider::applications::Application;
use crate::provider::applications::scopes::Scopes;
use crate::provider::grants::Grant;
use crate::provider::keys::{Keys, Published, TokenType};
use crate::sign_in::Acr;
use crate::sign_in::sessions::SessionId;

/// How long an ID token lives.
const LIFETIME: Duration = Duration::from_mins(10);

#[derive(Serialize)]
struct IdToken<'t> {
    iss: &'t str,
    sub: String,
    aud: &'t str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'t str>,
    acr: Acr,
    amr: &'t [String],
    sid: SessionId,
    at_hash: String,
    #[serde(flatten)]
    person: Map<String, Value>,
}

/// Issues an ID token beside an access token. Claims about the person are in it where the `claims`
/// parameter asked for them; those of scopes come from userinfo (§5.4), and from here to applications that are
/// registered so.
///
/// # Errors
/// There is no key to sign with.
pub(crate) async fn issue(
    app: &App,
    keys: &Keys,
    application: &Application,
    grant: &Grant,
    nonce: Option<&str>,
    access_token: &str,
    now: Timestamp,
) -> Result<String, Fault> {
    let asked_for = &grant.details.claims.id_token;
    let nothing = Scopes::default();
    let scope = if application.profile.claims_in_id_token { &grant.details.scope } else { &nothing };
    let wants_person = !asked_for.is_empty() || scope.has("profile") || scope.has("email");
    let person = if wants_person { people::find(&app.db, grant.person).await? } else { None };
    let of_person = person.map(|person| person_claims::of(&person, application, scope, asked_for));
    let mut claims_of_person = of_person.unwrap_or_default();
    claims_of_person.extend(company_claims::of(grant.entered.as_ref(), &grant.details.scope));
    let claims = IdToken {
        iss: app.settings.public_url.origin(),
        sub: subjects::of(app, application, grant.person).await?,
        aud: &application.client_id,
        exp: now.plus(LIFETIME).seconds(),
        iat: now.seconds(),
        auth_time: grant.details.auth_time,
        nonce,
        acr: grant.details.acr,
        amr: &grant.details.amr,
        sid: subjects::session(app, application, grant.session).await?,
        at_hash: left_half_hash(access_token),
        person: claims_of_person,
    };
    let signed = keys.sign(application.id_token_algorithm, TokenType::IdToken, &claims, now)?;
    match &application.profile.id_token_encryption {
        Some(encryption) => encryption.encrypt(&app.random, &signed),
        None => Ok(signed),
    }
}

/// The left half of the SHA-256 of a token: the value of `at_hash` (OpenID Connect Core §3.1.3.6).
pub fn left_half_hash(token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    BASE64URL_NOPAD.encode(hash.as_ref().get(..16).unwrap_or_default())
}

/// The claims of an ID token that comes back as a hint. It may be long expired.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hint {
    iss: String,
    /// The person.
    pub(crate) sub: String,
    /// The application that it was issued to.
    pub(crate) aud: Audience,
    /// The session that it was issued in.
    pub(crate) sid: Option<SessionId>,
    /// Not said by an answer of userinfo, which may be of the same type.
    #[serde(rename = "exp")]
    _exp: IgnoredAny,
    /// Said by access tokens alone, which may be of the same type.
    client_id: Option<IgnoredAny>,
}

/// Reads an ID token that comes back (`id_token_hint`). `None` where it is not one of ours.
pub(crate) fn read_hint(keys: &Keys, text: &str, issuer: &str, now: Timestamp) -> Option<Hint> {
    let compact = Compact::parse(text)?;
    if !keys.verify(&compact, TokenType::IdToken, Published::NowOrBefore, now) {
        return None;
    }
    compact.claims::<Hint>().filter(|hint| hint.iss == issuer && hint.client_id.is_none())
}

impl Hint {
    /// The application that it was issued to.
    pub fn client_id(&self) -> Option<&str> {
        match &self.aud {
            Audience::One(one) => Some(one),
            Audience::Many(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_is_the_one_of_openid_connect_core_appendix_a() {
        assert_eq!(left_half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}

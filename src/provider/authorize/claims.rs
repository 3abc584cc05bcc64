//! The `claims` parameter (OpenID Connect Core §5.5): single claims, in the ID token or from
//! userinfo. Claims that are not known here are ignored.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::request::OAuthError;
use crate::provider::claims::person_claims::KNOWN;

/// Single claims that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestedClaims {
    /// In the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) id_token: Vec<String>,
    /// From userinfo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) userinfo: Vec<String>,
}

/// All that the parameter says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ClaimsParameter {
    pub(super) requested: RequestedClaims,
    /// The values of an essential `acr`.
    pub(super) acr: Option<Vec<String>>,
    /// The value that `sub` must have.
    pub(super) subject: Option<String>,
}

const MALFORMED: OAuthError = OAuthError { error: "invalid_request", description: "claims is malformed" };

/// Reads the parameter.
pub(super) fn read(text: &str) -> Result<ClaimsParameter, OAuthError> {
    let Ok(Value::Object(members)) = serde_json::from_str(text) else { return Err(MALFORMED) };
    let userinfo = member(&members, "userinfo")?;
    let id_token = member(&members, "id_token")?;
    let subject = |claims: Option<&Map<String, Value>>| claims?.get("sub")?.get("value")?.as_str().map(str::to_owned);
    Ok(ClaimsParameter {
        requested: RequestedClaims { id_token: known(id_token), userinfo: known(userinfo) },
        acr: id_token.and_then(|claims| claims.get("acr")).and_then(essential_values),
        subject: subject(id_token).or_else(|| subject(userinfo)),
    })
}

/// A member that is an object of claims, each `null` or an object.
fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Result<Option<&'m Map<String, Value>>, OAuthError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(claims)) => {
            let is_claim = |value: &Value| value.is_null() || value.is_object();
            if claims.values().all(is_claim) { Ok(Some(claims)) } else { Err(MALFORMED) }
        }
        Some(_) => Err(MALFORMED),
    }
}

fn known(claims: Option<&Map<String, Value>>) -> Vec<String> {
    claims.into_iter().flat_map(Map::keys).filter(|name| KNOWN.contains(&name.as_str())).cloned().collect()
}

fn essential_values(claim: &Value) -> Option<Vec<String>> {
    if claim.get("essential") != Some(&Value::Bool(true)) {
        return None;
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match (claim.get("value"), claim.get("values")) {
        (Some(value), _) => Some(text(value).into_iter().collect()),
        (None, Some(Value::Array(values))) => Some(values.iter().filter_map(text).collect()),
        // Essential, but any value will do: every ID token has one.
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_for_both_places() {
        let read = read(
            r#"{"userinfo":{"given_name":{"essential":true},"picture":null},
                "id_token":{"email":null,"auth_time":{"essential":true},"sub":{"value":"me"},
                            "acr":{"essential":true,"values":["phr","aal2"]}}}"#,
        )
        .unwrap();
        assert_eq!(read.requested.userinfo, ["given_name"]);
        assert_eq!(read.requested.id_token, ["email"]);
        assert_eq!(read.acr, Some(vec!["phr".to_owned(), "aal2".to_owned()]));
        assert_eq!(read.subject.as_deref(), Some("me"));
    }

    #[test]
    fn a_voluntary_acr_is_no_must() {
        assert_eq!(read(r#"{"id_token":{"acr":{"value":"aal2"}}}"#).unwrap().acr, None);
        assert_eq!(read(r#"{"id_token":{"acr":null}}"#).unwrap().acr, None);
    }

    #[test]
    fn a_text_that_is_no_claims_object_is_malformed() {
        for wrong in ["", "[]", "1", "{", r#"{"userinfo":[]}"#, r#"{"id_token":{"email":true}}"#] {
            assert_eq!(read(wrong), Err(MALFORMED), "{wrong}");
        }
    }
}

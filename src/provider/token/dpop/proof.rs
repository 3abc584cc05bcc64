//! One proof, read and checked as RFC 9449 §4.3 lists it. Pure: that it counts once is not seen here.

use std::time::Duration;

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use url::Url;

use super::key::Jwk;
use crate::platform::clock::Timestamp;
use crate::platform::jose::{Compact, instant, s256};
use crate::platform::secret::equal_in_constant_time;

/// How old a proof may be.
const LONGEST_LIFE: Duration = Duration::from_mins(1);
/// How far ahead the clock of an application may be.
const SKEW: Duration = Duration::from_secs(10);
/// How long a used proof is remembered beyond the time at which it would be taken: the clocks of nodes
/// differ.
const REMEMBERED_BEYOND: Duration = Duration::from_mins(1);
/// The longest identifier of a proof.
const LONGEST_ID: usize = 255;

/// The request that a proof must be for.
pub struct ProofExpectation<'e> {
    /// The method of the request that it came with.
    pub method: &'e str,
    /// The address of that request, without its query.
    pub url: &'e str,
    /// The token that it came with.
    pub access_token: Option<&'e str>,
    /// Whether a nonce is one of ours, and in force.
    pub is_nonce: &'e dyn Fn(&str) -> bool,
    /// Whether there must be one.
    pub needs_nonce: bool,
}

/// A proof that is in order. Whether it was used before is another question.
#[derive(Clone, Debug)]
pub struct DpopProof {
    thumbprint: String,
    pub(super) hash: [u8; 32],
    pub(super) expires_at: Timestamp,
}

impl DpopProof {
    /// The thumbprint of its key (`jkt`).
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

/// Why a proof does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofProblem {
    /// It is not in order: a word for the developer.
    Invalid(&'static str),
    /// It is in order, but has no nonce, or one that is over.
    NonceWanted,
}

#[derive(Deserialize)]
struct WithKey {
    jwk: Jwk,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
    ath: Option<String>,
    nonce: Option<String>,
}

/// Reads a proof.
///
/// # Errors
/// The fault of the proof.
pub fn read(text: &str, expected: &ProofExpectation<'_>, now: Timestamp) -> Result<DpopProof, ProofProblem> {
    let invalid = ProofProblem::Invalid;
    let token = Compact::parse(text).ok_or(invalid("the proof is not a signed JWT"))?;
    if token.header.typ.as_deref() != Some("dpop+jwt") {
        return Err(invalid("typ is not dpop+jwt"));
    }
    let key = header_key(&token).ok_or(invalid("jwk is missing or cannot be read"))?;
    if key.is_private() {
        return Err(invalid("jwk holds a private or symmetric key"));
    }
    let key = key.read().ok_or(invalid("jwk is not a key of a kind that is taken"))?;
    let claims: Claims = token.claims().ok_or(invalid("jti, htm, htu or iat is missing or malformed"))?;
    check(&claims, expected, now)?;
    let signature =
        BASE64URL_NOPAD.decode(token.signature.as_bytes()).map_err(|_| invalid("the signature cannot be read"))?;
    if !key.has_signed(&token.header.alg, token.signed.as_bytes(), &signature) {
        return Err(invalid("the proof is not signed by its jwk with an algorithm that is taken"));
    }
    match claims.nonce.as_deref() {
        Some(nonce) if !(expected.is_nonce)(nonce) => return Err(ProofProblem::NonceWanted),
        None if expected.needs_nonce => return Err(ProofProblem::NonceWanted),
        _ => {}
    }
    let thumbprint = key.thumbprint();
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(thumbprint.as_bytes());
    context.update(claims.jti.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    let expires_at = instant(claims.iat).plus(LONGEST_LIFE).plus(REMEMBERED_BEYOND);
    Ok(DpopProof { thumbprint, hash, expires_at })
}

/// The key in the header, which is read for proofs alone: no other token may bring its own.
fn header_key(token: &Compact<'_>) -> Option<Jwk> {
    let (header, _) = token.signed.split_once('.')?;
    let header = BASE64URL_NOPAD.decode(header.as_bytes()).ok()?;
    serde_json::from_slice::<WithKey>(&header).ok().map(|header| header.jwk)
}

fn check(claims: &Claims, expected: &ProofExpectation<'_>, now: Timestamp) -> Result<(), ProofProblem> {
    let issued_at = instant(claims.iat);
    let ath = || equal_in_constant_time(claims.ath.as_deref().unwrap_or_default().as_bytes(), ath(expected).as_bytes());
    let checks: [(bool, &'static str); 5] = [
        ((1..=LONGEST_ID).contains(&claims.jti.len()), "jti must have 1 to 255 characters"),
        (claims.htm == expected.method, "htm is not the method of this request"),
        (is_same_place(&claims.htu, expected.url), "htu is not the address of this request"),
        (
            issued_at <= now.plus(SKEW) && now <= issued_at.plus(LONGEST_LIFE),
            "iat is more than a minute ago, or more than ten seconds ahead",
        ),
        (expected.access_token.is_none() || ath(), "ath is not the hash of the access token"),
    ];
    match checks.into_iter().find(|(holds, _)| !holds) {
        Some((_, description)) => Err(ProofProblem::Invalid(description)),
        None => Ok(()),
    }
}

fn ath(expected: &ProofExpectation<'_>) -> String {
    expected.access_token.map(s256).unwrap_or_default()
}

/// Whether two addresses are the same but for query and fragment, as RFC 3986 §6.2.2 and §6.2.3
/// compare them.
fn is_same_place(htu: &str, url: &str) -> bool {
    if htu == url {
        return true;
    }
    let place = |text: &str| {
        let mut url = Url::parse(text).ok().filter(|url| url.username().is_empty() && url.password().is_none())?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    place(htu).is_some_and(|htu| Some(htu) == place(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_query_and_fragment() {
        let is_same = |htu| is_same_place(htu, "https://id.example/oauth/token");
        for same in [
            "https://id.example/oauth/token",
            "https://id.example/oauth/token?x=1",
            "https://id.example/oauth/token#f",
            "HTTPS://ID.example:443/oauth/token",
        ] {
            assert!(is_same(same), "{same}");
        }
        for other in [
            "",
            "/oauth/token",
            "http://id.example/oauth/token",
            "https://id.example/oauth/token/",
            "https://id.example/oauth/Token",
            "https://id.example:8443/oauth/token",
            "https://id.example.evil.example/oauth/token",
            "https://me@id.example/oauth/token",
        ] {
            assert!(!is_same(other), "{other}");
        }
    }

    /// The proof of RFC 9449 §4.1, and the instant of its `iat`.
    const OF_THE_STANDARD: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const ISSUED: Timestamp = Timestamp::from_seconds(1_562_262_616);

    #[test]
    fn the_proof_of_the_standard_is_in_order() {
        let expected = ProofExpectation {
            method: "POST",
            url: "https://server.example.com/token",
            access_token: None,
            is_nonce: &|_| false,
            needs_nonce: false,
        };
        let proof = read(OF_THE_STANDARD, &expected, ISSUED).unwrap();
        assert_eq!(proof.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        let by_time = |seconds: i64| {
            read(OF_THE_STANDARD, &expected, Timestamp::from_seconds(1_562_262_616 + seconds)).map(|_| ())
        };
        assert_eq!((by_time(-10), by_time(10), by_time(60)), (Ok(()), Ok(()), Ok(())));
        assert!(by_time(-11).is_err() && by_time(61).is_err());
        assert!(read(OF_THE_STANDARD, &ProofExpectation { method: "GET", ..expected }, ISSUED).is_err());
        let at = ProofExpectation { access_token: Some("t"), ..expected };
        assert_eq!(
            read(OF_THE_STANDARD, &at, ISSUED).unwrap_err(),
            ProofProblem::Invalid("ath is not the hash of the access token")
        );
        let with_nonce = ProofExpectation { needs_nonce: true, ..expected };
        assert_eq!(read(OF_THE_STANDARD, &with_nonce, ISSUED).unwrap_err(), ProofProblem::NonceWanted);
    }
}

//! Proofs of possession (RFC 9449), as an application's library makes them: one for each request.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;

use crate::Outcome;

/// A key, and what all its proofs have in common.
pub(crate) struct Prover {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    header: String,
    url: String,
    count: Cell<u64>,
}

impl Prover {
    /// A new key for proofs at an address.
    pub(crate) fn new(url: String) -> Outcome<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let point = pair.public_key().as_ref();
        let coordinate = |range| point.get(range).map(|bytes| BASE64URL_NOPAD.encode(bytes)).ok_or("a point is short");
        let (x, y) = (coordinate(1..33)?, coordinate(33..65)?);
        let header =
            format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}}}"#);
        let header = BASE64URL_NOPAD.encode(header.as_bytes());
        Ok(Self { pair, random: SystemRandom::new(), header, url, count: Cell::new(0) })
    }

    /// The next proof.
    pub(crate) fn proof(&self) -> Outcome<String> {
        self.count.set(self.count.get() + 1);
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        // The name is the key's own: a count is enough.
        let claims = format!(r#"{{"jti":"{:024}","htm":"POST","htu":"{}","iat":{now}}}"#, self.count.get(), self.url);
        let signed = format!("{}.{}", self.header, BASE64URL_NOPAD.encode(claims.as_bytes()));
        let signature = self.pair.sign(&self.random, signed.as_bytes())?;
        Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref())))
    }
}

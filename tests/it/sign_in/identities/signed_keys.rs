//! Signed sets of keys: the broker's, believed by a pinned key alone, and our own.

use std::time::Duration;

use serde_json::{Value, json};

use super::{AtBank, of_trust_network};
use crate::provider::client::claims;
use crate::provider::signing::{Key, changed};
use crate::support::broker::AINO_AT_BANK;

/// A broker whose keys count where its entity key has signed them. Aino has linked her bank.
struct BySignedSet {
    story: AtBank,
    entity: Key,
}

impl BySignedSet {
    async fn begin() -> Self {
        let story = AtBank::linked().await;
        let entity = Key::rsa();
        let anchor = changed(entity.jwk(), &json!({ "kid": "entity", "use": "sig", "alg": "RS256" }));
        let signed = json!({
            "address": format!("{}/signed-jwks", story.broker.origin),
            "anchors": { "keys": [anchor] },
        });
        let settings = changed(of_trust_network(&story.broker), &json!({ "signed_keys": signed }));
        story.service.changes(story.provider, &settings).await;
        let of = Self { story, entity };
        of.story.broker.publishes(of.set(&json!({}), &json!({})));
        of
    }

    fn header() -> Value {
        json!({ "alg": "RS256", "typ": "jwk-set+jwt", "kid": "entity" })
    }

    fn claims(&self) -> Value {
        let now = self.story.service.now().seconds();
        let origin = &self.story.broker.origin;
        let keys = [self.story.broker.published_key()];
        json!({ "iss": origin, "sub": origin, "iat": now, "exp": now + 3600, "keys": keys })
    }

    /// The set with changes of its header and claims.
    fn set(&self, header: &Value, changes: &Value) -> String {
        self.entity.sign(&changed(Self::header(), header), &changed(self.claims(), changes))
    }

    async fn is_let_in(&self) -> bool {
        self.story.arrives(&mut self.story.service.browser(), AINO_AT_BANK).await.is_at_the_application()
    }
}

#[tokio::test]
async fn keys_that_the_pinned_key_has_signed_count_in_place_of_the_plain_set() {
    let of = BySignedSet::begin().await;
    let asked = of.story.broker.asked_for_keys();
    assert!(of.is_let_in().await);
    assert_eq!(of.story.broker.asked_for_keys(), asked, "the plain set is not read");
    for kind in ["application/jwt", "application/jose"] {
        let of = BySignedSet::begin().await;
        of.story.broker.sends_as(kind);
        assert!(of.is_let_in().await, "{kind}");
    }
}

#[tokio::test]
async fn a_signed_set_that_does_not_hold_is_not_believed() {
    let of = BySignedSet::begin().await;
    let now = of.story.service.now().seconds();
    let own = Key::rsa();
    let by_another = own.sign(&BySignedSet::header(), &of.claims());
    let key_in_header = own.sign(&changed(BySignedSet::header(), &json!({ "jwk": own.jwk() })), &of.claims());
    let whole = of.set(&json!({}), &json!({}));
    let wrong = [
        ("another signer", by_another),
        ("a key in the header", key_in_header),
        ("not signed", of.set(&json!({ "alg": "none" }), &json!({}))),
        ("signed with nothing", format!("{}.", whole.rsplit_once('.').unwrap().0)),
        ("the public key as a secret", of.set(&json!({ "alg": "HS256" }), &json!({}))),
        ("another algorithm", of.set(&json!({ "alg": "PS256" }), &json!({}))),
        ("another type", of.set(&json!({ "typ": "JWT" }), &json!({}))),
        ("no type", of.set(&json!({ "typ": null }), &json!({}))),
        ("no name of a key", of.set(&json!({ "kid": null }), &json!({}))),
        ("another name", of.set(&json!({ "kid": "other" }), &json!({}))),
        ("something to be understood", of.set(&json!({ "crit": ["x"], "x": 1 }), &json!({}))),
        ("another issuer", of.set(&json!({}), &json!({ "iss": "https://other.example" }))),
        ("another subject", of.set(&json!({}), &json!({ "sub": "https://other.example" }))),
        ("no issuer", of.set(&json!({}), &json!({ "iss": null }))),
        ("no subject", of.set(&json!({}), &json!({ "sub": null }))),
        ("expired", of.set(&json!({}), &json!({ "exp": now }))),
        ("no end", of.set(&json!({}), &json!({ "exp": null }))),
        ("no beginning", of.set(&json!({}), &json!({ "iat": null }))),
        ("of the future", of.set(&json!({}), &json!({ "iat": now + 10_000, "exp": now + 20_000 }))),
        ("no keys", of.set(&json!({}), &json!({ "keys": [] }))),
        ("no set", of.set(&json!({}), &json!({ "keys": null }))),
        ("too long", of.set(&json!({}), &json!({ "more": "a".repeat(70_000) }))),
        ("plain keys", of.claims().to_string()),
        ("nothing", String::new()),
    ];
    for (name, set) in wrong {
        of.story.broker.publishes(set);
        assert!(!of.is_let_in().await, "{name}");
        assert_eq!(of.story.reason().await, "provider down", "{name}");
        of.story.service.wait(61);
    }
    of.story.broker.publishes(of.set(&json!({}), &json!({})));
    of.story.broker.sends_as("text/html");
    assert!(!of.is_let_in().await, "another kind of document");
    of.story.broker.sends_as("application/jwk-set+jwt");
    of.story.service.wait(61);
    of.story.broker.publishes(of.set(&json!({}), &json!({})));
    assert!(of.is_let_in().await, "and the right one is");
}

#[tokio::test]
async fn an_older_set_does_not_come_back() {
    let of = BySignedSet::begin().await;
    let old = of.set(&json!({}), &json!({ "exp": of.story.service.now().seconds() + 864_000 }));
    of.story.broker.publishes(old.clone());
    assert!(of.is_let_in().await);
    of.story.service.wait(2 * 3600);
    of.story.broker.rotates();
    of.story.broker.publishes(of.set(&json!({}), &json!({})));
    assert!(of.is_let_in().await, "a new key of the broker");
    of.story.service.wait(61);
    // Somebody has kept the old set, and the stolen key that is in it.
    of.story.broker.publishes(old);
    of.story.broker.rotates();
    assert!(!of.is_let_in().await);
    of.story.service.wait(2 * 3600);
    assert!(!of.is_let_in().await, "nor once the last one has ended");
}

#[tokio::test]
async fn a_signed_set_ends_with_its_time() {
    let of = BySignedSet::begin().await;
    of.story.broker.publishes(of.set(&json!({}), &json!({ "exp": of.story.service.now().seconds() + 600 })));
    assert!(of.is_let_in().await);
    of.story.broker.publishes(String::new());
    of.story.service.wait(590);
    assert!(of.is_let_in().await);
    of.story.service.wait(11);
    assert!(!of.is_let_in().await, "the day of grace is not for a set that ended");
}

#[tokio::test]
async fn our_keys_are_published_as_a_set_that_an_entity_key_signs() {
    let story = AtBank::begin().await;
    let plain = story.service.browser().get(&format!("/identity-providers/{}/jwks", story.provider)).await.json();
    let page = story.service.browser().get(&format!("/identity-providers/{}/signed-jwks", story.provider)).await;
    assert_eq!(page.header("content-type"), "application/jwk-set+jwt");
    let found = story.service.provider(story.provider).await;
    let entity = salpa::proofs::identity_providers::Entity::of(&story.service.app.core, &found, story.service.now());
    let key = entity.await.unwrap().jwk();
    let header = page.body.split('.').next().unwrap();
    let header: Value =
        serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap()).unwrap();
    assert_eq!(header, json!({ "alg": "RS256", "typ": "jwk-set+jwt", "kid": key["kid"] }));
    let told = claims(&page.body);
    let (now, us) = (story.service.now().seconds(), crate::support::PUBLIC_URL);
    assert_eq!((&told["iss"], &told["sub"], &told["iat"]), (&json!(us), &json!(us), &json!(now)));
    assert!(told["exp"].as_i64().unwrap() > now && told["exp"].as_i64().unwrap() <= now + 86_400);
    assert_eq!(told["keys"], plain["keys"]);
    assert!(!plain["keys"].as_array().unwrap().iter().any(|published| published["kid"] == key["kid"]));
    // Another implementation than ours verifies it.
    let part = |name: &str| data_encoding::BASE64URL_NOPAD.decode(key[name].as_str().unwrap().as_bytes()).unwrap();
    let public = aws_lc_rs::signature::RsaPublicKeyComponents { n: part("n"), e: part("e") };
    let (signed, signature) = page.body.rsplit_once('.').unwrap();
    let signature = data_encoding::BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    public.verify(&aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).unwrap();
    // It outlives the rotation of the others.
    story.service.wait(Duration::from_hours(24).as_secs());
    story.service.rotates_keys(story.provider).await;
    let again = story.service.browser().get(&format!("/identity-providers/{}/signed-jwks", story.provider)).await;
    assert_eq!(again.body.split('.').next(), page.body.split('.').next(), "the same key signs");
    assert_ne!(claims(&again.body)["keys"], told["keys"]);
}

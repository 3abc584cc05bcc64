//! Evidence: what a bank signed is kept for as long as the operator sets, sealed, and no longer.

use salpa::platform::clock::Timestamp;
use salpa::proofs::identities::evidence::{self, KeptEvidence};
use salpa::server::housekeeping;
use serde_json::{Value, json};

use super::AtBank;
use crate::provider::client::claims;
use crate::support::broker::{AINO_AT_BANK, MALLORY_AT_BANK};

impl AtBank {
    async fn evidence(&self) -> Vec<KeptEvidence> {
        let between = (Timestamp::from_milliseconds(0), self.service.now());
        evidence::list(&self.service.app.core, (self.provider, None), between, 100).await.unwrap()
    }
}

#[tokio::test]
async fn by_default_nothing_of_an_answer_is_kept() {
    let story = AtBank::linked().await;
    assert_eq!(story.service.count("SELECT COUNT(*) FROM identity_evidence").await, 0);
}

#[tokio::test]
async fn accepted_answers_are_kept_sealed_and_refused_ones_are_not() {
    let story = AtBank::begin_with(json!({ "evidence_days": 30 })).await;
    let mut browser = story.service.browser();
    story.arrives(&mut browser, MALLORY_AT_BANK).await;
    let mut browser = story.service.browser();
    let asked = story.asked(&mut browser).await;
    browser.open(&story.broker.refuses(&asked, "access_denied")).await;
    story.service.wait(1);

    let kept = story.evidence().await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].person, None, "nobody was known by it");
    let token = kept[0].content["id_token"].as_str().unwrap();
    let signed: Value = claims(token);
    assert_eq!(signed["urn:oid:1.2.246.21"], MALLORY_AT_BANK.identifier);
    assert_eq!(kept[0].content["key"]["kty"], "RSA", "the key that verifies it stands beside it");
    let all = story.service.database.everything().await;
    assert!(!all.contains(token) && !all.contains(MALLORY_AT_BANK.identifier), "it is sealed");
}

#[tokio::test]
async fn evidence_names_the_person_and_ends_with_its_time() {
    let story = AtBank::begin_with(json!({ "evidence_days": 30 })).await;
    let kallio = story.service.business("Kallio Oy").await;
    let saara = story.service.somebody_new(super::SAARA).await;
    story.service.user(kallio, saara, &[salpa::directory::users::Role::Employee]).await;
    story.service.expects(kallio, saara, AINO_AT_BANK.identifier).await.unwrap();
    assert!(story.arrives(&mut story.service.browser(), AINO_AT_BANK).await.is_at_the_application());
    story.service.wait(1);
    assert_eq!(story.evidence().await[0].person, Some(saara.to_string()));

    story.service.wait(29 * 24 * 3600);
    housekeeping::expire(&story.service.app, story.service.now()).await.unwrap();
    assert_eq!(story.evidence().await.len(), 1);
    story.service.wait(24 * 3600);
    housekeeping::expire(&story.service.app, story.service.now()).await.unwrap();
    assert_eq!(story.service.count("SELECT COUNT(*) FROM identity_evidence").await, 0);
}

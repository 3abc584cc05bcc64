//! The person of an identity: linked with a proof of the profile, entered by a company, or nobody's.

use http::StatusCode;
use salpa::administration::{ActEffect, Stop, identities as acts};
use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::users::Role;
use salpa::proofs::identities::{hash_of, national_identifier};
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};

use super::{AtBank, SAARA, UNMATCHED, operator};
use crate::support::broker::{AINO_AT_BANK, MALLORY_AT_BANK};
use crate::support::{AINO, MIKKO, Service};

impl Service {
    /// A company enters the personal identity code of somebody.
    pub(super) async fn expects(
        &self,
        company: CompanyId,
        person: PersonId,
        identifier: &str,
    ) -> Result<ActEffect, String> {
        let wanted = national_identifier("FI".parse().unwrap(), identifier).unwrap();
        let hash = hash_of(&self.app.core, &wanted).await.unwrap();
        let (app, now, source) = (self.app.clone(), self.now(), wanted.source);
        let done: Result<ActEffect, Stop> = self
            .transact(move |tx| {
                Box::pin(async move {
                    let context = operator(tx, &app, company, now).await;
                    acts::expect(tx, &context, person, (source, &hash)).await
                })
            })
            .await;
        done.map_err(|stop| format!("{stop:?}"))
    }
}

#[tokio::test]
async fn the_first_time_the_profile_is_proven_with_everything_that_it_has() {
    let story = AtBank::begin().await;
    // A policy that would be content with the password.
    let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Adaptive) };
    story.service.set_whole_policy(story.ruori.application.id, policy).await;
    let mut browser = story.service.browser();
    browser.arrive(&story.service, &story.ruori, AINO).await;
    story.service.wait(60);
    let mut browser = browser.closed();
    assert!(browser.try_password(&story.ruori, AINO, AINO.password).await.is_at_the_application(), "it is content");
    let mut browser = browser.closed();
    let page = story.arrives(&mut browser, AINO_AT_BANK).await;
    assert_eq!(page.title(), UNMATCHED);
    assert!(page.says("131052…") && !page.says("308T") && page.says("Nordea"), "{}", page.body);
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "identity/unmatched", &[]).await;
    assert!(page.says("Then Nordea is linked to it."), "{}", page.body);
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "{}", page.body);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM linked_identities").await, 0);
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&story.service))]).await;
    assert!(page.is_at_the_application(), "{}", page.body);

    assert_eq!(story.service.count("SELECT COUNT(*) FROM linked_identities").await, 1);
    let letter = story.service.letter(AINO.email).await;
    assert!(letter.text.contains("Nordea"), "she is told: {}", letter.text);
    assert!(story.service.events().await.contains(&"sign_in.identity_linked".to_owned()));
}

#[tokio::test]
async fn nothing_is_linked_that_the_person_did_not_ask_to_link() {
    let story = AtBank::begin().await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, MALLORY_AT_BANK).await;
    assert_eq!(page.title(), UNMATCHED);
    // Aino signs in at the same desk, and nobody pressed the button.
    let first = browser.open(&page.sign_in()).await;
    assert!(browser.sign_in_as(&story.service, first, AINO).await.is_at_the_application());
    assert_eq!(story.service.count("SELECT COUNT(*) FROM linked_identities").await, 0);
}

#[tokio::test]
async fn nobody_is_found_by_name_or_email() {
    let story = AtBank::begin().await;
    story.broker.claims(serde_json::json!({ "email": AINO.email, "email_verified": true, "name": "Aino Virtanen" }));
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, MALLORY_AT_BANK).await;
    assert_eq!(page.title(), UNMATCHED);
    assert_eq!(story.sessions().await, 0);
}

#[tokio::test]
async fn a_person_without_a_profile_learns_whom_to_ask() {
    let story = AtBank::begin().await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, MALLORY_AT_BANK).await;
    let page = browser.open(&format!("{}/identity/no-profile", page.sign_in())).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, "You are not known here yet"));
    assert!(page.says("Ask your company's user administrator for access") || page.says("user administrator"));
    let id = page.error_id().unwrap();
    let history = story.service.history().await;
    let told = history.iter().find(|told| told.error_id.as_deref() == Some(id.as_str())).unwrap();
    assert_eq!(told.detail("name"), "Nordea");
}

#[tokio::test]
async fn an_identifier_that_the_company_entered_opens_a_profile_that_nobody_has_used() {
    let story = AtBank::begin().await;
    let kallio = story.service.business("Kallio Oy").await;
    let saara = story.service.somebody_new(SAARA).await;
    story.service.user(kallio, saara, &[Role::Employee]).await;
    assert_eq!(story.service.expects(kallio, saara, MALLORY_AT_BANK.identifier).await, Ok(ActEffect::Changed));
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, MALLORY_AT_BANK).await;
    let token = story.token(&page).await;
    assert_eq!((&token["sub"], &token["acr"]), (&saara.to_string().into(), &"aal2".into()));
    assert_eq!(story.service.count("SELECT COUNT(*) FROM expected_identities").await, 0, "it is used once");
    assert!(story.arrives(&mut story.service.browser(), MALLORY_AT_BANK).await.is_at_the_application());
}

#[tokio::test]
async fn a_company_opens_no_profile_that_is_in_use() {
    let story = AtBank::begin().await;
    let kallio = story.service.business("Kallio Oy").await;
    let mikko = story.service.person(MIKKO).await;
    story.service.user(kallio, mikko, &[Role::Employee]).await;
    assert_eq!(story.service.expects(kallio, mikko, MALLORY_AT_BANK.identifier).await, Ok(ActEffect::Unchanged));
    // Nor one that came into use between the two.
    let saara = story.service.somebody_new(SAARA).await;
    story.service.user(kallio, saara, &[Role::Employee]).await;
    assert_eq!(story.service.expects(kallio, saara, MALLORY_AT_BANK.identifier).await, Ok(ActEffect::Changed));
    story.service.change("UPDATE authenticators SET person_id = (SELECT person_id FROM expected_identities)").await;
    let page = story.arrives(&mut story.service.browser(), MALLORY_AT_BANK).await;
    assert_eq!(page.title(), UNMATCHED, "{}", page.body);
}

#[tokio::test]
async fn a_person_of_another_company_is_entered_by_nobody_there() {
    let story = AtBank::begin().await;
    let (kallio, koski) = (story.service.business("Kallio Oy").await, story.service.business("Koski Oy").await);
    let saara = story.service.somebody_new(SAARA).await;
    story.service.user(kallio, saara, &[Role::Employee]).await;
    assert!(story.service.expects(koski, saara, MALLORY_AT_BANK.identifier).await.is_err());
}

#[tokio::test]
async fn a_linked_bank_is_listed_and_removed_with_a_fresh_proof_and_leaves_another_way_in() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let first = browser.open("/account").await;
    let page = browser.sign_in_as(&story.service, first, AINO).await;
    assert!(page.says("Nordea"), "{}", page.body);
    let at = page.body.find("/account/identities/").unwrap();
    let path = page.body[at..].split('"').next().unwrap().to_owned();
    assert!(browser.open(&path).await.says("It signs you in no longer."));

    story.service.wait(600);
    let page = browser.open(&path).await;
    assert!(page.path.starts_with("/sign-in/"), "a fresh proof is asked for: {}", page.path);
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&story.service))]).await;
    assert_eq!(page.path, path, "{}", page.body);
    let page = browser.submit(&format!("{path}/remove"), &[]).await;
    assert!(page.says("The bank or eID has been removed."), "{}", page.body);
    assert_eq!(story.arrives(&mut story.service.browser(), AINO_AT_BANK).await.title(), UNMATCHED);
}

#[tokio::test]
async fn the_only_way_in_is_not_removed() {
    let story = AtBank::begin().await;
    let kallio = story.service.business("Kallio Oy").await;
    let saara = story.service.somebody_new(SAARA).await;
    story.service.user(kallio, saara, &[Role::Employee]).await;
    story.service.expects(kallio, saara, MALLORY_AT_BANK.identifier).await.unwrap();
    let mut browser = story.service.browser();
    assert!(story.arrives(&mut browser, MALLORY_AT_BANK).await.is_at_the_application());
    story.service.change("UPDATE known_networks SET confirmed_at = last_seen_at").await;
    let id: String = {
        use salpa::platform::db::Reads;
        story.service.app.db.one("SELECT id FROM linked_identities", &[], |row| row.get(0)).await.unwrap()
    };
    let page = browser.open(&format!("/account/identities/{id}")).await;
    assert!(page.says("It is your only way to sign in."), "{} {}", page.path, page.body);
    browser.submit(&format!("/account/identities/{id}/remove"), &[]).await;
    assert_eq!(story.service.count("SELECT COUNT(*) FROM linked_identities").await, 1);
}

#[tokio::test]
async fn the_database_holds_no_identifier_that_can_be_read() {
    let story = AtBank::linked().await;
    story.arrives(&mut story.service.browser(), MALLORY_AT_BANK).await;
    let all = story.service.database.everything().await;
    for customer in [AINO_AT_BANK, MALLORY_AT_BANK] {
        let hex = data_encoding::HEXLOWER.encode(customer.identifier.as_bytes());
        assert!(!all.contains(customer.identifier) && !all.contains(&hex), "{}", customer.identifier);
    }
}

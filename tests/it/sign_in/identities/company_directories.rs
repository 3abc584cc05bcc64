//! The directory of one company: offered where its people are meant, and known by nobody else.

use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::users::{MembershipState, Role};
use salpa::proofs::identity_providers::IdentityProviderId;
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};

use super::{CHOICE, OVER, UNMATCHED};
use crate::provider::client::claims;
use crate::support::broker::{AINO_AT_BANK, Broker, CLIENT_ID, Customer, MALLORY_AT_BANK};
use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service};

const LEFT: &str = "You are no longer with that company here";

/// Kallio has a directory, an application and Aino. Mikko is a user of Saari.
pub(super) struct InCompany {
    pub(super) service: Service,
    pub(super) kallio: CompanyId,
    pub(super) saari: CompanyId,
    pub(super) aino: PersonId,
    pub(super) mikko: PersonId,
    /// The application of Kallio.
    pub(super) ruori: Registered,
    pub(super) broker: Broker,
    pub(super) provider: IdentityProviderId,
}

/// The settings of the directory of a company.
pub(super) fn directory_of(company: CompanyId, broker: &Broker, worth: &str) -> Value {
    json!({
        "kind": "oidc",
        "name": "Kallio's directory",
        "company": company,
        "issuer": broker.origin,
        "client_id": CLIENT_ID,
        "endpoints": {
            "authorization": format!("{}/authorize", broker.origin),
            "token": format!("{}/token", broker.origin),
            "jwks": format!("{}/jwks", broker.origin),
        },
        "methods": [{ "id": "directory", "name": "Kallio's sign-in", "group": "company", "worth": worth }],
    })
}

impl InCompany {
    pub(super) async fn begin(worth: &str) -> Self {
        Self::begin_in(Service::start().await, worth).await
    }

    pub(super) async fn begin_in(service: Service, worth: &str) -> Self {
        let (kallio, saari) = (service.business("Kallio Oy").await, service.business("Saari Oy").await);
        let (aino, mikko) = (service.person(AINO).await, service.person(MIKKO).await);
        service.user(kallio, aino, &[Role::Employee]).await;
        service.user(saari, mikko, &[Role::Employee]).await;
        let ruori = service.application_of(kallio, "Ruori Accounting", SecondFactor::Required).await;
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Required) };
        service.set_whole_policy(ruori.application.id, policy).await;
        let broker = Broker::start(&service.app.clock, false).await;
        let provider = service.provider_of(&broker, &directory_of(kallio, &broker, worth), None).await;
        Self { service, kallio, saari, aino, mikko, ruori, broker, provider }
    }

    pub(super) fn way(&self) -> String {
        format!("identity/{}/directory", self.provider)
    }

    /// From an application to the directory and back.
    pub(super) async fn arrives_at(&self, browser: &mut Browser, at: &Registered, customer: Customer) -> Page {
        let sign_in = browser.begin(at).await;
        let sent = browser.post(&format!("{sign_in}/{}", self.way()), &[]).await;
        browser.open(&self.broker.lets_in(&sent.location().unwrap(), customer)).await
    }

    pub(super) async fn arrives(&self, browser: &mut Browser, customer: Customer) -> Page {
        self.arrives_at(browser, &self.ruori, customer).await
    }

    /// Aino links the directory to her profile.
    pub(super) async fn link(&self) {
        let mut browser = self.service.browser();
        let page = self.arrives(&mut browser, AINO_AT_BANK).await;
        assert_eq!(page.title(), UNMATCHED, "{}", page.body);
        assert!(page.says("Only people of Kallio Oy can link it."), "{}", page.body);
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        assert!(browser.sign_in_as(&self.service, first, AINO).await.is_at_the_application());
        assert_eq!(self.linked().await, 1);
        self.service.wait(60);
    }

    /// The application is content with one proof of people who have one.
    async fn asks_for_one_proof(&self) {
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Optional) };
        self.service.set_whole_policy(self.ruori.application.id, policy).await;
    }

    pub(super) async fn linked(&self) -> i64 {
        self.service.count("SELECT COUNT(*) FROM linked_identities").await
    }

    /// The strength of the token at the end.
    pub(super) async fn strength(&self, page: &Page) -> Value {
        let code = page.answered("code").unwrap_or_else(|| panic!("{} {}", page.title(), page.body));
        claims(&self.ruori.redeem(&self.service, &code).await.fine().text("id_token"))["acr"].clone()
    }
}

#[tokio::test]
async fn new_keys_at_a_directory_stand_in_the_history_of_its_company() {
    let story = InCompany::begin("substantial").await;
    let made = "SELECT COUNT(*) FROM history WHERE event = 'identity_provider.key_made'";
    let of_kallio = "SELECT COUNT(*) FROM history WHERE event = 'identity_provider.key_made' AND company_id =
                       (SELECT id FROM companies WHERE name = 'Kallio Oy')";
    let first = story.service.count(of_kallio).await;
    assert!(first > 0, "the first keys were made for it");
    let new = story.service.rotates_keys(story.provider).await;
    let all = first + i64::try_from(new.len()).unwrap();
    assert_eq!((story.service.count(of_kallio).await, story.service.count(made).await), (all, all));
}

#[tokio::test]
async fn a_directory_is_offered_in_applications_of_its_company_and_nowhere_else() {
    let story = InCompany::begin("substantial").await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(browser.open(&sign_in).await.says("Bank or national eID"));
    let choice = browser.open(&format!("{sign_in}/identity")).await;
    assert!(choice.title() == CHOICE && choice.says("Kallio's sign-in"), "{}", choice.body);

    let shared = story.service.application("Shared", SecondFactor::Required).await;
    let of_saari = story.service.application_of(story.saari, "Saari", SecondFactor::Required).await;
    for other in [&shared, &of_saari] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(other).await;
        assert!(!browser.open(&sign_in).await.says("Bank or national eID"));
        assert_ne!(browser.open(&format!("{sign_in}/identity")).await.title(), CHOICE);
        let sent = browser.post(&format!("{sign_in}/{}", story.way()), &[]).await;
        assert!(sent.location().unwrap().starts_with("/sign-in/"), "nobody is sent to it by a guessed address");
    }
    assert!(!story.service.browser().open("/app").await.says("bank or eID"), "nor in the phone app");
}

#[tokio::test]
async fn people_of_its_company_sign_in_by_a_directory_that_they_have_linked() {
    let story = InCompany::begin("substantial").await;
    story.link().await;
    let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
    assert_eq!(story.strength(&page).await, "aal2");
}

#[tokio::test]
async fn a_directory_is_not_linked_to_a_profile_of_another_company() {
    let story = InCompany::begin("substantial").await;
    story.asks_for_one_proof().await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, MALLORY_AT_BANK).await;
    let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
    let page = browser.sign_in_as(&story.service, first, MIKKO).await;
    assert!(page.is_at_the_application(), "{} {}", page.title(), page.body);
    assert_eq!(story.linked().await, 0, "he is nobody of Kallio");
    assert!(story.service.events().await.contains(&"sign_in.identity_not_linked".to_owned()));
}

#[tokio::test]
async fn a_person_who_left_the_company_or_was_locked_is_signed_in_by_its_directory_no_more() {
    for state in [MembershipState::Locked, MembershipState::Removed] {
        let story = InCompany::begin("substantial").await;
        story.link().await;
        story.service.user(story.saari, story.aino, &[Role::Employee]).await;
        story.service.set_user(story.kallio, story.aino, state).await.unwrap();
        let sessions = story.service.count("SELECT COUNT(*) FROM sessions").await;
        let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
        assert_eq!(page.title(), LEFT, "{state:?}: {}", page.body);
        assert!(page.error_id().is_some());
        assert_eq!(story.service.count("SELECT COUNT(*) FROM sessions").await, sessions, "{state:?}");
        assert_eq!(
            story.service.factors(story.aino).await,
            ["password", "recovery_code", "totp"],
            "it is no factor of hers"
        );

        story.service.set_user(story.kallio, story.aino, MembershipState::Active).await.unwrap();
        let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
        assert!(page.is_at_the_application(), "taken back, she is known again: {}", page.body);
    }
}

#[tokio::test]
async fn an_employee_who_is_no_user_is_one_of_the_company_unless_locked_as_a_user() {
    let story = InCompany::begin("substantial").await;
    story.link().await;
    story.service.employee(story.kallio, story.aino).await;
    story.service.set_user(story.kallio, story.aino, MembershipState::Removed).await.unwrap();
    assert_eq!(story.service.factors(story.aino).await, ["identity", "password", "recovery_code", "totp"]);
    let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
    assert_ne!(page.title(), LEFT, "{}", page.body);
    story.service.set_user(story.kallio, story.aino, MembershipState::Locked).await.unwrap();
    assert_eq!(story.service.factors(story.aino).await, ["password", "recovery_code", "totp"]);
    let page = story.arrives(&mut story.service.browser(), AINO_AT_BANK).await;
    assert_eq!(page.title(), LEFT, "{}", page.body);
}

#[tokio::test]
async fn for_a_profile_that_another_company_looks_after_a_directory_is_one_proof_at_most() {
    let story = InCompany::begin("high").await;
    story.service.user(story.kallio, story.mikko, &[Role::Employee]).await;
    story.asks_for_one_proof().await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, MALLORY_AT_BANK).await;
    let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
    assert!(browser.sign_in_as(&story.service, first, MIKKO).await.is_at_the_application());
    assert_eq!(story.linked().await, 1);
    let page = story.arrives(&mut story.service.browser(), MALLORY_AT_BANK).await;
    assert_eq!(story.strength(&page).await, "aal1", "the operator's word is about people of Kallio");
}

#[tokio::test]
async fn a_directory_that_is_given_to_another_company_knows_nobody_of_the_former() {
    let story = InCompany::begin("substantial").await;
    story.link().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let sent = browser.post(&format!("{sign_in}/{}", story.way()), &[]).await.location().unwrap();
    let back = story.broker.lets_in(&sent, AINO_AT_BANK);
    story.service.changes(story.provider, &directory_of(story.saari, &story.broker, "substantial")).await;
    let page = browser.open(&back).await;
    assert_eq!(page.title(), OVER, "an answer on its way is not taken: {}", page.body);
    let of_saari = story.service.application_of(story.saari, "Saari", SecondFactor::Required).await;
    let page = story.arrives_at(&mut story.service.browser(), &of_saari, AINO_AT_BANK).await;
    assert_eq!(page.title(), LEFT, "{}", page.body);
    let told = story.service.companies_of_event("identity_provider.changed").await;
    assert_eq!(told, [Some(story.saari.to_string()), Some(story.kallio.to_string())], "both read it");
}

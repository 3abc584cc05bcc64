//! Stories of signing in by a bank, a national eID, or the directory of a company.

mod answers;
mod attacks;
mod company_directories;
mod console;
mod directories;
mod estonia;
mod evidence;
mod home_realm;
mod linking;
mod norway;
mod on_phone;
mod signed_keys;
mod sweden;

use std::sync::Arc;

use salpa::administration::identity_providers::{self as administration, OperatorHand};
use salpa::administration::{ActContext, ActEffect, Actor, Stop};
use salpa::app::App;
use salpa::directory::companies::{self, CompanyId};
use salpa::directory::people::PersonId;
use salpa::platform::clock::Timestamp;
use salpa::platform::db::{Reads, Tx};
use salpa::platform::secret::Secret;
use salpa::proofs::identity_providers::{
    self, IdentityProvider, IdentityProviderId, NewIdentityProvider, ProviderSettings, ProviderState,
};
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};

use crate::provider::client::claims;
use crate::provider::signing::changed;
use crate::support::broker::{AINO_AT_BANK, Broker, CLIENT_ID, Customer};
use crate::support::{AINO, Browser, Page, Registered, Service, Somebody};

const CHOICE: &str = "Choose your bank or eID";
const UNMATCHED: &str = "Link this to your profile";
const WRONG: &str = "Your bank's answer could not be accepted";
const OVER: &str = "This answer from your bank is no longer of use";

/// A service with one broker of the trust network. Aino has a password and an authenticator app.
struct AtBank {
    service: Service,
    ruori: Registered,
    aino: PersonId,
    broker: Broker,
    provider: IdentityProviderId,
}

impl Service {
    /// Adds a provider, which is offered at once, and registers our keys there.
    async fn provider_of(&self, broker: &Broker, settings: &Value, secret: Option<&str>) -> IdentityProviderId {
        let settings = ProviderSettings::read(&settings.to_string()).unwrap();
        let client_secret = secret.map(|secret| Secret::new(secret.to_owned()));
        let new = NewIdentityProvider { settings, client_secret };
        let id = self.adds(new).await;
        self.offers(id, ProviderState::On).await;
        self.register_at(broker, id).await;
        id
    }

    /// Adds a provider.
    async fn adds(&self, new: NewIdentityProvider) -> IdentityProviderId {
        let (app, now) = (self.app.clone(), self.now());
        let id: Result<IdentityProviderId, Stop> = self
            .transact(move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    let hand = OperatorHand::Command { core: &app.core, now };
                    administration::create(tx, &hand, &new).await
                })
            })
            .await;
        id.unwrap()
    }

    /// Changes the settings of a provider.
    async fn changes(&self, id: IdentityProviderId, settings: &Value) {
        let settings = ProviderSettings::read(&settings.to_string()).unwrap();
        let (new, app, now) = (NewIdentityProvider { settings, client_secret: None }, self.app.clone(), self.now());
        let changed: Result<(), Stop> = self
            .transact(move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    let hand = OperatorHand::Command { core: &app.core, now };
                    administration::change(tx, &hand, (id, &new)).await
                })
            })
            .await;
        changed.unwrap();
    }

    /// The words of a person's factors.
    async fn factors(&self, person: PersonId) -> Vec<String> {
        let sql = "SELECT DISTINCT factor FROM person_factors WHERE person_id = ?1 ORDER BY factor";
        self.app.db.all(sql, salpa::values![person], |row| row.get(0)).await.unwrap()
    }

    /// Offers a provider, or no longer.
    async fn offers(&self, id: IdentityProviderId, state: ProviderState) {
        let (app, now) = (self.app.clone(), self.now());
        let effect: Result<ActEffect, Stop> = self
            .transact(move |tx| {
                Box::pin(async move {
                    let hand = OperatorHand::Command { core: &app.core, now };
                    administration::set_state(tx, &hand, (id, state)).await
                })
            })
            .await;
        assert_eq!(effect.unwrap(), ActEffect::Changed);
    }

    /// Publishes new keys, which are used from the next day on. Gives their names.
    async fn rotates_keys(&self, id: IdentityProviderId) -> Vec<String> {
        let (app, now) = (self.app.clone(), self.now());
        let later = now.plus(std::time::Duration::from_hours(24));
        let of = self.provider(id).await;
        let keys = Arc::new(identity_providers::successors(&app.core, &of, (now, later)).await.unwrap());
        let made: Result<Vec<String>, Stop> = self
            .transact(move |tx| {
                let (app, keys) = (app.clone(), keys.clone());
                Box::pin(async move {
                    let hand = OperatorHand::Command { core: &app.core, now };
                    administration::rotate_keys(tx, &hand, (id, &keys)).await
                })
            })
            .await;
        made.unwrap()
    }

    /// Registers the keys that are published for a provider, as its operator does.
    async fn register_at(&self, broker: &Broker, id: IdentityProviderId) {
        let page = self.browser().get(&format!("/identity-providers/{id}/jwks")).await;
        broker.register(page.json());
    }

    async fn provider(&self, id: IdentityProviderId) -> IdentityProvider {
        identity_providers::find(&self.app.db, id).await.unwrap().unwrap()
    }
}

/// Somebody whom their company has added, and who was never here.
const SAARA: Somebody = Somebody {
    email: "saara.niemi@kallio.example",
    given_name: "Saara",
    family_name: "Niemi",
    password: "she has none",
    seed: None,
};

/// The operator, in a transaction about a company.
async fn operator(tx: &mut Tx<'_>, app: &App, company: CompanyId, now: Timestamp) -> ActContext {
    let company = companies::find(&mut *tx, company).await.unwrap().unwrap();
    ActContext {
        core: app.core.clone(),
        company,
        actor: Actor::Operator,
        now,
        network: None,
        user_agent: None,
        is_fresh: true,
    }
}

/// The settings of a broker of the trust network.
fn of_trust_network(broker: &Broker) -> Value {
    let at = |path: &str| format!("{}{path}", broker.origin);
    json!({
        "kind": "finnish_trust_network",
        "name": "Broker",
        "issuer": broker.origin,
        "client_id": CLIENT_ID,
        "service_name": "Ruori Accounting",
        "endpoints": {
            "authorization": at("/authorize"),
            "token": at("/token"),
            "pushed_authorization_request": at("/par"),
            "jwks": at("/jwks"),
            "names_itself": true,
        },
    })
}

impl AtBank {
    async fn begin() -> Self {
        Self::begin_with(json!({})).await
    }

    /// The same with other settings of the broker.
    async fn begin_with(changes: Value) -> Self {
        let service = Service::start().await;
        let aino = service.person(AINO).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Required) };
        service.set_whole_policy(ruori.application.id, policy).await;
        let broker = Broker::start(&service.app.clock, true).await;
        let settings = changed(of_trust_network(&broker), &changes);
        let provider = service.provider_of(&broker, &settings, None).await;
        Self { service, ruori, aino, broker, provider }
    }

    /// The same once Aino has linked her bank.
    async fn linked() -> Self {
        let story = Self::begin().await;
        let mut browser = story.service.browser();
        let back = story.asked(&mut browser).await;
        let page = browser.open(&story.broker.lets_in(&back, AINO_AT_BANK)).await;
        assert_eq!(page.title(), UNMATCHED, "{}", page.body);
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        let page = browser.sign_in_as(&story.service, first, AINO).await;
        assert!(page.is_at_the_application(), "{}", page.body);
        // Her code of this moment is used up.
        story.service.wait(60);
        story
    }

    /// From the application to the bank: the address that the browser is sent to.
    async fn asked(&self, browser: &mut Browser) -> String {
        let sign_in = browser.begin(&self.ruori).await;
        self.asked_in(browser, &sign_in).await
    }

    async fn asked_in(&self, browser: &mut Browser, sign_in: &str) -> String {
        let sent = browser.post(&format!("{sign_in}/identity/{}/nordea", self.provider), &[]).await;
        sent.location().unwrap_or_else(|| panic!("{} {}", sent.status, sent.body))
    }

    /// From the application to the bank and back, as somebody.
    async fn arrives(&self, browser: &mut Browser, customer: Customer) -> Page {
        let asked = self.asked(browser).await;
        browser.open(&self.broker.lets_in(&asked, customer)).await
    }

    /// The claims of the token that an application gets at the end.
    async fn token(&self, page: &Page) -> Value {
        assert!(page.is_at_the_application(), "{} {}", page.status, page.body);
        claims(&self.ruori.redeem(&self.service, &page.answered("code").unwrap()).await.fine().text("id_token"))
    }

    /// The last reason for which a bank or eID was refused.
    async fn reason(&self) -> String {
        let history = self.service.history().await;
        let refused = history.iter().rev().find(|told| told.event == "sign_in.not_proven");
        refused.map(|told| told.detail("why").to_owned()).unwrap_or_default()
    }

    async fn sessions(&self) -> i64 {
        self.service.count("SELECT COUNT(*) FROM sessions").await
    }
}

#[tokio::test]
async fn a_person_signs_in_by_their_bank_alone_once_it_is_linked() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let first = browser.open(&sign_in).await;
    assert!(first.says("Bank or national eID"), "{}", first.body);
    let choice = browser.open(&format!("{sign_in}/identity")).await;
    assert_eq!(choice.title(), CHOICE);
    for bank in [
        "Danske Bank",
        "Nordea",
        "Osuuspankki",
        "Aktia",
        "Säästöpankit",
        "POP-Pankit",
        "Ålandsbanken",
        "OmaSP",
        "S-Pankki",
        "Hightrust.id",
    ] {
        assert!(choice.says(bank), "{bank}");
    }
    assert!(choice.header("content-security-policy").contains(&story.broker.origin), "the form leads to the broker");

    let asked = story.asked_in(&mut browser, &sign_in).await;
    let parameters = story.broker.parameters(&asked);
    let expected = [
        ("acr_values", "oidc.nordea.1"),
        ("ftn_spname", "Ruori Accounting"),
        ("ui_locales", "en"),
        ("scope", "openid"),
        ("response_type", "code"),
        ("max_age", "300"),
    ];
    for (name, value) in expected {
        assert_eq!(parameters[name], value, "{name}");
    }
    let page = browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;

    let token = story.token(&page).await;
    assert_eq!((&token["acr"], &token["sub"]), (&json!("aal2"), &json!(story.aino.to_string())));
    let events = story.service.events().await;
    assert!(events.contains(&"sign_in.proven identity".to_owned()), "{events:?}");
}

#[tokio::test]
async fn the_bank_is_asked_in_the_language_of_the_page() {
    let story = AtBank::begin().await;
    let mut browser = story.service.browser();
    browser.post("/language", &[("language", "fi"), ("return_to", "/help")]).await;
    let asked = story.asked(&mut browser).await;
    assert_eq!(story.broker.parameters(&asked)["ui_locales"], "fi");
}

#[tokio::test]
async fn a_person_who_gives_up_at_the_bank_sees_the_choice_again() {
    let story = AtBank::begin().await;
    for error in ["access_denied", "cancel"] {
        let mut browser = story.service.browser();
        let asked = story.asked(&mut browser).await;
        let page = browser.open(&story.broker.refuses(&asked, error)).await;
        assert_eq!(page.title(), CHOICE, "{error}: {}", page.body);
        assert!(page.says("You came back without signing in there."));
        assert_eq!(story.reason().await, "cancelled");
    }
}

#[tokio::test]
async fn without_a_provider_there_is_no_choice() {
    let story = AtBank::begin().await;
    story.service.offers(story.provider, ProviderState::Off).await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(!browser.open(&sign_in).await.says("Bank or national eID"));
    assert_ne!(browser.open(&format!("{sign_in}/identity")).await.title(), CHOICE);
    let sent = browser.post(&format!("{sign_in}/identity/{}/nordea", story.provider), &[]).await;
    assert!(sent.location().unwrap().starts_with("/sign-in/"), "nobody is sent to it");
}

#[tokio::test]
async fn in_a_network_that_is_new_a_code_is_asked_for_after_the_bank() {
    let story = AtBank::linked().await;
    story.service.set_policy(story.ruori.application.id, SecondFactor::Required).await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, AINO_AT_BANK).await;
    assert!(!page.is_at_the_application(), "the bank says nothing about this network");
    assert!(page.path.starts_with("/sign-in/"), "{} {}", page.path, page.title());
    // Her app is better than a code, and confirms the network.
    let page = browser.submit(&format!("{}/use/totp", page.sign_in()), &[]).await;
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&story.service))]).await;
    assert!(page.is_at_the_application(), "{}", page.body);
    // From then on the bank is enough there.
    let mut other = story.service.browser();
    other.address = browser.address;
    assert!(story.arrives(&mut other, AINO_AT_BANK).await.is_at_the_application());
}

#[tokio::test]
async fn a_fresh_proof_is_asked_of_the_bank_where_the_application_wants_one() {
    let story = AtBank::linked().await;
    let mut browser = story.service.browser();
    story.arrives(&mut browser, AINO_AT_BANK).await;
    story.service.wait(3);
    let sign_in = browser.open(&story.ruori.authorize(&[("prompt", "login")])).await.sign_in();
    let asked = story.asked_in(&mut browser, &sign_in).await;
    let parameters = story.broker.parameters(&asked);
    assert_eq!((parameters["prompt"].as_str(), parameters["max_age"].as_str()), ("login", "0"));
    let page = browser.open(&story.broker.lets_in(&asked, AINO_AT_BANK)).await;
    assert!(page.is_at_the_application(), "{}", page.body);
}

//! The ID card in a reader: the page has a challenge, the extension answers it, and the authority says that the card is good.

mod attacks;
mod faults;

use salpa::directory::people::PersonId;
use salpa::platform::clock::Timestamp;
use salpa::proofs::identities::evidence;
use salpa::proofs::identity_providers::{IdentityProviderId, NewIdentityProvider, ProviderSettings, ProviderState};
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};

use crate::provider::client::claims;
use crate::provider::signing::changed;
use crate::sign_in::identities::UNMATCHED;
use crate::support::estonia::{IdAuthority, IdCard, JAAK, ResponderMood, p256_key, pem_of, rsa_key};
use crate::support::{AINO, Browser, PUBLIC_URL, Page, Registered, Service};

const TITLE: &str = "Sign in with your ID card";

/// A service that takes the cards of an authority. Aino has a password and an authenticator app.
struct WithCards {
    service: Service,
    ruori: Registered,
    aino: PersonId,
    authority: IdAuthority,
    provider: IdentityProviderId,
}

/// The settings of an operator, who leaves out everything that the kind decides.
fn of_cards(authority: &IdAuthority) -> Value {
    json!({
        "kind": "estonia_web_eid", "name": "ID card", "issuers": authority.pem,
        "status": { "hosts": [authority.host()] },
    })
}

impl WithCards {
    async fn begin() -> Self {
        Self::begin_with(json!({})).await
    }

    /// The same with other settings.
    async fn begin_with(changes: Value) -> Self {
        let service = Service::start().await;
        let aino = service.person(AINO).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Required) };
        service.set_whole_policy(ruori.application.id, policy).await;
        let authority = IdAuthority::start(&service.app.clock).await;
        let provider = service.takes_cards(&changed(of_cards(&authority), &changes)).await;
        Self { service, ruori, aino, authority, provider }
    }

    /// The same once Aino has linked the card of Jaak, which is hers here.
    async fn linked() -> Self {
        let story = Self::begin().await;
        story.link().await;
        story
    }

    async fn link(&self) {
        let mut browser = self.service.browser();
        let page = self.arrives(&mut browser, &self.authority.card(JAAK)).await;
        assert_eq!(page.title(), UNMATCHED, "{} {}", self.reason().await, page.body);
        assert!(page.says("380010…"), "{}", page.body);
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        assert!(browser.sign_in_as(&self.service, first, AINO).await.is_at_the_application());
        // Her code of this moment is used up.
        self.service.wait(60);
    }

    /// From the application to the page with the challenge.
    async fn asked(&self, browser: &mut Browser) -> Page {
        let sign_in = browser.begin(&self.ruori).await;
        self.asked_in(browser, &sign_in).await
    }

    async fn asked_in(&self, browser: &mut Browser, sign_in: &str) -> Page {
        browser.submit(&format!("{sign_in}/identity/{}/id-card-estonia", self.provider), &[]).await
    }

    /// From the application to the answer of a card, and on.
    async fn arrives(&self, browser: &mut Browser, card: &IdCard) -> Page {
        let page = self.asked(browser).await;
        assert_eq!(page.title(), TITLE, "{}", page.body);
        browser.shows(&page, &card.answers(PUBLIC_URL, &page.challenge())).await
    }

    /// The claims of the token that an application gets at the end.
    async fn token(&self, page: &Page) -> Value {
        assert!(page.is_at_the_application(), "{} {} {}", page.status, page.title(), self.reason().await);
        claims(&self.ruori.redeem(&self.service, &page.answered("code").unwrap()).await.fine().text("id_token"))
    }

    /// The last reason for which a card was refused.
    async fn reason(&self) -> String {
        let history = self.service.history().await;
        let refused = history.iter().rev().find(|told| told.event == "sign_in.not_proven");
        refused.map(|told| told.detail("why").to_owned()).unwrap_or_default()
    }
}

impl Service {
    /// Takes cards by these settings.
    async fn takes_cards(&self, settings: &Value) -> IdentityProviderId {
        let settings = ProviderSettings::read(&settings.to_string()).unwrap();
        let id = self.adds(NewIdentityProvider { settings, client_secret: None }).await;
        self.offers(id, ProviderState::On).await;
        id
    }
}

impl Browser {
    /// Sends an answer of the extension, and goes where that leads.
    async fn shows(&mut self, page: &Page, token: &Value) -> Page {
        self.shows_text(page, &token.to_string()).await
    }

    async fn shows_text(&mut self, page: &Page, token: &str) -> Page {
        self.submit(&format!("{}/web-eid", page.sign_in()), &[("token", token)]).await
    }
}

impl Page {
    /// The challenge on the page.
    fn challenge(&self) -> String {
        let (_, rest) =
            self.body.split_once("data-web-eid=\"").unwrap_or_else(|| panic!("no challenge: {}", self.body));
        rest.split('"').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_person_signs_in_by_their_card_once_it_is_linked() {
    let story = WithCards::linked().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(browser.open(&format!("{sign_in}/identity")).await.says("ID-kaart (Eesti)"));
    let page = story.asked_in(&mut browser, &sign_in).await;
    let challenge = page.challenge();
    assert_eq!(challenge.len(), 44, "256 bits, and as many characters as the extension wants");
    let asked = story.authority.asked();
    let page = browser.shows(&page, &story.authority.card(JAAK).answers(PUBLIC_URL, &challenge)).await;
    assert_eq!(story.authority.asked(), asked + 1, "the authority is asked each time");
    let token = story.token(&page).await;
    assert_eq!((&token["acr"], &token["sub"]), (&json!("aal2"), &json!(story.aino.to_string())));
    let events = story.service.events().await;
    assert!(events.contains(&"sign_in.proven identity_high".to_owned()), "{events:?}");
}

#[tokio::test]
async fn the_page_says_what_it_needs_and_that_it_needs_scripts() {
    let story = WithCards::begin().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    assert!(page.says("Your computer needs a card reader") && page.says("This way needs JavaScript"));
    assert!(page.body.contains("data-missing=\"The Web eID extension does not answer."), "{}", page.body);
    browser.post("/language", &[("language", "fi"), ("return_to", "/help")]).await;
    assert_eq!(browser.get(&page.path).await.title(), "Kirjaudu henkilökortilla");
}

#[tokio::test]
async fn each_visit_of_the_page_shows_the_same_challenge_and_a_new_start_another() {
    let story = WithCards::begin().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser).await;
    assert_eq!(browser.get(&page.path).await.challenge(), page.challenge());
    let again = story.asked_in(&mut browser, &page.sign_in()).await;
    assert_ne!(again.challenge(), page.challenge());
}

#[tokio::test]
async fn cards_with_keys_of_every_kind_are_taken() {
    let story = WithCards::linked().await;
    let number = format!("PNOEE-{JAAK}");
    let on_p256 = story.authority.issue(&number, &p256_key(), |_| {});
    let by_rsa = story.authority.issue(&number, &rsa_key(), |_| {});
    for algorithm in ["ES256", "RS256", "PS512"] {
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser).await;
        let token = match algorithm {
            "ES256" => on_p256.answers_by_p256(PUBLIC_URL, &page.challenge()),
            _ => by_rsa.answers_by_rsa(algorithm, PUBLIC_URL, &page.challenge()),
        };
        let page = browser.shows(&page, &token).await;
        assert!(page.is_at_the_application(), "{algorithm} {}", story.reason().await);
    }
}

#[tokio::test]
async fn a_responder_that_the_operator_wrote_down_is_asked_in_the_place_of_others() {
    let service = Service::start().await;
    let ours = IdAuthority::start(&service.app.clock).await;
    let elsewhere = IdAuthority::start_in(&service.app.clock, "Another one", (2020, 2040)).await;
    // The authority signs the cards; the contract is with another responder, whose own authority does not matter.
    let responder = json!({ "address": elsewhere.responder, "certificate": elsewhere.responder_pem });
    let changes = json!({ "issuers": ours.pem, "status": { "responder": responder } });
    let story = WithCards::begin_with(changes).await;
    let card = ours.card(JAAK);
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, &card).await;
    assert_eq!((page.title().as_str(), elsewhere.asked(), ours.asked()), (UNMATCHED, 1, 0), "{}", story.reason().await);
    // Its own certificate is the one that counts, and no other.
    for mood in [ResponderMood::Stranger, ResponderMood::Authority, ResponderMood::Unauthorised] {
        elsewhere.is(mood.clone());
        let mut browser = story.service.browser();
        let page = story.arrives(&mut browser, &card).await;
        assert_eq!(page.title(), "Your certificate could not be checked", "{mood:?}");
    }
}

#[tokio::test]
async fn an_authority_may_sign_the_state_itself_and_a_responder_may_be_known_to_repeat_no_nonce() {
    let story = WithCards::begin().await;
    story.authority.is(ResponderMood::Authority);
    let mut browser = story.service.browser();
    assert_eq!(story.arrives(&mut browser, &story.authority.card(JAAK)).await.title(), UNMATCHED);

    let service = Service::start().await;
    let authority = IdAuthority::start(&service.app.clock).await;
    authority.is(ResponderMood::Forgetful);
    let status = json!({ "hosts": [authority.host()], "without_nonce": [authority.host()] });
    let story = WithCards::begin_with(json!({ "issuers": authority.pem, "status": status })).await;
    let mut browser = story.service.browser();
    assert_eq!(story.arrives(&mut browser, &authority.card(JAAK)).await.title(), UNMATCHED);
}

#[tokio::test]
async fn the_worth_of_a_card_is_what_the_operator_says() {
    let method = json!([{ "id": "id-card-estonia", "name": "ID card", "worth": "one_proof" }]);
    let story = WithCards::begin_with(json!({ "methods": method })).await;
    story.link().await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, &story.authority.card(JAAK)).await;
    assert!(!page.is_at_the_application(), "the second proof is asked for here");
}

#[tokio::test]
async fn an_accepted_answer_is_kept_with_everything_that_it_takes_to_check_it_once_more() {
    let story = WithCards::begin_with(json!({ "evidence_days": 30 })).await;
    story.link().await;
    let between = (Timestamp::from_milliseconds(0), story.service.now());
    let kept = evidence::list(&story.service.app.core, (story.provider, None), between, 100).await.unwrap();
    assert_eq!((kept.len(), &kept[0].content["origin"]), (1, &json!(PUBLIC_URL)));
    for member in ["token", "challenge", "state"] {
        assert!(kept[0].content[member].as_str().is_some_and(|text| text.len() > 40), "{member}");
    }
}

#[tokio::test]
async fn settings_that_do_not_hold_are_refused() {
    let authority = IdAuthority::start(&salpa::platform::clock::Clock::System).await;
    let card = authority.card(JAAK);
    for (change, words) in [
        (json!({ "issuers": null }), "issuers is needed"),
        (json!({ "issuers": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }), "issuers is needed"),
        (json!({ "issuers": pem_of(&card.certificate) }), "issuers is needed"),
        (json!({ "status": { "hosts": ["http://aia.sk.ee"] } }), "status.hosts"),
        (json!({ "status": { "hosts": [] } }), "status.hosts"),
        (json!({ "status": { "responder": { "address": "ftp://a", "certificate": "" } } }), "responder.certificate"),
        (json!({ "refused_policies": ["all"] }), "refused_policies"),
        (json!({ "levels": { "x": "high" } }), "OpenID Connect"),
        (json!({ "issuer": "https://id.example" }), "the card is not"),
        (json!({ "authorities": authority.pem }), "the card is not"),
        (json!({ "most_risk": "low" }), "BankID of Sweden"),
        (json!({ "kind": "oidc" }), "belong to Estonia"),
    ] {
        let faults = ProviderSettings::read(&changed(of_cards(&authority), &change).to_string()).unwrap_err();
        assert!(faults.iter().any(|fault| fault.to_string().contains(words)), "{change}: {faults:?}");
    }
    let settings = ProviderSettings::read(&of_cards(&authority).to_string()).unwrap();
    assert!(!settings.needs_secret());
}

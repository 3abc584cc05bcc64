//! Smart-ID: a code on the page that the app scans, or a link that opens the app on the same device.

mod attacks;
mod faults;

use salpa::directory::people::PersonId;
use salpa::platform::web::qr::qr_code;
use salpa::proofs::identity_providers::{IdentityProviderId, NewIdentityProvider, ProviderSettings, ProviderState};
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};

use crate::provider::client::claims;
use crate::provider::signing::changed;
use crate::sign_in::identities::{CHOICE, UNMATCHED};
use crate::support::estonia::{IdAuthority, IdCard, JAAK};
use crate::support::smart_id::{PARTY, PARTY_NAME, SmartId};
use crate::support::{AINO, Browser, Page, Registered, Service};

const TITLE: &str = "Sign in with Smart-ID";
const ENDED: &str = "Smart-ID did not sign you in";
const ELSEWHERE: &str = "You have confirmed";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1";

/// A service with Smart-ID. Aino has a password and an authenticator app.
struct AtSmartId {
    service: Service,
    ruori: Registered,
    aino: PersonId,
    smart_id: SmartId,
    authority: IdAuthority,
    jaak: IdCard,
    provider: IdentityProviderId,
}

/// The settings of an operator, who leaves out everything that the kind decides.
fn of_smart_id(smart_id: &SmartId, authority: &IdAuthority) -> Value {
    json!({
        "kind": "estonia_smart_id", "name": "Smart-ID", "issuer": smart_id.address, "client_id": PARTY,
        "service_name": PARTY_NAME, "authorities": smart_id.authorities, "issuers": authority.pem,
        "status": { "hosts": [authority.host()] },
    })
}

impl AtSmartId {
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
        let smart_id = SmartId::start(&service.app.clock).await;
        let settings = changed(of_smart_id(&smart_id, &authority), &changes);
        let settings = ProviderSettings::read(&settings.to_string()).unwrap();
        let provider = service.adds(NewIdentityProvider { settings, client_secret: None }).await;
        service.offers(provider, ProviderState::On).await;
        let jaak = authority.account(JAAK);
        Self { service, ruori, aino, smart_id, authority, jaak, provider }
    }

    /// The same once Aino has linked the Smart-ID of Jaak, which is hers here.
    async fn linked() -> Self {
        let story = Self::begin().await;
        let mut browser = story.service.browser();
        let page = story.confirmed(&mut browser).await;
        assert_eq!(page.title(), UNMATCHED, "{} {}", story.reason().await, page.body);
        assert!(page.says("380010…"), "{}", page.body);
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        assert!(browser.sign_in_as(&story.service, first, AINO).await.is_at_the_application());
        // Her code of this moment is used up.
        story.service.wait(60);
        story
    }

    /// From the application to the page with the code.
    async fn drawn(&self, browser: &mut Browser) -> Page {
        let sign_in = browser.begin(&self.ruori).await;
        self.drawn_in(browser, &sign_in).await
    }

    async fn drawn_in(&self, browser: &mut Browser, sign_in: &str) -> Page {
        browser.submit(&format!("{sign_in}/identity/{}/smart-id", self.provider), &[]).await
    }

    /// A browser on a phone, with the page that opens the app there.
    async fn on_phone(&self) -> (Browser, Page) {
        let mut browser = self.service.browser();
        IPHONE.clone_into(&mut browser.user_agent);
        let page = self.drawn(&mut browser).await;
        assert_eq!(page.title(), TITLE, "{}", page.body);
        (browser, page)
    }

    /// From the application to the person's confirmation by a scanned code, and back.
    async fn confirmed(&self, browser: &mut Browser) -> Page {
        let page = self.drawn(browser).await;
        assert!(self.smart_id.scans(&self.smart_id.code()), "{}", page.body);
        assert_eq!(self.smart_id.confirms(&self.jaak), None, "the app opens nothing on another device");
        self.service.wait(2);
        browser.fetch_session(&page).await
    }

    /// The claims of the token that an application gets at the end.
    async fn token(&self, page: &Page) -> Value {
        assert!(page.is_at_the_application(), "{} {} {}", page.status, page.title(), self.reason().await);
        claims(&self.ruori.redeem(&self.service, &page.answered("code").unwrap()).await.fine().text("id_token"))
    }

    /// The last reason for which Smart-ID was refused.
    async fn reason(&self) -> String {
        let history = self.service.history().await;
        let refused = history.iter().rev().find(|told| told.event == "sign_in.not_proven");
        refused.map(|told| told.detail("why").to_owned()).unwrap_or_default()
    }
}

impl Browser {
    /// Sends the form of the page that waits, and goes where that leads.
    async fn fetch_session(&mut self, page: &Page) -> Page {
        self.submit(&format!("{}/smart-id", page.sign_in()), &[]).await
    }

    async fn smart_id(&mut self, page: &Page) -> Page {
        self.get(&format!("{}/smart-id", page.sign_in())).await
    }

    async fn waits_for_session(&mut self, page: &Page, at: &str) -> Value {
        self.get(&format!("{}/smart-id/wait?at={at}", page.sign_in())).await.json()
    }
}

impl Page {
    /// The link that opens Smart-ID's app.
    fn device_link(&self) -> String {
        let (_, rest) =
            self.body.split_once("href=\"https://smart-id.com").unwrap_or_else(|| panic!("no link: {}", self.body));
        let link = format!("https://smart-id.com{}", rest.split('"').next().unwrap());
        link.replace("&#38;", "&").replace("&amp;", "&")
    }

    fn shows_link_as_code(&self, text: &str) -> bool {
        self.body.contains(&qr_code(text).unwrap())
    }
}

#[tokio::test]
async fn a_person_signs_in_by_a_code_that_the_app_scans_once_it_is_linked() {
    let story = AtSmartId::linked().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(browser.open(&format!("{sign_in}/identity")).await.says("Smart-ID"));
    let page = story.drawn_in(&mut browser, &sign_in).await;
    assert_eq!(page.title(), TITLE);
    let first = story.smart_id.code();
    assert!(page.shows_link_as_code(&first), "the code of this second");
    assert!(story.smart_id.asked().get("initialCallbackUrl").is_none(), "nothing is opened on another device");
    assert_eq!(
        story.smart_id.texts()[1]["displayText60"],
        "Sign in to \u{2068}Ruori Accounting\u{2069}".replace(['\u{2068}', '\u{2069}'], "")
    );
    let long = story.smart_id.texts()[0]["displayText200"].as_str().unwrap().to_owned();
    assert!(long.contains("id.kallio.example") && long.ends_with("Confirm only if you began this yourself."), "{long}");

    story.service.wait(1);
    let page = browser.smart_id(&page).await;
    assert!(
        page.shows_link_as_code(&story.smart_id.code()) && !page.shows_link_as_code(&first),
        "another one every second"
    );
    assert!(story.smart_id.scans(&story.smart_id.code()));
    story.smart_id.confirms(&story.jaak);
    story.service.wait(2);
    assert_eq!(browser.waits_for_session(&page, "code").await["waiting"], false, "the page hears of it");
    let asked = story.authority.asked();
    let page = browser.fetch_session(&page).await;
    assert_eq!(story.authority.asked(), asked + 1, "the authority is asked each time");
    let token = story.token(&page).await;
    assert_eq!((&token["acr"], &token["sub"]), (&json!("aal2"), &json!(story.aino.to_string())));
}

#[tokio::test]
async fn on_a_phone_a_link_opens_the_app_and_the_app_brings_the_browser_back() {
    let story = AtSmartId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    let link = page.device_link();
    assert!(!page.body.contains("data-code") && !page.body.contains("state="), "neither code nor address of return");
    assert!(story.smart_id.opens(&link), "{link}");
    let back = story.smart_id.confirms(&story.jaak).expect("an address of return");
    story.service.wait(2);
    // The page that waited hears of it, and is not the one to go on.
    let waiting = browser.fetch_session(&page).await;
    assert_eq!(waiting.title(), ELSEWHERE, "{}", waiting.body);
    let page = browser.open(&back).await;
    assert_eq!(story.token(&page).await["sub"], story.aino.to_string());
}

#[tokio::test]
async fn the_app_may_bring_the_browser_back_before_smart_id_has_told_of_it() {
    let story = AtSmartId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    assert!(story.smart_id.opens(&page.device_link()));
    let app = story.smart_id.answer(&story.jaak, |_| {});
    let page = browser.open(&app.returns.unwrap()).await;
    assert_eq!(page.title(), TITLE, "it waits: {}", page.body);
    story.smart_id.stands(&app.answer);
    story.service.wait(2);
    assert!(browser.fetch_session(&page).await.is_at_the_application(), "{}", story.reason().await);
}

#[tokio::test]
async fn a_computer_may_have_the_app_and_a_phone_may_show_a_code() {
    let story = AtSmartId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let page = browser.submit(&format!("{}/smart-id/begin", page.sign_in()), &[("way", "this_device")]).await;
    assert!(story.smart_id.opens(&page.device_link()));
    let page = browser.submit(&format!("{}/smart-id/begin", page.sign_in()), &[("way", "another_device")]).await;
    assert!(page.shows_link_as_code(&story.smart_id.code()));
    assert_eq!(story.smart_id.sessions(), 3);
}

#[tokio::test]
async fn each_end_is_told_in_words() {
    let story = AtSmartId::begin().await;
    for (end, words, told) in [
        ("USER_REFUSED", "You refused in the Smart-ID app.", "USER_REFUSED"),
        ("USER_REFUSED_INTERACTION", "You refused in the Smart-ID app.", "USER_REFUSED"),
        ("USER_REFUSED_CERT_CHOICE", "You refused in the Smart-ID app.", "USER_REFUSED"),
        ("TIMEOUT", "did not answer in time", "TIMEOUT"),
        ("DOCUMENT_UNUSABLE", "Your Smart-ID cannot be used now.", "DOCUMENT_UNUSABLE"),
        ("ACCOUNT_UNUSABLE", "Your Smart-ID account cannot be used now.", "ACCOUNT_UNUSABLE"),
        ("WRONG_VC", "Another code was chosen", "WRONG_VC"),
        ("REQUIRED_INTERACTION_NOT_SUPPORTED_BY_APP", "too old for this", "REQUIRED_INTERACTION_NOT_SUPPORTED_BY_APP"),
        ("PROTOCOL_FAILURE", "its link was not as it has to be", "PROTOCOL_FAILURE"),
        ("SERVER_ERROR", "Something went wrong at Smart-ID.", "SERVER_ERROR"),
        ("EXPECTED_LINKED_SESSION", "Something went wrong at Smart-ID.", "other"),
        ("SOMETHING_NEW", "Something went wrong at Smart-ID.", "other"),
    ] {
        let mut browser = story.service.browser();
        let page = story.drawn(&mut browser).await;
        story.smart_id.ends(end);
        story.service.wait(2);
        let page = browser.fetch_session(&page).await;
        assert!(page.title() == ENDED && page.says(words), "{end}: {}", page.body);
        assert_eq!(story.reason().await, told);
    }
}

#[tokio::test]
async fn the_waiting_ends_after_three_minutes_and_may_begin_again() {
    let story = AtSmartId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    story.service.wait(179);
    assert_eq!(browser.smart_id(&page).await.title(), TITLE);
    story.service.wait(1);
    let ended = browser.smart_id(&page).await;
    assert!(ended.title() == ENDED && ended.says("The page waited for three minutes."));
    let asked = story.smart_id.asked_after();
    story.service.wait(2);
    browser.smart_id(&page).await;
    assert_eq!(story.smart_id.asked_after(), asked, "and nobody asks any longer");
    assert_eq!(story.drawn_in(&mut browser, &page.sign_in()).await.title(), TITLE);
}

#[tokio::test]
async fn a_person_who_gives_up_on_the_page_sees_the_choice_again() {
    let story = AtSmartId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let choice = browser.submit(&format!("{}/smart-id/cancel", page.sign_in()), &[]).await;
    assert!(choice.title() == CHOICE && choice.says("You came back without signing in there."));
    story.smart_id.confirms(&story.jaak);
    story.service.wait(2);
    assert_eq!(browser.fetch_session(&page).await.title(), ENDED);
}

#[tokio::test]
async fn the_page_and_the_app_speak_the_language_of_the_browser() {
    let story = AtSmartId::begin().await;
    let mut browser = story.service.browser();
    browser.post("/language", &[("language", "fi"), ("return_to", "/help")]).await;
    let page = story.drawn(&mut browser).await;
    assert_eq!(page.title(), "Kirjaudu Smart-ID-tunnuksella");
    assert!(story.smart_id.texts()[0]["displayText200"].as_str().unwrap().starts_with("Kirjaudu: "));
}

#[tokio::test]
async fn while_the_page_waits_it_is_given_the_code_of_each_second_and_the_words() {
    let story = AtSmartId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let news = browser.waits_for_session(&page, "code").await;
    assert_eq!(news["waiting"], true);
    assert!(news["said"].as_str().unwrap().starts_with("The app shows what you sign in to."), "{news}");
    assert_eq!(news["svg"], qr_code(&story.smart_id.code()).unwrap());
}

//! Mobile-ID: two numbers are typed, page and phone show the same four digits, and the SIM card signs.

mod attacks;
mod faults;

use salpa::directory::people::PersonId;
use salpa::proofs::identity_providers::{IdentityProviderId, NewIdentityProvider, ProviderSettings, ProviderState};
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};

use crate::provider::client::claims;
use crate::provider::signing::changed;
use crate::sign_in::identities::{CHOICE, UNMATCHED};
use crate::support::estonia::{IdAuthority, IdCard, JAAK, p256_key};
use crate::support::mobile_id::MobileId;
use crate::support::smart_id::{PARTY, PARTY_NAME};
use crate::support::{AINO, Browser, Page, Registered, Service};

const FORM: &str = "Sign in with Mobile-ID";
const CONFIRM: &str = "Confirm on your phone";
const ENDED: &str = "Mobile-ID did not sign you in";
const PHONE: &str = "+372 0000 0766";

/// A service with Mobile-ID. Aino has a password and an authenticator app.
struct AtMobileId {
    service: Service,
    ruori: Registered,
    aino: PersonId,
    mobile_id: MobileId,
    authority: IdAuthority,
    jaak: IdCard,
    provider: IdentityProviderId,
}

/// The settings of an operator, who leaves out everything that the kind decides.
fn of_mobile_id(mobile_id: &MobileId, authority: &IdAuthority) -> Value {
    json!({
        "kind": "estonia_mobile_id", "name": "Mobile-ID", "issuer": mobile_id.address, "client_id": PARTY,
        "service_name": PARTY_NAME, "authorities": mobile_id.authorities, "issuers": authority.pem,
        "status": { "hosts": [authority.host()] },
    })
}

impl IdAuthority {
    /// The SIM card of a person.
    fn sim(&self, code: &str) -> IdCard {
        self.issue(&format!("PNOEE-{code}"), &p256_key(), |_| {})
    }
}

impl AtMobileId {
    async fn begin() -> Self {
        let service = Service::start().await;
        let aino = service.person(AINO).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Required) };
        service.set_whole_policy(ruori.application.id, policy).await;
        let authority = IdAuthority::start(&service.app.clock).await;
        let mobile_id = MobileId::start().await;
        let settings = ProviderSettings::read(&of_mobile_id(&mobile_id, &authority).to_string()).unwrap();
        let provider = service.adds(NewIdentityProvider { settings, client_secret: None }).await;
        service.offers(provider, ProviderState::On).await;
        let jaak = authority.sim(JAAK);
        Self { service, ruori, aino, mobile_id, authority, jaak, provider }
    }

    /// The same once Aino has linked the Mobile-ID of Jaak, which is hers here.
    async fn linked() -> Self {
        let story = Self::begin().await;
        let mut browser = story.service.browser();
        let page = story.confirmed(&mut browser).await;
        assert_eq!(page.title(), UNMATCHED, "{} {}", story.reason().await, page.body);
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        assert!(browser.sign_in_as(&story.service, first, AINO).await.is_at_the_application());
        // Her code of this moment is used up, and her phone may ask again.
        story.service.wait(600);
        story
    }

    /// From the application to the form.
    async fn form(&self, browser: &mut Browser) -> Page {
        let sign_in = browser.begin(&self.ruori).await;
        browser.submit(&format!("{sign_in}/identity/{}/mobile-id", self.provider), &[]).await
    }

    /// From the application to the page that waits for a phone.
    async fn asked(&self, browser: &mut Browser, code: &str) -> Page {
        let form = self.form(browser).await;
        assert_eq!(form.title(), FORM, "{}", form.body);
        self.asked_in(browser, &form.sign_in(), code).await
    }

    async fn asked_in(&self, browser: &mut Browser, sign_in: &str, code: &str) -> Page {
        let path = format!("{sign_in}/mobile-id/{}/mobile-id", self.provider);
        browser.submit(&path, &[("phone", PHONE), ("code", code)]).await
    }

    /// From the application to the person's confirmation, and back.
    async fn confirmed(&self, browser: &mut Browser) -> Page {
        let page = self.asked(browser, JAAK).await;
        assert_eq!(page.title(), CONFIRM, "{}", page.body);
        self.mobile_id.confirms(&self.jaak);
        self.service.wait(2);
        browser.fetch_mobile_id(&page).await
    }

    /// The claims of the token that an application gets at the end.
    async fn token(&self, page: &Page) -> Value {
        assert!(page.is_at_the_application(), "{} {} {}", page.status, page.title(), self.reason().await);
        claims(&self.ruori.redeem(&self.service, &page.answered("code").unwrap()).await.fine().text("id_token"))
    }

    /// The last reason for which Mobile-ID was refused.
    async fn reason(&self) -> String {
        let history = self.service.history().await;
        let refused = history.iter().rev().find(|told| told.event == "sign_in.not_proven");
        refused.map(|told| told.detail("why").to_owned()).unwrap_or_default()
    }
}

impl Browser {
    /// Sends the form of the page that waits, and goes where that leads.
    async fn fetch_mobile_id(&mut self, page: &Page) -> Page {
        self.submit(&format!("{}/mobile-id", page.sign_in()), &[]).await
    }

    async fn waits_for_phone(&mut self, page: &Page) -> Value {
        self.get(&format!("{}/mobile-id/wait?at=phone", page.sign_in())).await.json()
    }
}

#[tokio::test]
async fn a_person_signs_in_by_their_phone_once_it_is_linked() {
    let story = AtMobileId::linked().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    assert!(page.says(&story.mobile_id.shown()), "page and phone show the same digits: {}", page.body);
    let asked = story.mobile_id.asked();
    assert_eq!((&asked["phoneNumber"], &asked["nationalIdentityNumber"]), (&json!("+37200000766"), &json!(JAAK)));
    assert_eq!(asked["displayText"], "id.kallio.example");
    assert!(!page.body.contains(JAAK) && !page.body.contains("0766"), "neither number is on the page");
    assert_eq!(browser.waits_for_phone(&page).await["waiting"], true);

    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    assert_eq!(browser.waits_for_phone(&page).await["waiting"], false, "the page hears of it");
    let page = browser.fetch_mobile_id(&page).await;
    let token = story.token(&page).await;
    assert_eq!((&token["acr"], &token["sub"]), (&json!("aal2"), &json!(story.aino.to_string())));
}

#[tokio::test]
async fn numbers_that_are_none_are_told_in_words_and_nobody_is_asked() {
    let story = AtMobileId::begin().await;
    let mut browser = story.service.browser();
    let form = story.form(&mut browser).await;
    for (phone, code, words) in [
        ("", JAAK, "Enter the Estonian phone number"),
        ("+358 40 123 4567", JAAK, "Enter the Estonian phone number"),
        (PHONE, "", "This is no Estonian personal code."),
        (PHONE, "38001085719", "This is no Estonian personal code."),
    ] {
        let page = browser.post(&form.path, &[("phone", phone), ("code", code)]).await;
        assert_eq!(page.status, 422, "{phone} {code}");
        assert!(page.alert().unwrap().contains(words), "{}", page.body);
    }
    assert_eq!(story.mobile_id.sessions(), 0);
    // A person writes a number as they are used to.
    let page = browser.submit(&form.path, &[("phone", "0000 0766"), ("code", &format!(" {JAAK} "))]).await;
    assert_eq!((page.title().as_str(), &story.mobile_id.asked()["phoneNumber"]), (CONFIRM, &json!("+37200000766")));
}

#[tokio::test]
async fn each_end_is_told_in_words() {
    let story = AtMobileId::begin().await;
    for (end, words, told) in [
        ("TIMEOUT", "did not answer in time", "TIMEOUT"),
        ("NOT_MID_CLIENT", "There is no Mobile-ID with this phone number", "NOT_MID_CLIENT"),
        ("USER_CANCELLED", "You cancelled on your phone.", "USER_CANCELLED"),
        ("SIGNATURE_HASH_MISMATCH", "set up otherwise", "SIGNATURE_HASH_MISMATCH"),
        ("PHONE_ABSENT", "cannot be reached", "PHONE_ABSENT"),
        ("DELIVERY_ERROR", "could not be sent", "DELIVERY_ERROR"),
        ("SIM_ERROR", "answered with an error", "SIM_ERROR"),
        ("SOMETHING_NEW", "Something went wrong at Mobile-ID.", "other"),
    ] {
        let mut browser = story.service.browser();
        let page = story.asked(&mut browser, JAAK).await;
        story.mobile_id.ends(end);
        story.service.wait(2);
        let page = browser.fetch_mobile_id(&page).await;
        assert!(page.title() == ENDED && page.says(words), "{end}: {}", page.body);
        assert_eq!(story.reason().await, told);
        assert!(page.body.contains(&format!("/mobile-id/{}/mobile-id\"", story.provider)), "and may be tried again");
        story.service.wait(600);
    }
}

#[tokio::test]
async fn the_waiting_ends_after_three_minutes() {
    let story = AtMobileId::begin().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    story.service.wait(179);
    assert_eq!(browser.get(&page.path).await.title(), CONFIRM);
    story.service.wait(1);
    let ended = browser.get(&page.path).await;
    assert!(ended.title() == ENDED && ended.says("The page waited for three minutes."));
    let asked = story.mobile_id.asked_after();
    story.service.wait(2);
    browser.get(&page.path).await;
    assert_eq!(story.mobile_id.asked_after(), asked, "and nobody asks any longer");
}

#[tokio::test]
async fn a_person_who_gives_up_on_the_page_sees_the_choice_again() {
    let story = AtMobileId::begin().await;
    let mut browser = story.service.browser();
    let page = story.asked(&mut browser, JAAK).await;
    let choice = browser.submit(&format!("{}/mobile-id/cancel", page.sign_in()), &[]).await;
    assert!(choice.title() == CHOICE && choice.says("You came back without signing in there."));
    story.mobile_id.confirms(&story.jaak);
    story.service.wait(2);
    assert_eq!(browser.fetch_mobile_id(&page).await.title(), ENDED);
}

#[tokio::test]
async fn the_pages_speak_finnish() {
    let story = AtMobileId::begin().await;
    let mut browser = story.service.browser();
    browser.post("/language", &[("language", "fi"), ("return_to", "/help")]).await;
    let form = story.form(&mut browser).await;
    assert_eq!(form.title(), "Kirjaudu Mobile-ID-tunnuksella");
    assert_eq!(story.asked_in(&mut browser, &form.sign_in(), JAAK).await.title(), "Vahvista puhelimessasi");
}

#[tokio::test]
async fn settings_that_do_not_hold_are_refused() {
    let (mobile_id, authority) =
        (MobileId::start().await, IdAuthority::start(&salpa::platform::clock::Clock::System).await);
    for (change, words) in [
        (json!({ "client_id": "DEMO" }), "relyingPartyUUID"),
        (json!({ "service_name": null }), "relyingPartyName"),
        (json!({ "authorities": null }), "authorities is needed"),
        (json!({ "issuers": null }), "issuers is needed"),
    ] {
        let settings = changed(of_mobile_id(&mobile_id, &authority), &change);
        let faults = ProviderSettings::read(&settings.to_string()).unwrap_err();
        assert!(faults.iter().any(|fault| fault.to_string().contains(words)), "{change}: {faults:?}");
    }
    let mut usual = of_mobile_id(&mobile_id, &authority);
    usual.as_object_mut().unwrap().remove("issuer");
    let settings = ProviderSettings::read(&usual.to_string()).unwrap();
    assert_eq!(settings.issuer, "https://mid.sk.ee/mid-api");
}

//! BankID of Sweden: a code on the page that the app scans, or a link that opens the app on the same device.

mod attacks;
mod faults;

use salpa::directory::people::PersonId;
use salpa::platform::secret::Secret;
use salpa::platform::web::qr::qr_code;
use salpa::proofs::identity_providers::{IdentityProviderId, NewIdentityProvider, ProviderSettings, ProviderState};
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};

use super::UNMATCHED;
use crate::provider::client::claims;
use crate::provider::signing::changed;
use crate::support::bank_id::{ASTRID, BankId};
use crate::support::{AINO, Browser, Page, Registered, Service};

const TITLE: &str = "Sign in with BankID";
const CONFIRM: &str = "Confirm in the BankID app";
const ENDED: &str = "BankID did not sign you in";
const ELSEWHERE: &str = "You have confirmed";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1";

/// A service with BankID. Aino has a password and an authenticator app.
struct AtBankId {
    service: Service,
    ruori: Registered,
    aino: PersonId,
    bank: BankId,
    provider: IdentityProviderId,
}

/// The settings of an operator, who leaves out everything that the kind decides.
fn of_bank_id(bank: &BankId) -> Value {
    json!({ "kind": "sweden_bank_id", "name": "BankID", "issuer": bank.address, "authorities": bank.authorities })
}

impl AtBankId {
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
        let bank = BankId::start(&service.app.clock).await;
        let settings = ProviderSettings::read(&changed(of_bank_id(&bank), &changes).to_string()).unwrap();
        let new = NewIdentityProvider { settings, client_secret: Some(Secret::new(bank.identity.clone())) };
        let provider = service.adds(new).await;
        service.offers(provider, ProviderState::On).await;
        Self { service, ruori, aino, bank, provider }
    }

    /// The same once Aino has linked the BankID of Astrid, which is hers here.
    async fn linked() -> Self {
        let story = Self::begin().await;
        story.link().await;
        story
    }

    async fn link(&self) {
        let mut browser = self.service.browser();
        let page = self.confirmed(&mut browser).await;
        assert_eq!(page.title(), UNMATCHED, "{}", page.body);
        assert!(page.says("199908…"), "{}", page.body);
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        assert!(browser.sign_in_as(&self.service, first, AINO).await.is_at_the_application());
        // Her code of this moment is used up.
        self.service.wait(60);
    }

    /// From the application to the page with the code.
    async fn drawn(&self, browser: &mut Browser) -> Page {
        let sign_in = browser.begin(&self.ruori).await;
        self.drawn_in(browser, &sign_in).await
    }

    async fn drawn_in(&self, browser: &mut Browser, sign_in: &str) -> Page {
        browser.submit(&format!("{sign_in}/identity/{}/bankid-sweden", self.provider), &[]).await
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
        assert!(self.bank.scans(&self.bank.code()), "{}", page.body);
        assert_eq!(self.bank.confirms(ASTRID), None, "the app opens nothing on another device");
        self.service.wait(2);
        browser.collect_order(&page).await
    }

    /// The claims of the token that an application gets at the end.
    async fn token(&self, page: &Page) -> Value {
        assert!(page.is_at_the_application(), "{} {} {}", page.status, page.title(), page.body);
        claims(&self.ruori.redeem(&self.service, &page.answered("code").unwrap()).await.fine().text("id_token"))
    }

    /// The last reason for which BankID was refused.
    async fn reason(&self) -> String {
        let history = self.service.history().await;
        let refused = history.iter().rev().find(|told| told.event == "sign_in.not_proven");
        refused.map(|told| told.detail("why").to_owned()).unwrap_or_default()
    }
}

impl Browser {
    /// Sends the form of the page that waits, and goes where that leads.
    async fn collect_order(&mut self, page: &Page) -> Page {
        self.submit(&format!("{}/bank-id", page.sign_in()), &[]).await
    }

    async fn order(&mut self, page: &Page) -> Page {
        self.get(&format!("{}/bank-id", page.sign_in())).await
    }

    async fn waits_for_order(&mut self, page: &Page, at: &str) -> Value {
        self.get(&format!("{}/bank-id/wait?at={at}", page.sign_in())).await.json()
    }
}

impl Page {
    /// The link that opens the app.
    fn app_link(&self) -> String {
        let at = self.body.find("autostarttoken").unwrap_or_else(|| panic!("no link: {}", self.body));
        let from = self.body[..at].rfind("href=\"").unwrap() + "href=\"".len();
        let link: String = self.body[from..].chars().take_while(|character| *character != '"').collect();
        link.replace("&#38;", "&").replace("&amp;", "&")
    }

    fn shows_code(&self, text: &str) -> bool {
        self.body.contains(&qr_code(text).unwrap())
    }
}

#[tokio::test]
async fn a_person_signs_in_by_a_code_that_the_app_scans_once_it_is_linked() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(browser.open(&format!("{sign_in}/identity")).await.says("BankID (Sverige)"));
    let page = story.drawn_in(&mut browser, &sign_in).await;
    assert_eq!(page.title(), TITLE);
    let first = story.bank.code();
    assert!(page.shows_code(&first), "the code of this second");
    let asked = story.bank.asked();
    assert_eq!((&asked["endUserIp"], &asked["returnRisk"]), (&json!(browser.address.to_string()), &json!(true)));
    assert!(asked.get("returnUrl").is_none() && asked.get("requirement").is_none(), "{asked}");
    assert_eq!(
        story.bank.purpose(),
        "Sign in to \u{2068}Ruori Accounting\u{2069} at \u{2068}id.kallio.example\u{2069}. Confirm only if you began this yourself."
            .replace(['\u{2068}', '\u{2069}'], "")
    );

    story.service.wait(1);
    let page = browser.order(&page).await;
    assert!(page.shows_code(&story.bank.code()) && !page.shows_code(&first), "another one every second");
    assert!(story.bank.scans(&story.bank.code()));
    story.service.wait(1);
    assert_eq!(browser.waits_for_order(&page, "code").await["waiting"], false, "the page hears that it was scanned");
    let page = browser.collect_order(&page).await;
    assert_eq!(page.title(), CONFIRM);
    assert!(!page.body.contains("data-code"), "and shows no code");

    story.bank.confirms(ASTRID);
    story.service.wait(2);
    assert_eq!(browser.waits_for_order(&page, "app").await["waiting"], false);
    let page = browser.collect_order(&page).await;
    let token = story.token(&page).await;
    assert_eq!((&token["acr"], &token["sub"]), (&json!("aal2"), &json!(story.aino.to_string())));
    let events = story.service.events().await;
    assert!(events.contains(&"sign_in.proven identity".to_owned()), "{events:?}");
}

#[tokio::test]
async fn on_a_phone_a_link_opens_the_app_and_the_app_brings_the_browser_back() {
    let story = AtBankId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    let link = page.app_link();
    assert!(link.starts_with("https://app.bankid.com/?autostarttoken="), "{link}");
    assert!(!page.body.contains("data-code") && !page.body.contains("state="), "neither code nor address of return");
    assert!(story.bank.opens(&link));
    let back = story.bank.confirms(ASTRID).expect("an address of return");
    story.service.wait(2);
    // The page that waited hears of it, and is not the one to go on.
    let waiting = browser.collect_order(&page).await;
    assert_eq!(waiting.title(), ELSEWHERE, "{}", waiting.body);
    let page = browser.open(&back).await;
    assert_eq!(story.token(&page).await["sub"], story.aino.to_string());
}

#[tokio::test]
async fn the_app_may_bring_the_browser_back_before_bank_id_has_told_of_it() {
    let story = AtBankId::linked().await;
    let (mut browser, page) = story.on_phone().await;
    assert!(story.bank.opens(&page.app_link()));
    let back = format!(
        "/identity-providers/{}/return?{}",
        story.provider,
        story.bank.asked()["returnUrl"].as_str().unwrap().split_once('?').unwrap().1
    );
    let page = browser.open(&back).await;
    assert_eq!(page.title(), TITLE, "it waits: {}", page.body);
    story.bank.confirms(ASTRID);
    story.service.wait(2);
    assert!(browser.collect_order(&page).await.is_at_the_application());
}

#[tokio::test]
async fn a_computer_with_bank_id_opens_its_own_program() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let page = browser.submit(&format!("{}/bank-id/order", page.sign_in()), &[("way", "this_device")]).await;
    assert!(story.bank.is_cancelled(1), "the order of the code before is cancelled");
    assert!(page.app_link().starts_with("bankid:///?autostarttoken="), "{}", page.app_link());
    assert!(story.bank.opens(&page.app_link()));
    // And back to the code.
    let page = browser.submit(&format!("{}/bank-id/order", page.sign_in()), &[("way", "another_device")]).await;
    assert!(page.shows_code(&story.bank.code()));
}

#[tokio::test]
async fn a_browser_of_an_iphone_is_opened_by_its_own_scheme() {
    let story = AtBankId::begin().await;
    for (word, scheme) in [
        ("CriOS/142.0.1", "googlechromes://id.kallio.example/identity-providers/"),
        ("EdgiOS/142.0", "microsoft-edge-https://id.kallio.example/identity-providers/"),
        ("FxiOS/145.0", "firefox://open-url?url=https%3A%2F%2Fid.kallio.example%2F"),
        ("Version/18.3", "https://id.kallio.example/identity-providers/"),
    ] {
        let mut browser = story.service.browser();
        browser.user_agent = IPHONE.replace("Version/18.3", word);
        story.drawn(&mut browser).await;
        let address = story.bank.asked()["returnUrl"].as_str().unwrap().to_owned();
        assert!(address.starts_with(scheme), "{address}");
    }
}

#[tokio::test]
async fn an_order_is_renewed_while_nobody_scans_and_the_waiting_ends_after_three_minutes() {
    let story = AtBankId::linked().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let (orders, first) = (story.bank.orders(), story.bank.code());
    for renewals in 1..=4 {
        story.service.wait(31);
        let page = browser.order(&page).await;
        assert_eq!(story.bank.orders(), orders + renewals);
        assert!(page.shows_code(&story.bank.code()), "the code of the new order");
        assert!(!story.bank.scans(&first), "and no longer that of the first");
    }
    assert!(story.bank.scans(&story.bank.code()));
    story.service.wait(2);
    assert_eq!(browser.order(&page).await.title(), CONFIRM);

    let mut other = story.service.browser();
    let page = story.drawn(&mut other).await;
    story.service.wait(180);
    let orders = story.bank.orders();
    let ended = other.order(&page).await;
    assert_eq!((ended.title().as_str(), story.bank.orders()), (ENDED, orders));
    assert!(ended.says("The page waited for three minutes."));
    assert_eq!(other.waits_for_order(&page, "code").await["waiting"], false);
    let again = story.drawn_in(&mut other, &page.sign_in()).await;
    assert!(again.shows_code(&story.bank.code()));
}

#[tokio::test]
async fn a_link_that_was_renewed_is_shown_anew() {
    let story = AtBankId::begin().await;
    let (mut browser, page) = story.on_phone().await;
    story.service.wait(31);
    assert_eq!(browser.waits_for_order(&page, "link-0").await["waiting"], false);
    let renewed = browser.collect_order(&page).await;
    assert_ne!(renewed.app_link(), page.app_link());
    assert!(story.bank.opens(&renewed.app_link()));
}

#[tokio::test]
async fn each_hint_of_bank_id_is_told_in_words() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    for (hint, words) in [
        ("started", "The app looks for your BankID."),
        ("userMrtd", "Photograph and scan your identity document"),
        ("userSign", "Enter your security code"),
        ("processing", "BankID is checking your answer."),
        ("userCallConfirm", "The sign-in is under way in the BankID app."),
        ("userDances", "The sign-in is under way in the BankID app."),
    ] {
        let page = story.drawn(&mut browser).await;
        assert!(page.says("Start the BankID app."));
        story.bank.says(hint);
        story.service.wait(2);
        let page = browser.collect_order(&page).await;
        assert!(page.says(words), "{hint}: {}", page.body);
    }
    for (hint, words) in [
        ("expiredTransaction", "did not answer in time"),
        ("certificateErr", "blocked or too old"),
        ("userCancel", "You cancelled in the BankID app."),
        ("cancelled", "another one was started"),
        ("startFailed", "was not opened in time"),
        ("userDeclinedCall", "not in a call"),
        ("notSupportedByUserApp", "too old for this"),
        ("transactionRiskBlocked", "looked risky"),
        ("userDances", "Something went wrong at BankID."),
    ] {
        let page = story.drawn(&mut browser).await;
        assert!(story.bank.scans(&story.bank.code()));
        story.service.wait(2);
        browser.collect_order(&page).await;
        story.bank.fails(hint);
        story.service.wait(2);
        let page = browser.collect_order(&page).await;
        assert!(page.title() == ENDED && page.says(words), "{hint}: {}", page.body);
        let told = if hint == "userDances" { "other" } else { hint };
        assert_eq!(story.reason().await, told);
    }
}

#[tokio::test]
async fn a_person_who_gives_up_on_the_page_sees_the_choice_again_and_bank_id_is_told() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let choice = browser.submit(&format!("{}/bank-id/cancel", page.sign_in()), &[]).await;
    assert_eq!(choice.title(), super::CHOICE);
    assert!(choice.says("You came back without signing in there.") && story.bank.is_cancelled(0));
    assert_eq!(browser.order(&page).await.title(), ENDED);
}

#[tokio::test]
async fn the_app_shows_the_purpose_in_the_language_of_the_page() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    browser.post("/language", &[("language", "fi"), ("return_to", "/help")]).await;
    let page = story.drawn(&mut browser).await;
    assert!(story.bank.purpose().starts_with("Kirjaudu: "), "{}", story.bank.purpose());
    assert_eq!(page.title(), "Kirjaudu BankID-tunnuksella");
}

#[tokio::test]
async fn while_the_page_waits_it_is_given_the_code_of_each_second_and_the_words() {
    let story = AtBankId::begin().await;
    let mut browser = story.service.browser();
    let page = story.drawn(&mut browser).await;
    let news = browser.waits_for_order(&page, "code").await;
    assert_eq!((&news["waiting"], &news["said"]), (&json!(true), &json!("Start the BankID app.")));
    assert_eq!(news["svg"], qr_code(&story.bank.code()).unwrap());
}

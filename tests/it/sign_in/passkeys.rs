//! Passkeys and security keys: as the first and only step, as the second, set up on the way, and refused.

use http::StatusCode;
use salpa::directory::people::PersonState;
use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use crate::provider::client::claims;
use crate::support::{AINO, Authenticator, MIKKO, PUBLIC_URL, Page, Registered, Service, code_at};

const CODE_PAGE: &str = "Enter the code from your authenticator app";
/// Trying again would not help.
const CHANGED: &str = "This passkey has changed and can no longer be used. Choose another way. Then remove it in My \
                       sign-in and add it again.";
const PASSKEY_PAGE: &str = "Use your passkey or security key";
const ADD_PAGE: &str = "Add a passkey or security key";

struct Story {
    service: Service,
    ruori: Registered,
    device: Authenticator,
    aino: salpa::directory::people::PersonId,
}

/// Aino has a password, an authenticator app and a passkey.
async fn aino_with_a_passkey() -> Story {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let device = service.passkey(aino).await;
    Story { service, ruori, device, aino }
}

impl Story {
    async fn token(&self, page: &Page) -> serde_json::Value {
        claims(&self.ruori.redeem(&self.service, &page.answered("code").unwrap()).await.fine().text("id_token"))
    }
}

/// Asserts the refusal of a passkey, on the page of the same step.
fn assert_refused(page: &Page, words: &str) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.title());
    assert_eq!(page.alert().as_deref(), Some(words));
}

const UNKNOWN: &str = "This passkey does not belong to this sign-in. Choose another one, or another way.";
const FAILED: &str = "The passkey could not be used. Try again, or choose another way.";
const OVER: &str = "This took too long or was already answered. Try again.";
const NOT_VERIFIED: &str = "The device did not check who you are. Use one with a fingerprint, a face or a PIN.";

#[tokio::test]
async fn a_passkey_is_the_first_and_only_step() {
    let mut story = aino_with_a_passkey().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;

    let page = browser.use_passkey(&sign_in, &mut story.device).await;

    assert!(page.is_at_the_application(), "{}", page.title());
    let token = story.token(&page).await;
    assert_eq!((&token["acr"], &token["amr"]), (&json!("phr"), &json!(["hwk", "mfa", "user"])));
    assert_eq!(token["sub"], story.aino.to_string());
    let events = story.service.events().await;
    assert!(events.iter().any(|event| event == "sign_in.proven passkey"), "{events:?}");
    assert!(browser.open(&story.ruori.authorize(&[])).await.is_at_the_application(), "and nothing more is asked");
}

#[tokio::test]
async fn a_passkey_that_is_on_several_devices_says_so() {
    let story = aino_with_a_passkey().await;
    let mut device = Authenticator::new(PUBLIC_URL);
    (device.synced, device.counts) = (true, false);
    let mut device = story.service.passkey_of(story.aino, device).await;
    for _ in 0..2 {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        let page = browser.use_passkey(&sign_in, &mut device).await;
        assert_eq!(story.token(&page).await["amr"], json!(["mfa", "swk", "user"]), "it counts nothing, and may");
    }
}

#[tokio::test]
async fn a_passkey_stands_beside_the_email_that_was_typed_if_it_is_that_persons() {
    let mut story = aino_with_a_passkey().await;
    story.service.person(MIKKO).await;
    for (email, is_hers) in [(AINO.email, true), (MIKKO.email, false), ("nobody@kallio.example", false)] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;

        let page = browser.use_passkey(&sign_in, &mut story.device).await;

        assert_eq!(page.is_at_the_application(), is_hers, "{email}");
        if !is_hers {
            assert_refused(&page, UNKNOWN);
            assert!(!page.says("Aino") && !page.says("Mikko"));
        }
    }
}

#[tokio::test]
async fn before_a_proof_no_challenge_tells_whose_the_email_is() {
    let story = aino_with_a_passkey().await;
    let mut told = Vec::new();
    for email in [AINO.email, "nobody@kallio.example"] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await;
        let mut options = browser.challenge(&sign_in).await;
        assert_eq!(options["challenge"].as_str().unwrap().len(), 43, "32 bytes");
        options["challenge"] = json!("");
        told.push(options);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!((&told[0]["allowCredentials"], &told[0]["userVerification"]), (&json!([]), &json!("required")));
    assert_eq!(told[0]["rpId"], "id.kallio.example");
}

#[tokio::test]
async fn a_passkey_that_does_not_hold_proves_nothing() {
    let mut story = aino_with_a_passkey().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let device = &mut story.device;

    device.verifies_user = false;
    assert_refused(&browser.use_passkey(&sign_in, device).await, NOT_VERIFIED);
    device.verifies_user = true;
    for origin in
        ["https://id.kallio.example.evil.example", "https://bad-id.kallio.example", "https://id.kallio.example:444"]
    {
        device.origin = origin.to_owned();
        assert_refused(&browser.use_passkey(&sign_in, device).await, FAILED);
    }
    device.origin = PUBLIC_URL.to_owned();
    device.relying_party = "evil.example".to_owned();
    assert_refused(&browser.use_passkey(&sign_in, device).await, FAILED);
    device.relying_party = "id.kallio.example".to_owned();
    device.synced = true;
    assert_refused(&browser.use_passkey(&sign_in, device).await, CHANGED);
    device.synced = false;
    let handle = device.user_handle.replace(vec![7; 16]);
    assert_refused(&browser.use_passkey(&sign_in, device).await, UNKNOWN);
    device.user_handle = handle;
    // Somebody else's key under the identifier of hers.
    let mut forged = Authenticator::new(PUBLIC_URL);
    forged.credential_id = device.credential_id.clone();
    forged.count = 100;
    assert_refused(&browser.use_passkey(&sign_in, &mut forged).await, FAILED);
    let page = browser.answer(&sign_in, "passkey", &[("credential", "nonsense")]).await;
    assert_refused(&page, FAILED);

    assert!(browser.use_passkey(&sign_in, device).await.is_at_the_application(), "nothing was held back");
    let reasons: Vec<String> = story.service.history().await.iter().map(|told| told.detail("why").to_owned()).collect();
    for reason in ["user not verified", "another origin", "does not hold", "another person's", "unreadable"] {
        assert!(reasons.iter().any(|told| told == reason), "{reason}: {reasons:?}");
    }
}

#[tokio::test]
async fn a_key_that_keeps_no_user_opens_the_sign_in_with_an_empty_handle_or_none() {
    let mut story = aino_with_a_passkey().await;
    for handle in [Some(Vec::new()), None] {
        let mut browser = story.service.browser();
        let sign_in = browser.begin(&story.ruori).await;
        story.device.user_handle = handle;
        assert!(browser.use_passkey(&sign_in, &mut story.device).await.is_at_the_application());
    }
}

#[tokio::test]
async fn a_challenge_counts_once_in_its_browser_for_five_minutes() {
    let mut story = aino_with_a_passkey().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let path = format!("{sign_in}/passkey");

    // Answered wrongly, it is used up, too.
    let options = browser.challenge(&sign_in).await;
    story.device.verifies_user = false;
    assert_refused(&browser.submit(&path, &[("credential", &story.device.answer(&options))]).await, NOT_VERIFIED);
    story.device.verifies_user = true;
    assert_refused(&browser.submit(&path, &[("credential", &story.device.answer(&options))]).await, OVER);

    // One of another sign-in in the same browser, and one of another browser.
    let other = browser.begin(&story.ruori).await;
    let of_other = browser.challenge(&other).await;
    assert_refused(&browser.submit(&path, &[("credential", &story.device.answer(&of_other))]).await, OVER);
    let mut stranger = story.service.browser();
    let of_stranger = stranger.begin(&story.ruori).await;
    let of_stranger = stranger.challenge(&of_stranger).await;
    assert_refused(&browser.submit(&path, &[("credential", &story.device.answer(&of_stranger))]).await, OVER);

    let late = browser.challenge(&sign_in).await;
    story.service.wait(300);
    assert_refused(&browser.submit(&path, &[("credential", &story.device.answer(&late))]).await, OVER);

    let in_time = browser.challenge(&sign_in).await;
    story.service.wait(299);
    let answer = story.device.answer(&in_time);
    assert!(browser.submit(&path, &[("credential", &answer)]).await.is_at_the_application());
    let again = story.service.browser().submit(&path, &[("credential", &answer)]).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "nor does another browser get anything by it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_with_one_answer_one_wins() {
    let mut story = aino_with_a_passkey().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let options = browser.challenge(&sign_in).await;
    let answer = story.device.answer(&options);

    let tries: Vec<_> = (0..32)
        .map(|_| {
            let (mut tab, path, answer) = (browser.clone(), format!("{sign_in}/passkey"), answer.clone());
            tokio::spawn(async move { tab.post(&path, &[("credential", &answer)]).await })
        })
        .collect();
    for one in tries {
        assert!(!one.await.unwrap().status.is_server_error());
    }

    let proven = "SELECT COUNT(*) FROM history WHERE event = 'sign_in.proven'";
    assert_eq!(story.service.count(proven).await, 1);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing_and_the_browser_is_told() {
    let mut story = aino_with_a_passkey().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let options = browser.challenge(&sign_in).await;
    story.service.change("DELETE FROM passkeys").await;

    let page = browser.submit(&format!("{sign_in}/passkey"), &[("credential", &story.device.answer(&options))]).await;

    assert_refused(&page, UNKNOWN);
    let known_by = data_encoding::BASE64URL_NOPAD.encode(&story.device.credential_id);
    assert!(page.body.contains(&format!("data-unknown-passkey=\"{known_by}\"")), "{}", page.body);
}

#[tokio::test]
async fn a_passkey_of_a_closed_profile_is_refused() {
    let mut story = aino_with_a_passkey().await;
    story.service.set_state(story.aino, PersonState::Disabled).await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;

    let page = browser.use_passkey(&sign_in, &mut story.device).await;

    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, "Your profile has been closed"));
    assert_eq!(story.service.count("SELECT COUNT(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn wrong_passwords_never_lock_a_passkey() {
    let mut story = aino_with_a_passkey().await;
    for _ in 0..120 {
        story.service.browser().try_password(&story.ruori, AINO, "not the right one").await;
        story.service.wait(3700);
    }
    let page = story.service.browser().try_password(&story.ruori, AINO, AINO.password).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "the password is closed");

    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(browser.use_passkey(&sign_in, &mut story.device).await.is_at_the_application());
}

#[tokio::test]
async fn a_counter_that_goes_back_is_told_and_asks_for_a_second_factor() {
    let mut story = aino_with_a_passkey().await;
    story.device.count = 7;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    assert!(browser.use_passkey(&sign_in, &mut story.device).await.is_at_the_application());

    story.device.count = 3;
    let mut copy = story.service.browser();
    let sign_in = copy.begin(&story.ruori).await;
    let page = copy.use_passkey(&sign_in, &mut story.device).await;

    assert_eq!(page.title(), "Enter your password", "it is not refused, and not enough");
    assert!(story.service.events().await.contains(&"sign_in.passkey_may_be_copied".to_owned()));
    assert_eq!(story.service.subjects().await, ["Your passkey may have been copied"]);
    let page = copy.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    assert!(page.is_at_the_application(), "{}", page.title());
    assert_eq!(story.token(&page).await["acr"], "aal2", "it does not resist phishing any more");
    assert_eq!(story.service.count("SELECT sign_count FROM passkeys").await, 8, "the highest stays");
}

#[tokio::test]
async fn a_passkey_is_a_second_step_and_one_of_somebody_else_is_none() {
    let mut story = aino_with_a_passkey().await;
    let mikko = story.service.person(MIKKO).await;
    let mut of_mikko = story.service.passkey(mikko).await;
    let mut browser = story.service.browser();
    let page = browser.try_password(&story.ruori, AINO, AINO.password).await;
    let sign_in = page.sign_in();
    assert_eq!(page.title(), CODE_PAGE);
    let page = browser.answer(&sign_in, "use/passkey", &[]).await;
    assert_eq!(page.title(), PASSKEY_PAGE);

    let options = browser.challenge(&sign_in).await;
    let hers = data_encoding::BASE64URL_NOPAD.encode(&story.device.credential_id);
    assert_eq!(options["allowCredentials"][0]["id"], hers, "who has given the password is told which keys are hers");
    assert_refused(&browser.use_passkey(&sign_in, &mut of_mikko).await, UNKNOWN);
    let page = browser.use_passkey(&sign_in, &mut story.device).await;

    assert!(page.is_at_the_application());
    assert_eq!(story.token(&page).await["amr"], json!(["hwk", "mfa", "pwd", "user"]));
    let page = story.service.browser().try_password(&story.ruori, AINO, AINO.password).await;
    assert_eq!(page.title(), PASSKEY_PAGE, "what was used last is asked for first");
}

#[tokio::test]
async fn a_passkey_is_set_up_on_the_way_in() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, MIKKO, MIKKO.password).await;
    assert!(page.says("Authenticator app code") && page.says("Passkey or security key"));
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "second-step", &[("method", "passkey")]).await;
    assert_eq!(page.title(), ADD_PAGE);

    let mut device = Authenticator::new(PUBLIC_URL);
    device.verifies_user = false;
    let options = browser.challenge(&sign_in).await;
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
    let path = format!("{sign_in}/passkey/new");
    let answer = device.make(&options);
    assert_refused(&browser.submit(&path, &[("credential", &answer)]).await, NOT_VERIFIED);
    device.verifies_user = true;
    assert_refused(&browser.submit(&path, &[("credential", &device.make(&options))]).await, OVER);
    let options = browser.challenge(&sign_in).await;
    let page = browser.submit(&path, &[("credential", &device.make(&options))]).await;
    assert_eq!(page.title(), "Save your recovery code");
    let page = browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;

    assert_eq!(page.title(), "You are signed in");
    assert!(page.says("you can sign in with your passkey alone"));
    let page = browser.answer(&sign_in, "open", &[]).await;
    assert!(page.is_at_the_application());
    let told = ["A passkey was added to your sign-in", "A recovery code was saved for your sign-in"];
    assert_eq!(service.subjects().await, told);
    let mut other = service.browser();
    let sign_in = other.begin(&ruori).await;
    assert!(other.use_passkey(&sign_in, &mut device).await.is_at_the_application());
}

#[tokio::test]
async fn a_passkey_belongs_to_one_person() {
    let mut story = aino_with_a_passkey().await;
    story.service.person(MIKKO).await;
    let mut browser = story.service.browser();
    let page = browser.try_password(&story.ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "second-step", &[("method", "passkey")]).await;
    let options = browser.challenge(&sign_in).await;

    let answer = story.device.make(&options);
    let page = browser.submit(&format!("{sign_in}/passkey/new"), &[("credential", &answer)]).await;

    assert_refused(&page, "This passkey has already been added. Use another device or security key.");
    assert_eq!(story.service.count("SELECT COUNT(*) FROM passkeys").await, 1);
}

#[tokio::test]
async fn an_answer_to_one_question_is_none_to_the_other() {
    let mut story = aino_with_a_passkey().await;
    story.service.person(MIKKO).await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let to_prove = browser.challenge(&sign_in).await;
    let page = browser.answer(&sign_in, "passkey/new", &[("credential", &story.device.answer(&to_prove))]).await;
    assert_eq!(page.title(), "Sign in", "nothing is added before anything is proven");

    browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;
    browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;
    browser.answer(&sign_in, "second-step", &[("method", "passkey")]).await;
    let mut device = Authenticator::new(PUBLIC_URL);
    let options = json!({ "challenge": to_prove["challenge"], "user": { "id": "AAAA" } });
    let page = browser.answer(&sign_in, "passkey/new", &[("credential", &device.make(&options))]).await;
    assert_refused(&page, OVER);
}

#[tokio::test]
async fn a_recovery_code_replaces_what_was_lost_whatever_it_was() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "second-step", &[("method", "passkey")]).await;
    let mut lost = Authenticator::new(PUBLIC_URL);
    let options = browser.challenge(&sign_in).await;
    let page = browser.submit(&format!("{sign_in}/passkey/new"), &[("credential", &lost.make(&options))]).await;
    let code = page.recovery_code();
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;

    let mut new_phone = service.browser();
    let page = new_phone.try_password(&ruori, MIKKO, MIKKO.password).await;
    assert_eq!(page.title(), PASSKEY_PAGE);
    let sign_in = page.sign_in();
    new_phone.answer(&sign_in, "use/recovery_code", &[]).await;
    let page = new_phone.answer(&sign_in, "recovery-code", &[("recovery_code", &code)]).await;
    assert_eq!(page.title(), "Choose your second step");
    let page = new_phone.answer(&sign_in, "second-step", &[("method", "totp")]).await;
    let seed = page.secret();
    let page = new_phone.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    assert_eq!(page.title(), "Save your recovery code");
    assert_ne!(page.recovery_code(), code);

    assert_eq!(service.count("SELECT COUNT(*) FROM passkeys").await, 0, "what was lost opens nothing any more");
    let mut thief = service.browser();
    let sign_in = thief.begin(&ruori).await;
    assert_refused(&thief.use_passkey(&sign_in, &mut lost).await, UNKNOWN);
}

#[tokio::test]
async fn a_service_at_an_address_offers_no_passkeys() {
    let service = Service::start_with(|settings| settings.public_url = "http://127.0.0.1:7250".parse().unwrap()).await;
    let mut browser = service.browser();
    browser.headers.insert("origin", "http://127.0.0.1:7250".parse().unwrap());
    browser.headers.insert("host", "127.0.0.1:7250".parse().unwrap());
    let page = browser.open("/account").await;
    assert_eq!(page.title(), "Sign in");
    assert!(!page.body.contains("data-passkey"));
    let page = browser.post(&format!("{}/passkey/challenge", page.sign_in()), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(browser.get("/.well-known/webauthn").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn related_origins_are_published_and_taken_to_the_letter() {
    let related = "https://kirjaudu.kallio.example";
    let service = Service::start_with(|settings| settings.related_origins = vec![related.parse().unwrap()]).await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut device = service.passkey(aino).await;
    let mut browser = service.browser();
    let page = browser.get("/.well-known/webauthn").await;
    assert_eq!(page.header("content-type"), "application/json");
    let published: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(published, json!({ "origins": [PUBLIC_URL, related] }));
    let page = browser.get("/.well-known/passkey-endpoints").await;
    let endpoints: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(endpoints["enroll"], format!("{PUBLIC_URL}/account/passkeys/new"));

    let sign_in = browser.begin(&ruori).await;
    device.origin = format!("{related}.evil.example");
    assert_refused(&browser.use_passkey(&sign_in, &mut device).await, FAILED);
    device.origin = related.to_owned();
    assert!(browser.use_passkey(&sign_in, &mut device).await.is_at_the_application());
}

#[tokio::test]
async fn of_one_sign_in_eight_challenges_wait_at_most() {
    let mut story = aino_with_a_passkey().await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let first = browser.challenge(&sign_in).await;
    for _ in 0..40 {
        story.service.wait(1);
        browser.challenge(&sign_in).await;
    }
    assert_eq!(story.service.count("SELECT COUNT(*) FROM passkey_challenges").await, 8);
    let page = browser.submit(&format!("{sign_in}/passkey"), &[("credential", &story.device.answer(&first))]).await;
    assert_refused(&page, OVER);
}

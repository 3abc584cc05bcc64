//! The password is forgotten: a link by email or the recovery code stands in for it, never for the second step.

use http::StatusCode;
use salpa::directory::people::PersonState;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service, Somebody, code_at, of_any_request};

const NEW: &str = "seven herons over the reeds";

impl Browser {
    /// From an application to the page where somebody says how to go on without a password.
    pub async fn without_password(&mut self, application: &Registered, email: &str) -> String {
        let sign_in = self.begin(application).await;
        let page = self.answer(&sign_in, "email", &[("email", email)]).await;
        assert!(page.body.contains(&format!("{sign_in}/forgotten-password")), "the password page leads there");
        let page = self.open(&format!("{sign_in}/forgotten-password")).await;
        assert_eq!(page.title(), "Reset your password");
        sign_in
    }

    /// Asks for a link.
    pub async fn ask_link(&mut self, application: &Registered, email: &str) -> Page {
        let sign_in = self.without_password(application, email).await;
        self.submit(&format!("{sign_in}/forgotten-password"), &[("method", "link")]).await
    }

    /// From an application to what the link of the email leads to, in the same browser.
    pub async fn forgot(&mut self, service: &Service, application: &Registered, somebody: Somebody) -> Page {
        let page = self.ask_link(application, somebody.email).await;
        assert_eq!(page.title(), "Check your email");
        let link = service.link(somebody.email, "/forgotten-password/").await;
        self.submit(&link, &[]).await
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_only_beside_the_passkey_of_whoever_has_one() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let mut device = service.passkey(mikko).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    let page = browser.forgot(&service, &ruori, MIKKO).await;
    let sign_in = page.sign_in();
    assert_ne!(page.title(), "Choose a new password", "the link does not go around it");
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    assert_ne!(page.title(), "Choose a new password", "nor does the form");
    let page = browser.use_passkey(&sign_in, &mut device).await;
    assert_eq!(page.title(), "Choose a new password");
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    assert_eq!(page.title(), "Save your recovery code", "{}", page.body);
}

#[tokio::test]
async fn a_link_by_email_and_the_second_step_lead_to_a_new_password_and_back_to_the_application() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut before = service.browser();
    before.arrive(&service, &ruori, AINO).await;
    service.wait(30);
    let mut browser = service.browser();

    let page = browser.forgot(&service, &ruori, AINO).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "the link does not go around it");
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "nor does the form");
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;
    assert_eq!(page.title(), "Choose a new password");
    let page = browser.answer(&sign_in, "new-password", &[("password", "short")]).await;
    assert_eq!(page.alert().as_deref(), Some("This password is too short. Use at least 8 characters."));
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;

    assert!(page.is_at_the_application(), "{} {}", page.status, page.title());
    assert_eq!(before.open("/account").await.title(), "Sign in", "every other session has ended");
    assert_eq!(service.letter(AINO.email).await.subject, "A new password was set for you");
    service.wait(30);
    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = service.browser().try_password(&ruori, AINO, NEW).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    let tokens = browser.open(&ruori.authorize(&[])).await;
    assert!(tokens.is_at_the_application(), "the session that set it goes on");
}

#[tokio::test]
async fn in_another_browser_no_application_waits_and_one_can_go_on() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut first = service.browser();
    first.ask_link(&ruori, MIKKO.email).await;
    let link = service.link(MIKKO.email, "/forgotten-password/").await;

    let mut phone = service.browser();
    let page = phone.open(&link).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::OK, "Choose a new password"));
    let page = phone.submit(&link, &[]).await;
    assert_eq!(page.title(), "Choose a new password");
    let sign_in = page.sign_in();
    let page = phone.answer(&sign_in, "new-password", &[("password", "tuolivuorikyy")]).await;
    assert!(page.alert().unwrap().starts_with("This password is too short without a second step."));
    let page = phone.answer(&sign_in, "new-password", &[("password", NEW)]).await;

    assert_eq!(page.title(), "Your new password is set");
    assert!(page.says("Go back to the application that you want to use"));
    assert_eq!(phone.open("/account").await.title(), "My sign-in");
    // Another browser cannot go on with it.
    assert_eq!(first.open(&sign_in).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_person_without_a_password_gets_one_the_same_way_and_sets_up_a_second_step() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    service.change("DELETE FROM passwords").await;
    service.change("UPDATE people SET email_confirmed_at = NULL").await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();

    let page = browser.forgot(&service, &ruori, MIKKO).await;
    assert_eq!(page.title(), "Choose a new password");
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;

    assert_eq!(page.title(), "Choose your second step", "the policy wants one");
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE email_confirmed_at IS NOT NULL").await, 1);
    let seed = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    let page = browser.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    assert_eq!(page.title(), "Save your recovery code");
}

#[tokio::test]
async fn programs_that_read_mail_use_no_link_up() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    browser.ask_link(&ruori, MIKKO.email).await;
    let link = service.link(MIKKO.email, "/forgotten-password/").await;
    for _ in 0..10 {
        let mut scanner = service.browser();
        assert_eq!(scanner.get(&link).await.status, StatusCode::OK);
        assert_eq!(scanner.send(http::Method::HEAD, &link, "").await.status, StatusCode::OK);
    }
    assert_eq!(browser.submit(&link, &[]).await.title(), "Choose a new password");
}

#[tokio::test]
async fn a_link_works_once_for_half_an_hour_and_no_other_works_at_all() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let is_over = |page: &Page| {
        assert_eq!((page.status, page.title().as_str()), (StatusCode::GONE, "This link no longer works"));
        assert!(page.error_id().is_some());
    };
    service.browser().ask_link(&ruori, MIKKO.email).await;
    let used = service.link(MIKKO.email, "/forgotten-password/").await;
    service.browser().submit(&used, &[]).await;
    is_over(&service.browser().submit(&used, &[]).await);
    is_over(&service.browser().get(&used).await);

    service.browser().ask_link(&ruori, MIKKO.email).await;
    let old = service.link(MIKKO.email, "/forgotten-password/").await;
    for forged in ["/forgotten-password/nothing", "/forgotten-password/%00", &old[..old.len() - 1]] {
        is_over(&service.browser().get(forged).await);
        is_over(&service.browser().submit(forged, &[]).await);
    }
    service.wait(30 * 60 - 1);
    assert_eq!(service.browser().get(&old).await.status, StatusCode::OK);
    service.wait(1);
    is_over(&service.browser().submit(&old, &[]).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_with_one_link_one_wins() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    service.browser().ask_link(&ruori, MIKKO.email).await;
    let link = service.link(MIKKO.email, "/forgotten-password/").await;
    let tries: Vec<_> = (0..24)
        .map(|_| {
            let (mut browser, link) = (service.browser(), link.clone());
            tokio::spawn(async move { browser.post(&link, &[]).await.status })
        })
        .collect();
    let mut won = 0;
    for one in tries {
        let status = one.await.unwrap();
        won += usize::from(status == StatusCode::SEE_OTHER);
        assert!(status == StatusCode::SEE_OTHER || status == StatusCode::GONE, "{status}");
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_new_password_ends_the_other_links_and_opens_what_wrong_ones_had_closed() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    for _ in 0..5 {
        service.browser().try_password(&ruori, MIKKO, "a guess").await;
    }
    service.browser().ask_link(&ruori, MIKKO.email).await;
    let other = service.link(MIKKO.email, "/forgotten-password/").await;
    service.wait(1);
    let mut browser = service.browser();
    let page = browser.forgot(&service, &ruori, MIKKO).await;
    browser.answer(&page.sign_in(), "new-password", &[("password", NEW)]).await;

    assert_eq!(service.browser().submit(&other, &[]).await.status, StatusCode::GONE);
    let page = service.browser().try_password(&ruori, MIKKO, NEW).await;
    assert!(page.is_at_the_application(), "{}", page.title());
}

#[tokio::test]
async fn a_new_password_is_set_once_by_one_proof() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.forgot(&service, &ruori, MIKKO).await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    let page = browser.answer(&sign_in, "new-password", &[("password", "nine herons over the reeds")]).await;
    assert_eq!(page.title(), "Choose your second step");
    assert_eq!(service.count("SELECT COUNT(*) FROM history WHERE event = 'sign_in.password_reset'").await, 1);
}

/// Mikko with an authenticator app and a recovery code that he knows.
async fn with_recovery_code(service: &Service, ruori: &Registered) -> (String, String) {
    let mut browser = service.browser();
    let page = browser.try_password(ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    let seed = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    let page = browser.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    let code = page.recovery_code();
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    service.wait(60);
    (seed, code)
}

#[tokio::test]
async fn the_recovery_code_stands_in_for_the_password_beside_the_second_step_and_a_new_one_is_made() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let (seed, code) = with_recovery_code(&service, &ruori).await;
    let mut browser = service.browser();
    let sign_in = browser.without_password(&ruori, MIKKO.email).await;
    let page = browser.submit(&format!("{sign_in}/forgotten-password"), &[("method", "recovery_code")]).await;
    assert_eq!(page.title(), "Use your recovery code");
    let path = format!("{sign_in}/forgotten-password/recovery-code");
    let page = browser.submit(&path, &[("recovery_code", "0000-0000-0000-0000-0000")]).await;
    assert!(page.alert().unwrap().starts_with("This recovery code does not match."));

    let page = browser.submit(&path, &[("recovery_code", &code)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "not by the recovery code alone");
    let page = browser.answer(&sign_in, "code", &[("code", &code_at(&seed, service.now()))]).await;
    assert_eq!(page.title(), "Choose a new password");
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    assert_eq!(page.title(), "Save your recovery code", "the old one is used up");
    let page = browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    assert!(page.is_at_the_application(), "{}", page.title());
    assert!(service.letters(MIKKO.email).await.iter().any(|letter| letter.subject == "Your recovery code was used"));
}

#[tokio::test]
async fn a_person_without_password_and_phone_gives_the_link_and_the_recovery_code_and_sets_up_anew() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let (_, code) = with_recovery_code(&service, &ruori).await;
    let mut browser = service.browser();
    let page = browser.forgot(&service, &ruori, MIKKO).await;
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "use/recovery_code", &[]).await;
    assert_eq!(page.title(), "Use your recovery code");
    let page = browser.answer(&sign_in, "recovery-code", &[("recovery_code", &code)]).await;
    assert_eq!(page.title(), "Choose a new password");
    let page = browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    assert_eq!(page.title(), "Choose your second step", "as after every use of the recovery code");
    let seed = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    let page = browser.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    assert_eq!(page.title(), "Save your recovery code");
}

/// Everything that a browser is told, but for what names this one sign-in and the email.
fn told(page: &Page, sign_in: &str, email: &str) -> (StatusCode, Vec<(String, String)>, String) {
    let plain =
        |text: &str| text.replace(sign_in, "/sign-in/THIS").replace(&sign_in[9..], "THIS").replace(email, "EMAIL");
    let plain = |text: &str| of_any_request(&plain(text));
    let headers = page.headers.iter().map(|(name, value)| (name.to_string(), plain(value.to_str().unwrap()))).collect();
    (page.status, headers, plain(&page.body))
}

async fn answers(
    service: &Service,
    ruori: &Registered,
    email: &str,
) -> Vec<(StatusCode, Vec<(String, String)>, String)> {
    let mut browser = service.browser();
    let sign_in = browser.begin(ruori).await;
    browser.answer(&sign_in, "email", &[("email", email)]).await;
    let page = format!("{sign_in}/forgotten-password");
    let mut all = vec![told(&browser.get(&page).await, &sign_in, email)];
    // More than there is an allowance for.
    for _ in 0..5 {
        all.push(told(&browser.post(&page, &[("method", "link")]).await, &sign_in, email));
        all.push(told(&browser.get(&format!("{page}/sent")).await, &sign_in, email));
    }
    let code = format!("{page}/recovery-code");
    for _ in 0..7 {
        let page = browser.post(&code, &[("recovery_code", "0000-0000-0000-0000-0000")]).await;
        all.push(told(&page, &sign_in, email));
    }
    all
}

#[tokio::test]
async fn whether_somebody_has_an_email_is_not_told_by_any_way() {
    const CLOSED: Somebody = Somebody { email: "anna.virtanen@kallio.example", ..AINO };
    let service = Service::start().await;
    service.person(AINO).await;
    let closed = service.person(CLOSED).await;
    service.set_state(closed, PersonState::Disabled).await;
    // Recovery codes that can be compared, and that nobody knows.
    service
        .change("UPDATE recovery_codes SET hash = (SELECT hash FROM passwords WHERE passwords.person_id = recovery_codes.person_id)")
        .await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;

    let of_nobody = answers(&service, &ruori, "eino.virtanen@kallio.example").await;

    for email in [AINO.email, CLOSED.email] {
        for (number, (theirs, nobodys)) in answers(&service, &ruori, email).await.iter().zip(&of_nobody).enumerate() {
            assert_eq!(theirs, nobodys, "answer {number} to {email}");
        }
    }
    assert!(of_nobody.iter().any(|(status, ..)| *status == StatusCode::TOO_MANY_REQUESTS), "guesses are counted");
    assert_eq!(service.letters(AINO.email).await.len(), 3, "three links an hour");
    assert_eq!(service.letters(CLOSED.email).await.len(), 0);
    assert_eq!(service.count("SELECT COUNT(*) FROM messages WHERE recipient <> ''").await, 3);
}

#[tokio::test]
async fn one_network_asks_for_thirty_links_an_hour() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let office = service.browser().address;
    let mut statuses = Vec::new();
    for number in 0..32 {
        let mut browser = service.browser();
        browser.address = office;
        let page = browser.ask_link(&ruori, &format!("person{number}@kallio.example")).await;
        statuses.push(page.status.as_u16());
    }
    assert_eq!(statuses, [vec![200; 30], vec![429; 2]].concat());
    let page = service.browser().ask_link(&ruori, "person99@kallio.example").await;
    assert_eq!(page.status, StatusCode::OK, "others are not held back");
    service.wait(60 * 60);
    let mut browser = service.browser();
    browser.address = office;
    assert_eq!(browser.ask_link(&ruori, "person98@kallio.example").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_takes_over_by_a_link_that_another_asked_for() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    // Somebody asks in the name of Mikko, and waits in their browser; he uses the link in his.
    let mut thief = service.browser();
    let page = thief.ask_link(&ruori, MIKKO.email).await;
    let waiting = page.sign_in();
    let link = service.link(MIKKO.email, "/forgotten-password/").await;
    let mut mikko = service.browser();
    let page = mikko.submit(&link, &[]).await;
    assert_ne!(page.sign_in(), waiting, "his browser goes on by itself");
    mikko.answer(&page.sign_in(), "new-password", &[("password", NEW)]).await;
    let page = thief.open(&waiting).await;
    assert_eq!(page.title(), "Enter your password", "the one that asked has gained nothing");
    assert_eq!(thief.open("/account").await.title(), "Sign in");
}

#[tokio::test]
async fn wrong_recovery_codes_of_others_never_close_it_to_its_owner() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let (seed, code) = with_recovery_code(&service, &ruori).await;
    for _ in 0..12 {
        let mut guesser = service.browser();
        let sign_in = guesser.without_password(&ruori, MIKKO.email).await;
        let path = format!("{sign_in}/forgotten-password/recovery-code");
        let page = guesser.submit(&path, &[("recovery_code", "0000-0000-0000-0000-0000")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    // In a browser that nobody knows, without the password, and then without the phone.
    let mut browser = service.browser();
    let sign_in = browser.without_password(&ruori, MIKKO.email).await;
    let path = format!("{sign_in}/forgotten-password/recovery-code");
    let page = browser.submit(&path, &[("recovery_code", &code)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app");
    browser.answer(&sign_in, "code", &[("code", &code_at(&seed, service.now()))]).await;
    browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    let newer = browser.open(&sign_in).await.recovery_code();
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    let mut guesser = service.browser();
    let sign_in = guesser.without_password(&ruori, MIKKO.email).await;
    for _ in 0..6 {
        let path = format!("{sign_in}/forgotten-password/recovery-code");
        guesser.submit(&path, &[("recovery_code", "0000-0000-0000-0000-0000")]).await;
    }
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, MIKKO, NEW).await;
    browser.answer(&page.sign_in(), "use/recovery_code", &[]).await;
    let page = browser.answer(&page.sign_in(), "recovery-code", &[("recovery_code", &newer)]).await;
    assert_eq!(page.title(), "Choose your second step");
}

/// Anybody can type recovery codes for an email. Before, five of them made its owner wait, and a hundred closed the only
/// way in that was left with a new device, a right password and a lost phone.
#[tokio::test]
async fn on_a_new_device_the_recovery_code_opens_however_many_strangers_have_guessed() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let (_, code) = with_recovery_code(&service, &ruori).await;
    for _ in 0..100 {
        let mut guesser = service.browser();
        let sign_in = guesser.without_password(&ruori, MIKKO.email).await;
        let path = format!("{sign_in}/forgotten-password/recovery-code");
        guesser.submit(&path, &[("recovery_code", "0000-0000-0000-0000-0000")]).await;
    }

    let mut new_device = service.browser();
    let asked = new_device.try_password(&ruori, MIKKO, MIKKO.password).await;
    new_device.answer(&asked.sign_in(), "use/recovery_code", &[]).await;
    let opened = new_device.answer(&asked.sign_in(), "recovery-code", &[("recovery_code", &code)]).await;

    assert_eq!((opened.status, opened.title().as_str()), (StatusCode::OK, "Choose your second step"));
}

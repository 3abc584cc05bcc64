//! Somebody who reads mail that is not theirs: in the mailbox of a person, or in a former one. By none of the links in
//! it do they get further than the second step that the person had; `mailbox_orders.rs` tries them in every order.

use http::StatusCode;
use salpa::directory::people::{self, Email, PersonId};
use salpa::platform::clock::Timestamp;
use salpa::platform::db;
use salpa::platform::web::fault::Fault;
use salpa::proofs::totp;
use salpa::proofs::{self, passkeys, recovery};
use salpa::sign_in::notices::{self, Notice};
use salpa::sign_in::policies::SecondFactor;

use super::{aino_and_an_application, at_the_account};
use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service, Somebody, code_at, link_in};

const NEW: &str = "seven herons over the reeds";
const REFUSED: &str = "A link to your email is not enough here";
const CODE: &str = "Enter the code from your authenticator app";

/// Mikko, who has just set up an authenticator app and kept his recovery code; and both.
async fn just_set_up() -> (Service, Registered, String, String) {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.wait(60);
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    let seed = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    let page = browser.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    let code = page.recovery_code();
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    service.wait(60);
    (service, ruori, seed, code)
}

impl Service {
    /// Presses "this wasn't me" in a mailbox, in the newest message there with a subject.
    async fn press(&self, mailbox: &str, subject: &str) -> Page {
        let letters = self.letters(mailbox).await;
        let letter = letters.iter().find(|letter| letter.subject == subject).unwrap_or_else(|| panic!("no {subject}"));
        let link = link_in(&letter.text, "/account/not-me/").unwrap();
        self.browser().submit(&link, &[]).await
    }
}

/// Sets a new password by a link in the mailbox, and the page that comes after it.
async fn new_password(browser: &mut Browser, page: &Page) -> Page {
    assert_eq!(page.title(), "Choose a new password");
    browser.answer(&page.sign_in(), "new-password", &[("password", NEW)]).await
}

#[tokio::test]
async fn a_mailbox_alone_does_not_get_around_a_second_step_that_was_just_set_up() {
    let (service, ruori, seed, _) = just_set_up().await;

    let page = service.press(MIKKO.email, "A second step was set up for your sign-in").await;
    assert_eq!(page.title(), "It has been stopped");
    assert!(page.says("Ask your company's user administrator to reset your second step"), "{}", page.body);
    let mut thief = service.browser();
    let page = thief.forgot(&service, &ruori, MIKKO).await;

    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, REFUSED));
    assert!(page.error_id().is_some());
    let sign_in = page.sign_in();
    let code = code_at(&seed, service.now());
    for (form, fields) in [
        ("new-password", [("password", NEW)]),
        ("second-step", [("method", "totp")]),
        ("authenticator", [("code", "123456")]),
        ("use/recovery_code", [("", "")]),
        ("code", [("code", code.as_str())]),
    ] {
        assert_eq!(thief.answer(&sign_in, form, &fields).await.title(), REFUSED, "{form}");
    }
    assert_eq!(thief.open("/account").await.title(), "Sign in");
    let told = service.letters(MIKKO.email).await;
    let stopped = told.iter().find(|letter| letter.subject == "We stopped what was not you").unwrap();
    assert!(stopped.text.contains("Ask your company's user administrator to reset your second step"));
}

#[tokio::test]
async fn a_person_vouched_for_by_an_administrator_comes_back_by_a_link() {
    let (service, ruori, ..) = just_set_up().await;
    let mikko = service.id_of(MIKKO).await;
    service.press(MIKKO.email, "A second step was set up for your sign-in").await;
    service.vouch(mikko).await;

    let mut browser = service.browser();
    let page = browser.forgot(&service, &ruori, MIKKO).await;
    let page = new_password(&mut browser, &page).await;

    assert_eq!(page.title(), "Choose your second step", "the policy wants one");
}

#[tokio::test]
async fn a_second_step_that_replaced_an_older_one_gives_way_to_the_older_one() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let seed = browser.open("/account/authenticators/new").await.secret();
    let code = code_at(&seed, service.now());
    browser.submit("/account/authenticators/new", &[("code", &code), ("name", "New phone")]).await;
    let page = browser.open("/account").await;
    let old = page.body.split("href=\"/account/authenticators/").skip(1).filter_map(|rest| rest.split('"').next());
    let old = old.filter(|id| *id != "new").min().unwrap().to_owned();
    service.wait(10);
    browser.submit(&format!("/account/authenticators/{old}/remove"), &[]).await;
    service.wait(30);

    service.press(AINO.email, "A second step was set up for your sign-in").await;
    let mut browser = service.browser();
    let page = browser.forgot(&service, &ruori, AINO).await;

    assert_eq!(page.title(), CODE);
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "code", &[("code", &code_at(&seed, service.now()))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the new one opens nothing");
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;
    let page = new_password(&mut browser, &page).await;
    assert!(page.is_at_the_application(), "{} {}", page.title(), page.body);
}

#[tokio::test]
async fn factors_that_the_recovery_code_replaced_come_back_and_the_code_stays_used() {
    let (service, ruori, seed, code) = just_set_up().await;
    let mut owner = service.browser();
    let page = owner.try_password(&ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    owner.answer(&sign_in, "use/recovery_code", &[]).await;
    owner.answer(&sign_in, "recovery-code", &[("recovery_code", &code)]).await;
    service.wait(5);
    let newer = owner.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    let page = owner.answer(&sign_in, "authenticator", &[("code", &code_at(&newer, service.now()))]).await;
    assert_eq!(page.title(), "Save your recovery code");
    owner.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    service.wait(60);

    service.press(MIKKO.email, "Your recovery code was used").await;
    let mut browser = service.browser();
    let page = browser.forgot(&service, &ruori, MIKKO).await;

    assert_eq!(page.title(), CODE);
    let sign_in = page.sign_in();
    let page = browser.answer(&sign_in, "use/recovery_code", &[]).await;
    assert_eq!(page.title(), CODE, "neither the used code nor the one that was made since is asked for");
    let page = browser.answer(&sign_in, "code", &[("code", &code_at(&seed, service.now()))]).await;
    new_password(&mut browser, &page).await;
}

#[tokio::test]
async fn a_former_mailbox_stops_the_change_of_the_email_and_nothing_else() {
    let (service, ruori) = aino_and_an_application().await;
    let mut owner = at_the_account(&service).await;
    owner.submit("/account/email", &[("email", "aino@laine.example")]).await;
    let link = service.link("aino@laine.example", "/account/confirm-email/").await;
    owner.submit(&link, &[]).await;
    service.wait(60);
    let seed = owner.open("/account/authenticators/new").await.secret();
    let code = code_at(&seed, service.now());
    owner.submit("/account/authenticators/new", &[("code", &code), ("name", "New phone")]).await;
    service.wait(60);

    let letter = service.letter(AINO.email).await;
    let link = link_in(&letter.text, "/account/not-me/").unwrap();
    let mut thief = service.browser();
    assert!(thief.get(&link).await.says("Nothing else changes"));
    let page = thief.submit(&link, &[]).await;

    assert!(page.says("Your email here is the previous one again"), "{}", page.body);
    assert_eq!(owner.open("/account").await.title(), "Sign in", "sessions end");
    assert_eq!(service.count("SELECT COUNT(*) FROM authenticators").await, 2, "both apps stay");
    let told = service.letter("aino@laine.example").await;
    assert_eq!(told.subject, "We stopped what was not you");
    // The link about the app went to an address that is no longer hers.
    let subject = "A second step was set up for your sign-in";
    assert_eq!(service.press("aino@laine.example", subject).await.status, StatusCode::GONE);
    let page = thief.forgot(&service, &ruori, AINO).await;
    assert_eq!(page.title(), CODE);
    let page = service.browser().try_code(&ruori, AINO, &code_at(&seed, service.now())).await;
    assert!(page.is_at_the_application(), "the password opens what it opened: {}", page.title());
}

#[tokio::test]
async fn changes_after_a_stopped_one_are_taken_back_with_it() {
    let (service, _) = aino_and_an_application().await;
    let mut thief = at_the_account(&service).await;
    thief.submit("/account/password", &[("password", NEW)]).await;
    service.wait(10);
    thief.submit("/account/email", &[("email", "thief@evil.example")]).await;
    let link = service.link("thief@evil.example", "/account/confirm-email/").await;
    thief.submit(&link, &[]).await;
    // In her mailbox, which is a former one now, the link about the email comes first.
    let password = "You have a new password";
    assert_eq!(service.press(AINO.email, password).await.status, StatusCode::GONE);
    service.press(AINO.email, "Your sign-in email was changed").await;

    let page = service.press(AINO.email, password).await;

    assert_eq!(page.title(), "It has been stopped");
    assert!(page.says("You sign in with the second step that you had before"), "{}", page.body);
    assert_eq!(service.count("SELECT COUNT(*) FROM passwords").await, 0);
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE email = 'aino.virtanen@kallio.example'").await, 1);
}

#[tokio::test]
async fn a_passkey_that_was_all_there_was_comes_back_and_the_one_in_its_place_goes() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    service.change("DELETE FROM passwords").await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut first = service.passkey(mikko).await;
    let only = passkeys::of_person(&service.app.db, mikko).await.unwrap().remove(0).id;
    service.wait(60);
    let mut second = service.passkey(mikko).await;
    service.told(mikko, Notice::PasskeyAdded { name: "Mine".to_owned() }).await;
    let now = service.now();
    let removed: Result<bool, db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { passkeys::remove(tx, mikko, &only, now).await })).await;
    assert!(removed.unwrap());

    service.press(MIKKO.email, "A passkey was added to your sign-in").await;

    let mut thief = service.browser();
    let page = thief.forgot(&service, &ruori, MIKKO).await;
    assert_ne!(page.title(), "Choose a new password");
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    assert_eq!(browser.use_passkey(&sign_in, &mut second).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.use_passkey(&sign_in, &mut first).await;
    assert_eq!(page.title(), "Save your recovery code", "it opens as before");
}

#[tokio::test]
async fn the_recovery_code_from_before_opens_beside_the_link_and_is_not_used_up_without_it() {
    let (service, ruori, _, code) = just_set_up().await;
    let mikko = service.id_of(MIKKO).await;
    service.remove_apps(mikko).await;
    let mut browser = service.browser();
    let sign_in = browser.without_password(&ruori, MIKKO.email).await;
    let path = format!("{sign_in}/forgotten-password/recovery-code");
    let page = browser.submit(&path, &[("recovery_code", &code)]).await;
    assert!(page.alert().unwrap().starts_with("This is your recovery code, but it is needed later."));

    let page = browser.forgot(&service, &ruori, MIKKO).await;
    assert_eq!(page.title(), "Use your recovery code");
    let page = browser.answer(&page.sign_in(), "recovery-code", &[("recovery_code", &code)]).await;
    let page = new_password(&mut browser, &page).await;

    assert_eq!(page.title(), "Choose your second step", "as after every use of the recovery code");
}

#[tokio::test]
async fn the_recovery_code_from_before_is_in_force_again_where_it_was_replaced() {
    let (service, _, _, code) = just_set_up().await;
    let mikko = service.id_of(MIKKO).await;
    let now = service.now();
    let made: Result<(), db::Error> = service
        .app
        .db
        .write(move |tx| Box::pin(async move { recovery::replace(tx, mikko, "of somebody else", now).await }))
        .await;
    made.unwrap();
    service.told(mikko, Notice::RecoveryCodeMade).await;
    assert!(!service.is_recovery_code(&code).await);

    service.press(MIKKO.email, "You have a new recovery code").await;

    assert!(service.is_recovery_code(&code).await);
}

#[tokio::test]
async fn removed_factors_are_forgotten_once_no_link_can_bring_them_back() {
    let (service, ..) = just_set_up().await;
    let mikko = service.id_of(MIKKO).await;
    service.remove_apps(mikko).await;
    service.wait(notices::LIFETIME.as_secs());
    assert_eq!(service.forget_removed().await, 0, "a link may still bring it back");
    service.wait(1);
    assert_eq!(service.forget_removed().await, 1);
}

impl Service {
    async fn id_of(&self, somebody: Somebody) -> PersonId {
        let email = Email::parse(somebody.email).unwrap();
        people::find_by_email(&self.app.db, &email).await.unwrap().unwrap().id
    }

    /// The reset by an administrator of the basic company or the operator.
    async fn vouch(&self, person: PersonId) {
        let now = self.now();
        let reset: Result<u64, db::Error> = self
            .app
            .db
            .write(move |tx| Box::pin(async move { proofs::reset_second_steps(tx, person, now).await }))
            .await;
        reset.unwrap();
    }

    pub(super) async fn told(&self, person: PersonId, notice: Notice) {
        let (app, visit) = (self.app.clone(), self.visit(&self.browser()));
        let told: Result<(), Fault> = self
            .app
            .db
            .write(move |tx| Box::pin(async move { notices::tell(tx, &app, &visit, person, &notice).await }))
            .await;
        told.unwrap();
    }

    async fn remove_apps(&self, person: PersonId) {
        let now = self.now();
        let removed: Result<u64, db::Error> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move { totp::remove_since(tx, person, Timestamp::from_milliseconds(0), now).await })
            })
            .await;
        assert!(removed.unwrap() > 0);
    }

    async fn forget_removed(&self) -> u64 {
        let before = self.now().minus(notices::LIFETIME);
        let forgotten: Result<u64, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { proofs::expire_removed(tx, before).await })).await;
        forgotten.unwrap()
    }
}

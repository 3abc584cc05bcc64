//! The back button at every step: whatever earlier or later form is sent again, a sign-in stands where it
//! stood, and none of it leads to the application before its time.

use salpa::platform::settings::Terms;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, MIKKO, Page, Service, Somebody, code_at};

/// A step, by the title of its page and the form that answers it.
struct Step {
    title: &'static str,
    form: &'static str,
}

const fn step(title: &'static str, form: &'static str) -> Step {
    Step { title, form }
}

const OF_AINO: [Step; 4] = [
    step("Sign in", "email"),
    step("Enter your password", "password"),
    step("Enter the code from your authenticator app", "code"),
    step("Accept the terms and conditions", "terms"),
];

const OF_MIKKO: [Step; 7] = [
    step("Sign in", "email"),
    step("Enter your password", "password"),
    step("Choose your second step", "second-step"),
    step("Connect your authenticator app", "authenticator"),
    step("Save your recovery code", "recovery-saved"),
    step("Accept the terms and conditions", "terms"),
    step("You are signed in", "open"),
];

const FORMS: [&str; 9] =
    ["email", "password", "code", "second-step", "authenticator", "recovery-saved", "terms", "back", "open"];

/// The target of a form that is meant to lead back; every other one leaves the step as it is.
fn leads_back(at: &str, form: &str) -> bool {
    matches!((at, form), ("password" | "code" | "authenticator", "back"))
}

/// The right answer to a form, if there is one.
fn answer(form: &str, somebody: Somebody, code: &str) -> Vec<(&'static str, String)> {
    match form {
        "email" => vec![("email", somebody.email.to_owned())],
        "password" => vec![("password", somebody.password.to_owned())],
        "code" | "authenticator" => vec![("code", code.to_owned())],
        "second-step" => vec![("method", "totp".to_owned())],
        "recovery-saved" => vec![("saved", "yes".to_owned())],
        "terms" => vec![("accepted", "yes".to_owned())],
        _ => Vec::new(),
    }
}

async fn send(browser: &mut Browser, sign_in: &str, form: &str, fields: &[(&'static str, String)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.answer(sign_in, form, &fields).await
}

/// Walks a sign-in; at each step sends every other form with its right answer, and then the one that is due.
async fn walk(steps: &[Step], somebody: Somebody) {
    let service = Service::start_with(|settings| {
        settings.terms = Some(Terms { version: "3".to_owned(), url: "https://kallio.example/terms".to_owned() });
    })
    .await;
    service.person(somebody).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    let mut seed = somebody.seed.map(str::to_owned);

    for Step { title, form: due } in steps {
        for form in FORMS.into_iter().filter(|form| form != due && !leads_back(due, form)) {
            let code = seed.as_deref().map_or("123456".to_owned(), |seed| code_at(seed, service.now()));
            let page = send(&mut browser, &sign_in, form, &answer(form, somebody, &code)).await;
            assert_eq!(page.title(), *title, "{form} sent at {title:?}");
            assert!(!page.is_at_the_application(), "{form} sent at {title:?}");
        }
        let page = browser.open(&sign_in).await;
        assert_eq!(page.title(), *title, "going back to the sign-in");
        if *due == "authenticator" {
            seed = Some(page.secret());
        }
        let code = seed.as_deref().map_or(String::new(), |seed| code_at(seed, service.now()));
        let page = send(&mut browser, &sign_in, due, &answer(due, somebody, &code)).await;
        let is_last = steps.last().is_some_and(|last| last.form == *due);
        assert_eq!(page.is_at_the_application(), is_last, "{due}: {}", page.title());
    }

    for form in FORMS {
        let page = send(&mut browser, &sign_in, form, &answer(form, somebody, "123456")).await;
        assert_eq!(page.title(), "This sign-in is finished", "{form}");
    }
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn no_form_out_of_turn_moves_a_sign_in_with_two_factors() {
    walk(&OF_AINO, AINO).await;
}

#[tokio::test]
async fn no_form_out_of_turn_moves_a_sign_in_that_sets_up_a_second_factor() {
    walk(&OF_MIKKO, MIKKO).await;
}

#[tokio::test]
async fn going_back_from_the_password_asks_for_the_email_again() {
    let service = Service::start().await;
    service.person(AINO).await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;

    assert_eq!(browser.answer(&sign_in, "back", &[]).await.title(), "Sign in");
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;

    assert!(page.says("Aino Virtanen") && !page.says("Mikko"));
}

#[tokio::test]
async fn going_back_after_the_password_does_not_change_whose_password_it_was() {
    let service = Service::start().await;
    service.person(AINO).await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;

    let page = browser.answer(&sign_in, "email", &[("email", MIKKO.email)]).await;

    assert_eq!(page.title(), "Enter the code from your authenticator app");
    assert!(page.says("Aino Virtanen"));
}

#[tokio::test]
async fn choosing_another_method_forgets_the_seed_that_was_shown() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, MIKKO, MIKKO.password).await.sign_in();
    let shown = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();

    assert_eq!(browser.answer(&sign_in, "back", &[]).await.title(), "Choose your second step");
    let page = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await;

    assert_ne!(page.secret(), shown);
    let page = browser.answer(&sign_in, "authenticator", &[("code", &code_at(&shown, service.now()))]).await;
    assert_eq!(page.title(), "Connect your authenticator app", "its codes are worth nothing any more");
}

#[tokio::test]
async fn the_address_of_a_form_shows_the_current_step() {
    // A browser that is opened again, or whose address is entered anew, asks for what its bar shows.
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    browser.answer(&sign_in, "password", &[("password", "wrong")]).await;

    for form in FORMS {
        let page = browser.open(&format!("{sign_in}/{form}")).await;
        assert_eq!(page.title(), "Enter your password", "{form}");
    }
}

//! Guessing discloses nothing: an unknown email is asked for a password, refused and held back in the same words,
//! status and headers as every other.

use http::StatusCode;
use salpa::directory::people::PersonState;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service, Somebody, of_any_request};

/// As long as Aino's, and nobody's.
const NOBODY: &str = "eino.virtanen@kallio.example";

/// Everything that a browser is told, but for what names this one sign-in and the email that was typed.
fn told(page: &Page, sign_in: &str, email: &str) -> (StatusCode, Vec<(String, String)>, String) {
    let plain =
        |text: &str| text.replace(sign_in, "/sign-in/THIS").replace(&sign_in[9..], "THIS").replace(email, "EMAIL");
    let plain = |text: &str| of_any_request(&plain(text));
    let headers = page.headers.iter().map(|(name, value)| (name.to_string(), plain(value.to_str().unwrap()))).collect();
    (page.status, headers, plain(&page.body))
}

/// Each answer from the email to the eighth wrong password, and what the page says afterwards.
async fn guesses(
    browser: &mut Browser,
    application: &Registered,
    email: &str,
) -> Vec<(StatusCode, Vec<(String, String)>, String)> {
    let sign_in = browser.begin(application).await;
    let mut answers = Vec::new();
    let path = format!("{sign_in}/email");
    answers.push(told(&browser.post(&path, &[("email", email)]).await, &sign_in, email));
    answers.push(told(&browser.get(&sign_in).await, &sign_in, email));
    for _ in 0..8 {
        let page = browser.post(&format!("{sign_in}/password"), &[("password", "not the right one")]).await;
        answers.push(told(&page, &sign_in, email));
    }
    answers.push(told(&browser.get(&sign_in).await, &sign_in, email));
    answers.push(told(&browser.post(&format!("{sign_in}/code"), &[("code", "123456")]).await, &sign_in, email));
    answers
}

#[tokio::test]
async fn whether_somebody_has_an_email_is_never_told() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;

    let of_aino = guesses(&mut service.browser(), &ruori, AINO.email).await;
    let of_nobody = guesses(&mut service.browser(), &ruori, NOBODY).await;

    assert_eq!(of_aino, of_nobody);
    let statuses: Vec<u16> = of_aino.iter().map(|(status, _, _)| status.as_u16()).collect();
    assert_eq!(statuses, [303, 200, 422, 422, 422, 422, 422, 429, 429, 429, 200, 303]);
}

#[tokio::test]
async fn people_who_cannot_sign_in_are_refused_in_the_same_words() {
    const NO_PASSWORD: Somebody = Somebody { email: "ella.virtanen@kallio.example", ..MIKKO };
    const CLOSED: Somebody = Somebody { email: "anna.virtanen@kallio.example", ..AINO };
    let service = Service::start().await;
    service.person(NO_PASSWORD).await;
    service.change("DELETE FROM passwords").await;
    let closed = service.person(CLOSED).await;
    service.set_state(closed, PersonState::Disabled).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;

    let of_nobody = guesses(&mut service.browser(), &ruori, NOBODY).await;

    assert_eq!(guesses(&mut service.browser(), &ruori, NO_PASSWORD.email).await, of_nobody);
    assert_eq!(guesses(&mut service.browser(), &ruori, CLOSED.email).await, of_nobody);
}

#[tokio::test]
async fn a_strangers_tries_are_counted_however_the_email_is_written() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let written =
        [NOBODY, "EINO.VIRTANEN@KALLIO.EXAMPLE", " eino.virtanen@kallio.example ", "Eino.Virtanen@Kallio.example"];

    for number in 0..5 {
        let email = written[number % written.len()];
        let page = service.browser().try_password(&ruori, Somebody { email, ..AINO }, "a guess").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = service.browser().try_password(&ruori, Somebody { email: NOBODY, ..AINO }, "a guess").await;

    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_closed_profile_is_told_so_after_its_password_alone() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    service.set_state(aino, PersonState::Disabled).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;

    let page = service.browser().try_password(&ruori, AINO, AINO.password).await;

    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, "Your profile has been closed"));
    assert!(page.error_id().is_some());
}

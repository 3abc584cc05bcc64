//! The sign-in email, the communication email and the phone: confirmed before they count.

use http::StatusCode;

use super::{aino_and_an_application, at_the_account};
use crate::provider::client::get;
use crate::support::{AINO, Browser, MIKKO, Registered, Service, Somebody, link_in};

const NEW: &str = "aino@laine.example";

/// Aino asks for another email, and gets the link that was sent there.
async fn asked(service: &Service, browser: &mut Browser, path: &str, email: &str) -> String {
    let page = browser.submit(path, &[("email", email)]).await;
    assert!(page.says("We sent a link to the new address."), "{}", page.body);
    service.link(email, "/account/confirm-email/").await
}

async fn signs_in_with(service: &Service, ruori: &Registered, email: &'static str) -> bool {
    service.wait(30);
    let page = service.browser().try_password(ruori, Somebody { email, ..AINO }, AINO.password).await;
    page.title() == "Enter the code from your authenticator app"
}

#[tokio::test]
async fn a_sign_in_email_counts_once_its_link_has_confirmed_it() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let mut other = at_the_account(&service).await;
    let link = asked(&service, &mut browser, "/account/email", NEW).await;
    assert!(browser.open("/account/basic-data").await.says(&format!("We sent a link to {NEW}.")));
    assert!(signs_in_with(&service, &ruori, AINO.email).await && !signs_in_with(&service, &ruori, NEW).await);

    // A program that reads the mail opens the link, again and again: nothing happens.
    for _ in 0..3 {
        assert_eq!(service.browser().get(&link).await.title(), "Confirm your sign-in email");
    }
    assert!(!signs_in_with(&service, &ruori, NEW).await);
    // Another reader of the mail cannot confirm it.
    assert_eq!(service.browser().submit(&link, &[]).await.title(), "Sign in");

    let page = browser.submit(&link, &[]).await;
    assert!(page.says("Your sign-in email has been changed in every application."), "{}", page.body);
    assert!(signs_in_with(&service, &ruori, NEW).await && !signs_in_with(&service, &ruori, AINO.email).await);
    for address in [AINO.email, NEW] {
        let told = service.letter(address).await;
        assert_eq!(told.subject, "Your sign-in email was changed", "{address}");
        assert!(link_in(&told.text, "/account/not-me/").is_some());
    }
    assert_eq!(other.open("/account").await.title(), "Sign in to continue", "elsewhere it is proven again");
    let page = browser.submit(&link, &[]).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::GONE, "This link no longer works"));
    assert!(page.error_id().is_some());
}

#[tokio::test]
async fn a_link_for_an_email_ends_after_a_day_and_is_of_one_person() {
    let (service, _) = aino_and_an_application().await;
    service.person(MIKKO).await;
    let mut browser = at_the_account(&service).await;
    let link = asked(&service, &mut browser, "/account/email", NEW).await;
    let mut mikko = service.browser();
    let first = mikko.open("/account").await;
    mikko.sign_in_as(&service, first, MIKKO).await;

    let page = mikko.submit(&link, &[]).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, "This link is for someone else"));
    for forged in ["/account/confirm-email/nothing", &link[..link.len() - 1]] {
        let page = browser.submit(forged, &[]).await;
        assert_eq!((page.status, page.title().as_str()), (StatusCode::GONE, "This link no longer works"), "{forged}");
    }
    service.wait(24 * 60 * 60);
    let page = browser.submit(&link, &[]).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE email = 'aino@laine.example'").await, 0);
}

#[tokio::test]
async fn an_email_that_somebody_has_is_not_taken_over_and_not_told_of_beforehand() {
    let (service, _) = aino_and_an_application().await;
    service.person(MIKKO).await;
    let mut browser = at_the_account(&service).await;
    let link = asked(&service, &mut browser, "/account/email", MIKKO.email).await;

    let page = browser.submit(&link, &[]).await;

    assert_eq!((page.status, page.title().as_str()), (StatusCode::CONFLICT, "This email cannot be used"));
    assert_eq!(service.count("SELECT COUNT(*) FROM people WHERE email = 'aino.virtanen@kallio.example'").await, 1);
}

#[tokio::test]
async fn text_that_is_no_email_is_refused_and_five_links_an_hour_are_enough() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    for typed in ["", "aino", "@a.example", "aino@", "a b@c.example", "aino@laine.example\r\nBcc: x@y.example"] {
        for path in ["/account/email", "/account/communication-email"] {
            let page = browser.submit(path, &[("email", typed)]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(page.alert().is_some());
        }
    }
    let page = browser.submit("/account/email", &[("email", "AINO.Virtanen@kallio.example")]).await;
    assert_eq!(page.alert().as_deref(), Some("This is your sign-in email already."));
    for _ in 0..5 {
        asked(&service, &mut browser, "/account/email", NEW).await;
    }
    let page = browser.submit("/account/email", &[("email", NEW)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(service.letters(NEW).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_confirm_with_one_link_one_does() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let link = asked(&service, &mut browser, "/account/communication-email", NEW).await;
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let (mut browser, link) = (browser.clone(), link.clone());
            tokio::spawn(async move { browser.post(&link, &[]).await.status })
        })
        .collect();
    let mut won = 0;
    for one in tries {
        won += usize::from(one.await.unwrap() == StatusCode::SEE_OTHER);
    }
    assert_eq!(won, 1);
    assert_eq!(
        service.count("SELECT COUNT(*) FROM history WHERE event = 'person.communication_email_changed'").await,
        1
    );
}

#[tokio::test]
async fn notices_go_to_the_communication_email_too_once_it_is_confirmed() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let link = asked(&service, &mut browser, "/account/communication-email", NEW).await;
    browser.submit("/account/password", &[("password", "seven herons over the reeds")]).await;
    assert_eq!(service.letters(NEW).await.len(), 1, "the link alone: it does not count yet");

    let page = browser.submit(&link, &[]).await;
    assert!(page.says("Your communication email has been changed.") && page.body.contains("aino@<wbr>laine.example"));
    browser.submit("/account/password", &[("password", "eight herons over the reeds")]).await;
    for address in [NEW, AINO.email] {
        assert_eq!(service.letter(address).await.subject, "You have a new password", "{address}");
    }
    let page = browser.submit("/account/communication-email/remove", &[]).await;
    assert!(page.says("The communication email has been removed."));
    assert_eq!(service.letter(NEW).await.subject, "Your communication email was changed", "it hears of its end");
}

#[tokio::test]
async fn applications_are_told_an_email_is_verified_only_where_it_is() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let page = browser.arrive(&service, &ruori, AINO).await;
    let token = ruori.redeem(&service, &page.answered("code").unwrap()).await.fine().text("access_token");
    let verified = async || get(&service, "/oauth/userinfo", Some(&token)).await.fine().json["email_verified"].clone();
    assert_eq!(verified().await, true, "the operator vouched for it");
    service.change("UPDATE people SET email_confirmed_at = NULL").await;
    assert_eq!(verified().await, false);

    let page = browser.open("/account/basic-data").await;
    assert!(page.says("Not confirmed"));
    let link = asked(&service, &mut browser, "/account/email", AINO.email).await;
    let page = browser.submit(&link, &[]).await;
    assert!(page.says("Your sign-in email is confirmed."), "{}", page.body);
    assert_eq!(verified().await, true);
}

/// The code in the newest text message to a number.
async fn code(service: &Service, number: &str) -> String {
    let text = service.letter(number).await;
    assert_eq!(text.channel, "sms");
    text.text.chars().take(6).collect()
}

const CODE: &str = "/account/communication-phone/code";

#[tokio::test]
async fn a_phone_counts_once_its_code_was_typed_and_the_old_one_hears_of_it() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let page = browser.submit("/account/communication-phone", &[("phone", "+358 40 123 4567")]).await;
    assert_eq!(page.title(), "Type the code from the text message");
    assert!(!browser.open("/account/communication").await.body.contains("<span class=\"number\">+358 40 1234567"));
    let first = code(&service, "+358401234567").await;
    let page = browser.submit(CODE, &[("code", &first)]).await;
    assert!(page.says("Your communication phone has been changed.") && page.says("+358 40 1234567"), "{}", page.body);
    assert_eq!(service.letter(AINO.email).await.subject, "Your communication phone was changed");

    browser.submit("/account/communication-phone", &[("phone", "+358501234567")]).await;
    let page = browser.submit(CODE, &[("code", &first)]).await;
    assert_eq!(page.alert().as_deref(), Some("This code does not match. Type the one from the newest text message."));
    let second = code(&service, "+358501234567").await;
    browser.submit(CODE, &[("code", &second)]).await;
    assert!(service.letter("+358401234567").await.text.contains("codes no longer go to this phone"));
    let page = browser.submit("/account/communication-phone/remove", &[]).await;
    assert!(page.says("No phone"));
}

#[tokio::test]
async fn a_code_has_five_tries_ten_minutes_and_one_session() {
    let (service, _) = aino_and_an_application().await;
    let mut other = at_the_account(&service).await;
    let mut browser = at_the_account(&service).await;
    browser.submit("/account/communication-phone", &[("phone", "+358401234567")]).await;
    let right = code(&service, "+358401234567").await;
    let wrong = if right == "000000" { "111111" } else { "000000" };
    let page = other.submit(CODE, &[("code", &right)]).await;
    assert_eq!(page.title(), "Change your communication phone", "another session did not ask for it");
    for typed in ["", "12345", "abcdef"] {
        let page = browser.submit(CODE, &[("code", typed)]).await;
        assert_eq!(page.alert().as_deref(), Some("Type the six digits from the text message."), "it costs no try");
    }
    for _ in 0..5 {
        browser.submit(CODE, &[("code", wrong)]).await;
    }
    let page = browser.submit(CODE, &[("code", &right)]).await;
    assert!(page.alert().unwrap().starts_with("This code no longer works"), "{:?}", page.alert());

    browser.submit("/account/communication-phone/send-again", &[]).await;
    let right = code(&service, "+358401234567").await;
    service.wait(10 * 60);
    let page = browser.submit(CODE, &[("code", &right)]).await;
    assert!(page.alert().unwrap().starts_with("This code no longer works"), "{:?}", page.alert());
    assert_eq!(service.count("SELECT COUNT(*) FROM contacts WHERE phone IS NOT NULL").await, 0);
}

#[tokio::test]
async fn text_messages_to_one_number_are_few() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    let send = async |browser: &mut Browser| {
        browser.submit("/account/communication-phone", &[("phone", "+358401234567")]).await.status
    };
    for _ in 0..3 {
        assert_eq!(send(&mut browser).await, StatusCode::OK);
    }
    assert_eq!(send(&mut browser).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(service.letters("+358401234567").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_guesses_at_once_five_are_looked_at() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    browser.submit("/account/communication-phone", &[("phone", "+358401234567")]).await;
    let right = code(&service, "+358401234567").await;
    let wrong = if right == "000000" { "111111" } else { "000000" };
    let tries: Vec<_> = (0..40)
        .map(|_| {
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.post(CODE, &[("code", wrong)]).await.alert() })
        })
        .collect();
    let mut looked_at = 0;
    for one in tries {
        looked_at += usize::from(one.await.unwrap().unwrap().starts_with("This code does not match"));
    }
    // The fifth is told that it was the last.
    assert!(looked_at <= 5, "{looked_at}");
    assert_eq!(
        service.count("SELECT COUNT(*) FROM history WHERE event = 'person.communication_phone_not_proven'").await,
        5
    );
    let page = browser.submit(CODE, &[("code", &right)]).await;
    assert!(page.alert().unwrap().starts_with("This code no longer works"));
}

#[tokio::test]
async fn a_phone_in_another_form_is_refused_with_the_corrected_one_offered() {
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    for (typed, reason, offered) in [
        ("", "Type a phone number to continue.", None),
        ("040 1234567", "The number has to begin with a plus and the country code.", Some("+358 40 1234567")),
        ("040-123 4567", "The number has to begin with a plus and the country code.", Some("+358 40 1234567")),
        ("070-123 45 67", "The number has to begin with a plus and the country code.", None),
        ("00358401234567", "The number has to begin with a plus and the country code.", Some("+358 40 1234567")),
        ("+358-40-1234567", "The number may have digits and spaces after the plus", Some("+358 40 1234567")),
        ("+358.40.1234567", "The number may have digits and spaces after the plus", Some("+358 40 1234567")),
        ("+3580401234567", "The number has a zero after the country code.", Some("+358 40 1234567")),
        ("+358 40", "There is no such phone number.", None),
        ("+358 9 310 1691", "This is not a mobile number.", None),
        ("+46 70 123 45 67", "We do not send text messages to that country.", None),
        ("+999 1234567", "There is no such phone number.", None),
        ("<script>", "The number has to begin with a plus and the country code.", None),
    ] {
        let page = browser.submit("/account/communication-phone", &[("phone", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.alert().unwrap().starts_with(reason), "{typed}: {:?}", page.alert());
        let value = offered.map(|offered| format!("name=\"phone\" value=\"{offered}\""));
        assert_eq!(value.is_some_and(|value| page.body.contains(&value)), offered.is_some(), "{typed}");
    }
    // Nothing waits for a text message if none can be sent.
    let mut browser = service.with(|_| ()).await.take_over(browser);
    let page = browser.submit("/account/communication-phone", &[("phone", "+358401234567")]).await;
    assert_eq!(
        page.alert().as_deref(),
        Some("This service does not send text messages, so a phone cannot be confirmed.")
    );
    assert_eq!(service.count("SELECT COUNT(*) FROM phone_confirmations").await, 0);
    assert_eq!(service.count("SELECT COUNT(*) FROM messages").await, 0);
}

#[tokio::test]
async fn a_new_code_for_a_phone_brings_no_new_tries() {
    const PHONE: &str = "+358401234567";
    let (service, _) = aino_and_an_application().await;
    let mut browser = at_the_account(&service).await;
    for _ in 0..2 {
        browser.submit("/account/communication-phone", &[("phone", PHONE)]).await;
        let right = code(&service, PHONE).await;
        let wrong = if right == "000000" { "111111" } else { "000000" };
        for _ in 0..5 {
            assert_eq!(browser.submit(CODE, &[("code", wrong)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }

    browser.submit("/account/communication-phone", &[("phone", PHONE)]).await;
    let page = browser.submit(CODE, &[("code", &code(&service, PHONE).await)]).await;

    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers.contains_key("retry-after"), "{page:?}");
    assert_eq!(page.alert().as_deref(), Some("Too many wrong codes were typed today. Try again tomorrow."));
    assert_eq!(service.count("SELECT COUNT(*) FROM contacts WHERE phone IS NOT NULL").await, 0);
    service.wait(24 * 60 * 60);
    let mut browser = at_the_account(&service).await;
    browser.submit("/account/communication-phone", &[("phone", PHONE)]).await;
    let page = browser.submit(CODE, &[("code", &code(&service, PHONE).await)]).await;
    assert_eq!(page.path, "/account/communication?done=phone");
}

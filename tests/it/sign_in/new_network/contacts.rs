//! The contacts to which a code can go: one that is up to date is enough, and without any the page says whom to ask.

use http::StatusCode;
use salpa::directory::contacts::{self, PhoneOfAnother};
use salpa::directory::employees::{self, ChargeableService as Chargeable};
use salpa::platform::db;
use salpa::platform::phone_number::PhoneNumber;
use salpa::platform::web::fault::Fault;
use salpa::sign_in::notices;
use salpa::sign_in::policies::{Policy, SecondFactor};

use super::{ASKS, PHONE, Story, everywhere};
use crate::support::{AINO, Browser, MIKKO, Page, Service, SmsGateway, with_messages};

#[tokio::test]
async fn without_a_phone_the_email_is_enough() {
    let story = Story::begin().await;
    story.has_phone(None).await;
    let (mut browser, page) = story.asked().await;
    assert!(page.says("We sent a six-digit code to your email."), "{}", page.body);
    let code = story.service.letter(MIKKO.email).await.code.unwrap();
    assert!(browser.type_code(&page, &code).await.is_at_the_application());
}

#[tokio::test]
async fn without_a_confirmed_email_the_phone_is_enough() {
    let story = Story::begin().await;
    story.service.change("UPDATE people SET email_confirmed_at = NULL").await;
    let (mut browser, page) = story.asked().await;
    assert!(page.says("We sent a six-digit code to your phone."), "{}", page.body);
    assert!(story.service.letters(MIKKO.email).await.is_empty());
    assert!(browser.type_code(&page, &story.code().await).await.is_at_the_application());
}

#[tokio::test]
async fn the_communication_email_stands_before_the_one_that_signs_in() {
    let story = Story::begin().await;
    let (mikko, now) = (story.mikko, story.service.now());
    let set: Result<(), db::Error> = story
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move { contacts::set_email(tx, mikko, Some("mikko@posti.example"), now).await })
        })
        .await;
    set.unwrap();
    let (_, page) = story.asked().await;
    assert!(page.says("m••••••••o@posti.example"), "{}", page.body);
    assert_eq!(story.service.letters("mikko@posti.example").await.len(), 1);
    assert!(story.service.letters(MIKKO.email).await.is_empty());
}

#[tokio::test]
async fn without_any_contact_the_page_says_whom_to_ask_and_the_history_has_its_identifier() {
    let story = Story::begin().await;
    story.has_phone(None).await;
    story.service.change("UPDATE people SET email_confirmed_at = NULL").await;
    let kallio = story.service.company("Kallio & Laine Oy", Policy::SILENT).await;
    story.service.employ(kallio, story.mikko).await;
    let mut browser = story.service.browser();
    let page = story.password(&mut browser).await;

    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, "There is nowhere to send your code"));
    assert!(page.says("Ask your company's user administrator") && page.says("Kallio & Laine Oy"), "{}", page.body);
    let error_id = page.error_id().unwrap();
    let told = story.service.history().await;
    let told = told.iter().find(|told| told.error_id.as_deref() == Some(error_id.as_str())).unwrap();
    assert_eq!((told.event.as_str(), told.detail("refused")), ("sign_in.not_proven", "no-contact"));
    assert_eq!(told.person.as_deref(), Some(story.mikko.to_string().as_str()));

    // The administrator sets the phone; the same sign-in goes on.
    let aino = story.service.person(AINO).await;
    let wish = PhoneOfAnother {
        person: story.mikko,
        administrator: aino,
        company: kallio,
        phone: PhoneNumber::parse(PHONE).unwrap(),
    };
    let (app, now) = (story.service.app.clone(), story.service.now());
    let set: Result<(), Fault> = story
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let set = contacts::set_phone_by_administrator(tx, &app, now, wish).await.unwrap();
                notices::tell_of_phone_set(tx, &app, now, set).await
            })
        })
        .await;
    set.unwrap();
    let page = browser.open(&story.ruori.authorize(&[])).await;
    let page = browser.sign_in_as(&story.service, page, MIKKO).await;
    assert_eq!(page.title(), ASKS);
    assert!(browser.type_code(&page, &story.code().await).await.is_at_the_application(), "at once, to sign in");
}

/// Mikko at the page after the link for a forgotten password, in a new network.
async fn forgotten(story: &Story) -> (Browser, Page) {
    let mut browser = story.service.browser();
    let page = browser.forgot(&story.service, &story.ruori, MIKKO).await;
    (browser, page)
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_after_the_network_is_confirmed() {
    let story = Story::begin().await;
    let (mut browser, page) = forgotten(&story).await;
    assert_eq!(page.title(), ASKS, "{}", page.body);
    let early = browser.answer(&page.sign_in(), "new-password", &[("password", "seven herons over the reeds")]).await;
    assert_eq!(early.title(), ASKS);
    let page = browser.type_code(&page, &story.code().await).await;
    let page = browser.answer(&page.sign_in(), "new-password", &[("password", "seven herons over the reeds")]).await;
    assert!(page.is_at_the_application(), "the code is asked for once: {}", page.body);
}

#[tokio::test]
async fn a_phone_that_an_administrator_set_lately_gets_no_code_where_the_password_is_forgotten() {
    for (hours, gets_one) in [(71, false), (72, true)] {
        let story = Story::begin().await;
        story
            .service
            .change(
                "UPDATE contacts SET phone_confirmed_at = NULL, phone_set_by = person_id, phone_set_at = 1781015527000",
            )
            .await;
        story.service.wait(hours * 3600);
        let (_, page) = forgotten(&story).await;
        assert_eq!(page.title(), ASKS);
        assert_eq!(story.service.letters(PHONE).await.len(), usize::from(gets_one), "{hours}");
    }
}

#[tokio::test]
async fn an_employee_who_is_no_user_is_not_asked() {
    let story = Story::begin().await;
    let kallio = story.service.company("Kallio", everywhere(SecondFactor::Optional)).await;
    let (mikko, now) = (story.mikko, story.service.now());
    let added: Result<bool, db::Error> = story
        .service
        .app
        .db
        .write(move |tx| Box::pin(async move { employees::add(tx, kallio, mikko, &[Chargeable::Travel], now).await }))
        .await;
    assert!(added.unwrap());
    let page = story.password(&mut story.service.browser()).await;
    assert!(page.is_at_the_application() || page.status == StatusCode::FORBIDDEN, "{}", page.body);
    assert_eq!(story.service.count("SELECT COUNT(*) FROM confirmation_codes").await, 0);

    story.service.employ(kallio, story.mikko).await;
    assert_eq!(story.password(&mut story.service.browser()).await.title(), ASKS, "a user is");
}

/// The same over a gateway that can be told how to answer.
async fn over(gateway: &SmsGateway) -> Story {
    let url = gateway.url();
    let texts = [("sms_url", url.as_str()), ("sms_countries", "FI"), ("message_timeout", "1")];
    Story::on(Service::start_with(|settings| with_messages(settings, &texts)).await).await
}

#[tokio::test]
async fn a_gateway_that_is_down_refuses_or_never_answers_holds_nobody_up() {
    let gateway = SmsGateway::start().await;
    let story = over(&gateway).await;
    for answer in [Some(503), Some(422), None] {
        gateway.answer(answer);
        let (mut browser, page) = story.asked().await;
        story.service.deliver().await;
        // The mail has gone out, as a mail server would have taken it.
        story.service.change("UPDATE messages SET problem = NULL, sent_at = at WHERE channel = 'email'").await;
        let page = browser.open(&page.sign_in()).await;
        assert!(page.says("Text messages cannot be sent right now. Use the email."), "{answer:?}: {}", page.body);
        let code = story.service.letter(MIKKO.email).await.code.unwrap();
        assert!(browser.type_code(&page, &code).await.is_at_the_application(), "{answer:?}");
        story.service.change("DELETE FROM allowances").await;
        story.service.change("DELETE FROM messages").await;
    }
    gateway.answer(Some(202));
    let (mut browser, page) = story.asked().await;
    story.service.deliver().await;
    let page = browser.open(&page.sign_in()).await;
    assert!(
        page.says("SMS sent ") && page.says("Emails cannot be sent right now. Use the text message."),
        "{}",
        page.body
    );
    story.service.change("UPDATE messages SET problem = 'it is down'").await;
    let page = browser.open(&page.sign_in()).await;
    assert!(page.says("SMS on its way") && page.says("Email on its way"), "{}", page.body);
}

#[tokio::test]
async fn an_sms_that_comes_after_its_code_ended_does_not_go_out() {
    let gateway = SmsGateway::start().await;
    let story = over(&gateway).await;
    gateway.answer(Some(503));
    story.asked().await;
    story.service.deliver().await;
    let tried = gateway.posted().len();
    gateway.answer(Some(202));
    story.service.wait(91);
    story.service.deliver().await;
    assert_eq!(gateway.posted().len(), tried, "a code of ninety seconds ago is of no use to anybody");
}

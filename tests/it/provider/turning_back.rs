//! Saying no: from every page of a sign-in that an application asked for one gets back to it, and it hears of that.

use http::StatusCode;
use http::header::{HeaderValue, ORIGIN};
use salpa::directory::people::PersonState;
use salpa::directory::rights::USE;
use salpa::directory::users::Role;
use salpa::platform::settings::Terms;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, GrantType, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;

use super::arrive;
use super::signing::{Key, Signing};
use crate::support::{AINO, AppOnPhone, Browser, MIKKO, PIN, PUBLIC_URL, Page, Registered, Service, code_at};

/// The address and the field of the form that leads back, if the page has one.
pub(super) fn way_back(page: &Page) -> Option<(String, String)> {
    let (_, form) = page.body.split_once("class=\"way-back\"")?;
    let (form, _) = form.split_once("</form>").unwrap();
    let value = |start: &str| form.split_once(start).map_or("", |(_, rest)| rest.split('"').next().unwrap()).to_owned();
    let action = value("action=\"").replace("&#38;", "&").replace("&amp;", "&");
    Some((action, value("name=\"sign_in\" value=\"")))
}

/// Presses *Back to …*.
pub(super) async fn turn_back(browser: &mut Browser, page: &Page) -> Page {
    let (action, sign_in) = way_back(page).unwrap_or_else(|| panic!("no way back: {} {}", page.path, page.title()));
    browser.post(&action, &[("sign_in", &sign_in)]).await
}

/// How often the history says so.
async fn told(service: &Service) -> usize {
    service.events().await.iter().filter(|event| *event == "provider.turned_back").count()
}

fn is_told(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page:?}");
    assert!(page.location().unwrap().starts_with("https://payroll.example/callback?"), "{page:?}");
    let told = |name: &str| page.answered(name);
    assert_eq!(told("error").as_deref(), Some("access_denied"));
    assert_eq!((told("state").as_deref(), told("iss").as_deref()), (Some("a state"), Some(PUBLIC_URL)));
}

/// The answers of Mikko, who has a password alone, step by step.
const STEPS: [&str; 4] = ["email", "password", "second-step", "authenticator"];

#[tokio::test]
async fn every_page_of_a_sign_in_leads_back_and_the_application_hears_of_it() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut titles = Vec::new();
    for far in 0..=STEPS.len() {
        let mut browser = service.browser();
        let mut page = browser.open(&payroll.authorize(&[])).await;
        let sign_in = page.sign_in();
        for step in &STEPS[..far] {
            let (field, typed) = match *step {
                "email" => ("email", MIKKO.email.to_owned()),
                "password" => ("password", MIKKO.password.to_owned()),
                "second-step" => ("method", "totp".to_owned()),
                _ => ("code", code_at(&page.secret(), service.now())),
            };
            page = browser.submit(&format!("{sign_in}/{step}"), &[(field, &typed)]).await;
        }
        titles.push(page.title());
        assert!(page.says("Back to Payroll"), "{}", page.body);
        is_told(&turn_back(&mut browser, &page).await);
        assert_eq!(told(&service).await, far + 1);
        // The sign-in is over, and so is its request.
        assert_eq!(browser.open(&sign_in).await.title(), "This sign-in is finished");
        assert_eq!(turn_back(&mut browser, &page).await.status, StatusCode::GONE);
        assert_eq!(told(&service).await, far + 1);
        service.wait(120);
    }
    titles.dedup();
    assert_eq!(titles.len(), STEPS.len() + 1, "{titles:?}");
    assert_eq!(service.count("SELECT count(*) FROM sessions").await, 0);
    assert_eq!(service.count("SELECT count(*) FROM sign_in_proofs").await, 0);
}

#[tokio::test]
async fn the_pages_beside_the_way_lead_back_too() {
    let service = Service::start_with(|settings| {
        settings.terms = Some(Terms { version: "3".to_owned(), url: "https://kallio.example/terms".to_owned() });
    })
    .await;
    service.person(AINO).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let first = browser.open(&payroll.authorize(&[])).await;
    let sign_in = first.sign_in();
    browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    let forgotten = browser.get(&format!("{sign_in}/forgotten-password")).await;
    assert!(way_back(&forgotten).is_some());
    // The way back stays beside what is said of a wrong answer.
    let wrong = browser.submit(&format!("{sign_in}/password"), &[("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(way_back(&wrong).is_some());
    let code = browser.submit(&format!("{sign_in}/password"), &[("password", AINO.password)]).await;
    assert!(way_back(&code).is_some());
    let typed = code_at(AINO.seed.unwrap(), service.now());
    let terms = browser.submit(&format!("{sign_in}/code"), &[("code", &typed)]).await;
    assert_eq!(terms.title(), "Accept the terms and conditions");
    is_told(&turn_back(&mut browser, &terms).await);
    // A browser that asks in Finnish is answered in Finnish.
    let page = browser.open(&payroll.authorize(&[("ui_locales", "fi")])).await;
    assert!(page.says("Palaa sovellukseen Payroll"), "{}", page.body);
}

#[tokio::test]
async fn the_pages_that_a_phone_answers_lead_back_too() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    for somebody in [AINO, MIKKO] {
        let person = service.person(somebody).await;
        service.user(kallio, person, &[Role::Employee]).await;
    }
    AppOnPhone::of(&service, AINO, PIN).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&payroll).await;
    let scan = browser.open(&format!("{sign_in}/qr")).await;
    browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    let forgotten = browser.submit(&format!("{sign_in}/forgotten-password"), &[("method", "phone")]).await;
    let approval = browser.submit(&format!("{sign_in}/password"), &[("password", AINO.password)]).await;
    let mut other = service.browser();
    let begun = other.try_password(&payroll, MIKKO, MIKKO.password).await;
    let connecting = other.answer(&begun.sign_in(), "second-step", &[("method", "phone")]).await;
    assert_eq!(forgotten.title(), "Approve on your phone");
    assert_eq!(approval.title(), "Approve on your phone");
    assert_ne!(connecting.title(), "Choose your second step");
    for page in [&scan, &forgotten, &approval, &connecting] {
        assert!(page.says("Back to Payroll") && way_back(page).is_some(), "{} {}", page.path, page.body);
    }
    is_told(&turn_back(&mut browser, &approval).await);
    is_told(&turn_back(&mut other, &connecting).await);
    let waits = "SELECT count(*) FROM approvals WHERE state = 'waiting'";
    assert_eq!(service.count(waits).await, 0, "the phone is asked no longer");
}

#[tokio::test]
async fn a_step_up_can_be_declined_and_the_session_stays() {
    let super::Arrived { service, application, mut browser, .. } = arrive(&[]).await;
    for wish in [("prompt", "login"), ("max_age", "0"), ("acr_values", "phr")] {
        service.wait(1);
        let page = browser.open(&application.authorize(&[wish])).await;
        let answer = turn_back(&mut browser, &page).await;
        is_told(&answer);
        let page = browser.get(&application.authorize(&[])).await;
        assert!(page.answered("code").is_some(), "{wish:?}: {page:?}");
    }
    assert_eq!(service.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 1);
}

#[tokio::test]
async fn a_company_that_is_asked_for_can_be_declined() {
    let service = Service::start().await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        scopes: Scopes::usual(),
        ..Registration::new("Payroll")
    };
    let payroll = service.register_exactly(registration, SecondFactor::Optional).await;
    let aino = service.person(AINO).await;
    let mut browser = service.browser();
    let sign_in = async |browser: &mut Browser| {
        let first = browser.open(&payroll.authorize(&[])).await;
        browser.sign_in_as(&service, first, AINO).await
    };
    // No company has opened it: even the page that says so leads back.
    let refused = sign_in(&mut browser).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    is_told(&turn_back(&mut browser, &refused).await);
    for name in ["Kallio Oy", "Lumo Oy"] {
        let company = service.business(name).await;
        service.set_open(company, payroll.application.id, true).await;
        service.user(company, aino, &[]).await;
        service.give(company, aino, payroll.application.id, &[USE]).await;
    }
    service.wait(60);
    let page = sign_in(&mut service.browser()).await;
    assert!(page.sign_in().starts_with("/sign-in/") && page.says("Kallio Oy"), "{}", page.body);
    let mut browser = service.browser();
    service.wait(60);
    let page = sign_in(&mut browser).await;
    is_told(&turn_back(&mut browser, &page).await);
}

#[tokio::test]
async fn a_person_who_cannot_sign_in_at_all_gets_back() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    super::sign_in(&service, &mut browser, &payroll, &[]).await;
    service.set_state(aino, PersonState::Disabled).await;
    service.wait(60);
    let mut page = browser.open(&payroll.authorize(&[])).await;
    if page.path.starts_with("/sign-in/") {
        page = browser.sign_in_as(&service, page, AINO).await;
    }
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    assert!(!page.says("Go back to"), "a link would tell the application nothing");
    is_told(&turn_back(&mut browser, &page).await);
}

#[tokio::test]
async fn the_answer_comes_in_the_mode_that_was_asked_for() {
    let service = Service::start().await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.open(&payroll.authorize(&[("response_mode", "form_post")])).await;
    let answer = turn_back(&mut browser, &page).await;
    assert_eq!(answer.status, StatusCode::OK);
    for words in
        ["action=\"https://payroll.example/callback\"", "value=\"access_denied\"", "value=\"a state\"", PUBLIC_URL]
    {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("form-action 'self' https://payroll.example"), "{policy}");
}

#[tokio::test]
async fn a_pushed_request_is_answered_so_once() {
    let service = Service::start().await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        profile: ApplicationProfile { require_pushed_requests: true, ..ApplicationProfile::default() },
        ..Registration::new("Payroll")
    };
    let bank = Signing::register(&service, Key::ec(), registration).await;
    let mut browser = service.browser();
    let page = bank.open(&service, &mut browser, &[]).await;
    is_told(&turn_back(&mut browser, &page).await);
    assert_eq!(turn_back(&mut browser, &page).await.status, StatusCode::GONE);
    // A signed one, too.
    let object = bank.request_object(&service, &serde_json::json!({}), &serde_json::json!({}));
    let pushed = bank.post(&service, "/oauth/par", &[], &[("request", &object)]).await;
    let page = browser.open(&super::signing::link(&bank.registered, &pushed.text("request_uri"))).await;
    is_told(&turn_back(&mut browser, &page).await);
}

#[tokio::test]
async fn a_device_is_refused_so() {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        authentication: WishedAuthentication::None,
        grant_types: vec![GrantType::DeviceCode],
        ..Registration::new("Television")
    };
    let television = service.register(registration, SecondFactor::Required).await;
    let begun = television.post(&service, "/oauth/device", &[("scope", "openid")]).await.fine();
    let mut browser = service.browser();
    let page = browser.submit("/device", &[("user_code", &begun.text("user_code"))]).await;
    assert!(page.says("Back to Television"));
    let answer = turn_back(&mut browser, &page).await;
    assert_eq!((answer.status, told(&service).await), (StatusCode::OK, 1));
    assert_eq!(browser.open(&page.sign_in()).await.title(), "This sign-in is finished");
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let fields = [("grant_type", grant), ("device_code", &begun.text("device_code"))];
    television.post(&service, "/oauth/token", &fields).await.refused(400, "access_denied");
    assert_eq!(turn_back(&mut browser, &page).await.status, StatusCode::GONE);
    assert_eq!(told(&service).await, 1);
}

#[tokio::test]
async fn nobody_turns_back_for_somebody_else() {
    let service = Service::start().await;
    service.person(AINO).await;
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let open = async |browser: &mut Browser, application: &Registered| browser.open(&application.authorize(&[])).await;
    let (mut aino, mut stranger) = (service.browser(), service.browser());
    let (page, theirs) = (open(&mut aino, &payroll).await, open(&mut stranger, &payroll).await);
    let (action, sign_in) = way_back(&page).unwrap();
    let (other_action, _) = way_back(&theirs).unwrap();
    // Not in another browser, not from another site, and of another's request not her sign-in.
    assert_eq!(stranger.post(&action, &[("sign_in", &sign_in)]).await.status, StatusCode::FORBIDDEN);
    aino.headers.insert(ORIGIN, HeaderValue::from_static("https://evil.example"));
    aino.headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    assert_eq!(aino.post(&action, &[("sign_in", &sign_in)]).await.status, StatusCode::FORBIDDEN);
    aino.headers.clear();
    is_told(&stranger.post(&other_action, &[("sign_in", &sign_in)]).await);
    let second = open(&mut aino, &payroll).await;
    let (second_action, _) = way_back(&second).unwrap();
    is_told(&aino.post(&second_action, &[("sign_in", &sign_in)]).await);
    assert!(aino.sign_in_as(&service, page, AINO).await.answered("code").is_some());
}

#[tokio::test]
async fn pages_that_are_over_or_our_own_have_no_way_back() {
    let service = Service::start().await;
    service.person(AINO).await;
    let mut browser = service.browser();
    let page = browser.open("/account").await;
    assert!(page.path.starts_with("/sign-in/") && way_back(&page).is_none());
    let payroll = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let first = browser.open(&payroll.authorize(&[])).await;
    let sign_in = first.sign_in();
    browser.sign_in_as(&service, first, AINO).await;
    let over = browser.open(&sign_in).await;
    assert!(way_back(&over).is_none(), "{}", over.body);
}

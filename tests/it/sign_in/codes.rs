//! Codes of an authenticator app: taken once, with one step of drift, whichever browser is first.

use std::sync::atomic::Ordering;

use http::StatusCode;
use salpa::platform::clock::Clock;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Registered, Service, code_at};

async fn aino_and_an_application() -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.application("Ruori Accounting", SecondFactor::Required).await;
    (service, application)
}

/// Aino's code of so many seconds from now.
fn code_in(service: &Service, seconds: i64) -> String {
    let at = service.now().milliseconds() + seconds * 1000;
    code_at(AINO.seed.unwrap(), salpa::platform::clock::Timestamp::from_milliseconds(at))
}

/// Moves the clock to where it was so many seconds ago.
fn turn_back(service: &Service, seconds: i64) {
    let Clock::Test(milliseconds) = &service.app.clock else { panic!("stories have a clock of their own") };
    milliseconds.fetch_sub(seconds * 1000, Ordering::SeqCst);
}

const USED: &str = "This code has been used already. Wait for the next one in the app, then type it.";
const WRONG: &str = "This code does not match. Type the one that the app shows now.";

#[tokio::test]
async fn a_code_is_taken_once_and_its_replay_is_told_so() {
    let (service, ruori) = aino_and_an_application().await;
    let code = AINO.code(&service);
    assert!(service.browser().try_code(&ruori, AINO, &code).await.is_at_the_application());

    let page = service.browser().try_code(&ruori, AINO, &code).await;

    assert_eq!((page.status, page.alert().as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some(USED)));
    service.wait(30);
    assert!(service.browser().try_code(&ruori, AINO, &AINO.code(&service)).await.is_at_the_application());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_browsers_with_the_same_code_exactly_one_gets_in() {
    let (service, ruori) = aino_and_an_application().await;
    let mut waiting = Vec::new();
    // No more than may fail before anybody waits.
    for _ in 0..5 {
        let mut browser = service.browser();
        let page = browser.try_password(&ruori, AINO, AINO.password).await;
        waiting.push((browser, format!("{}/code", page.sign_in())));
    }
    let code = AINO.code(&service);

    let tries: Vec<_> = waiting
        .into_iter()
        .map(|(mut browser, path)| {
            let code = code.clone();
            tokio::spawn(async move { browser.submit(&path, &[("code", &code)]).await })
        })
        .collect();
    let mut arrived = 0;
    for one in tries {
        let page = one.await.unwrap();
        if page.is_at_the_application() {
            arrived += 1;
        } else {
            assert_eq!((page.status, page.alert().as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some(USED)));
        }
    }

    assert_eq!(arrived, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_code_sent_many_times_by_one_browser_makes_one_session() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    let (path, code) = (format!("{}/code", page.sign_in()), AINO.code(&service));

    let tries: Vec<_> = (0..5)
        .map(|_| {
            let (mut browser, path, code) = (browser.clone(), path.clone(), code.clone());
            tokio::spawn(async move { browser.post(&path, &[("code", &code)]).await })
        })
        .collect();
    let mut cookies = 0;
    for one in tries {
        let page = one.await.unwrap();
        cookies += usize::from(page.header("set-cookie").starts_with("__Host-salpa_session="));
    }

    assert_eq!(cookies, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn an_app_whose_clock_is_one_step_off_is_fine_and_two_steps_are_not() {
    for (seconds, is_fine) in [(-60, false), (-30, true), (30, true), (60, false)] {
        let (service, ruori) = aino_and_an_application().await;
        let page = service.browser().try_code(&ruori, AINO, &code_in(&service, seconds)).await;
        assert_eq!(page.is_at_the_application(), is_fine, "{seconds} seconds");
        if !is_fine {
            assert_eq!(page.alert().as_deref(), Some(WRONG));
        }
    }
}

#[tokio::test]
async fn an_older_code_is_refused_after_a_newer_one() {
    let (service, ruori) = aino_and_an_application().await;
    let (older, newer) = (AINO.code(&service), code_in(&service, 30));
    assert!(service.browser().try_code(&ruori, AINO, &newer).await.is_at_the_application());

    let page = service.browser().try_code(&ruori, AINO, &older).await;

    assert_eq!(page.alert().as_deref(), Some(USED));
}

#[tokio::test]
async fn a_clock_that_was_ahead_and_is_put_right_keeps_used_codes_used_and_no_others() {
    let (service, ruori) = aino_and_an_application().await;
    service.wait(7200);
    let taken = [AINO.code(&service), code_in(&service, 30)];
    assert!(service.browser().try_code(&ruori, AINO, &taken[0]).await.is_at_the_application());
    turn_back(&service, 30);
    let page = service.browser().try_code(&ruori, AINO, &taken[0]).await;
    assert_eq!(page.alert().as_deref(), Some(USED), "half a minute is no fault: the same code");
    service.wait(60);
    assert!(service.browser().try_code(&ruori, AINO, &taken[1]).await.is_at_the_application());

    turn_back(&service, 7230);
    let code = AINO.code(&service);
    assert!(service.browser().try_code(&ruori, AINO, &code).await.is_at_the_application(), "nobody has used it");
    let page = service.browser().try_code(&ruori, AINO, &code).await;
    assert_eq!(page.alert().as_deref(), Some(USED), "and now it is used");
    let page = service.browser().try_code(&ruori, AINO, &code_in(&service, -30)).await;
    assert_eq!(page.alert().as_deref(), Some(USED), "as is the one before it");

    service.wait(7200);
    for taken in &taken {
        let page = service.browser().try_code(&ruori, AINO, taken).await;
        assert_eq!(page.alert().as_deref(), Some(USED), "what was taken while the clock was ahead, at its own time");
    }
    service.wait(60);
    assert!(service.browser().try_code(&ruori, AINO, &AINO.code(&service)).await.is_at_the_application());
}

#[tokio::test]
async fn a_wait_of_a_clock_that_was_ahead_ends_when_it_is_put_right() {
    let (service, ruori) = aino_and_an_application().await;
    service.wait(7200);
    let guess = async || service.browser().try_code(&ruori, AINO, "000000").await.status;
    while guess().await != StatusCode::TOO_MANY_REQUESTS {}
    let code = AINO.code(&service);
    assert_eq!(service.browser().try_code(&ruori, AINO, &code).await.status, StatusCode::TOO_MANY_REQUESTS);
    turn_back(&service, 7200);
    let code = AINO.code(&service);
    assert!(service.browser().try_code(&ruori, AINO, &code).await.is_at_the_application());
    // In the right time it counts as ever.
    while guess().await != StatusCode::TOO_MANY_REQUESTS {}
    turn_back(&service, 30);
    assert_eq!(guess().await, StatusCode::TOO_MANY_REQUESTS, "half a minute opens nothing");
}

#[tokio::test]
async fn a_text_without_six_digits_costs_no_try() {
    let (service, ruori) = aino_and_an_application().await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();
    for typed in ["", "12345", "123456789", "12345x", "١٢٣٤٥", "-12345", "Ⅰ23456", "①②③④⑤⑥⑦⑧⑨"]
    {
        let page = browser.answer(&sign_in, "code", &[("code", typed)]).await;
        let told = (page.status, page.alert());
        assert_eq!(
            told,
            (StatusCode::UNPROCESSABLE_ENTITY, Some("Type the digits that your authenticator app shows.".to_owned())),
            "{typed:?}"
        );
    }

    let code = AINO.code(&service);
    let page = browser.answer(&sign_in, "code", &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await;

    assert!(page.is_at_the_application(), "spaces between the digits are fine");
}

#[tokio::test]
async fn a_code_counts_in_the_digits_of_every_keyboard_and_with_the_accidents_of_every_clipboard() {
    let (service, ruori) = aino_and_an_application().await;
    let in_digits = |zero: u32, code: &str| -> String {
        code.chars().map(|digit| char::from_u32(zero + digit.to_digit(10).unwrap()).unwrap()).collect()
    };
    let forms: [fn(&str) -> String; 5] = [
        |code| format!("\u{feff}{code}\u{200b}"),
        |code| format!("\u{a0}{}\u{202f}{}\n", &code[..3], &code[3..]),
        |code| format!("{}–{}.", &code[..3], &code[3..]),
        |code| format!("\u{202a}{code}\u{202c}"),
        |code| format!("\u{200f}{code}"),
    ];
    for form in forms {
        service.wait(60);
        let page = service.browser().try_code(&ruori, AINO, &form(&AINO.code(&service))).await;
        assert!(page.is_at_the_application(), "{:?}: {:?}", form("123456"), page.alert());
    }
    for zero in [0x660, 0x6F0, 0x966, 0xE50, 0xFF10] {
        service.wait(60);
        let page = service.browser().try_code(&ruori, AINO, &in_digits(zero, &AINO.code(&service))).await;
        assert!(page.is_at_the_application(), "{zero:x}: {:?}", page.alert());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_thousand_codes_at_once_five_are_looked_at() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, AINO, AINO.password).await;
    let sign_in = page.sign_in();
    let tries: Vec<_> = (0..1000)
        .map(|number| {
            let (mut tab, path) = (browser.clone(), format!("{sign_in}/code"));
            tokio::spawn(async move {
                let code = format!("{:06}", 1 + number * 7);
                tab.post(&path, &[("code", &code)]).await.status.as_u16()
            })
        })
        .collect();
    let mut statuses = std::collections::BTreeMap::new();
    for one in tries {
        *statuses.entry(one.await.unwrap()).or_insert(0) += 1;
    }
    assert_eq!(statuses, [(422, 5), (429, 995)].into());
    let wrong = "SELECT COUNT(*) FROM history WHERE event = 'sign_in.not_proven'";
    assert_eq!(service.count(wrong).await, 5);
}

#[tokio::test]
async fn an_app_whose_clock_drifts_is_followed_one_step_and_no_further() {
    let (service, ruori) = aino_and_an_application().await;
    let mut accepted = Vec::new();
    for late in [-30, -60, -90, 30, 0, 30] {
        service.wait(300);
        let page = service.browser().try_code(&ruori, AINO, &code_in(&service, late)).await;
        accepted.push(page.is_at_the_application());
    }
    // From where it was last: two steps late, not three, and not early at once. A clock that is set right
    // is taken, and from there one that is ahead.
    assert_eq!(accepted, [true, true, false, false, true, true]);
}

//! "Try another way": every link, from every state. None of them gets anybody further than what they have
//! proven (an old fault of others: a link that was meant for one step opened another).

use http::StatusCode;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Authenticator, Browser, MIKKO, PUBLIC_URL, Page, Registered, Service, Somebody};

/// Every address that a link or a button of a sign-in can lead to, with fields that prove nothing.
const LINKS: [(&str, &[(&str, &str)]); 15] = [
    ("use/totp", &[]),
    ("use/passkey", &[]),
    ("use/recovery_code", &[]),
    ("without-passkey", &[]),
    ("second-step", &[("method", "totp")]),
    ("second-step", &[("method", "passkey")]),
    ("passkey", &[("credential", "{}")]),
    ("passkey/new", &[("credential", "{}")]),
    ("code", &[("code", "000000")]),
    ("recovery-code", &[("recovery_code", "AAAA-AAAA-AAAA-AAAA-AAAA")]),
    ("recovery-saved", &[("saved", "yes")]),
    ("authenticator", &[("code", "000000")]),
    ("terms", &[("accepted", "yes")]),
    ("back", &[]),
    ("open", &[]),
];

/// How far somebody has come before they try a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Asked,
    Identified,
    GavePassword,
    ChosePasskey,
    ChoseRecoveryCode,
}

const STANDINGS: [Standing; 5] = [
    Standing::Asked,
    Standing::Identified,
    Standing::GavePassword,
    Standing::ChosePasskey,
    Standing::ChoseRecoveryCode,
];

async fn come_to(browser: &mut Browser, ruori: &Registered, who: Somebody, standing: Standing) -> String {
    let sign_in = browser.begin(ruori).await;
    if standing != Standing::Asked {
        browser.answer(&sign_in, "email", &[("email", who.email)]).await;
    }
    if !matches!(standing, Standing::Asked | Standing::Identified) {
        browser.answer(&sign_in, "password", &[("password", who.password)]).await;
    }
    match standing {
        Standing::ChosePasskey => drop(browser.answer(&sign_in, "use/passkey", &[]).await),
        Standing::ChoseRecoveryCode => drop(browser.answer(&sign_in, "use/recovery_code", &[]).await),
        _ => {}
    }
    sign_in
}

fn is_in(page: &Page) -> bool {
    page.is_at_the_application() || page.title() == "You are signed in"
}

#[tokio::test]
async fn no_link_in_any_state_gets_anybody_further_than_their_proofs() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    service.passkey(aino).await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    for who in [AINO, MIKKO] {
        for standing in STANDINGS {
            for (first, fields) in LINKS {
                // One link after the other: none opens a way for the next.
                let mut browser = service.browser();
                let sign_in = come_to(&mut browser, &ruori, who, standing).await;
                let page = browser.answer(&sign_in, first, fields).await;
                assert!(!is_in(&page), "{} {standing:?} {first}", who.email);
                // A full queue of hashes is no fault.
                let is_fault = page.status.is_server_error() && page.status != StatusCode::SERVICE_UNAVAILABLE;
                assert!(!is_fault, "{standing:?} {first}: {}", page.status);
                for (second, fields) in LINKS {
                    if matches!(second, "code" | "recovery-code") {
                        continue; // These are counted, and would make the others wait.
                    }
                    let page = browser.answer(&sign_in, second, fields).await;
                    assert!(!is_in(&page), "{} {standing:?} {first} {second}", who.email);
                }
            }
            service.wait(3700);
        }
    }
    assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0);
    assert_eq!(service.count("SELECT COUNT(*) FROM passkeys").await, 1);
    assert_eq!(service.count("SELECT COUNT(*) FROM authenticators").await, 1);
}

#[tokio::test]
async fn the_other_ways_are_listed_and_each_leads_to_its_step() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let mut device = service.passkey(aino).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = come_to(&mut browser, &ruori, AINO, Standing::GavePassword).await;
    for (link, title) in [
        ("use/passkey", "Use your passkey or security key"),
        ("use/recovery_code", "Use your recovery code"),
        ("use/totp", "Enter the code from your authenticator app"),
        ("use/recovery_code", "Use your recovery code"),
        ("use/passkey", "Use your passkey or security key"),
    ] {
        let page = browser.answer(&sign_in, link, &[]).await;
        assert_eq!(page.title(), title);
        let others: Vec<&str> =
            ["use/passkey", "use/recovery_code", "use/totp"].into_iter().filter(|way| *way != link).collect();
        assert!(page.says("Try another way"));
        for other in others {
            assert!(page.body.contains(&format!("action=\"{sign_in}/{other}\"")), "{link}: {other}");
        }
        assert!(!page.body.contains(&format!("action=\"{sign_in}/{link}\"")), "{link} is this way");
    }
    assert!(browser.use_passkey(&sign_in, &mut device).await.is_at_the_application());
}

#[tokio::test]
async fn a_person_with_one_factor_is_offered_no_other() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    service.passkey_of(mikko, Authenticator::new(PUBLIC_URL)).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = come_to(&mut browser, &ruori, MIKKO, Standing::GavePassword).await;
    let page = browser.open(&sign_in).await;
    assert_eq!(page.title(), "Use your passkey or security key");
    assert!(!page.says("Try another way"));
    for link in ["use/totp", "use/recovery_code", "without-passkey"] {
        assert_eq!(browser.answer(&sign_in, link, &[]).await.title(), page.title(), "{link}");
    }
}

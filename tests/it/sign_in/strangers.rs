//! Every page that takes an email before anything is proven does the same work for a person, for a person whose profile
//! is closed or was removed or has no password, and for an email that nobody ever had: the same statements, transactions
//! and hashes, in the same order. `timing.rs` measures the time; this says why it is the same.

use std::time::Duration;

use salpa::directory::people::PersonState;
use salpa::directory::users::Role;
use salpa::platform::db;
use salpa::platform::messages::{self, deliver_due};
use salpa::platform::metrics::Now;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, AppOnPhone, PIN, Registered, Service, Somebody};

const CLOSED: Somebody = Somebody { email: "anna.virtanen@kallio.example", ..AINO };
const NO_PASSWORD: Somebody = Somebody { email: "ella.virtanen@kallio.example", ..AINO };
const WITH_PHONE: Somebody = Somebody { email: "veera.virtanen@kallio.example", ..AINO };
const REMOVED: Somebody = Somebody { email: "olli.virtanen@kallio.example", ..AINO };
const NOBODY: &str = "eino.virtanen@kallio.example";

/// The work of one request.
#[derive(Debug, PartialEq, Eq)]
struct RequestWork {
    request: &'static str,
    statements: Vec<&'static str>,
    transactions: usize,
    hashes: u64,
}

/// The number of hashes since the start.
fn hashes(service: &Service) -> u64 {
    let metrics = service.app.metrics.text(&Now::default());
    let count = metrics.lines().find_map(|line| line.strip_prefix("salpa_hash_seconds_count "));
    count.expect("a count of hashes").parse().unwrap()
}

/// The work for one email at every page that takes one before anything is proven, and at the page that each leads to. The
/// last links and questions to a phone are beyond the allowance, and the last guesses have to wait.
async fn work_for(service: &Service, application: &Registered, email: &str) -> Vec<RequestWork> {
    const FORGOTTEN: [(&str, &str, &str); 3] = [
        ("forgotten-password", "method", "link"),
        ("forgotten-password", "method", "phone"),
        ("forgotten-password/recovery-code", "recovery_code", "0000-0000-0000-0000-0000"),
    ];
    let mut browser = service.browser();
    let sign_in = browser.begin(application).await;
    let mut all = Vec::new();
    let record = service.app.db.statements();
    record.turn_on();
    let mut posts = vec![("email", "email", email), ("passkey/challenge", "", ""), ("passkey", "credential", "{}")];
    for (page, field, value) in FORGOTTEN {
        posts.extend([(page, field, value); 6]);
    }
    posts.extend([("password", "password", "not the right one"); 6]);
    for (page, field, value) in posts {
        let before = hashes(service);
        record.take();
        let answer = browser.post(&format!("{sign_in}/{page}"), &[(field, value)]).await;
        let posted = record.take();
        all.push(RequestWork {
            request: page,
            statements: posted.texts,
            transactions: posted.transactions,
            hashes: hashes(service) - before,
        });
        browser.get(&answer.location().unwrap_or_else(|| sign_in.clone())).await;
        let shown = record.take();
        all.push(RequestWork {
            request: "the page after it",
            statements: shown.texts,
            transactions: shown.transactions,
            hashes: 0,
        });
    }
    all
}

#[tokio::test]
async fn a_stranger_costs_the_same_statements_and_hashes_as_a_person() {
    let service = Service::start_with(|settings| settings.metrics_listen = Some("127.0.0.1:0".parse().unwrap())).await;
    service.person(AINO).await;
    let closed = service.person(CLOSED).await;
    service.set_state(closed, PersonState::Disabled).await;
    service.person(NO_PASSWORD).await;
    service.person(REMOVED).await;
    let with_phone = service.person(WITH_PHONE).await;
    let kallio = service.business("Kallio Oy").await;
    service.user(kallio, with_phone, &[Role::Employee]).await;
    AppOnPhone::of(&service, WITH_PHONE, PIN).await;
    service.change("UPDATE people SET email = 'gone@kallio.example', email_key = 'gone@kallio.example' WHERE email LIKE 'olli.%'").await;
    // Recovery codes that can be compared, and that nobody knows.
    service
        .change("UPDATE recovery_codes SET hash = (SELECT hash FROM passwords WHERE passwords.person_id = recovery_codes.person_id)")
        .await;
    service.change("DELETE FROM passwords WHERE person_id IN (SELECT id FROM people WHERE email LIKE 'ella.%')").await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;

    let of_nobody = work_for(&service, &ruori, NOBODY).await;

    let hashes: u64 = of_nobody.iter().map(|work| work.hashes).sum();
    assert!(hashes >= 8, "the pages of passwords and recovery codes compare with something: {hashes}");
    let is_message = |work: &&RequestWork| work.statements.iter().any(|sql| sql.contains("INSERT INTO messages"));
    assert_eq!(
        of_nobody.iter().filter(is_message).count(),
        12,
        "each link and each call of a phone is sealed and stored"
    );
    for email in [AINO.email, WITH_PHONE.email, CLOSED.email, REMOVED.email, NO_PASSWORD.email] {
        for (theirs, nobodys) in work_for(&service, &ruori, email).await.iter().zip(&of_nobody) {
            assert_eq!(theirs, nobodys, "{email}");
        }
    }
}

#[tokio::test]
async fn at_the_domain_of_a_directory_a_stranger_costs_what_a_person_costs() {
    for (wanted, sql) in [
        ("offered", "UPDATE companies SET directory_use = 'offered'"),
        ("first", "UPDATE companies SET directory_use = 'first'"),
        ("alone", "UPDATE companies SET directory_use = 'alone'"),
    ] {
        let service =
            Service::start_with(|settings| settings.metrics_listen = Some("127.0.0.1:0".parse().unwrap())).await;
        let aino = service.person(AINO).await;
        service
            .change("UPDATE recovery_codes SET hash = (SELECT hash FROM passwords WHERE passwords.person_id = recovery_codes.person_id)")
            .await;
        let kallio = service.business("Kallio Oy").await;
        service.user(kallio, aino, &[Role::Employee]).await;
        service.directory_at(kallio, "Kallio's directory").await;
        service.claim_domain(kallio, "kallio.example").await;
        service.change("UPDATE company_domains SET state = 'proved'").await;
        service.change(sql).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        let of_nobody = work_for(&service, &ruori, NOBODY).await;
        let is_led = |work: &RequestWork| work.statements.iter().any(|sql| sql.contains("company_domains"));
        assert!(of_nobody.iter().any(is_led), "{wanted}");
        for (theirs, nobodys) in work_for(&service, &ruori, AINO.email).await.iter().zip(&of_nobody) {
            assert_eq!(theirs, nobodys, "{wanted}");
        }
    }
}

#[tokio::test]
async fn a_message_to_a_stranger_goes_nowhere_and_is_removed_after_a_day() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.browser().ask_link(&ruori, NOBODY).await;
    let readable = "SELECT COUNT(*) FROM messages WHERE content IS NOT NULL";
    assert_eq!(service.count(readable).await, 1);

    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 1);

    assert_eq!(service.count(readable).await, 0, "its text is erased at once");
    assert!(messages::newest(&service.app, 10).await.unwrap().is_empty(), "nobody can read it");
    assert!(messages::outbox(&service.app.db, true, None, 10).await.unwrap().is_empty(), "it is no message to anybody");
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 0, "it is not tried again");
    let later = service.now().plus(Duration::from_hours(25));
    let expired: Result<u64, db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { messages::expire(tx, later).await })).await;
    assert_eq!(expired.unwrap(), 1, "the row goes as that of a message that was sent");
}

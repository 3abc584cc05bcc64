//! The database is locked, gone or broken: an honest page with an identifier that the log has too, nothing
//! half done, and everything as before when it is back.

use http::StatusCode;
use salpa::platform::db::Reads;
use salpa::sign_in::policies::SecondFactor;

use crate::support::log;
use crate::support::{AINO, Database, Line, Lock, Page, Service};

/// Asserts that a page says that the service cannot answer now.
#[track_caller]
fn is_busy(page: &Page) {
    let told = (page.status, page.title());
    assert_eq!(told, (StatusCode::SERVICE_UNAVAILABLE, "The service is busy right now".to_owned()));
    assert_eq!(page.header("retry-after"), "5");
    assert_eq!(page.header("set-cookie"), "");
}

#[tokio::test]
async fn while_the_database_is_locked_pages_say_so_and_afterwards_all_is_as_before() {
    log::begin();
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();
    let (mut again, mut other, mut probe) = (browser.clone(), service.browser(), service.browser());
    let code = AINO.code(&service);
    let before = service.history().await.len();

    let lock = Lock::take(&service.database).await;
    let fields = [("code", code.as_str())];
    let path = format!("{sign_in}/code");
    let authorize = ruori.authorize(&[]);
    // All at once: each waits as long as the database is given to be free again.
    let (page, posted, begun, ready, live) = tokio::join!(
        again.get(&sign_in),
        browser.post(&path, &fields),
        other.get(&authorize),
        async { probe.clone().get("/health/ready").await },
        async { probe.clone().get("/health/live").await },
    );
    lock.give_back().await;

    if service.database.is_sqlite() {
        assert_eq!(page.status, StatusCode::OK, "there, readers wait for nobody");
    } else {
        is_busy(&page);
    }
    for page in [&posted, &begun] {
        is_busy(page);
        assert!(log::line_of(page).contains("the database is not available"), "{}", log::line_of(page));
    }
    if service.database.is_sqlite() {
        assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "who cannot write is not ready");
    }
    assert_eq!(live.status, StatusCode::OK, "the program is alive");
    assert_eq!(service.history().await.len(), before, "nothing was done");
    assert_eq!(probe.get("/health/ready").await.status, StatusCode::OK);
    assert_eq!(browser.open(&sign_in).await.title(), "Enter the code from your authenticator app");
    let page = browser.answer(&sign_in, "code", &fields).await;
    assert!(page.is_at_the_application(), "the code was not used up: {}", page.body);
}

#[tokio::test]
async fn a_failure_within_the_last_step_leaves_nothing_half_done() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();
    let code = AINO.code(&service);

    for table in ["history", "known_networks", "session_proofs", "sessions"] {
        service.database.run(&format!("ALTER TABLE {table} RENAME TO put_away")).await;
        let page = browser.answer(&sign_in, "code", &[("code", &code)]).await;
        service.database.run(&format!("ALTER TABLE put_away RENAME TO {table}")).await;

        let told = (page.status, page.title());
        assert_eq!(told, (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side".to_owned()), "{table}");
        assert!(page.error_id().is_some());
        assert_eq!(page.header("set-cookie"), "");
        assert_eq!(service.count("SELECT COUNT(*) FROM sessions").await, 0, "{table}");
        assert_eq!(service.count("SELECT COUNT(*) FROM sign_in_proofs WHERE method = 'totp'").await, 0, "{table}");
        assert_eq!(
            service.count("SELECT COUNT(*) FROM authenticators WHERE last_used_at IS NOT NULL").await,
            0,
            "{table}"
        );
        assert_eq!(service.count("SELECT COUNT(*) FROM sign_ins WHERE ended_at IS NOT NULL").await, 0, "{table}");
    }

    assert!(browser.answer(&sign_in, "code", &[("code", &code)]).await.is_at_the_application());
}

#[tokio::test]
async fn a_database_without_its_tables_is_not_ready_and_pages_are_honest() {
    log::begin();
    let database = Database::new().await;
    let service = Service::start_on(database, |_| {}).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.begin(&ruori).await;
    let tables = ["migrations", "sign_ins", "applications", "sessions"];
    for table in tables {
        service.database.run(&format!("ALTER TABLE {table} RENAME TO away_{table}")).await;
    }

    browser.cookies.insert("__Host-salpa_session".to_owned(), "somebody".to_owned());
    for path in [ruori.authorize(&[]), "/account".to_owned()] {
        let page = browser.open(&path).await;
        let told = (page.status, page.title());
        assert_eq!(told, (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side".to_owned()), "{path}");
        assert!(log::line_of(&page).contains("fault"));
        assert!(!page.body.contains("sign_ins") && !page.body.to_lowercase().contains("sql"), "{}", page.body);
    }
    let ready = browser.get("/health/ready").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);

    for table in tables {
        service.database.run(&format!("ALTER TABLE away_{table} RENAME TO {table}")).await;
    }
    assert_eq!(browser.get("/health/ready").await.status, StatusCode::OK);
    assert_eq!(browser.open(&ruori.authorize(&[])).await.title(), "Sign in");
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_told_and_found_again() {
    let near = Database::new().await;
    if near.is_sqlite() {
        // It has no server: what a locked or broken file does is told above.
        return;
    }
    let line = Line::to(near.url()).await;
    let service = Service::start_on(near.by_way_of(line.address), |_| {}).await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.try_password(&ruori, AINO, AINO.password).await.sign_in();

    line.cut();
    for _ in 0..3 {
        let code = AINO.code(&service);
        is_busy(&browser.post(&format!("{sign_in}/code"), &[("code", &code)]).await);
        is_busy(&service.browser().get(&ruori.authorize(&[])).await);
        assert_eq!(browser.get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    line.mend();

    assert_eq!(browser.get("/health/ready").await.status, StatusCode::OK);
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&service))]).await;
    assert!(page.is_at_the_application(), "{}", page.body);
}

#[tokio::test]
async fn a_machine_that_asks_gets_its_identifier_in_json() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    service.database.run("ALTER TABLE applications RENAME TO put_away").await;
    let fields = [("grant_type", "authorization_code"), ("client_id", ruori.application.client_id.as_str())];

    let answer =
        crate::provider::client::post_with(&service, "/oauth/token", &[("accept", "application/json")], &fields).await;

    answer.refused(500, "server_error");
    assert!(answer.text("error_description").starts_with("SLP-"));
}

#[tokio::test]
async fn a_number_that_a_statement_writes_itself_is_read_like_any_other() {
    let service = Service::start().await;
    let found: Option<i64> =
        service.app.db.optional("SELECT 1 FROM migrations LIMIT 1", &[], |row| row.get(0)).await.unwrap();
    assert_eq!(found, Some(1));
    let none: Result<Option<i64>, _> = service
        .app
        .db
        .optional("SELECT CAST(NULL AS BIGINT) FROM migrations LIMIT 1", &[], |row| row.get::<i64>(0))
        .await;
    assert!(none.is_err(), "what is no number is none");
}

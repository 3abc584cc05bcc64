//! Requests that come at once share round trips and commits, and none of them what is another's: each is answered for
//! itself, fails by itself, and sees what was committed before it came.

use futures_util::future::join_all;
use salpa::platform::metrics::Now;
use salpa::sign_in::policies::SecondFactor;

use crate::provider::{Arrived, arrive, sign_in};
use crate::support::{AINO, Registered, Service};

/// The requests that come at once.
const AT_ONCE: usize = 8;

/// A service that counts, and Aino's refresh tokens of one application.
async fn with_refresh_tokens() -> (Service, Registered, Vec<String>) {
    let service = Service::start_with(|settings| settings.metrics_listen = Some("127.0.0.1:0".parse().unwrap())).await;
    service.person(AINO).await;
    let application = service.application("Payroll", SecondFactor::Required).await;
    let mut browser = service.browser();
    let mut page = sign_in(&service, &mut browser, &application, &[]).await;
    let mut tokens = Vec::new();
    while tokens.len() < AT_ONCE {
        let code = page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        tokens.push(application.redeem(&service, &code).await.fine().text("refresh_token"));
        page = browser.open(&application.authorize(&[])).await;
    }
    (service, application, tokens)
}

/// The commits until now.
fn commits(service: &Service) -> u64 {
    let metrics = service.app.metrics.text(&Now::default());
    let count = metrics.lines().find_map(|line| line.strip_prefix("salpa_database_group_size_count "));
    count.expect("a count of commits").parse().unwrap()
}

#[tokio::test]
async fn refreshes_that_come_at_once_are_committed_together_and_each_gets_its_own_token() {
    let (service, application, tokens) = with_refresh_tokens().await;
    let before = commits(&service);

    let answers = join_all(tokens.iter().map(|token| application.refresh(&service, token))).await;

    let committed = commits(&service) - before;
    // On SQLite those are committed together that come while another commit is under way.
    assert!(service.database.is_sqlite() || committed < AT_ONCE as u64 / 2, "{committed} commits");
    let next: Vec<_> = answers.into_iter().map(|answer| answer.fine().text("refresh_token")).collect();
    for (token, next) in tokens.iter().zip(&next) {
        let grant = |token: &str| token.split('.').next().unwrap().to_owned();
        assert_eq!(grant(token), grant(next), "the successor of another's token");
    }
    // Each is in force, and its predecessor is not.
    join_all(next.iter().map(|token| application.refresh(&service, token))).await.into_iter().for_each(|answer| {
        answer.fine();
    });
    for token in &tokens {
        application.refresh(&service, token).await.refused(400, "invalid_grant");
    }
}

#[tokio::test]
async fn a_refresh_that_the_database_refuses_takes_none_of_those_beside_it_along() {
    let (service, application, tokens) = with_refresh_tokens().await;
    let refused = tokens[3].split('.').next().unwrap();
    let refuse = if service.database.is_sqlite() {
        format!(
            "CREATE TRIGGER refuse BEFORE UPDATE ON refresh_tokens WHEN OLD.grant_id = '{refused}'
             BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    } else {
        format!("ALTER TABLE refresh_tokens ADD CONSTRAINT refuse CHECK (grant_id <> '{refused}') NOT VALID")
    };
    service.database.run(&refuse).await;

    let answers = join_all(tokens.iter().map(|token| application.refresh(&service, token))).await;

    for (place, answer) in answers.into_iter().enumerate() {
        if place == 3 {
            answer.refused(500, "server_error");
        } else {
            answer.fine();
        }
    }
    let mend = if service.database.is_sqlite() {
        "DROP TRIGGER refuse"
    } else {
        "ALTER TABLE refresh_tokens DROP CONSTRAINT refuse"
    };
    service.database.run(mend).await;
    application.refresh(&service, &tokens[3]).await.fine();
}

#[tokio::test]
async fn of_requests_that_come_at_once_each_sees_what_was_committed_before_it() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = application.redeem(&service, &code).await.fine().text("access_token");
    // The same questions again and again, while the answer changes once.
    let asking = async {
        for _ in 0..20 {
            join_all((0..AT_ONCE).map(|_| application.introspect(&service, &token))).await;
        }
    };
    let revoking = async {
        application.post(&service, "/oauth/revoke", &[("token", &token)]).await;
        application.introspect(&service, &token).await
    };
    let ((), after) = tokio::join!(asking, revoking);
    assert_eq!(after["active"], false, "it was revoked before this was asked");
}

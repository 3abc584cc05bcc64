//! The contents of the outbox, and their lifetime.

use salpa::platform::db;
use salpa::platform::messages;

use super::{mail, service_and_server};

#[tokio::test]
async fn sent_messages_are_forgotten_after_a_day_and_failed_ones_after_a_week() {
    let (service, server) = service_and_server().await;
    service.write(mail("One", service.now())).await;
    service.deliver().await;
    server.behave(|manner| manner.to_recipient = "550 no");
    service.write(mail("Two", service.now())).await;
    service.deliver().await;
    server.behave(|manner| manner.to_recipient = "450 busy");
    service.write(mail("Three", service.now())).await;
    let left = async || service.count("SELECT COUNT(*) FROM messages").await;
    let expire = async || {
        let now = service.now();
        let expired: Result<u64, db::Error> =
            service.app.db.write(move |tx| Box::pin(async move { messages::expire(tx, now).await })).await;
        expired.unwrap()
    };
    assert_eq!((expire().await, left().await), (0, 3));
    service.wait(24 * 3600 + 1);
    assert_eq!((expire().await, left().await), (1, 2), "what waits is never removed");
    service.wait(6 * 24 * 3600);
    assert_eq!((expire().await, left().await), (1, 1));
}

#[tokio::test]
async fn a_message_of_another_row_or_key_does_not_open_and_is_not_sent() {
    let (service, server) = service_and_server().await;
    let id = service.write(mail("One", service.now())).await;
    service.change("UPDATE messages SET id = '01980000-0000-7000-8000-000000000000'").await;
    service.deliver().await;
    assert!(server.received().is_empty());
    let waiting = service.outbox("01980000-0000-7000-8000-000000000000").await;
    assert!(waiting.problem.unwrap().contains("secret keys"));
    assert!(messages::find(&service.app.db, &id).await.unwrap().is_none());
    assert!(messages::newest(&service.app, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_operator_sees_what_waits_but_not_what_it_says() {
    let (service, server) = service_and_server().await;
    for number in 0..3 {
        service.write(mail(&format!("A subject {number}"), service.now())).await;
    }
    service.deliver().await;
    server.behave(|manner| manner.to_recipient = "450 busy");
    let waiting = service.write(mail("A subject that waits", service.now())).await;
    service.deliver().await;
    let listed = messages::outbox(&service.app.db, false, None, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].id.as_str(), listed[0].attempts), (1, waiting.as_str(), 1));
    assert!(!serde_json::to_string(&listed).unwrap().contains("A subject"));
    let all = messages::outbox(&service.app.db, true, None, 2).await.unwrap();
    assert_eq!(all.len(), 2);
    let rest = messages::outbox(&service.app.db, true, Some(&all[1].id), 10).await.unwrap();
    assert_eq!(rest.len(), 2, "page after page");
}

//! How messages leave, and what happens where the mail server is down, slow, or says no.

use std::sync::Arc;
use std::time::Duration;

use salpa::platform::db;
use salpa::platform::messages::{self, Message, Tone};
use salpa::platform::web::translations::Language;
use salpa::sign_in::policies::SecondFactor;
use tokio::sync::Notify;

use super::{TO, mail, service_and_server, service_with, with_mail};
use crate::support::{AINO, Browser, MIKKO, MailServer, Manner, Service, Then, log};

#[tokio::test]
async fn a_message_leaves_as_soon_as_its_reason_is_committed() {
    let (service, server) = service_and_server().await;
    let delivery = messages::Delivery::start(&service.app);
    let id = service.write(mail("It happened", service.now())).await;

    let received = server.wait_for(1).await;

    assert_eq!(received.len(), 1);
    assert_eq!(
        (received[0].from.as_str(), received[0].to.as_str()),
        ("<sign-in@id.kallio.example>", "<aino.virtanen@kallio.example>")
    );
    assert_eq!(received[0].header("subject"), "It happened");
    assert_eq!(received[0].header("from"), "=?utf-8?b?S2FsbGlvICYgTGFpbmU=?= <sign-in@id.kallio.example>");
    assert_eq!(received[0].header("message-id"), format!("<{id}@id.kallio.example>"));
    // Found by looking around once a second, twenty of them would take ten seconds and more.
    let at_once = async {
        for again in 0..20 {
            service.write(mail("Again", service.now())).await;
            server.wait_for(2 + again).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), at_once).await.expect("each is sent when it is committed");
    assert_eq!(server.connections(), 1, "one connection serves many, one after the other");
    delivery.stop().await;
}

#[tokio::test]
async fn a_message_that_is_rolled_back_is_not_sent() {
    let (service, server) = service_and_server().await;
    let (app, now) = (service.app.clone(), service.now());
    let written: Result<(), db::Error> = app
        .db
        .write({
            let app = app.clone();
            move |tx| {
                Box::pin(async move {
                    messages::write(tx, &app, &mail("It did not happen", now)).await?;
                    Err(db::Error::Fault("and it is not done".to_owned()))
                })
            }
        })
        .await;
    assert!(written.is_err());
    assert_eq!(service.deliver().await, 0);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_person_is_told_of_a_new_second_step_in_text_and_html_and_in_their_language() {
    let (service, server) = service_and_server().await;
    service.person(MIKKO).await;
    service.change("UPDATE people SET language = 'fi', given_name = '<b>Mikko</b>'").await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser: Browser = service.browser();
    let page = browser.open(&ruori.authorize(&[])).await;
    let page = browser.sign_in_as(&service, page, MIKKO).await;
    let sign_in = page.sign_in();
    browser.submit(&format!("{sign_in}/second-step"), &[("method", "totp")]).await;
    let page = browser.open(&sign_in).await;
    let code = crate::support::code_at(&page.secret(), service.now());
    browser.submit(&format!("{sign_in}/authenticator"), &[("code", &code)]).await;

    service.deliver().await;

    let received = server.received();
    assert_eq!(received.len(), 1, "one message is written with the new second step");
    let (text, html) = (received[0].part("text/plain"), received[0].part("text/html"));
    assert!(text.contains("Hei <b>Mikko</b>,") && text.contains("Aika: 9. kesäkuuta 2026 klo 14.32"), "{text}");
    assert!(html.contains("<html lang=\"fi\">") && html.contains("Hei &#60;b&#62;Mikko&#60;/b&#62;,"), "{html}");
    assert!(html.contains("href=\"https://id.kallio.example/account/not-me/"), "{html}");
    assert!(!html.contains("<img") && !html.contains("src="), "it needs no picture");
    let hrefs: Vec<_> = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(hrefs.iter().all(|href| href.starts_with("https://id.kallio.example/")), "{hrefs:?}");
    assert_eq!(received[0].header("auto-submitted"), "auto-generated");
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_again_after_waits_that_grow() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("smtp://{address}");
    let service = Service::start_with(|settings| with_mail(settings, &url, &[("smtp_tls", "none")])).await;
    let id = service.write(mail("It happened", service.now())).await;

    for wait in [5, 30, 120, 600, 1800, 3600, 7200, 7200] {
        assert_eq!(service.deliver().await, 1);
        let waiting = service.outbox(&id).await;
        assert_eq!(waiting.state, "waiting");
        assert!(waiting.problem.unwrap().contains("cannot be reached"));
        assert_eq!(waiting.due_at.unwrap(), service.now().milliseconds() + wait * 1000, "{wait}");
        service.wait(wait.unsigned_abs() - 1);
        assert_eq!(service.deliver().await, 0, "not before its time");
        service.wait(1);
    }

    let server = MailServer::start_on(tokio::net::TcpListener::bind(address).await.unwrap(), Manner::default());
    assert_eq!(service.deliver().await, 1);
    assert_eq!(server.received().len(), 1);
    assert_eq!(service.outbox(&id).await.state, "sent");
}

#[tokio::test]
async fn after_a_day_it_is_given_up_and_the_history_says_so() {
    let server = MailServer::start(Manner { to_recipient: "451 not now", ..Manner::default() }).await;
    let service = service_with(&server).await;
    let person = service.person(AINO).await;
    let id = service.write(mail("It happened", service.now()).person(person)).await;
    let mut tries = 0;
    for _ in 0..100 {
        tries += service.deliver().await;
        service.wait(1800);
    }
    assert!((15..25).contains(&tries), "{tries}");
    let given_up = service.history().await.into_iter().find(|told| told.event == "message.given_up").unwrap();
    assert_eq!((given_up.detail("message"), given_up.detail("channel")), (id.as_str(), "email"));
    assert_eq!(given_up.person, Some(person.to_string()));
    assert!(given_up.detail("refused").contains("451"), "{given_up:?}");
    assert_eq!(service.outbox(&id).await.state, "given up");

    // After repairing the server, the operator can have a kept message tried again.
    server.behave(|manner| manner.to_recipient = "250 fine");
    let (app, now) = (service.app.clone(), service.now());
    let retried: Result<bool, db::Error> = {
        let id = id.clone();
        app.db.write(move |tx| Box::pin(async move { messages::retry(tx, &id, now).await })).await
    };
    assert!(retried.unwrap());
    assert_eq!(service.deliver().await, 1);
    assert_eq!((server.received().len(), service.outbox(&id).await.state), (1, "sent"));
}

#[tokio::test]
async fn a_server_that_says_nothing_holds_up_nobody_for_long() {
    let server = MailServer::start(Manner { silent: true, ..Manner::default() }).await;
    let service = service_with(&server).await;
    let ids = [service.write(mail("One", service.now())).await, service.write(mail("Two", service.now())).await];
    assert_eq!(service.deliver().await, 2);
    for id in &ids {
        assert_eq!(service.outbox(id).await.problem.as_deref(), Some("the server was silent"));
    }
    server.behave(|manner| manner.silent = false);
    service.wait(5);
    assert_eq!(service.deliver().await, 2);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn not_now_is_tried_again_and_never_is_given_up_at_once() {
    let (service, server) = service_and_server().await;
    for (answer, is_given_up) in
        [("450 busy", false), ("421 full", false), ("550 nobody here", true), ("553 what?", true)]
    {
        server.behave(|manner| manner.to_recipient = answer);
        let id = service.write(mail("It happened", service.now())).await;
        service.deliver().await;
        let state = service.outbox(&id).await.state;
        assert_eq!(state == "given up", is_given_up, "{answer}: {state}");
        service.change("DELETE FROM messages").await;
    }
    server.behave(|manner| manner.to_recipient = "250 fine");
    for (answer, is_given_up) in [("452 disk full", false), ("554 spam", true)] {
        server.behave(|manner| manner.to_message = answer);
        let id = service.write(mail("It happened", service.now())).await;
        service.deliver().await;
        assert_eq!(service.outbox(&id).await.state == "given up", is_given_up, "{answer}");
        service.change("DELETE FROM messages").await;
    }
    let told = service.given_up().await;
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("550") && told[0].contains("nobody here"), "{told:?}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_server_that_dies_with_the_message_gets_it_once_more_under_the_same_name() {
    for then in [Then::Die, Then::SayNothing] {
        let server = MailServer::start(Manner { then, ..Manner::default() }).await;
        let service = service_with(&server).await;
        let id = service.write(mail("It happened", service.now())).await;
        assert_eq!(service.deliver().await, 1);
        service.wait(5);
        assert_eq!(service.deliver().await, 1);
        for _ in 0..60 {
            service.wait(1800);
            service.deliver().await;
        }
        let received = server.received();
        assert_eq!(received.len(), 2, "at most twice");
        assert_eq!(received[0].header("message-id"), received[1].header("message-id"));
        assert_eq!(received[0].data, received[1].data);
        assert_eq!(service.outbox(&id).await.state, "given up");
        assert!(service.given_up().await[0].contains("went out twice"));
    }
}

#[tokio::test]
async fn a_message_is_sent_after_many_refusals() {
    let (service, server) = service_and_server().await;
    let id = service.write(mail("It happened", service.now())).await;
    server.behave(|manner| manner.to_message = "451 not now");
    for _ in 0..5 {
        assert_eq!(service.deliver().await, 1, "a message that was certainly not taken has not gone out");
        service.wait(7200);
    }
    server.behave(|manner| manner.to_message = "250 taken");
    assert_eq!(service.deliver().await, 1);
    assert_eq!(service.outbox(&id).await.state, "sent");
}

#[tokio::test]
async fn a_code_that_has_expired_is_not_sent() {
    let (service, server) = service_and_server().await;
    server.behave(|manner| manner.to_recipient = "450 busy");
    let until = service.now().plus(Duration::from_secs(90));
    let code = |useful_until| mail("Your code", service.now()).code("Code", "031 442", "").useful_until(useful_until);
    let id = service.write(code(until)).await;
    let short = service.write(code(service.now().plus(Duration::from_secs(4)))).await;
    service.deliver().await;
    server.behave(|manner| manner.to_recipient = "250 fine");
    service.wait(5);
    service.deliver().await;
    assert_eq!(server.received().len(), 1, "the one that is still of use");
    assert_eq!((service.outbox(&id).await.state, service.outbox(&short).await.state), ("sent", "given up"));
    let now = service.now();
    let retried: Result<bool, db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { messages::retry(tx, &short, now).await })).await;
    assert!(!retried.unwrap(), "and it stays so");
    assert_eq!(service.count("SELECT COUNT(*) FROM messages WHERE content IS NOT NULL").await, 0);
}

#[tokio::test]
async fn without_a_mail_server_messages_wait_a_day_for_one() {
    let service = Service::start().await;
    let id = service.write(mail("It happened", service.now())).await;
    for _ in 0..5 {
        service.deliver().await;
        service.wait(60);
    }
    let waiting = service.outbox(&id).await;
    assert_eq!(
        (waiting.state, waiting.attempts, waiting.problem.as_deref()),
        ("waiting", 0, Some("no smtp_url is set"))
    );
    let server = MailServer::start(Manner::default()).await;
    let url = format!("smtp://{}", server.address);
    let node = service.with(|settings| with_mail(settings, &url, &[("smtp_tls", "none")])).await;
    assert_eq!(node.deliver().await, 1);
    assert_eq!(server.received().len(), 1);

    let other = service.write(mail("It happened", service.now())).await;
    service.wait(24 * 3600);
    service.deliver().await;
    assert_eq!(service.outbox(&other).await.state, "given up");
    assert_eq!(service.given_up().await, ["no smtp_url is set"]);
}

/// Messages of a race.
const MESSAGES: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_nodes_one_sends_each_message() {
    let server = MailServer::start(Manner::default()).await;
    let url = format!("smtp://{}", server.address);
    let service = Service::start().await;
    let change = |settings: &mut _| with_mail(settings, &url, &[("smtp_tls", "none")]);
    for _ in 0..3 {
        service.node(&service.database, change).await;
    }
    let writer = service.node(&service.database, change).await;
    for number in 0..MESSAGES {
        // Every third is written where nobody sends: the others look around.
        let node = if number % 3 == 0 { &service } else { &writer };
        node.write(mail(&format!("Message {number}"), node.now())).await;
    }
    let received = server.wait_for(MESSAGES).await;
    while writer.count("SELECT COUNT(*) FROM messages WHERE sent_at IS NULL").await > 0 {
        tokio::task::yield_now().await;
    }
    let mut subjects: Vec<_> = received.iter().map(|mail| mail.header("subject")).collect();
    subjects.sort();
    subjects.dedup();
    assert_eq!((received.len(), server.received().len(), subjects.len()), (MESSAGES, MESSAGES, MESSAGES));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_try_one_message_at_once_one_sends_it() {
    let (service, server) = service_and_server().await;
    let mut nodes = Vec::new();
    for _ in 0..6 {
        let url = format!("smtp://{}", server.address);
        nodes.push(service.with(|settings| with_mail(settings, &url, &[("smtp_tls", "none")])).await);
    }
    for round in 1..=10 {
        service.write(mail("It happened", service.now())).await;
        let tries = nodes.iter().map(Service::deliver);
        let tried: usize = futures_util::future::join_all(tries).await.into_iter().sum();
        assert_eq!((tried, server.received().len()), (1, round));
    }
}

#[tokio::test]
async fn a_node_that_was_too_slow_leaves_the_message_to_who_has_it_now() {
    let (service, server) = service_and_server().await;
    let id = service.write(mail("It happened", service.now())).await;
    let url = format!("smtp://{}", server.address);
    // Slow is what takes longer than the others wait, by the story's clock; by ours it is not to give up.
    let patient = [("smtp_tls", "none"), ("message_timeout", "60")];
    let first = service.with(|settings| with_mail(settings, &url, &patient)).await;
    let other = service.with(|settings| with_mail(settings, &url, &patient)).await;
    let gate = Arc::new(Notify::new());
    server.behave(|manner| manner.gate = Some(gate.clone()));
    let slow = {
        let (app, now) = (first.app.clone(), service.now());
        tokio::spawn(async move { messages::deliver_due(&app, now).await.unwrap() })
    };
    while !server.overheard().contains("RCPT") {
        tokio::task::yield_now().await;
    }
    service.wait(60);
    server.behave(|manner| manner.gate = None);
    assert_eq!(other.deliver().await, 1);
    gate.notify_one();
    slow.await.unwrap();
    assert_eq!(server.received().len(), 1, "the slow one sees that it is not its own any more");
    let sent = service.outbox(&id).await;
    assert_eq!((sent.state, sent.attempts, sent.problem), ("sent", 0, None));
}

#[tokio::test]
async fn codes_and_links_stand_in_no_table_and_no_log() {
    log::begin();
    let (service, server) = service_and_server().await;
    let (code, path) = ("PLANTED-7391-CODE", "/planted-2846-link");
    let secret = |subject| {
        Message::plain(Language::English, TO, subject, "Hello.", service.now())
            .code("Your code", code, "Valid for a day")
            .link("Go on", path, Tone::Usual)
    };
    let id = service.write(secret("One")).await;
    let holds = |text: &str| text.contains(code) || text.contains(path);
    assert!(!holds(&service.database.everything().await), "sealed while it waits");
    let shown = messages::newest(&service.app, 10).await.unwrap();
    assert_eq!(
        (shown[0].code.as_deref(), shown[0].link.as_deref()),
        (Some(code), Some("https://id.kallio.example/planted-2846-link"))
    );
    assert!(shown[0].text.contains(code));

    server.behave(|manner| manner.to_message = "451 not now");
    service.deliver().await;
    server.behave(|manner| manner.to_message = "250 taken");
    service.wait(5);
    service.deliver().await;
    assert!(holds(&server.received()[0].data.replace("=\n", "")), "it arrived");
    assert_eq!(service.outbox(&id).await.state, "sent");
    assert_eq!(service.count("SELECT COUNT(*) FROM messages WHERE content IS NOT NULL").await, 0, "and is gone here");
    let given_up = service.write(secret("Two")).await;
    server.behave(|manner| manner.to_message = "554 5.7.1 spam: PLANTED-7391-CODE /planted-2846-link");
    service.deliver().await;
    assert_eq!(service.outbox(&given_up).await.state, "given up");
    assert!(service.given_up().await[0].contains("554 5.7.1"), "the codes of the answer, not its words");
    assert!(!holds(&service.database.everything().await));
    let logged = log::everything();
    assert!(logged.contains(&given_up), "what is given up is logged");
    assert!(!holds(&logged));
}

#[tokio::test]
async fn a_mail_to_an_international_domain_goes_through_every_server() {
    let (service, server) = service_and_server().await;
    let message = Message::plain(Language::English, "eva@köln.example", "It happened", "Hello Eva", service.now());
    service.write(message).await;
    assert_eq!(service.deliver().await, 1);
    let received = server.received();
    assert_eq!(
        (received[0].to.as_str(), received[0].header("to").as_str()),
        ("<eva@xn--kln-sna.example>", "eva@xn--kln-sna.example")
    );

    let message = Message::plain(Language::English, "käthe@köln.example", "It happened", "Hello", service.now());
    let id = service.write(message).await;
    service.deliver().await;
    assert_eq!(service.outbox(&id).await.state, "given up", "no server without SMTPUTF8 takes the local part");
}

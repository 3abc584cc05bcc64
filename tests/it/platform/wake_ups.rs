//! A write on one node is noticed on every node at once, and a second later if its wake-up is lost.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use salpa::platform::bus::{self, Topic, Waiter};
use salpa::platform::db;
use salpa::platform::messages::{self, Delivery, Message};
use salpa::platform::web::translations::Language;
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{Database, MailServer, Manner, Service, with_messages};

const ONE: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
/// The end of a wait that would otherwise be endless.
const TOO_LONG: Duration = Duration::from_secs(20);

impl Service {
    /// Hears other nodes, and is heard by them, as long as the story lasts.
    async fn join_nodes(&self) {
        tokio::spawn(bus::worker(self.app.bus.clone(), self.app.db.clone(), self.app.random.clone()));
        timeout(TOO_LONG, self.app.bus.listening()).await.expect("the node listens");
    }

    /// Commits a transaction that wakes, or rolls it back.
    async fn wake(&self, id: Uuid, commits: bool) {
        let written: Result<(), db::Error> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    tx.wake(Topic::Sms, id);
                    if commits { Ok(()) } else { Err(db::Error::Fault("it is not done".to_owned())) }
                })
            })
            .await;
        assert_eq!(written.is_ok(), commits);
    }

    fn wait_for(&self, id: Uuid) -> Waiter {
        self.app.bus.wait_for(Topic::Sms, id).unwrap()
    }

    async fn notices_the_cut(&self) {
        while self.app.bus.is_listening() {
            tokio::task::yield_now().await;
        }
    }
}

/// Closes the connections on which nodes of one service listen, until each of these nodes has noticed.
async fn cut_listening(nodes: &[&Service]) {
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name =
               'salpa_' || left(encode(sha256(convert_to(current_schema(), 'UTF8')), 'hex'), 32)";
    let noticed = timeout(TOO_LONG, join_all(nodes.iter().map(|node| node.notices_the_cut())));
    let (noticed, ()) = tokio::join!(noticed, nodes[0].database.run(cut));
    noticed.expect("the nodes notice that they hear nothing");
}

/// Twenty wake-ups from one node to the other, each sent when the one before has arrived. Found by looking once a
/// second, they would take twenty seconds; the bound leaves a busy machine its time.
async fn hears_at_once(from: &Service, to: &Service) {
    let waiter = to.wait_for(ONE);
    let twenty = async {
        for _ in 0..20 {
            from.wake(ONE, true).await;
            waiter.woken().await;
        }
    };
    timeout(Duration::from_secs(15), twenty).await.expect("twenty wake-ups need no twenty looks");
}

fn is_woken(waiter: &Waiter) -> bool {
    waiter.woken().now_or_never().is_some()
}

/// A node of the same service, of which there is only one on SQLite.
async fn other_node(service: &Service) -> Option<Service> {
    if service.database.is_sqlite() {
        return None;
    }
    let other = service.with(|_| {}).await;
    service.join_nodes().await;
    other.join_nodes().await;
    Some(other)
}

#[tokio::test]
async fn a_commit_wakes_its_waiters_and_what_is_rolled_back_wakes_nobody() {
    let service = Service::start().await;
    let other_node = other_node(&service).await;
    let nodes: Vec<&Service> = [&service].into_iter().chain(&other_node).collect();
    for from in &nodes {
        let waiters: Vec<_> = nodes.iter().map(|node| (node.wait_for(ONE), node.wait_for(OTHER))).collect();
        from.wake(ONE, false).await;
        from.wake(OTHER, true).await;
        for (rolled_back, committed) in &waiters {
            timeout(TOO_LONG, committed.woken()).await.expect("a commit wakes");
            assert!(!is_woken(rolled_back), "what came before it was rolled back");
        }
    }
}

#[tokio::test]
async fn on_the_same_node_a_waiter_is_woken_before_the_writer_has_its_answer() {
    let service = Service::start().await;
    let waiter = service.wait_for(ONE);
    service.wake(ONE, true).await;
    assert!(is_woken(&waiter));
}

#[tokio::test]
async fn a_write_on_one_node_wakes_the_other_before_its_next_look() {
    let service = Service::start().await;
    let Some(other) = other_node(&service).await else {
        hears_at_once(&service, &service).await;
        return;
    };
    hears_at_once(&service, &other).await;
    hears_at_once(&other, &service).await;
}

#[tokio::test]
async fn a_node_whose_listening_is_cut_looks_once_a_second_and_listens_again() {
    let service = Service::start().await;
    let Some(other) = other_node(&service).await else { return };
    let waiter = other.wait_for(ONE);
    cut_listening(&[&service, &other]).await;
    service.wake(OTHER, true).await;
    timeout(TOO_LONG, waiter.next_look()).await.expect("it looks without a wake-up");

    timeout(TOO_LONG, other.app.bus.listening()).await.expect("it listens again");
    timeout(TOO_LONG, service.app.bus.listening()).await.expect("and so does the other one");
    hears_at_once(&service, &other).await;
}

#[tokio::test]
async fn services_that_share_a_database_do_not_wake_each_other() {
    // Of PostgreSQL both have a schema in one database.
    let service = Service::start_on(Database::new().await, |_| {}).await;
    let Some(other) = other_node(&service).await else { return };
    let strangers = Service::start_on(Database::new().await, |_| {}).await;
    let their_other = other_node(&strangers).await.unwrap();
    // Notifications of a database arrive in the order in which they were committed.
    let ours = other.wait_for(ONE);
    hears_at_once(&strangers, &their_other).await;
    hears_nothing_before(&service, &other, &ours).await;
    let theirs = their_other.wait_for(ONE);
    hears_at_once(&service, &other).await;
    hears_nothing_before(&strangers, &their_other, &theirs).await;
}

/// A wake-up that is sent now arrives, and what was sent before has not woken a waiter.
async fn hears_nothing_before(from: &Service, to: &Service, waiter: &Waiter) {
    let last = Uuid::from_u128(3);
    let arrived = to.wait_for(last);
    from.wake(last, true).await;
    timeout(TOO_LONG, arrived.woken()).await.expect("the last one arrives");
    assert!(!is_woken(waiter));
}

#[tokio::test]
async fn notifications_of_strangers_do_no_harm() {
    let service = Service::start().await;
    let Some(other) = other_node(&service).await else { return };
    let waiter = other.wait_for(ONE);
    let channel = "'salpa_' || left(encode(sha256(convert_to(current_schema(), 'UTF8')), 'hex'), 32)";
    for payload in ["", "x", "x sms:", "x sms:1 email:zz", "x tomorrow:00000000000000000000000000000001"] {
        service.database.run(&format!("SELECT pg_notify({channel}, '{payload}')")).await;
    }
    service.database.run(&format!("SELECT pg_notify({channel}, repeat('x ', 3999))")).await;
    hears_nothing_before(&service, &other, &waiter).await;
    let known = format!("SELECT pg_notify({channel}, 'x tomorrow sms:{}')", ONE.simple());
    service.database.run(&known).await;
    timeout(TOO_LONG, waiter.woken()).await.expect("what can be read is heard");
}

#[tokio::test]
async fn a_message_that_one_node_writes_is_sent_by_another_at_once_and_after_a_cut_within_a_second() {
    let server = MailServer::start(Manner::default()).await;
    let texts = [
        ("smtp_url", &*format!("smtp://{}", server.address)),
        ("smtp_tls", "none"),
        ("mail_from", "sign-in@id.kallio.example"),
    ];
    let service = Service::start_with(|settings| with_messages(settings, &texts)).await;
    let other = other_node(&service).await;
    let delivery = Delivery::start(&service.app);
    // Of two nodes, one writes and the other delivers.
    let writer = other.as_ref().unwrap_or(&service);

    let twenty = async {
        for number in 1..=20 {
            write_mail(writer).await;
            server.wait_for(number).await;
        }
    };
    timeout(Duration::from_secs(5), twenty).await.expect("each is sent when it is committed");
    if other.is_some() {
        cut_listening(&[&service]).await;
        write_mail(writer).await;
        timeout(Duration::from_secs(2), server.wait_for(21)).await.expect("found by looking");
    }
    delivery.stop().await;
}

async fn write_mail(service: &Service) {
    let (app, to) = (service.app.clone(), "aino.virtanen@kallio.example");
    let message = Message::plain(Language::English, to, "It happened", "Hello Aino.", service.now());
    let written: Result<(), db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { messages::write(tx, &app, &message).await })).await;
    written.unwrap();
}

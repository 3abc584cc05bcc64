//! SMS: by a gateway that may be down, slow or unwilling, and never more than the limits allow.

use std::time::Duration;

use salpa::platform::clock::Timestamp;
use salpa::platform::db;
use salpa::platform::messages::sms::{SmsAnswer, SmsLimit, SmsPermit, SmsRefusal, SmsRequest, may_send};
use salpa::platform::messages::{self, Message};
use salpa::platform::phone_number::PhoneNumber;
use salpa::platform::web::network::Network;
use salpa::platform::web::translations::Language;

use crate::support::{Service, SmsGateway, log, with_messages};

async fn service(gateway: &SmsGateway, more: &[(&str, &str)]) -> Service {
    let url = gateway.url();
    let texts = [("sms_url", url.as_str()), ("sms_countries", "FI,SE"), ("message_timeout", "1")];
    let all = [&texts[..], more].concat();
    Service::start_with(|settings| with_messages(settings, &all)).await
}

fn number(last: u32) -> PhoneNumber {
    PhoneNumber::parse(&format!("+35840123{last:04}")).unwrap()
}

fn wish(person: u32, number: PhoneNumber, network: u8) -> SmsRequest {
    SmsRequest {
        person: Some(format!("person {person}")),
        number,
        network: Some(Network::of([203, 0, 113, network].into())),
    }
}

/// Asks, and writes the message where it is allowed, all in one transaction.
async fn ask(service: &Service, wish: SmsRequest) -> Result<(), SmsRefusal> {
    let (app, now) = (service.app.clone(), service.now());
    let refusal: Result<Option<SmsRefusal>, db::Error> = service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                match may_send(tx, &app, wish, now).await? {
                    SmsAnswer::Permitted(permit) => {
                        messages::write(tx, &app, &code(permit, now)).await?;
                        Ok(None)
                    }
                    SmsAnswer::Refused(refusal) => Ok(Some(refusal)),
                }
            })
        })
        .await;
    refusal.unwrap().map_or(Ok(()), Err)
}

fn code(permit: SmsPermit, now: Timestamp) -> Message {
    Message::sms(Language::English, permit, "Your code is 031442 & \"no more\"", now)
        .useful_until(now.plus(Duration::from_mins(30)))
}

#[tokio::test]
async fn an_sms_is_posted_as_the_contract_says() {
    let gateway = SmsGateway::start().await;
    let service = service(&gateway, &[("sms_secret", "planted-9921"), ("sms_from", "Kallio")]).await;
    ask(&service, wish(1, number(1), 1)).await.unwrap();
    service.deliver().await;
    let posted = gateway.posted();
    assert_eq!(posted.len(), 1);
    let body: serde_json::Value = serde_json::from_str(&posted[0].body).unwrap();
    assert_eq!(
        (body["to"].as_str(), body["from"].as_str(), body["text"].as_str()),
        (Some("+358401230001"), Some("Kallio"), Some("Your code is 031442 & \"no more\""))
    );
    assert_eq!(posted[0].headers["authorization"], "Bearer planted-9921");
    assert_eq!(posted[0].headers["idempotency-key"], body["id"].as_str().unwrap());
    assert_eq!(posted[0].headers["content-type"], "application/json");
    assert_eq!(service.deliver().await, 0);
    assert_eq!(service.count("SELECT COUNT(*) FROM messages WHERE content IS NOT NULL").await, 0);
}

#[tokio::test]
async fn a_gateway_of_another_kind_gets_its_own_form_and_header() {
    let gateway = SmsGateway::start().await;
    let texts = [
        ("sms_body_type", "form"),
        ("sms_body", "To={to}&Body={text}&From=%2B358401239999&digits={to_digits}"),
        ("sms_user", "AC1"),
        ("sms_secret", "s3cret"),
        ("sms_header", "Authorization: Basic {basic}"),
    ];
    let service = service(&gateway, &texts).await;
    ask(&service, wish(1, number(1), 1)).await.unwrap();
    service.deliver().await;
    let posted = gateway.posted();
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(posted[0].body.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).unwrap().1.as_str();
    assert_eq!((field("To"), field("From"), field("digits")), ("+358401230001", "+358401239999", "358401230001"));
    assert_eq!(field("Body"), "Your code is 031442 & \"no more\"");
    assert_eq!(posted[0].headers["authorization"], "Basic QUMxOnMzY3JldA==");
}

#[tokio::test]
async fn a_gateway_that_is_slow_down_or_unwilling() {
    log::begin();
    let gateway = SmsGateway::start().await;
    let service = service(&gateway, &[("sms_secret", "planted-9922")]).await;
    let mut person = 0;
    for (answer, tries, told) in [
        (Some(503), 3, None),
        (Some(401), 3, None),
        (Some(302), 3, None),
        (Some(422), 1, Some("422")),
        (None, 2, Some("went out twice")),
    ] {
        person += 1;
        gateway.answer(answer);
        ask(&service, wish(person, number(person), 1)).await.unwrap();
        let before = gateway.posted().len();
        for _ in 0..3 {
            service.deliver().await;
            service.wait(120);
        }
        service.deliver().await;
        let posted = gateway.posted().len() - before;
        assert!(posted == tries || (told.is_none() && posted == tries + 1), "{answer:?}: {posted}");
        let given_up = service.given_up().await;
        if let Some(told) = told {
            assert!(given_up.last().unwrap().contains(told), "{answer:?}: {given_up:?}");
        } else {
            gateway.answer(Some(200));
            service.wait(7200);
            // Its code has expired by now: what is late is not sent.
            service.deliver().await;
            assert_eq!(service.given_up().await.last().unwrap(), "it was not useful any more");
        }
        service.change("DELETE FROM messages").await;
    }
    let posted = gateway.posted();
    let last: Vec<_> = posted.iter().rev().take(2).map(|posted| &posted.headers["idempotency-key"]).collect();
    assert_eq!(last[0], last[1], "sent twice, it has one identifier");
    assert!(!log::everything().contains("planted-9922") && !log::everything().contains("031442"));
}

#[tokio::test]
async fn a_gateway_that_nobody_answers_for_is_tried_until_the_code_expires() {
    let gateway = SmsGateway::start().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}/send", listener.local_addr().unwrap());
    drop(listener);
    let service = service(&gateway, &[("sms_url", &nowhere)]).await;
    ask(&service, wish(1, number(1), 1)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(service.deliver().await, 1, "it was never transmitted");
        service.wait(130);
    }
    let waiting = messages::outbox(&service.app.db, false, None, 10).await.unwrap();
    assert!(waiting[0].problem.as_ref().unwrap().starts_with("no answer"), "{waiting:?}");
}

/// Asks until it is refused: how many were allowed, and why no more.
async fn until_refused(service: &Service, mut wishes: impl FnMut(u32) -> SmsRequest) -> (u32, SmsRefusal) {
    for count in 0..1000 {
        if let Err(refused) = ask(service, wishes(count)).await {
            return (count, refused);
        }
    }
    panic!("it is never refused");
}

#[tokio::test]
async fn each_limit_holds_and_is_named() {
    let gateway = SmsGateway::start().await;
    let limit = |limited| SmsRefusal::Limit(limited);
    let one = async |more: &[(&str, &str)], wishes: &dyn Fn(u32) -> SmsRequest| {
        let service = service(&gateway, more).await;
        let refused = until_refused(&service, wishes).await;
        let names: Vec<_> = service.events().await;
        assert_eq!(names.last().unwrap(), &format!("sms.refused {}", refused.1.name()));
        refused
    };
    let network = |count: u32| u8::try_from(count % 250).unwrap();
    let number_limit = one(&[], &|count| wish(count, number(1), network(count))).await;
    assert_eq!(number_limit, (3, limit(SmsLimit::Number)));
    let person_limit = one(&[], &|count| wish(1, number(count), network(count))).await;
    assert_eq!(person_limit, (5, limit(SmsLimit::Person)));
    let network_limit = one(&[], &|count| wish(count, number(count), 7)).await;
    assert_eq!(network_limit, (30, limit(SmsLimit::Network)));
    let few = [("sms_hourly", "20")];
    let country_limit = one(&few, &|count| wish(count, number(count), network(count))).await;
    assert_eq!(country_limit, (10, limit(SmsLimit::Country)));
    let alone = [("sms_hourly", "500"), ("sms_daily", "12"), ("sms_countries", "FI")];
    let all = one(&alone, &|count| wish(count, number(count), network(count))).await;
    assert_eq!(all.0, 12);
    let swedish = |count: u32| PhoneNumber::parse(&format!("+4670123{count:04}")).unwrap();
    let mixed = one(&[("sms_hourly", "21")], &|count| {
        let number = if count % 2 == 0 { number(count) } else { swedish(count) };
        wish(count, number, network(count))
    })
    .await;
    assert!(matches!(mixed.1, SmsRefusal::Limit(SmsLimit::Country | SmsLimit::All)) && mixed.0 >= 20, "{mixed:?}");
}

#[tokio::test]
async fn a_block_of_numbers_that_is_pumped_is_stopped_and_told_once_an_hour() {
    log::begin();
    let gateway = SmsGateway::start().await;
    let service = service(&gateway, &[("sms_prefix_hourly", "12")]).await;
    let network = |count: u32| u8::try_from(count % 250).unwrap();
    let pumped = until_refused(&service, |count| wish(count, number(count), network(count))).await;
    assert_eq!(pumped, (12, SmsRefusal::Limit(SmsLimit::Prefix)));
    for count in 100..120 {
        assert!(ask(&service, wish(count, number(count), network(count))).await.is_err());
    }
    let elsewhere = |last: u32| PhoneNumber::parse(&format!("+35840124{last:04}")).unwrap();
    assert_eq!(ask(&service, wish(1, elsewhere(1), 1)).await, Ok(()), "the next block is open");

    let spikes = async || service.count("SELECT COUNT(*) FROM history WHERE event = 'sms.spike'").await;
    assert_eq!(spikes().await, 1);
    let told = service.history().await.into_iter().find(|told| told.event == "sms.spike").unwrap();
    assert_eq!((told.detail("prefix"), told.detail("country")), ("+35840123", "FI"));
    assert!(log::everything().contains("this looks like pumping"));
    service.wait(3600);
    let again = until_refused(&service, |count| wish(200 + count, number(count), network(count))).await;
    assert_eq!(again, (12, SmsRefusal::Limit(SmsLimit::Prefix)), "the next hour");
    assert_eq!(spikes().await, 2);
}

#[tokio::test]
async fn numbers_that_are_not_to_be_reached_are_refused_before_they_count() {
    let gateway = SmsGateway::start().await;
    let service = service(&gateway, &[]).await;
    let of = |text| PhoneNumber::parse(text).unwrap();
    assert_eq!(ask(&service, wish(1, of("+447400123456"), 1)).await, Err(SmsRefusal::Country));
    assert_eq!(ask(&service, wish(1, of("+35893101691"), 1)).await, Err(SmsRefusal::NotMobile));
    let refused: Vec<_> = service
        .history()
        .await
        .iter()
        .map(|told| format!("{} {}", told.detail("refused"), told.detail("country")))
        .collect();
    assert_eq!(refused, ["country GB", "not-mobile FI"]);
    assert_eq!(ask(&service, wish(1, number(1), 1)).await, Ok(()));
    let without = Service::start().await;
    assert_eq!(ask(&without, wish(1, number(1), 1)).await, Err(SmsRefusal::NoGateway));
    assert_eq!(without.events().await, ["sms.refused no-gateway"]);
}

#[tokio::test]
async fn counters_outlive_a_node_and_end_with_their_hour_and_day() {
    let gateway = SmsGateway::start().await;
    let service = service(&gateway, &[]).await;
    let wishes = |_| wish(1, number(1), 1);
    assert_eq!(until_refused(&service, wishes).await.0, 3);
    let url = gateway.url();
    let change = |settings: &mut _| with_messages(settings, &[("sms_url", &url), ("sms_countries", "FI,SE")]);
    let other = service.with(change).await;
    assert!(ask(&other, wishes(0)).await.is_err(), "another node knows");
    service.wait(3599);
    assert!(ask(&service, wishes(0)).await.is_err());
    service.wait(1);
    assert_eq!(until_refused(&service, wishes).await.0, 3, "the next hour");
    service.wait(3600);
    assert_eq!(until_refused(&service, wishes).await.0, 3);
    service.wait(3600);
    assert_eq!(until_refused(&service, wishes).await.0, 1, "ten in a day");
    service.wait(3600);
    assert_eq!(until_refused(&service, wishes).await.0, 0);
    service.wait(24 * 3600);
    assert_eq!(until_refused(&service, wishes).await.0, 3, "the next day");
    assert!(!service.database.everything().await.contains("number:+358"), "no number stands in a counter");
}

#[tokio::test]
async fn a_flood_of_sms_requests_does_not_fill_the_history() {
    let gateway = SmsGateway::start().await;
    let service = service(&gateway, &[]).await;
    for _ in 0..50 {
        let _ = ask(&service, wish(1, number(1), 1)).await;
    }
    assert_eq!(service.events().await.len(), 1);
    service.wait(60);
    let _ = ask(&service, wish(1, number(1), 1)).await;
    assert_eq!(service.events().await.len(), 2, "a line a minute");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_wishes_at_once_no_more_than_the_limit_are_allowed() {
    let gateway = SmsGateway::start().await;
    let service = service(&gateway, &[]).await;
    let asked = (0..40).map(|count| ask(&service, wish(count, number(1), u8::try_from(count).unwrap())));
    let allowed = futures_util::future::join_all(asked).await.into_iter().flatten().count();
    assert_eq!(allowed, 3);
    assert_eq!(service.count("SELECT COUNT(*) FROM messages").await, 3);
}

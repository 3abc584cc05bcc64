//! Domains of companies: claimed, proved by a record in DNS, lost again.

use std::time::{Duration, Instant};

use http::StatusCode;
use salpa::directory::companies::CompanyId;
use salpa::directory::domains::{DomainName, owner};
use salpa::directory::users::Role;
use salpa::platform::db::Reads;
use salpa::server::housekeeping;
use salpa::values;

use crate::support::dns::{DnsAnswer, Resolver};
use crate::support::{AINO, Browser, MIKKO, Page, Service};

const DOMAIN: &str = "kallio.example";
const RECORD: &str = "_salpa-challenge.kallio.example";
const DAY: Duration = Duration::from_hours(24);

/// Two companies, each with an administrator at the console, and a resolver.
struct InDns {
    service: Service,
    dns: Resolver,
    kallio: CompanyId,
    saari: CompanyId,
    aino: Browser,
    mikko: Browser,
}

impl InDns {
    async fn begin() -> Self {
        let dns = Resolver::start();
        let service = Service::start().await.with(|settings| settings.dns_resolvers = vec![dns.address]).await;
        let (kallio, saari) = (service.business("Kallio Oy").await, service.business("Saari Oy").await);
        for (company, somebody) in [(kallio, AINO), (saari, MIKKO)] {
            let person = service.person(somebody).await;
            service.user(company, person, &[Role::UserAdministrator]).await;
        }
        let (aino, mikko) = (service.browser(), service.browser());
        let mut story = Self { service, dns, kallio, saari, aino, mikko };
        story.prove_anew().await;
        story
    }

    /// Both administrators prove themselves once more.
    async fn prove_anew(&mut self) {
        self.service.wait(60);
        for (browser, somebody) in [(&mut self.aino, AINO), (&mut self.mikko, MIKKO)] {
            *browser = self.service.browser();
            let first = browser.open("/account").await;
            assert_eq!(browser.sign_in_as(&self.service, first, somebody).await.title(), "My sign-in");
        }
    }

    async fn claims(&mut self) -> Page {
        claim(&mut self.aino, self.kallio, DOMAIN).await
    }

    async fn checks(&mut self) -> Page {
        check(&mut self.aino, self.kallio, DOMAIN).await
    }

    /// Claims and proves it for Kallio.
    async fn proves(&mut self) {
        self.claims().await;
        self.dns.has(RECORD, &self.value(self.kallio).await);
        let page = self.checks().await;
        assert!(page.says("The domain is proved."), "{}", page.body);
    }

    async fn value(&self, company: CompanyId) -> String {
        let sql = "SELECT value FROM company_domains WHERE company_id = ?1";
        self.service.app.db.one(sql, values![company], |row| row.get(0)).await.unwrap()
    }

    async fn owner(&self) -> Option<CompanyId> {
        owner(&self.service.app.db, &DomainName::parse(DOMAIN).unwrap()).await.unwrap()
    }

    /// Some time later, with the periodic work at its end.
    async fn later(&self, time: Duration) {
        self.service.wait(time.as_secs());
        housekeeping::domains(&self.service.app, self.service.now()).await.unwrap();
    }

    async fn count_of(&self, event: &str) -> usize {
        self.service.events().await.iter().filter(|told| told.as_str() == event).count()
    }
}

async fn claim(browser: &mut Browser, company: CompanyId, domain: &str) -> Page {
    browser.submit(&format!("/admin/{company}/domains"), &[("domain", domain)]).await
}

async fn check(browser: &mut Browser, company: CompanyId, domain: &str) -> Page {
    browser.submit(&format!("/admin/{company}/domains/{domain}/check"), &[]).await
}

#[tokio::test]
async fn a_domain_is_claimed_and_proved_by_its_record() {
    let mut story = InDns::begin().await;
    let page = story.claims().await;
    assert!(page.says("The domain is added."), "{}", page.body);
    let value = story.value(story.kallio).await;
    assert!(page.says(RECORD) && page.says(&value), "the record stands on the page: {}", page.body);
    assert!(value.len() >= 43, "256 bits");
    assert_eq!(story.owner().await, None, "a claim does nothing");

    let page = story.checks().await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("There is no TXT record with this value yet."), "{}", page.body);
    for wrong in ["", &value[1..], &format!("{value}x"), &value.to_uppercase()] {
        story.dns.has(RECORD, wrong);
        assert_eq!(story.checks().await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    // The right value at the domain itself, or below another name, says nothing.
    story.dns.forgets(RECORD);
    story.dns.has(DOMAIN, &value);
    assert_eq!(story.checks().await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(story.owner().await, None);

    let long = "x".repeat(600);
    story.dns.tells(RECORD, DnsAnswer::Texts(vec!["v=spf1 -all".to_owned(), long, value.clone()]));
    let page = story.checks().await;
    assert!(page.says("The domain is proved.") && !page.says(&value), "{}", page.body);
    assert_eq!(story.owner().await, Some(story.kallio));
    let told = story.service.companies_of_event("company.domain_proved").await;
    assert_eq!(told, [Some(story.kallio.to_string())]);
}

#[tokio::test]
async fn a_value_of_another_company_proves_nothing_and_one_company_proves_a_domain() {
    let mut story = InDns::begin().await;
    story.claims().await;
    claim(&mut story.mikko, story.saari, DOMAIN).await;
    story.dns.has(RECORD, &story.value(story.kallio).await);
    let page = check(&mut story.mikko, story.saari, DOMAIN).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    assert_eq!(story.owner().await, None);

    let both = vec![story.value(story.kallio).await, story.value(story.saari).await];
    story.dns.tells(RECORD, DnsAnswer::Texts(both));
    story.checks().await;
    let page = check(&mut story.mikko, story.saari, DOMAIN).await;
    assert!(page.says("Another company here has proved this domain."), "{}", page.body);
    assert_eq!(story.owner().await, Some(story.kallio));
    let page = claim(&mut story.mikko, story.saari, "other.example").await;
    assert!(page.says("other.example"), "its other domains are its own affair");
    assert_eq!(story.mikko.get(&format!("/admin/{}/domains", story.kallio)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_many_who_prove_one_domain_at_once_one_does() {
    let mut story = InDns::begin().await;
    story.claims().await;
    claim(&mut story.mikko, story.saari, DOMAIN).await;
    let both = vec![story.value(story.kallio).await, story.value(story.saari).await];
    story.dns.tells(RECORD, DnsAnswer::Texts(both));
    let InDns { aino, mikko, kallio, saari, .. } = &mut story;
    let (one, other) = tokio::join!(check(aino, *kallio, DOMAIN), check(mikko, *saari, DOMAIN));
    let proved = [&one, &other].iter().filter(|page| page.says("The domain is proved.")).count();
    assert_eq!(proved, 1, "{} {}", one.body, other.body);
    let rows = "SELECT COUNT(*) FROM company_domains WHERE state = 'proved'";
    assert_eq!(story.service.count(rows).await, 1);
}

#[tokio::test]
async fn domains_where_everybody_has_mail_and_texts_that_are_none_are_refused() {
    let mut story = InDns::begin().await;
    for (typed, words) in [
        ("gmail.com", "Anybody can have a mailbox there."),
        ("@Outlook.com", "Anybody can have a mailbox there."),
        ("localhost", "This is no domain."),
        ("10.0.0.7", "This is no domain."),
        ("kallio example", "This is no domain."),
    ] {
        let page = claim(&mut story.aino, story.kallio, typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.says(words) && page.body.contains(typed), "{typed}: {}", page.body);
    }
    for number in 0..20 {
        claim(&mut story.aino, story.kallio, &format!("shop{number}.example")).await;
    }
    assert!(story.claims().await.says("A company has at most 20 domains."));
    assert_eq!(story.service.count("SELECT COUNT(*) FROM company_domains").await, 20);
}

#[tokio::test]
async fn a_domain_in_other_letters_is_one_domain() {
    let mut story = InDns::begin().await;
    let page = claim(&mut story.aino, story.kallio, "TYÖ.example").await;
    assert!(page.says("työ.example") && page.says("_salpa-challenge.xn--ty-gka.example"), "{}", page.body);
    claim(&mut story.aino, story.kallio, "xn--ty-gka.example").await;
    assert_eq!(story.service.count("SELECT COUNT(*) FROM company_domains").await, 1);
    story.dns.has("_salpa-challenge.xn--ty-gka.example", &story.value(story.kallio).await);
    assert!(check(&mut story.aino, story.kallio, "xn--ty-gka.example").await.says("The domain is proved."));
}

#[tokio::test]
async fn a_domain_whose_record_is_gone_is_lost_after_a_week_and_its_administrators_are_told() {
    let mut story = InDns::begin().await;
    story.proves().await;
    story.later(DAY).await;
    assert_eq!((story.owner().await, story.count_of("company.domain_missing").await), (Some(story.kallio), 0));
    story.dns.forgets(RECORD);
    story.later(DAY).await;
    assert_eq!((story.owner().await, story.count_of("company.domain_missing").await), (Some(story.kallio), 1));
    let letter = story.service.letter(AINO.email).await;
    assert!(letter.text.contains(RECORD) && letter.text.contains(DOMAIN), "{}", letter.text);
    let letters = story.service.letters(AINO.email).await.len();
    for _ in 0..6 {
        story.later(DAY).await;
    }
    assert_eq!(story.owner().await, Some(story.kallio), "it counts for a week");
    assert_eq!(story.service.letters(AINO.email).await.len(), letters, "one letter is enough");
    story.later(DAY + DAY).await;
    assert_eq!((story.owner().await, story.count_of("company.domain_lapsed").await), (None, 1));
    let letter = story.service.letter(AINO.email).await;
    assert!(letter.subject.contains("no longer proved"), "{}", letter.subject);
    assert!(story.service.letters(MIKKO.email).await.iter().all(|letter| !letter.text.contains(DOMAIN)));

    // The next owner proves it.
    story.prove_anew().await;
    claim(&mut story.mikko, story.saari, DOMAIN).await;
    story.dns.has(RECORD, &story.value(story.saari).await);
    assert!(check(&mut story.mikko, story.saari, DOMAIN).await.says("The domain is proved."));
    assert_eq!(story.owner().await, Some(story.saari));
}

#[tokio::test]
async fn a_record_that_comes_back_in_time_keeps_the_domain() {
    let mut story = InDns::begin().await;
    story.proves().await;
    let value = story.value(story.kallio).await;
    story.dns.forgets(RECORD);
    story.later(DAY).await;
    story.dns.has(RECORD, &value);
    story.later(DAY).await;
    assert_eq!(story.count_of("company.domain_proved").await, 2);
    story.dns.forgets(RECORD);
    story.later(DAY).await;
    for _ in 0..5 {
        story.later(DAY).await;
    }
    assert_eq!(story.owner().await, Some(story.kallio), "the week began anew");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "it measures the time that really passes")]
async fn a_resolver_that_does_not_answer_proves_nothing_and_takes_nothing_away() {
    let mut story = InDns::begin().await;
    story.claims().await;
    for told in [DnsAnswer::Failure, DnsAnswer::Silence, DnsAnswer::Rubbish] {
        story.dns.tells(RECORD, told.clone());
        let began = Instant::now();
        let page = story.checks().await;
        assert!(page.says("DNS does not answer for this domain now."), "{told:?}: {}", page.body);
        assert!(began.elapsed() < Duration::from_secs(8), "{told:?} took {:?}", began.elapsed());
    }
    story.proves().await;
    story.dns.tells(RECORD, DnsAnswer::Failure);
    for _ in 0..30 {
        story.later(DAY).await;
    }
    assert_eq!((story.owner().await, story.count_of("company.domain_missing").await), (Some(story.kallio), 0));
}

#[tokio::test]
async fn a_removed_domain_is_claimed_anew_with_another_value() {
    let mut story = InDns::begin().await;
    story.proves().await;
    let before = story.value(story.kallio).await;
    let page = story.aino.submit(&format!("/admin/{}/domains/{DOMAIN}/remove", story.kallio), &[]).await;
    assert!(page.says("The domain is removed."), "{}", page.body);
    assert_eq!(story.owner().await, None);
    story.claims().await;
    assert_ne!(story.value(story.kallio).await, before);
    assert_eq!(story.checks().await.status, StatusCode::UNPROCESSABLE_ENTITY, "the old record says nothing");
}

#[tokio::test]
async fn one_company_causes_thirty_looks_in_an_hour() {
    let mut story = InDns::begin().await;
    story.claims().await;
    for _ in 0..30 {
        assert_eq!(story.checks().await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(story.checks().await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(story.dns.asked(RECORD), 30);
}

#[tokio::test]
async fn of_many_nodes_one_looks_at_a_domain() {
    let mut story = InDns::begin().await;
    story.proves().await;
    let asked = story.dns.asked(RECORD);
    story.service.wait(DAY.as_secs());
    let (app, now) = (&story.service.app, story.service.now());
    let looks = (0..4).map(|_| housekeeping::domains(app, now));
    for looked in futures_util::future::join_all(looks).await {
        looked.unwrap();
    }
    assert_eq!(story.dns.asked(RECORD), asked + 1);
}

//! A communication phone that a user administrator sets for somebody else: who may, what it is good for, and
//! that the person hears of it.

use salpa::administration::{self, ActContext, ActEffect, Actor, Stop};
use salpa::directory::companies::{self, CompanyId};
use salpa::directory::contacts::{self, Origin, PhoneRefusal};
use salpa::directory::people::PersonId;
use salpa::directory::users::Authority;
use salpa::platform::db::Reads;
use salpa::platform::phone_number::PhoneNumber;
use salpa::sign_in::policies::Policy;
use salpa::values;

use super::{at_the_account, with_messages};
use crate::support::{AINO, Browser, MIKKO, Page, Service, link_in};

const OLD: &str = "+358401234567";
const NEW: &str = "+358501234567";

/// Aino, who is a user of Kallio, and Mikko, who administers it.
struct Office {
    service: Service,
    aino: PersonId,
    mikko: PersonId,
    kallio: CompanyId,
}

async fn office() -> Office {
    let texts = [("sms_url", "http://127.0.0.1:9/"), ("sms_countries", "FI")];
    let service = Service::start_with(|settings| with_messages(settings, &texts)).await;
    let (aino, mikko) = (service.person(AINO).await, service.person(MIKKO).await);
    let kallio = service.company("Kallio & Laine Oy", Policy::SILENT).await;
    service.employ(kallio, aino).await;
    service.employ(kallio, mikko).await;
    Office { service, aino, mikko, kallio }
}

impl Office {
    async fn set(&self, company: CompanyId, (administrator, person): (PersonId, PersonId), phone: &str) -> Answer {
        let app = self.service.app.clone();
        let authority = Authority::UserAdministrator;
        let actor = Actor::Person {
            person: administrator,
            name: "Mikko Laine".to_owned(),
            session: "00000000000000000000000000000001".parse().unwrap(),
            authority,
        };
        let context = ActContext {
            core: app.core.clone(),
            company: companies::find(&app.db, company).await.unwrap().unwrap(),
            actor,
            now: app.clock.now(),
            network: Some("192.0.2.1".to_owned()),
            user_agent: None,
            is_fresh: true,
        };
        let phone = PhoneNumber::parse(phone).unwrap();
        let set = app.db.write(move |tx| {
            Box::pin(async move { administration::people::set_phone(tx, &context, person, phone).await })
        });
        set.await
    }

    async fn mikko_sets(&self, phone: &str) -> Answer {
        self.set(self.kallio, (self.mikko, self.aino), phone).await
    }

    async fn phone(&self) -> Option<contacts::Phone> {
        contacts::of_person(&self.service.app.db, self.aino).await.unwrap().phone
    }

    /// Aino sets a phone herself, with the code that is sent there.
    async fn aino_confirms(&self, browser: &mut Browser, phone: &str) -> Page {
        browser.submit("/account/communication-phone", &[("phone", phone)]).await;
        let code: String = self.service.letter(phone).await.text.chars().take(6).collect();
        browser.submit("/account/communication-phone/code", &[("code", &code)]).await
    }
}

type Answer = Result<ActEffect, Stop>;

fn refused(answer: Answer) -> PhoneRefusal {
    match answer {
        Err(Stop::Phone(cannot)) => cannot,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_person_is_told_by_email_and_the_old_number_by_sms_and_the_history_knows_who() {
    let office = office().await;
    let mut browser = at_the_account(&office.service).await;
    office.aino_confirms(&mut browser, OLD).await;

    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Changed);

    let letter = office.service.letter(AINO.email).await;
    assert_eq!(letter.subject, "Your communication phone was set");
    assert!(letter.text.contains("Mikko Laine, a user administrator,"), "{}", letter.text);
    assert!(!letter.text.contains("198.51.100."), "where Mikko sits is his own");
    assert!(office.service.letter(OLD).await.text.contains("codes no longer go to this phone"));
    assert!(office.service.letters(NEW).await.is_empty(), "whoever has the new number is told nothing");
    let told = office.service.history().await;
    let told = told.iter().find(|told| told.event == "person.communication_phone_set").unwrap();
    let by: (String, String) = office
        .service
        .app
        .db
        .one("SELECT actor_id, company_id FROM history WHERE event = ?1", values![told.event.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .await
        .unwrap();
    assert_eq!(by, (office.mikko.to_string(), office.kallio.to_string()));
    assert_eq!(told.person.as_deref(), Some(office.aino.to_string().as_str()));
    let page = browser.open("/account/history").await;
    assert!(page.says("Communication phone set by a user administrator"));
}

#[tokio::test]
async fn it_resets_nothing_for_three_days_unless_the_person_confirms_it() {
    let office = office().await;
    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Changed);
    let phone = office.phone().await.unwrap();
    assert_eq!(phone.origin, Origin::SetByAdministrator { administrator: office.mikko, at: office.service.now() });
    let mut browser = at_the_account(&office.service).await;
    let page = browser.open("/account/communication").await;
    assert!(page.says("Set by your user administrator. Until 12 June 2026"), "{}", page.body);

    let page = office.aino_confirms(&mut browser, NEW).await;
    assert!(page.says("Your communication phone is confirmed."), "{}", page.body);
    assert_eq!(office.phone().await.unwrap().origin, Origin::Confirmed);
    assert!(!browser.open("/account/communication").await.says("Set by your user administrator"));
    let told = office.service.letters(NEW).await;
    assert!(told.iter().all(|told| !told.text.contains("codes do not go to this phone")), "it is the same phone");
}

#[tokio::test]
async fn after_three_days_the_page_says_nothing_of_it_any_more() {
    let office = office().await;
    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Changed);
    office.service.wait(72 * 3600 - 30);

    let page = at_the_account(&office.service).await.open("/account/communication").await;
    assert!(page.says("Phone for SMS codes") && page.says("+358 50 1234567"), "{}", page.body);
    assert!(office.phone().await.unwrap().may_reset(office.service.now()));
}

#[tokio::test]
async fn nobody_sets_their_own_phone_so_or_that_of_another_companys_people() {
    let office = office().await;
    let rantanen = office.service.company("Tilitoimisto Rantanen", Policy::SILENT).await;
    // Aino is a user there, too; but her basic company is Kallio.
    office.service.employ(rantanen, office.aino).await;
    let (mikko, aino) = (office.mikko, office.aino);
    assert!(matches!(office.set(office.kallio, (mikko, mikko), NEW).await, Err(Stop::ProfileBeyondReach)));
    assert!(matches!(office.set(rantanen, (mikko, aino), NEW).await, Err(Stop::ForeignProfile)));
    assert_eq!(refused(office.mikko_sets("+358 9 310 1691").await), PhoneRefusal::NotMobile);
    assert_eq!(refused(office.mikko_sets("+46 70 123 45 67").await), PhoneRefusal::Country);
    assert_eq!(office.phone().await, None);
    assert_eq!(office.service.count("SELECT COUNT(*) FROM messages").await, 0);

    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Changed);
    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Unchanged);
    // And no word more.
    assert!(matches!(office.set(rantanen, (mikko, aino), NEW).await, Err(Stop::ForeignProfile)));
    assert_eq!(office.service.letters(AINO.email).await.len(), 1);
}

#[tokio::test]
async fn a_number_that_waits_for_its_code_does_not_come_back_over_it() {
    let office = office().await;
    let mut browser = at_the_account(&office.service).await;
    browser.submit("/account/communication-phone", &[("phone", OLD)]).await;
    let code: String = office.service.letter(OLD).await.text.chars().take(6).collect();

    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Changed);
    browser.submit("/account/communication-phone/code", &[("code", &code)]).await;

    assert_eq!(office.phone().await.unwrap().number.as_str(), NEW);
}

#[tokio::test]
async fn stopping_it_brings_back_what_the_person_had_confirmed_and_nothing_else() {
    let office = office().await;
    let mut browser = at_the_account(&office.service).await;
    office.aino_confirms(&mut browser, OLD).await;
    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Changed);
    let stop = async || {
        let link = link_in(&office.service.letter(AINO.email).await.text, "/account/not-me/").unwrap();
        office.service.browser().submit(&link, &[]).await
    };
    stop().await;
    let phone = office.phone().await.unwrap();
    assert_eq!((phone.number.as_str(), phone.origin), (OLD, Origin::Confirmed));

    // A number of an administrator in the place of another: neither is the person's word.
    assert_eq!(office.mikko_sets(NEW).await.unwrap(), ActEffect::Changed);
    assert_eq!(office.mikko_sets("+358441234567").await.unwrap(), ActEffect::Changed);
    stop().await;
    assert_eq!(office.phone().await, None);
}

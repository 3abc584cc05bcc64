//! Announcements: their pages and their time.

use std::time::Duration;

use salpa::directory::announcements::{self, AnnouncementAudience, AnnouncementContent, AnnouncementId};
use salpa::platform::clock::Timestamp;
use salpa::platform::db;
use salpa::sign_in::policies::{Policy, SecondFactor};

use crate::support::{AINO, Service};

impl Service {
    /// Announces something from an instant on, for an hour.
    async fn announce(&self, scope: AnnouncementAudience, text: &str, from: Timestamp) -> AnnouncementId {
        let said = AnnouncementContent {
            english: text.to_owned(),
            finnish: format!("Suomeksi: {text}"),
            begins_at: from,
            ends_at: from.plus(Duration::from_hours(1)),
        };
        assert_eq!(said.check(), Ok(()));
        let (random, now) = (self.app.random.clone(), self.now());
        let added: Result<AnnouncementId, db::Error> = self
            .app
            .db
            .write(move |tx| Box::pin(async move { announcements::add(tx, &random, scope, &said, now).await }))
            .await;
        added.unwrap()
    }

    async fn end_announcement(&self, scope: AnnouncementAudience, id: AnnouncementId) -> bool {
        let now = self.now();
        let ended: Result<bool, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { announcements::end(tx, scope, id, now).await })).await;
        ended.unwrap()
    }
}

#[tokio::test]
async fn the_sign_in_page_shows_what_the_operator_and_the_applications_company_announce() {
    let service = Service::start().await;
    let (own, other) = (service.company("Own", Policy::SILENT).await, service.company("Other", Policy::SILENT).await);
    let aino = service.person(AINO).await;
    service.employ(other, aino).await;
    service
        .announce(AnnouncementAudience::Everybody, "S-Pankki is slow right now. Other ways work.", service.now())
        .await;
    service.announce(AnnouncementAudience::Company(own), "Own closes early", service.now()).await;
    service.announce(AnnouncementAudience::Company(other), "Other moves", service.now()).await;
    let application = service.application_of(own, "Harbour", SecondFactor::Required).await;

    let mut browser = service.browser();
    let page = browser.open(&application.authorize(&[])).await;
    assert!(page.says("S-Pankki is slow right now. Other ways work.") && page.says("Own closes early"));
    assert!(!page.says("Other moves"), "who comes is not known yet");
    let page = browser.submit(&format!("{}/email", page.sign_in()), &[("email", AINO.email)]).await;
    assert!(!page.says("Other moves"), "an email proves nothing");
    browser.cookies.insert("__Host-salpa_language".to_owned(), "fi".to_owned());
    assert!(browser.open(&page.path).await.says("Suomeksi: S-Pankki is slow"));
}

#[tokio::test]
async fn the_account_pages_show_what_ones_companies_announce() {
    let service = Service::start().await;
    let (own, other) = (service.company("Own", Policy::SILENT).await, service.company("Other", Policy::SILENT).await);
    let aino = service.person(AINO).await;
    service.employ(own, aino).await;
    service.announce(AnnouncementAudience::Company(own), "Own closes early", service.now()).await;
    service.announce(AnnouncementAudience::Company(other), "Other moves", service.now()).await;
    let mut browser = service.browser();
    let first = browser.open("/account").await;
    assert!(!first.says("Own closes early"));
    let page = browser.sign_in_as(&service, first, AINO).await;
    assert!(page.says("Own closes early") && !page.says("Other moves"), "{}", page.title());
}

#[tokio::test]
async fn it_begins_and_ends_at_its_instant_and_ending_it_is_seen_within_seconds() {
    let service = Service::start().await;
    let later = service.now().plus(Duration::from_mins(10));
    let id = service.announce(AnnouncementAudience::Everybody, "The service restarts", later).await;
    let mut browser = service.browser();
    let page = browser.open("/account").await;
    let shows =
        async |browser: &mut crate::support::Browser| browser.open(&page.path).await.says("The service restarts");
    assert!(!shows(&mut browser).await);
    service.wait(599);
    assert!(!shows(&mut browser).await);
    service.wait(1);
    assert!(shows(&mut browser).await, "to the second, though it was looked for a second ago");
    assert!(service.end_announcement(AnnouncementAudience::Everybody, id).await);
    assert!(!service.end_announcement(AnnouncementAudience::Everybody, id).await, "it has ended");
    service.wait(5);
    assert!(!shows(&mut browser).await);
}

#[tokio::test]
async fn no_company_changes_or_ends_what_another_announces() {
    let service = Service::start().await;
    let (own, other) = (service.company("Own", Policy::SILENT).await, service.company("Other", Policy::SILENT).await);
    let id = service.announce(AnnouncementAudience::Company(own), "Own closes early", service.now()).await;
    for scope in [AnnouncementAudience::Company(other), AnnouncementAudience::Everybody] {
        assert!(!service.end_announcement(scope, id).await);
        assert!(announcements::find(&service.app.db, scope, id).await.unwrap().is_none());
    }
    assert!(announcements::find(&service.app.db, AnnouncementAudience::Company(own), id).await.unwrap().is_some());
}

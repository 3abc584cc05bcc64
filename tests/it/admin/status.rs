//! *Service status*: what a company announces.

use http::StatusCode;
use salpa::directory::announcements::{self, AnnouncementAudience};

use super::{AINO, ELINA, NIILO, World, at};

const WORDS: [(&str, &str); 2] = [("english", "Payroll is slow. Wait a little."), ("finnish", "Palkat ovat hitaita.")];

/// The fields of the form. The service's days are those of UTC in a story; it begins on 2026-06-09 at 14:32.
fn fields<'f>(begins: &'f str, ends: &'f str) -> Vec<(&'f str, &'f str)> {
    WORDS.into_iter().chain([("begins", begins), ("ends", ends)]).collect()
}

#[tokio::test]
async fn an_announcement_is_made_changed_and_ended_and_its_people_see_it() {
    let world = World::begin().await;
    let (mut elina, mut aino) = (world.browser_of(ELINA).await, world.browser_of(AINO).await);
    let page = elina.submit(&at(world.kallio, "status/new"), &fields("2026-06-09T12:00", "2026-06-10T12:00")).await;
    assert!(page.says("The disruption is announced.") && page.says("Shown now"), "{}", page.body);
    assert!(aino.open("/account").await.says("Payroll is slow. Wait a little."));
    assert!(!world.browser_of(NIILO).await.open("/account").await.says("Payroll is slow"));

    let list = announcements::list(&world.service.app.db, AnnouncementAudience::Company(world.kallio), None, 10)
        .await
        .unwrap();
    let id = list[0].id;
    let mut changed = fields("2026-06-09T12:00", "2026-06-10T12:00");
    changed[0].1 = "Payroll works again.";
    let page = elina.submit(&at(world.kallio, &format!("status/{id}")), &changed).await;
    assert!(page.says("The announcement is changed."), "{}", page.body);
    assert!(aino.open("/account").await.says("Payroll works again."));

    let page = elina.submit(&at(world.kallio, &format!("status/{id}/end")), &[]).await;
    assert!(page.says("Ended"));
    world.service.wait(5);
    assert!(!aino.open("/account").await.says("Payroll works again."));
    for event in ["announcement.added", "announcement.changed", "announcement.ended"] {
        assert_eq!(world.service.companies_of_event(event).await, [Some(world.kallio.to_string())], "{event}");
    }
}

#[tokio::test]
async fn a_text_in_one_language_is_shown_in_both() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let times = [("begins", "2026-06-09T12:00"), ("ends", "2026-06-10T12:00")];
    let text = "Palkat ovat hitaita.";
    for (english, finnish) in [(text, ""), ("", text)] {
        let form = [("english", english), ("finnish", finnish), times[0], times[1]];
        assert!(elina.submit(&at(world.kallio, "status/new"), &form).await.says("The disruption is announced."));
    }
    let own = AnnouncementAudience::Company(world.kallio);
    let list = announcements::list(&world.service.app.db, own, None, 10).await.unwrap();
    assert_eq!(list.len(), 2);
    for one in &list {
        let path = at(world.kallio, &format!("status/{}", one.id));
        // The form still says the text once, so that a change is one for both languages.
        assert_eq!(elina.open(&path).await.body.matches(&format!("value=\"{text}\"")).count(), 1);
        elina.submit(&path, &[("english", "Palkat toimivat."), ("finnish", ""), times[0], times[1]]).await;
    }
    world.service.wait(5);
    let mut aino = world.browser_of(AINO).await;
    for language in ["en", "fi"] {
        aino.submit("/language", &[("language", language), ("return_to", "/account")]).await;
        assert!(aino.open("/account").await.body.contains("Palkat toimivat."), "{language}");
    }
    let refused =
        elina.submit(&at(world.kallio, "status/new"), &[("english", ""), ("finnish", " "), times[0], times[1]]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.says("Write the text in at least one language"));
}

#[tokio::test]
async fn an_impossible_announcement_is_refused_and_kept_in_the_form() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    for (begins, ends) in
        [("2026-06-10T12:00", "2026-06-09T12:00"), ("", ""), ("x", "y"), ("2026-06-09T12:00", "2027-06-09T12:00")]
    {
        let page = elina.submit(&at(world.kallio, "status/new"), &fields(begins, ends)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Payroll is slow. Wait a little."));
    }
    let long = "a".repeat(241);
    let mut too_long = fields("2026-06-09T12:00", "2026-06-10T12:00");
    too_long[0].1 = &long;
    assert_eq!(elina.submit(&at(world.kallio, "status/new"), &too_long).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_touches_what_another_company_announces() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&at(world.kallio, "status/new"), &fields("2026-06-09T12:00", "2026-06-10T12:00")).await;
    let list = announcements::list(&world.service.app.db, AnnouncementAudience::Company(world.kallio), None, 10)
        .await
        .unwrap();
    let id = list[0].id;
    let mut niilo = world.browser_of(NIILO).await;
    for (company, page) in [
        (world.kallio, "status".to_owned()),
        (world.kallio, format!("status/{id}")),
        (world.niemi, format!("status/{id}")),
    ] {
        assert_eq!(niilo.open(&at(company, &page)).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    niilo.submit(&at(world.niemi, &format!("status/{id}/end")), &[]).await;
    let changed =
        niilo.submit(&at(world.niemi, &format!("status/{id}")), &fields("2026-06-09T12:00", "2026-06-09T13:00")).await;
    assert_eq!(changed.status, StatusCode::NOT_FOUND);
    let after = announcements::list(&world.service.app.db, AnnouncementAudience::Company(world.kallio), None, 10)
        .await
        .unwrap();
    assert_eq!(after, list);
}

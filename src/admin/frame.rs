//! The frame of every page of the console: the company, the sections, the administrator.

use super::companies;
use super::views::{Frame, Section};
use super::who::Here;
use crate::directory::users::{Authority, Role};
use crate::platform::clock::Timestamp;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::translations::Texts;

/// The page at an address of the company, with the frame around it.
pub(super) async fn around(here: &Here, section: Section, path: &str) -> Result<(Page, Frame), Fault> {
    let page = Page::new(here.visit.language, here.app.settings.organisation.clone(), here.path(path));
    let look =
        here.app.looks.of_company(&here.app.db, here.company.id, here.visit.now).await?.and_then(|shown| shown.worn());
    let page = Page { look, ..page }.announcing(&here.visit);
    let switch = companies::nearest(here).await?;
    let frame = Frame {
        company: here.company.id.to_string(),
        company_name: here.company.name.clone(),
        section,
        switch,
        name: here.person.name(),
        role: page.t(match here.authority {
            Authority::UserAdministrator => role_key(Role::UserAdministrator),
            Authority::MainUser { .. } => role_key(Role::MainUser),
        }),
    };
    Ok((page, frame))
}

/// The translation key of a role's name.
pub(super) fn role_key(role: Role) -> &'static str {
    match role {
        Role::UserAdministrator => "admin-role-user-administrator",
        Role::MainUser => "admin-role-main-user",
        Role::Employee => "admin-role-employee",
    }
}

/// A time as lists show it, in the zone of the service: "Today 14:32", "2 June 11:47".
pub(super) fn when(here: &Here, texts: Texts, at: Timestamp) -> String {
    moment(here, texts, at, ("admin-today", "admin-yesterday"))
}

/// The same within a sentence: "today 14:32".
pub(super) fn when_within(here: &Here, texts: Texts, at: Timestamp) -> String {
    moment(here, texts, at, ("admin-today-within", "admin-yesterday-within"))
}

fn moment(here: &Here, texts: Texts, at: Timestamp, (today, yesterday): (&str, &str)) -> String {
    let zone = &here.app.settings.time_zone;
    let (Some(at), Some(now)) = (at.in_zone(zone), here.visit.now.in_zone(zone)) else { return String::new() };
    let time = texts.time(at.datetime());
    let day = if at.date() == now.date() {
        texts.text(today)
    } else if now.date().yesterday().is_ok_and(|before| at.date() == before) {
        texts.text(yesterday)
    } else if at.year() == now.year() {
        let month = texts.text(&format!("month-{}", at.month()));
        texts.text_with("admin-day", &[("day", &at.day().to_string()), ("month", &month)])
    } else {
        texts.date(at.date())
    };
    texts.text_with("admin-when", &[("day", &day), ("time", &time)])
}

/// A day in words, in the zone of the service.
pub(super) fn date(here: &Here, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&here.app.settings.time_zone).map(|at| texts.date(at.date())).unwrap_or_default()
}

/// The confirmation of the act that the address names (`?done=roles`), if the page knows that word. No other text of
/// the address is shown.
pub(super) fn done(texts: Texts, query: &Parameters, known: &[(&str, &str)]) -> Option<String> {
    let word = query.field("done");
    known.iter().find(|(name, _)| *name == word).map(|(_, key)| texts.text(key))
}

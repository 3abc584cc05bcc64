//! The frame of every page of the console: the company, the sections, the administrator.

use super::companies;
use super::gate::Console;
use super::views::{ConsoleFrame, Section};
use crate::directory::users::{Authority, Role};
use crate::platform::clock::Timestamp;
use crate::platform::db::Source;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::translations::Texts;

/// The page at an address of the company, with the frame around it.
pub(super) async fn page(console: &Console, section: Section, path: &str) -> Result<(Page, ConsoleFrame), Fault> {
    let page = Page::new(console.visit.language, console.app.settings.organisation.clone(), console.path(path));
    let look = console
        .app
        .looks
        .of_company(&console.app.db, console.company.id, console.visit.now)
        .await?
        .and_then(|shown| shown.worn());
    let page = Page { look, ..page }.announcing(&console.visit);
    let switch = companies::nearest(console).await?;
    let mut reader = console.app.db.reader().await?;
    let operates = console.operates(&mut Source::Reader(&mut reader)).await?;
    drop(reader);
    let frame = ConsoleFrame {
        company: console.company.id.to_string(),
        company_name: console.company.name.clone(),
        section,
        switch,
        name: console.person.name(),
        role: page.t(match console.authority {
            Authority::UserAdministrator => role_key(Role::UserAdministrator),
            Authority::MainUser { .. } => role_key(Role::MainUser),
        }),
        operates,
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
pub(super) fn time_in_words(console: &Console, texts: Texts, at: Timestamp) -> String {
    moment(console, texts, at, ("admin-today", "admin-yesterday"))
}

/// The same within a sentence: "today 14:32".
pub(super) fn when_within(console: &Console, texts: Texts, at: Timestamp) -> String {
    moment(console, texts, at, ("admin-today-within", "admin-yesterday-within"))
}

fn moment(console: &Console, texts: Texts, at: Timestamp, (today, yesterday): (&str, &str)) -> String {
    let zone = &console.app.settings.time_zone;
    let (Some(at), Some(now)) = (at.in_zone(zone), console.visit.now.in_zone(zone)) else { return String::new() };
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
pub(super) fn date_in_words(console: &Console, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&console.app.settings.time_zone).map(|at| texts.date(at.date())).unwrap_or_default()
}

/// The confirmation of the act that the address names (`?done=roles`), if the page knows that word. No other text of
/// the address is shown.
pub(super) fn confirmation(texts: Texts, query: &Parameters, known: &[(&str, &str)]) -> Option<String> {
    let word = query.field("done");
    known.iter().find(|(name, _)| *name == word).map(|(_, key)| texts.text(key))
}

//! The frame of every account page, and its line about the act that was just done.

use crate::app::App;
use crate::directory::people::Person;
use crate::platform::clock::Timestamp;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::translations::Texts;
use crate::platform::web::views::PersonLabel;
use crate::platform::web::visit::Visit;

/// The page at a path.
pub(super) fn page(app: &App, visit: &Visit, path: &str) -> Page {
    Page::new(visit.language, app.settings.organisation.clone(), path).announcing(visit)
}

/// The person of the pages.
pub(super) fn person(person: &Person) -> PersonLabel {
    PersonLabel { name: person.name(), email: person.email.clone() }
}

/// A day in words, in the zone of the service.
pub(super) fn date(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date(at.date())).unwrap_or_default()
}

/// An instant in words, in the zone of the service.
pub(super) fn time(app: &App, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date_time(at.datetime())).unwrap_or_default()
}

/// The confirmation of the act that the address names (`?done=password`). No other text of the address is shown.
pub(super) fn confirmation(texts: Texts, uri: &http::Uri) -> Option<String> {
    let query = Parameters::parse(uri.query().unwrap_or(""));
    let key = match query.field("done") {
        "password" => "account-done-password",
        "email" => "account-done-email",
        "email-asked" => "account-done-email-asked",
        "email-confirmed" => "account-done-email-confirmed",
        "language" => "account-done-language",
        "communication-email" => "account-done-communication-email",
        "communication-email-removed" => "account-done-communication-email-removed",
        "phone" => "account-done-phone",
        "phone-confirmed" => "account-done-phone-confirmed",
        "phone-removed" => "account-done-phone-removed",
        "network" => "account-done-network",
        "set-up" => "account-done-set-up",
        "company" => "company-switched",
        "joined" => "account-done-joined",
        "not-joined" => "account-done-not-joined",
        _ => return None,
    };
    Some(texts.text(key))
}

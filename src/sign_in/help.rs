//! Short help that fits the page from which it was asked for: during a sign-in, in *My sign-in*, or in a section of the
//! console.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::captions::Caption;
use crate::platform::core::Core;
use crate::platform::web::common::local_path;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal::{self, contact};
use crate::platform::web::views::{Contact, Door};
use crate::platform::web::visit::Visit;

/// The help page.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/help.html")]
pub struct HelpPage {
    /// The common part of the page.
    pub page: Page,
    /// The panel, with the address that is explained.
    pub door: Door,
    /// The host that the address bar must show.
    pub address: String,
    /// The contact in the organisation.
    pub contact: Option<Contact>,
    /// The local path of the previous page.
    pub back: Option<String>,
    /// The part of the service that is explained.
    pub about: HelpAbout,
    /// The questions that are answered, the one about the page first.
    pub topics: Vec<&'static str>,
}

impl HelpPage {
    /// The question of a topic.
    pub(crate) fn title_of(&self, topic: &str) -> String {
        self.page.t(&format!("{topic}-title"))
    }

    /// The answer of a topic.
    pub(crate) fn text_of(&self, topic: &str) -> String {
        self.page.t1(&format!("{topic}-text"), "address", &self.address)
    }
}

/// The part of the service that help is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpAbout {
    /// A sign-in.
    SigningIn,
    /// *My sign-in*.
    Account,
    /// The console.
    Console,
}

impl HelpAbout {
    /// The part that a local path belongs to.
    fn of(path: &str) -> Self {
        let is_in = |start: &str| {
            path == start || path.starts_with(&format!("{start}/")) || path.starts_with(&format!("{start}?"))
        };
        if is_in("/admin") {
            Self::Console
        } else if is_in("/account") {
            Self::Account
        } else {
            Self::SigningIn
        }
    }

    /// The translation keys of the title and of the sentence below it.
    pub(crate) fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::SigningIn => ("help-title", "help-lead"),
            Self::Account => ("help-account-page-title", "help-lead"),
            Self::Console => ("help-console-page-title", "help-lead"),
        }
    }
}

/// The topics for a page of a console, by the section in its path.
fn of_section(path: &str) -> Vec<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(3).collect();
    let own: &[&'static str] = match parts.as_slice() {
        ["users", "import", ..] => &["help-import", "help-add-user", "help-basic-company"],
        ["users", _, "sign-in" | "factors" | "reset-second-factor" | "phones", ..] => {
            &["help-lost-factor", "help-lock", "help-basic-company"]
        }
        ["users", _, "access-rights", ..] => &["help-rights", "help-profiles", "help-giving"],
        ["users", "new"] => &["help-add-user", "help-profiles", "help-basic-company"],
        ["users", ..] => {
            &["help-users", "help-add-user", "help-rights", "help-lock", "help-lost-factor", "help-basic-company"]
        }
        ["employees", ..] => &["help-employees", "help-basic-company"],
        ["applications", ..] => &["help-applications", "help-profiles", "help-giving"],
        ["policies", ..] => &["help-policies", "help-lost-factor"],
        ["history", ..] => &["help-history"],
        ["company" | "look", ..] => &["help-company"],
        ["status", ..] => &["help-status"],
        _ => &["help-users", "help-lost-factor", "help-policies", "help-basic-company"],
    };
    own.iter().copied().chain(["help-console-who"]).collect()
}

/// `GET /help`.
pub async fn show(State(app): State<Core>, visit: Visit, uri: http::Uri) -> Response {
    let query = Parameters::parse(uri.query().unwrap_or(""));
    let back = local_path(query.field("return_to")).map(str::to_owned);
    let path = back.as_deref().unwrap_or_default();
    let about = HelpAbout::of(path);
    let topics = match about {
        HelpAbout::Console => of_section(path),
        HelpAbout::Account => vec!["help-account", "help-methods", "help-not-me", "help-lost", "help-who"],
        HelpAbout::SigningIn => vec!["help-address", "help-second-step", "help-code", "help-lost", "help-who"],
    };
    let view = HelpPage {
        page: Page::new(visit.language, app.settings.organisation.clone(), "/help"),
        door: Door::new(Caption::SigningIn, None),
        address: app.settings.public_url.host().to_owned(),
        contact: contact(&app),
        about,
        topics,
        back,
    };
    refusal::show(StatusCode::OK, &view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::web::translations::{Language, Texts};

    #[test]
    fn every_page_of_the_console_has_topics_with_texts() {
        let sections = [
            "",
            "overview",
            "users",
            "users/new",
            "users/import",
            "users/x",
            "users/x/sign-in",
            "users/x/access-rights",
            "employees",
            "applications/x",
            "policies/details",
            "history",
            "company",
            "look",
            "status/new",
            "clients",
        ];
        for section in sections {
            let topics = of_section(&format!("/admin/0197c0de/{section}?filter=all"));
            assert!(topics.len() > 1, "{section}");
            for (topic, language) in topics.iter().flat_map(|topic| Language::ALL.map(|language| (topic, language))) {
                for part in ["title", "text"] {
                    let text = Texts::new(language).text(&format!("{topic}-{part}"));
                    assert!(!text.contains('⟦'), "{section}: {text}");
                }
            }
        }
        assert_eq!(of_section("/admin/0197c0de/policies").first(), Some(&"help-policies"));
    }

    #[test]
    fn the_path_says_what_help_is_about() {
        for (path, about) in [
            ("/admin", HelpAbout::Console),
            ("/admin?section=users", HelpAbout::Console),
            ("/admin/x/users", HelpAbout::Console),
            ("/account/history", HelpAbout::Account),
            ("/administration", HelpAbout::SigningIn),
            ("/sign-in/x", HelpAbout::SigningIn),
            ("", HelpAbout::SigningIn),
        ] {
            assert_eq!(HelpAbout::of(path), about, "{path}");
        }
    }
}

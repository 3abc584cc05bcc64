//! The panel beside a page, and the page of an error.

use askama::Template;

use super::page::Page;

/// The bolt on the line between the panel and the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bolt {
    /// Locked.
    Locked,
    /// The bar slides open: the activity is complete.
    Open,
}

/// The person on the panel.
#[derive(Debug, Clone)]
pub struct PersonLabel {
    /// The person's name.
    pub name: String,
    /// The email.
    pub email: String,
}

/// The network of the browser.
#[derive(Debug, Clone)]
pub struct NetworkLabel {
    /// A place, or the address if the place is unknown.
    pub place: String,
    /// A line below it, such as "198.51.100.24 · not seen before".
    pub note: Option<String>,
}

/// The way back to the application that the browser came from.
#[derive(Debug, Clone)]
pub struct WayBack {
    /// The address of its form.
    pub action: String,
    /// The hidden fields of the form.
    pub hidden: Vec<HiddenField>,
    /// The origin or scheme that the browser goes to.
    pub leaves_for: Option<String>,
}

/// A hidden field of a form.
#[derive(Debug, Clone)]
pub struct HiddenField {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// The left panel, with application, company and address. A row that is `None` is absent.
#[derive(Debug, Clone)]
pub struct Door {
    /// The translation key of the activity in progress, shown if there is an application.
    pub caption: &'static str,
    /// The name of the application.
    pub application: Option<String>,
    /// The company concerned.
    pub company: Option<String>,
    /// The host of the public URL, for comparison with the address bar.
    pub address: Option<String>,
    /// The person, once known.
    pub person: Option<PersonLabel>,
    /// The network, once the person is known.
    pub network: Option<NetworkLabel>,
    /// The second step in words, once the person is known.
    pub second_step: Option<String>,
    /// Open once the activity is complete.
    pub bolt: Bolt,
    /// The way back to the application, below the page.
    pub way_back: Option<WayBack>,
    /// The act for which the person proves themselves once more, in words.
    pub reason: Option<String>,
}

impl Door {
    /// A locked panel with the activity only.
    pub fn new(caption: impl Into<&'static str>, application: Option<String>) -> Self {
        Self {
            caption: caption.into(),
            application,
            company: None,
            address: None,
            person: None,
            network: None,
            second_step: None,
            bolt: Bolt::Locked,
            way_back: None,
            reason: None,
        }
    }

    /// Whether there is a row below the application.
    pub(crate) fn has_facts(&self) -> bool {
        self.company.is_some()
            || self.address.is_some()
            || self.person.is_some()
            || self.network.is_some()
            || self.second_step.is_some()
    }
}

/// A contact for help.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Their relation to the person: "Your accounting office".
    pub role: Option<String>,
    /// The name of the company or person.
    pub name: String,
    /// The phone number for reading.
    pub phone: Option<String>,
    /// The email address.
    pub email: Option<String>,
}

impl Contact {
    /// A number for a `tel:` link, without spaces.
    pub(crate) fn dialled(&self, phone: &str) -> String {
        phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// A next step after an error.
#[derive(Debug, Clone)]
pub struct ActionLink {
    /// The text of the link.
    pub label: String,
    /// Its target: a local path or a `mailto:` address.
    pub href: String,
    /// Whether it is the main action; at most one is.
    pub primary: bool,
}

/// The line below the actions, for a known person.
#[derive(Debug, Clone)]
pub struct Aside {
    /// Whether one of the actions is a mail with the identifier in it.
    pub mail_has_id: bool,
    /// The path for continuing as another person.
    pub href: String,
}

/// A refusal or a fault, with the next steps.
#[derive(Debug, Clone, Template)]
#[template(path = "web/error.html")]
pub struct ErrorPage {
    /// The common part of the page.
    pub page: Page,
    /// The panel, with the application if it is known.
    pub door: Door,
    /// The event.
    pub title: String,
    /// Its meaning and the next step.
    pub text: String,
    /// The emphasised words of the text.
    pub emphasis: Option<String>,
    /// The line below the actions, for a known person.
    pub someone_else: Option<Aside>,
    /// The contact for help.
    pub contact: Option<Contact>,
    /// The identifier, also in the log.
    pub error_id: String,
    /// The time of the event, to the second.
    pub time: String,
    /// The facts about the device that support asks for, each with its label.
    pub device: Vec<(String, String)>,
    /// The possible next steps.
    pub actions: Vec<ActionLink>,
    /// The name of the place where the person is at home, and its sections with their paths.
    pub menu: Option<(String, Vec<(String, String)>)>,
}

impl ErrorPage {
    /// The details as they are copied.
    pub(crate) fn copied(&self) -> String {
        let own = [(self.page.t("error-id"), self.error_id.clone()), (self.page.t("error-time"), self.time.clone())];
        let lines = own.iter().chain(&self.device).map(|(label, value)| format!("{label}: {value}"));
        std::iter::once(self.title.clone()).chain(lines).collect::<Vec<_>>().join("\n")
    }
}

//! The pages of applications and ready-made profiles.

use askama::Template;

use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// An application as the company knows it.
#[derive(Debug, Clone)]
pub struct ConsoleApplication {
    /// The identifier, as addresses have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The address at which it is opened.
    pub home: Option<String>,
    /// The number of its users, in words.
    pub people: String,
    /// Whether it is the company's own.
    pub is_own: bool,
    /// Whether its users may open it.
    pub is_open: bool,
}

/// A ready-made profile in the list.
#[derive(Debug, Clone)]
pub struct ProfileLine {
    /// The identifier, as addresses have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The number of its rights, in words.
    pub count: String,
    /// Whether it is the company's own; otherwise the operator made it for every company.
    pub is_own: bool,
}

/// *Applications*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/applications.html")]
pub struct ApplicationsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The applications.
    pub applications: Vec<ConsoleApplication>,
    /// The ready-made profiles.
    pub profiles: Vec<ProfileLine>,
}

/// A right of an application with its holders.
#[derive(Debug, Clone)]
pub struct RightLine {
    /// The name in tokens.
    pub name: String,
    /// The title on pages.
    pub title: String,
    /// The names of its holders.
    pub holders: String,
    /// Whether there are more holders than the named ones.
    pub more: bool,
}

/// One application.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/application.html")]
pub struct ApplicationPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The application.
    pub application: ConsoleApplication,
    /// The addresses that answers to it go to, if it is the company's own.
    pub addresses: Vec<String>,
    /// Its rights.
    pub rights: Vec<RightLine>,
}

/// A field of the form of addresses: a list, or one alone.
#[derive(Debug, Clone)]
pub struct AddressField {
    /// The name in the form.
    pub name: &'static str,
    /// The label.
    pub label: String,
    /// The addresses, with empty ones for more.
    pub values: Vec<String>,
    /// Whether one of them cannot be kept.
    pub is_wrong: bool,
    /// Whether the focus is at the first of them.
    pub has_focus: bool,
}

/// The form of an application's addresses.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/addresses.html")]
pub struct AddressesPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The path that the form posts to.
    pub action: String,
    /// The path of the application.
    pub back: String,
    /// The name of the application.
    pub application: String,
    /// The fields.
    pub fields: Vec<AddressField>,
    /// The error, in words.
    pub error: Option<String>,
}

/// The rights of an application, to choose from.
#[derive(Debug, Clone)]
pub struct RightGroup {
    /// The application's name.
    pub application: String,
    /// The rights, with those that are chosen.
    pub rights: Vec<ProfileRight>,
}

/// A right of a ready-made profile as a box.
#[derive(Debug, Clone)]
pub struct ProfileRight {
    /// The word in the form.
    pub word: String,
    /// The title.
    pub name: String,
    /// Whether it is chosen.
    pub on: bool,
    /// Whether the administrator may give it.
    pub may: bool,
}

/// The form of a ready-made profile.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/profile.html")]
pub struct ProfilePage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The path that the form posts to.
    pub action: String,
    /// Whether the form is of a new one.
    pub is_new: bool,
    /// Whether it is the operator's, for every company, and can only be read.
    pub is_everybodys: bool,
    /// Whether it has rights in applications that are not open to the company.
    pub has_others: bool,
    /// The name, as it was typed.
    pub name: String,
    /// The error, in words.
    pub error: Option<String>,
    /// The rights that can be given, by application.
    pub groups: Vec<RightGroup>,
}

//! The pages of applications and ready-made profiles.

use askama::Template;

use crate::admin::views::{Choice, Frame};
use crate::platform::web::page::Page;

/// An application as the company knows it.
#[derive(Debug, Clone)]
pub struct Application {
    /// The identifier, as addresses have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is opened.
    pub home: Option<String>,
    /// How many may use it, in words.
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
    /// How many rights it gives, in words.
    pub count: String,
    /// Whether it is the company's own, and not the operator's for everybody.
    pub is_own: bool,
}

/// *Applications*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/applications.html")]
pub struct ApplicationsPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What has just been done.
    pub status: Option<String>,
    /// The applications.
    pub applications: Vec<Application>,
    /// The ready-made profiles.
    pub profiles: Vec<ProfileLine>,
}

/// A right of an application, and who has it.
#[derive(Debug, Clone)]
pub struct RightLine {
    /// As the application reads it.
    pub name: String,
    /// As administrators read it.
    pub title: String,
    /// The names of who has it.
    pub holders: String,
    /// Whether there are more than are named.
    pub more: bool,
}

/// One application.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/application.html")]
pub struct ApplicationPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// The application.
    pub application: Application,
    /// Its rights.
    pub rights: Vec<RightLine>,
}

/// The rights of an application, to choose from.
#[derive(Debug, Clone)]
pub struct RightGroup {
    /// The application's name.
    pub application: String,
    /// The rights, and whether each is chosen.
    pub rights: Vec<Choice>,
}

/// The form of a ready-made profile.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/profile.html")]
pub struct ProfilePage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Whether it is a new one.
    pub is_new: bool,
    /// What was typed.
    pub name: String,
    /// What is wrong.
    pub error: Option<String>,
    /// What can be given.
    pub groups: Vec<RightGroup>,
}

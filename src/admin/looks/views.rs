//! The page of the look.

use askama::Template;

use crate::admin::views::Frame;
use crate::platform::web::page::Page;

/// *Company look*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/look.html")]
pub struct LookPage {
    /// What every page knows.
    pub page: Page,
    /// What stands around it.
    pub frame: Frame,
    /// What has just been done.
    pub status: Option<String>,
    /// What was not taken.
    pub error: Option<String>,
    /// The colour in the field.
    pub colour: String,
    /// How well white words on it can be read.
    pub contrast: String,
    /// What dark pages use.
    pub lighter: String,
    /// The path of the logo on light pages.
    pub light_logo: Option<String>,
    /// The path of the logo on dark pages.
    pub dark_logo: Option<String>,
    /// Whether what is shown is not published yet.
    pub is_draft: bool,
    /// Whether there is something to go back from.
    pub has_look: bool,
    /// The preview.
    pub preview: Preview,
}

/// How pages would look.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The path of the style sheet that colours it.
    pub style: String,
    /// The company's name.
    pub name: String,
    /// The host of the public URL.
    pub address: String,
    /// The path of the logo.
    pub logo: Option<String>,
    /// Whether it is of a mail, else of the sign-in page.
    pub email: bool,
    /// Whether it is of dark pages.
    pub dark: bool,
}

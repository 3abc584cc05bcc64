//! The page of the look.

use askama::Template;

use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// *Company look*.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/look.html")]
pub struct LookPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The error, in words.
    pub error: Option<String>,
    /// The nearest colour that is taken, in place of the typed one.
    pub suggestion: Option<String>,
    /// The colour in the field.
    pub colour: String,
    /// The contrast of white text on the colour, in words.
    pub contrast: String,
    /// The lighter shade of dark pages, in words.
    pub lighter: String,
    /// The path of the logo on light pages.
    pub light_logo: Option<String>,
    /// The path of the logo on dark pages.
    pub dark_logo: Option<String>,
    /// Whether the look is not published yet.
    pub is_draft: bool,
    /// Whether there is a look to remove.
    pub has_look: bool,
    /// The preview.
    pub preview: Preview,
}

/// The preview of a page or message.
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
    /// Whether it shows a message; otherwise the sign-in page.
    pub email: bool,
    /// Whether it shows a dark page.
    pub dark: bool,
}

//! The look of a company: its logo for light pages and for dark ones, and one accent colour. It stands on
//! the sign-in pages of the company's applications, in the console, and in mails.
//!
//! A look names nobody: beside every logo stands the company's name, which its administrators do not choose.

pub mod colour;
pub mod logo;
pub mod pages;
mod store;

use std::sync::Arc;

pub use colour::{Accent, Colour};
pub use pages::{logo_path, preview_path};
pub use store::{drop_draft, find, keep_logo, publish, remove, save};

use super::companies::CompanyId;
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::kept::Kept;
use crate::platform::web::page;

/// The look that is shown, or the one that is being tried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Everybody sees it.
    Published,
    /// The administrators of the company see it as a preview.
    Draft,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Draft => "draft",
        }
    }
}

/// What a company looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The colour of buttons and links.
    pub accent: Accent,
    /// The hash of the logo on light pages.
    pub light_logo: Option<String>,
    /// The hash of the logo on dark pages; where there is none, the other one stands there, too.
    pub dark_logo: Option<String>,
}

impl Look {
    /// Salpa's own: nothing but the green.
    pub const SALPA: Self = Self { accent: Accent::SALPA, light_logo: None, dark_logo: None };
}

/// A company as the door of its application shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// Its look, where it has published one.
    pub look: Option<Look>,
}

impl Shown {
    /// The look as a page wears it; `None` where none is published.
    pub fn worn(&self) -> Option<page::Look> {
        let look = self.look.as_ref()?;
        Some(page::Look {
            name: self.name.clone(),
            light_logo: look.light_logo.as_ref().map(|hash| pages::logo_path(self.company, hash)),
            dark_logo: look.dark_logo.as_ref().map(|hash| pages::logo_path(self.company, hash)),
            style: pages::style_path(look.accent),
            accent: look.accent.colour().to_string(),
        })
    }
}

/// What this node remembers of looks for a few seconds.
#[derive(Debug, Default)]
pub struct Remembered {
    by_application: Kept<String, Option<Arc<Shown>>>,
    by_company: Kept<CompanyId, Option<Arc<Shown>>>,
}

impl Remembered {
    /// Forgets all of it: a look was published on this node.
    pub fn forget(&self) {
        self.by_application.forget();
        self.by_company.forget();
    }
}

/// The company that an application belongs to, as its door shows it; `None` where it belongs to none.
/// At most a few seconds old.
pub async fn of_application(app: &App, application: &str, now: Timestamp) -> Result<Option<Arc<Shown>>, db::Error> {
    let key = application.to_owned();
    if let Some(known) = app.looks.by_application.find(&key, now) {
        return Ok(known);
    }
    let shown = store::of_application(&app.db, application).await?.map(Arc::new);
    app.looks.by_application.keep(key, shown.clone(), now);
    Ok(shown)
}

/// A company as its pages show it. At most a few seconds old.
pub async fn of_company(app: &App, company: CompanyId, now: Timestamp) -> Result<Option<Arc<Shown>>, db::Error> {
    if let Some(known) = app.looks.by_company.find(&company, now) {
        return Ok(known);
    }
    let shown = store::of_company(&app.db, company).await?.map(Arc::new);
    app.looks.by_company.keep(company, shown.clone(), now);
    Ok(shown)
}

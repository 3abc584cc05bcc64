//! The look of a company: a logo for light pages, one for dark pages, and one accent colour. It appears on the sign-in
//! pages of the company's applications, in the console, and in mails.
//!
//! A look identifies nobody: beside every logo stands the company's name, which its administrators do not choose.

pub(crate) mod colour;
pub mod logo;
pub(crate) mod pages;
mod store;

use std::sync::Arc;

pub use colour::Accent;
pub use colour::Colour;
pub(crate) use pages::{logo_path, preview_path};
pub use store::{drop_draft, find, keep_logo, publish, remove, save};

use super::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Db};
use crate::platform::row_cache::RowCache;
use crate::platform::web::page;

/// The published look or the draft.
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

/// The appearance of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyLook {
    /// The colour of buttons and links.
    pub accent: Accent,
    /// The hash of the logo on light pages.
    pub light_logo: Option<String>,
    /// The hash of the logo on dark pages; without one, the other logo is used.
    pub dark_logo: Option<String>,
}

impl CompanyLook {
    /// Salpa's own look: the green accent without logos.
    pub const SALPA: Self = Self { accent: Accent::SALPA, light_logo: None, dark_logo: None };
}

/// A company with its look, as the sign-in pages of its application show it.
#[derive(Clone, Debug)]
pub struct CompanyWithLook {
    /// The company.
    pub(crate) company: CompanyId,
    /// Its name.
    pub(crate) name: String,
    /// Its published look.
    pub(crate) look: Option<CompanyLook>,
}

impl CompanyWithLook {
    /// The look for a page; `None` without a published one.
    pub(crate) fn worn(&self) -> Option<page::PageLook> {
        let look = self.look.as_ref()?;
        Some(page::PageLook {
            name: self.name.clone(),
            light_logo: look.light_logo.as_ref().map(|hash| pages::logo_path(self.company, hash)),
            dark_logo: look.dark_logo.as_ref().map(|hash| pages::logo_path(self.company, hash)),
            style: pages::style_path(look.accent),
            accent: look.accent.colour().to_string(),
        })
    }
}

/// A node's cache of looks, a few seconds long.
#[derive(Clone, Debug, Default)]
pub struct LookCache {
    by_application: RowCache<String, Option<Arc<CompanyWithLook>>>,
    by_company: RowCache<CompanyId, Option<Arc<CompanyWithLook>>>,
}

impl LookCache {
    /// The company that owns an application, with its look; `None` if no company does. At most a few seconds old.
    pub async fn of_application(
        &self,
        db: &Db,
        application: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<CompanyWithLook>>, db::Error> {
        let key = application.to_owned();
        if let Some(known) = self.by_application.find(&key, now) {
            return Ok(known);
        }
        let shown = store::of_application(db, application).await?.map(Arc::new);
        self.by_application.keep(key, shown.clone(), now);
        Ok(shown)
    }

    /// A company with its look. At most a few seconds old.
    pub async fn of_company(
        &self,
        db: &Db,
        company: CompanyId,
        now: Timestamp,
    ) -> Result<Option<Arc<CompanyWithLook>>, db::Error> {
        if let Some(known) = self.by_company.find(&company, now) {
            return Ok(known);
        }
        let shown = store::of_company(db, company).await?.map(Arc::new);
        self.by_company.keep(company, shown.clone(), now);
        Ok(shown)
    }

    /// Clears the cache, after a change on this node.
    pub fn forget(&self) {
        self.by_application.forget();
        self.by_company.forget();
    }
}

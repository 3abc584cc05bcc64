//! The parts of the running program, in one concrete value that is made at the start.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;

use crate::directory::announcements::AnnouncementCache;
use crate::directory::looks::LookCache;
use crate::platform::clock::Clock;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::settings::Settings;
use crate::provider::keys::KeyRing;

/// The core with the parts that floors above the ground own; handlers of those floors take the part that is theirs.
/// Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The parts that know nothing of signing in.
    pub core: Core,
    /// The looks of companies, for a few seconds.
    pub looks: LookCache,
    /// The announcements, for a few seconds.
    pub(crate) announcements: AnnouncementCache,
    /// The keys that sign tokens.
    pub(crate) signing: Arc<KeyRing>,
}

impl App {
    /// Opens the database and starts the threads. Migrates nothing.
    ///
    /// # Errors
    /// The database does not answer, or no thread can be started.
    pub async fn new(settings: Settings, clock: Clock) -> Result<Self, db::Error> {
        Ok(Self {
            core: Core::new(settings, clock).await?,
            looks: LookCache::default(),
            announcements: AnnouncementCache::default(),
            signing: Arc::new(KeyRing::new()),
        })
    }
}

impl Deref for App {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl FromRef<App> for Core {
    fn from_ref(app: &App) -> Self {
        app.core.clone()
    }
}

impl FromRef<App> for LookCache {
    fn from_ref(app: &App) -> Self {
        app.looks.clone()
    }
}

impl FromRef<App> for AnnouncementCache {
    fn from_ref(app: &App) -> Self {
        app.announcements.clone()
    }
}

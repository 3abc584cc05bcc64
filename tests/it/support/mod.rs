//! Support for the stories: a service of their own with a clock that travels, browsers that keep cookies, people and
//! applications.

mod authenticator;
pub mod bank_id;
pub mod broker;
mod browser;
mod companies;
mod connections;
mod database;
pub mod dns;
pub mod estonia;
mod faults;
pub mod gateway;
mod invitations;
pub mod log;
mod messages;
pub mod mobile_id;
mod passkeys;
mod people;
mod phones;
pub mod place_database;
mod policies;
mod push_service;
mod questions;
mod races;
mod records;
pub mod smart_id;
pub mod smtp;

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use data_encoding::BASE64;
use salpa::app::App;
use salpa::platform::clock::{Clock, Timestamp};
use salpa::platform::settings::{PasswordHashCost, Settings};
use salpa::routes;

pub use authenticator::{AndroidChip, Authenticator};
pub use browser::{Browser, Page, of_any_request};
pub use people::{AINO, MIKKO, Registered, Somebody, VERIFIER, code_at};
pub use phones::{AppOnPhone, challenge};
pub use push_service::{PushMessage, PushService, SubscribedBrowser};
pub use questions::{AskedOnPhone, PIN};
pub use races::all_at_once;

pub use database::Database;
pub use faults::{Line, Lock};
pub use gateway::SmsGateway;
pub use messages::link_in;
pub use smtp::{Authority, MailServer, Manner, Then, encryption};

/// The instant at which every story begins: 2026-06-09 14:32:07 UTC.
pub const START: Timestamp = Timestamp::from_seconds(1_781_015_527);
/// The address at which browsers find the service.
pub const PUBLIC_URL: &str = "https://id.kallio.example";
/// The host that their requests name.
pub const OUR_HOST: &str = "id.kallio.example";

/// A whole service in this process, on a database of its own.
pub struct Service {
    pub app: App,
    pub router: Router,
    pub database: Database,
    addresses: AtomicU32,
}

impl Service {
    /// A service with a clock that stands still, on the database that `SALPA_TEST_DATABASE` names.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_on(Database::with_tables().await, change).await
    }

    /// The same on a database that may hold something already.
    pub async fn start_on(database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        let app = app(&database, Clock::test(START), change).await;
        app.db.migrate().await.unwrap();
        Self { router: routes::router(app.clone(), axum::Router::new()), app, database, addresses: AtomicU32::new(0) }
    }

    /// Another node with other settings, on the same database and the same clock.
    pub async fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let app = app(&self.database, self.app.clock.clone(), change).await;
        let router = routes::router(app.clone(), Router::new());
        let addresses = AtomicU32::new(self.addresses.load(Ordering::SeqCst));
        Self { router, app, database: self.database.clone(), addresses }
    }

    /// A browser of another node, with its cookies and at its address, before this one.
    pub fn take_over(&self, browser: Browser) -> Browser {
        Browser { router: self.router.clone(), ..browser }
    }

    /// A browser that was never here, in a network of its own.
    pub fn browser(&self) -> Browser {
        let number = self.addresses.fetch_add(1, Ordering::SeqCst);
        let [_, _, high, low] = number.to_be_bytes();
        Browser::new(self.router.clone(), [198, 51, 100 + high, low].into())
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: u64) {
        self.app.clock.advance(std::time::Duration::from_secs(seconds));
    }

    /// The current instant of the test clock.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }
}

/// The parts of a service over a database.
pub async fn app(database: &Database, clock: Clock, change: impl FnOnce(&mut Settings)) -> App {
    let texts = [
        ("database_url", database.url().to_owned()),
        ("public_url", PUBLIC_URL.to_owned()),
        ("secret_key", BASE64.encode(&[7; 32])),
        ("organisation", "Kallio & Laine".to_owned()),
        ("egress_networks", "127.0.0.0/8".to_owned()),
    ];
    let mut settings = read_settings(texts.into_iter());
    // Strength is tested where it is made; here hundreds of passwords are checked.
    settings.password_hash = PasswordHashCost { memory: 64, passes: 1 };
    change(&mut settings);
    App::new(settings, clock).await.unwrap()
}

/// The settings of these texts.
fn read_settings<'n>(texts: impl Iterator<Item = (&'n str, String)>) -> Settings {
    let texts = texts.map(|(name, text)| (name.to_owned(), text)).collect();
    Settings::from_texts(texts, Vec::new()).unwrap()
}

/// Settings of messages, as an operator would write them.
pub fn with_messages(settings: &mut Settings, texts: &[(&str, &str)]) {
    let needed =
        [("public_url", PUBLIC_URL), ("secret_key", &BASE64.encode(&[7; 32])), ("organisation", "Kallio & Laine")];
    let read = read_settings(needed.iter().chain(texts).map(|(name, text)| (*name, (*text).to_owned())));
    settings.mail = read.mail;
    settings.sms = read.sms;
    settings.message_timeout = read.message_timeout;
}

//! Everything that a request needs, in one concrete value that is made at the start. There are no
//! globals.

use std::ops::Deref;
use std::sync::Arc;

use crate::directory::{announcements, looks};
use crate::platform::bus::Bus;
use crate::platform::clock::Clock;
use crate::platform::db::{self, Db, Observers};
use crate::platform::egress::Egress;
use crate::platform::messages::{mail::Mail, sms::Gateway};
use crate::platform::metrics::Metrics;
use crate::platform::places::Places;
use crate::platform::random::Random;
use crate::platform::secret::MasterKeys;
use crate::platform::settings::Settings;
use crate::platform::traces::Traces;
use crate::platform::web::flood::Flood;
use crate::proofs::passkeys::RelyingParty;
use crate::proofs::passwords::HashPool;
use crate::provider::keys::KeyRing;

/// The parts of the running program. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] holds.
pub struct Parts {
    /// What the operator decided.
    pub settings: Settings,
    /// The database.
    pub db: Db,
    /// The wake-ups.
    pub bus: Bus,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The keys that seal secrets in the database.
    pub master_keys: MasterKeys,
    /// The threads that hash passwords.
    pub hashing: HashPool,
    /// Asks for passkeys and verifies them; `None` where the public URL has an address in place of a name,
    /// which browsers make no passkeys for.
    pub passkeys: Option<RelyingParty>,
    /// The keys that sign tokens.
    pub signing: KeyRing,
    /// The one way out to other servers.
    pub egress: Egress,
    /// Where networks are, as far as the operator has brought a place database.
    pub places: Places,
    /// Bounds what comes of a network before anything is proven.
    pub flood: Flood,
    /// The way to the mail server, where there is one.
    pub mail: Option<Mail>,
    /// The way to the SMS gateway, where there is one.
    pub sms: Option<Gateway>,
    /// What this node remembers of the looks of companies.
    pub looks: looks::Remembered,
    /// What this node remembers of announcements.
    pub announcements: announcements::Remembered,
    /// What is counted, where the operator wants that.
    pub metrics: Metrics,
    /// The way to the collector of traces, where there is one.
    pub traces: Traces,
}

impl App {
    /// Opens the database and starts the threads. Migrates nothing.
    ///
    /// # Errors
    /// Where the database does not answer, or no thread can be started.
    pub async fn new(settings: Settings, clock: Clock) -> Result<Self, db::Error> {
        let random = Random::new();
        let metrics = if settings.metrics_listen.is_some() { Metrics::on() } else { Metrics::default() };
        let traces = Traces::start(settings.traces.as_ref())
            .map_err(|error| db::Error::Unavailable(format!("telemetry_endpoint: {error}")))?;
        let bus = Bus::default();
        let observers = Observers { metrics: metrics.clone(), bus: bus.clone() };
        let db = Db::open_observed(settings.database_url.reveal(), observers).await?;
        let hashing = HashPool::start(settings.password_hash, random.clone())
            .map_err(|error| db::Error::Unavailable(error.to_string()))?
            .counted(metrics.clone());
        let places = Places::open(settings.place_database.as_deref())
            .map_err(|error| db::Error::Unavailable(format!("place_database: {error}")))?;
        Ok(Self(Arc::new(Parts {
            master_keys: MasterKeys::new(&settings.secret_keys),
            passkeys: RelyingParty::of(&settings),
            egress: Egress::new(&settings.egress_networks),
            signing: KeyRing::new(),
            places,
            flood: Flood::default(),
            mail: Mail::new(&settings),
            sms: Gateway::new(&settings),
            looks: looks::Remembered::default(),
            announcements: announcements::Remembered::default(),
            settings,
            db,
            bus,
            clock,
            random,
            hashing,
            metrics,
            traces,
        })))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

//! The parts of the running program that floors 1 to 4 share. There are no globals.

use std::ops::Deref;
use std::sync::Arc;

use super::bus::Bus;
use super::clock::Clock;
use super::db::{self, Db, Observers};
use super::dns::Dns;
use super::egress::Egress;
use super::hashing::HashPool;
use super::jose::ready_keys::ReadyKeys;
use super::messages::{mail::Mail, sms::Gateway};
use super::metrics::Metrics;
use super::places::Places;
use super::random::Random;
use super::secret::MasterKeys;
use super::settings::Settings;
use super::traces::Traces;
use super::troubles::Troubles;
use super::web::flood::Flood;

/// The settings, the database and everything else that stands on the ground floor. Cheap to clone.
#[derive(Clone)]
pub struct Core(Arc<CoreParts>);

/// The content of a [`Core`].
pub struct CoreParts {
    /// The settings.
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
    /// The private keys of this service at identity providers, ready to be used.
    pub(crate) ready_keys: ReadyKeys,
    /// The pool that hashes passwords.
    pub hashing: HashPool,
    /// Calls to addresses that others chose.
    pub(crate) egress: Egress,
    /// Questions to DNS.
    pub(crate) dns: Dns,
    /// The places of networks, if there is a place database.
    pub(crate) places: Places,
    /// The limit per network on requests without any proof.
    pub flood: Flood,
    /// The mail server, if there is one.
    pub(crate) mail: Option<Mail>,
    /// The SMS gateway, if there is one.
    pub(crate) sms: Option<Gateway>,
    /// The metrics.
    pub metrics: Metrics,
    /// The collector of traces, if there is one.
    pub traces: Traces,
    /// The services outside that do not answer.
    pub(crate) troubles: Troubles,
}

impl Core {
    /// Opens the database and starts the threads. Migrates nothing.
    ///
    /// # Errors
    /// The database does not answer, or a thread cannot be started.
    pub(crate) async fn new(settings: Settings, clock: Clock) -> Result<Self, db::Error> {
        let random = Random::new();
        let metrics = if settings.metrics_listen.is_some() { Metrics::on() } else { Metrics::default() };
        let traces = Traces::start(settings.traces.as_ref())
            .map_err(|error| db::Error::Unavailable(format!("telemetry_endpoint: {error}")))?;
        let bus = Bus::default();
        let observers = Observers { metrics: metrics.clone(), bus: bus.clone(), ..Observers::default() };
        let db = Db::open_observed(settings.database_url.reveal(), observers).await?;
        let hashing = HashPool::start_with(settings.password_hash, settings.password_hash_engine, random.clone())
            .map_err(|error| db::Error::Unavailable(error.to_string()))?
            .counted(metrics.clone());
        let places = Places::open(settings.place_database.as_deref())
            .map_err(|error| db::Error::Unavailable(format!("place_database: {error}")))?;
        Ok(Self(Arc::new(CoreParts {
            master_keys: MasterKeys::new(&settings.secret_keys),
            ready_keys: ReadyKeys::default(),
            egress: Egress::new(&settings.egress_networks),
            dns: Dns::new(&settings.dns_resolvers),
            places,
            flood: Flood::default(),
            mail: Mail::new(&settings),
            sms: Gateway::new(&settings),
            settings,
            db,
            bus,
            clock,
            random,
            hashing,
            metrics,
            traces,
            troubles: Troubles::default(),
        })))
    }
}

impl Deref for Core {
    type Target = CoreParts;

    fn deref(&self) -> &CoreParts {
        &self.0
    }
}

//! The demo: two applications that sign people in through Salpa, each on an origin of its own, and demo people.
//!
//! The applications are real relying parties. They know only an issuer, a client identifier and its secret, and trust
//! only claims that they have verified.

mod application;
mod messages;
pub mod people;
mod program;
mod run;
mod seed;

use std::future::Future;
use std::net::SocketAddr;

use axum::routing::get;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::platform::clock::Clock;
use crate::platform::random::Random;
use crate::platform::secret::Secret;

pub(crate) use application::router;
pub(crate) use people::DemoPerson;
pub(crate) use run::{Arguments, run};
pub use seed::{DemoContent, seed};

/// The service's additional routes in the demo.
pub(crate) fn routes() -> axum::Router<App> {
    axum::Router::new().route("/demo/messages", get(messages::show)).route("/demo/messages.json", get(messages::json))
}

/// One of the two applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruori {
    /// The first one: accounting.
    Accounting,
    /// The second one: expenses. It shows single sign-on.
    Expenses,
}

impl Ruori {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accounting => "Ruori Accounting",
            Self::Expenses => "Ruori Expenses",
        }
    }

    /// The prefix of its cookies. Cookies know no ports, and several origins share this host.
    const fn cookie_prefix(self) -> &'static str {
        match self {
            Self::Accounting => "ruori_accounting",
            Self::Expenses => "ruori_expenses",
        }
    }
}

/// Another application that this one points to.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Its name.
    pub(crate) name: String,
    /// Its address.
    pub(crate) url: String,
}

/// The configuration of a demo application.
#[derive(Clone, Debug)]
pub struct DemoApplication {
    /// The application.
    pub kind: Ruori,
    /// The address that it listens on.
    pub listen: SocketAddr,
    /// Its own origin, without a slash at its end.
    pub public_url: String,
    /// The provider's issuer.
    pub issuer: String,
    /// Its client identifier at the provider.
    pub client_id: String,
    /// Its client secret at the provider.
    pub client_secret: Secret<String>,
    /// The other application, if there is one.
    pub other: Option<Neighbour>,
    /// The page of unsent messages, if there is one.
    pub messages_url: Option<String>,
    /// The people to sign in as.
    pub people: Vec<DemoPerson>,
    /// The time zone in which it shows times.
    pub time_zone: TimeZone,
    /// Its source of time.
    pub clock: Clock,
    /// Its source of randomness.
    pub random: Random,
}

impl DemoApplication {
    /// The `redirect_uri` to register.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}{}", self.public_url, application::CALLBACK)
    }

    /// The `post_logout_redirect_uri` to register.
    pub(crate) fn post_logout_redirect_uri(&self) -> String {
        format!("{}{}", self.public_url, application::SIGNED_OUT)
    }

    /// The audience of its access tokens, its own API. The `audience` to register.
    pub(crate) fn audience(&self) -> String {
        format!("{}/api", self.public_url)
    }

    /// The `backchannel_logout_uri` to register.
    pub(crate) fn back_channel_logout_uri(&self) -> String {
        format!("{}{}", self.public_url, application::BACK_CHANNEL_LOGOUT)
    }
}

/// The scopes that a demo application asks for.
pub(crate) const SCOPES: [&str; 4] = ["openid", "profile", "email", "company"];

/// The reason why a demo application does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum CannotServe {
    /// An address among its settings is not one.
    Address(String),
    /// The HTTP client cannot be made.
    Client(String),
    /// It cannot listen.
    Listen(std::io::Error),
}

impl std::fmt::Display for CannotServe {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(cause) => write!(formatter, "an address of the demo application is wrong: {cause}"),
            Self::Client(cause) => write!(formatter, "the demo application has no way to call out: {cause}"),
            Self::Listen(cause) => write!(formatter, "the demo application cannot listen: {cause}"),
        }
    }
}

impl std::error::Error for CannotServe {}

/// Serves a demo application on a bound listener until `shutdown` is ready: a caller that starts several things can print their addresses before any of
/// them answers.
///
/// # Errors
/// It cannot start, or its listener fails.
pub async fn serve_on(
    listener: tokio::net::TcpListener,
    application: DemoApplication,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), CannotServe> {
    let router = router(application)?;
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await.map_err(CannotServe::Listen)
}

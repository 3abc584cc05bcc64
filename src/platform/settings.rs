//! The settings: `salpa.toml` and environment variables of the same names. All mistakes are reported together, and none
//! is corrected silently.

mod certificates;
mod hashing;
pub(crate) mod messages;
mod observing;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use data_encoding::BASE64;
use ipnet::IpNet;
use jiff::tz::TimeZone;
use url::Url;

pub use self::certificates::ClientCertificateSettings;
pub use self::hashing::PasswordHashCost;
pub(crate) use self::hashing::PasswordHashEngine;
pub use self::observing::TraceSettings;
use super::secret::Secret;
use super::web::forwarding::ForwardedHeader;

/// The operator's decisions before the start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:FILE` or `postgres://…`.
    pub(crate) database_url: Secret<String>,
    /// The address of this service for browsers: scheme, host and port, without a path. Every link is built from it,
    /// and it is the issuer of every token.
    pub public_url: PublicUrl,
    /// Other origins whose pages may use this service's passkeys (WebAuthn §5.11).
    pub related_origins: Vec<PublicUrl>,
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The master key, first, and its predecessors.
    pub secret_keys: Vec<Secret<[u8; 32]>>,
    /// Proxies whose word on the client's address is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which these proxies name the client.
    pub forwarded_header: ForwardedHeader,
    /// The certificates that applications show; `None` if they show none.
    pub client_certificates: Option<ClientCertificateSettings>,
    /// Private networks that this service may call all the same (back-channel logout).
    pub egress_networks: Vec<IpNet>,
    /// The resolvers that are asked for the records of domains; those of the system where there are none.
    pub dns_resolvers: Vec<SocketAddr>,
    /// The organisation that runs this service, shown on every page.
    pub organisation: String,
    /// The contact for questions, shown on help and error pages.
    pub(crate) contact: OperatorContact,
    /// The time zone in which pages show times.
    pub(crate) time_zone: TimeZone,
    /// The terms and conditions that every profile accepts.
    pub terms: Option<Terms>,
    /// The cost of an Argon2id hash.
    pub password_hash: PasswordHashCost,
    /// The implementation of Argon2id.
    pub(crate) password_hash_engine: PasswordHashEngine,
    /// The format of log lines.
    pub(crate) log_format: LogFormat,
    /// The mail server; without one no mail leaves.
    pub mail: Option<messages::MailSettings>,
    /// The SMS gateway.
    pub sms: Option<messages::SmsSettings>,
    /// The time that a mail server or an SMS gateway may take to accept a message.
    pub message_timeout: Duration,
    /// The lifetime of a temporary access pass.
    pub access_pass_lifetime: Duration,
    /// The oldest version of the phone app whose pages may still send anything.
    pub phone_app_minimum_version: Option<String>,
    /// A place database in MaxMind's format.
    pub place_database: Option<PathBuf>,
    /// The listener for metrics, apart from the service because it has no authentication.
    pub metrics_listen: Option<SocketAddr>,
    /// The collector of traces.
    pub traces: Option<TraceSettings>,
}

/// A contact for questions.
#[derive(Clone, Debug, Default)]
pub(crate) struct OperatorContact {
    /// An email address.
    pub(crate) email: Option<String>,
    /// A phone number.
    pub(crate) phone: Option<String>,
}

/// The terms and conditions in force.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Their version: a change asks everybody again.
    pub version: String,
    /// The address of their text.
    pub url: String,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For a person at a terminal.
    Text,
}

/// The public URL of this service, an origin without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    secure: bool,
}

impl PublicUrl {
    /// The origin, without a trailing slash. This is the issuer (`iss`).
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Host and port, for people to compare.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is HTTPS. Plain HTTP is accepted only for this machine's own names.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The URL of a local path.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
        let host = url.host_str().ok_or("has no host")?;
        let secure = url.scheme() == "https";
        let is_local = url.scheme() == "http" && matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        if !secure && !is_local {
            return Err("must begin with https:// (http:// is for localhost alone)".to_owned());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err("must end after the host and port".to_owned());
        }
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { origin: format!("{}://{host}", url.scheme()), host, secure })
    }
}

/// A mistake in the settings, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsMistake {
    /// The setting's name.
    pub(crate) name: String,
    /// The problem and its remedy.
    pub(crate) problem: String,
}

impl fmt::Display for SettingsMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.name, self.problem)
    }
}

/// The name of every setting with its meaning, for `salpa doctor` and the documents.
pub(crate) const NAMES: &[(&str, &str)] = &[
    ("database_url", "sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE; default sqlite:salpa.db"),
    ("public_url", "where browsers find this service, such as https://id.company.example"),
    ("related_origins", "other origins where this service's passkeys may be used, separated by commas"),
    ("listen", "address and port to listen on; default 127.0.0.1:7250"),
    ("secret_key", "32 random bytes in base64; seals secrets in the database"),
    ("secret_key_file", "a file that holds secret_key"),
    ("previous_secret_keys", "former secret keys, separated by commas, while values sealed by them remain"),
    ("trusted_proxies", "networks of proxies whose forwarded_header is believed, separated by commas"),
    (
        "forwarded_header",
        "x-forwarded-for or forwarded: where trusted_proxies name the client; default x-forwarded-for",
    ),
    (
        "client_certificate_header",
        "where trusted_proxies pass on the certificate of a client: client-cert (RFC 9440), or another header for \
         nginx's escaped PEM",
    ),
    ("client_certificate_authorities", "a file of certificates (PEM) that sign those of applications"),
    ("mtls_url", "where the proxy asks applications for their certificate, if not at public_url"),
    ("egress_networks", "private networks that this service may call, separated by commas"),
    ("dns_resolvers", "resolvers (address and port) for records of domains, by commas; default the system's"),
    ("organisation", "who runs this service; default Salpa"),
    ("contact_email", "whom people can write to"),
    ("contact_phone", "whom people can call"),
    ("time_zone", "the time zone of times on pages, such as Europe/Helsinki; default UTC"),
    ("terms_version", "the version of the terms and conditions that everybody accepts"),
    ("terms_url", "where the terms and conditions can be read"),
    ("password_hash_memory", "Argon2id's memory in KiB; default 32768"),
    ("password_hash_passes", "Argon2id's passes; default 3"),
    ("password_hash_engine", "auto (the fast one, where it computes the same) or reference; default auto"),
    ("log_format", "json or text; default json"),
    ("smtp_url", "the mail server: smtps://HOST, or smtp://HOST for STARTTLS; a port may follow"),
    ("smtp_user", "the user name for the mail server"),
    ("smtp_password", "the password for it"),
    ("smtp_password_file", "a file that holds smtp_password"),
    ("smtp_ca_file", "a file of certificates (PEM) that are believed beside the machine's own"),
    ("smtp_tls", "required, none (a server on this machine) or none-over-the-network; default required"),
    ("mail_from", "the sender of mail, such as Example <sign-in@id.company.example>"),
    ("message_timeout", "seconds that a mail server or SMS gateway may take to answer; default 30"),
    ("sms_url", "the SMS gateway: where a message is posted to"),
    ("sms_countries", "countries that SMS go to, such as FI,SE"),
    ("sms_from", "whom SMS are from, as {from} in sms_body"),
    ("sms_user", "the account at the gateway, as {user} and in {basic}"),
    ("sms_secret", "the secret of the gateway, as {secret} and in {basic}"),
    ("sms_secret_file", "a file that holds sms_secret"),
    ("sms_header", "a header that proves us to the gateway; default Authorization: Bearer {secret}"),
    ("sms_body_type", "json or form; default json"),
    ("sms_body", "what is posted, with {to}, {to_digits}, {text}, {id}, {from}, {user}, {secret}"),
    ("sms_prefix_hourly", "SMS to one block of 10,000 numbers in an hour at most; default 50"),
    ("sms_hourly", "SMS of the whole service in an hour at most; default 300"),
    ("sms_daily", "SMS of the whole service in a day at most; default 2000"),
    ("metrics_listen", "address and port for /metrics, such as 127.0.0.1:9464; without it nothing is counted"),
    ("telemetry_endpoint", "a collector of OpenTelemetry traces, such as http://127.0.0.1:4318"),
    ("telemetry_header", "a header for the collector, such as Authorization: Bearer …"),
    ("telemetry_percent", "how many of a hundred requests are traced; default 100"),
    ("access_pass_minutes", "minutes that a temporary access pass works, from 10 to 1440; default 60"),
    ("phone_app_minimum_version", "the oldest version of the phone app that is taken, such as 1.4.0; default any"),
    ("place_database", "a file of places of networks in MaxMind's format; without it places are not shown"),
];

impl Settings {
    /// Reads `salpa.toml`, if it exists, and `SALPA_*`, which take precedence.
    ///
    /// # Errors
    /// All mistakes together.
    pub(crate) fn load(
        file: &Path,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<SettingsMistake>> {
        let mut mistakes = Vec::new();
        let mut texts = BTreeMap::new();
        match std::fs::read_to_string(file) {
            Ok(content) => read_file(&content, &mut texts, &mut mistakes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => mistakes.push(mistake(&file.display().to_string(), format!("cannot be read: {error}"))),
        }
        for (name, value) in environment {
            if let Some(name) = name.strip_prefix("SALPA_") {
                // Variables of the tests and of the container are no settings.
                if !name.starts_with("TEST_") && !matches!(name, "CONFIG" | "LOG") {
                    texts.insert(name.to_lowercase(), value);
                }
            }
        }
        Self::from_texts(texts, mistakes)
    }

    /// Reads settings from names and texts.
    ///
    /// # Errors
    /// All mistakes together, including the given ones.
    pub fn from_texts(
        texts: BTreeMap<String, String>,
        mistakes: Vec<SettingsMistake>,
    ) -> Result<Self, Vec<SettingsMistake>> {
        let mut reader = SettingsReader { texts, mistakes };
        let settings = reader.settings();
        let known = |name: &String| NAMES.iter().any(|(known, _)| known == name);
        let unknown: Vec<_> = reader.texts.into_keys().filter(|name| !known(name)).collect();
        for name in unknown {
            let problem = "is not a setting of Salpa; `salpa doctor` lists them".to_owned();
            reader.mistakes.push(SettingsMistake { name, problem });
        }
        match settings {
            Some(settings) if reader.mistakes.is_empty() => Ok(settings),
            _ => Err(reader.mistakes),
        }
    }
}

fn read_file(content: &str, texts: &mut BTreeMap<String, String>, mistakes: &mut Vec<SettingsMistake>) {
    match content.parse::<toml::Table>() {
        Err(error) => mistakes.push(mistake("salpa.toml", format!("is not TOML: {}", error.message()))),
        Ok(table) => {
            for (name, value) in table {
                match as_text(&value) {
                    Some(text) => {
                        texts.insert(name, text);
                    }
                    None => mistakes.push(mistake(&name, "must be a text, a number or a list of texts".to_owned())),
                }
            }
        }
    }
}

fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(values) => {
            values.iter().map(as_text).collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
        }
        _ => None,
    }
}

fn mistake(name: &str, problem: String) -> SettingsMistake {
    SettingsMistake { name: name.to_owned(), problem }
}

struct SettingsReader {
    texts: BTreeMap<String, String>,
    mistakes: Vec<SettingsMistake>,
}

impl SettingsReader {
    /// `None` if a required setting is missing or wrong; the mistakes say which.
    fn settings(&mut self) -> Option<Settings> {
        let public_url = self.required("public_url", "set it to where browsers find this service", str::parse);
        let secret_keys = self.secret_keys();
        let listen = self.or("listen", "127.0.0.1:7250", |text| {
            text.parse().map_err(|_| "must be an address and a port, such as 0.0.0.0:7250".to_owned())
        });
        let time_zone =
            self.or("time_zone", "UTC", |text| TimeZone::get(text).map_err(|_| "is not a time zone".to_owned()));
        let related_origins = self.or("related_origins", "", |text| {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
        });
        let trusted_proxies = self.networks("trusted_proxies");
        let forwarded_header = self.or("forwarded_header", "x-forwarded-for", |text| {
            [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded]
                .into_iter()
                .find(|header| header.name().eq_ignore_ascii_case(text))
                .ok_or_else(|| "must be x-forwarded-for or forwarded".to_owned())
        });
        let client_certificates = self.client_certificates();
        let egress_networks = self.networks("egress_networks");
        let dns_resolvers = self.or("dns_resolvers", "", |text| {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            let parsed = |part: &str| part.parse().map_err(|_| format!("{part} is no address and port: 10.0.0.2:53"));
            parts.map(parsed).collect()
        });
        let password_hash = self.password_hash();
        let password_hash_engine = self.password_hash_engine();
        let terms = self.terms();
        let log_format = self.or("log_format", "json", |text| match text {
            "json" => Ok(LogFormat::Json),
            "text" => Ok(LogFormat::Text),
            _ => Err("must be json or text".to_owned()),
        });
        let organisation = self.text("organisation").unwrap_or_else(|| "Salpa".to_owned());
        let mail = self.mail(&organisation);
        let sms = self.sms();
        let message_timeout = self.or("message_timeout", "30", |text| match text.parse() {
            Ok(seconds @ 1..=600) => Ok(Duration::from_secs(seconds)),
            _ => Err("must be a whole number of seconds, from 1 to 600".to_owned()),
        });
        let access_pass_lifetime = self.or("access_pass_minutes", "60", |text| match text.parse() {
            Ok(minutes @ 10..=1440) => Ok(Duration::from_mins(minutes)),
            _ => Err("must be a whole number of minutes, from 10 to 1440".to_owned()),
        });
        let database_url = self.or("database_url", "sqlite:salpa.db", |text| {
            let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|start| text.starts_with(start));
            if known { Ok(text.to_owned()) } else { Err("must begin with sqlite: or postgres://".to_owned()) }
        });
        Some(Settings {
            database_url: Secret::new(database_url?),
            public_url: public_url?,
            related_origins: related_origins?,
            listen: listen?,
            secret_keys: secret_keys?,
            trusted_proxies: trusted_proxies?,
            forwarded_header: forwarded_header?,
            client_certificates: client_certificates.ok()?,
            egress_networks: egress_networks?,
            dns_resolvers: dns_resolvers?,
            organisation,
            contact: OperatorContact { email: self.text("contact_email"), phone: self.text("contact_phone") },
            time_zone: time_zone?,
            terms,
            password_hash: password_hash?,
            password_hash_engine: password_hash_engine?,
            log_format: log_format?,
            mail,
            sms,
            message_timeout: message_timeout?,
            access_pass_lifetime: access_pass_lifetime?,
            phone_app_minimum_version: self.phone_app_minimum_version().ok()?,
            place_database: self.text("place_database").map(PathBuf::from),
            metrics_listen: self.metrics_listen().ok()?,
            traces: self.traces().ok()?,
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.texts.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn required<T>(&mut self, name: &str, advice: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match self.text(name) {
            None => {
                self.mistakes.push(mistake(name, format!("is missing; {advice}")));
                None
            }
            Some(text) => self.parsed(name, &text, parse),
        }
    }

    fn or<T>(&mut self, name: &str, default: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        self.parsed(name, &text, parse)
    }

    fn parsed<T>(&mut self, name: &str, text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        parse(text).map_err(|problem| self.mistakes.push(mistake(name, problem))).ok()
    }

    fn networks(&mut self, name: &str) -> Option<Vec<IpNet>> {
        self.or(name, "", |text| {
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| {
                    part.parse::<IpNet>()
                        .or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from))
                        .map_err(|_| format!("{part} is neither an address nor a network such as 10.0.0.0/8"))
                })
                .collect()
        })
    }

    fn secret_keys(&mut self) -> Option<Vec<Secret<[u8; 32]>>> {
        let advice = "make one with: openssl rand -base64 32";
        let current = match (self.text("secret_key"), self.text("secret_key_file")) {
            (Some(_), Some(_)) => {
                self.mistakes.push(mistake("secret_key_file", "is set beside secret_key; keep one".to_owned()));
                None
            }
            (None, Some(file)) => match std::fs::read_to_string(&file) {
                Ok(content) => self.parsed("secret_key_file", content.trim(), parse_key),
                Err(error) => {
                    self.mistakes.push(mistake("secret_key_file", format!("{file} cannot be read: {error}")));
                    None
                }
            },
            _ => self.required("secret_key", advice, parse_key),
        };
        let previous = self.or("previous_secret_keys", "", |text| {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse_key).collect::<Result<Vec<_>, _>>()
        });
        let (current, previous) = (current?, previous?);
        Some(std::iter::once(current).chain(previous).collect())
    }

    fn phone_app_minimum_version(&mut self) -> Result<Option<String>, ()> {
        let Some(text) = self.text("phone_app_minimum_version") else { return Ok(None) };
        if text.split('.').all(|part| part.parse::<u32>().is_ok()) {
            return Ok(Some(text));
        }
        let problem = "must be numbers between dots, such as 1.4.0".to_owned();
        self.mistakes.push(mistake("phone_app_minimum_version", problem));
        Err(())
    }

    fn terms(&mut self) -> Option<Terms> {
        match (self.text("terms_version"), self.text("terms_url")) {
            (Some(version), Some(url)) => Some(Terms { version, url }),
            (None, None) => None,
            _ => {
                self.mistakes
                    .push(mistake("terms_version", "goes together with terms_url; set both or none".to_owned()));
                None
            }
        }
    }
}

fn parse_key(text: &str) -> Result<Secret<[u8; 32]>, String> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| "is not base64".to_owned())?;
    let key: [u8; 32] = bytes.try_into().map_err(|_| "must be 32 bytes, written in base64".to_owned())?;
    Ok(Secret::new(key))
}

#[cfg(test)]
mod tests;

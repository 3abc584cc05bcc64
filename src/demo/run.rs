//! `salpa demo`: a complete demonstration, in a folder of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::people::{KALLIO, PEOPLE};
use super::program::{self, Program};
use super::seed;
use super::{DemoApplication, Neighbour, Ruori, SCOPES, serve_on};
use crate::app::App;
use crate::commands::{self, Failed};
use crate::directory::companies;
use crate::platform::clock::Clock;
use crate::platform::random::Random;
use crate::platform::secret::Secret;
use crate::platform::settings::{LogFormat, Settings};
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, GrantType, Registration};
use crate::server;
use crate::sign_in::policies::{Policy, SecondFactor};

/// The file in the demo's folder that other commands read: `salpa --config FOLDER/salpa.toml …`.
const CONFIG: &str = "salpa.toml";

/// The options of the demo.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Begin anew: the folder's embedded database and settings are removed first.
    #[arg(long)]
    fresh: bool,
    /// Where the demo keeps its database and settings.
    #[arg(long, default_value = "demo-data")]
    folder: PathBuf,
    /// The port of the sign-in service; the applications take the two after it. 0 takes free ones.
    #[arg(long, default_value_t = 7250)]
    port: u16,
    /// Another database than the embedded one.
    #[arg(long, env = "SALPA_DATABASE_URL")]
    database_url: Option<String>,
}

/// The reason why the demo does not start.
#[derive(Debug)]
pub struct CannotDemonstrate(String);

impl fmt::Display for CannotDemonstrate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the demo does not start: {}", self.0)
    }
}

impl std::error::Error for CannotDemonstrate {}

pub(super) fn cannot(cause: impl fmt::Display) -> CannotDemonstrate {
    CannotDemonstrate(cause.to_string())
}

impl From<Failed> for CannotDemonstrate {
    fn from(failed: Failed) -> Self {
        Self(failed.to_string())
    }
}

/// Serves the demo until told to stop.
///
/// # Errors
/// It cannot start.
pub async fn run(arguments: Arguments, routes: server::Routes, json: bool) -> Result<(), CannotDemonstrate> {
    server::start_logging(LogFormat::Text);
    // Another database keeps its rows, and the key that opens them.
    if arguments.fresh && arguments.database_url.is_none() {
        make_room(&arguments.folder)?;
    }
    std::fs::create_dir_all(&arguments.folder).map_err(cannot)?;
    let listeners = [
        listen(arguments.port).await?,
        listen(following(arguments.port, 1)).await?,
        listen(following(arguments.port, 2)).await?,
    ];
    let [service, accounting, expenses] = &listeners;
    let url = origin(service)?;
    let settings = settings(&arguments, &url)?;
    let app = App::new(settings, Clock::System).await.map_err(cannot)?;
    app.db.migrate().await.map_err(cannot)?;
    seed::companies_and_people(&app).await?;
    let neighbours = [(Ruori::Accounting, origin(accounting)?), (Ruori::Expenses, origin(expenses)?)];
    let mut ruori = Vec::new();
    for (index, (kind, public_url)) in neighbours.iter().enumerate() {
        let other = neighbours.iter().find(|(other, _)| other != kind);
        ruori.push(application(&app, *kind, public_url, other, index).await?);
    }
    seed::rights(&app).await?;
    let kallio = companies::list(&app.db, None, 100).await.map_err(cannot)?;
    let kallio = kallio.iter().find(|company| company.name == KALLIO.name).map(|company| company.id);
    let program = program::register(&app, kallio.ok_or_else(|| cannot("the demo's company is not there"))?).await?;
    announce(&url, &ruori, &program, json);

    let (stop, stopped) = watch::channel(false);
    let [service, accounting, expenses] = listeners;
    let mut serving = Vec::new();
    for (listener, application) in [accounting, expenses].into_iter().zip(ruori) {
        let mut stopped = stopped.clone();
        let stop = async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        };
        serving.push(tokio::spawn(serve_on(listener, application, stop)));
    }
    let router = routes(app.clone(), super::routes());
    server::run_on(service, app, router, server::stop_signal()).await.map_err(cannot)?;
    let _ = stop.send(true);
    for task in serving {
        let _ = task.await;
    }
    Ok(())
}

fn following(port: u16, by: u16) -> u16 {
    if port == 0 { 0 } else { port.saturating_add(by) }
}

async fn listen(port: u16) -> Result<TcpListener, CannotDemonstrate> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|error| cannot(format!("port {port} of this machine: {error}")))
}

fn origin(listener: &TcpListener) -> Result<String, CannotDemonstrate> {
    Ok(format!("http://localhost:{}", listener.local_addr().map_err(cannot)?.port()))
}

/// Removes the files of an earlier demo, and nothing else in the folder.
fn make_room(folder: &Path) -> Result<(), CannotDemonstrate> {
    for file in [CONFIG, "salpa.db", "salpa.db-wal", "salpa.db-shm"] {
        match std::fs::remove_file(folder.join(file)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(cannot(error)),
            _ => {}
        }
    }
    Ok(())
}

/// The demo's settings: made at the first start, with a secret key of its own, and kept in its folder.
fn settings(arguments: &Arguments, url: &str) -> Result<Settings, CannotDemonstrate> {
    let file = arguments.folder.join(CONFIG);
    let kept = std::fs::read_to_string(&file).ok().and_then(|text| text.parse::<toml::Table>().ok());
    let kept_key = kept.as_ref().and_then(|table| table.get("secret_key")).and_then(toml::Value::as_str);
    let made_key = || data_encoding::BASE64.encode(&Random::new().bytes::<32>());
    let database = arguments.folder.join("salpa.db");
    let port = url.rsplit(':').next().unwrap_or_default();
    let texts = BTreeMap::from([
        ("database_url", arguments.database_url.clone().unwrap_or_else(|| format!("sqlite:{}", database.display()))),
        ("public_url", url.to_owned()),
        ("listen", format!("127.0.0.1:{port}")),
        ("secret_key", kept_key.map_or_else(made_key, str::to_owned)),
        ("organisation", "Kallio & Laine".to_owned()),
        ("contact_email", "help@kallio.example".to_owned()),
        ("contact_phone", "+358 9 4245 0100".to_owned()),
        ("time_zone", "Europe/Helsinki".to_owned()),
        // The demo's applications live on this machine, and are called back there.
        ("egress_networks", "127.0.0.0/8,::1/128".to_owned()),
        // No gateway is there: text messages stay where the demo shows them.
        ("sms_url", "http://127.0.0.1:9/".to_owned()),
        ("sms_countries", "FI,SE,NO,DK,EE,DE".to_owned()),
        ("log_format", "text".to_owned()),
    ]);
    let table: toml::Table = texts.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into())).collect();
    write_privately(&file, &table.to_string())?;
    let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    Settings::from_texts(texts, Vec::new()).map_err(|mistakes| Failed::settings(&mistakes).into())
}

/// The file holds a secret key: only its owner may read it.
fn write_privately(file: &Path, content: &str) -> Result<(), CannotDemonstrate> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let mut open = options.write(true).create(true).truncate(true).mode(0o600).open(file).map_err(cannot)?;
    open.write_all(content.as_bytes()).map_err(cannot)
}

/// Registers a demo application, or renews its secret and addresses.
async fn application(
    app: &App,
    kind: Ruori,
    public_url: &str,
    other: Option<&(Ruori, String)>,
    index: usize,
) -> Result<DemoApplication, CannotDemonstrate> {
    let client_id = kind.name().to_lowercase().replace(' ', "-");
    let mut demo = DemoApplication {
        kind,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        public_url: public_url.to_owned(),
        issuer: app.settings.public_url.origin().to_owned(),
        client_id: client_id.clone(),
        client_secret: Secret::new(String::new()),
        other: other.map(|(kind, url)| Neighbour { name: kind.name().to_owned(), url: url.clone() }),
        messages_url: Some(app.settings.public_url.join("/demo/messages")),
        people: PEOPLE.to_vec(),
        time_zone: app.settings.time_zone.clone(),
        clock: app.clock.clone(),
        random: app.random.clone(),
    };
    let now = app.clock.now();
    let known = applications::find_by_client_id(&app.db, &client_id).await.map_err(cannot)?;
    let owner = companies::list(&app.db, None, 100).await.map_err(cannot)?;
    let owner = owner.iter().find(|company| company.name == KALLIO.name).map(|company| company.id);
    let secret = if let Some(mut known) = known {
        known.redirect_uris = vec![demo.redirect_uri()];
        known.post_logout_redirect_uris = vec![demo.post_logout_redirect_uri()];
        known.back_channel_logout_uri = Some(demo.back_channel_logout_uri());
        known.home_url = Some(demo.public_url.clone());
        known.audience = Some(demo.audience());
        applications::update(&app.db, &app.random, &known, now).await.map_err(cannot)?;
        applications::renew_secret(&app.db, &app.random, known.id, now).await.map_err(cannot)?
    } else {
        let registration = Registration {
            client_id: Some(client_id),
            company: owner,
            redirect_uris: vec![demo.redirect_uri()],
            post_logout_redirect_uris: vec![demo.post_logout_redirect_uri()],
            back_channel_logout_uri: Some(demo.back_channel_logout_uri()),
            home_url: Some(demo.public_url.clone()),
            audience: Some(demo.audience()),
            grant_types: GrantType::ALL.to_vec(),
            scopes: Scopes::parse(&[&SCOPES[..], &["offline_access"]].concat().join(" "))
                .map_err(|_| cannot("the demo's scopes"))?,
            ..Registration::new(kind.name())
        };
        let created = applications::create(&app.db, &app.random, registration, now).await.map_err(cannot)?;
        // The first wants two factors of everybody; the second of people who have them, and remembers browsers.
        let second_factor = if index == 0 { SecondFactor::Required } else { SecondFactor::Optional };
        let policy = Policy { remember_days: (index > 0).then_some(30), ..Policy::of(second_factor) };
        commands::set_policy(app, created.application.id, policy).await?;
        created.secret.ok_or_else(|| cannot("a demo application has no secret"))?
    };
    demo.client_secret = secret;
    Ok(demo)
}

/// Prints addresses and people: in words, or as one line of JSON.
fn announce(url: &str, applications: &[DemoApplication], program: &Program, json: bool) {
    let mut out = std::io::stdout();
    let first = applications.first().map(|application| application.public_url.as_str()).unwrap_or_default();
    let messages_url = format!("{url}/demo/messages");
    let text = if json {
        let people: Vec<Value> = PEOPLE
            .iter()
            .map(|person| {
                json!({
                    "email": person.email,
                    "password": person.password,
                    "totp_secret": person.totp_secret,
                    "roles": person.roles,
                    "company": person.company,
                })
            })
            .collect();
        let clients: Vec<Value> = applications
            .iter()
            .map(|application| {
                json!({
                    "client_id": application.client_id,
                    "client_secret": application.client_secret.reveal(),
                    "redirect_uris": [application.redirect_uri()],
                    "url": application.public_url,
                })
            })
            .chain([json!({
                "client_id": program::CLIENT_ID,
                "client_secret": program.secret.reveal(),
                "redirect_uris": [],
                "url": format!("{url}/api/v1/"),
                "company": program.company,
            })])
            .collect();
        json!({ "url": url, "application_url": first, "messages_url": messages_url, "people": people, "clients": clients })
            .to_string()
    } else {
        let mut lines = vec![String::new(), "  Salpa is ready to be tried:".to_owned(), String::new()];
        for application in applications {
            lines.push(format!("    {:<18} {}", application.kind.name(), application.public_url));
        }
        lines.push(format!("    {:<18} {url}/account", "My sign-in"));
        lines.push(format!("    {:<18} {messages_url}", "Messages"));
        lines.push(format!("    {:<18} {url}/api/v1/", "API for programs"));
        lines.push(String::new());
        lines.push("  Sign in as one of these people:".to_owned());
        for person in PEOPLE {
            lines.push(String::new());
            lines.push(format!("    {}  {}", person.email, person.story));
            lines.push(format!("      password    {}", person.password));
            if person.totp_secret.is_some() {
                lines.push(format!("      code        {first}/people shows the current one"));
            }
        }
        lines.push(String::new());
        lines.push("  Ctrl-C stops it.".to_owned());
        lines.join("\n")
    };
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

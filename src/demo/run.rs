//! `salpa demo`: a complete demonstration, in a folder of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::people::PEOPLE;
use super::program::{self, Program};
use super::seed::{self, DemoContent};
use super::{DemoApplication, Ruori, serve_on};
use crate::app::App;
use crate::commands::Failed;
use crate::platform::clock::Clock;
use crate::platform::random::Random;
use crate::platform::settings::{LogFormat, Settings};
use crate::platform::web::translations::{Language, Texts};
use crate::server;

/// The file in the demo's folder that other commands read: `salpa --config FOLDER/salpa.toml …`.
const CONFIG: &str = "salpa.toml";

/// The options of the demo.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Begin anew: the folder's embedded database and settings are removed first.
    #[arg(long)]
    fresh: bool,
    /// The folder of the demo's database and settings.
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
pub(crate) async fn run(arguments: Arguments, routes: server::Routes, json: bool) -> Result<(), CannotDemonstrate> {
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
    let origins = [(Ruori::Accounting, origin(accounting)?), (Ruori::Expenses, origin(expenses)?)];
    let DemoContent { applications, program } = seed::seed(&app, &origins).await?;
    announce(&url, &applications, &program, json);

    let (stop, stopped) = watch::channel(false);
    let [service, accounting, expenses] = listeners;
    let mut serving = Vec::new();
    for (listener, application) in [accounting, expenses].into_iter().zip(applications) {
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
        // There is no such gateway: text messages stay in the outbox, which the demo shows.
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
            lines.push(format!("    {}  {}", person.email, person.story(Texts::new(Language::English))));
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

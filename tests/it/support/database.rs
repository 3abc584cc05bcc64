//! A database for one story: a file of its own, or a schema or database of its own in PostgreSQL.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, LazyLock};

use salpa::platform::db::Db;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The databases that are kept after their stories: one may go on with the router of a service that it has let go.
const KEPT: usize = 100;

static NUMBERS: AtomicU32 = AtomicU32::new(0);
/// The content of an SQLite file with this program's tables, made once for all stories.
static TABLES: OnceCell<Vec<u8>> = OnceCell::const_new();
/// The name of a PostgreSQL database with this program's tables, made once for all stories.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
/// Takes databases whose stories are over, with the address of their server, and drops them.
static OVER: LazyLock<Sender<(String, String)>> = LazyLock::new(dropper);

/// A database, gone with the story.
#[derive(Clone)]
pub struct Database {
    url: String,
    /// Held so that the file lives as long as the story.
    pub folder: Arc<TempDir>,
    /// Held for the same reason, where the story has a whole database of a server.
    _own: Option<Arc<OwnDatabase>>,
}

/// A database of a server that one story has for itself.
struct OwnDatabase {
    server: String,
    name: String,
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        // The last ones of a run may stay behind.
        let _ = OVER.send((self.server.clone(), self.name.clone()));
    }
}

impl Database {
    /// An empty one, of the kind that `SALPA_TEST_DATABASE` names; SQLite where it names none.
    pub async fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let url = match server() {
            Some(server) => schema(&server).await,
            None => format!("sqlite:{}", folder.path().join("salpa.db").display()),
        };
        Self { url, folder, _own: None }
    }

    /// One that holds this program's tables: a copy takes a part of the time of the migrations.
    pub async fn with_tables() -> Self {
        let Some(server) = server() else {
            let empty = Self::new().await;
            std::fs::write(empty.file().unwrap(), TABLES.get_or_init(tables).await).unwrap();
            return empty;
        };
        let template = TEMPLATE.get_or_init(|| template(&server)).await;
        let name = name("story");
        execute(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let (url, folder) = (at(&server, &name), Arc::new(tempfile::tempdir().unwrap()));
        Self { url, folder, _own: Some(Arc::new(OwnDatabase { server, name })) }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// The same database, reached at another address of its server.
    pub fn by_way_of(&self, address: SocketAddr) -> Self {
        let mut url = url::Url::parse(&self.url).unwrap();
        url.set_ip_host(address.ip()).unwrap();
        url.set_port(Some(address.port())).unwrap();
        Self { url: url.into(), ..self.clone() }
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").map(PathBuf::from)
    }
}

async fn tables() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("migrated.db"), folder.path().join("copy.db"));
    let db = Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
    db.migrate().await.unwrap();
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    std::fs::read(copy).unwrap()
}

/// The address of the PostgreSQL server; `None` where the stories have SQLite.
#[expect(clippy::disallowed_methods, reason = "the tests' own settings")]
fn server() -> Option<String> {
    match std::env::var("SALPA_TEST_DATABASE").as_deref() {
        Ok("postgres") => Some(
            std::env::var("SALPA_TEST_POSTGRES_URL")
                .expect("SALPA_TEST_POSTGRES_URL names the server; bin/test starts one"),
        ),
        Ok("sqlite") | Err(_) => None,
        Ok(other) => panic!("SALPA_TEST_DATABASE is {other}: sqlite or postgres are known"),
    }
}

/// A name that no other story of this run or of another one has.
fn name(of: &str) -> String {
    format!("{of}_{}_{}", std::process::id(), NUMBERS.fetch_add(1, Ordering::SeqCst))
}

/// The address of another database of the same server.
fn at(server: &str, database: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(database);
    url.into()
}

async fn execute(server: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

async fn template(server: &str) -> String {
    let name = name("tables");
    execute(server, &format!("CREATE DATABASE {name}")).await;
    let db = Db::open(&at(server, &name)).await.unwrap();
    db.migrate().await.unwrap();
    name
}

/// A thread that drops databases, beside the stories.
fn dropper() -> Sender<(String, String)> {
    let (sender, over) = channel::<(String, String)>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut waiting = VecDeque::new();
        for database in over {
            waiting.push_back(database);
            if waiting.len() > KEPT
                && let Some((server, name)) = waiting.pop_front()
            {
                runtime.block_on(execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")));
            }
        }
    });
    sender
}

async fn schema(server: &str) -> String {
    let name = name("story");
    execute(server, &format!("CREATE SCHEMA {name}")).await;
    let joint = if server.contains('?') { '&' } else { '?' };
    format!("{server}{joint}options=-c%20search_path%3D{name}")
}

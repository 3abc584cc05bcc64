//! A database for one story: a file of its own, or a schema of its own in PostgreSQL.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use salpa::platform::db::Db;
use tempfile::TempDir;
use tokio::sync::OnceCell;

static SCHEMAS: AtomicU32 = AtomicU32::new(0);
/// The content of an SQLite file with this program's tables, made once for all stories.
static TABLES: OnceCell<Vec<u8>> = OnceCell::const_new();

/// An empty database, gone with the story.
#[derive(Clone)]
pub struct Database {
    url: String,
    /// Held so that the file lives as long as the story.
    pub folder: Arc<TempDir>,
}

impl Database {
    /// A new one, of the kind that `SALPA_TEST_DATABASE` names; SQLite where it names none.
    #[expect(clippy::disallowed_methods, reason = "the tests' own settings")]
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match std::env::var("SALPA_TEST_DATABASE").as_deref() {
            Ok("postgres") => {
                let server = std::env::var("SALPA_TEST_POSTGRES_URL")
                    .expect("SALPA_TEST_POSTGRES_URL names the server; bin/test starts one");
                schema(&server).await
            }
            Ok("sqlite") | Err(_) => format!("sqlite:{}", folder.path().join("salpa.db").display()),
            Ok(other) => panic!("SALPA_TEST_DATABASE is {other}: sqlite or postgres are known"),
        };
        Self { url, folder: Arc::new(folder) }
    }

    /// Puts this program's tables into an empty SQLite file: a copy takes a seventh of the time of the migrations. On
    /// PostgreSQL the migrations stay to be run, for copying a database and dropping it takes no less.
    pub async fn prepare(&self) {
        if let Some(file) = self.file() {
            std::fs::write(file, TABLES.get_or_init(tables).await).unwrap();
        }
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
        Self { url: url.into(), folder: self.folder.clone() }
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

async fn schema(server: &str) -> String {
    let name = format!("story_{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Ordering::SeqCst));
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("CREATE SCHEMA {name}")).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    let joint = if server.contains('?') { '&' } else { '?' };
    format!("{server}{joint}options=-c%20search_path%3D{name}")
}

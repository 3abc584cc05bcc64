//! The rows of the database, for the stories.

use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use http::HeaderMap;
use http::header::COOKIE;
use rusqlite::types::ValueRef;
use salpa::platform::db::{self, Reads};
use salpa::platform::web::cookies::Cookies;
use salpa::platform::web::network::Network;
use salpa::platform::web::translations::Language;
use salpa::platform::web::visit::Visit;
use serde_json::Value;

use super::database::Database;
use super::{Browser, Service};

/// One entry of the history.
#[derive(Clone, Debug)]
pub struct Told {
    pub event: String,
    pub person: Option<String>,
    pub sign_in: Option<String>,
    pub session: Option<String>,
    pub error_id: Option<String>,
    pub details: Value,
}

impl Told {
    /// A detail, as a text.
    pub fn detail(&self, name: &str) -> &str {
        self.details[name].as_str().unwrap_or_default()
    }
}

impl Service {
    /// A request of a browser, as it comes in at the door.
    pub fn visit(&self, browser: &Browser) -> Visit {
        let hash = |name: &str| browser.cookies.get(name).map(|token| salpa::platform::secret::hash_token(token));
        let session = browser.cookies.get("__Host-salpa_session");
        let session = session.map(|token| (COOKIE, format!("__Host-salpa_session={token}").parse().unwrap()));
        Visit {
            now: self.now(),
            address: browser.address,
            network: Network::of(browser.address),
            user_agent: browser.user_agent.clone(),
            language: Language::English,
            language_was_chosen: false,
            notices: Vec::new(),
            certificate: None,
            region: None,
            path: "/account".to_owned(),
            browser: hash("__Host-salpa_browser"),
            cookies: Cookies::of(&HeaderMap::from_iter(session), true),
        }
    }

    /// The one number that a statement gives.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.app.db.one(sql, &[], |row| row.get(0)).await.unwrap()
    }

    /// Changes rows behind the back of the service.
    pub async fn change(&self, sql: &'static str) -> u64 {
        let changed: Result<u64, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { tx.execute(sql, &[]).await })).await;
        changed.unwrap()
    }

    /// The whole history, from its beginning.
    pub async fn history(&self) -> Vec<Told> {
        self.app
            .db
            .all(
                "SELECT event, person_id, sign_in_id, session_id, error_id, details FROM history ORDER BY id",
                &[],
                |row| {
                    Ok(Told {
                        event: row.get(0)?,
                        person: row.get(1)?,
                        sign_in: row.get(2)?,
                        session: row.get(3)?,
                        error_id: row.get(4)?,
                        details: row.get_json(5)?,
                    })
                },
            )
            .await
            .unwrap()
    }

    /// The events of the history, from its beginning, each with the method or reason that it names.
    pub async fn events(&self) -> Vec<String> {
        let said = |told: &Told| match (told.detail("method"), told.detail("refused")) {
            ("", "") => told.event.clone(),
            (method, refused) => format!("{} {method}{refused}", told.event),
        };
        self.history().await.iter().map(said).collect()
    }
}

impl Database {
    /// Every value of every row as text, bytes in hexadecimal digits. From SQLite the bytes of the files
    /// come along: what was deleted may still stand there.
    pub async fn everything(&self) -> String {
        match self.file() {
            Some(file) => everything_of_sqlite(&file),
            None => self.everything_of_postgres().await,
        }
    }

    /// Every row as text, one by one, but for those of some tables.
    pub async fn rows(&self, left_out: &[&str]) -> Vec<String> {
        let rows = match self.file() {
            Some(file) => rows_of_sqlite(&file),
            None => self.everything_of_postgres().await,
        };
        let is_left_out = |row: &str| row.split_once(':').is_some_and(|(table, _)| left_out.contains(&table));
        let mut rows: Vec<String> = rows.lines().filter(|row| !is_left_out(row)).map(str::to_owned).collect();
        rows.sort();
        rows
    }

    async fn everything_of_postgres(&self) -> String {
        let (client, connection) = tokio_postgres::connect(self.url(), tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()";
        let mut text = String::new();
        for table in client.query(tables, &[]).await.unwrap() {
            let table: String = table.get(0);
            let rows = client.query(&format!("SELECT row_to_json(t)::text FROM {table} AS t"), &[]).await.unwrap();
            for row in rows {
                writeln!(text, "{table}: {}", row.get::<_, String>(0)).unwrap();
            }
        }
        drop(client);
        connection.await.unwrap().unwrap();
        text
    }
}

fn rows_of_sqlite(file: &std::path::Path) -> String {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut text = String::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            write!(text, "{table}:").unwrap();
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    ValueRef::Null => write!(text, " null"),
                    ValueRef::Integer(number) => write!(text, " {number}"),
                    ValueRef::Real(number) => write!(text, " {number}"),
                    ValueRef::Text(bytes) => write!(text, " {}", String::from_utf8_lossy(bytes)),
                    ValueRef::Blob(bytes) => write!(text, " {}", HEXLOWER.encode(bytes)),
                }
                .unwrap();
            }
            text.push('\n');
        }
    }
    text
}

fn everything_of_sqlite(file: &std::path::Path) -> String {
    let mut text = rows_of_sqlite(file);
    for ending in ["", "-wal"] {
        let bytes = std::fs::read(format!("{}{ending}", file.display())).unwrap_or_default();
        writeln!(text, "{}", String::from_utf8_lossy(&bytes)).unwrap();
        writeln!(text, "{}", HEXLOWER.encode(&bytes)).unwrap();
    }
    text
}

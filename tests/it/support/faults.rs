//! Faults of the database, made on purpose.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::database::Database;

/// A lock that another program holds on the whole database, until it is given back.
pub enum Lock {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Lock {
    pub async fn take(database: &Database) -> Self {
        if let Some(file) = database.file() {
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
            return Self::Sqlite(connection);
        }
        let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute("BEGIN; LOCK TABLE sign_ins, people, failures, sessions, history").await.unwrap();
        Self::Postgres(client)
    }

    pub async fn give_back(self) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Postgres(client) => client.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}

impl Database {
    /// Runs statements behind the back of every node.
    pub async fn run(&self, sql: &str) {
        self.try_to_run(sql).await.unwrap();
    }

    /// The same, where the database may refuse it.
    pub async fn try_to_run(&self, sql: &str) -> Result<(), String> {
        if let Some(file) = self.file() {
            let connection = rusqlite::Connection::open(file).unwrap();
            let script = format!("PRAGMA legacy_alter_table = ON; {sql}");
            return connection.execute_batch(&script).map_err(|error| error.to_string());
        }
        let (client, connection) = tokio_postgres::connect(self.url(), tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let answer = client.batch_execute(sql).await;
        drop(client);
        connection.await.unwrap().unwrap();
        answer.map_err(|error| format!("{:?}", error.as_db_error()))
    }

    /// Changes the history as its owner could, who takes the triggers away and puts them back.
    pub async fn tamper(&self, sql: &str) {
        let (drop, make) = if self.is_sqlite() {
            let made = include_str!("../../../migrations/sqlite/0030_history_seals.sql");
            let names = made.lines().filter_map(|line| line.strip_prefix("CREATE TRIGGER ")?.split(' ').next());
            (names.flat_map(|name| ["DROP TRIGGER ", name, ";"]).collect::<String>(), made)
        } else {
            let made = include_str!("../../../migrations/postgres/0030_history_seals.sql");
            ("DROP FUNCTION refuse_change_of_history CASCADE;".to_owned(), made)
        };
        self.run(&format!("{drop}\n{sql};\n{make}")).await;
    }
}

/// The way to a database server, which can be cut and mended.
pub struct Line {
    pub address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Line {
    pub async fn to(server: &str) -> Self {
        let server = url::Url::parse(server).unwrap();
        let server = format!("{}:{}", server.host_str().unwrap(), server.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_cut, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
        let (cut_now, cuts) = (Arc::clone(&is_cut), Arc::clone(&cut));
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                if cut_now.load(Ordering::SeqCst) {
                    continue;
                }
                let (server, cuts) = (server.clone(), Arc::clone(&cuts));
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = cuts.notified() => {}
                    }
                });
            }
        });
        Self { address, is_cut, cut }
    }

    /// Breaks every connection, and lets none be made.
    pub fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        self.cut.notify_waiters();
    }

    pub fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

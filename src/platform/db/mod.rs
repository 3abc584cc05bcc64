//! One facade over two engines: SQLite inside the program, PostgreSQL beside it.
//!
//! Reads are single statements ([`Reads`]); a write is a whole transaction, passed as one closure ([`Db::write`]).
//! Inside a transaction nothing is awaited but the database. SQL is static text with `?1`, `?2` … as parameters, the
//! same for both engines. Nothing here knows the meaning of the tables.

pub(crate) mod copies;
mod gathering;
mod migrations;
mod observers;
mod postgres;
mod postgres_tls;
mod postgres_tx;
mod reads;
mod sqlite;
mod statements;
mod value;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use uuid::Uuid;

use observers::AfterCommit;
pub(crate) use observers::Observers;
pub(super) use postgres::DedicatedConnection;
use postgres_tx::PostgresTx;
pub(crate) use reads::GatheredReads;
use reads::ReaderInner;
pub use reads::{Reader, Reads, Source};
pub use statements::{RecordedStatements, StatementRecord};
pub use value::{Column, Row, Value, parsed};

use super::bus::Topic;
use super::clock::{Stopwatch, Timestamp};
use super::metrics::Metrics;
use super::traces;

/// The future of a transaction's work.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// A function from a row to a value.
pub(crate) type Map<T> = fn(&Row<'_>) -> Result<T, Error>;

/// A fault of the database. Refusals of rules are not among them.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be reached, is locked for too long, or is full: try again later.
    Unavailable(String),
    /// A unique row exists already, or a reference has no target.
    Conflict(String),
    /// Any other fault: SQL, a type, an unreadable value.
    Fault(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(cause) => write!(formatter, "the database is not available: {cause}"),
            Self::Conflict(cause) => write!(formatter, "the database refused a conflicting row: {cause}"),
            Self::Fault(cause) => write!(formatter, "the database failed: {cause}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// The same fault once more: it concerns several.
    fn again(&self) -> Self {
        match self {
            Self::Unavailable(cause) => Self::Unavailable(cause.clone()),
            Self::Conflict(cause) => Self::Conflict(cause.clone()),
            Self::Fault(cause) => Self::Fault(cause.clone()),
        }
    }
}

/// A database of either engine. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    metrics: Metrics,
    statements: StatementRecord,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// The engine, for words and metrics. No query may depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EngineKind {
    /// SQLite, inside the program.
    Sqlite,
    /// PostgreSQL, shared by many nodes.
    Postgres,
}

impl Db {
    /// Opens `sqlite:FILE` or `postgres://…` and checks that it answers.
    ///
    /// # Errors
    /// The URL names neither engine, or the database does not answer.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Self::open_observed(url, Observers::default()).await
    }

    /// Opens a database with observers of its commits.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub(crate) async fn open_observed(url: &str, observers: Observers) -> Result<Self, Error> {
        let (metrics, statements) = (observers.metrics.clone(), observers.statements.clone());
        let engine = if let Some(file) = url.strip_prefix("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(file, observers)?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgres::Postgres::open(url, observers).await?)
        } else {
            return Err(Error::Fault("the URL begins neither with sqlite: nor with postgres:".to_owned()));
        };
        Ok(Self { engine, metrics, statements })
    }

    /// A connection to PostgreSQL beside those that requests share; `None` on SQLite.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub(super) async fn dedicated_connection(&self) -> Result<Option<DedicatedConnection>, Error> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(engine) => engine.dedicated_connection().await.map(Some),
        }
    }

    /// The record of statements, for the tests that limit their number.
    pub fn statements(&self) -> &StatementRecord {
        &self.statements
    }

    /// The engine.
    pub(crate) fn kind(&self) -> EngineKind {
        match &self.engine {
            Engine::Sqlite(_) => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// Migrates the tables to this program's version. Safe to run on many nodes at once.
    ///
    /// # Errors
    /// A migration fails; then nothing of it is applied.
    pub async fn migrate(&self) -> Result<Vec<&'static str>, Error> {
        migrations::run(self).await
    }

    /// The migrations of this program that the database lacks.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn pending_migrations(&self) -> Result<Vec<&'static str>, Error> {
        migrations::pending(self).await
    }

    /// A connection for several reads that belong together. On SQLite they are of one moment. While it is held, the
    /// caller makes no other query and waits for nothing: there are few.
    ///
    /// # Errors
    /// No connection is available.
    pub async fn reader(&self) -> Result<Reader, Error> {
        let mut reader = self.connection().await?;
        if let ReaderInner::Sqlite(reader) = &mut reader.inner {
            reader.hold()?;
        }
        Ok(reader)
    }

    /// Reads that are made by many requests at once and find one row by its key. PostgreSQL gets those that come
    /// together in one round trip on one connection; each begins after it was asked for, so that it sees what was
    /// committed before. A read that may take long has no place here: the others would wait for it.
    pub(crate) fn gathered(&self) -> GatheredReads<'_> {
        GatheredReads(self)
    }

    async fn connection(&self) -> Result<Reader, Error> {
        let inner = match &self.engine {
            Engine::Sqlite(engine) => ReaderInner::Sqlite(engine.reader().await?),
            Engine::Postgres(engine) => ReaderInner::Postgres(engine.client().await?),
        };
        Ok(Reader { inner, statements: self.statements.clone() })
    }

    /// Runs `work` as one transaction: everything is on the disk when this returns `Ok`, nothing when it returns `Err`.
    ///
    /// On SQLite the work runs on the writer's thread, where its future must be ready at the first poll, and is
    /// committed together with the other waiting writes. On PostgreSQL it runs once more after a serialisation failure
    /// or a deadlock, and must be `Clone` for that reason.
    ///
    /// # Errors
    /// The error of `work`, and faults of the commit.
    pub async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, T, E> + Clone + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(engine) => self.timed(engine.write(work)).await,
            Engine::Postgres(engine) => self.timed(engine.write(work)).await,
        }
    }

    async fn timed<T>(&self, write: impl Future<Output = T>) -> T {
        let watch = self.metrics.is_on().then(Stopwatch::start);
        let answer = traces::within("database write", write).await;
        if let Some(watch) = watch {
            self.metrics.write(watch.elapsed());
        }
        answer
    }

    /// [`Tx::use_once`] as a transaction of its own. Those that come together are committed together.
    pub(crate) async fn use_once(&self, sql: &'static str, parameters: Vec<Value<'static>>) -> Result<bool, Error> {
        match &self.engine {
            Engine::Sqlite(_) => {
                self.write(move |tx| {
                    Box::pin(async move {
                        tx.statements.queued(sql);
                        tx.run(sql, &parameters).await.map(|changed| changed == 1)
                    })
                })
                .await
            }
            Engine::Postgres(engine) => {
                self.statements.statement(sql);
                self.timed(engine.use_once(sql, parameters)).await.map(|changed| changed == 1)
            }
        }
    }

    /// The row that a statement uses up and returns, as a transaction of its own: of many who try at once one gets it.
    pub(crate) async fn take_once<T: Send + 'static>(
        &self,
        sql: &'static str,
        parameters: Vec<Value<'static>>,
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        match &self.engine {
            Engine::Sqlite(_) => {
                self.write(move |tx| {
                    Box::pin(async move {
                        tx.statements.queued(sql);
                        tx.read(sql, &parameters, map).await
                    })
                })
                .await
            }
            Engine::Postgres(engine) => {
                self.statements.statement(sql);
                self.timed(engine.take_once(sql, &parameters, map)).await
            }
        }
    }

    /// Takes more memory for later writes, for a command that writes very much: the pages of indexes that grow in many
    /// places stay in memory. Limited, and returned when the program ends. PostgreSQL is told to use indexes from the
    /// first row on: its plans would assume empty tables.
    pub(crate) async fn prepare_for_many_writes(&self) -> Result<(), Error> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.take_memory().await,
            Engine::Postgres(engine) => engine.go_by_indexes().await,
        }
    }

    /// Renews the planner's statistics of Salpa's own tables, after a command that wrote very much. PostgreSQL would do
    /// it by itself, but only after a minute in which it would plan for empty tables.
    ///
    /// Each table is a statement and a transaction of its own: the database may be shared, and one `ANALYZE` over all
    /// of it would lock everybody's tables until its end.
    ///
    /// SQLite keeps no statistics here. Without them it goes by indexes; with them it would go on planning for the
    /// size that a table had on this day.
    pub async fn settle_after_many_writes(&self) -> Result<(), Error> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(engine) => engine.analyze(&migrations::tables()).await,
        }
    }

    /// Runs a script of several statements, for migrations and maintenance.
    async fn run_script(&self, script: &str) -> Result<(), Error> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.run_script(script.to_owned()).await,
            Engine::Postgres(engine) => engine.run_script(script).await,
        }
    }

    /// The database's own clock, for comparison with this machine's.
    ///
    /// # Errors
    /// The database does not answer.
    pub(crate) async fn clock(&self) -> Result<Timestamp, Error> {
        let sql = match &self.engine {
            Engine::Sqlite(_) => "SELECT CAST(1000 * strftime('%s', 'now') AS INTEGER)",
            Engine::Postgres(_) => "SELECT CAST(1000 * extract(epoch FROM clock_timestamp()) AS BIGINT)",
        };
        self.one(sql, &[], |row| row.get(0)).await
    }

    /// The names of the triggers of a table that are in force, in their order.
    ///
    /// # Errors
    /// The database does not answer.
    pub(crate) async fn triggers_of(&self, table: &str) -> Result<Vec<String>, Error> {
        let sql = match &self.engine {
            Engine::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1 ORDER BY name"
            }
            Engine::Postgres(_) => {
                "SELECT CAST(tgname AS TEXT) FROM pg_trigger
                 WHERE tgrelid = CAST(CAST(?1 AS TEXT) AS regclass) AND NOT tgisinternal AND tgenabled IN ('A', 'O')
                 ORDER BY tgname"
            }
        };
        self.all(sql, &[Value::from(table)], |row| row.get(0)).await
    }

    /// SQLite's plan for a statement, for the test of missing indexes. Empty on PostgreSQL.
    ///
    /// # Errors
    /// The statement does not parse.
    pub fn query_plan(&self, sql: &str) -> Result<Vec<String>, Error> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.query_plan(sql),
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }
}

/// An open transaction.
pub struct Tx<'c> {
    inner: TxInner<'c>,
    statements: StatementRecord,
    after_commit: AfterCommit,
}

enum TxInner<'c> {
    Sqlite(&'c mut rusqlite::Connection),
    Postgres(PostgresTx<'c>),
}

impl<'c> Tx<'c> {
    fn begin(inner: TxInner<'c>, statements: &StatementRecord) -> Self {
        statements.transaction();
        Self { inner, statements: statements.clone(), after_commit: AfterCommit::default() }
    }

    /// Wakes the waiters for an identifier and for its topic, on every node, once this transaction is committed. The
    /// function that writes the row calls this, so that none of its callers can forget it.
    pub fn wake(&mut self, topic: Topic, id: Uuid) {
        self.after_commit.wakes.add(topic, Some(id));
    }

    /// Counts an event once this transaction is committed, and not if it is rolled back.
    pub(crate) fn count_after_commit(&mut self, event: &'static str, method: &str) {
        self.after_commit.events.push((event, method.to_owned()));
    }

    /// Runs a statement that changes rows, and returns their number.
    ///
    /// # Errors
    /// [`Error::Conflict`] if a constraint refuses the change.
    pub async fn execute(&mut self, sql: &'static str, parameters: &[Value<'_>]) -> Result<u64, Error> {
        self.statements.statement(sql);
        self.run(sql, parameters).await
    }

    async fn run(&mut self, sql: &'static str, parameters: &[Value<'_>]) -> Result<u64, Error> {
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite::execute(connection, sql, parameters),
            TxInner::Postgres(transaction) => transaction.execute(sql, parameters).await,
        }
    }

    /// Runs a statement that changes rows, before all later statements. The number of rows is not told, so that
    /// PostgreSQL's answer is not waited for: it comes with that of the next statement, or of the commit.
    ///
    /// # Errors
    /// Its own at once on SQLite. On PostgreSQL they are those of the next statement, or of the commit.
    pub(crate) async fn queue(&mut self, sql: &'static str, parameters: &[Value<'_>]) -> Result<(), Error> {
        self.statements.queued(sql);
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite::execute(connection, sql, parameters).map(|_| ()),
            TxInner::Postgres(transaction) => {
                transaction.queue(sql, parameters.iter().map(Value::to_static).collect()).await
            }
        }
    }

    /// Runs a statement that changes rows, once for each set of parameters. PostgreSQL gets all of them at once: many
    /// take hardly longer than one.
    ///
    /// # Errors
    /// As for [`Self::execute`], of the first that fails.
    pub(crate) async fn execute_each<const N: usize>(
        &mut self,
        sql: &'static str,
        each: &[[Value<'_>; N]],
    ) -> Result<(), Error> {
        self.statements.statements(sql, each.len());
        match &mut self.inner {
            TxInner::Sqlite(connection) => {
                each.iter().try_for_each(|parameters| sqlite::execute(connection, sql, parameters).map(|_| ()))
            }
            TxInner::Postgres(transaction) => transaction.execute_each(sql, each).await,
        }
    }

    /// Runs a conditional `UPDATE` that uses something up, and returns whether this transaction used it: exactly one
    /// row was changed.
    pub async fn use_once(&mut self, sql: &'static str, parameters: &[Value<'_>]) -> Result<bool, Error> {
        Ok(self.execute(sql, parameters).await? == 1)
    }
}

/// Parameters of a statement, in order: `values![id, now, "text"]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::platform::db::Value::from($value)),*] };
}

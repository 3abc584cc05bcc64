//! One facade over two engines: SQLite inside the program, PostgreSQL beside it.
//!
//! Reads are single statements ([`Reads`]); a write is a whole transaction, passed as one closure ([`Db::write`]).
//! Inside a transaction nothing is awaited but the database. SQL is static text with `?1`, `?2` … as parameters, the
//! same for both engines. Nothing here knows the meaning of the tables.

pub mod copies;
mod migrations;
mod postgres;
mod sqlite;
mod value;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Notify;

pub use value::{Column, Row, Value, parsed};

use super::clock::{Stopwatch, Timestamp};
use super::metrics::Metrics;
use super::traces;

/// The future of a transaction's work.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// A function from a row to a value.
pub type Map<T> = fn(&Row<'_>) -> Result<T, Error>;

/// A fault of the database. Refusals of rules are not among them.
#[derive(Debug)]
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

/// A database of either engine. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    metrics: Metrics,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// The engine, for words and metrics. No query may depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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
        Self::open_counted(url, Metrics::default()).await
    }

    /// Opens a database with metrics.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_counted(url: &str, metrics: Metrics) -> Result<Self, Error> {
        let engine = if let Some(file) = url.strip_prefix("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(file, metrics.clone())?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgres::Postgres::open(url, metrics.clone()).await?)
        } else {
            return Err(Error::Fault("the URL begins neither with sqlite: nor with postgres:".to_owned()));
        };
        Ok(Self { engine, metrics })
    }

    /// The engine.
    pub fn kind(&self) -> Kind {
        match &self.engine {
            Engine::Sqlite(_) => Kind::Sqlite,
            Engine::Postgres(_) => Kind::Postgres,
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

    async fn connection(&self) -> Result<Reader, Error> {
        let inner = match &self.engine {
            Engine::Sqlite(engine) => ReaderInner::Sqlite(engine.reader().await?),
            Engine::Postgres(engine) => ReaderInner::Postgres(engine.client().await?),
        };
        Ok(Reader { inner })
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

    /// [`Tx::use_once`] as a transaction of its own, which costs PostgreSQL one round trip instead of three.
    pub async fn use_once(&self, sql: &'static str, parameters: Vec<Value<'static>>) -> Result<bool, Error> {
        match &self.engine {
            Engine::Sqlite(_) => {
                self.write(move |tx| Box::pin(async move { tx.use_once(sql, &parameters).await })).await
            }
            Engine::Postgres(engine) => self.timed(engine.use_once(sql, &parameters)).await,
        }
    }

    /// Takes more memory for later writes, for a command that writes very much: the pages of indexes that grow in many
    /// places stay in memory. Limited, and returned when the program ends. PostgreSQL is told to use indexes from the
    /// first row on: its plans would assume empty tables.
    pub async fn prepare_for_many_writes(&self) -> Result<(), Error> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.take_memory().await,
            Engine::Postgres(engine) => engine.go_by_indexes().await,
        }
    }

    /// Renews what the planner knows of Salpa's own tables, after a command that wrote very much. PostgreSQL would do
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
    pub async fn clock(&self) -> Result<Timestamp, Error> {
        let sql = match &self.engine {
            Engine::Sqlite(_) => "SELECT CAST(1000 * strftime('%s', 'now') AS INTEGER)",
            Engine::Postgres(_) => "SELECT CAST(1000 * extract(epoch FROM clock_timestamp()) AS BIGINT)",
        };
        self.one(sql, &[], |row| row.get(0)).await
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
    /// PostgreSQL ended this transaction in favour of another one.
    collided: bool,
    /// The work after the commit.
    wakes: Wakes,
}

/// The wake-ups and counters of a commit.
#[derive(Default)]
struct Wakes {
    waiting: Vec<Arc<Notify>>,
    happened: Vec<(&'static str, String)>,
}

impl Wakes {
    fn wake(&self, metrics: &Metrics) {
        self.waiting.iter().for_each(|waiting| waiting.notify_one());
        self.happened.iter().for_each(|(event, method)| metrics.event(event, method));
    }
}

enum TxInner<'c> {
    Sqlite(&'c mut rusqlite::Connection),
    Postgres(&'c deadpool_postgres::Transaction<'c>),
}

impl<'c> Tx<'c> {
    fn begin(inner: TxInner<'c>) -> Self {
        Self { inner, collided: false, wakes: Wakes::default() }
    }

    /// Wakes a waiting task once this transaction is committed, and not before: an earlier look would find nothing. A
    /// rolled-back transaction wakes nobody.
    pub fn wake_after_commit(&mut self, waiting: &Arc<Notify>) {
        if !self.wakes.waiting.iter().any(|known| Arc::ptr_eq(known, waiting)) {
            self.wakes.waiting.push(Arc::clone(waiting));
        }
    }

    /// Counts an event once this transaction is committed, and not if it is rolled back.
    pub fn count_after_commit(&mut self, event: &'static str, method: &str) {
        self.wakes.happened.push((event, method.to_owned()));
    }

    /// Runs a statement that changes rows, and returns their number.
    ///
    /// # Errors
    /// [`Error::Conflict`] if a constraint refuses the change.
    pub async fn execute(&mut self, sql: &'static str, parameters: &[Value<'_>]) -> Result<u64, Error> {
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite::execute(connection, sql, parameters),
            TxInner::Postgres(transaction) => {
                let answer = postgres::execute(*transaction, sql, parameters).await;
                self.collided |= answer.as_ref().is_err_and(postgres::is_collision);
                answer.map_err(|error| postgres::translate(&error))
            }
        }
    }

    /// Runs a statement that changes rows, once for each set of parameters. PostgreSQL gets all of them at once: many
    /// take hardly longer than one.
    ///
    /// # Errors
    /// As for [`Self::execute`], of the first that fails.
    pub async fn execute_each<const N: usize>(
        &mut self,
        sql: &'static str,
        each: &[[Value<'_>; N]],
    ) -> Result<(), Error> {
        match &mut self.inner {
            TxInner::Sqlite(connection) => {
                each.iter().try_for_each(|parameters| sqlite::execute(connection, sql, parameters).map(|_| ()))
            }
            TxInner::Postgres(transaction) => {
                let answer = postgres::execute_each(*transaction, sql, each).await;
                self.collided |= answer.as_ref().is_err_and(postgres::is_collision);
                answer.map_err(|error| postgres::translate(&error))
            }
        }
    }

    /// Runs a conditional `UPDATE` that uses something up, and returns whether this transaction used it: exactly one
    /// row was changed.
    pub async fn use_once(&mut self, sql: &'static str, parameters: &[Value<'_>]) -> Result<bool, Error> {
        Ok(self.execute(sql, parameters).await? == 1)
    }
}

/// Statements that only read. `&Db` and `&mut Reader` read committed rows; `&mut Tx` reads inside a transaction.
pub trait Reads: Sized + Send {
    /// Every row, in the statement's order. The statement limits their number.
    fn all<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> impl Future<Output = Result<Vec<T>, Error>> + Send;

    /// The first row, if there is one.
    fn optional<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> impl Future<Output = Result<Option<T>, Error>> + Send;

    /// The first row, which must exist.
    fn one<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        let found = self.optional(sql, parameters, map);
        async move { found.await?.ok_or_else(|| Error::Fault("a row that must be there is not".to_owned())) }
    }
}

/// A connection for reads: see [`Db::reader`].
pub struct Reader {
    inner: ReaderInner,
}

enum ReaderInner {
    Sqlite(sqlite::Reader),
    Postgres(deadpool_postgres::Object),
}

impl Reads for &Db {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        self.connection().await?.all(sql, parameters, map).await
    }

    async fn optional<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        self.connection().await?.optional(sql, parameters, map).await
    }
}

impl Reads for &mut Reader {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        match &mut self.inner {
            ReaderInner::Sqlite(reader) => reader.all(sql, parameters, map),
            ReaderInner::Postgres(client) => postgres::mapped(postgres::rows(&*client, sql, parameters).await, map),
        }
    }

    async fn optional<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        match &mut self.inner {
            ReaderInner::Sqlite(reader) => reader.optional(sql, parameters, map),
            ReaderInner::Postgres(client) => postgres::first(postgres::rows(&*client, sql, parameters).await, map),
        }
    }
}

impl Reads for &mut Tx<'_> {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite::all(connection, sql, parameters, map),
            TxInner::Postgres(transaction) => {
                let answer = postgres::rows(*transaction, sql, parameters).await;
                self.collided |= answer.as_ref().is_err_and(postgres::is_collision);
                postgres::mapped(answer, map)
            }
        }
    }

    async fn optional<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite::optional(connection, sql, parameters, map),
            TxInner::Postgres(transaction) => {
                let answer = postgres::rows(*transaction, sql, parameters).await;
                self.collided |= answer.as_ref().is_err_and(postgres::is_collision);
                postgres::first(answer, map)
            }
        }
    }
}

/// The source of several reads: committed rows, or one transaction.
pub enum Source<'s, 'c> {
    /// Committed rows.
    Reader(&'s mut Reader),
    /// The rows that a transaction sees.
    Transaction(&'s mut Tx<'c>),
}

impl Source<'_, '_> {
    /// The row of each set of parameters, in their order, if it exists. PostgreSQL is asked for all of them at once: a
    /// page of them takes hardly longer than one.
    pub async fn each<T: Send, const N: usize>(
        &mut self,
        sql: &'static str,
        each: &[[Value<'_>; N]],
        map: Map<T>,
    ) -> Result<Vec<T>, Error> {
        let postgres = match self {
            Source::Reader(Reader { inner: ReaderInner::Postgres(client) }) => {
                postgres::rows_of_each(&*client, sql, each).await
            }
            Source::Transaction(Tx { inner: TxInner::Postgres(transaction), collided, .. }) => {
                let answer = postgres::rows_of_each(*transaction, sql, each).await;
                *collided |= answer.as_ref().is_err_and(postgres::is_collision);
                answer
            }
            _ => {
                let mut rows = Vec::with_capacity(each.len());
                for parameters in each {
                    rows.extend(self.optional(sql, parameters, map).await?);
                }
                return Ok(rows);
            }
        };
        postgres::mapped(postgres, map)
    }
}

impl Reads for &mut Source<'_, '_> {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        match self {
            Source::Reader(reader) => reader.all(sql, parameters, map).await,
            Source::Transaction(tx) => tx.all(sql, parameters, map).await,
        }
    }

    async fn optional<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        match self {
            Source::Reader(reader) => reader.optional(sql, parameters, map).await,
            Source::Transaction(tx) => tx.optional(sql, parameters, map).await,
        }
    }
}

/// Parameters of a statement, in order: `values![id, now, "text"]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::platform::db::Value::from($value)),*] };
}

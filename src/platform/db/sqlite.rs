//! SQLite inside the program: a few reading connections, and one writing thread.
//!
//! Reads run in place: each is one indexed statement over pages that are mostly in memory, and passing it to another
//! thread would cost more. Writes gather: the writer takes all that wait, runs each in a savepoint of one transaction,
//! and commits them together, so that one flush to the disk serves many. A write is answered after that flush.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::value::RowInner;
use super::{AfterCommit, Error, Map, Observers, Row, Tx, TxInner, Value, Work};
use crate::platform::metrics::Metrics;
use crate::platform::private_file;

/// Reading connections. Two cores keep no more busy; each holds up to 2 MiB of pages.
const READERS: usize = 4;
/// The greatest number of waiting writes. Further ones are unavailable at once.
const WAITING_WRITES: usize = 4096;
/// The greatest number of writes that are committed together.
const GROUP: usize = 256;
/// The time that another process (a command, a backup) may hold the lock before a write gives up.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
/// Prepared statements per connection.
const PREPARED_STATEMENTS: usize = 256;

/// An SQLite database.
#[derive(Clone)]
pub(super) struct Sqlite {
    readers: Arc<Readers>,
    writes: mpsc::Sender<Box<dyn Job>>,
    observers: Observers,
}

struct Readers {
    file: String,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

/// A waiting write: run inside the group's transaction, then answered after the commit.
trait Job: Send {
    fn run(&mut self, connection: &mut Connection) -> JobOutcome;
    fn answer(self: Box<Self>, committed: Result<(), Error>);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum JobOutcome {
    Keep,
    RollBack,
}

impl Sqlite {
    pub(super) fn open(file: &str, observers: Observers) -> Result<Self, Error> {
        if let Some(folder) = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| Error::Unavailable(error.to_string()))?;
        }
        make_for_the_owner_alone(file)?;
        let writer = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        writer
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA wal_autocheckpoint = 4000;",
            )
            .map_err(translate)?;
        let (writes, waiting) = mpsc::channel(WAITING_WRITES);
        let counting = observers.metrics.clone();
        std::thread::Builder::new()
            .name("salpa-writer".to_owned())
            .spawn(move || write_all(writer, waiting, &counting))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        let readers =
            Readers { file: file.to_owned(), idle: Mutex::new(Vec::new()), permits: Arc::new(Semaphore::new(READERS)) };
        Ok(Self { readers: Arc::new(readers), writes, observers })
    }

    pub(super) async fn reader(&self) -> Result<SqliteReader, Error> {
        let permit = Arc::clone(&self.readers.permits).acquire_owned().await;
        let permit = permit.map_err(|_| Error::Unavailable("the readers have stopped".to_owned()))?;
        let idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.readers.connect()?,
        };
        Ok(SqliteReader {
            connection: Some(connection),
            is_open: false,
            readers: Arc::clone(&self.readers),
            _permit: permit,
        })
    }

    pub(super) async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = WriteJob {
            work: Some(work),
            result: None,
            after_commit: AfterCommit::default(),
            observers: self.observers.clone(),
            answer,
        };
        self.writes
            .try_send(Box::new(job))
            .map_err(|_| Error::Unavailable("too many writes are waiting".to_owned()))?;
        answered.await.unwrap_or_else(|_| Err(Error::Unavailable("the writer has stopped".to_owned()).into()))
    }

    pub(super) async fn run_script(&self, script: String) -> Result<(), Error> {
        self.write(move |tx| {
            Box::pin(async move {
                match &mut tx.inner {
                    TxInner::Sqlite(connection) => connection.execute_batch(&script).map_err(translate),
                    TxInner::Postgres(_) => Err(Error::Fault("a transaction of the other engine".to_owned())),
                }
            })
        })
        .await
    }

    /// A cache of 192 MiB, and a longer log. Set outside of a transaction.
    pub(super) async fn take_memory(&self) -> Result<(), Error> {
        self.run_script("PRAGMA cache_size = -196608; PRAGMA wal_autocheckpoint = 32000;".to_owned()).await
    }

    pub(super) fn query_plan(&self, sql: &str) -> Result<Vec<String>, Error> {
        let connection = self.readers.connect()?;
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).map_err(translate)?;
        let parameters = statement.parameter_count();
        let rows =
            statement.query_map(params_from_iter((0..parameters).map(|_| "")), |row| row.get(3)).map_err(translate)?;
        rows.collect::<Result<_, _>>().map_err(translate)
    }
}

impl Readers {
    fn connect(&self) -> Result<Connection, Error> {
        connect(&self.file, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }
}

/// A reading connection. From the second read on, its reads are of one moment: SQLite then takes its lock once, and
/// keeps the pages that it has read.
pub(super) struct SqliteReader {
    connection: Option<Connection>,
    /// Whether several reads have begun.
    is_open: bool,
    readers: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl SqliteReader {
    /// Begins several reads of one moment.
    pub(super) fn hold(&mut self) -> Result<(), Error> {
        self.with(|connection| run(connection, "BEGIN"))?;
        self.is_open = true;
        Ok(())
    }

    pub(super) fn all<T>(&mut self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        self.with(|connection| all(connection, sql, parameters, map))
    }

    pub(super) fn optional<T>(
        &mut self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        self.with(|connection| optional(connection, sql, parameters, map))
    }

    /// A connection that failed may be stale (the file was replaced): it is closed, and the next one is new.
    fn with<T>(&mut self, read: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let connection = self.connection.take().ok_or_else(|| Error::Unavailable("a read has failed".to_owned()))?;
        let answer = read(&connection)?;
        self.connection = Some(connection);
        Ok(answer)
    }
}

impl Drop for SqliteReader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && (!self.is_open || run(&connection, "COMMIT").is_ok())
        {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

struct WriteJob<T, E, W> {
    work: Option<W>,
    result: Option<Result<T, E>>,
    after_commit: AfterCommit,
    observers: Observers,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, W> Job for WriteJob<T, E, W>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, T, E> + Send + 'static,
{
    fn run(&mut self, connection: &mut Connection) -> JobOutcome {
        let Some(work) = self.work.take() else { return JobOutcome::RollBack };
        let result = catch_unwind(AssertUnwindSafe(|| {
            let mut tx = Tx::begin(TxInner::Sqlite(connection), &self.observers.statements);
            let mut future = work(&mut tx);
            let result = match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(result) => result,
                Poll::Pending => {
                    Err(Error::Fault("a transaction waited for something other than the database".to_owned()).into())
                }
            };
            drop(future);
            (result, tx.after_commit)
        }));
        let (result, after_commit) = result.unwrap_or_else(|_| {
            (Err(Error::Fault("a transaction panicked".to_owned()).into()), AfterCommit::default())
        });
        self.after_commit = after_commit;
        let outcome = if result.is_ok() { JobOutcome::Keep } else { JobOutcome::RollBack };
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, committed: Result<(), Error>) {
        let result = match (self.result, committed) {
            (Some(Err(refused)), _) => Err(refused),
            (Some(Ok(value)), Ok(())) => {
                self.after_commit.run(&self.observers);
                Ok(value)
            }
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(Error::Fault("a transaction was left out".to_owned()).into()),
        };
        // The caller may be gone by now; a commit stays.
        let _ = self.answer.send(result);
    }
}

fn write_all(mut connection: Connection, mut waiting: mpsc::Receiver<Box<dyn Job>>, metrics: &Metrics) {
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            match waiting.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        metrics.group(group.len());
        let committed = commit_together(&mut connection, &mut group);
        if committed.is_err() {
            metrics.write_failed();
        }
        for job in group {
            job.answer(committed.as_ref().copied().map_err(Error::again));
        }
    }
}

fn commit_together(connection: &mut Connection, group: &mut [Box<dyn Job>]) -> Result<(), Error> {
    run(connection, "BEGIN IMMEDIATE")?;
    if let [only] = group {
        // A single write needs no savepoint: the transaction is its own.
        let end = if only.run(connection) == JobOutcome::Keep { "COMMIT" } else { "ROLLBACK" };
        let result = run(connection, end);
        if result.is_err() {
            let _ = run(connection, "ROLLBACK");
        }
        return result;
    }
    let result = run_each(connection, group).and_then(|()| run(connection, "COMMIT"));
    if result.is_err() {
        // If this fails as well, the next BEGIN fails and nothing is answered as done.
        let _ = run(connection, "ROLLBACK");
    }
    result
}

fn run_each(connection: &mut Connection, group: &mut [Box<dyn Job>]) -> Result<(), Error> {
    for job in group {
        run(connection, "SAVEPOINT job")?;
        if job.run(connection) == JobOutcome::RollBack {
            run(connection, "ROLLBACK TO job")?;
        }
        run(connection, "RELEASE job")?;
    }
    Ok(())
}

fn run(connection: &Connection, sql: &str) -> Result<(), Error> {
    connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(|_| ()).map_err(translate)
}

/// Makes the file of a new database, for its owner alone. The engine gives its other files the mode of this one.
fn make_for_the_owner_alone(file: &str) -> Result<(), Error> {
    match private_file::create(Path::new(file)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::Unavailable(error.to_string())),
    }
}

fn connect(file: &str, flags: OpenFlags) -> Result<Connection, Error> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(translate)?;
    connection.busy_timeout(LOCK_PATIENCE).map_err(translate)?;
    // Savepoints keep their undo data in memory: in a file it cost more than the commit.
    connection.execute_batch("PRAGMA temp_store = MEMORY;").map_err(translate)?;
    // A statement is planned once for all values. Otherwise SQLite plans some again at every use, in case another value
    // made another plan better.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(translate)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    Ok(connection)
}

pub(super) fn execute(connection: &Connection, sql: &str, parameters: &[Value<'_>]) -> Result<u64, Error> {
    let mut statement = connection.prepare_cached(sql).map_err(translate)?;
    let changed = statement.execute(params_from_iter(parameters)).map_err(translate)?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    parameters: &[Value<'_>],
    map: Map<T>,
) -> Result<Vec<T>, Error> {
    let mut statement = connection.prepare_cached(sql).map_err(translate)?;
    let mut rows = statement.query(params_from_iter(parameters)).map_err(translate)?;
    let mut answer = Vec::new();
    while let Some(row) = rows.next().map_err(translate)? {
        answer.push(map(&Row { inner: RowInner::Sqlite(row) })?);
    }
    Ok(answer)
}

pub(super) fn optional<T>(
    connection: &Connection,
    sql: &str,
    parameters: &[Value<'_>],
    map: Map<T>,
) -> Result<Option<T>, Error> {
    let mut statement = connection.prepare_cached(sql).map_err(translate)?;
    let mut rows = statement.query(params_from_iter(parameters)).map_err(translate)?;
    match rows.next().map_err(translate)? {
        Some(row) => map(&Row { inner: RowInner::Sqlite(row) }).map(Some),
        None => Ok(None),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn translate(error: rusqlite::Error) -> Error {
    let cause = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::Conflict(cause),
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::CannotOpen
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::ReadOnly,
        ) => Error::Unavailable(cause),
        _ => Error::Fault(cause),
    }
}

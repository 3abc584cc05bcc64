//! PostgreSQL: a pool of connections, `READ COMMITTED`, prepared statements.

use std::collections::HashMap;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Duration;

use deadpool_postgres::{Client, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use futures_util::future::ready;
use futures_util::stream::{FuturesOrdered, poll_fn};
use futures_util::{Stream, TryStreamExt as _};
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Statement};

use super::gathering::{Gathering, KeyedStatement};
use super::postgres_tls::{self, ServerAddress};
use super::postgres_tx::PostgresTx;
use super::value::RowInner;
use super::{Error, Map, Observers, Row, Tx, TxInner, Value, Work};

/// Connections of one node at most.
const CONNECTIONS: usize = 16;
/// The longest wait of a request for a connection, and for making one.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// A lock that is not given, or a statement that hangs, must not hang a request.
const LIMITS: &str = "SET lock_timeout = '5s'; SET statement_timeout = '30s'";

/// A PostgreSQL database.
#[derive(Clone)]
pub(super) struct Postgres {
    pool: Pool,
    server: Arc<ServerAddress>,
    pub(super) observers: Observers,
    reads: Gathering<Rows>,
    writes: Gathering<u64>,
}

/// A connection that is not shared, with the asynchronous messages of the server. The client gets answers only while
/// the messages are polled.
pub(in crate::platform) struct DedicatedConnection {
    pub(in crate::platform) client: tokio_postgres::Client,
    pub(in crate::platform) messages: Pin<Box<dyn Stream<Item = Result<AsyncMessage, tokio_postgres::Error>> + Send>>,
}

impl Postgres {
    pub(super) async fn open(url: &str, observers: Observers) -> Result<Self, Error> {
        let mut server = postgres_tls::read(url)?;
        server.config.connect_timeout(PATIENCE).application_name("salpa");
        let recycle = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let server = Arc::new(server);
        let pool = Pool::builder(Manager::from_config(server.config.clone(), server.tls.clone(), recycle))
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) })
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move { client.batch_execute(LIMITS).await.map_err(HookError::Backend) })
            }))
            .build()
            .map_err(|error| Error::Fault(error.to_string()))?;
        let postgres = Self { pool, server, observers, reads: Gathering::default(), writes: Gathering::default() };
        drop(postgres.client().await?);
        Ok(postgres)
    }

    pub(super) async fn client(&self) -> Result<Client, Error> {
        self.pool.get().await.map_err(|error| Error::Unavailable(postgres_tls::cause_of(&error)))
    }

    pub(super) async fn dedicated_connection(&self) -> Result<DedicatedConnection, Error> {
        let ServerAddress { config, tls } = &*self.server;
        let connected = timeout(PATIENCE, config.connect(tls.clone())).await;
        let (client, mut connection) =
            connected.map_err(|_| Error::Unavailable("a connection takes too long".to_owned()))??;
        Ok(DedicatedConnection { client, messages: Box::pin(poll_fn(move |context| connection.poll_message(context))) })
    }

    pub(super) async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, T, E> + Clone + Send + 'static,
    {
        match self.attempt(work.clone()).await {
            Attempt::Done(result) => result,
            Attempt::TryAgain => match self.attempt(work).await {
                Attempt::Done(result) => result,
                Attempt::TryAgain => Err(Error::Unavailable("two transactions keep colliding".to_owned()).into()),
            },
        }
    }

    /// A read that leaves with those of other requests.
    pub(super) async fn gathered(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<Rows, Error> {
        let parameters = parameters.iter().map(Value::to_static).collect();
        self.reads.answer(KeyedStatement { sql, parameters }, self).await
    }

    /// A statement that is a transaction of its own, or is committed with those of other requests. The number of
    /// changed rows.
    pub(super) async fn use_once(&self, sql: &'static str, parameters: Vec<Value<'static>>) -> Result<u64, Error> {
        self.writes.answer(KeyedStatement { sql, parameters }, self).await
    }

    /// The row of a statement that is a transaction of its own.
    pub(super) async fn take_once<T>(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        let answer = match self.client().await {
            Ok(client) => read(&client, sql, parameters).await,
            Err(error) => Err(error),
        };
        match &answer {
            Ok(_) => self.observers.metrics.group(1),
            Err(_) => self.observers.metrics.write_failed(),
        }
        first(answer, map)
    }

    async fn attempt<T, E, W>(&self, work: W) -> Attempt<Result<T, E>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, T, E> + Send + 'static,
    {
        let client = match self.client().await {
            Ok(client) => client,
            Err(error) => {
                self.observers.metrics.write_failed();
                return Attempt::Done(Err(error.into()));
            }
        };
        let mut tx = Tx::begin(TxInner::Postgres(PostgresTx::new(&client)), &self.observers.statements);
        let result = work(&mut tx).await;
        let Tx { inner, after_commit, .. } = tx;
        let TxInner::Postgres(mut transaction) = inner else {
            return Attempt::Done(Err(Error::Fault("a transaction of the other engine".to_owned()).into()));
        };
        match result {
            Ok(value) => match transaction.commit().await {
                Ok(()) => {
                    after_commit.run(&self.observers);
                    self.observers.metrics.group(1);
                    Attempt::Done(Ok(value))
                }
                Err(_) if transaction.has_collided() => Attempt::TryAgain,
                Err(error) => {
                    self.observers.metrics.write_failed();
                    Attempt::Done(Err(error.into()))
                }
            },
            Err(_) if transaction.has_collided() => Attempt::TryAgain,
            Err(refused) => Attempt::Done(Err(refused)),
        }
    }

    /// The only connection of a command, which uses one after the other.
    pub(super) async fn go_by_indexes(&self) -> Result<(), Error> {
        let by_indexes = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";
        self.client().await?.batch_execute(by_indexes).await.map_err(|error| translate(&error))
    }

    /// Analyses the tables of this schema, one after the other: no lock outlives its statement.
    pub(super) async fn analyze(&self, tables: &[&str]) -> Result<(), Error> {
        let client = self.client().await?;
        for table in tables {
            client.batch_execute(&format!("ANALYZE {table}")).await.map_err(|error| translate(&error))?;
        }
        Ok(())
    }

    pub(super) async fn run_script(&self, script: &str) -> Result<(), Error> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await.map_err(|error| translate(&error))?;
        transaction.batch_execute(script).await.map_err(|error| translate(&error))?;
        transaction.commit().await.map_err(|error| translate(&error))
    }
}

enum Attempt<T> {
    Done(T),
    /// PostgreSQL ended the transaction in favour of another one: run it once more.
    TryAgain,
}

/// The rows of an answer, which several requests may share.
pub(super) type Rows = Arc<[tokio_postgres::Row]>;

/// The rows of an answer, or the fault of the connection.
type QueryResult = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>;

/// The statement of a text, from the cache of its connection.
pub(super) async fn prepare(client: &Client, sql: &'static str) -> Result<Statement, tokio_postgres::Error> {
    client.prepare_cached(dialect(sql)).await
}

pub(super) async fn execute(
    client: &Client,
    sql: &'static str,
    parameters: &[Value<'_>],
) -> Result<u64, tokio_postgres::Error> {
    let statement = prepare(client, sql).await?;
    client.execute(&statement, &borrow(parameters)).await
}

pub(super) async fn rows(client: &Client, sql: &'static str, parameters: &[Value<'_>]) -> QueryResult {
    let statement = prepare(client, sql).await?;
    client.query(&statement, &borrow(parameters)).await
}

/// The rows, or the fault of the database.
pub(super) async fn read(
    client: &Client,
    sql: &'static str,
    parameters: &[Value<'_>],
) -> Result<Vec<tokio_postgres::Row>, Error> {
    Ok(rows(client, sql, parameters).await?)
}

/// Sends every statement before the first answer has come, so that all of them take one round trip.
pub(super) async fn rows_of_each<const N: usize>(
    client: &Client,
    sql: &'static str,
    each: &[[Value<'_>; N]],
) -> QueryResult {
    let statement = prepare(client, sql).await?;
    let statement = &statement;
    let asked = each.iter().map(|parameters| async move { client.query(statement, &borrow(parameters)).await });
    asked.collect::<FuturesOrdered<_>>().try_fold(Vec::new(), collect).await
}

async fn collect(mut rows: Vec<tokio_postgres::Row>, found: Vec<tokio_postgres::Row>) -> QueryResult {
    rows.extend(found);
    Ok(rows)
}

/// The same for statements that change rows.
pub(super) async fn execute_each<const N: usize>(
    client: &Client,
    sql: &'static str,
    each: &[[Value<'_>; N]],
) -> Result<(), tokio_postgres::Error> {
    let statement = prepare(client, sql).await?;
    let statement = &statement;
    let asked = each.iter().map(|parameters| async move { client.execute(statement, &borrow(parameters)).await });
    // In their order: the first failure is the cause of those after it.
    asked.collect::<FuturesOrdered<_>>().try_for_each(|_| ready(Ok(()))).await
}

/// The values of rows.
pub(super) fn mapped<T>(
    answer: Result<impl Deref<Target = [tokio_postgres::Row]>, Error>,
    map: Map<T>,
) -> Result<Vec<T>, Error> {
    answer?.iter().map(|row| map(&Row { inner: RowInner::Postgres(row) })).collect()
}

/// The value of the first row.
pub(super) fn first<T>(
    answer: Result<impl Deref<Target = [tokio_postgres::Row]>, Error>,
    map: Map<T>,
) -> Result<Option<T>, Error> {
    answer?.first().map(|row| map(&Row { inner: RowInner::Postgres(row) })).transpose()
}

pub(super) fn borrow<'v>(parameters: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
    parameters.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// PostgreSQL writes parameters as `$1`, and the statements here as `?1`. Each text is rewritten
/// once and kept: there are as many as the program has statements.
fn dialect(sql: &'static str) -> &'static str {
    static REWRITTEN: LazyLock<RwLock<HashMap<&'static str, &'static str>>> = LazyLock::new(RwLock::default);
    if let Some(rewritten) = REWRITTEN.read().unwrap_or_else(PoisonError::into_inner).get(sql) {
        return rewritten;
    }
    let rewritten: &'static str = Box::leak(sql.replace('?', "$").into_boxed_str());
    REWRITTEN.write().unwrap_or_else(PoisonError::into_inner).entry(sql).or_insert(rewritten)
}

pub(super) fn is_collision(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED))
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        translate(&error)
    }
}

pub(super) fn translate(error: &tokio_postgres::Error) -> Error {
    let cause = postgres_tls::with_causes(error);
    let Some(state) = error.code() else { return Error::Unavailable(cause) };
    // The class of a state is its first two characters (PostgreSQL documentation, appendix A).
    match state.code().get(..2) {
        Some("23") => Error::Conflict(cause),
        Some("08" | "53" | "55" | "57") => Error::Unavailable(cause),
        _ => Error::Fault(cause),
    }
}

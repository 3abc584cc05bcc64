//! Reads: single statements, of committed rows or within a transaction.

use std::future::Future;

use super::{Db, Error, Map, StatementRecord, Tx, TxInner, Value, postgres, sqlite};

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
    pub(super) inner: ReaderInner,
    pub(super) statements: StatementRecord,
}

pub(super) enum ReaderInner {
    Sqlite(sqlite::SqliteReader),
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
        self.statements.statement(sql);
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
        self.statements.statement(sql);
        match &mut self.inner {
            ReaderInner::Sqlite(reader) => reader.optional(sql, parameters, map),
            ReaderInner::Postgres(client) => postgres::first(postgres::rows(&*client, sql, parameters).await, map),
        }
    }
}

impl Reads for &mut Tx<'_> {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        self.statements.statement(sql);
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
        self.statements.statement(sql);
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
    pub(crate) async fn each<T: Send, const N: usize>(
        &mut self,
        sql: &'static str,
        each: &[[Value<'_>; N]],
        map: Map<T>,
    ) -> Result<Vec<T>, Error> {
        let postgres = match self {
            Source::Reader(Reader { inner: ReaderInner::Postgres(client), statements }) => {
                statements.statements(sql, each.len());
                postgres::rows_of_each(&*client, sql, each).await
            }
            Source::Transaction(Tx { inner: TxInner::Postgres(transaction), statements, collided, .. }) => {
                statements.statements(sql, each.len());
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

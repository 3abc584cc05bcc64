//! Reads: single statements, of committed rows or within a transaction.

use std::future::Future;

use super::{Db, Engine, Error, Map, StatementRecord, Tx, TxInner, Value, postgres, sqlite};

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

/// Reads of committed rows that leave together with those of other requests: see [`Db::gathered`].
#[derive(Clone, Copy)]
pub(crate) struct GatheredReads<'d>(pub(super) &'d Db);

impl Reads for GatheredReads<'_> {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        let Self(db) = self;
        let Engine::Postgres(engine) = &db.engine else { return db.all(sql, parameters, map).await };
        db.statements.statement(sql);
        postgres::mapped(engine.gathered(sql, parameters).await, map)
    }

    async fn optional<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        let Self(db) = self;
        let Engine::Postgres(engine) = &db.engine else { return db.optional(sql, parameters, map).await };
        db.statements.statement(sql);
        postgres::first(engine.gathered(sql, parameters).await, map)
    }
}

impl Reads for &mut Reader {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        self.statements.statement(sql);
        match &mut self.inner {
            ReaderInner::Sqlite(reader) => reader.all(sql, parameters, map),
            ReaderInner::Postgres(client) => postgres::mapped(postgres::read(client, sql, parameters).await, map),
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
            ReaderInner::Postgres(client) => postgres::first(postgres::read(client, sql, parameters).await, map),
        }
    }
}

impl Reads for &mut Tx<'_> {
    async fn all<T: Send>(self, sql: &'static str, parameters: &[Value<'_>], map: Map<T>) -> Result<Vec<T>, Error> {
        self.statements.statement(sql);
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite::all(connection, sql, parameters, map),
            TxInner::Postgres(transaction) => postgres::mapped(transaction.rows(sql, parameters).await, map),
        }
    }

    async fn optional<T: Send>(
        self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        self.statements.statement(sql);
        self.read(sql, parameters, map).await
    }
}

impl Tx<'_> {
    /// The first row, without a record.
    pub(super) async fn read<T>(
        &mut self,
        sql: &'static str,
        parameters: &[Value<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, Error> {
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite::optional(connection, sql, parameters, map),
            TxInner::Postgres(transaction) => postgres::first(transaction.rows(sql, parameters).await, map),
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
                postgres::rows_of_each(client, sql, each).await.map_err(Error::from)
            }
            Source::Transaction(Tx { inner: TxInner::Postgres(transaction), statements, .. }) => {
                statements.statements(sql, each.len());
                transaction.rows_of_each(sql, each).await
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

//! A transaction on PostgreSQL that waits for the server as rarely as it can.
//!
//! `BEGIN` leaves together with the first statement. A queued statement leaves at once, and its answer is awaited
//! together with that of the next statement, or of the commit. PostgreSQL answers in the order of the statements, and
//! refuses everything after the first failure, so that the first failure is the cause of all others.

use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{FutureExt as _, join, ready};
use futures_util::poll;

use super::postgres::{borrow, execute, execute_each, is_collision, prepare, rows, rows_of_each, translate};
use super::{Error, Value};

/// A pooled connection, which one transaction has for itself.
type PooledClient = deadpool_postgres::Client;

/// A statement that was sent, and its answer.
type SentStatement<'c> = Pin<Box<dyn Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'c>>;

/// A transaction. Dropped without a commit, it is rolled back before its connection is used again.
pub(super) struct PostgresTx<'c> {
    client: &'c PooledClient,
    state: TxState,
    /// The statements without an answer, in their order.
    sent: Vec<SentStatement<'c>>,
}

/// The state of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TxState {
    /// No statement was sent.
    New,
    /// `BEGIN` was sent.
    Open,
    /// A statement failed: nothing can be committed.
    Failed {
        /// The server ended the transaction in favour of another one.
        collided: bool,
    },
    /// `COMMIT` was sent.
    Ended,
}

impl<'c> PostgresTx<'c> {
    /// A transaction that begins with its first statement.
    pub(super) fn new(client: &'c PooledClient) -> Self {
        Self { client, state: TxState::New, sent: Vec::new() }
    }

    /// Whether the server ended it in favour of another transaction.
    pub(super) fn has_collided(&self) -> bool {
        self.state == TxState::Failed { collided: true }
    }

    pub(super) async fn execute(&mut self, sql: &'static str, parameters: &[Value<'_>]) -> Result<u64, Error> {
        let client = self.client;
        self.answer_of(execute(client, sql, parameters)).await
    }

    pub(super) async fn execute_each<const N: usize>(
        &mut self,
        sql: &'static str,
        each: &[[Value<'_>; N]],
    ) -> Result<(), Error> {
        let client = self.client;
        self.answer_of(execute_each(client, sql, each)).await
    }

    pub(super) async fn rows(
        &mut self,
        sql: &'static str,
        parameters: &[Value<'_>],
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        let client = self.client;
        self.answer_of(rows(client, sql, parameters)).await
    }

    pub(super) async fn rows_of_each<const N: usize>(
        &mut self,
        sql: &'static str,
        each: &[[Value<'_>; N]],
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        let client = self.client;
        self.answer_of(rows_of_each(client, sql, each)).await
    }

    /// Sends a statement without waiting for its answer. Its failure is that of the next statement, or of the commit.
    pub(super) async fn queue(&mut self, sql: &'static str, parameters: Vec<Value<'static>>) -> Result<(), Error> {
        self.begin().await;
        let client = self.client;
        let mut preparing = Box::pin(prepare(client, sql));
        // Once per connection and text it takes a round trip, and what was sent before comes first.
        let statement = match poll!(&mut preparing) {
            Poll::Ready(Ok(statement)) => statement,
            Poll::Ready(Err(error)) => return self.answer_of(ready(Err(error))).await,
            Poll::Pending => self.answer_of(preparing).await?,
        };
        self.send(async move { client.execute(&statement, &borrow(&parameters)).await }).await;
        Ok(())
    }

    /// Commits. Without a statement there is nothing to commit.
    pub(super) async fn commit(&mut self) -> Result<(), Error> {
        match self.state {
            TxState::New => Ok(()),
            TxState::Open => {
                let client = self.client;
                let committed = self.answer_of(client.batch_execute("COMMIT")).await;
                if committed.is_ok() {
                    self.state = TxState::Ended;
                }
                committed
            }
            // PostgreSQL would answer this COMMIT as if nothing were wrong, and roll back.
            TxState::Failed { .. } => Err(Error::Fault("a transaction went on after a failed statement".to_owned())),
            TxState::Ended => Err(Error::Fault("a transaction was committed twice".to_owned())),
        }
    }

    async fn begin(&mut self) {
        if self.state == TxState::New {
            self.state = TxState::Open;
            let client = self.client;
            self.send(client.batch_execute("BEGIN").map(|answer| answer.map(|()| 0))).await;
        }
    }

    /// Polls a statement once, which sends it.
    async fn send(&mut self, statement: impl Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'c) {
        let mut statement: SentStatement<'c> = Box::pin(statement);
        let statement = match poll!(&mut statement) {
            Poll::Ready(answer) => Box::pin(ready(answer)),
            Poll::Pending => statement,
        };
        self.sent.push(statement);
    }

    /// Sends a statement, and waits for all answers up to its own.
    async fn answer_of<T>(
        &mut self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>> + Send,
    ) -> Result<T, Error> {
        self.begin().await;
        let sent = std::mem::take(&mut self.sent);
        let before = async {
            for statement in sent {
                statement.await?;
            }
            Ok(())
        };
        let (before, answer) = join(before, statement).await;
        before.and(answer).map_err(|error| {
            let collided = self.has_collided() || is_collision(&error);
            self.state = TxState::Failed { collided };
            translate(&error)
        })
    }
}

impl Drop for PostgresTx<'_> {
    fn drop(&mut self) {
        if matches!(self.state, TxState::Open | TxState::Failed { .. }) {
            // The first poll sends it; the next user of this connection comes after it.
            let _ = self.client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}

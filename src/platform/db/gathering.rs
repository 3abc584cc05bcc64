//! Single statements of many requests that come together. PostgreSQL gets them in one round trip on one connection:
//! each of them alone would cost it a wake-up and a commit, which is most of the work of a statement that finds its
//! row by a key.
//!
//! Nothing is answered from memory: a statement leaves after it was asked for. Writes are answered after their commit.

use std::collections::VecDeque;
use std::future::Future;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_postgres::Client;
use futures_util::StreamExt as _;
use futures_util::future::join3;
use futures_util::stream::FuturesOrdered;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::postgres::{Postgres, Rows, borrow, execute, prepare, rows, translate};
use super::{Error, Value};

/// The greatest number of batches under way: while one waits for the disk, another one fills.
const BATCHES: usize = 2;
/// The greatest number of statements of a batch.
const MOST: usize = 64;
/// The greatest number of waiting statements. Further ones are unavailable at once.
const MOST_WAITING: usize = 4096;
/// The longest time of a batch. The limits of the server end a statement earlier; this is for a server that is gone
/// without a word.
const LONGEST: Duration = Duration::from_secs(40);

/// A statement with its parameters.
#[derive(PartialEq, Eq)]
pub(super) struct KeyedStatement {
    pub(super) parameters: Vec<Value<'static>>,
    pub(super) sql: &'static str,
}

/// A statement that waits for its answer.
pub(super) struct WaitingStatement<A> {
    question: KeyedStatement,
    answer: oneshot::Sender<Result<A, Error>>,
}

/// The answer of a statement: rows that were read, or the number of changed ones.
pub(super) trait GatheredAnswer: Send + Sized + 'static {
    /// Sends the statements and answers each.
    fn send_batch(postgres: &Postgres, asked: Vec<WaitingStatement<Self>>) -> impl Future<Output = ()> + Send;
}

/// The statements of one kind that wait, and the batches under way. A clone is the same one.
pub(super) struct Gathering<A>(Arc<Mutex<StatementQueue<A>>>);

struct StatementQueue<A> {
    waiting: VecDeque<WaitingStatement<A>>,
    batches: usize,
    /// Whether a batch is about to leave, which takes all that wait.
    is_filling: bool,
}

impl<A> Clone for Gathering<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A> Default for Gathering<A> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(StatementQueue { waiting: VecDeque::new(), batches: 0, is_filling: false })))
    }
}

impl<A: GatheredAnswer> Gathering<A> {
    /// The answer to a statement, which leaves with the next batch.
    pub(super) async fn answer(&self, question: KeyedStatement, postgres: &Postgres) -> Result<A, Error> {
        let (answer, answered) = oneshot::channel();
        if let Some(sender) = self.wait(WaitingStatement { question, answer })? {
            // Not as a part of this request: it answers others, too.
            tokio::spawn(sender.send_all(postgres.clone()));
        }
        answered.await.unwrap_or_else(|_| Err(Error::Unavailable("the database did not answer in time".to_owned())))
    }

    /// Adds a statement to those that wait. A new batch, if none is about to leave.
    fn wait(&self, asked: WaitingStatement<A>) -> Result<Option<BatchSender<A>>, Error> {
        let mut gathered = self.lock();
        if gathered.waiting.len() >= MOST_WAITING {
            return Err(Error::Unavailable("too many statements are waiting".to_owned()));
        }
        gathered.waiting.push_back(asked);
        if gathered.is_filling || gathered.batches >= BATCHES {
            return Ok(None);
        }
        gathered.batches += 1;
        gathered.is_filling = true;
        Ok(Some(BatchSender { gathering: self.clone(), is_over: false }))
    }

    fn lock(&self) -> MutexGuard<'_, StatementQueue<A>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that takes what waits, again and again until nothing does.
struct BatchSender<A: GatheredAnswer> {
    gathering: Gathering<A>,
    is_over: bool,
}

impl<A: GatheredAnswer> BatchSender<A> {
    async fn send_all(mut self, postgres: Postgres) {
        // Requests that are ready to ask come along.
        tokio::task::yield_now().await;
        while let Some(asked) = self.take() {
            // A statement without an answer by then is unavailable, and its connection is closed.
            let _ = timeout(LONGEST, A::send_batch(&postgres, asked)).await;
        }
    }

    /// Takes what waits. The end of the task if nothing does.
    fn take(&mut self) -> Option<Vec<WaitingStatement<A>>> {
        let mut gathered = self.gathering.lock();
        gathered.is_filling = false;
        if gathered.waiting.is_empty() {
            // Under the same lock as the look, so that nothing comes in between and waits for ever.
            gathered.batches -= 1;
            self.is_over = true;
            return None;
        }
        let count = gathered.waiting.len().min(MOST);
        Some(gathered.waiting.drain(..count).collect())
    }
}

impl<A: GatheredAnswer> Drop for BatchSender<A> {
    fn drop(&mut self) {
        if !self.is_over {
            let mut gathered = self.gathering.lock();
            gathered.batches -= 1;
            gathered.is_filling = false;
        }
    }
}

/// A connection that is closed if it is not given back: answers may still be on their way.
struct BatchClient(Option<Client>);

impl BatchClient {
    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for BatchClient {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Client::take(client));
        }
    }
}

impl Deref for BatchClient {
    type Target = Option<Client>;

    fn deref(&self) -> &Option<Client> {
        &self.0
    }
}

impl GatheredAnswer for Rows {
    async fn send_batch(postgres: &Postgres, asked: Vec<WaitingStatement<Self>>) {
        let kept = match postgres.client().await {
            Ok(client) => BatchClient(Some(client)),
            Err(error) => return refuse(asked, &error),
        };
        let Some(client) = kept.as_ref() else { return };
        // The same question is asked once, such as for one application by all of its servers.
        let (mut questions, mut answers): (Vec<KeyedStatement>, Vec<Vec<oneshot::Sender<_>>>) = Default::default();
        for WaitingStatement { question, answer } in asked {
            let known = questions.iter().position(|known| *known == question);
            if let Some(others) = known.and_then(|place| answers.get_mut(place)) {
                others.push(answer);
            } else {
                questions.push(question);
                answers.push(vec![answer]);
            }
        }
        let read = questions.iter().map(|question| rows(client, question.sql, &question.parameters));
        let mut read = read.collect::<FuturesOrdered<_>>();
        for waiting in answers {
            let Some(answer) = read.next().await else { break };
            let answer = answer.map(Rows::from);
            for one in waiting {
                // The request may be gone by now.
                let _ = one.send(answer.as_ref().map(Rows::clone).map_err(translate));
            }
        }
        drop(read);
        kept.give_back();
    }
}

impl GatheredAnswer for u64 {
    async fn send_batch(postgres: &Postgres, mut asked: Vec<WaitingStatement<Self>>) {
        let kept = match postgres.client().await {
            Ok(client) => BatchClient(Some(client)),
            Err(error) => {
                for _ in &asked {
                    postgres.observers.metrics.write_failed();
                }
                return refuse(asked, &error);
            }
        };
        let Some(client) = kept.as_ref() else { return };
        // All nodes lock rows in one order: of two batches none waits for the other while it holds what that one needs.
        asked.sort_by(|one, other| {
            let (one, other) = (&one.question, &other.question);
            one.sql.cmp(other.sql).then_with(|| one.parameters.cmp(&other.parameters))
        });
        let committed = if asked.len() == 1 { None } else { together(client, &asked).await };
        match committed {
            Some(counts) => {
                postgres.observers.metrics.group(counts.len());
                for (asked, count) in asked.into_iter().zip(counts) {
                    answer(postgres, asked, count);
                }
            }
            None => {
                for asked in asked {
                    let KeyedStatement { sql, parameters } = &asked.question;
                    let count = execute(client, sql, parameters).await.map_err(|error| translate(&error));
                    if count.is_ok() {
                        postgres.observers.metrics.group(1);
                    }
                    answer(postgres, asked, count);
                }
            }
        }
        kept.give_back();
    }
}

fn answer(postgres: &Postgres, asked: WaitingStatement<u64>, count: Result<u64, Error>) {
    if count.is_err() {
        postgres.observers.metrics.write_failed();
    }
    // The request may be gone by now; a commit stays.
    let _ = asked.answer.send(count);
}

fn refuse<A>(asked: Vec<WaitingStatement<A>>, error: &Error) {
    for one in asked {
        let _ = one.answer.send(Err(error.again()));
    }
}

/// Runs statements as one transaction, in one round trip. `None` if nothing was done because one of them failed: then
/// each is to be run by itself, so that it fails alone.
async fn together(client: &Client, asked: &[WaitingStatement<u64>]) -> Option<Vec<Result<u64, Error>>> {
    let every = |error: &tokio_postgres::Error| Some(asked.iter().map(|_| Err(translate(error))).collect());
    let mut statements = Vec::with_capacity(asked.len());
    for one in asked {
        match prepare(client, one.question.sql).await {
            Ok(statement) => statements.push(statement),
            Err(error) => return every(&error),
        }
    }
    let counts = asked
        .iter()
        .zip(&statements)
        .map(|(one, statement)| async move { client.execute(statement, &borrow(&one.question.parameters)).await });
    let counts = counts.collect::<FuturesOrdered<_>>().collect::<Vec<_>>();
    let (begun, counts, committed) = join3(client.batch_execute("BEGIN"), counts, client.batch_execute("COMMIT")).await;
    if let Err(error) = begun.and(committed) {
        return every(&error);
    }
    // The server answers COMMIT so, too, where it rolled back because a statement had failed.
    let is_rolled_back = counts.iter().any(|count| count.as_ref().is_err_and(|error| error.as_db_error().is_some()));
    (!is_rolled_back).then(|| counts.into_iter().map(|count| count.map_err(|error| translate(&error))).collect())
}

//! Delivery of the outbox: at once after the commit, by the node that takes the message, with retries for a day.
//!
//! A node takes a message for some seconds by one conditional `UPDATE`, and records by another that the transmission
//! begins. If it dies in between, the message is due again when that time is over. Without an answer it may have
//! arrived: it goes out once more, under the same Message-ID, and never a third time.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::content::Content;
use super::store::{self, DeliveryResult, DueMessage};
use super::{Channel, NOBODY, mail, sms};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::push::{self, PushFailure};
use crate::platform::web::fault::Fault;

/// The time during which a message is tried.
const PATIENCE: Duration = Duration::from_hours(24);
/// The waits after each failure; the last one repeats.
const WAITS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
];
/// The waits of a push message, which is of use for a minute.
const PUSH_WAITS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];
/// The wait of a message without a channel.
const NO_WAY_OUT: Duration = Duration::from_mins(1);
/// The time that a node has a message beyond the timeouts of its steps.
const GRACE: Duration = Duration::from_secs(5);
/// The greatest number of transmissions without an answer.
const UNANSWERED: i64 = 2;
/// The greatest number of transmissions of one channel at once, per node.
const AT_ONCE: usize = 16;
/// The same of push messages: each is one request, and a person waits for it.
const PUSHES_AT_ONCE: usize = 64;

/// The reason why the other side did not take a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing was transmitted, or it was certainly not taken: try again.
    NotNow(String),
    /// The other side refuses this message for good.
    Never(String),
    /// It was transmitted, and whether it was taken is unknown.
    NoAnswer(String),
}

impl Channel {
    fn at_once(self) -> usize {
        if self == Self::Push { PUSHES_AT_ONCE } else { AT_ONCE }
    }

    /// The wait after so many failures.
    fn wait_after(self, attempts: i64) -> Duration {
        let waits: &[Duration] = if self == Self::Push { &PUSH_WAITS } else { &WAITS };
        let wait = usize::try_from(attempts).ok().and_then(|index| waits.get(index)).or(waits.last());
        wait.copied().unwrap_or(NO_WAY_OUT)
    }
}

/// The delivery of messages by this node.
pub struct Delivery {
    channels: Vec<DeliveryChannel>,
}

/// Delivery of one channel: a broken channel delays no other.
struct DeliveryChannel {
    channel: Channel,
    worker: JoinHandle<()>,
    /// One permit for each transmission.
    places: Arc<Semaphore>,
}

impl Delivery {
    /// Starts sending due messages, until [`Self::stop`] or the end of the program.
    pub fn start(app: &Core) -> Self {
        let channels = Channel::ALL.into_iter().map(|channel| {
            let places = Arc::new(Semaphore::new(channel.at_once()));
            let worker = tokio::spawn(deliver_channel(app.clone(), channel, Arc::clone(&places)));
            DeliveryChannel { channel, worker, places }
        });
        Self { channels: channels.collect() }
    }

    /// Starts no further transmission, and waits for those in progress: an interrupted one would go out a second time.
    pub async fn stop(self) {
        self.channels.iter().for_each(|channel| channel.worker.abort());
        for DeliveryChannel { channel, worker, places } in self.channels {
            // Once the worker has ended, nothing takes a permit any more. The semaphore is never closed.
            let _ = worker.await;
            let _ = places.acquire_many(u32::try_from(channel.at_once()).unwrap_or(u32::MAX)).await;
        }
    }
}

async fn deliver_channel(app: Core, channel: Channel, places: Arc<Semaphore>) {
    let written = app.bus.subscribe(channel.topic());
    loop {
        // All permits are taken: look again once a transmission has ended.
        drop(places.acquire().await);
        let room = places.available_permits();
        let mut found = 0;
        match take_due(&app, channel, app.clock.now(), room).await {
            Ok(taken) => {
                found = taken.len();
                for (due, content) in taken {
                    let place = Arc::clone(&places).acquire_owned().await;
                    let app = app.clone();
                    tokio::spawn(async move {
                        let _place = place;
                        if let Err(fault) = deliver(&app, due, content).await {
                            tracing::error!(cause = fault.cause(), "a message cannot be delivered");
                        }
                    });
                }
            }
            Err(fault) => tracing::error!(cause = %fault, "messages cannot be delivered"),
        }
        // There may be more.
        if found < room {
            written.next_look().await;
        }
    }
}

/// Sends a batch of due messages, and returns how many this node tried.
pub async fn deliver_due(app: &Core, now: Timestamp) -> Result<usize, Fault> {
    let mut tried = 0;
    for channel in Channel::ALL {
        let taken = take_due(app, channel, now, channel.at_once()).await?;
        tried += taken.len();
        let delivered = join_all(taken.into_iter().map(|(due, content)| deliver(app, due, content))).await;
        delivered.into_iter().collect::<Result<Vec<()>, Fault>>()?;
    }
    Ok(tried)
}

/// Takes due messages that no other node has, up to a number.
async fn take_due(
    app: &Core,
    channel: Channel,
    now: Timestamp,
    at_most: usize,
) -> Result<Vec<(DueMessage, Option<Content>)>, db::Error> {
    let until = now.plus(mail::CONNECT_WITHIN).plus(GRACE);
    let due = store::due(&app.db, channel, now, i64::try_from(at_most).unwrap_or(i64::MAX)).await?;
    let taken = join_all(due.into_iter().map(|due| async move {
        let content = store::take(app, &due, until).await?;
        Ok(content.map(|content| (DueMessage { held_until: until, ..due }, content)))
    }))
    .await;
    taken.into_iter().filter_map(Result::transpose).collect()
}

/// One try.
async fn deliver(app: &Core, due: DueMessage, content: Option<Content>) -> Result<(), Fault> {
    let now = app.clock.now();
    if due.to == NOBODY {
        return settle(app, due, DeliveryResult::Discarded, now).await;
    }
    let over = |problem: &str, is_useless| DeliveryResult::GivenUp { problem: problem.to_owned(), is_useless };
    if due.useful_until.is_some_and(|until| until <= now) {
        return settle(app, due, over("it was not useful any more", true), now).await;
    }
    if due.unanswered >= UNANSWERED {
        return settle(app, due, over("it went out twice, and nobody said whether it was taken", false), now).await;
    }
    let Some(content) = content else {
        let failure = Failure::NotNow("what it says does not open under the secret keys".to_owned());
        return settle_failure(app, due, (false, failure), now).await;
    };
    let message = Outgoing { app, content: &content };
    let transmission = match due.channel {
        Channel::Email => match &app.mail {
            None => return no_way_out(app, due, "no smtp_url is set", now).await,
            Some(mail) => message.by_mail(mail, due).await?,
        },
        Channel::Sms => match &app.sms {
            None => return no_way_out(app, due, "no sms_url is set", now).await,
            Some(gateway) => message.by_sms(gateway, due).await?,
        },
        Channel::Push => message.by_push(due).await?,
    };
    let now = app.clock.now();
    match transmission {
        Transmission::OfAnotherNode => Ok(()),
        Transmission::Done(due) => settle(app, due, DeliveryResult::Sent, now).await,
        Transmission::Unwanted(due) => settle(app, due, DeliveryResult::Discarded, now).await,
        Transmission::Gone(due) => settle(app, due, DeliveryResult::Gone, now).await,
        Transmission::NotBegun(due, failure) => settle_failure(app, due, (false, failure), now).await,
        Transmission::Failed(due, failure) => settle_failure(app, due, (true, failure), now).await,
    }
}

/// A message with everything that its transport needs.
struct Outgoing<'m> {
    app: &'m Core,
    content: &'m Content,
}

/// The result of one transmission.
enum Transmission {
    /// Another node has the message by now.
    OfAnotherNode,
    /// It was taken.
    Done(DueMessage),
    /// Its recipient wants no such messages by now.
    Unwanted(DueMessage),
    /// Its recipient is there no longer, and was forgotten.
    Gone(DueMessage),
    /// The transmission did not begin.
    NotBegun(DueMessage, Failure),
    /// The transmission began, and the message was not taken.
    Failed(DueMessage, Failure),
}

impl Transmission {
    fn of(due: DueMessage, result: Result<(), Failure>) -> Self {
        match result {
            Ok(()) => Self::Done(due),
            Err(failure) => Self::Failed(due, failure),
        }
    }
}

impl Outgoing<'_> {
    async fn by_mail(&self, mail: &mail::Mail, due: DueMessage) -> Result<Transmission, db::Error> {
        let bytes = match mail.compose(&self.app.settings, &due, self.content) {
            Ok(bytes) => bytes,
            Err(failure) => return Ok(Transmission::NotBegun(due, failure)),
        };
        let ready = match mail.prepare(&bytes).await {
            Ok(ready) => ready,
            Err(failure) => return Ok(Transmission::NotBegun(due, failure)),
        };
        // Another node has it by now: the connection is dropped before the message begins, and the server has taken
        // nothing.
        let Some(due) = self.begin(due).await? else { return Ok(Transmission::OfAnotherNode) };
        let result = mail.transmit(ready, &bytes).await;
        Ok(Transmission::of(due, result))
    }

    async fn by_sms(&self, gateway: &sms::Gateway, due: DueMessage) -> Result<Transmission, db::Error> {
        let Some(due) = self.begin(due).await? else { return Ok(Transmission::OfAnotherNode) };
        let text = self.content.sms(&self.app.settings.public_url);
        let result = gateway.send(&due.id, &due.to, &text).await;
        Ok(Transmission::of(due, result))
    }

    async fn by_push(&self, due: DueMessage) -> Result<Transmission, db::Error> {
        let Some(to) = push::find(&self.app.db, &due.to).await? else { return Ok(Transmission::Unwanted(due)) };
        let Some(due) = self.begin(due).await? else { return Ok(Transmission::OfAnotherNode) };
        let now = self.app.clock.now();
        let useful_for = due.useful_until.map_or(PATIENCE, |until| until.since(now));
        let failure = match push::send(self.app, &to, &self.content.push(), (now, useful_for)).await {
            Ok(()) => return Ok(Transmission::Done(due)),
            Err(PushFailure::Gone) => {
                push::forget(self.app, &to, now).await?;
                return Ok(Transmission::Gone(due));
            }
            Err(PushFailure::NotNow(problem)) => Failure::NotNow(problem),
            Err(PushFailure::Never(problem)) => Failure::Never(problem),
        };
        Ok(Transmission::Failed(due, failure))
    }

    async fn begin(&self, due: DueMessage) -> Result<Option<DueMessage>, db::Error> {
        let until = self.app.clock.now().plus(self.app.settings.message_timeout).plus(GRACE);
        store::begin(self.app, due, until).await
    }
}

async fn no_way_out(app: &Core, due: DueMessage, problem: &str, now: Timestamp) -> Result<(), Fault> {
    let end = if is_too_old(&due, now) {
        DeliveryResult::GivenUp { problem: problem.to_owned(), is_useless: false }
    } else {
        DeliveryResult::Later { next: now.plus(NO_WAY_OUT), problem: problem.to_owned(), counts: false, refused: false }
    };
    settle(app, due, end, now).await
}

async fn settle_failure(
    app: &Core,
    due: DueMessage,
    (begun, failure): (bool, Failure),
    now: Timestamp,
) -> Result<(), Fault> {
    let (problem, refused) = match failure {
        Failure::Never(problem) => {
            return settle(app, due, DeliveryResult::GivenUp { problem, is_useless: false }, now).await;
        }
        Failure::NotNow(problem) => (problem, begun),
        Failure::NoAnswer(problem) => (problem, false),
    };
    if is_too_old(&due, now) {
        return settle(app, due, DeliveryResult::GivenUp { problem, is_useless: false }, now).await;
    }
    let wait = due.channel.wait_after(due.attempts);
    tracing::warn!(
        message = due.id,
        channel = due.channel.as_str(),
        cause = problem,
        wait = wait.as_secs(),
        "a message was not taken"
    );
    settle(app, due, DeliveryResult::Later { next: now.plus(wait), problem, counts: true, refused }, now).await
}

/// Records the result of a try, with an entry in the history if it was the last one.
async fn settle(app: &Core, due: DueMessage, end: DeliveryResult, now: Timestamp) -> Result<(), Fault> {
    if let DeliveryResult::GivenUp { problem, .. } = &end {
        let channel = due.channel.as_str();
        tracing::error!(message = due.id, channel, cause = problem, "a message was not sent, and is given up");
    }
    let outcome = match &end {
        DeliveryResult::Sent => "sent",
        DeliveryResult::Discarded => "discarded",
        DeliveryResult::Gone => "gone",
        DeliveryResult::Later { .. } => "not_taken",
        DeliveryResult::GivenUp { .. } => "given_up",
    };
    app.metrics.message(due.channel.as_str(), outcome);
    let random = app.random.clone();
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                let is_ours = store::end(tx, &due, &end, now).await?;
                if let DeliveryResult::GivenUp { problem, .. } = end
                    && is_ours
                {
                    let mut entry = Entry::new(now, Event::MessageGivenUp)
                        .detail("message", &due.id)
                        .detail("channel", due.channel.as_str())
                        .detail("attempts", due.attempts.saturating_add(1))
                        .detail("refused", problem);
                    entry.person = due.person;
                    history::write(tx, &random, &entry).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

fn is_too_old(due: &DueMessage, now: Timestamp) -> bool {
    now.since(due.at) >= PATIENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_two_hours() {
        let wait_after = |attempts| Channel::Email.wait_after(attempts);
        assert_eq!(wait_after(0), Duration::from_secs(5));
        assert_eq!(wait_after(3), Duration::from_mins(10));
        assert_eq!(wait_after(i64::MAX), Duration::from_hours(2));
        assert!(WAITS.is_sorted());
    }

    #[test]
    fn a_push_message_is_tried_some_times_within_its_minute() {
        let waits: Vec<_> = (0..5).map(|attempts| Channel::Push.wait_after(attempts)).collect();
        assert!(waits.is_sorted() && waits.iter().sum::<Duration>() < Duration::from_mins(1));
    }
}

//! The outbox. The content of a message is sealed for its own row: it opens in no other.

use std::time::Duration;

use uuid::Uuid;

use super::content::{Content, Sender};
use super::{Channel, Message, OutboxEntry, UnsentMessage};
use crate::platform::clock::{CLOCK_FAULT, Timestamp};
use crate::platform::core::Core;
use crate::platform::db::{self, Db, Error, Reads, Row, Tx};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::secret::CannotOpen;
use crate::values;

/// How long the row of a sent message stays, without its content.
const SENT_STAYS: Duration = Duration::from_hours(24);
/// How long a message that was given up stays, for another try.
const GIVEN_UP_STAYS: Duration = Duration::from_hours(24 * 7);

/// Writes a message, in the transaction of its reason. The commit sends it.
///
/// # Errors
/// The content cannot be sealed.
pub async fn write(tx: &mut Tx<'_>, app: &Core, message: &Message) -> Result<(), Error> {
    write_known(tx, app, message).await.map(|_| ())
}

/// Like [`write()`], and returns the message's identifier.
///
/// # Errors
/// As for [`write()`].
pub async fn write_known(tx: &mut Tx<'_>, app: &Core, message: &Message) -> Result<String, Error> {
    let uuid = new_uuid(message.at, &app.random);
    let id = uuid.to_string();
    let content = serde_json::to_vec(&message.content).map_err(|error| Error::Fault(error.to_string()))?;
    let sealed = app
        .master_keys
        .seal(&app.random, &purpose(&id), &content)
        .map_err(|CannotOpen| Error::Fault("a message cannot be sealed".to_owned()))?;
    tx.queue(
        "INSERT INTO messages (id, channel, recipient, content, person_id, at, useful_until, due_at, attempts, unanswered)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, 0, 0)",
        values![
            &id,
            message.channel.as_str(),
            &message.to,
            &sealed,
            message.person.as_deref(),
            message.at,
            message.useful_until,
        ],
    )
    .await?;
    tx.wake(message.channel.topic(), uuid);
    Ok(id)
}

fn purpose(id: &str) -> String {
    format!("message {id}")
}

/// The content of a message, if it is still readable.
fn open(app: &Core, id: &str, sealed: &[u8]) -> Option<Content> {
    let content = app.master_keys.open(&purpose(id), sealed).ok()?;
    serde_json::from_slice(content.reveal()).ok()
}

/// The newest unsent messages, newest first, with their content.
pub async fn newest(app: &Core, limit: i64) -> Result<Vec<UnsentMessage>, Error> {
    struct Sealed {
        id: String,
        channel: String,
        to: String,
        content: Option<Vec<u8>>,
        at: i64,
    }
    let rows = app
        .db
        .all(
            "SELECT id, channel, recipient, content, at FROM messages WHERE recipient <> '' ORDER BY id DESC LIMIT ?1",
            values![limit],
            |row| {
                Ok(Sealed {
                    id: row.get(0)?,
                    channel: row.get(1)?,
                    to: row.get(2)?,
                    content: row.get(3)?,
                    at: row.get(4)?,
                })
            },
        )
        .await?;
    let public_url = &app.settings.public_url;
    let sender = Sender { organisation: &app.settings.organisation, public_url };
    let shown = rows.into_iter().filter_map(|row| {
        let content = open(app, &row.id, &row.content?)?;
        let is_mail = row.channel == Channel::Email.as_str();
        let text = if is_mail { content.text(sender) } else { content.sms(public_url) };
        let (code, link) = (content.code(), content.link(public_url));
        let Sealed { id, channel, to, at, .. } = row;
        Some(UnsentMessage { id, channel, to, subject: content.subject, text, code, link, at })
    });
    Ok(shown.collect())
}

/// Messages, newest first, without their content; older than `before`, if given. Sent ones only with `with_sent`.
pub async fn outbox(
    db: impl Reads,
    with_sent: bool,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<OutboxEntry>, Error> {
    db.all(
        "SELECT id, channel, recipient, sent_at IS NOT NULL, given_up_at IS NOT NULL, at, due_at, attempts, problem
         FROM messages WHERE id < ?1 AND (sent_at IS NULL OR ?2) AND recipient <> '' ORDER BY id DESC LIMIT ?3",
        values![before.unwrap_or("~"), with_sent, limit],
        in_outbox,
    )
    .await
}

/// A message without its content.
pub async fn find(db: impl Reads, id: &str) -> Result<Option<OutboxEntry>, Error> {
    db.optional(
        "SELECT id, channel, recipient, sent_at IS NOT NULL, given_up_at IS NOT NULL, at, due_at, attempts, problem
         FROM messages WHERE id = ?1",
        values![id],
        in_outbox,
    )
    .await
}

fn in_outbox(row: &Row<'_>) -> Result<OutboxEntry, Error> {
    let state = match (row.get::<bool>(3)?, row.get::<bool>(4)?) {
        (true, _) => "sent",
        (false, true) => "given up",
        (false, false) => "waiting",
    };
    Ok(OutboxEntry {
        id: row.get(0)?,
        channel: row.get(1)?,
        to: row.get(2)?,
        state,
        at: row.get(5)?,
        due_at: row.get(6)?,
        attempts: row.get(7)?,
        problem: row.get(8)?,
    })
}

/// Makes a message due now, for another day of tries; `false` if there is none to send.
pub async fn retry(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<bool, Error> {
    let Ok(uuid) = Uuid::try_parse(id) else { return Ok(false) };
    // A node that is transmitting it continues: the conditions of its steps tell it apart.
    let channel: Option<String> = tx
        .optional(
            "UPDATE messages SET due_at = ?2, at = ?2, attempts = 0, unanswered = 0, given_up_at = NULL
             WHERE id = ?1 AND content IS NOT NULL AND sent_at IS NULL AND (useful_until IS NULL OR useful_until > ?2)
               AND (due_at IS NULL OR due_at > ?2)
             RETURNING channel",
            values![id, now],
            |row| row.get(0),
        )
        .await?;
    let Some(channel) = channel else { return Ok(false) };
    tx.wake(channel_of(&channel)?.topic(), uuid);
    Ok(true)
}

/// Makes messages due that a clock which ran ahead has put off until it was wrong.
pub(crate) async fn put_right(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    tx.execute(
        "UPDATE messages SET at = ?1, due_at = ?1 WHERE channel IN (?3, ?4) AND due_at > ?2 AND at > ?2",
        values![now, now.plus(CLOCK_FAULT), Channel::Email.as_str(), Channel::Sms.as_str()],
    )
    .await
}

/// Removes messages that were sent or given up long enough ago.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM messages WHERE id < ?1 AND due_at IS NULL AND (sent_at < ?2 OR given_up_at < ?3)",
        values![earliest_of(now.minus(SENT_STAYS)), now.minus(SENT_STAYS), now.minus(GIVEN_UP_STAYS)],
    )
    .await
}

/// A message that is due.
#[derive(Clone, Debug)]
pub(super) struct DueMessage {
    pub(super) id: String,
    pub(super) channel: Channel,
    pub(super) to: String,
    pub(super) person: Option<String>,
    pub(super) at: Timestamp,
    pub(super) useful_until: Option<Timestamp>,
    /// The instant at which it is due, or until which a node has taken it: every step changes the row only if this is
    /// unchanged.
    pub(super) held_until: Timestamp,
    pub(super) attempts: i64,
    pub(super) unanswered: i64,
}

/// The result of a try.
#[derive(Clone, Debug)]
pub(super) enum DeliveryResult {
    /// It was taken.
    Sent,
    /// It was for nobody, or is not wanted.
    Discarded,
    /// Its recipient is there no longer.
    Gone,
    /// It is tried again at an instant, for a reason.
    Later {
        next: Timestamp,
        problem: String,
        /// Whether this try counts: without a channel there was none.
        counts: bool,
        /// Whether the other side has certainly not taken it, although its transmission began.
        refused: bool,
    },
    /// It is not tried again, for a reason.
    GivenUp { problem: String, is_useless: bool },
}

/// The number of messages yet to be sent, by channel.
pub async fn waiting(db: &Db) -> Result<Vec<(&'static str, i64)>, Error> {
    let mut waiting = Vec::new();
    for channel in Channel::ALL {
        let count = db
            .one(
                "SELECT COUNT(*) FROM messages WHERE channel = ?1 AND due_at IS NOT NULL",
                values![channel.as_str()],
                |row| row.get(0),
            )
            .await?;
        waiting.push((channel.as_str(), count));
    }
    Ok(waiting)
}

/// DueMessage messages of a channel, the most overdue first.
pub(super) async fn due(db: &Db, channel: Channel, now: Timestamp, limit: i64) -> Result<Vec<DueMessage>, Error> {
    db.all(
        "SELECT id, channel, recipient, person_id, at, useful_until, due_at, attempts, unanswered FROM messages
         WHERE channel = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3",
        values![channel.as_str(), now, limit],
        |row| {
            Ok(DueMessage {
                id: row.get(0)?,
                channel: channel_of(&row.get::<String>(1)?)?,
                to: row.get(2)?,
                person: row.get(3)?,
                at: row.get(4)?,
                useful_until: row.get(5)?,
                held_until: row.get(6)?,
                attempts: row.get(7)?,
                unanswered: row.get(8)?,
            })
        },
    )
    .await
}

fn channel_of(word: &str) -> Result<Channel, Error> {
    word.parse().map_err(|_| Error::Fault(format!("{word} is no channel")))
}

/// Takes a message until an instant: of concurrent nodes one gets it, with its content.
pub(super) async fn take(app: &Core, due: &DueMessage, until: Timestamp) -> Result<Option<Option<Content>>, Error> {
    let (id, due_at) = (due.id.clone(), due.held_until);
    let sealed: Result<Option<Option<Vec<u8>>>, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                tx.optional(
                    "UPDATE messages SET due_at = ?3 WHERE id = ?1 AND due_at = ?2 RETURNING content",
                    values![&id, due_at, until],
                    |row| row.get(0),
                )
                .await
            })
        })
        .await;
    Ok(sealed?.map(|sealed| open(app, &due.id, &sealed?)))
}

/// Records that the transmission of a message begins, with a time limit: from here until an answer, whether it arrived
/// is unknown. `None` if another node has it by now.
pub(super) async fn begin(app: &Core, due: DueMessage, until: Timestamp) -> Result<Option<DueMessage>, Error> {
    let (id, due_at) = (due.id.clone(), due.held_until);
    let begun: Result<bool, Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                tx.use_once(
                    "UPDATE messages SET unanswered = unanswered + 1, due_at = ?3 WHERE id = ?1 AND due_at = ?2",
                    values![&id, due_at, until],
                )
                .await
            })
        })
        .await;
    Ok(begun?.then_some(DueMessage { held_until: until, ..due }))
}

/// Records the result of a try; `false` if another node has the message by now.
pub(super) async fn end(
    tx: &mut Tx<'_>,
    due: &DueMessage,
    end: &DeliveryResult,
    now: Timestamp,
) -> Result<bool, Error> {
    let (id, due_at) = (&due.id, due.held_until);
    match end {
        DeliveryResult::Sent | DeliveryResult::Discarded | DeliveryResult::Gone => {
            tx.use_once(
                "UPDATE messages SET due_at = NULL, content = NULL, sent_at = ?3, problem = NULL
                 WHERE id = ?1 AND due_at = ?2",
                values![id, due_at, now],
            )
            .await
        }
        DeliveryResult::Later { next, problem, counts, refused } => {
            tx.use_once(
                "UPDATE messages SET due_at = ?3, attempts = attempts + ?4, unanswered = unanswered - ?5, problem = ?6
                 WHERE id = ?1 AND due_at = ?2",
                values![id, due_at, *next, i64::from(*counts), i64::from(*refused), problem],
            )
            .await
        }
        DeliveryResult::GivenUp { problem, is_useless } => {
            tx.use_once(
                "UPDATE messages SET due_at = NULL, given_up_at = ?3, problem = ?4,
                   content = CASE WHEN ?5 THEN NULL ELSE content END
                 WHERE id = ?1 AND due_at = ?2",
                values![id, due_at, now, problem, *is_useless],
            )
            .await
        }
    }
}

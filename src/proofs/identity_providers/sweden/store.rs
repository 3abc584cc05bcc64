//! The table of orders at BankID.

use super::orders::NewOrder;
use super::{
    BankIdOrder, COLLECTED_EVERY, CONFIRMS_WITHIN, FETCHED_WITHIN, OrderSecrets, OrderState, OrderWay, WAITS, purpose,
};
use super::{FailedHint, PendingHint};
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::proofs::Occasion;
use crate::proofs::identities::IdentityQuestionId;
use crate::values;

/// The news of an order.
#[derive(Clone)]
pub(super) enum OrderNews {
    /// It waits.
    Pending(PendingHint),
    /// Another one takes its place.
    Renewed(OrderSecrets),
    /// The person has confirmed: the answer in JSON.
    Confirmed(Secret<String>),
    /// It has come to nothing.
    Failed(FailedHint),
}

/// Keeps an order with the question that it answers. Returns `false` for one that BankID has given out before.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    app: &Core,
    (question, new): (IdentityQuestionId, &NewOrder),
    now: Timestamp,
) -> Result<bool, Fault> {
    let sealed = sealed(app, question, &new.secrets)?;
    let is_added = tx
        .use_once(
            "INSERT INTO bank_id_orders (question_id, way, state, hint, generation, reference_hash, secrets, network,
                                     is_taken_up, has_returned, ordered_at, collected_at, expires_at)
         VALUES (?1, ?2, 'waiting', ?3, 0, ?4, ?5, ?6, FALSE, FALSE, ?7, ?7, ?8)
         ON CONFLICT (reference_hash) DO NOTHING",
            values![
                question,
                new.way.as_str(),
                PendingHint::Outstanding.as_str(),
                &hash_token(new.secrets.reference.reveal()),
                &sealed,
                new.browser.network.as_str(),
                now,
                now.plus(WAITS),
            ],
        )
        .await?;
    Ok(is_added)
}

fn sealed(app: &Core, question: IdentityQuestionId, secrets: &OrderSecrets) -> Result<Vec<u8>, Fault> {
    let text = secrets.written();
    Ok(app.master_keys.seal(&app.random, &purpose("secrets", question), text.reveal().as_bytes())?)
}

/// The newest order of a sign-in in its browser.
pub(crate) async fn of_occasion(db: impl Reads, occasion: &Occasion) -> Result<Option<BankIdOrder>, db::Error> {
    db.optional(
        "SELECT o.question_id, q.provider_id, q.method, q.state, o.way, o.state, o.hint, o.generation,
                o.reference_hash, o.secrets, o.network, o.is_taken_up, o.has_returned, o.completion, o.ordered_at,
                o.collected_at, o.expires_at
         FROM identity_questions q JOIN bank_id_orders o ON o.question_id = q.id
         WHERE q.occasion_id = ?1 AND q.browser_hash = ?2 ORDER BY q.occasion_id DESC, q.id DESC LIMIT 1",
        values![occasion.id().to_string(), occasion.browser()],
        order,
    )
    .await
}

/// Whether it is this one's turn to collect an order. Of many at once, one is told so.
pub(super) async fn claim(tx: &mut Tx<'_>, question: IdentityQuestionId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE bank_id_orders SET collected_at = ?2
         WHERE question_id = ?1 AND state = 'waiting' AND collected_at <= ?3",
        values![question, now, now.minus(COLLECTED_EVERY)],
    )
    .await
}

/// Keeps the news of an order that still waits. Returns whether it does.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    app: &Core,
    (order, news): (&BankIdOrder, &OrderNews),
    now: Timestamp,
) -> Result<bool, Fault> {
    let BankIdOrder { question, reference_hash, .. } = order;
    let is_news = match news {
        OrderNews::Pending(hint) => {
            let is_taken_up = order.is_taken_up || hint.is_in_app();
            // Once: an order that is taken up and put down again does not wait for ever.
            let is_new = is_taken_up && !order.is_taken_up;
            let expires_at = if is_new { now.plus(CONFIRMS_WITHIN) } else { order.expires_at };
            tx.use_once(
                "UPDATE bank_id_orders SET hint = ?3, is_taken_up = ?4, expires_at = ?5
                 WHERE question_id = ?1 AND reference_hash = ?2 AND state = 'waiting'",
                values![*question, reference_hash, hint.as_str(), is_taken_up, expires_at],
            )
            .await?
        }
        OrderNews::Renewed(secrets) => {
            tx.use_once(
                "UPDATE bank_id_orders
                 SET hint = ?3, reference_hash = ?4, secrets = ?5, ordered_at = ?6, collected_at = ?6,
                     generation = generation + 1
                 WHERE question_id = ?1 AND reference_hash = ?2 AND state = 'waiting'",
                values![
                    *question,
                    reference_hash,
                    PendingHint::Outstanding.as_str(),
                    &hash_token(secrets.reference.reveal()),
                    &sealed(app, *question, secrets)?,
                    now,
                ],
            )
            .await?
        }
        OrderNews::Confirmed(answer) => {
            let answer = answer.reveal().as_bytes();
            let sealed = app.master_keys.seal(&app.random, &purpose("answer", *question), answer)?;
            tx.use_once(
                "UPDATE bank_id_orders SET state = 'confirmed', completion = ?3, expires_at = ?4
                 WHERE question_id = ?1 AND reference_hash = ?2 AND state = 'waiting'",
                values![*question, reference_hash, &sealed, now.plus(FETCHED_WITHIN)],
            )
            .await?
        }
        OrderNews::Failed(hint) => {
            tx.use_once(
                "UPDATE bank_id_orders SET state = 'failed', hint = ?3
                 WHERE question_id = ?1 AND reference_hash = ?2 AND state = 'waiting'",
                values![*question, reference_hash, hint.as_str()],
            )
            .await?
        }
    };
    tx.wake(Topic::Approval, (*question).into());
    Ok(is_news)
}

/// Remembers that the browser of an order of this device has come back from the app.
pub(crate) async fn returned(tx: &mut Tx<'_>, question: IdentityQuestionId) -> Result<bool, db::Error> {
    let is_back = tx
        .use_once(
            "UPDATE bank_id_orders SET has_returned = TRUE WHERE question_id = ?1 AND way = ?2",
            values![question, OrderWay::ThisDevice.as_str()],
        )
        .await?;
    tx.wake(Topic::Approval, question.into());
    Ok(is_back)
}

/// Removes orders that ended before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM bank_id_orders WHERE expires_at < ?1", values![before]).await
}

fn order(row: &Row<'_>) -> Result<BankIdOrder, db::Error> {
    let unreadable = || db::Error::Fault("an order at BankID cannot be read".to_owned());
    let question_state: String = row.get(3)?;
    let way: String = row.get(4)?;
    let (state, hint): (String, String) = (row.get(5)?, row.get(6)?);
    Ok(BankIdOrder {
        question: row.get(0)?,
        provider: row.get(1)?,
        method: row.get(2)?,
        is_open: question_state == "asked",
        way: OrderWay::of_word(&way).ok_or_else(unreadable)?,
        state: match state.as_str() {
            "waiting" => OrderState::Waiting(PendingHint::of_word(&hint)),
            "confirmed" => OrderState::Confirmed,
            "failed" => OrderState::Failed(FailedHint::of_word(&hint)),
            _ => return Err(unreadable()),
        },
        generation: row.get(7)?,
        reference_hash: row.get(8)?,
        secrets: row.get(9)?,
        network: Network::from_stored(row.get(10)?),
        is_taken_up: row.get(11)?,
        has_returned: row.get(12)?,
        completion: row.get(13)?,
        ordered_at: row.get(14)?,
        collected_at: row.get(15)?,
        expires_at: row.get(16)?,
    })
}

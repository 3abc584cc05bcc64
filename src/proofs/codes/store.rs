//! The table of confirmation codes: the newest one of each sign-in.

use super::{LIVES, TRIES, Waiting, subjects};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::secret::equal_in_constant_time;
use crate::platform::web::network::Network;
use crate::proofs::failures::{self, TooEarly, TryError};
use crate::proofs::{Factor, Method, Occasion, Proven, SixDigits};
use crate::values;

/// The stored part of a code that was sent.
pub(super) struct CodeRecord {
    pub(super) code_hash: [u8; 32],
    pub(super) sms: Option<String>,
    pub(super) email: Option<String>,
}

/// The keyed hash that is stored for a code: plainly hashed, six digits would be guessed at once. It is bound to this
/// purpose, person, sign-in and browser.
pub(super) fn code_hash(app: &Core, (person, occasion): (PersonId, &Occasion), code: &str) -> [u8; 32] {
    let browser = data_encoding::HEXLOWER.encode(occasion.browser());
    let bound = format!("{person}:{}:{browser}:{code}", occasion.id());
    app.master_keys.keyed_hash("confirmation code of a new network", &bound)
}

/// Stores a code in place of an earlier one.
pub(super) async fn keep(
    tx: &mut Tx<'_>,
    (person, occasion): (PersonId, &Occasion),
    sent: &CodeRecord,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO confirmation_codes
           (occasion_id, browser_hash, person_id, code_hash, sms_id, email_id, tries, sent_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8)
         ON CONFLICT (occasion_id) DO UPDATE
         SET browser_hash = excluded.browser_hash, person_id = excluded.person_id, code_hash = excluded.code_hash,
             sms_id = excluded.sms_id, email_id = excluded.email_id, tries = 0, sent_at = excluded.sent_at,
             expires_at = excluded.expires_at",
        values![
            occasion.id().to_string(),
            occasion.browser(),
            person,
            &sent.code_hash,
            sent.sms.as_deref(),
            sent.email.as_deref(),
            now,
            now.plus(LIVES),
        ],
    )
    .await?;
    Ok(())
}

/// The code of a sign-in, valid or expired.
pub async fn waiting(db: impl Reads, person: PersonId, occasion: &Occasion) -> Result<Option<Waiting>, db::Error> {
    db.optional(
        "SELECT tries, sent_at, expires_at, sms_id, email_id FROM confirmation_codes
         WHERE occasion_id = ?1 AND browser_hash = ?2 AND person_id = ?3",
        values![occasion.id().to_string(), occasion.browser(), person],
        |row| {
            Ok(Waiting {
                tries_left: TRIES - row.get::<i64>(0)?,
                sent_at: row.get(1)?,
                expires_at: row.get(2)?,
                sms: row.get(3)?,
                email: row.get(4)?,
            })
        },
    )
    .await
}

/// The result of a typed code.
#[derive(Debug)]
pub enum CodeCheck {
    /// The code matches. It proves nothing until it is used up.
    Right(CodeMatch),
    /// The code is another one.
    Wrong {
        /// The remaining tries.
        tries_left: i64,
    },
    /// There is no valid code with tries left.
    Over,
    /// The person or the network has failed too often.
    TooEarly(TooEarly),
}

/// A matching code that is not used up yet.
#[derive(Clone, Debug)]
pub struct CodeMatch {
    person: PersonId,
    occasion: Occasion,
    code_hash: [u8; 32],
    by_sms: bool,
}

/// A counted try.
struct CountedTry {
    /// Its number among the tries of this code.
    number: i64,
    code_hash: Vec<u8>,
    /// Whether the code was sent by SMS.
    by_sms: bool,
}

/// Compares a typed code. The try of the code, the person and the network is counted first, in a transaction of its
/// own, so that only a success takes it back.
pub async fn check(
    app: &Core,
    (person, occasion): (PersonId, Occasion),
    typed: &SixDigits,
    network: &Network,
    now: Timestamp,
) -> Result<CodeCheck, db::Error> {
    let (counted_for, own) = (subjects(person, network), occasion.clone());
    let counted = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let counted = take_try(tx, person, &own, now).await?;
                if counted.is_some() {
                    failures::count_within(tx, Factor::ConfirmationCode.into(), &counted_for, now).await?;
                }
                Ok(counted)
            })
        })
        .await;
    let counted = match counted {
        Ok(Some(counted)) => counted,
        Ok(None) => return Ok(CodeCheck::Over),
        Err(TryError::TooEarly(early)) => return Ok(CodeCheck::TooEarly(early)),
        Err(TryError::Database(error)) => return Err(error),
    };
    let code_hash = code_hash(app, (person, &occasion), typed.as_str());
    Ok(if equal_in_constant_time(&counted.code_hash, &code_hash) {
        CodeCheck::Right(CodeMatch { person, occasion, code_hash, by_sms: counted.by_sms })
    } else {
        CodeCheck::Wrong { tries_left: TRIES - counted.number }
    })
}

/// Counts one try of a code; `None` if there is no valid code with tries left.
async fn take_try(
    tx: &mut Tx<'_>,
    person: PersonId,
    occasion: &Occasion,
    now: Timestamp,
) -> Result<Option<CountedTry>, db::Error> {
    tx.optional(
        "UPDATE confirmation_codes SET tries = tries + 1
         WHERE occasion_id = ?1 AND browser_hash = ?2 AND person_id = ?3 AND tries < ?4 AND expires_at > ?5
         RETURNING tries, code_hash, sms_id IS NOT NULL",
        values![occasion.id().to_string(), occasion.browser(), person, TRIES, now],
        |row| Ok(CountedTry { number: row.get(0)?, code_hash: row.get(1)?, by_sms: row.get(2)? }),
    )
    .await
}

/// Uses a matching code up. Of simultaneous calls, and with a newer code sent meanwhile, at most one gets the proof.
pub async fn use_up(tx: &mut Tx<'_>, matched: &CodeMatch, now: Timestamp) -> Result<Option<Proven>, db::Error> {
    let CodeMatch { person, occasion, code_hash, by_sms } = matched;
    let used = tx
        .use_once(
            "DELETE FROM confirmation_codes
             WHERE occasion_id = ?1 AND browser_hash = ?2 AND person_id = ?3 AND code_hash = ?4 AND expires_at > ?5",
            values![occasion.id().to_string(), occasion.browser(), *person, code_hash, now],
        )
        .await?;
    let method = Method::confirmation_code(*by_sms);
    Ok(used.then(|| Proven::new(*person, method, now, occasion.clone())))
}

/// Removes codes that expired before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM confirmation_codes WHERE expires_at < ?1", values![before]).await
}

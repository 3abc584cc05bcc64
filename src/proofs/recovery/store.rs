//! The table of recovery codes.

use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Db, Reads, Tx};
use crate::platform::random::normalise_readable;
use crate::platform::secret::Secret;
use crate::proofs::passwords::{Comparison, HashPool};
use crate::proofs::{Factor, Method, Occasion, Proven};
use crate::values;

/// A person's recovery code, without the code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecoveryCode {
    /// The time at which it was used.
    pub(crate) used_at: Option<Timestamp>,
}

impl RecoveryCode {
    /// Whether it is unused.
    pub(crate) fn is_in_force(&self) -> bool {
        self.used_at.is_none()
    }
}

/// The result of a try.
#[derive(Debug)]
pub(crate) enum RecoveryCodeCheck {
    /// The code is right; [`use_up`] makes a proof of it, once.
    Right(RecoveryCodeMatch),
    /// The code is wrong, or there is none in force. Both take the same time.
    Wrong,
    /// The hashing room is full, and nothing was compared.
    TooBusy,
}

/// A right code that is not used up yet.
#[derive(Clone, Debug)]
pub(crate) struct RecoveryCodeMatch {
    person: PersonId,
    hash: String,
}

/// Compares a typed code with a person's.
pub async fn check(db: &Db, hashing: &HashPool, person: PersonId, typed: &str) -> Result<RecoveryCodeCheck, db::Error> {
    let hash: Option<String> = db
        .optional("SELECT hash FROM recovery_codes WHERE person_id = ?1 AND used_at IS NULL", values![person], |row| {
            row.get(0)
        })
        .await?;
    let typed = Secret::new(normalise_readable(typed));
    Ok(match (hashing.compare(typed, hash.as_deref()).await, hash) {
        (Err(_), _) => RecoveryCodeCheck::TooBusy,
        (Ok(Comparison::Same | Comparison::SameButCheap), Some(hash)) => {
            RecoveryCodeCheck::Right(RecoveryCodeMatch { person, hash })
        }
        (Ok(_), _) => RecoveryCodeCheck::Wrong,
    })
}

/// Uses a code up. Of simultaneous tries exactly one gets the proof.
pub async fn use_up(
    tx: &mut Tx<'_>,
    matched: &RecoveryCodeMatch,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let was_ours = tx
        .use_once(
            "UPDATE recovery_codes SET used_at = ?3 WHERE person_id = ?1 AND hash = ?2 AND used_at IS NULL",
            values![matched.person, &matched.hash, now],
        )
        .await?;
    Ok(was_ours.then(|| Proven::new(matched.person, Method::of(Factor::RecoveryCode), now, occasion)))
}

/// Uses a code up in place of a forgotten password; the proof is good for setting a new one. Of simultaneous tries
/// exactly one gets the proof.
pub(crate) async fn use_up_for_password(
    tx: &mut Tx<'_>,
    matched: &RecoveryCodeMatch,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let proven = use_up(tx, matched, occasion.clone(), now).await?;
    Ok(proven.map(|proven| Proven::new(proven.person(), Method::of(Factor::PasswordReset), now, occasion)))
}

/// Removes a recovery code that was made from an instant on, because somebody else may have it.
pub(crate) async fn remove_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        "INSERT INTO removed_recovery_codes (person_id, made_at, hash, removed_at)
         SELECT person_id, made_at, hash, ?3 FROM recovery_codes
         WHERE person_id = ?1 AND made_at >= ?2 AND used_at IS NULL
         ON CONFLICT (person_id, made_at, hash) DO NOTHING",
        values![person, since, now],
    )
    .await?;
    tx.use_once("DELETE FROM recovery_codes WHERE person_id = ?1 AND made_at >= ?2", values![person, since]).await
}

/// Removes a person's recovery code.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<bool, db::Error> {
    remove_since(tx, person, Timestamp::from_milliseconds(0), now).await
}

/// Brings back the recovery code that was in force before an instant and was replaced or removed since. A used one
/// stays used.
pub(crate) async fn bring_back(tx: &mut Tx<'_>, person: PersonId, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "INSERT INTO recovery_codes (person_id, hash, made_at)
         SELECT person_id, hash, made_at FROM removed_recovery_codes
         WHERE person_id = ?1 AND made_at < ?2 AND removed_at >= ?2 ORDER BY made_at DESC LIMIT 1
         ON CONFLICT (person_id) DO UPDATE
         SET hash = excluded.hash, made_at = excluded.made_at, used_at = NULL
         WHERE recovery_codes.used_at IS NOT NULL",
        values![person, before],
    )
    .await?;
    tx.execute(
        "DELETE FROM removed_recovery_codes WHERE person_id = ?1 AND made_at < ?2 AND removed_at >= ?2",
        values![person, before],
    )
    .await
}

/// Deletes recovery codes for good that were replaced or removed before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM removed_recovery_codes WHERE removed_at < ?1", values![before]).await
}

/// Stores the hash of a code that the person keeps from now on, unless one is in force already: of codes shown in
/// several browsers, the first one counts that the person said is kept safe. Returns whether this one counts.
pub async fn keep(tx: &mut Tx<'_>, person: PersonId, hash: &str, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "INSERT INTO recovery_codes (person_id, hash, made_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (person_id) DO UPDATE
         SET hash = excluded.hash, made_at = excluded.made_at, used_at = NULL
         WHERE recovery_codes.used_at IS NOT NULL",
        values![person, hash, now],
    )
    .await
}

/// Stores a new code in place of any other, which becomes useless.
pub async fn replace(tx: &mut Tx<'_>, person: PersonId, hash: &str, now: Timestamp) -> Result<(), db::Error> {
    remove(tx, person, now).await?;
    keep(tx, person, hash, now).await?;
    Ok(())
}

/// A person's recovery code, if there is one.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Option<RecoveryCode>, db::Error> {
    db.optional("SELECT used_at FROM recovery_codes WHERE person_id = ?1", values![person], |row| {
        Ok(RecoveryCode { used_at: row.get(0)? })
    })
    .await
}

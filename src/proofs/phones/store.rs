//! The tables of phones, of those that were removed, and of the challenges of those that are being added.

use super::{AppPhone, CHALLENGE_LIFETIME, DeviceFacts, IDLE, PhoneAddition, PhoneId, PhoneKey, PinProof};
use crate::directory::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};
use crate::proofs::{Factor, Method, Occasion, Proven};
use crate::values;

/// A phone that was added, in the browser that it is.
#[derive(Clone, Debug)]
pub struct PhoneConnection {
    /// The phone.
    pub phone: AppPhone,
    /// The secret of its cookie.
    pub(crate) token: Secret<String>,
    /// The proof that it has just given.
    pub(crate) proven: Proven,
}

/// The phone of a cookie, locked or not.
pub(crate) async fn of_token(db: impl Reads, token_hash: &[u8; 32]) -> Result<Option<AppPhone>, db::Error> {
    db.optional(
        "SELECT id, person_id, name, device, system, app_version, user_agent, public_key, wrong_pins, unlocked_until,
                created_at, last_used_at
         FROM phones WHERE token_hash = ?1",
        values![token_hash],
        phone,
    )
    .await
}

/// A phone of a person.
pub async fn find(db: impl Reads, person: PersonId, id: PhoneId) -> Result<Option<AppPhone>, db::Error> {
    db.optional(
        "SELECT id, person_id, name, device, system, app_version, user_agent, public_key, wrong_pins, unlocked_until,
                created_at, last_used_at
         FROM phones WHERE id = ?1 AND person_id = ?2",
        values![id, person],
        phone,
    )
    .await
}

/// The phones of a person, the oldest first. At most ten.
pub(crate) async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<AppPhone>, db::Error> {
    db.all(
        "SELECT id, person_id, name, device, system, app_version, user_agent, public_key, wrong_pins, unlocked_until,
                created_at, last_used_at
         FROM phones WHERE person_id = ?1 ORDER BY id LIMIT 10",
        values![person],
        phone,
    )
    .await
}

/// Makes the challenge that the phone is to answer next, in the place of the one before.
pub(crate) async fn ask(
    tx: &mut Tx<'_>,
    random: &Random,
    id: PhoneId,
    now: Timestamp,
) -> Result<Secret<String>, db::Error> {
    let challenge = random.token();
    tx.execute(
        "UPDATE phones SET challenge_hash = ?2, challenge_until = ?3 WHERE id = ?1",
        values![id, &hash_token(challenge.reveal()), now.plus(CHALLENGE_LIFETIME)],
    )
    .await?;
    Ok(challenge)
}

/// Makes the challenge of a phone that is to be added on an occasion, in the place of the one before.
pub(crate) async fn ask_for_new(
    tx: &mut Tx<'_>,
    random: &Random,
    occasion: &Occasion,
    now: Timestamp,
) -> Result<Secret<String>, db::Error> {
    let challenge = random.token();
    tx.execute(
        "INSERT INTO phone_challenges (occasion_id, hash, expires_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (occasion_id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at",
        values![occasion.id().to_string(), &hash_token(challenge.reveal()), now.plus(CHALLENGE_LIFETIME)],
    )
    .await?;
    Ok(challenge)
}

/// Uses up the challenge of a phone that is being added. Of any number of answers to it, one gets it.
pub(crate) async fn take_new(
    tx: &mut Tx<'_>,
    occasion: &Occasion,
    challenge: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "DELETE FROM phone_challenges WHERE occasion_id = ?1 AND hash = ?2 AND expires_at > ?3",
        values![occasion.id().to_string(), &hash_token(challenge), now],
    )
    .await
}

/// Removes the challenges that nobody has answered.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM phone_challenges WHERE expires_at <= ?1", values![now]).await
}

/// Counts a try as wrong, and uses its challenge up where it has one. Tells how many in a row there are now, or `None`
/// where none is taken: there were five, the phone is gone, or the challenge is another one.
pub(crate) async fn count(
    tx: &mut Tx<'_>,
    id: PhoneId,
    challenge_hash: Option<&[u8; 32]>,
    now: Timestamp,
) -> Result<Option<i64>, db::Error> {
    match challenge_hash {
        Some(hash) => {
            tx.optional(
                "UPDATE phones SET wrong_pins = wrong_pins + 1, challenge_hash = NULL
                 WHERE id = ?1 AND wrong_pins < 5 AND challenge_hash = ?2 AND challenge_until > ?3 RETURNING wrong_pins",
                values![id, hash, now],
                |row| row.get(0),
            )
            .await
        }
        None => {
            tx.optional(
                "UPDATE phones SET wrong_pins = wrong_pins + 1 WHERE id = ?1 AND wrong_pins < 5 RETURNING wrong_pins",
                values![id],
                |row| row.get(0),
            )
            .await
        }
    }
}

/// Takes a right PIN: the count of wrong ones begins anew, and the phone proves its person. `None` where the phone was
/// removed meanwhile.
pub(crate) async fn proven(
    tx: &mut Tx<'_>,
    proof: &PinProof,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let is_there = tx
        .use_once(
            "UPDATE phones SET wrong_pins = 0, last_used_at = ?3 WHERE id = ?1 AND person_id = ?2",
            values![proof.phone, proof.person, now],
        )
        .await?;
    Ok(is_there.then(|| proof.proof(occasion, now)))
}

/// Takes a right PIN that proves nothing by itself: the count of wrong ones begins anew. Tells whether the phone is still
/// there.
pub async fn pin_was_right(tx: &mut Tx<'_>, proof: &PinProof, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE phones SET wrong_pins = 0, last_used_at = ?3 WHERE id = ?1 AND person_id = ?2",
        values![proof.phone, proof.person, now],
    )
    .await
}

/// Unlocks a phone until it has lain unused for a while.
pub(crate) async fn unlock(tx: &mut Tx<'_>, id: PhoneId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once("UPDATE phones SET unlocked_until = ?2 WHERE id = ?1", values![id, now.plus(IDLE)]).await
}

/// Keeps that a phone is in use. One that is locked stays so.
pub(crate) async fn stay_unlocked(tx: &mut Tx<'_>, id: PhoneId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE phones SET unlocked_until = ?2 WHERE id = ?1 AND unlocked_until > ?3",
        values![id, now.plus(IDLE), now],
    )
    .await
}

/// Locks a phone. Tells whether it was unlocked, be it long ago.
pub(crate) async fn lock(tx: &mut Tx<'_>, id: PhoneId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE phones SET unlocked_until = 0 WHERE id = ?1 AND unlocked_until > 0", values![id]).await
}

/// Closes a phone after the last wrong PIN: its key is gone. Of any number of tries, one is told that it did it.
pub(crate) async fn close(tx: &mut Tx<'_>, id: PhoneId) -> Result<bool, db::Error> {
    let person: Option<PersonId> = tx
        .optional("DELETE FROM phones WHERE id = ?1 AND wrong_pins >= 5 RETURNING person_id", values![id], |row| {
            row.get(0)
        })
        .await?;
    close_to_resets(tx, person).await?;
    Ok(person.is_some())
}

/// Adds a phone, unlocked. It is a proof of what its person now has.
pub async fn add(
    tx: &mut Tx<'_>,
    random: &Random,
    new: PhoneAddition,
    (occasion, now): (Occasion, Timestamp),
) -> Result<PhoneConnection, db::Error> {
    let (id, token) = (PhoneId::new(now, random), random.token());
    let PhoneAddition { person, name, facts, key } = new;
    tx.execute(
        "INSERT INTO phones (id, person_id, token_hash, name, device, system, app_version, user_agent, public_key,
                             unlocked_until, created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)",
        values![
            id,
            person,
            &hash_token(token.reveal()),
            &name,
            &facts.device,
            &facts.system,
            &facts.app_version,
            &facts.user_agent,
            key.as_bytes(),
            now.plus(IDLE),
            now,
        ],
    )
    .await?;
    let proven = Proven::new(person, Method::of(Factor::Phone), now, occasion);
    let phone = AppPhone {
        id,
        person,
        name,
        facts,
        key,
        wrong_pins: 0,
        unlocked_until: now.plus(IDLE),
        created_at: now,
        last_used_at: Some(now),
    };
    Ok(PhoneConnection { phone, token, proven })
}

/// Removes the phone of a cookie in whose place a new one comes, in the same browser. Tells its person.
pub(crate) async fn replace(tx: &mut Tx<'_>, token_hash: &[u8; 32]) -> Result<Option<PersonId>, db::Error> {
    tx.optional("DELETE FROM phones WHERE token_hash = ?1 RETURNING person_id", values![token_hash], |row| row.get(0))
        .await
}

/// Gives a phone of a person another name. Tells whether there is such a phone.
pub(crate) async fn rename(tx: &mut Tx<'_>, person: PersonId, id: PhoneId, name: &str) -> Result<bool, db::Error> {
    tx.use_once("UPDATE phones SET name = ?3 WHERE id = ?1 AND person_id = ?2", values![id, person, name]).await
}

/// Removes a phone of a person. Tells whether there was one.
pub(crate) async fn remove(tx: &mut Tx<'_>, person: PersonId, id: PhoneId, now: Timestamp) -> Result<bool, db::Error> {
    Ok(remove_those(tx, person, (Some(id), Timestamp::from_milliseconds(0)), now).await? > 0)
}

/// Removes a phone of a person for good. Tells whether there was one.
pub(crate) async fn log_out(tx: &mut Tx<'_>, person: PersonId, id: PhoneId) -> Result<bool, db::Error> {
    let was_one = tx.use_once("DELETE FROM phones WHERE id = ?1 AND person_id = ?2", values![id, person]).await?;
    close_to_resets(tx, was_one.then_some(person)).await?;
    Ok(was_one)
}

/// Removes every phone of a person for good. Tells how many there were.
pub(crate) async fn log_out_all(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, db::Error> {
    let removed = tx.execute("DELETE FROM phones WHERE person_id = ?1", values![person]).await?;
    close_to_resets(tx, (removed > 0).then_some(person)).await?;
    Ok(removed)
}

/// Removes the phones that were added at an instant or later. Tells how many there were.
pub(crate) async fn remove_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, db::Error> {
    remove_those(tx, person, (None, since), now).await
}

/// Removes the phones that were added from an instant on, or of these only the one of an identifier. They are kept
/// apart, to be brought back, but for those that wrong PINs have closed.
async fn remove_those(
    tx: &mut Tx<'_>,
    person: PersonId,
    (only, since): (Option<PhoneId>, Timestamp),
    now: Timestamp,
) -> Result<u64, db::Error> {
    let only = only.map(|id| id.to_string());
    tx.execute(
        "INSERT INTO removed_phones (id, person_id, token_hash, name, device, system, app_version, user_agent,
                                     public_key, created_at, last_used_at, removed_at)
         SELECT id, person_id, token_hash, name, device, system, app_version, user_agent, public_key, created_at,
                last_used_at, ?4
         FROM phones WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id) AND wrong_pins < 5",
        values![person, since, only.as_deref(), now],
    )
    .await?;
    let removed = tx
        .execute(
            "DELETE FROM phones WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id)",
            values![person, since, only.as_deref()],
        )
        .await?;
    close_to_resets(tx, (removed > 0).then_some(person)).await?;
    Ok(removed)
}

/// Brings back the phones that a person had before an instant, and that were removed since; but for one whose browser
/// was given another in its place.
pub(crate) async fn bring_back(tx: &mut Tx<'_>, person: PersonId, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "INSERT INTO phones (id, person_id, token_hash, name, device, system, app_version, user_agent, public_key,
                             created_at, last_used_at)
         SELECT id, person_id, token_hash, name, device, system, app_version, user_agent, public_key, created_at,
                last_used_at
         FROM removed_phones WHERE person_id = ?1 AND removed_at >= ?2 AND created_at < ?2
         ON CONFLICT (token_hash) DO NOTHING",
        values![person, before],
    )
    .await?;
    tx.execute(
        "DELETE FROM removed_phones WHERE person_id = ?1 AND removed_at >= ?2 AND created_at < ?2",
        values![person, before],
    )
    .await
}

/// Forgets the phones that were removed before an instant.
pub(crate) async fn expire_removed(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM removed_phones WHERE removed_at < ?1", values![before]).await
}

/// Closes a person whose phone is gone to resets by email, as the end of every second step does.
async fn close_to_resets(tx: &mut Tx<'_>, person: Option<PersonId>) -> Result<(), db::Error> {
    if let Some(person) = person.filter(|_| Factor::Phone.traits().second_step.is_some()) {
        people::close_to_resets(tx, person).await?;
    }
    Ok(())
}

fn phone(row: &Row<'_>) -> Result<AppPhone, db::Error> {
    let key: Vec<u8> = row.get(7)?;
    Ok(AppPhone {
        id: row.get(0)?,
        person: row.get(1)?,
        name: row.get(2)?,
        facts: DeviceFacts {
            device: row.get(3)?,
            system: row.get(4)?,
            app_version: row.get(5)?,
            user_agent: row.get(6)?,
        },
        key: PhoneKey::parse(&key).ok_or_else(|| db::Error::Fault("a phone's key is no point".to_owned()))?,
        wrong_pins: row.get(8)?,
        unlocked_until: row.get(9)?,
        created_at: row.get(10)?,
        last_used_at: row.get(11)?,
    })
}

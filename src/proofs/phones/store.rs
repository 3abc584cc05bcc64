//! The tables of phones, of those that were removed, and of the challenges of those that are being added.

use super::{AppPhone, CHALLENGE_LIFETIME, DeviceFacts, IDLE, MadePhone, PhoneAddition, PhoneId, PhoneKey, PhoneProof};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};
use crate::proofs::removal::{Removal, removed};
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
    /// Whether it took the place of one of the same person in this browser.
    pub(crate) changes_pin: bool,
}

/// The phone of a cookie, locked or not.
pub(crate) async fn of_token(db: impl Reads, token_hash: &[u8; 32]) -> Result<Option<AppPhone>, db::Error> {
    db.optional(
        "SELECT p.id, p.person_id, p.name, p.device, p.system, p.app_version, p.user_agent, p.public_key, p.wrong_pins,
                p.unlocked_until, p.created_at, p.last_used_at, k.credential_id
         FROM phones p LEFT JOIN passkeys k ON k.id = p.passkey_id WHERE p.token_hash = ?1",
        values![token_hash],
        phone,
    )
    .await
}

/// A phone of a person.
pub async fn find(db: impl Reads, person: PersonId, id: PhoneId) -> Result<Option<AppPhone>, db::Error> {
    db.optional(
        "SELECT p.id, p.person_id, p.name, p.device, p.system, p.app_version, p.user_agent, p.public_key, p.wrong_pins,
                p.unlocked_until, p.created_at, p.last_used_at, k.credential_id
         FROM phones p LEFT JOIN passkeys k ON k.id = p.passkey_id WHERE p.id = ?1 AND p.person_id = ?2",
        values![id, person],
        phone,
    )
    .await
}

/// The phones of a person, the oldest first. At most ten.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<AppPhone>, db::Error> {
    db.all(
        "SELECT p.id, p.person_id, p.name, p.device, p.system, p.app_version, p.user_agent, p.public_key, p.wrong_pins,
                p.unlocked_until, p.created_at, p.last_used_at, k.credential_id
         FROM phones p LEFT JOIN passkeys k ON k.id = p.passkey_id WHERE p.person_id = ?1 ORDER BY p.id LIMIT 10",
        values![person],
        phone,
    )
    .await
}

/// The phones of a person that want push messages.
pub(super) async fn called(db: impl Reads, person: PersonId) -> Result<Vec<PhoneId>, db::Error> {
    db.all(
        "SELECT p.id FROM phones p JOIN push_subscriptions s ON s.recipient_id = p.id
         WHERE p.person_id = ?1 AND p.wrong_pins < 5 AND s.state = 'on' ORDER BY p.id LIMIT 10",
        values![person],
        |row| row.get(0),
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

/// Takes an answer that holds, by which the phone proves its person. After a right PIN the count of wrong ones begins
/// anew. `None` where the phone was removed or closed meanwhile.
pub(crate) async fn proven(
    tx: &mut Tx<'_>,
    proof: &PhoneProof,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    Ok(was_right(tx, proof, now).await?.then(|| proof.proof(occasion, now)))
}

/// Takes an answer that holds and proves nothing by itself. After a right PIN the count of wrong ones begins anew. Tells
/// whether the phone is still there.
pub async fn was_right(tx: &mut Tx<'_>, proof: &PhoneProof, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE phones SET wrong_pins = CASE WHEN ?4 THEN wrong_pins ELSE 0 END, last_used_at = ?3
         WHERE id = ?1 AND person_id = ?2 AND (NOT ?4 OR wrong_pins < 5)",
        values![proof.phone, proof.person, now, proof.by_passkey],
    )
    .await
}

/// Whether the phone that has answered is still there, and with it the passkey where that was what answered.
pub(in crate::proofs) async fn answers_still(
    tx: &mut Tx<'_>,
    (person, id): (PersonId, PhoneId),
    by_passkey: bool,
) -> Result<bool, db::Error> {
    let phone = find(&mut *tx, person, id).await?;
    Ok(phone.is_some_and(|phone| !by_passkey || phone.passkey.is_some()))
}

/// Takes an answer of a passkey that holds, if the phone is there and not closed, and uses its challenge up where it has
/// one.
pub(super) async fn take_answer(
    tx: &mut Tx<'_>,
    id: PhoneId,
    challenge_hash: Option<&[u8; 32]>,
    now: Timestamp,
) -> Result<bool, db::Error> {
    match challenge_hash {
        Some(hash) => {
            tx.use_once(
                "UPDATE phones SET challenge_hash = NULL
                 WHERE id = ?1 AND wrong_pins < 5 AND challenge_hash = ?2 AND challenge_until > ?3",
                values![id, hash, now],
            )
            .await
        }
        None => {
            tx.use_once("UPDATE phones SET last_used_at = ?2 WHERE id = ?1 AND wrong_pins < 5", values![id, now]).await
        }
    }
}

/// Lets a passkey of the person take the place of the PIN of a phone. Tells whether both are there.
pub(crate) async fn link_passkey(
    tx: &mut Tx<'_>,
    (phone, person): (PhoneId, PersonId),
    credential_id: &[u8],
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE phones SET passkey_id = (SELECT id FROM passkeys WHERE credential_id = ?3 AND person_id = ?2)
         WHERE id = ?1 AND person_id = ?2
           AND EXISTS (SELECT 1 FROM passkeys WHERE credential_id = ?3 AND person_id = ?2)",
        values![phone, person, credential_id],
    )
    .await
}

/// Lets no passkey take the place of the PIN of a phone. The person keeps the passkey. Tells whether one did.
pub(crate) async fn keep_out_passkey(tx: &mut Tx<'_>, (phone, person): (PhoneId, PersonId)) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE phones SET passkey_id = NULL WHERE id = ?1 AND person_id = ?2 AND passkey_id IS NOT NULL",
        values![phone, person],
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
    if let Some(person) = person {
        removed(tx, person, 1).await?;
    }
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
    let made = MadePhone { id, token_hash: hash_token(token.reveal()), name, facts, key };
    let phone = insert(tx, person, made, (now.plus(IDLE), now)).await?;
    let proven = Proven::new(person, Method::of(Factor::Phone), now, occasion);
    Ok(PhoneConnection { phone, token, proven, changes_pin: false })
}

/// Adds a phone that has made its key elsewhere, locked. It is a proof of what its person now has.
pub(crate) async fn add_made(
    tx: &mut Tx<'_>,
    person: PersonId,
    made: MadePhone,
    (occasion, now): (Occasion, Timestamp),
) -> Result<(AppPhone, Proven), db::Error> {
    let phone = insert(tx, person, made, (Timestamp::from_milliseconds(0), now)).await?;
    Ok((phone, Proven::new(person, Method::of(Factor::Phone), now, occasion)))
}

async fn insert(
    tx: &mut Tx<'_>,
    person: PersonId,
    made: MadePhone,
    (unlocked_until, now): (Timestamp, Timestamp),
) -> Result<AppPhone, db::Error> {
    let MadePhone { id, token_hash, name, facts, key } = made;
    tx.execute(
        "INSERT INTO phones (id, person_id, token_hash, name, device, system, app_version, user_agent, public_key,
                             unlocked_until, created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)",
        values![
            id,
            person,
            &token_hash,
            &name,
            &facts.device,
            &facts.system,
            &facts.app_version,
            &facts.user_agent,
            key.as_bytes(),
            unlocked_until,
            now,
        ],
    )
    .await?;
    Ok(AppPhone {
        id,
        person,
        name,
        facts,
        key,
        wrong_pins: 0,
        unlocked_until,
        created_at: now,
        last_used_at: Some(now),
        passkey: None,
    })
}

/// Lets a phone with a new key take the place of one of the same person in the same browser: with its name, and with the
/// passkey in the place of its PIN. The former one stays until it is replaced.
pub(crate) async fn take_over(tx: &mut Tx<'_>, former: &AppPhone, id: PhoneId) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE phones SET name = ?3, passkey_id = (SELECT f.passkey_id FROM phones f WHERE f.id = ?2) WHERE id = ?1",
        values![id, former.id, &former.name],
    )
    .await?;
    Ok(())
}

/// Removes the phone in whose place a new one has come, in the same browser.
pub(crate) async fn replace(tx: &mut Tx<'_>, former: PhoneId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM phones WHERE id = ?1", values![former]).await?;
    Ok(())
}

/// Gives a phone of a person another name. Tells whether there is such a phone.
pub(crate) async fn rename(tx: &mut Tx<'_>, person: PersonId, id: PhoneId, name: &str) -> Result<bool, db::Error> {
    tx.use_once("UPDATE phones SET name = ?3 WHERE id = ?1 AND person_id = ?2", values![id, person, name]).await
}

/// Removes a phone of a person. Tells whether there was one.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId, id: PhoneId, now: Timestamp) -> Result<bool, db::Error> {
    Ok(remove_those(tx, Removal::of(person, &id.to_string(), now)).await? > 0)
}

/// Removes a phone of a person for good. Tells whether there was one.
pub(crate) async fn log_out(tx: &mut Tx<'_>, person: PersonId, id: PhoneId) -> Result<bool, db::Error> {
    let count = tx.execute("DELETE FROM phones WHERE id = ?1 AND person_id = ?2", values![id, person]).await?;
    Ok(removed(tx, person, count).await? > 0)
}

/// Removes every phone of a person for good. Tells how many there were.
pub(crate) async fn log_out_all(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, db::Error> {
    let count = tx.execute("DELETE FROM phones WHERE person_id = ?1", values![person]).await?;
    removed(tx, person, count).await
}

/// Removes the phones that were added at an instant or later. Tells how many there were.
pub(crate) async fn remove_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, db::Error> {
    remove_those(tx, Removal::since(person, since, now)).await
}

/// Removes the phones that were added from an instant on, or of these only the one of an identifier. They are kept
/// apart, to be brought back, but for those that wrong PINs have closed.
async fn remove_those(tx: &mut Tx<'_>, removal: Removal<'_>) -> Result<u64, db::Error> {
    let Removal { person, only, since, now } = removal;
    tx.execute(
        "INSERT INTO removed_phones (id, person_id, token_hash, name, device, system, app_version, user_agent,
                                     public_key, created_at, last_used_at, removed_at)
         SELECT id, person_id, token_hash, name, device, system, app_version, user_agent, public_key, created_at,
                last_used_at, ?4
         FROM phones WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id) AND wrong_pins < 5",
        values![person, since, only, now],
    )
    .await?;
    let count = tx
        .execute(
            "DELETE FROM phones WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id)",
            values![person, since, only],
        )
        .await?;
    removed(tx, person, count).await
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
        passkey: row.get(12)?,
    })
}

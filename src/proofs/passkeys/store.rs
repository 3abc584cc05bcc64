//! The tables of passkeys, of their challenges, and of companies that want attested ones, with the verifier that makes
//! a proof of a valid answer.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use webauthn_rs::prelude::Credential;

use super::attested::Authorities;
use super::relying_party::{NewPasskey, PasskeyChallenge, SpentChallenge, Verified};
use super::{CHALLENGE_LIFETIME, ChallengePurpose, MOST, PasskeyError, PasskeyRefusal};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Db, Reads, Row, Tx};
use crate::platform::id::new_uuid;
use crate::platform::random::Random;
use crate::proofs::removal::{Removal, removed};
use crate::proofs::{Method, Occasion, Proven};
use crate::values;

/// A passkey or security key of a person.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Its identifier here.
    pub id: String,
    /// Its owner.
    pub(crate) person: PersonId,
    /// The name that the person gave it.
    pub name: String,
    /// The time at which it was added.
    pub(crate) created_at: Timestamp,
    /// The last use.
    pub(crate) last_used_at: Option<Timestamp>,
    /// Whether it may be on several devices.
    pub(crate) synced: bool,
    pub(super) credential: Credential,
}

impl Passkey {
    /// The identifier in browsers, in base64url.
    pub(crate) fn credential_id(&self) -> String {
        BASE64URL_NOPAD.encode(&self.credential.cred_id)
    }

    /// A passkey from its stored parts, for fuzz targets and published test vectors.
    pub fn from_parts(id: &str, person: PersonId, credential: &str) -> Option<Self> {
        let passkey = Self::unkept(person, serde_json::from_str(credential).ok()?);
        Some(Self { id: id.to_owned(), ..passkey })
    }

    /// A passkey that is in no database, so that nothing that it signs becomes a proof.
    pub(super) fn unkept(person: PersonId, credential: Credential) -> Self {
        Self {
            id: String::new(),
            person,
            name: String::new(),
            created_at: Timestamp::default(),
            last_used_at: None,
            synced: credential.backup_eligible,
            credential,
        }
    }

    /// The descriptor in the options of a browser.
    pub(super) fn descriptor(&self) -> Value {
        let mut descriptor = json!({ "type": "public-key", "id": self.credential_id() });
        if let (Some(transports), Some(fields)) = (&self.credential.transports, descriptor.as_object_mut())
            && let Ok(transports) = serde_json::to_value(transports)
        {
            fields.insert("transports".to_owned(), transports);
        }
        descriptor
    }
}

/// The use of a passkey as a proof.
#[derive(Debug)]
pub(crate) struct PasskeyUse {
    /// The proof.
    pub(crate) proven: Proven,
    /// The name that the person gave the passkey.
    pub name: String,
    /// Whether its counter did not increase, which may mean a copy.
    pub(crate) may_be_copied: bool,
}

/// The use of a passkey, counted.
#[derive(Debug)]
pub(crate) struct CountedUse {
    /// The name that the person gave the passkey.
    pub(crate) name: String,
    /// Whether its counter did not increase, which may mean a copy.
    pub(crate) may_be_copied: bool,
}

/// A passkey that was added.
#[derive(Debug)]
pub struct PasskeyAddition {
    /// Its identifier here.
    pub id: String,
    /// Its first proof, because it has just signed.
    pub(crate) proven: Proven,
}

/// Stores a challenge for one occasion. The newest eight of an occasion remain, for as many tabs.
pub async fn ask(
    tx: &mut Tx<'_>,
    asked: &PasskeyChallenge,
    occasion: &Occasion,
    now: Timestamp,
) -> Result<(), db::Error> {
    let purpose = match asked.state {
        super::relying_party::ChallengeState::Prove(_) => ChallengePurpose::Prove,
        _ => ChallengePurpose::Add,
    };
    let state = serde_json::to_string(&asked.state).map_err(|error| db::Error::Fault(error.to_string()))?;
    let occasion_id = occasion.id().to_string();
    tx.queue(
        "DELETE FROM passkey_challenges WHERE occasion_id = ?1 AND challenge_hash NOT IN
         (SELECT challenge_hash FROM passkey_challenges WHERE occasion_id = ?1 ORDER BY made_at DESC LIMIT 7)",
        values![&occasion_id],
    )
    .await?;
    tx.queue(
        "INSERT INTO passkey_challenges (challenge_hash, occasion_id, browser_hash, purpose, state, made_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        values![
            &asked.challenge_hash,
            &occasion_id,
            occasion.browser(),
            purpose.as_str(),
            state,
            now,
            now.plus(CHALLENGE_LIFETIME)
        ],
    )
    .await?;
    Ok(())
}

/// Takes a challenge on its occasion, in a transaction of its own: a wrong answer uses it up, too. Of simultaneous answers
/// exactly one gets it.
///
/// # Errors
/// An unreadable state.
pub async fn take(
    db: &Db,
    challenge_hash: [u8; 32],
    purpose: ChallengePurpose,
    occasion: &Occasion,
    now: Timestamp,
) -> Result<Option<SpentChallenge>, db::Error> {
    let parameters = vec![
        challenge_hash.to_vec().into(),
        occasion.id().to_string().into(),
        occasion.browser().to_vec().into(),
        purpose.as_str().into(),
        now.into(),
    ];
    db.take_once(
        "DELETE FROM passkey_challenges
         WHERE challenge_hash = ?1 AND occasion_id = ?2 AND browser_hash = ?3 AND purpose = ?4 AND expires_at > ?5
         RETURNING state",
        parameters,
        |row| row.get_json(0).map(SpentChallenge),
    )
    .await
}

/// Removes expired challenges.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM passkey_challenges WHERE expires_at <= ?1", values![now]).await
}

/// Makes a proof of a valid answer, if the passkey was not removed meanwhile. Where it may have been copied the proof does
/// not stand alone.
pub async fn use_up(
    tx: &mut Tx<'_>,
    verified: &Verified,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<PasskeyUse>, db::Error> {
    let Some(CountedUse { name, may_be_copied }) = count_use(tx, verified, now).await? else { return Ok(None) };
    let method = Method::passkey(verified.synced).weakened(may_be_copied);
    let proven = Proven::new(verified.person, method, now, occasion);
    Ok(Some(PasskeyUse { proven, name, may_be_copied }))
}

/// Keeps the counter of a valid answer; `None` if the passkey was removed meanwhile. A counter that does not increase may
/// mean a copy (WebAuthn §6.1.1); the highest one stays.
pub(crate) async fn count_use(
    tx: &mut Tx<'_>,
    verified: &Verified,
    now: Timestamp,
) -> Result<Option<CountedUse>, db::Error> {
    let went_forward: Option<String> = tx
        .optional(
            "UPDATE passkeys SET sign_count = ?2, last_used_at = ?3
             WHERE id = ?1 AND person_id = ?4 AND (sign_count < ?2 OR (sign_count = 0 AND ?2 = 0)) RETURNING name",
            values![&verified.passkey, verified.sign_count, now, verified.person],
            |row| row.get(0),
        )
        .await?;
    let may_be_copied = went_forward.is_none();
    let name = match went_forward {
        Some(name) => Some(name),
        None => {
            tx.optional(
                "UPDATE passkeys SET last_used_at = ?2 WHERE id = ?1 AND person_id = ?3 RETURNING name",
                values![&verified.passkey, now, verified.person],
                |row| row.get(0),
            )
            .await?
        }
    };
    Ok(name.map(|name| CountedUse { name, may_be_copied }))
}

/// Adds a new passkey to the person who was asked for it. The addition is a proof.
///
/// # Errors
/// [`PasskeyRefusal::Taken`] or [`PasskeyRefusal::TooMany`].
pub async fn add(
    tx: &mut Tx<'_>,
    random: &Random,
    new: NewPasskey,
    (name, occasion): (&str, Occasion),
    now: Timestamp,
) -> Result<PasskeyAddition, PasskeyError> {
    if of_person(&mut *tx, new.person).await?.len() >= MOST {
        return Err(PasskeyRefusal::TooMany.into());
    }
    let id = new_uuid(now, random).to_string();
    let (person, synced) = (new.person, new.is_synced());
    let sign_count = i64::from(new.credential.counter);
    // The counter is stored beside the key, where it is a signal. Within the key the library would refuse by it.
    let credential = Credential { counter: 0, ..new.credential };
    let written = serde_json::to_string(&credential).map_err(|error| db::Error::Fault(error.to_string()))?;
    let added = tx
        .use_once(
            "INSERT INTO passkeys (id, person_id, credential_id, name, credential, sign_count, synced, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (credential_id) DO NOTHING",
            values![&id, person, &credential.cred_id, name, written, sign_count, synced, now],
        )
        .await?;
    if !added {
        return Err(PasskeyRefusal::Taken.into());
    }
    let method = Method::passkey(synced);
    Ok(PasskeyAddition { id, proven: Proven::new(person, method, now, occasion) })
}

/// The passkeys of a person, the oldest first. At most twenty.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<Passkey>, db::Error> {
    db.all(
        "SELECT id, person_id, name, created_at, last_used_at, synced, credential FROM passkeys
         WHERE person_id = ?1 ORDER BY id LIMIT 20",
        values![person],
        passkey,
    )
    .await
}

/// The passkey with an identifier in browsers.
pub(crate) async fn of_credential(db: impl Reads, credential_id: &[u8]) -> Result<Option<Passkey>, db::Error> {
    db.optional(
        "SELECT id, person_id, name, created_at, last_used_at, synced, credential FROM passkeys
         WHERE credential_id = ?1",
        values![credential_id],
        passkey,
    )
    .await
}

/// A passkey of a person by its identifier here.
pub async fn find(db: impl Reads, person: PersonId, id: &str) -> Result<Option<Passkey>, db::Error> {
    db.optional(
        "SELECT id, person_id, name, created_at, last_used_at, synced, credential FROM passkeys
         WHERE id = ?1 AND person_id = ?2",
        values![id, person],
        passkey,
    )
    .await
}

/// Renames a passkey of a person. Returns whether it exists.
pub(crate) async fn rename(tx: &mut Tx<'_>, person: PersonId, id: &str, name: &str) -> Result<bool, db::Error> {
    tx.use_once("UPDATE passkeys SET name = ?3 WHERE id = ?1 AND person_id = ?2", values![id, person, name]).await
}

/// Removes a passkey of a person, and closes them to resets by email. Returns whether it existed.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId, id: &str, now: Timestamp) -> Result<bool, db::Error> {
    Ok(remove_those(tx, Removal::of(person, id, now)).await? > 0)
}

/// Removes the passkeys that were added from an instant on, and closes the person to resets by email. Returns their
/// number.
pub(crate) async fn remove_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, db::Error> {
    remove_those(tx, Removal::since(person, since, now)).await
}

/// Removes the passkeys that were added from an instant on, or of these only the one of an identifier. They are kept
/// apart, to be brought back.
async fn remove_those(tx: &mut Tx<'_>, removal: Removal<'_>) -> Result<u64, db::Error> {
    let Removal { person, only, since, now } = removal;
    tx.execute(
        "INSERT INTO removed_passkeys
           (id, person_id, credential_id, name, credential, sign_count, synced, created_at, last_used_at, removed_at)
         SELECT id, person_id, credential_id, name, credential, sign_count, synced, created_at, last_used_at, ?4
         FROM passkeys WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id)",
        values![person, since, only, now],
    )
    .await?;
    let count = tx
        .execute(
            "DELETE FROM passkeys WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id)",
            values![person, since, only],
        )
        .await?;
    removed(tx, person, count).await
}

/// Brings back the passkeys that a person had before an instant and that were removed since, except those that somebody
/// registered again meanwhile.
pub(crate) async fn bring_back(tx: &mut Tx<'_>, person: PersonId, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "INSERT INTO passkeys
           (id, person_id, credential_id, name, credential, sign_count, synced, created_at, last_used_at)
         SELECT id, person_id, credential_id, name, credential, sign_count, synced, created_at, last_used_at
         FROM removed_passkeys WHERE person_id = ?1 AND removed_at >= ?2 AND created_at < ?2
         ON CONFLICT (credential_id) DO NOTHING",
        values![person, before],
    )
    .await?;
    tx.execute(
        "DELETE FROM removed_passkeys WHERE person_id = ?1 AND removed_at >= ?2 AND created_at < ?2",
        values![person, before],
    )
    .await
}

/// Deletes passkeys for good that were removed before an instant.
pub(crate) async fn expire_removed(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM removed_passkeys WHERE removed_at < ?1", values![before]).await
}

/// The requirement of a company for its users' keys.
#[derive(Clone, Debug)]
pub(crate) struct AttestedKeys {
    /// The authorities whose attestations it accepts.
    pub(crate) authorities: Authorities,
}

/// The requirement of a company for its users' keys; `None` for no requirement.
///
/// # Errors
/// Unreadable authorities.
pub(crate) async fn required_of(db: impl Reads, company: CompanyId) -> Result<Option<AttestedKeys>, db::Error> {
    db.optional("SELECT authorities FROM attested_keys WHERE company_id = ?1", values![company], |row| {
        Ok(AttestedKeys { authorities: row.get_json(0)? })
    })
    .await
}

/// Sets the requirement of a company to keys of these authorities, or to any key (`None`).
///
/// # Errors
/// [`db::Error::Conflict`] if there is no such company.
pub async fn require_attested(
    tx: &mut Tx<'_>,
    company: CompanyId,
    authorities: Option<&Authorities>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let Some(authorities) = authorities else {
        tx.execute("DELETE FROM attested_keys WHERE company_id = ?1", values![company]).await?;
        return Ok(());
    };
    let written = serde_json::to_string(authorities).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO attested_keys (company_id, authorities, required_since) VALUES (?1, ?2, ?3)
         ON CONFLICT (company_id) DO UPDATE SET authorities = excluded.authorities",
        values![company, written, now],
    )
    .await?;
    Ok(())
}

fn passkey(row: &Row<'_>) -> Result<Passkey, db::Error> {
    Ok(Passkey {
        id: row.get(0)?,
        person: row.get(1)?,
        name: row.get(2)?,
        created_at: row.get(3)?,
        last_used_at: row.get(4)?,
        synced: row.get(5)?,
        credential: row.get_json(6)?,
    })
}

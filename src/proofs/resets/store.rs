//! The table of links that replace a forgotten password, with the verifier that makes a proof of one.

use super::{LIFETIME, SET_UP_LIFETIME};
use crate::directory::companies::CompanyId;
use crate::directory::invitations::InvitationId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};
use crate::proofs::{Factor, Method, Occasion, Proven};
use crate::values;

/// A valid link.
#[derive(Clone, Debug)]
pub struct Link {
    /// The person whose password is forgotten.
    pub(crate) person: PersonId,
    /// The sign-in that asked for it; `None` of the set-up link of a first message and of the link of an invitation.
    pub(crate) sign_in: Option<String>,
    /// The invitation that it belongs to.
    pub(crate) invitation: Option<InvitationId>,
    /// The giver, of a temporary access pass.
    pub(crate) pass: Option<PassOrigin>,
}

/// The giver of a temporary access pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PassOrigin {
    /// The company.
    pub(crate) company: CompanyId,
    /// Its administrator; `None` where a program gave it.
    pub(crate) giver: Option<PersonId>,
}

impl Link {
    /// Whether it is the set-up link of a first message.
    pub(crate) fn is_for_set_up(&self) -> bool {
        self.sign_in.is_none() && self.invitation.is_none() && self.pass.is_none()
    }

    /// Whether it is the link of a forgotten password.
    pub(crate) fn is_for_forgotten_password(&self) -> bool {
        self.sign_in.is_some()
    }
}

/// Makes a link and returns its token. For an unknown email it is stored all the same and opens nothing, so that the
/// answer takes the same time.
pub async fn make(
    tx: &mut Tx<'_>,
    random: &Random,
    person: Option<PersonId>,
    sign_in: &str,
    now: Timestamp,
) -> Result<Secret<String>, db::Error> {
    let token = random.token();
    tx.execute(
        "INSERT INTO password_resets (id, token_hash, person_id, sign_in_id, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        values![
            new_uuid(now, random).to_string(),
            &hash_token(token.reveal()),
            person.map(|person| person.to_string()),
            sign_in,
            now.plus(LIFETIME),
        ],
    )
    .await?;
    Ok(token)
}

/// Makes the set-up link of a first message, in place of an earlier one, and gives its token.
pub(crate) async fn make_for_set_up(
    tx: &mut Tx<'_>,
    random: &Random,
    person: PersonId,
    now: Timestamp,
) -> Result<Secret<String>, db::Error> {
    tx.execute(
        "UPDATE password_resets SET used_at = ?2 WHERE person_id = ?1 AND sign_in_id IS NULL AND used_at IS NULL",
        values![person, now],
    )
    .await?;
    let token = random.token();
    tx.execute(
        "INSERT INTO password_resets (id, token_hash, person_id, sign_in_id, expires_at) VALUES (?1, ?2, ?3, NULL, ?4)",
        values![new_uuid(now, random).to_string(), &hash_token(token.reveal()), person, now.plus(SET_UP_LIFETIME)],
    )
    .await?;
    Ok(token)
}

/// Makes the link of an invitation, in place of an earlier one, and gives its token. It works until an instant.
pub(crate) async fn make_for_sign_up(
    tx: &mut Tx<'_>,
    random: &Random,
    (person, invitation): (PersonId, InvitationId),
    until: Timestamp,
    now: Timestamp,
) -> Result<Secret<String>, db::Error> {
    void(tx, person, now).await?;
    let token = random.token();
    tx.execute(
        "INSERT INTO password_resets (id, token_hash, person_id, sign_in_id, expires_at, invitation_id)
         VALUES (?1, ?2, ?3, NULL, ?4, ?5)",
        values![new_uuid(now, random).to_string(), &hash_token(token.reveal()), person, until, invitation],
    )
    .await?;
    Ok(token)
}

/// Stores a temporary access pass by its token, in place of an earlier one and of every link.
pub(crate) async fn make_pass(
    tx: &mut Tx<'_>,
    random: &Random,
    (person, token): (PersonId, &str),
    origin: PassOrigin,
    (now, until): (Timestamp, Timestamp),
) -> Result<(), db::Error> {
    void(tx, person, now).await?;
    tx.execute(
        "INSERT INTO password_resets
           (id, token_hash, person_id, sign_in_id, expires_at, pass_company_id, pass_giver_id)
         VALUES (?1, ?2, ?3, NULL, ?4, ?5, ?6)",
        values![new_uuid(now, random).to_string(), &hash_token(token), person, until, origin.company, origin.giver],
    )
    .await?;
    Ok(())
}

/// A valid link. Looking it up does not use it up, because programs that read mail open every link.
pub async fn find(db: impl Reads, token: &str, now: Timestamp) -> Result<Option<Link>, db::Error> {
    db.optional(
        "SELECT person_id, sign_in_id, invitation_id, pass_company_id, pass_giver_id FROM password_resets
         WHERE token_hash = ?1 AND person_id IS NOT NULL AND used_at IS NULL AND expires_at > ?2",
        values![&hash_token(token), now],
        |row| {
            let company: Option<CompanyId> = row.get_parsed(3)?;
            let giver = row.get_parsed(4)?;
            Ok(Link {
                person: row.get(0)?,
                sign_in: row.get(1)?,
                invitation: row.get_parsed(2)?,
                pass: company.map(|company| PassOrigin { company, giver }),
            })
        },
    )
    .await
}

/// Uses a link up. Of simultaneous tries exactly one gets the proof.
pub async fn use_up(
    tx: &mut Tx<'_>,
    token: &str,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let person: Option<PersonId> = tx
        .optional(
            "UPDATE password_resets SET used_at = ?2
             WHERE token_hash = ?1 AND person_id IS NOT NULL AND used_at IS NULL AND expires_at > ?2
             RETURNING person_id",
            values![&hash_token(token), now],
            |row| row.get(0),
        )
        .await?;
    Ok(person.map(|person| Proven::new(person, Method::of(Factor::PasswordReset), now, occasion)))
}

/// Makes every link of a person invalid.
pub async fn void(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("UPDATE password_resets SET used_at = ?2 WHERE person_id = ?1 AND used_at IS NULL", values![person, now])
        .await
}

/// Removes links that expired before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "DELETE FROM password_resets WHERE id < ?1 AND (sign_in_id IS NOT NULL OR id < ?2)",
        values![earliest_of(before.minus(LIFETIME)), earliest_of(before.minus(SET_UP_LIFETIME))],
    )
    .await
}

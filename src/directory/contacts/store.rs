//! The tables of contacts and of unconfirmed contacts.

use super::{
    Contacts, EMAIL_WITHIN, EmailConfirmation, EmailPurpose, Origin, PHONE_TRIES, PHONE_WITHIN, Phone,
    PhoneConfirmation, PhoneOfAnother,
};
use crate::directory::people::PersonId;
use crate::directory::users;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::id::{earliest_of, new_uuid};
use crate::platform::phone_number::PhoneNumber;
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};
use crate::values;

/// The contacts of a person that count.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Contacts, db::Error> {
    let found = db
        .optional(
            "SELECT email, phone, phone_confirmed_at, phone_set_by, phone_set_at FROM contacts WHERE person_id = ?1",
            values![person],
            |row| {
                // A number that its country's plan no longer has is none.
                let number = row.get::<Option<String>>(1)?.and_then(|stored| PhoneNumber::parse(&stored).ok());
                let phone = number.map(|number| Ok::<_, db::Error>(Phone { number, origin: origin(row)? }));
                Ok(Contacts { email: row.get(0)?, phone: phone.transpose()? })
            },
        )
        .await?;
    Ok(found.unwrap_or_default())
}

fn origin(row: &Row<'_>) -> Result<Origin, db::Error> {
    let confirmed: Option<Timestamp> = row.get(2)?;
    let administrator: Option<PersonId> = row.get_parsed(3)?;
    match (confirmed, administrator, row.get(4)?) {
        (Some(_), None, _) => Ok(Origin::Confirmed),
        // An import does not carry the administrator.
        (None, administrator, Some(at)) => {
            Ok(Origin::SetByAdministrator { administrator: administrator.unwrap_or(PersonId::NOBODY), at })
        }
        _ => Err(db::Error::Fault("nobody knows why a phone counts".to_owned())),
    }
}

/// Stores a confirmed communication email, or its absence.
pub async fn set_email(
    tx: &mut Tx<'_>,
    person: PersonId,
    email: Option<&str>,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO contacts (person_id, email, email_confirmed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (person_id) DO UPDATE
         SET email = excluded.email, email_confirmed_at = excluded.email_confirmed_at",
        values![person, email, email.map(|_| now)],
    )
    .await?;
    Ok(())
}

/// Stores a confirmed communication phone, or its absence.
pub async fn set_phone(
    tx: &mut Tx<'_>,
    person: PersonId,
    phone: Option<&str>,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO contacts (person_id, phone, phone_confirmed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (person_id) DO UPDATE
         SET phone = excluded.phone, phone_confirmed_at = excluded.phone_confirmed_at, phone_set_by = NULL,
             phone_set_at = NULL",
        values![person, phone, phone.map(|_| now)],
    )
    .await?;
    // Administrators find people by their phone.
    users::index_person(tx, person).await
}

/// Stores a phone that an administrator sets for a user whose basic company is theirs. Returns whether there is such a
/// user.
pub(super) async fn set_phone_of_user(
    tx: &mut Tx<'_>,
    wish: &PhoneOfAnother,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let is_set = tx
        .use_once(
            "INSERT INTO contacts (person_id, phone, phone_set_by, phone_set_at)
         SELECT person_id, ?3, ?4, ?5 FROM users
         WHERE company_id = ?1 AND person_id = ?2 AND basic AND state <> 'removed'
         ON CONFLICT (person_id) DO UPDATE
         SET phone = excluded.phone, phone_confirmed_at = NULL, phone_set_by = excluded.phone_set_by,
             phone_set_at = excluded.phone_set_at",
            values![wish.company, wish.person, wish.phone.as_str(), wish.administrator, now],
        )
        .await?;
    if is_set {
        users::index_person(tx, wish.person).await?;
    }
    Ok(is_set)
}

/// Stores an email that waits for its link, in place of an earlier one for the same purpose. Returns the token of the
/// link.
pub(crate) async fn ask_email(
    tx: &mut Tx<'_>,
    random: &Random,
    person: PersonId,
    (purpose, email): (EmailPurpose, &str),
    now: Timestamp,
) -> Result<Secret<String>, db::Error> {
    forget_email_asked(tx, person, purpose, now).await?;
    let token = random.token();
    tx.execute(
        "INSERT INTO email_confirmations (id, person_id, purpose, email, token_hash, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![
            new_uuid(now, random).to_string(),
            person,
            purpose.as_str(),
            email,
            &hash_token(token.reveal()),
            now.plus(EMAIL_WITHIN),
        ],
    )
    .await?;
    Ok(token)
}

/// Voids the links of a person for a purpose.
pub(crate) async fn forget_email_asked(
    tx: &mut Tx<'_>,
    person: PersonId,
    purpose: EmailPurpose,
    now: Timestamp,
) -> Result<u64, db::Error> {
    tx.execute(
        "UPDATE email_confirmations SET used_at = ?3 WHERE person_id = ?1 AND purpose = ?2 AND used_at IS NULL",
        values![person, purpose.as_str(), now],
    )
    .await
}

/// The email of a person that waits for its link.
pub(crate) async fn email_asked(
    db: impl Reads,
    person: PersonId,
    purpose: EmailPurpose,
    now: Timestamp,
) -> Result<Option<EmailConfirmation>, db::Error> {
    db.optional(
        "SELECT person_id, purpose, email FROM email_confirmations
         WHERE person_id = ?1 AND purpose = ?2 AND used_at IS NULL AND expires_at > ?3",
        values![person, purpose.as_str(), now],
        email_row,
    )
    .await
}

/// The email of a valid link.
pub(crate) async fn find_email(
    db: impl Reads,
    token: &str,
    now: Timestamp,
) -> Result<Option<EmailConfirmation>, db::Error> {
    db.optional(
        "SELECT person_id, purpose, email FROM email_confirmations
         WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
        values![&hash_token(token), now],
        email_row,
    )
    .await
}

/// Uses a link. Of concurrent calls exactly one gets `true`.
pub(crate) async fn use_email(
    tx: &mut Tx<'_>,
    token: &str,
    person: PersonId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE email_confirmations SET used_at = ?3
         WHERE token_hash = ?1 AND person_id = ?2 AND used_at IS NULL AND expires_at > ?3",
        values![&hash_token(token), person, now],
    )
    .await
}

/// Stores a phone that waits for its code, in place of an earlier one.
pub(crate) async fn ask_phone(
    tx: &mut Tx<'_>,
    person: PersonId,
    session: &str,
    (phone, code_hash): (&PhoneNumber, &[u8; 32]),
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO phone_confirmations (person_id, session_id, phone, code_hash, tries, expires_at)
         VALUES (?1, ?2, ?3, ?4, 0, ?5)
         ON CONFLICT (person_id) DO UPDATE
         SET session_id = excluded.session_id, phone = excluded.phone, code_hash = excluded.code_hash, tries = 0,
             expires_at = excluded.expires_at",
        values![person, session, phone.as_str(), code_hash, now.plus(PHONE_WITHIN)],
    )
    .await?;
    Ok(())
}

/// The phone of a person that waits for its code, even after the code has expired.
pub(crate) async fn phone_asked(db: impl Reads, person: PersonId) -> Result<Option<PhoneConfirmation>, db::Error> {
    db.optional(
        "SELECT session_id, phone, tries, expires_at FROM phone_confirmations WHERE person_id = ?1",
        values![person],
        |row| {
            Ok(PhoneConfirmation {
                session: row.get(0)?,
                phone: stored_phone(&row.get::<String>(1)?)?,
                tries: row.get(2)?,
                expires_at: row.get(3)?,
            })
        },
    )
    .await
}

/// Counts a try of the code, before the comparison and in a transaction of its own. Returns whether a try was left.
pub(crate) async fn try_phone(
    tx: &mut Tx<'_>,
    person: PersonId,
    session: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE phone_confirmations SET tries = tries + 1
         WHERE person_id = ?1 AND session_id = ?2 AND tries < ?3 AND expires_at > ?4",
        values![person, session, PHONE_TRIES, now],
    )
    .await
}

/// Uses a correct code. Of concurrent calls exactly one gets `true`.
pub(crate) async fn phone_matches(
    tx: &mut Tx<'_>,
    person: PersonId,
    session: &str,
    (phone, code_hash): (&PhoneNumber, &[u8; 32]),
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "DELETE FROM phone_confirmations
         WHERE person_id = ?1 AND session_id = ?2 AND phone = ?3 AND code_hash = ?4 AND expires_at > ?5",
        values![person, session, phone.as_str(), code_hash, now],
    )
    .await
}

/// Removes a phone that waits for its code.
pub(crate) async fn forget_phone_asked(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM phone_confirmations WHERE person_id = ?1", values![person]).await
}

/// Removes links that ended before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM email_confirmations WHERE id < ?1", values![earliest_of(before.minus(EMAIL_WITHIN))]).await
}

fn stored_phone(stored: &str) -> Result<PhoneNumber, db::Error> {
    PhoneNumber::parse(stored).map_err(|_| db::Error::Fault("a stored phone is no number".to_owned()))
}

fn email_row(row: &Row<'_>) -> Result<EmailConfirmation, db::Error> {
    let purpose: String = row.get(1)?;
    Ok(EmailConfirmation {
        person: row.get(0)?,
        purpose: EmailPurpose::from_stored(&purpose)
            .ok_or_else(|| db::Error::Fault("an unknown purpose of an email".to_owned()))?,
        email: row.get(2)?,
    })
}

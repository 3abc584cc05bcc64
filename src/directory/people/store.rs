//! The table of people.

use super::{AdditionError, Email, NewPerson, Person, PersonId, PersonState};
use crate::directory::users;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::random::Random;
use crate::values;

/// The person with an identifier.
pub async fn find(db: impl Reads, id: PersonId) -> Result<Option<Person>, db::Error> {
    db.optional(
        "SELECT id, email, given_name, family_name, language, state, terms_version, created_at, changed_at, email_confirmed_at,
                closed_to_resets
         FROM people WHERE id = ?1",
        values![id],
        person,
    )
    .await
}

/// The person who signs in with an email.
pub async fn find_by_email(db: impl Reads, email: &Email) -> Result<Option<Person>, db::Error> {
    db.optional(
        "SELECT id, email, given_name, family_name, language, state, terms_version, created_at, changed_at, email_confirmed_at,
                closed_to_resets
         FROM people WHERE email_key = COALESCE((SELECT email_key FROM people WHERE email_key = ?1), ?2)",
        values![email.key(), email.unicode_key()],
        person,
    )
    .await
}

/// A page of people in the order of their creation, after the given one.
pub async fn list(db: impl Reads, after: Option<PersonId>, limit: i64) -> Result<Vec<Person>, db::Error> {
    db.all(
        "SELECT id, email, given_name, family_name, language, state, terms_version, created_at, changed_at, email_confirmed_at,
                closed_to_resets
         FROM people WHERE id > ?1 ORDER BY id LIMIT ?2",
        values![after.map_or_else(String::new, |id| id.to_string()), limit],
        person,
    )
    .await
}

/// Adds a person. The caller vouches for the email, or calls [`doubt_email`].
///
/// # Errors
/// [`AdditionError::BadName`]; [`AdditionError::EmailTaken`] also if somebody adds the same person at this moment.
pub async fn add(tx: &mut Tx<'_>, random: &Random, now: Timestamp, new: &NewPerson) -> Result<PersonId, AdditionError> {
    if !new.names_are_fine() {
        return Err(AdditionError::BadName);
    }
    if find_by_email(&mut *tx, &new.email).await?.is_some() {
        return Err(AdditionError::EmailTaken);
    }
    let id = PersonId::new(now, random);
    let added = tx
        .execute(
            "INSERT INTO people (id, email, email_key, given_name, family_name, language, state, created_at, changed_at, email_confirmed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) ON CONFLICT (email_key) DO NOTHING",
            values![
                id,
                new.email.as_written(),
                new.email.key(),
                new.given_name.trim(),
                new.family_name.trim(),
                &new.language,
                PersonState::Active.as_str(),
                now,
                now,
            ],
        )
        .await?;
    if added == 1 { Ok(id) } else { Err(AdditionError::EmailTaken) }
}

/// Opens or closes a profile. Returns whether it exists.
pub async fn set_state(tx: &mut Tx<'_>, id: PersonId, state: PersonState, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET state = ?2, changed_at = ?3 WHERE id = ?1", values![id, state.as_str(), now]).await
}

/// Makes transactions about one person take turns: each waits here for the end of the one before it and sees its
/// changes.
pub(crate) async fn take_turns(tx: &mut Tx<'_>, id: PersonId) -> Result<(), db::Error> {
    tx.queue("UPDATE people SET state = state WHERE id = ?1", values![id]).await
}

/// The same, with the person as the transaction before left them.
pub(crate) async fn find_in_turn(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Person>, db::Error> {
    tx.optional(
        "UPDATE people SET state = state WHERE id = ?1
         RETURNING id, email, given_name, family_name, language, state, terms_version, created_at, changed_at, email_confirmed_at,
                   closed_to_resets",
        values![id],
        person,
    )
    .await
}

/// Records that a person accepted a version of the terms and conditions.
pub(crate) async fn accept_terms(tx: &mut Tx<'_>, id: PersonId, version: &str) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET terms_version = ?2 WHERE id = ?1", values![id, version]).await
}

/// Records the instant of a person's last sign-in.
pub(crate) async fn keep_sign_in(tx: &mut Tx<'_>, id: PersonId, now: Timestamp) -> Result<(), db::Error> {
    tx.queue("UPDATE people SET last_sign_in_at = ?2 WHERE id = ?1", values![id, now]).await
}

/// The instant of a person's last sign-in; `None` before the first.
pub(crate) async fn last_sign_in_at(db: impl Reads, id: PersonId) -> Result<Option<Timestamp>, db::Error> {
    let found = db.optional("SELECT last_sign_in_at FROM people WHERE id = ?1", values![id], |row| row.get(0)).await?;
    Ok(found.flatten())
}

/// Records that nobody has vouched for a person's email yet.
pub(crate) async fn doubt_email(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET email_confirmed_at = NULL WHERE id = ?1", values![id]).await
}

/// Records that a person reads mail at their sign-in email, if it is still the same.
pub(crate) async fn confirm_email(
    tx: &mut Tx<'_>,
    id: PersonId,
    email: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE people SET email_confirmed_at = ?3, changed_at = ?3
         WHERE id = ?1 AND email = ?2 AND email_confirmed_at IS NULL",
        values![id, email, now],
    )
    .await
}

/// Gives a person another, confirmed sign-in email. `false` if another person has it.
pub async fn set_email(tx: &mut Tx<'_>, id: PersonId, email: &Email, now: Timestamp) -> Result<bool, db::Error> {
    let is_set = tx
        .use_once(
            "UPDATE people SET email = ?2, email_key = ?3, email_confirmed_at = ?4, changed_at = ?4
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM people AS others WHERE others.email_key IN (?3, ?5) AND others.id <> ?1)",
            values![id, email.as_written(), email.key(), now, email.unicode_key()],
        )
        .await?;
    users::index_person(tx, id).await?;
    Ok(is_set)
}

/// Closes a person to resets by email: see [`Person::closed_to_resets`].
pub(crate) async fn close_to_resets(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET closed_to_resets = TRUE WHERE id = ?1", values![id]).await
}

/// Opens a person to resets by email, on the word of somebody who vouches for them.
pub(crate) async fn open_to_resets(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET closed_to_resets = FALSE WHERE id = ?1 AND closed_to_resets", values![id]).await
}

/// Whether a person has logged out from all devices, and nobody has opened the phone app to them again.
pub(crate) async fn phone_app_is_closed(db: impl Reads, id: PersonId) -> Result<bool, db::Error> {
    let closed =
        db.optional("SELECT 1 FROM people WHERE id = ?1 AND phone_app_closed", values![id], |_| Ok(())).await?;
    Ok(closed.is_some())
}

/// Closes the phone app to a person, on every phone.
pub async fn close_phone_app(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET phone_app_closed = TRUE WHERE id = ?1 AND NOT phone_app_closed", values![id]).await
}

/// Opens the phone app to a person again, on the word of an administrator. Tells whether it was closed.
pub(crate) async fn open_phone_app(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET phone_app_closed = FALSE WHERE id = ?1 AND phone_app_closed", values![id]).await
}

/// Changes the name of a person. The caller renews the search words (`users::index_person`).
pub(crate) async fn set_name(
    tx: &mut Tx<'_>,
    id: PersonId,
    (given_name, family_name): (&str, &str),
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE people SET given_name = ?2, family_name = ?3, changed_at = ?4 WHERE id = ?1",
        values![id, given_name, family_name, now],
    )
    .await
}

/// Stores the language of a person's messages.
pub(crate) async fn set_language(tx: &mut Tx<'_>, id: PersonId, tag: &str, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once("UPDATE people SET language = ?2, changed_at = ?3 WHERE id = ?1", values![id, tag, now]).await
}

fn person(row: &Row<'_>) -> Result<Person, db::Error> {
    stored_person(row, 0)
}

/// A person of eleven columns, of which this is the first.
///
/// # Errors
/// A state that this program does not know.
pub(crate) fn stored_person(row: &Row<'_>, first: usize) -> Result<Person, db::Error> {
    let state: String = row.get(first + 5)?;
    Ok(Person {
        id: row.get(first)?,
        email: row.get(first + 1)?,
        given_name: row.get(first + 2)?,
        family_name: row.get(first + 3)?,
        language: row.get(first + 4)?,
        state: state.parse().map_err(|()| db::Error::Fault("an unknown state of a person".to_owned()))?,
        terms_version: row.get(first + 6)?,
        created_at: row.get(first + 7)?,
        changed_at: row.get(first + 8)?,
        email_confirmed_at: row.get(first + 9)?,
        closed_to_resets: row.get(first + 10)?,
    })
}

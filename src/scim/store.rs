//! The directories' own identifiers of users, and lists of users as directories read them: by number, not by key.

use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::db::{Error, Reads, Row, Tx};
use crate::values;

/// The identifier of a user in the directory of a company.
pub(super) async fn external_id(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<String>, Error> {
    db.optional(
        "SELECT external_id FROM external_ids WHERE company_id = ?1 AND person_id = ?2",
        values![company, person],
        |row| row.get(0),
    )
    .await
}

/// The identifiers of the users from one to another, in the directory of a company.
pub(super) async fn external_ids(
    db: impl Reads,
    company: CompanyId,
    (from, to): (PersonId, PersonId),
) -> Result<Vec<(PersonId, String)>, Error> {
    db.all(
        "SELECT person_id, external_id FROM external_ids WHERE company_id = ?1 AND person_id >= ?2 AND person_id <= ?3",
        values![company, from, to],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// The user with an identifier in the directory of a company.
pub(super) async fn by_external_id(
    db: impl Reads,
    company: CompanyId,
    external_id: &str,
) -> Result<Option<PersonId>, Error> {
    db.optional(
        "SELECT person_id FROM external_ids WHERE company_id = ?1 AND external_id = ?2",
        values![company, external_id],
        |row| row.get(0),
    )
    .await
}

/// Keeps what a directory calls a user. Tells whether it is kept: `false` where another user is called so.
pub(super) async fn keep_external_id(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    external_id: Option<&str>,
) -> Result<bool, Error> {
    tx.execute("DELETE FROM external_ids WHERE company_id = ?1 AND person_id = ?2", values![company, person]).await?;
    match external_id {
        None => Ok(true),
        Some(external_id) => {
            tx.use_once(
                "INSERT INTO external_ids (company_id, person_id, external_id) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
                values![company, person, external_id],
            )
            .await
        }
    }
}

/// The users of a company from a number on, in the order of their identifiers, without removed ones.
pub(super) async fn users(
    db: impl Reads,
    company: CompanyId,
    (skipped, limit): (i64, i64),
) -> Result<Vec<PersonId>, Error> {
    db.all(
        "SELECT person_id FROM users WHERE company_id = ?1 AND state <> 'removed' ORDER BY person_id LIMIT ?3 OFFSET ?2",
        values![company, skipped, limit],
        |row| row.get(0),
    )
    .await
}

/// How many users that are.
pub(super) async fn count(db: impl Reads, company: CompanyId) -> Result<i64, Error> {
    db.one("SELECT count(*) FROM users WHERE company_id = ?1 AND state <> 'removed'", values![company], |row| {
        row.get(0)
    })
    .await
}

/// A page of the users of a company in an administrative role, found by an index of those who manage.
pub(super) async fn in_administrative_role(
    db: impl Reads,
    company: CompanyId,
    role: &str,
    (skipped, limit): (i64, i64),
) -> Result<Vec<(PersonId, String)>, Error> {
    db.all(
        "SELECT person_id, given_name, family_name FROM members
         WHERE company_id = ?1 AND state <> 'removed' AND (is_user_administrator OR is_main_user)
           AND CASE ?2 WHEN 'main user' THEN is_main_user ELSE is_user_administrator END
         ORDER BY sort_key, person_id LIMIT ?4 OFFSET ?3",
        values![company, role, skipped, limit],
        named,
    )
    .await
}

/// A page of the users of a company with a ready-made profile, or in the role of an employee where none is named, after
/// one of them.
pub(super) async fn with_profile(
    db: impl Reads,
    company: CompanyId,
    profile: Option<&str>,
    (after, limit): (&str, i64),
) -> Result<Vec<(PersonId, String)>, Error> {
    db.all(
        "SELECT person_id, given_name, family_name FROM members
         WHERE company_id = ?1 AND state <> 'removed' AND CASE WHEN ?2 = '' THEN is_employee ELSE profile = ?2 END
           AND person_id > ?3
         ORDER BY person_id LIMIT ?4",
        values![company, profile.unwrap_or_default(), after, limit],
        named,
    )
    .await
}

fn named(row: &Row<'_>) -> Result<(PersonId, String), Error> {
    let (given_name, family_name): (String, String) = (row.get(1)?, row.get(2)?);
    Ok((row.get(0)?, format!("{given_name} {family_name}").trim().to_owned()))
}

/// Whether a person is a user of another company, too.
pub(super) async fn is_user_elsewhere(db: impl Reads, company: CompanyId, person: PersonId) -> Result<bool, Error> {
    let found = db
        .optional(
            "SELECT 1 FROM users WHERE person_id = ?2 AND company_id <> ?1 AND state NOT IN ('removed', 'pending') LIMIT 1",
            values![company, person],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

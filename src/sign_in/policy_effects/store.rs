//! What people have to prove themselves with, of many at once and never more than are counted.

use std::collections::BTreeSet;

use super::{Has, MOST};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::db::{self, Reads, Row};
use crate::sign_in::policies::ApplicationId;
use crate::values;

/// What the active users of a company have; one more than are counted, where there are more.
pub async fn of_company(db: impl Reads, company: CompanyId) -> Result<Vec<Has>, db::Error> {
    db.all(
        "SELECT EXISTS (SELECT 1 FROM passwords WHERE passwords.person_id = users.person_id),
                EXISTS (SELECT 1 FROM authenticators WHERE authenticators.person_id = users.person_id),
                EXISTS (SELECT 1 FROM passkeys WHERE passkeys.person_id = users.person_id)
         FROM users WHERE users.company_id = ?1 AND users.state = 'active' LIMIT ?2",
        values![company, MOST + 1],
        |row| has(row, 0),
    )
    .await
}

/// What the active users of a company have who may use an application.
pub async fn of_users(db: impl Reads, company: CompanyId, application: ApplicationId) -> Result<Vec<Has>, db::Error> {
    let found: Vec<(PersonId, Has)> = db
        .all(
            "SELECT user_rights.person_id,
                    EXISTS (SELECT 1 FROM passwords WHERE passwords.person_id = user_rights.person_id),
                    EXISTS (SELECT 1 FROM authenticators WHERE authenticators.person_id = user_rights.person_id),
                    EXISTS (SELECT 1 FROM passkeys WHERE passkeys.person_id = user_rights.person_id)
             FROM user_rights
             JOIN users ON users.company_id = user_rights.company_id AND users.person_id = user_rights.person_id
             WHERE user_rights.company_id = ?1 AND user_rights.application_id = ?2 AND users.state = 'active'
             LIMIT ?3",
            values![company, application, 4 * MOST],
            |row| Ok((row.get(0)?, has(row, 1)?)),
        )
        .await?;
    // Somebody with several rights is one person.
    let mut seen = BTreeSet::new();
    let most = usize::try_from(MOST).unwrap_or(usize::MAX).saturating_add(1);
    Ok(found.into_iter().filter(|(person, _)| seen.insert(*person)).map(|(_, has)| has).take(most).collect())
}

/// What a person has.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Has, db::Error> {
    let found = db
        .optional(
            "SELECT EXISTS (SELECT 1 FROM passwords WHERE passwords.person_id = people.id),
                    EXISTS (SELECT 1 FROM authenticators WHERE authenticators.person_id = people.id),
                    EXISTS (SELECT 1 FROM passkeys WHERE passkeys.person_id = people.id)
             FROM people WHERE people.id = ?1",
            values![person],
            |row| has(row, 0),
        )
        .await?;
    Ok(found.unwrap_or_default())
}

fn has(row: &Row<'_>, first: usize) -> Result<Has, db::Error> {
    Ok(Has { password: row.get(first)?, authenticator: row.get(first + 1)?, passkey: row.get(first + 2)? })
}

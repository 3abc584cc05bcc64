//! The factors of many people at once, with a largest number.

use std::collections::BTreeMap;

use super::{Has, MOST};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::db::{self, Reads, Row, Source};
use crate::proofs::{self, Factor};
use crate::sign_in::policies::ApplicationId;
use crate::values;

/// The factors of the active users of a company, of one more than the largest number if there are more.
pub async fn of_company(source: &mut Source<'_, '_>, company: CompanyId) -> Result<Vec<Has>, db::Error> {
    let people = users(&mut *source, company).await?;
    Ok(by_person(people, factors_of_users(source, company).await?))
}

async fn users(db: impl Reads, company: CompanyId) -> Result<Vec<PersonId>, db::Error> {
    db.all(
        "SELECT person_id FROM users WHERE company_id = ?1 AND state = 'active' LIMIT ?2",
        values![company, MOST + 1],
        |row| row.get(0),
    )
    .await
}

async fn factors_of_users(db: impl Reads, company: CompanyId) -> Result<Vec<(PersonId, Factor)>, db::Error> {
    db.all(
        "SELECT person_id, factor FROM person_factors WHERE person_id IN
         (SELECT person_id FROM users WHERE company_id = ?1 AND state = 'active' LIMIT ?2)",
        values![company, MOST + 1],
        held,
    )
    .await
}

/// The factors of the active users of a company with a right in an application.
pub async fn of_users(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    application: ApplicationId,
) -> Result<Vec<Has>, db::Error> {
    let people = users_with_rights(&mut *source, company, application).await?;
    Ok(by_person(people, factors_with_rights(source, company, application).await?))
}

/// A person with several rights has several rows, so more rows are read than people are counted.
async fn users_with_rights(
    db: impl Reads,
    company: CompanyId,
    application: ApplicationId,
) -> Result<Vec<PersonId>, db::Error> {
    db.all(
        "SELECT user_rights.person_id FROM user_rights
         JOIN users ON users.company_id = user_rights.company_id AND users.person_id = user_rights.person_id
         WHERE user_rights.company_id = ?1 AND user_rights.application_id = ?2 AND users.state = 'active' LIMIT ?3",
        values![company, application, 4 * MOST],
        |row| row.get(0),
    )
    .await
}

async fn factors_with_rights(
    db: impl Reads,
    company: CompanyId,
    application: ApplicationId,
) -> Result<Vec<(PersonId, Factor)>, db::Error> {
    db.all(
        "SELECT person_id, factor FROM person_factors WHERE person_id IN
         (SELECT user_rights.person_id FROM user_rights
          JOIN users ON users.company_id = user_rights.company_id AND users.person_id = user_rights.person_id
          WHERE user_rights.company_id = ?1 AND user_rights.application_id = ?2 AND users.state = 'active' LIMIT ?3)",
        values![company, application, 4 * MOST],
        held,
    )
    .await
}

/// The factors of a person.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Has, db::Error> {
    Ok(proofs::holdings(db, person).await?.has)
}

fn held(row: &Row<'_>) -> Result<(PersonId, Factor), db::Error> {
    Ok((row.get(0)?, proofs::factor(row, 1)?))
}

/// The set of factors of each person, empty ones as well; of one more than the largest number if there are more.
fn by_person(people: Vec<PersonId>, found: Vec<(PersonId, Factor)>) -> Vec<Has> {
    let mut sets: BTreeMap<PersonId, Has> = people.into_iter().map(|person| (person, Has::new())).collect();
    for (person, factor) in found {
        sets.entry(person).or_default().insert(factor);
    }
    sets.into_values().take(usize::try_from(MOST).unwrap_or(usize::MAX).saturating_add(1)).collect()
}

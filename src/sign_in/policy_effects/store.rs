//! What people have to prove themselves with, of many at once and never more than are counted.

use std::collections::BTreeMap;

use super::{Has, MOST};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::db::{self, Reads, Row};
use crate::proofs::{self, Factor};
use crate::sign_in::policies::ApplicationId;
use crate::values;

/// What the active users of a company have; one more than are counted, where there are more.
pub async fn of_company(db: impl Reads, company: CompanyId) -> Result<Vec<Has>, db::Error> {
    let found = db
        .all(
            "WITH counted AS (
               SELECT person_id FROM users WHERE company_id = ?1 AND state = 'active' LIMIT ?2
             )
             SELECT person_id, '' FROM counted
             UNION
             SELECT person_id, factor FROM person_factors WHERE person_id IN (SELECT person_id FROM counted)",
            values![company, MOST + 1],
            held,
        )
        .await?;
    Ok(by_person(found))
}

/// What the active users of a company have who may use an application.
pub async fn of_users(db: impl Reads, company: CompanyId, application: ApplicationId) -> Result<Vec<Has>, db::Error> {
    let found = db
        .all(
            "WITH counted AS (
               SELECT DISTINCT user_rights.person_id FROM user_rights
               JOIN users ON users.company_id = user_rights.company_id AND users.person_id = user_rights.person_id
               WHERE user_rights.company_id = ?1 AND user_rights.application_id = ?2 AND users.state = 'active'
               LIMIT ?3
             )
             SELECT person_id, '' FROM counted
             UNION
             SELECT person_id, factor FROM person_factors WHERE person_id IN (SELECT person_id FROM counted)",
            values![company, application, MOST + 1],
            held,
        )
        .await?;
    Ok(by_person(found))
}

/// What a person has.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Has, db::Error> {
    Ok(proofs::holdings(db, person).await?.has)
}

/// A person, and one thing that they have; nothing, in the row that says that they are there.
fn held(row: &Row<'_>) -> Result<(PersonId, Option<Factor>), db::Error> {
    let factor: String = row.get(1)?;
    Ok((row.get(0)?, if factor.is_empty() { None } else { Some(proofs::factor(row, 1)?) }))
}

fn by_person(found: Vec<(PersonId, Option<Factor>)>) -> Vec<Has> {
    let mut people: BTreeMap<PersonId, Has> = BTreeMap::new();
    for (person, factor) in found {
        people.entry(person).or_default().extend(factor);
    }
    people.into_values().collect()
}

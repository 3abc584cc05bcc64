//! The table of users.

use super::{Role, User};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// The companies that a person is a user of, the basic company first. At most a thousand.
///
/// # Errors
/// Every fault of the database.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<User>, db::Error> {
    db.all(
        "SELECT users.company_id, companies.name, users.roles, users.basic FROM users
         JOIN companies ON companies.id = users.company_id
         WHERE users.person_id = ?1 ORDER BY users.basic DESC, companies.name LIMIT 1000",
        values![person],
        |row| Ok(User { company: row.get(0)?, company_name: row.get(1)?, roles: row.get_json(2)?, basic: row.get(3)? }),
    )
    .await
}

/// Makes a person a user of a company. The first company becomes the basic company.
///
/// # Errors
/// [`db::Error::Conflict`] where the person is a user there already, or one of the two is not there.
pub async fn add(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    roles: &[Role],
    now: Timestamp,
) -> Result<(), db::Error> {
    let basic = of_person(&mut *tx, person).await?.is_empty();
    let roles = serde_json::to_string(roles).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO users (company_id, person_id, roles, basic, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        values![company, person, roles, basic, now],
    )
    .await?;
    Ok(())
}

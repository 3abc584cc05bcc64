//! Queries about the words and sort keys of users.

use super::found_by;
use crate::directory::companies::CompanyId;
use crate::directory::contacts;
use crate::directory::employees;
use crate::directory::people::{self, Person, PersonId};
use crate::directory::search::{self, SearchScope, sort_key};
use crate::directory::users::{MembershipState, find};
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// Stores the search words and the sort key of a person among the users and the employees of a company. Of somebody who
/// has not accepted, what was typed is found, and no more.
pub async fn index(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<(), db::Error> {
    match people::find(&mut *tx, person).await? {
        Some(found) => index_in(tx, company, &found).await,
        None => Ok(()),
    }
}

async fn index_in(tx: &mut Tx<'_>, company: CompanyId, person: &Person) -> Result<(), db::Error> {
    let phone = contacts::of_person(&mut *tx, person.id).await?.phone.map(|phone| phone.number);
    let known = (person.name(), person.email.clone(), phone);
    let user = find(&mut *tx, company, person.id).await?;
    let (name, email, phone) = match &user {
        Some(user) if user.is_waited_for => (user.name.clone(), user.email.clone(), None),
        _ => known.clone(),
    };
    let key = sort_key(&name);
    tx.execute(
        "UPDATE users SET sort_key = ?3 WHERE company_id = ?1 AND person_id = ?2",
        values![company, person.id, &key],
    )
    .await?;
    let is_user = user.is_some_and(|user| user.state != MembershipState::Removed);
    let subject = person.id.to_string();
    let words = found_by(&name, &email, phone.as_ref());
    search::keep(tx, SearchScope::UsersOf(company), &subject, if is_user { &words } else { &[] }).await?;
    let employee = employees::find(&mut *tx, company, person.id).await?;
    let words = match &employee {
        None => Vec::new(),
        Some(employee) => {
            let (name, email, phone) =
                if employee.is_known { known } else { (employee.name.clone(), employee.email.clone(), None) };
            employees::set_sort_key(tx, company, person.id, &sort_key(&name)).await?;
            found_by(&name, &email, phone.as_ref())
        }
    };
    search::keep(tx, SearchScope::EmployeesOf(company), &subject, &words).await
}

/// Indexes a batch of users and companies from before the index existed. Returns the size of the batch.
pub async fn index_missing(tx: &mut Tx<'_>, batch: i64) -> Result<u64, db::Error> {
    let missing: Vec<PersonId> = tx
        .all("SELECT DISTINCT person_id FROM users WHERE sort_key IS NULL LIMIT ?1", values![batch], |row| row.get(0))
        .await?;
    for person in &missing {
        index_person(tx, *person).await?;
    }
    Ok(u64::try_from(missing.len()).unwrap_or(u64::MAX))
}

/// Renews the search words of a person in every company that knows them, after a change of name, email or phone.
pub async fn index_person(tx: &mut Tx<'_>, person: PersonId) -> Result<(), db::Error> {
    let Some(found) = people::find(&mut *tx, person).await? else { return Ok(()) };
    let companies: Vec<CompanyId> = tx
        .all(
            "SELECT company_id FROM users WHERE person_id = ?1
             UNION SELECT company_id FROM employees WHERE person_id = ?1",
            values![person],
            |row| row.get(0),
        )
        .await?;
    for company in companies {
        index_in(tx, company, &found).await?;
    }
    Ok(())
}

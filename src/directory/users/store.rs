//! The table of users. Longer than 500 lines because the statements that guard the last administrator belong
//! beside those that change users.

use std::cmp::Reverse;

use super::{Authority, CannotChange, Filter, Member, Role, State, User};
use crate::directory::companies::{self, CompanyId};
use crate::directory::contacts;
use crate::directory::employees;
use crate::directory::people::{self, NewPerson, Person, PersonId};
use crate::directory::search::{self, Scope, sort_key};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Source, Tx, parsed};
use crate::platform::phone_number::PhoneNumber;
use crate::values;

/// One user of a company, removed or not.
const ONE: &str =
    "SELECT users.company_id, users.person_id, COALESCE(users.typed_given_name, people.given_name), COALESCE(users.typed_family_name, people.family_name),
     COALESCE(users.typed_email, people.email), COALESCE(users.typed_language, people.language),
     CASE WHEN users.typed_email IS NULL THEN people.state ELSE 'active' END,
     users.roles, users.profile, users.basic, users.state, CASE WHEN users.typed_email IS NULL THEN people.last_sign_in_at END,
     users.created_at, users.sort_key, users.role_is_accepted, users.typed_email IS NOT NULL
     FROM users JOIN people ON people.id = users.person_id
     WHERE users.company_id = ?1 AND users.person_id = ?2";

/// The companies of which a person is a user and not removed, the basic company first; the basic company even after
/// removal. Those that wait for their acceptance are not among them. At most a thousand.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<User>, db::Error> {
    db.all(
        "SELECT users.company_id, companies.name, users.roles, users.basic, users.state, users.role_is_accepted
         FROM users JOIN companies ON companies.id = users.company_id
         WHERE users.person_id = ?1 AND (users.basic OR users.state NOT IN ('removed', 'pending'))
         ORDER BY users.basic DESC, companies.name LIMIT 1000",
        values![person],
        |row| {
            Ok(User {
                company: row.get(0)?,
                company_name: row.get(1)?,
                roles: row.get_json(2)?,
                basic: row.get(3)?,
                state: parsed(row, 4)?,
                role_is_accepted: row.get(5)?,
            })
        },
    )
    .await
}

/// The companies that have added a person who has not accepted yet, by name, with the roles there. At most a hundred.
pub async fn waiting_for(db: impl Reads, person: PersonId) -> Result<Vec<(CompanyId, String, Vec<Role>)>, db::Error> {
    db.all(
        "SELECT users.company_id, companies.name, users.roles FROM users
         JOIN companies ON companies.id = users.company_id
         WHERE users.person_id = ?1 AND users.state = 'pending' ORDER BY companies.name LIMIT 100",
        values![person],
        |row| Ok((row.get(0)?, row.get(1)?, row.get_json(2)?)),
    )
    .await
}

/// The basic company of a person, with the state of the membership; `None` for a person who is a user nowhere.
pub async fn basic_company(db: impl Reads, person: PersonId) -> Result<Option<(CompanyId, State)>, db::Error> {
    db.optional("SELECT company_id, state FROM users WHERE person_id = ?1 AND basic", values![person], |row| {
        Ok((row.get(0)?, parsed(row, 1)?))
    })
    .await
}

/// A user of a company, removed or not.
pub async fn find(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<Member>, db::Error> {
    db.optional(ONE, values![company, person], member).await
}

/// The users of a company by name, after a place in that order (`[]` and nobody for the beginning). Each filter has an
/// index, so that few among many are found without reading the many.
pub async fn list(
    db: impl Reads,
    company: CompanyId,
    (filter, role): (Filter, Option<Role>),
    (key, person): (&[u8], Option<PersonId>),
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let (role, person) = (pattern(role), person.map_or_else(String::new, |id| id.to_string()));
    let found = if filter == Filter::All {
        db.all(
            "SELECT limited.company_id, limited.person_id, COALESCE(limited.typed_given_name, people.given_name), COALESCE(limited.typed_family_name, people.family_name),
                    COALESCE(limited.typed_email, people.email), COALESCE(limited.typed_language, people.language),
                    CASE WHEN limited.typed_email IS NULL THEN people.state ELSE 'active' END,
                    limited.roles, limited.profile, limited.basic, limited.state, CASE WHEN limited.typed_email IS NULL THEN people.last_sign_in_at END,
                    limited.created_at, limited.sort_key, limited.role_is_accepted, limited.typed_email IS NOT NULL
             FROM (SELECT company_id, person_id, roles, profile, basic, state, created_at, sort_key, role_is_accepted,
                          typed_email, typed_given_name, typed_family_name, typed_language FROM users
                   WHERE company_id = ?1 AND (sort_key, person_id) > (?2, ?3) AND roles LIKE ?4
                     AND state <> 'removed'
                   ORDER BY sort_key, person_id LIMIT ?5) AS limited
             JOIN people ON people.id = limited.person_id",
            values![company, key, person, role, limit],
            member,
        )
        .await
    } else {
        db.all(
            "SELECT limited.company_id, limited.person_id, COALESCE(limited.typed_given_name, people.given_name), COALESCE(limited.typed_family_name, people.family_name),
                    COALESCE(limited.typed_email, people.email), COALESCE(limited.typed_language, people.language),
                    CASE WHEN limited.typed_email IS NULL THEN people.state ELSE 'active' END,
                    limited.roles, limited.profile, limited.basic, limited.state, CASE WHEN limited.typed_email IS NULL THEN people.last_sign_in_at END,
                    limited.created_at, limited.sort_key, limited.role_is_accepted, limited.typed_email IS NOT NULL
             FROM (SELECT company_id, person_id, roles, profile, basic, state, created_at, sort_key, role_is_accepted,
                          typed_email, typed_given_name, typed_family_name, typed_language FROM users
                   WHERE company_id = ?1 AND (sort_key, person_id) > (?2, ?3) AND roles LIKE ?4
                     AND CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?5
                   ORDER BY sort_key, person_id LIMIT ?6) AS limited
             JOIN people ON people.id = limited.person_id",
            values![company, key, person, role, filter.as_str(), limit],
            member,
        )
        .await
    };
    // A join preserves no order.
    let mut found = found?;
    found.sort_by_key(place);
    Ok(found)
}

/// The place of a user in a company's list.
fn place(member: &Member) -> (Vec<u8>, PersonId) {
    (member.sort_key.clone(), member.person)
}

/// Like [`list`], the users before a place, the nearest first.
pub async fn list_before(
    db: impl Reads,
    company: CompanyId,
    (filter, role): (Filter, Option<Role>),
    (key, person): (&[u8], PersonId),
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let role = pattern(role);
    let found = if filter == Filter::All {
        db.all(
            "SELECT limited.company_id, limited.person_id, COALESCE(limited.typed_given_name, people.given_name), COALESCE(limited.typed_family_name, people.family_name),
                    COALESCE(limited.typed_email, people.email), COALESCE(limited.typed_language, people.language),
                    CASE WHEN limited.typed_email IS NULL THEN people.state ELSE 'active' END,
                    limited.roles, limited.profile, limited.basic, limited.state, CASE WHEN limited.typed_email IS NULL THEN people.last_sign_in_at END,
                    limited.created_at, limited.sort_key, limited.role_is_accepted, limited.typed_email IS NOT NULL
             FROM (SELECT company_id, person_id, roles, profile, basic, state, created_at, sort_key, role_is_accepted,
                          typed_email, typed_given_name, typed_family_name, typed_language FROM users
                   WHERE company_id = ?1 AND (sort_key, person_id) < (?2, ?3) AND roles LIKE ?4
                     AND state <> 'removed'
                   ORDER BY sort_key DESC, person_id DESC LIMIT ?5) AS limited
             JOIN people ON people.id = limited.person_id",
            values![company, key, person, role, limit],
            member,
        )
        .await
    } else {
        db.all(
            "SELECT limited.company_id, limited.person_id, COALESCE(limited.typed_given_name, people.given_name), COALESCE(limited.typed_family_name, people.family_name),
                    COALESCE(limited.typed_email, people.email), COALESCE(limited.typed_language, people.language),
                    CASE WHEN limited.typed_email IS NULL THEN people.state ELSE 'active' END,
                    limited.roles, limited.profile, limited.basic, limited.state, CASE WHEN limited.typed_email IS NULL THEN people.last_sign_in_at END,
                    limited.created_at, limited.sort_key, limited.role_is_accepted, limited.typed_email IS NOT NULL
             FROM (SELECT company_id, person_id, roles, profile, basic, state, created_at, sort_key, role_is_accepted,
                          typed_email, typed_given_name, typed_family_name, typed_language FROM users
                   WHERE company_id = ?1 AND (sort_key, person_id) < (?2, ?3) AND roles LIKE ?4
                     AND CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?5
                   ORDER BY sort_key DESC, person_id DESC LIMIT ?6) AS limited
             JOIN people ON people.id = limited.person_id",
            values![company, key, person, role, filter.as_str(), limit],
            member,
        )
        .await
    };
    // A join preserves no order.
    let mut found = found?;
    found.sort_by_key(|member| Reverse(place(member)));
    Ok(found)
}

/// The pattern for a column of roles that contains this role; any, without one.
fn pattern(role: Option<Role>) -> String {
    role.map_or_else(|| "%".to_owned(), |role| format!("%\"{}\"%", role.as_str()))
}

/// The administrators of a company by name. At most two hundred.
pub async fn list_managing(db: impl Reads, company: CompanyId) -> Result<Vec<Member>, db::Error> {
    db.all(
        "SELECT users.company_id, users.person_id, COALESCE(users.typed_given_name, people.given_name), COALESCE(users.typed_family_name, people.family_name),
                COALESCE(users.typed_email, people.email), COALESCE(users.typed_language, people.language),
                CASE WHEN users.typed_email IS NULL THEN people.state ELSE 'active' END,
                users.roles, users.profile, users.basic, users.state, CASE WHEN users.typed_email IS NULL THEN people.last_sign_in_at END,
                users.created_at, users.sort_key, users.role_is_accepted, users.typed_email IS NOT NULL
         FROM users JOIN people ON people.id = users.person_id
         WHERE users.company_id = ?1 AND users.roles <> '[\"employee\"]'
           AND (users.roles LIKE '%\"user administrator\"%' OR users.roles LIKE '%\"main user\"%')
         ORDER BY users.sort_key, users.person_id LIMIT 200",
        values![company],
        member,
    )
    .await
}

/// The number of users of a company per filter, in the order of [`Filter::ALL`], among the first `most` by name; and
/// whether there are more.
pub async fn count_each(db: impl Reads, company: CompanyId, most: i64) -> Result<([i64; 6], bool), db::Error> {
    let (each, counted): ([i64; 6], i64) = db
        .one(
            "SELECT coalesce(sum(CASE WHEN state <> 'removed' THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'active' AND has_signed_in THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'active' AND NOT has_signed_in THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'locked' THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'removed' THEN 1 ELSE 0 END), 0),
                count(*)
         FROM (SELECT state, has_signed_in FROM users WHERE company_id = ?1 ORDER BY sort_key, person_id LIMIT ?2)
              AS counted",
            values![company, most],
            |row| Ok((each_of(row)?, row.get(6)?)),
        )
        .await?;
    Ok((each, counted >= most))
}

fn each_of(row: &Row<'_>) -> Result<[i64; 6], db::Error> {
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?])
}

/// The users of a company with, for each typed word, a word of name, email or phone that begins with it; without
/// removed ones.
pub async fn search(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    typed: &str,
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let found = search::matching(source, Scope::UsersOf(company), typed, limit).await?;
    let each: Vec<_> = found.iter().map(|person| [company.into(), person.into()]).collect();
    source.each(ONE, &each, member).await
}

/// The authority of a person in a company, if any. A person who is removed from their basic company, or whose profile
/// is closed, manages none.
pub async fn authority(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<Authority>, db::Error> {
    let held: Vec<(CompanyId, Vec<Role>)> = db
        .all(
            "SELECT users.company_id, users.roles FROM users
             JOIN people ON people.id = users.person_id
             WHERE users.person_id = ?2 AND users.state = 'active' AND people.state = 'active'
               AND (users.company_id = ?1
                    OR users.company_id IN (SELECT office_id FROM engagements WHERE client_id = ?1))
               AND NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = ?2 AND basic.basic AND basic.state <> 'active')",
            values![company, person],
            |row| Ok((row.get(0)?, row.get_json(1)?)),
        )
        .await?;
    let main_user_of = held.iter().find(|(_, roles)| roles.contains(&Role::MainUser)).map(|(office, _)| *office);
    if let Some(office) = main_user_of {
        return Ok(Some(Authority::MainUser { office }));
    }
    let is_administrator = held.iter().any(|(of, roles)| *of == company && roles.contains(&Role::UserAdministrator));
    Ok(is_administrator.then_some(Authority::UserAdministrator))
}

/// Whether anybody but this person could manage a company: an active administrator of its own, or an active main user
/// of a managing office. A given office does not count.
pub async fn is_managed_without(
    db: impl Reads,
    company: CompanyId,
    person: Option<PersonId>,
    office: Option<CompanyId>,
) -> Result<bool, db::Error> {
    let found = db
        .optional(
            "SELECT 1 FROM users JOIN people ON people.id = users.person_id
             WHERE users.state = 'active' AND people.state = 'active' AND users.person_id <> ?2
               AND NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = users.person_id AND basic.basic AND basic.state <> 'active')
               AND ((users.company_id = ?1
                     AND (users.roles LIKE '%\"user administrator\"%' OR users.roles LIKE '%\"main user\"%'))
                    OR (users.company_id IN (SELECT office_id FROM engagements WHERE client_id = ?1 AND office_id <> ?3)
                        AND users.roles LIKE '%\"main user\"%'))
             LIMIT 1",
            values![
                company,
                person.map_or_else(String::new, |id| id.to_string()),
                office.map_or_else(String::new, |id| id.to_string())
            ],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// Records that a person has signed in, in each membership, for the lists of users who never have.
pub async fn keep_sign_in(tx: &mut Tx<'_>, person: PersonId) -> Result<(), db::Error> {
    tx.execute("UPDATE users SET has_signed_in = TRUE WHERE person_id = ?1 AND NOT has_signed_in", values![person])
        .await?;
    Ok(())
}

/// Makes a person a user of a company. The first company becomes the basic company. A removed user is taken back, with
/// these roles.
///
/// # Errors
/// [`db::Error::Conflict`] if the person is a user of it already, or one of the two does not exist.
pub async fn add(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    roles: &[Role],
    now: Timestamp,
) -> Result<(), db::Error> {
    // Of two companies that add the same person at once, one becomes the basic company.
    people::take_turns(tx, person).await?;
    let Some(found) = people::find(&mut *tx, person).await? else {
        return Err(db::Error::Conflict("nobody has that identifier".to_owned()));
    };
    let added = tx
        .use_once(
            "INSERT INTO users (company_id, person_id, roles, basic, has_signed_in, sort_key, created_at, changed_at)
             VALUES (?1, ?2, ?3, NOT EXISTS (SELECT 1 FROM users AS others WHERE others.person_id = ?2 AND others.basic),
                     EXISTS (SELECT 1 FROM people WHERE id = ?2 AND last_sign_in_at IS NOT NULL), ?4, ?5, ?5)
             ON CONFLICT (company_id, person_id) DO UPDATE SET roles = excluded.roles, changed_at = ?5,
                 state = CASE WHEN users.typed_email IS NULL THEN 'active' ELSE 'pending' END
             WHERE users.state = 'removed'",
            values![company, person, stored(roles)?, &sort_key(&found.name()), now],
        )
        .await?;
    if !added {
        return Err(db::Error::Conflict("the person is a user there already".to_owned()));
    }
    index(tx, company, &found).await
}

/// Makes a person who has a profile a user of a company that knows nothing about them: they wait for their own
/// acceptance, and the company sees what was typed. A removed user is taken back, with these roles; one who had
/// accepted before does not wait once more.
///
/// # Errors
/// [`db::Error::Conflict`] if the person is a user of it already.
pub async fn add_pending(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (person, typed): (PersonId, &NewPerson),
    roles: &[Role],
    now: Timestamp,
) -> Result<(), db::Error> {
    people::take_turns(tx, person).await?;
    let added = tx
        .use_once(
            "INSERT INTO users (company_id, person_id, roles, basic, state, has_signed_in, created_at, changed_at,
                                typed_email, typed_given_name, typed_family_name, typed_language, role_is_accepted)
             VALUES (?1, ?2, ?3, FALSE, 'pending', FALSE, ?4, ?4, ?5, ?6, ?7, ?8, FALSE)
             ON CONFLICT (company_id, person_id) DO UPDATE SET roles = excluded.roles, changed_at = ?4,
                 state = CASE WHEN users.typed_email IS NULL THEN 'active' ELSE 'pending' END
             WHERE users.state = 'removed'",
            values![
                company,
                person,
                stored(roles)?,
                now,
                typed.email.as_written(),
                typed.given_name.trim(),
                typed.family_name.trim(),
                typed.language.as_str()
            ],
        )
        .await?;
    if !added {
        return Err(db::Error::Conflict("the person is a user there already".to_owned()));
    }
    index_person_in(tx, company, person).await
}

/// Records that a person wants to be a user of a company that added them. It becomes their basic company where they
/// have none. Returns whether they were waited for.
pub async fn accept(tx: &mut Tx<'_>, company: CompanyId, person: PersonId, now: Timestamp) -> Result<bool, db::Error> {
    people::take_turns(tx, person).await?;
    let accepted = tx
        .use_once(
            "UPDATE users SET state = 'active', changed_at = ?3, role_is_accepted = TRUE,
                 typed_email = NULL, typed_given_name = NULL, typed_family_name = NULL, typed_language = NULL,
                 basic = NOT EXISTS (SELECT 1 FROM users AS others WHERE others.person_id = ?2 AND others.basic),
                 has_signed_in = EXISTS (SELECT 1 FROM people WHERE id = ?2 AND last_sign_in_at IS NOT NULL)
             WHERE company_id = ?1 AND person_id = ?2 AND state = 'pending'",
            values![company, person, now],
        )
        .await?;
    if accepted {
        employees::make_known(tx, company, person).await?;
        index_person_in(tx, company, person).await?;
    }
    Ok(accepted)
}

/// Records that a person does not want to be a user of a company that added them. Returns whether they were waited for.
pub async fn decline(tx: &mut Tx<'_>, company: CompanyId, person: PersonId, now: Timestamp) -> Result<bool, db::Error> {
    let declined = tx
        .use_once(
            "UPDATE users SET state = 'removed', changed_at = ?3
             WHERE company_id = ?1 AND person_id = ?2 AND state = 'pending'",
            values![company, person, now],
        )
        .await?;
    if declined {
        index_person_in(tx, company, person).await?;
    }
    Ok(declined)
}

/// The name of a person as a company sees it: what was typed of somebody whom it does not know yet. `None` for a
/// person of other companies alone, but for the main users of its office.
pub async fn name_in(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<String>, db::Error> {
    db.optional(
        "SELECT COALESCE(users.typed_given_name, employees.typed_given_name, people.given_name),
                COALESCE(users.typed_family_name, employees.typed_family_name, people.family_name)
         FROM people
         LEFT JOIN users ON users.person_id = people.id AND users.company_id = ?1
         LEFT JOIN employees ON employees.person_id = people.id AND employees.company_id = ?1
         WHERE people.id = ?2
           AND (users.person_id IS NOT NULL OR employees.person_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM engagements
                           JOIN users AS of_office ON of_office.company_id = engagements.office_id
                           WHERE engagements.client_id = ?1 AND of_office.person_id = ?2
                             AND of_office.roles LIKE '%\"main user\"%')
                OR NOT EXISTS (SELECT 1 FROM users AS elsewhere WHERE elsewhere.person_id = ?2)
                   AND NOT EXISTS (SELECT 1 FROM employees AS elsewhere WHERE elsewhere.person_id = ?2))",
        values![company, person],
        |row| {
            let (given_name, family_name): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(format!("{given_name} {family_name}").trim().to_owned())
        },
    )
    .await
}

/// Records that a person has used their role as administrator of a company.
pub async fn accept_role(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE users SET role_is_accepted = TRUE WHERE company_id = ?1 AND person_id = ?2 AND NOT role_is_accepted",
        values![company, person],
    )
    .await?;
    Ok(())
}

/// Sets the roles of a user. A role as administrator that is new counts, outside the basic company, as accepted once it
/// is used.
///
/// # Errors
/// A refusal is a value; then nothing is written.
pub async fn change_roles(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    roles: &[Role],
    now: Timestamp,
) -> Result<Result<(), CannotChange>, db::Error> {
    if let Err(refused) = leave_one(tx, company, person, roles).await? {
        return Ok(Err(refused));
    }
    let changed = tx
        .use_once(
            "UPDATE users SET roles = ?3, changed_at = ?4, role_is_accepted = role_is_accepted AND (basic OR roles = ?3)
             WHERE company_id = ?1 AND person_id = ?2 AND state <> 'removed'",
            values![company, person, stored(roles)?, now],
        )
        .await?;
    Ok(changed.then_some(()).ok_or(CannotChange::NoUser))
}

/// Locks, unlocks, removes or takes back a user. Their rights are kept for a return. One who has not accepted waits
/// again.
///
/// # Errors
/// A refusal is a value; then nothing is written.
pub async fn set_state(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    state: State,
    now: Timestamp,
) -> Result<Result<(), CannotChange>, db::Error> {
    let Some(member) = find(&mut *tx, company, person).await? else { return Ok(Err(CannotChange::NoUser)) };
    let roles = if state == State::Active { member.roles } else { Vec::new() };
    if let Err(refused) = leave_one(tx, company, person, &roles).await? {
        return Ok(Err(refused));
    }
    let changed = tx
        .use_once(
            "UPDATE users SET changed_at = ?4,
                 state = CASE WHEN ?3 = 'active' AND typed_email IS NOT NULL THEN 'pending' ELSE ?3 END
             WHERE company_id = ?1 AND person_id = ?2",
            values![company, person, state.as_str(), now],
        )
        .await?;
    if let (true, Some(found)) = (changed, people::find(&mut *tx, person).await?) {
        index(tx, company, &found).await?;
    }
    Ok(changed.then_some(()).ok_or(CannotChange::NoUser))
}

/// Sets the basic company of a person.
///
/// # Errors
/// A refusal is a value; then nothing is written.
pub async fn set_basic(
    tx: &mut Tx<'_>,
    person: PersonId,
    company: CompanyId,
    now: Timestamp,
) -> Result<Result<(), CannotChange>, db::Error> {
    people::take_turns(tx, person).await?;
    match find(&mut *tx, company, person).await? {
        None => return Ok(Err(CannotChange::NoUser)),
        Some(member) if member.state != State::Active => return Ok(Err(CannotChange::NotActive)),
        Some(_) => {}
    }
    tx.execute(
        "UPDATE users SET basic = (company_id = ?2), changed_at = ?3 WHERE person_id = ?1 AND basic <> (company_id = ?2)",
        values![person, company, now],
    )
    .await?;
    Ok(Ok(()))
}

/// Ends an engagement. Returns whether there was one.
///
/// # Errors
/// A refusal is a value; then nothing is written.
pub async fn disengage(
    tx: &mut Tx<'_>,
    office: CompanyId,
    client: CompanyId,
) -> Result<Result<bool, CannotChange>, db::Error> {
    companies::take_turns(tx, client).await?;
    if !companies::is_engaged(&mut *tx, office, client).await? {
        return Ok(Ok(false));
    }
    if !is_managed_without(&mut *tx, client, None, Some(office)).await? {
        return Ok(Err(CannotChange::LastAdministrator));
    }
    Ok(Ok(companies::disengage(tx, office, client).await?))
}

/// Stores the search words and the sort key of a person among the users and the employees of a company. Of somebody who
/// has not accepted, what was typed is found, and no more.
pub async fn index(tx: &mut Tx<'_>, company: CompanyId, person: &Person) -> Result<(), db::Error> {
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
    let is_user = user.is_some_and(|user| user.state != State::Removed);
    let subject = person.id.to_string();
    let words = found_by(&name, &email, phone.as_ref());
    search::keep(tx, Scope::UsersOf(company), &subject, if is_user { &words } else { &[] }).await?;
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
    search::keep(tx, Scope::EmployeesOf(company), &subject, &words).await
}

async fn index_person_in(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<(), db::Error> {
    match people::find(&mut *tx, person).await? {
        Some(found) => index(tx, company, &found).await,
        None => Ok(()),
    }
}

/// The search words of a person: name, sign-in email, and phone with and without the country code.
pub fn found_by(name: &str, email: &str, phone: Option<&PhoneNumber>) -> Vec<Vec<u8>> {
    let national = phone.map(PhoneNumber::national_digits);
    let texts = [Some(name), Some(email), phone.map(PhoneNumber::digits), national.as_deref()];
    search::words(texts.into_iter().flatten())
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
        index(tx, company, &found).await?;
    }
    Ok(())
}

/// Refuses a change that would leave a company without anybody to manage it: the company itself and, for an accounting
/// office, its clients, which need a main user of it. Changes of one company take turns here: of two administrators who
/// remove each other, one stays.
async fn leave_one(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    roles: &[Role],
) -> Result<Result<(), CannotChange>, db::Error> {
    if !companies::take_turns(tx, company).await? {
        return Ok(Err(CannotChange::NoUser));
    }
    let Some(member) = find(&mut *tx, company, person).await? else { return Ok(Err(CannotChange::NoUser)) };
    let had = |role: Role| member.state == State::Active && member.roles.contains(&role);
    let managed = Role::ALL.into_iter().any(|role| role.manages() && had(role));
    let manages = roles.iter().any(|role| role.manages());
    if managed && !manages && !is_managed_without(&mut *tx, company, Some(person), None).await? {
        return Ok(Err(CannotChange::LastAdministrator));
    }
    let leaves_clients = had(Role::MainUser) && !roles.contains(&Role::MainUser);
    if leaves_clients
        && companies::count_clients(&mut *tx, company, 1).await? > 0
        && !has_main_user_without(tx, company, person).await?
    {
        return Ok(Err(CannotChange::LastAdministrator));
    }
    Ok(Ok(()))
}

/// Whether an accounting office has an active main user besides one person.
async fn has_main_user_without(tx: &mut Tx<'_>, office: CompanyId, person: PersonId) -> Result<bool, db::Error> {
    let found: Option<()> = tx
        .optional(
            "SELECT 1 FROM users JOIN people ON people.id = users.person_id
             WHERE users.company_id = ?1 AND users.person_id <> ?2 AND users.state = 'active'
               AND people.state = 'active' AND users.roles LIKE '%\"main user\"%'
               AND NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = users.person_id AND basic.basic AND basic.state <> 'active')
             LIMIT 1",
            values![office, person],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

fn stored(roles: &[Role]) -> Result<String, db::Error> {
    serde_json::to_string(roles).map_err(|error| db::Error::Fault(error.to_string()))
}

fn member(row: &Row<'_>) -> Result<Member, db::Error> {
    let (given_name, family_name): (String, String) = (row.get(2)?, row.get(3)?);
    let name = format!("{given_name} {family_name}").trim().to_owned();
    let key: Option<Vec<u8>> = row.get(13)?;
    Ok(Member {
        company: row.get(0)?,
        person: row.get(1)?,
        sort_key: key.unwrap_or_else(|| sort_key(&name)),
        name,
        given_name,
        family_name,
        email: row.get(4)?,
        language: row.get(5)?,
        profile_state: row.get::<String>(6)?.parse().map_err(|()| db::Error::Fault("an unknown state".to_owned()))?,
        roles: row.get_json(7)?,
        profile: row.get(8)?,
        basic: row.get(9)?,
        state: parsed(row, 10)?,
        last_sign_in_at: row.get(11)?,
        created_at: row.get(12)?,
        role_is_accepted: row.get(14)?,
        is_waited_for: row.get(15)?,
    })
}

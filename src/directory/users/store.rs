//! The table of users, and the view `members` of it: users as their administrators see them.
//! Longer than 500 lines because the pages of the list have a statement for each direction and index.

use std::cmp::Reverse;

use super::managing::leave_one;
use super::words::index;
use super::{Filter, Member, MembershipState, PendingMembership, Role, User, UserChangeError};
use crate::directory::companies::CompanyId;
use crate::directory::employees;
use crate::directory::people::{self, NewPerson, PersonId};
use crate::directory::search::{self, SearchScope, sort_key};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Source, Tx, Value, parsed};
use crate::values;

/// One user of a company, removed or not.
const ONE: &str = "SELECT members.* FROM members WHERE company_id = ?1 AND person_id = ?2";

/// The statements of a page of a company's users, in one direction from a place on. Each takes its page before it
/// joins, by an index of its own.
struct PageStatements {
    /// Those who are not removed.
    present: &'static str,
    /// Those whom an invitation waits for.
    invited: &'static str,
    /// Those of one other filter.
    filtered: &'static str,
    /// Those in an administrative role, of any filter.
    managing: &'static str,
}

const AFTER: PageStatements = PageStatements {
    present: "SELECT members.*
              FROM (SELECT company_id, person_id FROM users
                    WHERE company_id = ?1 AND (sort_key, person_id) > (?2, ?3) AND (NOT ?4 OR is_employee)
                      AND state <> 'removed'
                    ORDER BY sort_key, person_id LIMIT ?5) AS limited
              JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
    invited: "SELECT members.*
              FROM (SELECT company_id, person_id FROM users
                    WHERE company_id = ?1 AND (sort_key, person_id) > (?2, ?3) AND (NOT ?4 OR is_employee)
                      AND invited_until IS NOT NULL AND state = 'active'
                    ORDER BY sort_key, person_id LIMIT ?5) AS limited
              JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
    filtered: "SELECT members.*
               FROM (SELECT company_id, person_id FROM users
                     WHERE company_id = ?1 AND (sort_key, person_id) > (?2, ?3) AND (NOT ?4 OR is_employee)
                       AND CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?5
                     ORDER BY sort_key, person_id LIMIT ?6) AS limited
               JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
    managing: "SELECT members.*
               FROM (SELECT company_id, person_id FROM users
                     WHERE company_id = ?1 AND (sort_key, person_id) > (?2, ?3) AND (is_user_administrator OR is_main_user)
                       AND CASE ?4 WHEN 'main user' THEN is_main_user ELSE is_user_administrator END
                       AND CASE ?5 WHEN 'all' THEN state <> 'removed'
                           WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                           CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?5 END
                     ORDER BY sort_key, person_id LIMIT ?6) AS limited
               JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
};

const BEFORE: PageStatements = PageStatements {
    present: "SELECT members.*
              FROM (SELECT company_id, person_id FROM users
                    WHERE company_id = ?1 AND (sort_key, person_id) < (?2, ?3) AND (NOT ?4 OR is_employee)
                      AND state <> 'removed'
                    ORDER BY sort_key DESC, person_id DESC LIMIT ?5) AS limited
              JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
    invited: "SELECT members.*
              FROM (SELECT company_id, person_id FROM users
                    WHERE company_id = ?1 AND (sort_key, person_id) < (?2, ?3) AND (NOT ?4 OR is_employee)
                      AND invited_until IS NOT NULL AND state = 'active'
                    ORDER BY sort_key DESC, person_id DESC LIMIT ?5) AS limited
              JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
    filtered: "SELECT members.*
               FROM (SELECT company_id, person_id FROM users
                     WHERE company_id = ?1 AND (sort_key, person_id) < (?2, ?3) AND (NOT ?4 OR is_employee)
                       AND CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?5
                     ORDER BY sort_key DESC, person_id DESC LIMIT ?6) AS limited
               JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
    managing: "SELECT members.*
               FROM (SELECT company_id, person_id FROM users
                     WHERE company_id = ?1 AND (sort_key, person_id) < (?2, ?3) AND (is_user_administrator OR is_main_user)
                       AND CASE ?4 WHEN 'main user' THEN is_main_user ELSE is_user_administrator END
                       AND CASE ?5 WHEN 'all' THEN state <> 'removed'
                           WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                           CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?5 END
                     ORDER BY sort_key DESC, person_id DESC LIMIT ?6) AS limited
               JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id",
};

/// The companies of which a person is a user and not removed, the basic company first; the basic company even after
/// removal. Those that wait for their acceptance are not among them. At most a thousand.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<User>, db::Error> {
    db.all(
        "SELECT users.company_id, companies.name, users.basic, users.state, users.role_is_accepted,
                users.is_user_administrator, users.is_main_user, users.is_employee
         FROM users JOIN companies ON companies.id = users.company_id
         WHERE users.person_id = ?1 AND (users.basic OR users.state NOT IN ('removed', 'pending'))
         ORDER BY users.basic DESC, companies.name LIMIT 1000",
        values![person],
        |row| {
            Ok(User {
                company: row.get(0)?,
                company_name: row.get(1)?,
                basic: row.get(2)?,
                state: parsed(row, 3)?,
                role_is_accepted: row.get(4)?,
                roles: stored_roles(row, 5)?,
            })
        },
    )
    .await
}

/// The companies that have added a person who has not accepted yet, by name, with the roles there. At most a hundred.
pub(crate) async fn waiting_for(db: impl Reads, person: PersonId) -> Result<Vec<PendingMembership>, db::Error> {
    db.all(
        "SELECT users.company_id, companies.name, users.is_user_administrator, users.is_main_user, users.is_employee
         FROM users
         JOIN companies ON companies.id = users.company_id
         WHERE users.person_id = ?1 AND users.state = 'pending' ORDER BY companies.name LIMIT 100",
        values![person],
        |row| Ok(PendingMembership { company: row.get(0)?, company_name: row.get(1)?, roles: stored_roles(row, 2)? }),
    )
    .await
}

/// The basic company of a person, with the state of the membership; `None` for a person who is a user nowhere.
pub async fn basic_company(
    db: impl Reads,
    person: PersonId,
) -> Result<Option<(CompanyId, MembershipState)>, db::Error> {
    db.optional("SELECT company_id, state FROM users WHERE person_id = ?1 AND basic", values![person], |row| {
        Ok((row.get(0)?, parsed(row, 1)?))
    })
    .await
}

/// A user of a company, removed or not.
pub async fn find(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<Member>, db::Error> {
    db.optional(ONE, values![company, person], member).await
}

/// Several users of a company, removed or not, in the order in which they are named.
pub(crate) async fn find_each(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    people: &[PersonId],
) -> Result<Vec<Member>, db::Error> {
    let each: Vec<_> = people.iter().map(|person| [company.into(), (*person).into()]).collect();
    source.each(ONE, &each, member).await
}

/// The users of a company by name, after a place in that order (`[]` and nobody for the beginning). Each filter has an
/// index, so that few among many are found without reading the many; and so have the administrative roles.
pub async fn list(
    db: impl Reads,
    company: CompanyId,
    narrowing: (Filter, Option<Role>),
    (key, person): (&[u8], Option<PersonId>),
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let place = (key, person.map_or_else(String::new, |id| id.to_string()));
    let mut found = page(db, &AFTER, company, narrowing, place, limit).await?;
    found.sort_by_key(Member::place);
    Ok(found)
}

/// Like [`list`], the users before a place, the nearest first.
pub(crate) async fn list_before(
    db: impl Reads,
    company: CompanyId,
    narrowing: (Filter, Option<Role>),
    (key, person): (&[u8], PersonId),
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let mut found = page(db, &BEFORE, company, narrowing, (key, person.to_string()), limit).await?;
    found.sort_by_key(|member| Reverse(member.place()));
    Ok(found)
}

/// A page of the users of a company, in no order: a join preserves none.
async fn page(
    db: impl Reads,
    statements: &PageStatements,
    company: CompanyId,
    (filter, role): (Filter, Option<Role>),
    (key, person): (&[u8], String),
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let place = [company.into(), key.into(), person.into()];
    let (sql, narrowing) = match role {
        Some(role) if role.manages() => (statements.managing, vec![role.as_str().into(), filter.as_str().into()]),
        _ if filter == Filter::All => (statements.present, vec![role.is_some().into()]),
        _ if filter == Filter::Invited => (statements.invited, vec![role.is_some().into()]),
        _ => (statements.filtered, vec![role.is_some().into(), filter.as_str().into()]),
    };
    let parameters: Vec<Value<'_>> = place.into_iter().chain(narrowing).chain([limit.into()]).collect();
    db.all(sql, &parameters, member).await
}

/// The number of users of a company per filter, in the order of [`Filter::ALL`], among the first `most` by name; and
/// whether there are more.
pub(crate) async fn count_each(db: impl Reads, company: CompanyId, most: i64) -> Result<([i64; 7], bool), db::Error> {
    let (each, counted): ([i64; 7], i64) = db
        .one(
            "SELECT coalesce(sum(CASE WHEN state <> 'removed' THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'active' AND has_signed_in THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'active' AND NOT has_signed_in THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'active' AND invited_until IS NOT NULL THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'locked' THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE WHEN state = 'removed' THEN 1 ELSE 0 END), 0),
                count(*)
         FROM (SELECT state, has_signed_in, invited_until FROM users WHERE company_id = ?1
               ORDER BY sort_key, person_id LIMIT ?2) AS counted",
            values![company, most],
            |row| Ok((each_of(row)?, row.get(7)?)),
        )
        .await?;
    Ok((each, counted >= most))
}

fn each_of(row: &Row<'_>) -> Result<[i64; 7], db::Error> {
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?])
}

/// The users of a company with, for each typed word, a word of name, email or phone that begins with it; without
/// removed ones.
pub async fn search(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    typed: &str,
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let found = search::matching(source, SearchScope::UsersOf(company), typed, limit).await?;
    let each: Vec<_> = found.iter().map(|person| [company.into(), person.into()]).collect();
    source.each(ONE, &each, member).await
}

/// Records that a person has signed in, in each membership, for the order of lists and for those who never have. A
/// company that waits for the person learns nothing of it.
pub(crate) async fn keep_sign_in(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<(), db::Error> {
    tx.queue(
        "UPDATE users SET has_signed_in = TRUE, last_sign_in_at = CASE WHEN typed_email IS NULL THEN CAST(?2 AS BIGINT) END
         WHERE person_id = ?1",
        values![person, now],
    )
    .await
}

/// Marks a user until an instant as one whom an invitation waits for.
pub(crate) async fn mark_invited(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    until: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE users SET invited_until = ?3 WHERE company_id = ?1 AND person_id = ?2",
        values![company, person, until],
    )
    .await?;
    Ok(())
}

/// Takes off the mark of an invitation that ended at an instant, and leaves that of a newer one.
pub(crate) async fn unmark_invited(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    until: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE users SET invited_until = NULL WHERE company_id = ?1 AND person_id = ?2 AND invited_until <= ?3",
        values![company, person, until],
    )
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
    let [is_user_administrator, is_main_user, is_employee] = role_columns(roles);
    let added = tx
        .use_once(
            "INSERT INTO users (company_id, person_id, is_user_administrator, is_main_user, is_employee,
                                basic, has_signed_in, last_sign_in_at, created_at, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5,
                     NOT EXISTS (SELECT 1 FROM users AS others WHERE others.person_id = ?2 AND others.basic),
                     EXISTS (SELECT 1 FROM people WHERE id = ?2 AND last_sign_in_at IS NOT NULL),
                     (SELECT last_sign_in_at FROM people WHERE id = ?2), ?6, ?6)
             ON CONFLICT (company_id, person_id) DO UPDATE SET changed_at = ?6,
                 is_user_administrator = excluded.is_user_administrator, is_main_user = excluded.is_main_user,
                 is_employee = excluded.is_employee,
                 state = CASE WHEN users.typed_email IS NULL THEN 'active' ELSE 'pending' END
             WHERE users.state = 'removed'",
            values![company, person, is_user_administrator, is_main_user, is_employee, now],
        )
        .await?;
    if !added {
        return Err(db::Error::Conflict("the person is a user there already".to_owned()));
    }
    index(tx, company, person).await
}

/// Makes a person who has a profile a user of a company that knows nothing about them: they wait for their own
/// acceptance, and the company sees what was typed. A removed user is taken back, with these roles; one who had
/// accepted before does not wait once more.
///
/// # Errors
/// [`db::Error::Conflict`] if the person is a user of it already.
pub(crate) async fn add_pending(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (person, typed): (PersonId, &NewPerson),
    roles: &[Role],
    now: Timestamp,
) -> Result<(), db::Error> {
    people::take_turns(tx, person).await?;
    let [is_user_administrator, is_main_user, is_employee] = role_columns(roles);
    let added = tx
        .use_once(
            "INSERT INTO users (company_id, person_id, is_user_administrator, is_main_user, is_employee,
                                basic, state, has_signed_in, created_at, changed_at,
                                typed_email, typed_given_name, typed_family_name, typed_language, role_is_accepted)
             VALUES (?1, ?2, ?3, ?4, ?5, FALSE, 'pending', FALSE, ?6, ?6, ?7, ?8, ?9, ?10, FALSE)
             ON CONFLICT (company_id, person_id) DO UPDATE SET changed_at = ?6,
                 is_user_administrator = excluded.is_user_administrator, is_main_user = excluded.is_main_user,
                 is_employee = excluded.is_employee,
                 state = CASE WHEN users.typed_email IS NULL THEN 'active' ELSE 'pending' END
             WHERE users.state = 'removed'",
            values![
                company,
                person,
                is_user_administrator,
                is_main_user,
                is_employee,
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
    index(tx, company, person).await
}

/// Records that a person wants to be a user of a company that added them. It becomes their basic company where they
/// have none. Returns whether they were waited for.
pub(crate) async fn accept(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    people::take_turns(tx, person).await?;
    let accepted = tx
        .use_once(
            "UPDATE users SET state = 'active', changed_at = ?3, role_is_accepted = TRUE,
                 typed_email = NULL, typed_given_name = NULL, typed_family_name = NULL, typed_language = NULL,
                 basic = NOT EXISTS (SELECT 1 FROM users AS others WHERE others.person_id = ?2 AND others.basic),
                 has_signed_in = EXISTS (SELECT 1 FROM people WHERE id = ?2 AND last_sign_in_at IS NOT NULL),
                 last_sign_in_at = (SELECT last_sign_in_at FROM people WHERE id = ?2)
             WHERE company_id = ?1 AND person_id = ?2 AND state = 'pending'",
            values![company, person, now],
        )
        .await?;
    if accepted {
        employees::make_known(tx, company, person).await?;
        index(tx, company, person).await?;
    }
    Ok(accepted)
}

/// Records that a person does not want to be a user of a company that added them. Returns whether they were waited for.
pub(crate) async fn decline(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let declined = tx
        .use_once(
            "UPDATE users SET state = 'removed', changed_at = ?3
             WHERE company_id = ?1 AND person_id = ?2 AND state = 'pending'",
            values![company, person, now],
        )
        .await?;
    if declined {
        index(tx, company, person).await?;
    }
    Ok(declined)
}

/// The name of a person as a company sees it: what was typed of somebody whom it does not know yet. `None` for a
/// person of other companies alone, but for the main users of its office.
pub(crate) async fn name_in(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<String>, db::Error> {
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
                             AND of_office.is_main_user)
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
pub(crate) async fn accept_role(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<(), db::Error> {
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
/// [`UserChangeError::NoUser`], [`UserChangeError::LastAdministrator`]; then nothing is written.
pub async fn change_roles(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    roles: &[Role],
    now: Timestamp,
) -> Result<(), UserChangeError> {
    leave_one(tx, company, person, roles).await?;
    let [is_user_administrator, is_main_user, is_employee] = role_columns(roles);
    let changed = tx
        .use_once(
            "UPDATE users SET is_user_administrator = ?3, is_main_user = ?4, is_employee = ?5, changed_at = ?6,
                 role_is_accepted = role_is_accepted
                     AND (basic OR (is_user_administrator = ?3 AND is_main_user = ?4 AND is_employee = ?5))
             WHERE company_id = ?1 AND person_id = ?2 AND state <> 'removed'",
            values![company, person, is_user_administrator, is_main_user, is_employee, now],
        )
        .await?;
    changed.then_some(()).ok_or(UserChangeError::NoUser)
}

/// Locks, unlocks, removes or takes back a user. Their rights are kept for a return. One who has not accepted waits
/// again.
///
/// # Errors
/// [`UserChangeError::NoUser`], [`UserChangeError::LastAdministrator`]; then nothing is written.
pub async fn set_state(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    state: MembershipState,
    now: Timestamp,
) -> Result<(), UserChangeError> {
    let member = find(&mut *tx, company, person).await?.ok_or(UserChangeError::NoUser)?;
    let roles = if state == MembershipState::Active { member.roles } else { Vec::new() };
    leave_one(tx, company, person, &roles).await?;
    let changed = tx
        .use_once(
            "UPDATE users SET changed_at = ?4,
                 state = CASE WHEN ?3 = 'active' AND typed_email IS NOT NULL THEN 'pending' ELSE ?3 END
             WHERE company_id = ?1 AND person_id = ?2",
            values![company, person, state.as_str(), now],
        )
        .await?;
    if changed {
        index(tx, company, person).await?;
    }
    changed.then_some(()).ok_or(UserChangeError::NoUser)
}

/// Sets the basic company of a person.
///
/// # Errors
/// [`UserChangeError::NoUser`], [`UserChangeError::NotActive`]; then nothing is written.
pub async fn set_basic(
    tx: &mut Tx<'_>,
    person: PersonId,
    company: CompanyId,
    now: Timestamp,
) -> Result<(), UserChangeError> {
    people::take_turns(tx, person).await?;
    let member = find(&mut *tx, company, person).await?.ok_or(UserChangeError::NoUser)?;
    if member.state != MembershipState::Active {
        return Err(UserChangeError::NotActive);
    }
    tx.execute(
        "UPDATE users SET basic = (company_id = ?2), changed_at = ?3 WHERE person_id = ?1 AND basic <> (company_id = ?2)",
        values![person, company, now],
    )
    .await?;
    Ok(())
}

/// The roles in three columns of a row, in the order of [`Role::ALL`].
pub(crate) fn stored_roles(row: &Row<'_>, first: usize) -> Result<Vec<Role>, db::Error> {
    let mut roles = Vec::new();
    for (column, role) in (first..).zip(Role::ALL) {
        if row.get(column)? {
            roles.push(role);
        }
    }
    Ok(roles)
}

/// The values of the three columns of roles, in the order of [`Role::ALL`].
pub(crate) fn role_columns(roles: &[Role]) -> [bool; 3] {
    Role::ALL.map(|role| roles.contains(&role))
}

/// A row of the view `members`.
pub(super) fn member(row: &Row<'_>) -> Result<Member, db::Error> {
    let (given_name, family_name): (String, String) = (row.get(2)?, row.get(3)?);
    let name = format!("{given_name} {family_name}").trim().to_owned();
    let key: Option<Vec<u8>> = row.get(15)?;
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
        roles: stored_roles(row, 7)?,
        profile: row.get(10)?,
        basic: row.get(11)?,
        state: parsed(row, 12)?,
        last_sign_in_at: row.get(13)?,
        created_at: row.get(14)?,
        is_waited_for: row.get(17)?,
        invited_until: row.get(18)?,
    })
}

//! The tables of open applications, rights and ready-made profiles.

use super::{MOST_RIGHTS, ProfileId, ReadyMadeProfile, Right, RightDeclaration};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::search::sort_key;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::random::Random;
use crate::values;

/// The identifiers of the applications that are open to a company. At most a thousand.
pub async fn applications_of(db: impl Reads, company: CompanyId) -> Result<Vec<String>, db::Error> {
    db.all(
        "SELECT application_id FROM company_applications WHERE company_id = ?1 ORDER BY application_id LIMIT 1000",
        values![company],
        |row| row.get(0),
    )
    .await
}

/// Whether an application is open to a company.
pub async fn is_open_to(db: impl Reads, company: CompanyId, application: &str) -> Result<bool, db::Error> {
    let found = db
        .optional(
            "SELECT 1 FROM company_applications WHERE company_id = ?1 AND application_id = ?2",
            values![company, application],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// Opens an application to a company. Returns whether this is new.
pub async fn open_to(
    tx: &mut Tx<'_>,
    company: CompanyId,
    application: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "INSERT INTO company_applications (company_id, application_id, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        values![company, application, now],
    )
    .await
}

/// Closes an application to a company. The rights of its users stay, and count again if it is reopened. Returns whether
/// it was open.
pub async fn close_to(tx: &mut Tx<'_>, company: CompanyId, application: &str) -> Result<bool, db::Error> {
    tx.use_once(
        "DELETE FROM company_applications WHERE company_id = ?1 AND application_id = ?2",
        values![company, application],
    )
    .await
}

/// The rights that an application declares, besides [`super::USE`].
pub async fn declared(db: impl Reads, application: &str) -> Result<Vec<RightDeclaration>, db::Error> {
    db.all(
        "SELECT name, title FROM declared_rights WHERE application_id = ?1 ORDER BY name LIMIT 1000",
        values![application],
        |row| Ok(RightDeclaration { name: row.get(0)?, title: row.get(1)? }),
    )
    .await
}

/// The rights that the applications open to a company declare, each with its application. At most five thousand.
pub async fn declared_of_company(
    db: impl Reads,
    company: CompanyId,
) -> Result<Vec<(String, RightDeclaration)>, db::Error> {
    db.all(
        "SELECT declared_rights.application_id, declared_rights.name, declared_rights.title FROM company_applications
         JOIN declared_rights ON declared_rights.application_id = company_applications.application_id
         WHERE company_applications.company_id = ?1
         ORDER BY company_applications.application_id, declared_rights.name LIMIT 5000",
        values![company],
        |row| Ok((row.get(0)?, RightDeclaration { name: row.get(1)?, title: row.get(2)? })),
    )
    .await
}

/// Stores a declared right of an application, or its new title.
pub async fn declare(tx: &mut Tx<'_>, application: &str, right: &RightDeclaration) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO declared_rights (application_id, name, title) VALUES (?1, ?2, ?3)
         ON CONFLICT (application_id, name) DO UPDATE SET title = excluded.title",
        values![application, &right.name, &right.title],
    )
    .await?;
    Ok(())
}

/// Removes a declared right of an application. Users keep it without effect. Returns whether it was declared.
pub async fn undeclare(tx: &mut Tx<'_>, application: &str, name: &str) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM declared_rights WHERE application_id = ?1 AND name = ?2", values![application, name]).await
}

/// The rights whose use needs a fresh proof in a company, among those declared by the applications open to it.
pub async fn asked_before(db: impl Reads, company: CompanyId) -> Result<Vec<Right>, db::Error> {
    db.all(
        "SELECT asked.application_id, asked.name FROM asked_before AS asked
         JOIN company_applications AS open ON open.company_id = asked.company_id AND open.application_id = asked.application_id
         JOIN declared_rights AS declared ON declared.application_id = asked.application_id AND declared.name = asked.name
         WHERE asked.company_id = ?1 ORDER BY asked.application_id, asked.name LIMIT 5000",
        values![company],
        |row| Ok(Right { application: row.get(0)?, name: row.get(1)? }),
    )
    .await
}

/// Stores the rights whose use needs a fresh proof in a company, in place of those of the applications open to it.
pub async fn ask_before(tx: &mut Tx<'_>, company: CompanyId, rights: &[Right]) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM asked_before WHERE company_id = ?1
         AND application_id IN (SELECT application_id FROM company_applications WHERE company_id = ?1)",
        values![company],
    )
    .await?;
    add_asked_before(tx, company, rights).await
}

/// Adds rights whose use needs a fresh proof in a company.
pub async fn add_asked_before(tx: &mut Tx<'_>, company: CompanyId, rights: &[Right]) -> Result<(), db::Error> {
    let each: Vec<_> = rights
        .iter()
        .map(|right| [company.into(), right.application.as_str().into(), right.name.as_str().into()])
        .collect();
    tx.execute_each(
        "INSERT INTO asked_before (company_id, application_id, name) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        &each,
    )
    .await
}

/// The rights of a user in the applications of a company, open or not.
pub async fn of_user(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Vec<Right>, db::Error> {
    db.all(
        "SELECT application_id, name FROM user_rights WHERE company_id = ?1 AND person_id = ?2
         ORDER BY application_id, name",
        values![company, person],
        |row| Ok(Right { application: row.get(0)?, name: row.get(1)? }),
    )
    .await
}

/// Sets the rights of a user.
///
/// # Errors
/// [`db::Error::Conflict`] if the person is no user of the company, or there are too many rights.
pub async fn set_of_user(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    rights: &[Right],
) -> Result<(), db::Error> {
    if rights.len() > MOST_RIGHTS {
        return Err(db::Error::Conflict("too many rights".to_owned()));
    }
    tx.execute("DELETE FROM user_rights WHERE company_id = ?1 AND person_id = ?2", values![company, person]).await?;
    for right in rights {
        tx.execute(
            "INSERT INTO user_rights (company_id, person_id, application_id, name) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            values![company, person, &right.application, &right.name],
        )
        .await?;
    }
    Ok(())
}

/// The rights by which a person may use an application as a user of a company: none if the application is not open to
/// it, or the person is no active user or has no right in it.
pub async fn may_use(
    db: impl Reads,
    company: CompanyId,
    person: PersonId,
    application: &str,
) -> Result<Vec<String>, db::Error> {
    db.all(
        "SELECT user_rights.name FROM user_rights
         JOIN users ON users.company_id = user_rights.company_id AND users.person_id = user_rights.person_id
         JOIN company_applications ON company_applications.company_id = user_rights.company_id
              AND company_applications.application_id = user_rights.application_id
         WHERE user_rights.company_id = ?1 AND user_rights.person_id = ?2 AND user_rights.application_id = ?3
           AND users.state = 'active'
           AND (user_rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                WHERE declared.application_id = user_rights.application_id AND declared.name = user_rights.name))
         ORDER BY user_rights.name",
        values![company, person, application],
        |row| row.get(0),
    )
    .await
}

/// Removes everything about a deleted application: declared rights, companies, users' rights.
pub async fn forget_application(tx: &mut Tx<'_>, application: &str) -> Result<(), db::Error> {
    tx.execute("DELETE FROM declared_rights WHERE application_id = ?1", values![application]).await?;
    tx.execute("DELETE FROM company_applications WHERE application_id = ?1", values![application]).await?;
    tx.execute("DELETE FROM user_rights WHERE application_id = ?1", values![application]).await?;
    tx.execute("DELETE FROM asked_before WHERE application_id = ?1", values![application]).await?;
    Ok(())
}

/// The number of users of a company, without removed ones, with a right in an application, counted up to `most`.
pub async fn count_with_right(
    db: impl Reads,
    company: CompanyId,
    application: &str,
    most: i64,
) -> Result<i64, db::Error> {
    db.one(
        "SELECT count(*) FROM (SELECT DISTINCT user_rights.person_id FROM user_rights
         JOIN users ON users.company_id = user_rights.company_id AND users.person_id = user_rights.person_id
         WHERE user_rights.company_id = ?1 AND user_rights.application_id = ?2 AND users.state <> 'removed'
         LIMIT ?3) AS counted",
        values![company, application, most],
        |row| row.get(0),
    )
    .await
}

/// The ready-made profiles that a company may give: its own and those of every company. At most a thousand.
pub async fn profiles(db: impl Reads, company: CompanyId) -> Result<Vec<ReadyMadeProfile>, db::Error> {
    let mut found = db
        .all(
            "SELECT id, company_id, name, rights FROM ready_made_profiles
             WHERE company_id = ?1 OR company_id IS NULL LIMIT 1000",
            values![company],
            profile,
        )
        .await?;
    found.sort_by_cached_key(|profile| (sort_key(&profile.name), profile.id));
    Ok(found)
}

/// A ready-made profile that a company may give.
pub async fn find_profile(
    db: impl Reads,
    company: CompanyId,
    id: ProfileId,
) -> Result<Option<ReadyMadeProfile>, db::Error> {
    db.optional(
        "SELECT id, company_id, name, rights FROM ready_made_profiles
         WHERE id = ?2 AND (company_id = ?1 OR company_id IS NULL)",
        values![company, id],
        profile,
    )
    .await
}

/// Adds a ready-made profile, for one company or for every one.
pub async fn add_profile(
    tx: &mut Tx<'_>,
    random: &Random,
    company: Option<CompanyId>,
    (name, rights): (&str, &[Right]),
    now: Timestamp,
) -> Result<ProfileId, db::Error> {
    let id = ProfileId::new(now, random);
    let rights = serde_json::to_string(rights).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO ready_made_profiles (id, company_id, name, rights) VALUES (?1, ?2, ?3, ?4)",
        values![id, company, name, rights],
    )
    .await?;
    Ok(id)
}

/// Rewrites a ready-made profile of a company. Users keep the rights that it gave them before. Returns whether it
/// exists.
pub async fn change_profile(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: ProfileId,
    (name, rights): (&str, &[Right]),
) -> Result<bool, db::Error> {
    let rights = serde_json::to_string(rights).map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.use_once(
        "UPDATE ready_made_profiles SET name = ?3, rights = ?4 WHERE id = ?2 AND company_id = ?1",
        values![company, id, name, rights],
    )
    .await
}

/// The names of the active users of a company who have a right in an application, in the order of their
/// identifiers. At most `limit`.
pub async fn holders(
    db: impl Reads,
    company: CompanyId,
    application: &str,
    name: &str,
    limit: i64,
) -> Result<Vec<(PersonId, String)>, db::Error> {
    db.all(
        "SELECT user_rights.person_id, people.given_name, people.family_name FROM user_rights
         JOIN users ON users.company_id = user_rights.company_id AND users.person_id = user_rights.person_id
         JOIN people ON people.id = user_rights.person_id
         WHERE user_rights.company_id = ?1 AND user_rights.application_id = ?2 AND user_rights.name = ?3
           AND users.state = 'active' LIMIT ?4",
        values![company, application, name, limit],
        |row| {
            let (given, family): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, format!("{given} {family}").trim().to_owned()))
        },
    )
    .await
}

/// The people with a right in an application, in the order of their identifiers. At most `limit`.
pub(crate) async fn people_with_rights(
    db: impl Reads,
    company: CompanyId,
    application: &str,
    limit: i64,
) -> Result<Vec<PersonId>, db::Error> {
    db.all(
        "SELECT DISTINCT person_id FROM user_rights WHERE company_id = ?1 AND application_id = ?2
         ORDER BY person_id LIMIT ?3",
        values![company, application, limit],
        |row| row.get(0),
    )
    .await
}

/// Removes a ready-made profile of a company (`None`: one of every company). Users keep its rights. Returns whether it
/// existed.
pub async fn remove_profile(tx: &mut Tx<'_>, company: Option<CompanyId>, id: ProfileId) -> Result<bool, db::Error> {
    tx.use_once(
        "DELETE FROM ready_made_profiles WHERE id = ?2 AND coalesce(company_id, '') = coalesce(?1, '')",
        values![company, id],
    )
    .await
}

/// Gives a user the rights of a ready-made profile, in place of all others, and its name.
///
/// # Errors
/// [`db::Error::Conflict`] if the person is no user of the company.
pub async fn give_profile(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    profile: &ReadyMadeProfile,
    now: Timestamp,
) -> Result<(), db::Error> {
    set_of_user(tx, company, person, &profile.rights).await?;
    tx.execute(
        "UPDATE users SET profile = ?3, changed_at = ?4 WHERE company_id = ?1 AND person_id = ?2",
        values![company, person, &profile.name, now],
    )
    .await?;
    Ok(())
}

/// Clears the name of a user's ready-made profile; the rights stay. Returns whether the person is a user.
pub async fn clear_profile_name(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE users SET profile = NULL WHERE company_id = ?1 AND person_id = ?2", values![company, person])
        .await
}

fn profile(row: &Row<'_>) -> Result<ReadyMadeProfile, db::Error> {
    Ok(ReadyMadeProfile { id: row.get(0)?, company: row.get_parsed(1)?, name: row.get(2)?, rights: row.get_json(3)? })
}

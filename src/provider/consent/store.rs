//! The table of consents.

use super::{Consented, Permission};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::random::Random;
use crate::provider::applications::{ApplicationId, ApplicationProfile};
use crate::values;

/// A consent, as the person sees it.
#[derive(Clone, Debug)]
pub(crate) struct StoredConsent {
    /// The application.
    pub(crate) application: ApplicationId,
    /// The present name of the application.
    pub(crate) name: String,
    /// Its addresses, among the rest of its profile.
    pub(crate) profile: ApplicationProfile,
    /// Its home page.
    pub(crate) home_url: Option<String>,
    /// The hash of its logo.
    pub(crate) logo: Option<String>,
    /// The permission.
    pub(crate) permission: Permission,
    /// When it was given first.
    pub(crate) given_at: Timestamp,
    /// When it was needed last.
    pub(crate) used_at: Timestamp,
}

/// The permission that a person gave an application.
pub(in crate::provider) async fn find(
    db: impl Reads,
    person: PersonId,
    application: ApplicationId,
) -> Result<Option<Permission>, Error> {
    db.optional(
        "SELECT permission FROM consents WHERE person_id = ?1 AND application_id = ?2",
        values![person, application],
        |row| row.get_json(0),
    )
    .await
}

/// The consents that a person has given. At most two hundred.
pub(crate) async fn list_of_person(db: impl Reads, person: PersonId) -> Result<Vec<StoredConsent>, Error> {
    db.all(
        "SELECT consents.application_id, applications.name, consents.permission, consents.given_at, consents.used_at,
                applications.profile, applications.home_url, application_logos.hash
         FROM consents JOIN applications ON applications.id = consents.application_id
         LEFT JOIN application_logos ON application_logos.application_id = consents.application_id
         WHERE consents.person_id = ?1 ORDER BY consents.application_id LIMIT 200",
        values![person],
        |row| {
            Ok(StoredConsent {
                application: row.get(0)?,
                name: row.get(1)?,
                permission: row.get_json(2)?,
                given_at: row.get(3)?,
                used_at: row.get(4)?,
                profile: row.get_json(5)?,
                home_url: row.get(6)?,
                logo: row.get(7)?,
            })
        },
    )
    .await
}

/// Whether consent is in force for what this transaction grants: not asked for, given now and kept, or given
/// before and not taken away at this moment.
pub(in crate::provider) async fn in_force(
    tx: &mut Tx<'_>,
    random: &Random,
    (person, application): (PersonId, ApplicationId),
    consented: &Consented,
    now: Timestamp,
) -> Result<bool, Error> {
    match consented {
        Consented::NotAsked => Ok(true),
        Consented::Before => {
            tx.use_once(
                "UPDATE consents SET used_at = ?3 WHERE person_id = ?1 AND application_id = ?2",
                values![person, application, now],
            )
            .await
        }
        Consented::Now(permission) => keep(tx, random, (person, application), permission, now).await.map(|()| true),
    }
}

/// Keeps what a person lets an application have, with what it may have already.
pub(in crate::provider) async fn keep(
    tx: &mut Tx<'_>,
    random: &Random,
    (person, application): (PersonId, ApplicationId),
    permission: &Permission,
    now: Timestamp,
) -> Result<(), Error> {
    let all = match find(&mut *tx, person, application).await? {
        Some(given) => given.and(permission),
        None => permission.clone(),
    };
    let all = serde_json::to_string(&all).map_err(|error| Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO consents (person_id, application_id, permission, given_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (person_id, application_id) DO UPDATE
         SET permission = excluded.permission, used_at = excluded.used_at",
        values![person, application, all, now],
    )
    .await?;
    let entry = Entry::new(now, Event::ProviderConsentGiven)
        .person(person)
        .application(application)
        .detail("scope", &permission.scope)
        .detail("resources", permission.resources.join(" "));
    history::write(tx, random, &entry).await
}

/// Removes a consent; tells whether there was one.
pub(super) async fn remove(tx: &mut Tx<'_>, person: PersonId, application: ApplicationId) -> Result<bool, Error> {
    tx.use_once("DELETE FROM consents WHERE person_id = ?1 AND application_id = ?2", values![person, application]).await
}

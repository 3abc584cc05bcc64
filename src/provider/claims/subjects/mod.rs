//! Subjects: who a person is to an application. Most are told the same identifier; one that is registered
//! for pairwise subjects is told another in each sector (OpenID Connect Core §8.1), so that applications of
//! different sectors cannot put together what they know. The session's identifier differs in the same way,
//! because it would tell as much.
//!
//! Both are made with one secret that is kept sealed in the database and outlives every master key. They
//! have the form of a UUID of version 8, which no person, session and `client_id` has: none is ever taken for
//! another's.

mod store;

use std::collections::BTreeSet;
use std::str::FromStr;

use aws_lc_rs::hmac;
use url::Url;

use crate::app::App;
use crate::directory::people::PersonId;
use crate::platform::db;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::provider::applications::Application;
use crate::sign_in::sessions::SessionId;

/// The purpose that the salt is sealed for.
const PURPOSE: &str = "salt of pairwise subjects";
/// The longest name of a host.
const LONGEST_HOST: usize = 253;

/// The `sub` of a person for an application. A pairwise one is remembered, so that it can come back.
///
/// # Errors
/// The salt cannot be opened.
pub(crate) async fn of(app: &App, application: &Application, person: PersonId) -> Result<String, Fault> {
    let Some(sector) = &application.profile.sector else { return Ok(person.to_string()) };
    let subject = derived(&salt(app).await?, "person", sector, &person.to_string());
    if store::person(&app.db, &subject, sector).await?.is_none() {
        let (subject, sector) = (subject.clone(), sector.clone());
        app.db
            .write::<_, db::Error, _>(move |tx| {
                Box::pin(async move { store::remember(tx, &subject, &sector, person).await })
            })
            .await?;
    }
    Ok(subject)
}

/// The `sid` of a session for an application.
///
/// # Errors
/// As [`of`].
pub(crate) async fn session(app: &App, application: &Application, session: SessionId) -> Result<SessionId, Fault> {
    let Some(sector) = &application.profile.sector else { return Ok(session) };
    let derived = derived(&salt(app).await?, "session", sector, &session.to_string());
    SessionId::from_str(&derived).map_err(Fault::new)
}

/// The person with a `sub` in the sector of an application, or `None` if its sector was never told that `sub`.
pub(crate) async fn person(app: &App, application: &Application, subject: &str) -> Result<Option<PersonId>, Fault> {
    match &application.profile.sector {
        None => Ok(subject.parse().ok()),
        Some(sector) => Ok(store::person(&app.db, subject, sector).await?),
    }
}

/// The sector of addresses: their host, where they all have the same one that only its owner has.
pub(crate) fn sector_of(redirect_uris: &[String]) -> Option<String> {
    let host = |address: &String| {
        let url = Url::parse(address).ok()?;
        let host = url.domain().filter(|_| url.scheme() == "https")?;
        Some(host.to_owned())
    };
    let hosts: Option<BTreeSet<String>> = redirect_uris.iter().map(host).collect();
    let mut hosts = hosts?.into_iter();
    hosts.next().filter(|host| hosts.next().is_none() && is_sector(host))
}

/// Whether a text can name a sector: a host, as it is written in addresses.
pub(crate) fn is_sector(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    // A name that every machine has is nobody's sector.
    text.len() <= LONGEST_HOST && text.contains('.') && text.split('.').all(is_label)
}

/// The salt; the first who needs it makes it.
async fn salt(app: &App) -> Result<Secret<Vec<u8>>, Fault> {
    let sealed = if let Some(sealed) = store::salt(&app.db).await? {
        sealed
    } else {
        let made = app.master_keys.seal(&app.random, PURPOSE, &app.random.bytes::<32>())?;
        app.db.write::<_, db::Error, _>(move |tx| Box::pin(async move { store::add_salt(tx, &made).await })).await?;
        // Of several nodes that made one, one was first: its salt is everybody's.
        store::salt(&app.db).await?.ok_or_else(|| Fault::new("the salt of subjects was not kept"))?
    };
    let salt = app.master_keys.open(PURPOSE, &sealed)?;
    if !app.master_keys.is_sealed_by_current(&sealed) {
        // Before the former master key is taken away, which would take every subject with it.
        let renewed = app.master_keys.seal(&app.random, PURPOSE, salt.reveal())?;
        app.db
            .write::<_, db::Error, _>(move |tx| {
                Box::pin(async move { store::seal_salt_anew(tx, &sealed, &renewed).await })
            })
            .await?;
    }
    Ok(salt)
}

fn derived(salt: &Secret<Vec<u8>>, kind: &str, sector: &str, id: &str) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, salt.reveal()));
    for part in [kind, sector, id] {
        context.update(part.as_bytes());
        // Hosts, kinds and identifiers have no such byte: no two triples are hashed alike.
        context.update(&[0]);
    }
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(context.sign().as_ref()) {
        *byte = *hashed;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_differs_by_salt_kind_sector_and_person_and_by_nothing_else() {
        let salt = |byte: u8| Secret::new(vec![byte; 32]);
        let one = derived(&salt(1), "person", "a.example", "p");
        assert_eq!(one, derived(&salt(1), "person", "a.example", "p"));
        for other in [
            derived(&salt(2), "person", "a.example", "p"),
            derived(&salt(1), "session", "a.example", "p"),
            derived(&salt(1), "person", "b.example", "p"),
            derived(&salt(1), "person", "a.example", "q"),
        ] {
            assert_ne!(one, other);
        }
        assert_eq!(uuid::Uuid::parse_str(&one).unwrap().get_version_num(), 8);
    }

    #[test]
    fn the_sector_is_the_one_host_of_all_addresses() {
        let sector =
            |addresses: &[&str]| sector_of(&addresses.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(sector(&["https://a.example/one", "https://A.example:8443/two"]).as_deref(), Some("a.example"));
        for wrong in [
            &[][..],
            &["https://a.example/", "https://b.example/"],
            &["https://a.example/", "com.example.app:/callback"],
            &["http://localhost:3000/"],
            &["https://localhost/"],
            &["https://192.0.2.1/"],
        ] {
            assert_eq!(sector(wrong), None, "{wrong:?}");
        }
        for wrong in
            ["", "localhost", "https://a.example", "A.example", "a..b", "-a.example", "a.example/x", "a.example\0"]
        {
            assert!(!is_sector(wrong), "{wrong}");
        }
    }
}

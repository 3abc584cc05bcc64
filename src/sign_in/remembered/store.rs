//! The table of remembered browsers.

use std::time::Duration;

use super::{Remembered, RememberedId};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::visit::Visit;
use crate::values;

/// Remembers the request's browser for a person, in place of an earlier record of that browser, which has one such
/// cookie. Returns the token of the cookie.
pub(in crate::sign_in) async fn remember(
    tx: &mut Tx<'_>,
    random: &Random,
    (person, browser): (PersonId, &[u8; 32]),
    visit: &Visit,
    lasts: Duration,
) -> Result<Secret<String>, db::Error> {
    tx.execute("DELETE FROM remembered_browsers WHERE browser_hash = ?1", values![browser]).await?;
    let (id, token, now) = (RememberedId::new(visit.now, random), random.token(), visit.now);
    tx.execute(
        "INSERT INTO remembered_browsers (id, person_id, token_hash, browser_hash, made_at, last_used_at, expires_at, user_agent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)",
        values![id, person, &hash_token(token.reveal()), browser, now, now.plus(lasts), &visit.user_agent],
    )
    .await?;
    let mut entry =
        Entry::new(now, Event::BrowserRemembered).person(person).detail("days", lasts.as_secs() / (24 * 60 * 60));
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    history::write(tx, random, &entry).await?;
    Ok(token)
}

/// The time from which this browser is remembered for a person: the record must have this token and this browser.
pub(in crate::sign_in) async fn since(
    db: impl Reads,
    person: PersonId,
    (token, browser): (&[u8; 32], Option<&[u8; 32]>),
    now: Timestamp,
) -> Result<Option<Timestamp>, db::Error> {
    let nobody = [0; 32];
    db.optional(
        "SELECT made_at FROM remembered_browsers
         WHERE token_hash = ?1 AND browser_hash = ?2 AND person_id = ?3 AND expires_at > ?4",
        values![token, browser.unwrap_or(&nobody), person, now],
        |row| row.get(0),
    )
    .await
}

/// Records that a remembered browser has spared a second factor.
pub(in crate::sign_in) async fn used(
    tx: &mut Tx<'_>,
    person: PersonId,
    token: &[u8; 32],
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE remembered_browsers SET last_used_at = ?3 WHERE token_hash = ?1 AND person_id = ?2",
        values![token, person, now],
    )
    .await?;
    Ok(())
}

/// The remembered browsers of a person that have not expired, the newest first, a hundred at most.
pub async fn of_person(db: impl Reads, person: PersonId, now: Timestamp) -> Result<Vec<Remembered>, db::Error> {
    db.all(
        "SELECT id, made_at, last_used_at, expires_at, user_agent, browser_hash FROM remembered_browsers
         WHERE person_id = ?1 AND expires_at > ?2 ORDER BY id DESC LIMIT 100",
        values![person, now],
        |row| {
            let browser: Vec<u8> = row.get(5)?;
            Ok(Remembered {
                id: row.get(0)?,
                made_at: row.get(1)?,
                last_used_at: row.get(2)?,
                expires_at: row.get(3)?,
                user_agent: row.get(4)?,
                browser: browser
                    .try_into()
                    .map_err(|_| db::Error::Fault("a browser's hash is not 32 bytes".to_owned()))?,
            })
        },
    )
    .await
}

/// Removes one remembered browser of a person. Returns whether it existed.
pub async fn forget(
    tx: &mut Tx<'_>,
    random: &Random,
    (person, id): (PersonId, RememberedId),
    now: Timestamp,
) -> Result<bool, db::Error> {
    let was_there =
        tx.use_once("DELETE FROM remembered_browsers WHERE id = ?1 AND person_id = ?2", values![id, person]).await?;
    if was_there {
        let entry = Entry::new(now, Event::BrowserForgotten).person(person).detail("why", "forgotten by the person");
        history::write(tx, random, &entry).await?;
    }
    Ok(was_there)
}

/// Removes every remembered browser of a person: at their wish, and at every change of a factor. `why` goes into the
/// history. Returns their number.
pub async fn forget_all(
    tx: &mut Tx<'_>,
    random: &Random,
    person: PersonId,
    now: Timestamp,
    why: &'static str,
) -> Result<u64, db::Error> {
    let count = tx.execute("DELETE FROM remembered_browsers WHERE person_id = ?1", values![person]).await?;
    if count > 0 {
        let entry = Entry::new(now, Event::BrowserForgotten).person(person).detail("why", why).detail("count", count);
        history::write(tx, random, &entry).await?;
    }
    Ok(count)
}

/// Removes expired ones.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM remembered_browsers WHERE expires_at < ?1", values![now]).await
}

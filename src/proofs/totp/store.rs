//! The table of authenticators, with the verifier that makes a proof of a code.

use super::Seed;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::id::new_uuid;
use crate::platform::random::Random;
use crate::platform::secret::{CannotOpen, MasterKeys};
use crate::platform::web::fault::Fault;
use crate::proofs::removal::{Removal, removed};
use crate::proofs::{AppCode, Factor, Method, Occasion, Proven, SixDigits};
use crate::values;

/// The most authenticator apps of one person.
pub(crate) const MOST: usize = 20;

/// The purpose for which a seed is sealed, so that it opens in no other person's row.
fn purpose(person: PersonId) -> String {
    format!("authenticator of {person}")
}

/// A connected authenticator app, without its seed.
#[derive(Clone, Debug)]
pub struct Authenticator {
    /// Its identifier.
    pub id: String,
    /// The name that the person gave it.
    pub name: String,
    /// The time at which it was connected.
    pub(crate) created_at: Timestamp,
    /// The last use.
    pub(crate) last_used_at: Option<Timestamp>,
}

/// The result of a try.
#[derive(Debug)]
pub(crate) enum TotpCheck {
    /// The code is right and unused.
    Right(Proven),
    /// No authenticator of this person shows this code now.
    Wrong,
    /// The code is right but used already. The next one will do.
    UsedBefore,
}

/// Checks a code and uses it up: of simultaneous tries exactly one wins, on any node.
///
/// # Errors
/// A seed that cannot be opened.
pub async fn check(
    tx: &mut Tx<'_>,
    keys: &MasterKeys,
    person: PersonId,
    code: &AppCode,
    occasion: Occasion,
    now: Timestamp,
) -> Result<TotpCheck, Fault> {
    let apps: Vec<StoredSeed> = tx
        .all(
            "SELECT id, seed, drift, last_step, taken_steps FROM authenticators WHERE person_id = ?1 ORDER BY id LIMIT 20",
            values![person],
            |row| {
                Ok(StoredSeed {
                    id: row.get(0)?,
                    sealed: row.get(1)?,
                    drift: row.get(2)?,
                    last_step: row.get(3)?,
                    taken_steps: row.get_json(4)?,
                })
            },
        )
        .await?;
    let mut used_before = false;
    for app in apps {
        let seed = Seed::from_bytes(keys.open(&purpose(person), &app.sealed)?);
        let Some(step) = seed.step_of_drifted(code, now, app.drift) else { continue };
        if let Some(taken_steps) = app.with(step, seed.latest_step(now)) {
            // The row is as it was read, or another try has won.
            let taken = tx
                .use_once(
                    "UPDATE authenticators SET last_step = ?2, last_used_at = ?3, drift = ?4, taken_steps = ?5
                     WHERE id = ?1 AND last_step = ?6 AND taken_steps = ?7",
                    values![
                        &app.id,
                        step,
                        now,
                        seed.drift_of(step, now),
                        in_json(&taken_steps),
                        app.last_step,
                        in_json(&app.taken_steps)
                    ],
                )
                .await?;
            if taken {
                return Ok(TotpCheck::Right(Proven::new(person, Method::of(Factor::AuthenticatorApp), now, occasion)));
            }
        }
        used_before = true;
    }
    Ok(if used_before { TotpCheck::UsedBefore } else { TotpCheck::Wrong })
}

/// The steps that are remembered of an app: more than anybody uses while a clock is wrong.
const REMEMBERED_STEPS: usize = 16;

/// An authenticator app with its seed.
struct StoredSeed {
    id: String,
    sealed: Vec<u8>,
    drift: i64,
    last_step: i64,
    taken_steps: Vec<i64>,
}

impl StoredSeed {
    /// The steps that are taken with one more; `None` for one that is used. Steps count upwards: a code before one that
    /// was taken is used. A taken step later than any that can be shown now was taken while the server's clock ran
    /// ahead: it stays used itself, and keeps no other from being taken.
    fn with(&self, step: i64, latest: i64) -> Option<Vec<i64>> {
        let all = || self.taken_steps.iter().copied().chain([self.last_step]);
        if all().any(|taken| taken == step || (step < taken && taken <= latest)) {
            return None;
        }
        let mut steps: Vec<i64> = self.taken_steps.iter().copied().chain([step]).collect();
        // The first step of an app is that of the code which connected it.
        if !steps.contains(&self.last_step) {
            steps.insert(0, self.last_step);
        }
        let too_many = steps.len().saturating_sub(REMEMBERED_STEPS);
        Some(steps.split_off(too_many))
    }
}

fn in_json(steps: &[i64]) -> String {
    serde_json::json!(steps).to_string()
}

/// The sealed seed of a person.
///
/// # Errors
/// [`CannotOpen`] if there is no key at all.
pub(crate) fn sealed(random: &Random, keys: &MasterKeys, person: PersonId, seed: &Seed) -> Result<Vec<u8>, CannotOpen> {
    keys.seal(random, &purpose(person), &seed.to_bytes())
}

/// Whether a sealed seed is this person's and opens.
pub(crate) fn opens(keys: &MasterKeys, person: PersonId, sealed: &[u8]) -> bool {
    keys.open(&purpose(person), sealed).is_ok()
}

/// An authenticator app to connect.
pub struct NewAuthenticator<'a> {
    /// The name that the person gives it.
    pub name: &'a str,
    /// The seed that it shares.
    pub seed: &'a Seed,
}

/// Connects an authenticator app to a person if the typed code is one of its seed. The code is a proof, and is used up.
pub(crate) async fn connect(
    tx: &mut Tx<'_>,
    sealing: (&Random, &MasterKeys),
    person: PersonId,
    app: &NewAuthenticator<'_>,
    code: &SixDigits,
    (occasion, now): (Occasion, Timestamp),
) -> Result<Option<Proven>, Fault> {
    let Some(step) = app.seed.step_of(&code.clone().into(), now) else { return Ok(None) };
    add(tx, sealing, person, app, step, now).await?;
    Ok(Some(Proven::new(person, Method::of(Factor::AuthenticatorApp), now, occasion)))
}

/// Removes an authenticator app of a person, and closes them to resets by email. Returns whether it existed.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId, id: &str, now: Timestamp) -> Result<bool, db::Error> {
    Ok(remove_those(tx, Removal::of(person, id, now)).await? > 0)
}

/// Removes the authenticator apps that were connected from an instant on, and closes the person to resets by email.
/// Returns their number.
pub async fn remove_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, db::Error> {
    remove_those(tx, Removal::since(person, since, now)).await
}

/// Removes the authenticator apps that were connected from an instant on, or of these only the one of an identifier.
/// They are kept apart, to be brought back.
async fn remove_those(tx: &mut Tx<'_>, removal: Removal<'_>) -> Result<u64, db::Error> {
    let Removal { person, only, since, now } = removal;
    tx.execute(
        "INSERT INTO removed_authenticators
           (id, person_id, name, seed, last_step, taken_steps, drift, created_at, last_used_at, removed_at)
         SELECT id, person_id, name, seed, last_step, taken_steps, drift, created_at, last_used_at, ?4
         FROM authenticators WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id)",
        values![person, since, only, now],
    )
    .await?;
    let count = tx
        .execute(
            "DELETE FROM authenticators WHERE person_id = ?1 AND created_at >= ?2 AND id = coalesce(?3, id)",
            values![person, since, only],
        )
        .await?;
    removed(tx, person, count).await
}

/// Brings back the authenticator apps that a person had before an instant and that were removed since.
pub(crate) async fn bring_back(tx: &mut Tx<'_>, person: PersonId, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "INSERT INTO authenticators (id, person_id, name, seed, last_step, taken_steps, drift, created_at, last_used_at)
         SELECT id, person_id, name, seed, last_step, taken_steps, drift, created_at, last_used_at
         FROM removed_authenticators WHERE person_id = ?1 AND removed_at >= ?2 AND created_at < ?2",
        values![person, before],
    )
    .await?;
    tx.execute(
        "DELETE FROM removed_authenticators WHERE person_id = ?1 AND removed_at >= ?2 AND created_at < ?2",
        values![person, before],
    )
    .await
}

/// Deletes authenticator apps for good that were removed before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM removed_authenticators WHERE removed_at < ?1", values![before]).await
}

/// An authenticator app of a person.
pub async fn find(db: impl Reads, person: PersonId, id: &str) -> Result<Option<Authenticator>, db::Error> {
    db.optional(
        "SELECT id, name, created_at, last_used_at FROM authenticators WHERE id = ?1 AND person_id = ?2",
        values![id, person],
        authenticator,
    )
    .await
}

/// Renames an authenticator app of a person. Returns whether it exists.
pub(crate) async fn rename(tx: &mut Tx<'_>, person: PersonId, id: &str, name: &str) -> Result<bool, db::Error> {
    tx.use_once("UPDATE authenticators SET name = ?3 WHERE id = ?1 AND person_id = ?2", values![id, person, name]).await
}

/// Connects an authenticator app to a person. `last_step` is the step of the code that confirmed it.
pub async fn add(
    tx: &mut Tx<'_>,
    (random, keys): (&Random, &MasterKeys),
    person: PersonId,
    app: &NewAuthenticator<'_>,
    last_step: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    let sealed = keys.seal(random, &purpose(person), &app.seed.to_bytes())?;
    tx.execute(
        "INSERT INTO authenticators (id, person_id, name, seed, last_step, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![new_uuid(now, random).to_string(), person, app.name, &sealed, last_step, now],
    )
    .await?;
    Ok(())
}

/// The authenticator apps of a person, the oldest first. At most twenty.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<Authenticator>, db::Error> {
    db.all(
        "SELECT id, name, created_at, last_used_at FROM authenticators WHERE person_id = ?1 ORDER BY id LIMIT 20",
        values![person],
        authenticator,
    )
    .await
}

fn authenticator(row: &Row<'_>) -> Result<Authenticator, db::Error> {
    Ok(Authenticator { id: row.get(0)?, name: row.get(1)?, created_at: row.get(2)?, last_used_at: row.get(3)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(last_step: i64, taken_steps: &[i64]) -> StoredSeed {
        StoredSeed { id: String::new(), sealed: Vec::new(), drift: 0, last_step, taken_steps: taken_steps.to_vec() }
    }

    #[test]
    fn a_code_is_taken_once_and_none_before_it() {
        let now = app(100, &[90, 100]);
        for used in [90, 95, 99, 100] {
            assert_eq!(now.with(used, 103), None, "{used}");
        }
        assert_eq!(now.with(101, 103), Some(vec![90, 100, 101]));
        assert_eq!(app(100, &[]).with(101, 103), Some(vec![100, 101]), "as before the steps were remembered");
    }

    #[test]
    fn where_the_clock_was_ahead_the_codes_that_were_taken_stay_used_and_no_others() {
        let ahead = app(342, &[100, 340, 342]);
        let (current, latest) = (102, 104);
        assert_eq!(ahead.with(100, latest), None);
        let steps = ahead.with(current, latest).unwrap();
        assert_eq!(steps, [100, 340, 342, current]);
        let right = app(current, &steps);
        assert_eq!(right.with(101, latest), None, "nothing before the last one");
        assert!(right.with(103, latest).is_some());
        for (taken, latest) in [(340, 342), (342, 344)] {
            assert_eq!(app(339, &steps).with(taken, latest), None, "two hours later they are still used: {taken}");
        }
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut one = app(0, &[]);
        for step in 1..100 {
            let steps = one.with(step, step + 2).unwrap();
            one = app(step, &steps);
        }
        assert_eq!(one.taken_steps.len(), REMEMBERED_STEPS);
        assert_eq!(one.taken_steps.last(), Some(&99));
    }
}

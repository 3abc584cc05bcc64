//! The table of passwords, with the verifier that makes a proof of one.

use super::{HashPool, Password, TooBusy};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Db, Reads, Tx};
use crate::platform::hashing::{Comparison, Lot, SchemeCounts, foreign_scheme};
use crate::proofs::{Factor, Method, Occasion, Proven};
use crate::values;

/// The result of a try.
#[derive(Debug)]
pub enum PasswordCheck {
    /// The password is right. `renewed` is a hash at today's cost, if the stored one is cheaper: [`renew`] stores it in
    /// the transaction that records the proof.
    Right {
        /// The proof.
        proven: Proven,
        /// A hash to store in place of the old one.
        renewed: Option<Renewed>,
        /// The hash that was compared. In that transaction [`is_unchanged`] checks that it is still the person's.
        compared: Compared,
    },
    /// The password is wrong, or there is no such person. Both take the same time.
    Wrong,
    /// The hashing room is full, and nothing was compared.
    TooBusy,
}

/// The hash that a password was compared with.
#[derive(Clone, Debug)]
pub struct Compared {
    person: PersonId,
    hash: String,
}

/// A new hash of the same password.
#[derive(Clone, Debug)]
pub struct Renewed {
    person: PersonId,
    old: String,
    new: String,
}

/// Compares a typed password with a person's or, for a stranger, with nobody's. `lot` is drawn for the typed email.
pub async fn check(
    db: &Db,
    hashing: &HashPool,
    (person, lot): (Option<PersonId>, Lot),
    typed: Password,
    occasion: Occasion,
    now: Timestamp,
) -> Result<PasswordCheck, db::Error> {
    // A stranger is looked up like everybody, so that the answer takes the same time.
    let nobody = String::new();
    let wanted = person.map_or(nobody, |person| person.to_string());
    let stored: Option<(String, bool)> = db
        .optional("SELECT hash, stands_alone FROM passwords WHERE person_id = ?1", values![&wanted], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .await?;
    let secret = typed.clone().into_secret();
    let hash = stored.as_ref().map(|(hash, _)| hash.as_str());
    let comparison = hashing.compare_password(&typed.into_forms(), hash, lot).await;
    let (Some(person), Some((old, stands_alone))) = (person, stored) else {
        return Ok(comparison.map_or(PasswordCheck::TooBusy, |_| PasswordCheck::Wrong));
    };
    let proven = Proven::new(person, Method::of(Factor::Password).weakened(!stands_alone), now, occasion);
    Ok(match comparison {
        Err(TooBusy) => PasswordCheck::TooBusy,
        Ok(Comparison::Different) => PasswordCheck::Wrong,
        Ok(Comparison::Same) => {
            PasswordCheck::Right { proven, renewed: None, compared: Compared { person, hash: old } }
        }
        // If there is no room to hash again now, another sign-in will do it.
        Ok(Comparison::SameButCheap) => {
            let new = hashing.make(secret).await.ok();
            let compared = Compared { person, hash: old.clone() };
            PasswordCheck::Right { proven, renewed: new.map(|new| Renewed { person, old, new }), compared }
        }
    })
}

/// Whether a password is still the one that was compared, before [`renew`], in the transaction that records the proof:
/// during a comparison there is time to change the password.
pub(crate) async fn is_unchanged(tx: &mut Tx<'_>, compared: &Compared) -> Result<bool, db::Error> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM passwords WHERE person_id = ?1 AND hash = ?2)",
        values![compared.person, &compared.hash],
        |row| row.get(0),
    )
    .await
}

/// Stores a new hash of the same password in place of the compared one. If the password was changed meanwhile, the
/// change stands.
pub async fn renew(tx: &mut Tx<'_>, renewed: &Renewed) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE passwords SET hash = ?3, scheme = NULL WHERE person_id = ?1 AND hash = ?2",
        values![renewed.person, &renewed.old, &renewed.new],
    )
    .await
}

/// Sets a person's password to a hash by [`HashPool::make`], or of another known form.
pub async fn set(
    tx: &mut Tx<'_>,
    person: PersonId,
    hash: &str,
    stands_alone: bool,
    now: Timestamp,
) -> Result<(), db::Error> {
    set_each(tx, &[StoredPassword { person, hash: hash.to_owned(), stands_alone, changed_at: now }]).await
}

/// A person's password as a hash.
#[derive(Clone, Debug)]
pub(crate) struct StoredPassword {
    /// The person.
    pub(crate) person: PersonId,
    /// The hash, of a known form.
    pub(crate) hash: String,
    /// Whether it is long enough to stand alone.
    pub(crate) stands_alone: bool,
    /// The time at which it was set.
    pub(crate) changed_at: Timestamp,
}

/// Sets the passwords of many people at once.
pub(crate) async fn set_each(tx: &mut Tx<'_>, passwords: &[StoredPassword]) -> Result<(), db::Error> {
    let of_one = |password: &StoredPassword| {
        let StoredPassword { person, hash, stands_alone, changed_at } = password.clone();
        let scheme = foreign_scheme(&hash);
        [person.into(), hash.into(), stands_alone.into(), changed_at.into(), scheme.into()]
    };
    let each: Vec<_> = passwords.iter().map(of_one).collect();
    tx.execute_each(
        "INSERT INTO passwords (person_id, hash, stands_alone, changed_at, scheme) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (person_id) DO UPDATE
         SET hash = excluded.hash, stands_alone = excluded.stands_alone, changed_at = excluded.changed_at,
             scheme = excluded.scheme",
        &each,
    )
    .await
}

/// Sets a password that a person has just chosen on an occasion that asked for it. The choice is a proof of knowledge.
pub(crate) async fn set_anew(
    tx: &mut Tx<'_>,
    person: PersonId,
    (hash, stands_alone): (&str, bool),
    (occasion, now): (Occasion, Timestamp),
) -> Result<Proven, db::Error> {
    set(tx, person, hash, stands_alone, now).await?;
    Ok(Proven::new(person, Method::of(Factor::Password).weakened(!stands_alone), now, occasion))
}

/// Reads the forms of the stored hashes, so that strangers look like people (see [`Lot`]). Without imported hashes this
/// is one read of an empty index.
pub(crate) async fn learn_schemes(db: &Db, hashing: &HashPool) -> Result<(), db::Error> {
    let found: Vec<(String, i64)> = db
        .all(
            "SELECT scheme, COUNT(*) FROM passwords WHERE scheme IS NOT NULL GROUP BY scheme ORDER BY scheme LIMIT 100",
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    let count = |number| u64::try_from(number).unwrap_or(0);
    let foreign: Vec<_> = found
        .into_iter()
        .filter_map(|(scheme, number)| Some((serde_json::from_str(&scheme).ok()?, count(number))))
        .collect();
    let all = if foreign.is_empty() {
        0
    } else {
        db.one("SELECT COUNT(*) FROM passwords", &[], |row| row.get(0)).await.map(count)?
    };
    hashing.learn(SchemeCounts { all, foreign });
    Ok(())
}

/// Removes a person's password. No password opens the account until a new one is set.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM passwords WHERE person_id = ?1", values![person]).await
}

/// The time at which a person's password was set; `None` without a password.
pub(crate) async fn changed_at(db: impl Reads, person: PersonId) -> Result<Option<Timestamp>, db::Error> {
    db.optional("SELECT changed_at FROM passwords WHERE person_id = ?1", values![person], |row| row.get(0)).await
}

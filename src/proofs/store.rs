//! The factors of people in the view `person_factors`, which joins the tables of all factors.

use std::collections::{BTreeSet, HashMap};

use super::{Factor, Holdings, KeptFactor};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Value};
use crate::values;

/// The factors of a person; none, in the same time, for nobody.
pub(crate) async fn holdings(db: impl Reads, person: PersonId) -> Result<Holdings, db::Error> {
    let found = db
        .all("SELECT factor, used_at FROM person_factors WHERE person_id = ?1", values![person], |row| {
            Ok((factor(row, 0)?, row.get(1)?))
        })
        .await?;
    Ok(found.into_iter().collect())
}

/// The factors of each of these people, the first twenty at most.
pub(crate) async fn held_by(
    db: impl Reads,
    people: &[PersonId],
) -> Result<HashMap<PersonId, BTreeSet<Factor>>, db::Error> {
    let ids = people.iter().map(ToString::to_string).chain(std::iter::repeat(String::new())).take(20);
    let ids: Vec<Value<'_>> = ids.map(Value::from).collect();
    let found: Vec<(PersonId, Factor)> = db
        .all(
            "SELECT person_id, factor FROM person_factors WHERE person_id IN
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
              ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
            &ids,
            |row| Ok((row.get(0)?, factor(row, 1)?)),
        )
        .await?;
    let mut held: HashMap<PersonId, BTreeSet<Factor>> = HashMap::new();
    for (person, factor) in found {
        held.entry(person).or_default().insert(factor);
    }
    Ok(held)
}

/// The factors that a person has set up, the oldest first, in the view `person_methods`.
pub(crate) async fn kept_by(db: impl Reads, person: PersonId) -> Result<Vec<KeptFactor>, db::Error> {
    let mut kept = db
        .all(
            "SELECT factor, id, name, made_at, used_at, credential_id FROM person_methods WHERE person_id = ?1",
            values![person],
            |row| {
                Ok(KeptFactor {
                    factor: factor(row, 0)?,
                    id: row.get(1)?,
                    name: row.get(2)?,
                    made_at: row.get(3)?,
                    used_at: row.get(4)?,
                    credential_id: row.get(5)?,
                })
            },
        )
        .await?;
    kept.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(kept)
}

/// The factor in a column. A word that this program does not know is a fault.
pub(crate) fn factor(row: &Row<'_>, index: usize) -> Result<Factor, db::Error> {
    let word: String = row.get(index)?;
    word.parse().map_err(|()| db::Error::Fault("an unknown factor".to_owned()))
}

impl FromIterator<(Factor, Timestamp)> for Holdings {
    fn from_iter<T: IntoIterator<Item = (Factor, Timestamp)>>(found: T) -> Self {
        let mut holdings = Self::default();
        let mut latest = None;
        for (factor, used_at) in found {
            holdings.has.insert(factor);
            let is_second_step = factor.traits().second_step.is_some();
            // Of equal or unknown times, the factor that is offered first counts as the later one.
            let rank = (used_at, std::cmp::Reverse(factor));
            if is_second_step && latest.is_none_or(|latest| rank > latest) {
                latest = Some(rank);
                holdings.used_last = Some(factor);
            }
        }
        holdings
    }
}

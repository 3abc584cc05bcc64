//! The removal of second steps: those of a person that were set up from an instant on, or of these only one. Rooms keep
//! what they remove apart, so that "this wasn't me" can bring it back.

use crate::directory::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};

/// The second steps of one factor that are to be removed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Removal<'r> {
    /// Their person.
    pub(super) person: PersonId,
    /// The identifier of the only one.
    pub(super) only: Option<&'r str>,
    /// The instant from which on they were set up.
    pub(super) since: Timestamp,
    /// The instant of the removal.
    pub(super) now: Timestamp,
}

impl<'r> Removal<'r> {
    /// One of a person.
    pub(super) fn of(person: PersonId, id: &'r str, now: Timestamp) -> Self {
        Self { person, only: Some(id), since: Timestamp::from_milliseconds(0), now }
    }

    /// All of a person that were set up from an instant on.
    pub(super) fn since(person: PersonId, since: Timestamp, now: Timestamp) -> Self {
        Self { person, only: None, since, now }
    }
}

/// Ends the removal of so many second steps of a person: where there was one, they are closed to resets by email.
pub(super) async fn removed(tx: &mut Tx<'_>, person: PersonId, count: u64) -> Result<u64, db::Error> {
    if count > 0 {
        people::close_to_resets(tx, person).await?;
    }
    Ok(count)
}

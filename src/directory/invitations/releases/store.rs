//! The table of requests to release an invitation.

use super::{ReleaseProposal, ReleaseRequest};
use crate::directory::invitations::InvitedData;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::values;

/// Keeps a request in place of a former one about the same person, with whose proposal it ends.
pub(crate) async fn ask(tx: &mut Tx<'_>, request: &ReleaseRequest) -> Result<(), db::Error> {
    let ReleaseRequest { data, .. } = request;
    tx.execute(
        "INSERT INTO release_requests
           (person_id, company_id, asker_id, asker_name, network, asked_at, given_name, family_name, email, phone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (person_id) DO UPDATE SET
           company_id = excluded.company_id, asker_id = excluded.asker_id, asker_name = excluded.asker_name,
           network = excluded.network, asked_at = excluded.asked_at, given_name = excluded.given_name,
           family_name = excluded.family_name, email = excluded.email, phone = excluded.phone,
           proposed_at = NULL, proposer_id = NULL, proposer_name = NULL",
        values![
            request.person,
            request.company,
            request.asker,
            &request.asker_name,
            request.network.as_deref(),
            request.asked_at,
            &data.given_name,
            &data.family_name,
            &data.email,
            data.phone.as_deref(),
        ],
    )
    .await?;
    Ok(())
}

/// The request about a person.
pub(crate) async fn of_person(db: impl Reads, person: PersonId) -> Result<Option<ReleaseRequest>, db::Error> {
    db.optional(
        "SELECT person_id, company_id, asker_id, asker_name, network, asked_at, given_name, family_name, email, phone,
                proposed_at, proposer_id, proposer_name
         FROM release_requests WHERE person_id = ?1",
        values![person],
        request,
    )
    .await
}

/// A page of requests, the oldest first, after an instant and a person.
pub(crate) async fn list(
    db: impl Reads,
    (asked_at, person): (Timestamp, Option<PersonId>),
    limit: i64,
) -> Result<Vec<ReleaseRequest>, db::Error> {
    db.all(
        "SELECT person_id, company_id, asker_id, asker_name, network, asked_at, given_name, family_name, email, phone,
                proposed_at, proposer_id, proposer_name
         FROM release_requests WHERE (asked_at, person_id) > (?1, ?2) ORDER BY asked_at, person_id LIMIT ?3",
        values![asked_at, person.map_or_else(String::new, |person| person.to_string()), limit],
        request,
    )
    .await
}

/// Records the first of two consents to these data, in place of one that stands no longer. Returns whether there is a
/// request about the person.
pub(crate) async fn propose(
    tx: &mut Tx<'_>,
    person: PersonId,
    data: &InvitedData,
    proposal: &ReleaseProposal,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE release_requests
         SET given_name = ?2, family_name = ?3, email = ?4, phone = ?5, proposed_at = ?6, proposer_id = ?7,
             proposer_name = ?8
         WHERE person_id = ?1",
        values![
            person,
            &data.given_name,
            &data.family_name,
            &data.email,
            data.phone.as_deref(),
            proposal.at,
            proposal.by,
            &proposal.name,
        ],
    )
    .await
}

/// Ends the proposal about a person. Returns whether there was one.
pub(crate) async fn withdraw_proposal(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE release_requests SET proposed_at = NULL, proposer_id = NULL, proposer_name = NULL
         WHERE person_id = ?1 AND proposed_at IS NOT NULL",
        values![person],
    )
    .await
}

/// Ends the request about a person. Of simultaneous calls one gets `true`.
pub(crate) async fn end(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM release_requests WHERE person_id = ?1", values![person]).await
}

/// Removes requests from before an instant, which nobody has answered.
pub(crate) async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM release_requests WHERE asked_at < ?1", values![before]).await
}

fn request(row: &Row<'_>) -> Result<ReleaseRequest, db::Error> {
    let proposed_at: Option<Timestamp> = row.get(10)?;
    let proposed = match proposed_at {
        None => None,
        Some(at) => {
            let name: Option<String> = row.get(12)?;
            Some(ReleaseProposal { by: row.get_parsed(11)?, name: name.unwrap_or_default(), at })
        }
    };
    Ok(ReleaseRequest {
        person: row.get(0)?,
        company: row.get(1)?,
        asker: row.get_parsed(2)?,
        asker_name: row.get(3)?,
        network: row.get(4)?,
        asked_at: row.get(5)?,
        data: super::super::store::data(row, 6)?,
        proposed,
    })
}

//! Requests to release an invitation: its data differ from those of the first one, and an administrator has asked the
//! operator to look at them. A proposal of the first of two people stands for the same data alone.

mod store;

use std::time::Duration;

pub(crate) use store::{ask, end, expire, list, of_person, propose, withdraw_proposal};

use super::InvitedData;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;

/// The lifetime of a proposal.
pub(crate) const PROPOSAL_LIVES: Duration = Duration::from_hours(24);
/// The time for which a request is kept that nobody answers.
pub(crate) const REQUEST_KEPT: Duration = Duration::from_hours(30 * 24);

/// A request to release an invitation.
#[derive(Clone, Debug)]
pub(crate) struct ReleaseRequest {
    /// The invited person.
    pub(crate) person: PersonId,
    /// The company that invites.
    pub(crate) company: CompanyId,
    /// The person who asked; `None` where the operator's command came first.
    pub(crate) asker: Option<PersonId>,
    /// Their name.
    pub(crate) asker_name: String,
    /// The network that the request came from.
    pub(crate) network: Option<String>,
    /// When.
    pub(crate) asked_at: Timestamp,
    /// The data that are to be released.
    pub(crate) data: InvitedData,
    /// The first of two consents. It may be over: see [`ReleaseRequest::proposal`].
    pub(crate) proposed: Option<ReleaseProposal>,
}

/// The consent of the first of two people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReleaseProposal {
    /// The person; `None` for the operator's command.
    pub(crate) by: Option<PersonId>,
    /// Their name.
    pub(crate) name: String,
    /// When.
    pub(crate) at: Timestamp,
}

impl ReleaseProposal {
    /// The instant at which it ends.
    pub(crate) fn until(&self) -> Timestamp {
        self.at.plus(PROPOSAL_LIVES)
    }
}

impl ReleaseRequest {
    /// The proposal that stands at an instant for these data.
    pub(crate) fn proposal(&self, data: &InvitedData, now: Timestamp) -> Option<&ReleaseProposal> {
        self.proposed.as_ref().filter(|proposal| *data == self.data && now < proposal.until())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_stands_for_a_day_and_for_its_own_data() {
        let at = Timestamp::from_milliseconds(1_000);
        let data = InvitedData {
            given_name: "Priya".to_owned(),
            family_name: "Raman".to_owned(),
            email: "priya@raman.example".to_owned(),
            phone: None,
        };
        let other = InvitedData { phone: Some("+447400123456".to_owned()), ..data.clone() };
        let proposal = ReleaseProposal { by: None, name: "Salpa".to_owned(), at };
        let nobody = uuid::Uuid::from_u128(1).to_string();
        let request = ReleaseRequest {
            person: nobody.parse().unwrap(),
            company: nobody.parse().unwrap(),
            asker: None,
            asker_name: "Salpa".to_owned(),
            network: None,
            asked_at: at,
            data: data.clone(),
            proposed: Some(proposal.clone()),
        };
        let last = at.plus(PROPOSAL_LIVES).minus(Duration::from_millis(1));
        assert_eq!(request.proposal(&data, last), Some(&proposal));
        assert_eq!(request.proposal(&other, last), None);
        assert_eq!(request.proposal(&data, at.plus(PROPOSAL_LIVES)), None);
    }
}

//! The notices about acts of an administrator of the person's company (STANDARDS: the person is told of every such act
//! at all their addresses).

use super::{From, Notice, tell_from};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::web::fault::Fault;

/// The act of an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// They made a profile, which has no password yet.
    Welcomed,
    /// They made somebody a user who had a profile already.
    Added,
    /// They asked somebody who had a profile already to be a user.
    Asked,
    /// They locked the user.
    Locked,
    /// They unlocked the user.
    Unlocked,
    /// They removed the user.
    Removed,
    /// They took the user back.
    TakenBack,
    /// They changed the user's roles.
    RolesChanged,
    /// They changed what the user may do in applications.
    RightsChanged,
    /// They corrected the person's name.
    NameChanged,
    /// They ended sessions.
    SessionsEnded,
    /// They removed the second factor.
    SecondFactorReset,
    /// They put somebody on the employee listing.
    EmployeeAdded,
    /// They took somebody off the employee listing.
    EmployeeRemoved,
}

impl Act {
    pub(super) fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Welcomed => ("message-administrator-welcome-subject", "message-administrator-welcome"),
            Self::Asked => ("message-administrator-asked-subject", "message-administrator-asked"),
            Self::Added => ("message-administrator-subject", "message-administrator-added"),
            Self::Locked => ("message-administrator-subject", "message-administrator-locked"),
            Self::Unlocked => ("message-administrator-subject", "message-administrator-unlocked"),
            Self::Removed => ("message-administrator-subject", "message-administrator-removed"),
            Self::TakenBack => ("message-administrator-subject", "message-administrator-taken-back"),
            Self::RolesChanged => ("message-administrator-subject", "message-administrator-roles"),
            Self::RightsChanged => ("message-administrator-subject", "message-administrator-rights"),
            Self::NameChanged => ("message-administrator-subject", "message-administrator-name"),
            Self::SessionsEnded => ("message-administrator-subject", "message-administrator-sessions"),
            Self::EmployeeAdded => ("message-administrator-subject", "message-administrator-employee-added"),
            Self::EmployeeRemoved => ("message-administrator-subject", "message-administrator-employee-removed"),
            // The page of the link names it once more, without words put into it.
            Self::SecondFactorReset => ("message-second-step-reset-subject", "message-administrator-factor"),
        }
    }

    /// Whether it touches what proves the person: only that is taken back by a link. The standing of somebody in a
    /// company is its administrators' to decide.
    pub(super) fn can_be_stopped(self) -> bool {
        self == Self::SecondFactorReset
    }
}

/// Tells a person of what an administrator of a company did, in the transaction of what it tells of. `by` is the name
/// of the administrator, program or directory, and the name of the company.
pub async fn tell_by_administrator(
    tx: &mut Tx<'_>,
    (app, now): (&Core, Timestamp),
    person: PersonId,
    act: Act,
    (administrator, company): (&str, &str),
) -> Result<(), Fault> {
    let notice = Notice::ByAdministrator { act, administrator: administrator.to_owned(), company: company.to_owned() };
    // Where the administrator sits is not the person's to know.
    let from = From { at: now, network: "", user_agent: "" };
    tell_from(tx, app, &from, person, &notice).await
}

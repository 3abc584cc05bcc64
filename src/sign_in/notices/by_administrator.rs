//! The notices about acts of an administrator of the person's company. The person is told of every such act at all
//! their addresses (STANDARDS).

use super::{From, Notice, tell_from};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::web::fault::Fault;

/// The act of an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A profile was made, without a password yet.
    Welcomed,
    /// A person with a profile was made a user.
    Added,
    /// A person with a profile was asked to be a user.
    Asked,
    /// The user was locked.
    Locked,
    /// The user was unlocked.
    Unlocked,
    /// The user was removed.
    Removed,
    /// The user was taken back.
    TakenBack,
    /// The user's roles were changed.
    RolesChanged,
    /// The user's rights in applications were changed.
    RightsChanged,
    /// The person's name was corrected.
    NameChanged,
    /// Sessions were ended.
    SessionsEnded,
    /// The second factor was removed.
    SecondFactorReset,
    /// A phone was removed.
    PhoneRemoved,
    /// A passkey was removed.
    PasskeyRemoved,
    /// An authenticator app was removed.
    AuthenticatorRemoved,
    /// The recovery code was removed.
    RecoveryCodeRemoved,
    /// The person was logged out from all devices.
    LoggedOutEverywhere,
    /// A verification code of an invitation was shown to the administrator.
    VerificationCodeMade,
    /// A temporary access pass was shown to the administrator.
    AccessPassGiven,
    /// The person was put on the employee listing.
    EmployeeAdded,
    /// The person was removed from the employee listing.
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
            Self::LoggedOutEverywhere => ("message-administrator-subject", "message-administrator-everywhere"),
            Self::VerificationCodeMade => ("message-administrator-code-subject", "message-administrator-code"),
            Self::AccessPassGiven => ("message-access-pass-subject", "message-administrator-access-pass"),
            Self::EmployeeAdded => ("message-administrator-subject", "message-administrator-employee-added"),
            Self::EmployeeRemoved => ("message-administrator-subject", "message-administrator-employee-removed"),
            // The page of the link repeats these without the names.
            Self::PhoneRemoved => ("message-phone-removed-subject", "message-administrator-phone-removed"),
            Self::PasskeyRemoved => ("message-passkey-removed-subject", "message-administrator-passkey-removed"),
            Self::AuthenticatorRemoved => {
                ("message-authenticator-removed-subject", "message-administrator-authenticator-removed")
            }
            Self::RecoveryCodeRemoved => {
                ("message-recovery-code-removed-subject", "message-administrator-recovery-code-removed")
            }
            Self::SecondFactorReset => ("message-second-step-reset-subject", "message-administrator-factor"),
        }
    }

    /// Whether the message has the set-up link: the first one to a person whom nothing proves yet.
    pub(super) fn has_set_up_link(self) -> bool {
        self == Self::Welcomed
    }

    /// Whether it changes the person's proofs. Only that can be stopped by a link; administrators decide about
    /// membership.
    pub(super) fn can_be_stopped(self) -> bool {
        matches!(
            self,
            Self::SecondFactorReset
                | Self::AccessPassGiven
                | Self::PhoneRemoved
                | Self::PasskeyRemoved
                | Self::AuthenticatorRemoved
                | Self::RecoveryCodeRemoved
        )
    }
}

/// Tells a person of an act of an administrator, in the transaction of the act. `by` is the name of the administrator,
/// program or directory, and the name of the company.
pub(crate) async fn tell_by_administrator(
    tx: &mut Tx<'_>,
    (app, now): (&Core, Timestamp),
    person: PersonId,
    act: Act,
    (administrator, company): (&str, &str),
) -> Result<(), Fault> {
    let notice = Notice::ByAdministrator { act, administrator: administrator.to_owned(), company: company.to_owned() };
    // The network of an administrator does not concern the person.
    let from = From { at: now, network: "", user_agent: "" };
    tell_from(tx, app, &from, person, &notice).await
}

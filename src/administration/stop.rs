//! The reasons for which an act is not done. A transaction that ends with one is rolled back.

use std::time::Duration;

use crate::directory::announcements::AnnouncementRefusal;
use crate::directory::contacts::{PhoneChangeError, PhoneRefusal};
use crate::directory::domains::DomainRefusal;
use crate::directory::rights::Right;
use crate::directory::users::{Role, UserChangeError};
use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::provider::applications::RegistrationMistake;
use crate::sign_in::policy_effects::LocksOut;

/// The reason for which an act is not done.
#[derive(Debug)]
pub enum Stop {
    /// There is nothing of that identifier that the actor may know of.
    NotFound,
    /// The user may do more than the actor, or is the actor.
    BeyondReach,
    /// The profile of the user is not the actor's to change: the user may do more than the actor, or is the actor.
    ProfileBeyondReach,
    /// The profile belongs to another company, whose administrators alone change it.
    ForeignProfile,
    /// The role is not the actor's to give or take away.
    RoleNotTheirs(Role),
    /// The right is not the actor's to give or take away.
    RightNotTheirs(Right),
    /// No application that is open to the company declares the right.
    UnknownRight(Right),
    /// The company has no ready-made profile of that identifier.
    UnknownProfile,
    /// There is no such company.
    UnknownCompany,
    /// The company has no directory that is offered.
    NoDirectory,
    /// The domain cannot be claimed, or is not proved.
    Domain(DomainRefusal),
    /// The user would have more rights than [`crate::directory::rights::MOST_RIGHTS`].
    TooManyRights,
    /// Nobody could manage the company afterwards.
    LastAdministrator,
    /// The user was removed, or is not active where the act needs it.
    NotActive,
    /// The person is a user of the company already.
    AlreadyUser,
    /// The person is on the employee listing already.
    AlreadyEmployee,
    /// Somebody else signs in with the email.
    EmailTaken,
    /// The person is a user of another company, too, so that a directory doesn't change their sign-in email.
    UserElsewhere,
    /// A name, or other data of a company, that cannot be kept.
    BadName,
    /// Addresses of an application that cannot be kept, with every mistake.
    BadAddresses(Vec<RegistrationMistake>),
    /// A text or a time that cannot be announced.
    Announcement(AnnouncementRefusal),
    /// An accounting office alone manages clients, and not itself.
    NotAnOffice,
    /// Something of that name or identifier is there already.
    AlreadyThere,
    /// A policy that would lock out everybody, or the actor.
    LocksOut(LocksOut),
    /// The phone cannot be set.
    Phone(PhoneRefusal),
    /// The data of the person differ from those of the first invitation, by these words: the operator releases them
    /// first.
    ChangedSinceFirst(Vec<&'static str>),
    /// The sign-up code of an invitation was not entered yet, or the six digits were right already.
    CodeNotEntered,
    /// The act wants a fresh proof of the person who acts.
    StaleProof,
    /// The actor has added as many people as they may in a day.
    TooMany {
        /// The time until the next one.
        wait: Duration,
    },
    /// A fault of the program or the database.
    Fault(Fault),
}

impl From<db::Error> for Stop {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<UserChangeError> for Stop {
    fn from(cannot: UserChangeError) -> Self {
        match cannot {
            UserChangeError::NoUser => Self::NotFound,
            UserChangeError::LastAdministrator => Self::LastAdministrator,
            UserChangeError::NotActive => Self::NotActive,
            UserChangeError::Fault(error) => error.into(),
        }
    }
}

impl From<PhoneChangeError> for Stop {
    fn from(cannot: PhoneChangeError) -> Self {
        match cannot {
            PhoneChangeError::Refused(refusal) => Self::Phone(refusal),
            PhoneChangeError::Fault(error) => error.into(),
        }
    }
}

/// The effect of an act that was not stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActEffect {
    /// Something is different now: it was recorded and told.
    Changed,
    /// Everything was so already: nothing was recorded or told.
    Unchanged,
}

//! The acts: one function for each thing that is done to a company, a user, an employee or a profile, whatever the door. Authority,
//! the fresh proof, limits, the change, its entry in the history, the message to the person and the sessions that end
//! are inside the act, so that no door allows what another refuses, or forgets what another does.
//!
//! A door proves who acts, makes an [`ActContext`], calls, and renders the [`ActEffect`] or the [`Stop`]. It never compares
//! roles, rights or companies by itself.

pub(crate) mod access_passes;
pub(crate) mod announcements;
pub(crate) mod applications;
pub(crate) mod basic_company;
pub(crate) mod companies;
mod context;
pub mod domains;
pub(crate) mod employees;
pub(crate) mod engagements;
pub(crate) mod exports;
pub(crate) mod factors;
pub(crate) mod giving;
pub mod identities;
pub mod identity_providers;
pub(crate) mod imports;
pub(crate) mod invitations;
pub(crate) mod lockouts;
pub(crate) mod looks;
pub(crate) mod operator;
pub mod people;
pub(crate) mod phones;
pub(crate) mod reach;
pub(crate) mod releases;
pub(crate) mod rights;
mod standing;
mod stop;
pub(crate) mod users;

pub use context::{ActContext, Actor};
pub(crate) use standing::Standing;
pub use stop::{ActEffect, Stop};

use crate::directory::companies::Company;
use crate::directory::people::PersonId;
use crate::directory::users as directory_users;
use crate::directory::users::{Authority, Member, MembershipState, User};
use crate::platform::allowances::Allowance;
use crate::platform::db::{self, Source};
use reach::{ManagedCompany, Reach};

/// The people that one administrator or program adds in a day, at every door: enough for a whole company in a week,
/// too few to go through emails and see which of them have a profile.
pub(crate) const ADDED: Allowance =
    Allowance { purpose: "admin.people-added", most: 200, within: std::time::Duration::from_hours(24) };

/// The most companies of a user that are compared; beyond them nobody reaches the profile.
const MOST_MANAGED: usize = 20;

/// A company, and by what somebody acts in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompanyStanding<'p> {
    /// The company.
    pub(crate) company: &'p Company,
    /// By what.
    pub(crate) standing: Standing,
}

/// A user of a company, and how far somebody may change them.
#[derive(Clone, Debug)]
pub(crate) struct UserInReach {
    /// The user, removed or not.
    pub(crate) member: Member,
    /// The part of their profile that may be changed.
    pub(crate) reach: Reach,
    /// Whether their roles, rights and state in this company may be changed.
    pub(crate) may_change: bool,
}

impl UserInReach {
    /// The user with an identifier; `None` for a person who is no user of the company and never was.
    pub async fn find(
        source: &mut Source<'_, '_>,
        at: CompanyStanding<'_>,
        person: PersonId,
    ) -> Result<Option<Self>, db::Error> {
        let CompanyStanding { company, standing } = at;
        let Some(member) = directory_users::find(&mut *source, company.id, person).await? else { return Ok(None) };
        let is_basic = member.basic && member.state != MembershipState::Removed;
        let managed = if is_basic { managed_by(source, at, person).await? } else { Vec::new() };
        let may_change = standing.may_change(company.kind, &member.roles);
        let reach = if standing.person() == Some(person) {
            Reach::Own
        } else {
            reach::reach(is_basic, may_change, company.id, &managed)
        };
        Ok(Some(Self { member, reach, may_change }))
    }
}

/// The companies that a person manages, each with what the other one is there.
async fn managed_by(
    source: &mut Source<'_, '_>,
    CompanyStanding { company, standing }: CompanyStanding<'_>,
    person: PersonId,
) -> Result<Vec<ManagedCompany>, db::Error> {
    if standing == Standing::Operator {
        return Ok(Vec::new());
    }
    let mut managed = Vec::new();
    let companies = directory_users::of_person(&mut *source, person).await?;
    // A role that another company gives counts once the person has accepted it.
    let counts = |user: &User| user.company == company.id || user.role_is_accepted;
    let manages = |user: &User| {
        user.state != MembershipState::Removed && counts(user) && user.roles.iter().any(|role| role.manages())
    };
    for user in companies.into_iter().filter(manages) {
        let authority = match standing.person() {
            Some(actor) if managed.len() < MOST_MANAGED => {
                directory_users::authority(&mut *source, user.company, actor).await?
            }
            None if user.company == company.id => Some(Authority::UserAdministrator),
            _ => None,
        };
        managed.push(ManagedCompany { company: user.company, roles: user.roles, authority });
    }
    Ok(managed)
}

impl UserInReach {
    /// Lets pass an actor who may change the profile.
    ///
    /// # Errors
    /// [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
    pub(crate) fn within_profile(&self) -> Result<(), Stop> {
        match self.reach {
            Reach::Profile => Ok(()),
            _ if !self.member.basic => Err(Stop::ForeignProfile),
            _ => Err(Stop::ProfileBeyondReach),
        }
    }

    /// Lets pass an actor who may end sessions and reset factors.
    ///
    /// # Errors
    /// [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
    pub(crate) fn within_protection(&self) -> Result<(), Stop> {
        match self.reach {
            reach if reach.protects() => Ok(()),
            _ if !self.member.basic => Err(Stop::ForeignProfile),
            _ => Err(Stop::ProfileBeyondReach),
        }
    }
}

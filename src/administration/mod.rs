//! The rules of every act on a company and its users, whatever the door: who may do what to whom. The console, the
//! API and directories ask here, so that none of them allows what another refuses.
//!
//! A door parses, calls and renders. It never compares roles, rights or companies by itself.

pub mod giving;
pub mod lockouts;
pub mod reach;
mod standing;

pub use standing::Standing;

use crate::directory::companies::Company;
use crate::directory::people::PersonId;
use crate::directory::users::{self, Authority, Member, State, User};
use crate::platform::allowances::Allowance;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Source, Tx};
use crate::platform::random::Random;
use crate::sign_in::sessions;
use reach::{Managed, Reach};

/// The people that one administrator or program adds in a day, at every door: enough for a whole company in a week,
/// too few to go through emails and see which of them have a profile.
pub const ADDED: Allowance =
    Allowance { purpose: "admin.people-added", most: 200, within: std::time::Duration::from_hours(24) };

/// The most companies of a user that are compared; beyond them nobody reaches the profile.
const MOST_MANAGED: usize = 20;

/// A company, and by what somebody acts in it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The company.
    pub company: &'p Company,
    /// By what.
    pub standing: Standing,
}

/// A user of a company, and how far somebody may change them.
#[derive(Clone, Debug)]
pub struct UserInReach {
    /// The user, removed or not.
    pub member: Member,
    /// The part of their profile that may be changed.
    pub reach: Reach,
    /// Whether their roles, rights and state in this company may be changed.
    pub may_change: bool,
}

impl UserInReach {
    /// The user with an identifier; `None` for a person who is no user of the company and never was.
    pub async fn find(
        source: &mut Source<'_, '_>,
        place: Place<'_>,
        person: PersonId,
    ) -> Result<Option<Self>, db::Error> {
        let Place { company, standing } = place;
        let Some(member) = users::find(&mut *source, company.id, person).await? else { return Ok(None) };
        let is_basic = member.basic && member.state != State::Removed;
        let managed = if is_basic { managed_by(source, place, person).await? } else { Vec::new() };
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
    Place { company, standing }: Place<'_>,
    person: PersonId,
) -> Result<Vec<Managed>, db::Error> {
    if standing == Standing::Operator {
        return Ok(Vec::new());
    }
    let mut managed = Vec::new();
    let companies = users::of_person(&mut *source, person).await?;
    let manages = |user: &User| user.state != State::Removed && user.roles.iter().any(|role| role.manages());
    for user in companies.into_iter().filter(manages) {
        let authority = match standing.person() {
            Some(actor) if managed.len() < MOST_MANAGED => users::authority(&mut *source, user.company, actor).await?,
            None if user.company == company.id => Some(Authority::UserAdministrator),
            _ => None,
        };
        managed.push(Managed { company: user.company, roles: user.roles, authority });
    }
    Ok(managed)
}

/// Ends every session of a person whose basic company is closed to them by a change of state: they can sign in nowhere.
/// The sessions of a user of another company stay, and no longer enter that one.
pub async fn end_sessions_if_closed(
    tx: &mut Tx<'_>,
    random: &Random,
    before: &Member,
    after: State,
    now: Timestamp,
) -> Result<(), db::Error> {
    if after != State::Active && before.basic {
        let why = "the basic company was closed to the person";
        sessions::end_others(tx, random, (before.person, None), now, why).await?;
    }
    Ok(())
}

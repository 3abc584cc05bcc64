//! Acts on a user of a company: adding, roles, locking, removing and taking back.

use std::time::Duration;

use super::people::{find_or_add, keep_phone};
use super::rights::give;
use super::{ActContext, ActEffect, Standing, Stop, UserInReach};
use crate::directory::companies::{CompanyId, CompanyKind};
use crate::directory::employees;
use crate::directory::people::{self, NewPerson, PersonId};
use crate::directory::rights::ProfileId;
use crate::directory::users::{self, MembershipState, Role};
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Source, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::phone_number::PhoneNumber;
use crate::proofs;
use crate::sign_in::notices::Act;
use crate::sign_in::sessions;

/// The most other companies that are offered as the basic company of a removed user.
const MOST_OTHERS: usize = 50;
/// First messages that are sent anew to one person.
const FIRST_MESSAGES: Allowance =
    Allowance { purpose: "first message to person", most: 5, within: Duration::from_hours(24) };

/// The roles that a user is to have.
#[derive(Clone, Debug)]
pub(crate) enum RoleWish {
    /// These and no others. A role that is not the actor's to give or take away refuses the act.
    Exactly(Vec<Role>),
    /// Of the roles that the actor may give, these; every other stays as it is. This is the wish of a form, which
    /// shows to an administrator only the roles that they may give.
    OfThoseTheyGive(Vec<Role>),
}

impl RoleWish {
    /// The roles that are named.
    fn named(&self) -> &[Role] {
        match self {
            Self::Exactly(roles) | Self::OfThoseTheyGive(roles) => roles,
        }
    }

    /// The roles of a user after the act. Of a form that names none, the user is an employee.
    ///
    /// # Errors
    /// [`Stop::BeyondReach`] where the user has a role that the actor may not take away, [`Stop::RoleNotTheirs`].
    fn after(&self, standing: Standing, kind: CompanyKind, had: &[Role]) -> Result<Vec<Role>, Stop> {
        if !standing.may_change(kind, had) {
            return Err(Stop::BeyondReach);
        }
        let kept = had.iter().filter(|role| match self {
            Self::Exactly(_) => false,
            Self::OfThoseTheyGive(_) => !standing.may_give(**role, kind),
        });
        let wanted: Vec<Role> = kept.chain(self.named()).copied().collect();
        if let Some(role) = standing.refused_role(had, &wanted, kind) {
            return Err(Stop::RoleNotTheirs(role));
        }
        let after: Vec<Role> = Role::ALL.into_iter().filter(|role| wanted.contains(role)).collect();
        match self {
            Self::OfThoseTheyGive(_) if after.is_empty() => Ok(vec![Role::Employee]),
            _ => Ok(after),
        }
    }
}

/// A user to add.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    /// The person. Somebody who has a profile with the email becomes a user with that profile, unchanged.
    pub(crate) person: NewPerson,
    /// Their roles.
    pub(crate) roles: RoleWish,
    /// A ready-made profile of rights.
    pub(crate) profile: Option<ProfileId>,
    /// A phone for codes, which a new profile alone gets.
    pub(crate) phone: Option<PhoneNumber>,
}

/// The result of adding a user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddedUser {
    /// The person.
    pub(crate) person: PersonId,
    /// Whether the phone that was wished for was set.
    pub(crate) has_phone: bool,
}

/// Makes a person a user of the company. A removed user is taken back, with these roles. Somebody who has a profile that
/// the company doesn't know waits for their own acceptance (see [`answer`]); until then the company sees what was typed.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::TooMany`], [`Stop::BadName`], [`Stop::AlreadyUser`], [`Stop::BeyondReach`],
/// [`Stop::RoleNotTheirs`], and those of [`super::rights::give_profile`].
pub async fn add(tx: &mut Tx<'_>, context: &ActContext, addition: Addition) -> Result<AddedUser, Stop> {
    context.demand_fresh_proof()?;
    let (person, is_new) = find_or_add(tx, context, &addition.person).await?;
    let typed = (!is_new).then_some(&addition.person);
    let told =
        put_in(tx, context, person, &addition.roles, if is_new { Act::Welcomed } else { Act::Added }, typed).await?;
    let has_phone = match addition.phone {
        Some(phone) if is_new => match keep_phone(tx, context, person, phone).await {
            Ok(_) => true,
            Err(Stop::Phone(_) | Stop::ProfileBeyondReach) => false,
            Err(stop) => return Err(stop),
        },
        _ => false,
    };
    if let Some(profile) = addition.profile {
        give(tx, context, person, profile).await?;
    }
    // One message tells of all of it.
    context.tell(tx, person, told).await?;
    Ok(AddedUser { person, has_phone })
}

/// Makes a person who has a profile a user of the company, as [`add`] does.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::AlreadyUser`], [`Stop::BeyondReach`], [`Stop::RoleNotTheirs`].
pub(crate) async fn put(tx: &mut Tx<'_>, context: &ActContext, person: PersonId, roles: &RoleWish) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    let told = put_in(tx, context, person, roles, Act::Added, None).await?;
    context.tell(tx, person, told).await
}

/// Makes a person a user, and gives what the person is to be told.
async fn put_in(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    wish: &RoleWish,
    act: Act,
    typed: Option<&NewPerson>,
) -> Result<Act, Stop> {
    let company = context.company.id;
    let employee = employees::find(&mut *tx, company, person).await?;
    // Somebody who was removed still has the roles from then: those are given anew.
    let (had, is_known) = match users::find(&mut *tx, company, person).await? {
        Some(member) if member.state != MembershipState::Removed => return Err(Stop::AlreadyUser),
        Some(member) => (member.roles, !member.is_waited_for),
        None => (Vec::new(), employee.is_some_and(|employee| employee.is_known)),
    };
    let (standing, kind) = (context.standing(), context.company.kind);
    wish.after(standing, kind, &had)?;
    let roles = wish.after(standing, kind, &[])?;
    let typed = typed.filter(|_| !is_known && standing != Standing::Operator);
    let added = match typed {
        Some(typed) => users::add_pending(tx, company, (person, typed), &roles, context.now).await,
        None => users::add(tx, company, person, &roles, context.now).await,
    };
    match added {
        Err(db::Error::Conflict(_)) => return Err(Stop::AlreadyUser),
        added => added?,
    }
    let act = if typed.is_some() { Act::Asked } else { act };
    let entry = context.entry(Event::UserAdded).person(person).detail("to", in_words(&roles));
    context.record(tx, &entry).await?;
    Ok(act)
}

/// Sends the first message with its set-up link anew to a user whom nothing proves yet; the link before works no
/// longer. It wants no fresh proof: the message goes to the person alone, and counts against a bound of a day.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`], [`Stop::TooMany`].
pub(crate) async fn send_first_message(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
) -> Result<ActEffect, Stop> {
    let user = context.present_user(tx, person).await?;
    user.within_profile()?;
    people::take_turns(tx, person).await?;
    let is_set_up = !proofs::kept_by(&mut *tx, person).await?.is_empty();
    if is_set_up || user.member.state != MembershipState::Active {
        return Ok(ActEffect::Unchanged);
    }
    if let AllowanceAnswer::Exhausted(exhausted) =
        allowances::take(tx, &FIRST_MESSAGES, &person.to_string(), context.now).await?
    {
        return Err(Stop::TooMany { wait: exhausted.wait });
    }
    context.record(tx, &context.entry(Event::UserFirstMessageSent).person(person)).await?;
    context.tell(tx, person, Act::Welcomed).await?;
    Ok(ActEffect::Changed)
}

/// Gives a user other roles.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::BeyondReach`], [`Stop::RoleNotTheirs`],
/// [`Stop::LastAdministrator`].
pub(crate) async fn set_roles(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    wish: &RoleWish,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let member = context.present_user(tx, person).await?.member;
    if matches!(wish, RoleWish::Exactly(roles) if *roles == member.roles) {
        return Ok(ActEffect::Unchanged);
    }
    let roles = wish.after(context.standing(), context.company.kind, &member.roles)?;
    if roles == member.roles {
        return Ok(ActEffect::Unchanged);
    }
    users::change_roles(tx, context.company.id, person, &roles, context.now).await?;
    let entry = context.entry(Event::UserRolesSet).person(person);
    let entry = entry.detail("from", in_words(&member.roles)).detail("to", in_words(&roles));
    context.record(tx, &entry).await?;
    context.tell(tx, person, Act::RolesChanged).await?;
    Ok(ActEffect::Changed)
}

/// Locks a user out of the company for a time. It wants no fresh proof: it opens nothing, and an administrator who
/// sees an attack is quick.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::BeyondReach`], [`Stop::NotActive`] for a removed user, [`Stop::LastAdministrator`].
pub async fn lock(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    let user = context.user(tx, person).await?;
    match user.member.state {
        MembershipState::Active | MembershipState::Pending => {
            set_state(tx, context, &user, MembershipState::Locked).await
        }
        MembershipState::Locked => Ok(ActEffect::Unchanged),
        MembershipState::Removed => Err(Stop::NotActive),
    }
}

/// Lets a user enter the company again: unlocks a locked one, and takes a removed one back with what they had.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::BeyondReach`].
pub(crate) async fn readmit(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    let user = context.user(tx, person).await?;
    if matches!(user.member.state, MembershipState::Active | MembershipState::Pending) {
        return Ok(ActEffect::Unchanged);
    }
    context.demand_fresh_proof()?;
    set_state(tx, context, &user, MembershipState::Active).await
}

/// Removes a user from the company; from their basic company with another one in its place, where one is named.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::BeyondReach`], [`Stop::LastAdministrator`], [`Stop::NotActive`]
/// for another basic company that is none of [`other_companies`].
pub async fn remove(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    basic: Option<CompanyId>,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let mut user = context.user(tx, person).await?;
    if user.member.state == MembershipState::Removed {
        return Ok(ActEffect::Unchanged);
    }
    if let Some(basic) = basic.filter(|_| user.member.basic && user.may_change) {
        let others = other_companies(&mut Source::Transaction(tx), context, person).await?;
        if !others.iter().any(|(company, _)| *company == basic) {
            return Err(Stop::NotActive);
        }
        set_basic_company(tx, context, person, basic).await?;
        user.member.basic = false;
    }
    set_state(tx, context, &user, MembershipState::Removed).await
}

/// Makes another company the basic company of a person, who is active there.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::NotActive`].
pub(crate) async fn set_basic_company(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    company: CompanyId,
) -> Result<(), Stop> {
    users::set_basic(tx, person, company, context.now).await?;
    let entry = context.entry(Event::UserBasicCompanySet).person(person).detail("to", company);
    context.record(tx, &entry).await
}

/// The companies that can become the basic company of a user in the place of this one: those where they are active and
/// that the actor manages, too. Other memberships are not disclosed.
pub(crate) async fn other_companies(
    source: &mut Source<'_, '_>,
    context: &ActContext,
    person: PersonId,
) -> Result<Vec<(CompanyId, String)>, db::Error> {
    let Some(actor) = context.standing().person() else { return Ok(Vec::new()) };
    let mut others = Vec::new();
    for user in users::of_person(&mut *source, person).await? {
        if others.len() == MOST_OTHERS {
            break;
        }
        if user.state == MembershipState::Active
            && user.company != context.company.id
            && users::authority(&mut *source, user.company, actor).await?.is_some()
        {
            others.push((user.company, user.company_name));
        }
    }
    Ok(others)
}

/// Changes the state of a user. Every session of a person whose basic company is closed to them ends: they can sign in
/// nowhere. The sessions of a user of another company stay, and no longer enter that one.
async fn set_state(
    tx: &mut Tx<'_>,
    context: &ActContext,
    user: &UserInReach,
    after: MembershipState,
) -> Result<ActEffect, Stop> {
    if !user.may_change {
        return Err(Stop::BeyondReach);
    }
    let before = &user.member;
    let person = before.person;
    users::set_state(tx, context.company.id, person, after, context.now).await?;
    if after != MembershipState::Active && before.basic {
        let why = "the basic company was closed to the person";
        sessions::end_others(tx, &context.core.random, (person, None), context.now, why).await?;
    }
    let entry = context.entry(Event::UserStateSet).person(person);
    let entry = entry.detail("from", before.state.as_str()).detail("state", after.as_str());
    context.record(tx, &entry).await?;
    let act = match (before.state, after) {
        (_, MembershipState::Locked) => Act::Locked,
        (_, MembershipState::Removed) => Act::Removed,
        (MembershipState::Removed, _) => Act::TakenBack,
        _ => Act::Unlocked,
    };
    context.tell(tx, person, act).await?;
    Ok(ActEffect::Changed)
}

/// Records the answer of a person to a company that added them, who had a profile before: whether they want to be a
/// user of it. It is the person's own act, in *My sign-in*; of one who declines the company learns no more than that.
///
/// # Errors
/// [`Stop::NotFound`] where the company does not wait for them.
pub async fn answer(
    tx: &mut Tx<'_>,
    core: &Core,
    (person, company): (PersonId, CompanyId),
    accepts: bool,
    now: Timestamp,
) -> Result<(), Stop> {
    let was_waited_for = if accepts {
        users::accept(tx, company, person, now).await?
    } else {
        users::decline(tx, company, person, now).await?
    };
    if !was_waited_for {
        return Err(Stop::NotFound);
    }
    // The company reads it: the network and the browser of the person are not its to know.
    let event = if accepts { Event::UserAccepted } else { Event::UserDeclined };
    let entry = Entry::new(now, event).person(person).company(company);
    Ok(history::write(tx, &core.random, &entry).await?)
}

/// Roles as the history names them. A user without any is told as an employee.
fn in_words(roles: &[Role]) -> String {
    let roles = if roles.is_empty() { &[Role::Employee] } else { roles };
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::users::Authority;
    use proptest::prelude::*;

    fn roles() -> impl Strategy<Value = Vec<Role>> {
        proptest::sample::subsequence(Role::ALL.to_vec(), 0..=3)
    }

    fn standing() -> impl Strategy<Value = Standing> {
        let office = "00000000000000000000000000000001".parse().unwrap();
        let person = "00000000000000000000000000000002".parse().unwrap();
        proptest::sample::select(vec![
            Standing::Operator,
            Standing::Service,
            Standing::Person { person, authority: Authority::UserAdministrator },
            Standing::Person { person, authority: Authority::MainUser { office } },
        ])
    }

    proptest! {
        #[test]
        fn nobody_gives_or_takes_away_more_than_they_may(
            standing in standing(), had in roles(), named in roles(), office in any::<bool>(), exactly in any::<bool>(),
        ) {
            let kind = if office { CompanyKind::AccountingOffice } else { CompanyKind::Business };
            let wish = if exactly { RoleWish::Exactly(named) } else { RoleWish::OfThoseTheyGive(named) };
            if let Ok(after) = wish.after(standing, kind, &had) {
                prop_assert!(!after.is_empty() || exactly);
                for role in Role::ALL {
                    prop_assert!(standing.may_give(role, kind) || had.contains(&role) == after.contains(&role));
                }
            }
        }

        #[test]
        fn a_role_that_is_named_and_theirs_to_give_is_had_afterwards(
            standing in standing(), named in roles(), office in any::<bool>(),
        ) {
            let kind = if office { CompanyKind::AccountingOffice } else { CompanyKind::Business };
            let theirs = named.iter().all(|role| standing.may_give(*role, kind));
            for wish in [RoleWish::Exactly(named.clone()), RoleWish::OfThoseTheyGive(named.clone())] {
                match wish.after(standing, kind, &[]) {
                    Ok(after) => prop_assert!(theirs && named.iter().all(|role| after.contains(role))),
                    Err(stop) => prop_assert!(!theirs && matches!(stop, Stop::RoleNotTheirs(_))),
                }
            }
        }
    }
}

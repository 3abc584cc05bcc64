//! Acts on a user of a company: adding, roles, locking, removing and taking back.

use std::time::Duration;

use super::basic_company::{self, other_companies};
use super::invitations::{self, InvitationWish};
use super::people::{find_or_add, keep_phone};
use super::rights::give;
use super::{ActContext, ActEffect, Standing, Stop, UserInReach};
use crate::directory::companies::{CompanyId, CompanyKind};
use crate::directory::employees;
use crate::directory::people::{self, Email, NewPerson, PersonId};
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
    /// An invitation to the phone app in place of the first message, which a new profile alone gets.
    pub(crate) invitation: Option<InvitationWish>,
}

/// The way in which a person becomes a user of the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WayOfJoining {
    /// With a new profile.
    New,
    /// At once, with a profile that the company knows, or by the word of the operator.
    Known,
    /// The same, after they were removed before.
    Back,
    /// Once they accept: they have a profile that the company does not know.
    Waiting,
}

/// The result of adding a user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddedUser {
    /// The person.
    pub(crate) person: PersonId,
    /// The way in which they joined.
    pub(crate) joining: WayOfJoining,
    /// Whether the phone that was wished for was set.
    pub(crate) has_phone: bool,
}

/// The way in which the person with an email would become a user of the company by [`add`] now. It changes nothing.
///
/// # Errors
/// [`Stop::AlreadyUser`], [`Stop::BeyondReach`], [`Stop::RoleNotTheirs`].
pub(super) async fn foresee(
    tx: &mut Tx<'_>,
    context: &ActContext,
    email: &Email,
    wish: &RoleWish,
) -> Result<WayOfJoining, Stop> {
    let (standing, kind) = (context.standing(), context.company.kind);
    let Some(known) = people::find_by_email(&mut *tx, email).await? else {
        wish.after(standing, kind, &[])?;
        return Ok(WayOfJoining::New);
    };
    let former = former(tx, context, known.id).await?;
    wish.after(standing, kind, &former.roles)?;
    wish.after(standing, kind, &[])?;
    Ok(former.joining(context, false))
}

/// The past of somebody in the company who is no user of it now.
struct FormerUser {
    /// The roles from before they were removed.
    roles: Vec<Role>,
    /// Whether the company knows their profile.
    is_known: bool,
    /// Whether they were removed.
    was_removed: bool,
}

impl FormerUser {
    fn joining(&self, context: &ActContext, is_new: bool) -> WayOfJoining {
        if is_new {
            WayOfJoining::New
        } else if !self.is_known && context.standing() != Standing::Operator {
            WayOfJoining::Waiting
        } else if self.was_removed {
            WayOfJoining::Back
        } else {
            WayOfJoining::Known
        }
    }
}

/// The past of a person in the company.
///
/// # Errors
/// [`Stop::AlreadyUser`].
async fn former(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<FormerUser, Stop> {
    let company = context.company.id;
    match users::find(&mut *tx, company, person).await? {
        Some(member) if member.state != MembershipState::Removed => Err(Stop::AlreadyUser),
        Some(member) => Ok(FormerUser { roles: member.roles, is_known: !member.is_waited_for, was_removed: true }),
        None => {
            let employee = employees::find(&mut *tx, company, person).await?;
            let is_known = employee.is_some_and(|employee| employee.is_known);
            Ok(FormerUser { roles: Vec::new(), is_known, was_removed: false })
        }
    }
}

/// Makes a person a user of the company. A removed user is taken back, with these roles. Somebody who has a profile that
/// the company doesn't know waits for their own acceptance (see [`answer`]); until then the company sees what was typed.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::TooMany`], [`Stop::BadName`], [`Stop::AlreadyUser`], [`Stop::BeyondReach`],
/// [`Stop::RoleNotTheirs`], and those of [`super::rights::give_profile`] and
/// [`super::invitations::send`].
pub async fn add(tx: &mut Tx<'_>, context: &ActContext, addition: Addition) -> Result<AddedUser, Stop> {
    context.demand_fresh_proof()?;
    let (person, is_new) = find_or_add(tx, context, &addition.person).await?;
    let typed = (!is_new).then_some(&addition.person);
    let joining = put_in(tx, context, person, &addition.roles, typed).await?;
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
    match (joining, &addition.invitation) {
        (WayOfJoining::New, Some(wish)) => invitations::send(tx, context, person, wish).await?,
        (WayOfJoining::New, None) => context.tell(tx, person, Act::Welcomed).await?,
        (WayOfJoining::Waiting, _) => context.tell(tx, person, Act::Asked).await?,
        (WayOfJoining::Known | WayOfJoining::Back, _) => context.tell(tx, person, Act::Added).await?,
    }
    Ok(AddedUser { person, joining, has_phone })
}

/// Makes a person who has a profile a user of the company, as [`add`] does.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::AlreadyUser`], [`Stop::BeyondReach`], [`Stop::RoleNotTheirs`].
pub(crate) async fn put(tx: &mut Tx<'_>, context: &ActContext, person: PersonId, roles: &RoleWish) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    put_in(tx, context, person, roles, None).await?;
    context.tell(tx, person, Act::Added).await
}

/// Makes a person a user. The typed data is that of somebody who has a profile already, as far as it may be unknown to
/// the company.
async fn put_in(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    wish: &RoleWish,
    typed: Option<&NewPerson>,
) -> Result<WayOfJoining, Stop> {
    let company = context.company.id;
    // Somebody who was removed still has the roles from then: those are given anew.
    let former = former(tx, context, person).await?;
    let (standing, kind) = (context.standing(), context.company.kind);
    wish.after(standing, kind, &former.roles)?;
    let roles = wish.after(standing, kind, &[])?;
    let joining = former.joining(context, typed.is_none());
    let added = match typed {
        Some(typed) if joining == WayOfJoining::Waiting => {
            users::add_pending(tx, company, (person, typed), &roles, context.now).await
        }
        _ => users::add(tx, company, person, &roles, context.now).await,
    };
    match added {
        Err(db::Error::Conflict(_)) => return Err(Stop::AlreadyUser),
        added => added?,
    }
    let entry = context.entry(Event::UserAdded).person(person).detail("to", in_words(&roles));
    context.record(tx, &entry).await?;
    Ok(joining)
}

/// Sends the first message anew: to a user whom nothing proves yet the one with the set-up link, the link before works
/// no longer; to one who has not accepted yet the question whether they want to be a user. It wants no fresh proof: the
/// message goes to the person alone, and counts against a bound of a day.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::BeyondReach`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`],
/// [`Stop::TooMany`].
pub(crate) async fn send_first_message(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
) -> Result<ActEffect, Stop> {
    let user = context.present_user(tx, person).await?;
    people::take_turns(tx, person).await?;
    let message = match user.member.state {
        MembershipState::Pending if user.may_change => Act::Asked,
        MembershipState::Pending => return Err(Stop::BeyondReach),
        state => {
            user.within_profile()?;
            let is_set_up = !proofs::kept_by(&mut *tx, person).await?.is_empty();
            // While an invitation waits, no mail alone opens anything.
            if is_set_up || state != MembershipState::Active || user.member.is_invited(context.now) {
                return Ok(ActEffect::Unchanged);
            }
            Act::Welcomed
        }
    };
    if let AllowanceAnswer::Exhausted(exhausted) =
        allowances::take(tx, &FIRST_MESSAGES, &person.to_string(), context.now).await?
    {
        return Err(Stop::TooMany { wait: exhausted.wait });
    }
    context.record(tx, &context.entry(Event::UserFirstMessageSent).person(person)).await?;
    context.tell(tx, person, message).await?;
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
/// for another basic company that is none of [`super::basic_company::other_companies`].
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
        basic_company::set(tx, context, person, basic).await?;
        user.member.basic = false;
    }
    set_state(tx, context, &user, MembershipState::Removed).await
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

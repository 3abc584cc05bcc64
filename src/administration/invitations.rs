//! Acts on the invitation of a user to the phone app (FLOWS.md 8): it is sent, cancelled, sent again, and helped along by
//! a verification code that the administrator hands over.
//!
//! An invitation with other data than the first one waits for the operator: it is how an attacker inside a company would
//! take an identity over.

use std::time::Duration;

use super::{ActContext, ActEffect, Actor, Stop};
use crate::directory::contacts;
use crate::directory::invitations::{
    self, IdentityCheck, Invitation, InvitationEnd, InvitationId, InvitationState, InvitationStep, InvitedData,
    NewInvitation, StepTaken, releases,
};
use crate::directory::people::{self, Person, PersonId, PersonState};
use crate::directory::users::MembershipState;
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::messages;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Language;
use crate::proofs::sign_up::{self, DigitsOrigin, InvitationLetter, PreparedCode};
use crate::proofs::{self, resets};
use crate::sign_in::notices::Act;
use crate::sign_in::signing_up::{InviterNews, tell_inviter};

/// Invitations that are sent to one person in a day, by whomever.
const TO_PERSON: Allowance = Allowance { purpose: "invitation.person", most: 5, within: Duration::from_hours(24) };
/// Invitations that one administrator or program sends in a day: enough for a whole company in a week.
const BY_ACTOR: Allowance = Allowance { purpose: "invitation.actor", most: 200, within: Duration::from_hours(24) };
/// Verification codes that are shown for one person in a day.
const CODES: Allowance = Allowance { purpose: "invitation.code", most: 5, within: Duration::from_hours(24) };
/// How often another selector is tried. With a million open invitations one in thirty is taken.
const SELECTORS: usize = 10;
/// The invitations that one transaction of the housekeeping looks after.
const AT_ONCE: i64 = 100;

/// An invitation that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct InvitationWish {
    /// The way in which the person's identity was verified.
    pub(crate) identity_check: IdentityCheck,
    /// The secret of its code.
    pub(crate) code: PreparedCode,
}

/// A verification code for an administrator to hand over.
#[derive(Debug)]
pub(crate) struct HandedCode {
    /// The six digits. They are shown once.
    pub(crate) code: Secret<String>,
    /// Until when they work.
    pub(crate) until: Timestamp,
    /// Until when the invitation is open.
    pub(crate) invitation_until: Timestamp,
}

/// Invites a user to sign in with the phone app, in place of any invitation before. From then on the set-up link of the
/// first message works no longer: the mail alone opens nothing.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`], [`Stop::NotActive`],
/// [`Stop::ChangedSinceFirst`], [`Stop::TooMany`].
pub(crate) async fn send(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    wish: &InvitationWish,
) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    let user = context.present_user(tx, person).await?;
    user.within_protection()?;
    let found = people::find_in_turn(tx, person).await?.ok_or(Stop::NotFound)?;
    if user.member.state != MembershipState::Active || found.state != PersonState::Active {
        return Err(Stop::NotActive);
    }
    let data = data_now(&mut *tx, &found).await?;
    if let Some(first) = invitations::first_data(&mut *tx, person).await? {
        let changes = data.changes_since(&first.data);
        if !changes.is_empty() {
            return Err(Stop::ChangedSinceFirst(changes));
        }
    }
    // Data that were put back need no release any more.
    releases::end(tx, person).await?;
    count(tx, context, person).await?;
    replace_former(tx, context, person).await?;
    if proofs::kept_by(&mut *tx, person).await?.is_empty() {
        resets::void(tx, person, context.now).await?;
    }
    let (invitation, code) = add(tx, context, (person, &data), wish).await?;
    invitations::keep_first_data(tx, person, &data, context.now).await?;
    let letter = InvitationLetter {
        invitation: &invitation,
        company: &context.company.name,
        language: Language::parse_tag(&found.language).unwrap_or(Language::English),
        code: code.reveal(),
    };
    messages::write(tx, &context.core, &letter.message(&context.core, context.now)).await?;
    let taken = StepTaken::new(InvitationStep::Sent, context.now).detail(&invitation.inviter_name);
    invitations::note(tx, &context.core.random, invitation.id, &taken).await?;
    let entry = context.entry(Event::InvitationSent).person(person);
    context.record(tx, &entry.detail("identity", wish.identity_check.as_str())).await
}

/// The data of a person that an invitation would count for now.
pub(crate) async fn data_now(db: impl Reads, person: &Person) -> Result<InvitedData, db::Error> {
    let phone = contacts::of_person(db, person.id).await?.phone;
    Ok(InvitedData::of(person, phone.as_ref().map(|phone| &phone.number)))
}

/// Counts one invitation for the person, whose mailbox nobody fills, and for the actor.
async fn count(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<(), Stop> {
    let mut taken = vec![(TO_PERSON, person.to_string())];
    match &context.actor {
        Actor::Person { person, .. } | Actor::OnBehalf { person, .. } => taken.push((BY_ACTOR, person.to_string())),
        Actor::Application { application, is_operators: false, .. } => taken.push((BY_ACTOR, application.to_string())),
        Actor::Application { .. }
        | Actor::Directory { .. }
        | Actor::OperatorPerson { .. }
        | Actor::Operator
        | Actor::Import => {}
    }
    match allowances::take_all(tx, &taken, context.now).await? {
        AllowanceAnswer::Granted => Ok(()),
        AllowanceAnswer::Exhausted(exhausted) => Err(Stop::TooMany { wait: exhausted.wait }),
    }
}

/// Ends the invitation that a new one takes the place of, of whatever company.
async fn replace_former(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<(), Stop> {
    let Some(former) = invitations::open_of_person(&mut *tx, person, context.now).await? else { return Ok(()) };
    if invitations::end(tx, &former, InvitationEnd::Replaced, context.now).await? {
        let taken = StepTaken::new(InvitationStep::Replaced, context.now);
        invitations::note(tx, &context.core.random, former.id, &taken).await?;
    }
    Ok(())
}

async fn add(
    tx: &mut Tx<'_>,
    context: &ActContext,
    (person, data): (PersonId, &InvitedData),
    wish: &InvitationWish,
) -> Result<(Invitation, Secret<String>), Stop> {
    let id = InvitationId::new(context.now, &context.core.random);
    for _ in 0..SELECTORS {
        let selector = PreparedCode::selector(&context.core.random);
        let new = NewInvitation {
            id,
            company: context.company.id,
            person,
            inviter: context.standing().person(),
            inviter_name: context.actor.name_for(&context.core).unwrap_or(&context.core.settings.organisation),
            identity_check: wish.identity_check,
            data,
            selector: &selector,
            secret_hash: wish.code.hash(),
        };
        if invitations::add(tx, &new, context.now).await? {
            let added = invitations::find(&mut *tx, id).await?;
            let added = added.ok_or_else(|| Fault::new("an invitation was stored and is not there"))?;
            return Ok((added, wish.code.shown(&selector)));
        }
    }
    Err(Fault::unavailable("no selector of an invitation is free").into())
}

/// Cancels the invitation of a user. It wants no fresh proof: it opens nothing.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub(crate) async fn cancel(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    context.user(tx, person).await?.within_protection()?;
    people::take_turns(tx, person).await?;
    let found = invitations::open_of_person(&mut *tx, person, context.now).await?;
    let Some(found) = found.filter(|found| found.company == context.company.id) else {
        return Ok(ActEffect::Unchanged);
    };
    if !invitations::end(tx, &found, InvitationEnd::Cancelled, context.now).await? {
        return Ok(ActEffect::Unchanged);
    }
    let by = context.actor.name_for(&context.core).unwrap_or_default();
    let taken = StepTaken::new(InvitationStep::Cancelled, context.now).detail(by);
    invitations::note(tx, &context.core.random, found.id, &taken).await?;
    context.record(tx, &context.entry(Event::InvitationCancelled).person(person)).await?;
    Ok(ActEffect::Changed)
}

/// Makes a verification code to hand over in person, where no SMS arrives: only once the sign-up code was entered. The
/// invitation lives as long as the code, at least. The person is told: nobody else should have such a code made.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`],
/// [`Stop::CodeNotEntered`], [`Stop::TooMany`].
pub(crate) async fn make_code(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<HandedCode, Stop> {
    context.demand_fresh_proof()?;
    context.present_user(tx, person).await?.within_protection()?;
    people::take_turns(tx, person).await?;
    let found = invitations::open_of_person(&mut *tx, person, context.now).await?;
    let found = found.filter(|found| found.company == context.company.id).ok_or(Stop::CodeNotEntered)?;
    let until = context.now.plus(DigitsOrigin::Administrator.lives());
    if !matches!(found.stands(context.now), InvitationState::Entered(_)) {
        return Err(Stop::CodeNotEntered);
    }
    if let AllowanceAnswer::Exhausted(exhausted) =
        allowances::take(tx, &CODES, &person.to_string(), context.now).await?
    {
        return Err(Stop::TooMany { wait: exhausted.wait });
    }
    let invitation_until = invitations::extend(tx, &found, until, context.now).await?.ok_or(Stop::CodeNotEntered)?;
    let code = sign_up::make_digits(tx, &context.core, found.id, DigitsOrigin::Administrator, context.now).await?;
    let by = context.actor.name_for(&context.core).unwrap_or_default();
    let taken = StepTaken::new(InvitationStep::CodeMade, context.now).detail(by);
    invitations::note(tx, &context.core.random, found.id, &taken).await?;
    context.record(tx, &context.entry(Event::InvitationCodeMade).person(person)).await?;
    context.tell(tx, person, Act::VerificationCodeMade).await?;
    Ok(HandedCode { code, until, invitation_until })
}

/// Ends a batch of invitations that were not used in time, and tells their inviters. Returns its size.
///
/// # Errors
/// The database fails.
pub(crate) async fn end_overdue(app: &Core, now: Timestamp) -> Result<usize, Fault> {
    let overdue = invitations::overdue(&app.db, now, AT_ONCE).await?;
    let count = overdue.len();
    for found in overdue {
        let work = app.clone();
        let ended: Result<(), Fault> = app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    people::take_turns(tx, found.person).await?;
                    if !invitations::end(tx, &found, InvitationEnd::Expired, now).await? {
                        return Ok(());
                    }
                    let taken = StepTaken::new(InvitationStep::Expired, now);
                    invitations::note(tx, &work.random, found.id, &taken).await?;
                    let entry = Entry::new(now, Event::InvitationExpired).person(found.person).company(found.company);
                    history::write(tx, &work.random, &entry).await?;
                    tell_inviter(tx, &work, &found, InviterNews::Expired, now).await
                })
            })
            .await;
        ended?;
    }
    Ok(count)
}

/// Tells the inviters of a batch of invitations that still wait and end soon. Returns its size.
///
/// # Errors
/// The database fails.
pub(crate) async fn remind(app: &Core, now: Timestamp) -> Result<usize, Fault> {
    let waiting = invitations::to_remind(&app.db, now, AT_ONCE).await?;
    let count = waiting.len();
    for found in waiting {
        let work = app.clone();
        let reminded: Result<(), Fault> = app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !invitations::remind(tx, found.id, now).await? || !found.is_open(now) {
                        return Ok(());
                    }
                    let taken = StepTaken::new(InvitationStep::Reminded, now);
                    invitations::note(tx, &work.random, found.id, &taken).await?;
                    tell_inviter(tx, &work, &found, InviterNews::Waits, now).await
                })
            })
            .await;
        reminded?;
    }
    Ok(count)
}

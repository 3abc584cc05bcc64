//! Acts on the profile of a person, which is one for all companies: the administrators of the basic company alone
//! reach it, and of those only the ones who manage every company that the person manages.

use super::{ActContext, ActEffect, Actor, Stop};
use crate::directory::contacts::{
    PhoneChangeError, PhoneOfAnother, PhoneRecord, PhoneRefusal, set_phone_by_administrator,
};
use crate::directory::people::{self, AdditionError, Email, NewPerson, PersonId};
use crate::directory::users;
use crate::event::Event;
use crate::platform::db::Tx;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::translations::Language;
use crate::proofs;
use crate::sign_in::factors_changed::start_over_by_operator;
use crate::sign_in::notices::{self, Act, Notice, tell_of_phone_set};
use crate::sign_in::sessions::{self, SessionId};

/// The person with an email, and whether they are new. An existing profile stays as it is. Each addition counts
/// against the bound of a day; of a directory, which brings a whole company, only that of a profile that exists.
///
/// # Errors
/// [`Stop::BadName`], [`Stop::TooMany`].
pub(super) async fn find_or_add(
    tx: &mut Tx<'_>,
    context: &ActContext,
    new: &NewPerson,
) -> Result<(PersonId, bool), Stop> {
    let known = people::find_by_email(&mut *tx, &new.email).await?;
    if known.is_some() || !matches!(context.actor, Actor::Directory { .. }) {
        context.take_addition(tx).await?;
    }
    if let Some(known) = known {
        return Ok((known.id, false));
    }
    let id = match people::add(tx, &context.core.random, context.now, new).await {
        Ok(id) => id,
        Err(AdditionError::BadName) => return Err(Stop::BadName),
        // Somebody else added the same person at this moment.
        Err(AdditionError::EmailTaken) => {
            let known = people::find_by_email(&mut *tx, &new.email).await?;
            return known.map(|known| (known.id, false)).ok_or(Stop::EmailTaken);
        }
        Err(AdditionError::Fault(error)) => return Err(error.into()),
    };
    // An administrator vouches for the person, not for their mailbox: the link of the first message does.
    people::doubt_email(tx, id).await?;
    context.record(tx, &context.entry(Event::PersonAdded).person(id)).await?;
    Ok((id, true))
}

/// Corrects the name of a person. A name that is not given stays.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`], [`Stop::BadName`].
pub(crate) async fn rename(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    given_name: Option<&str>,
    family_name: Option<&str>,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let user = context.present_user(tx, person).await?;
    // Compared with the name that the company sees: of somebody who has not accepted, no guess is confirmed.
    let had = &user.member;
    let given_name = given_name.unwrap_or(&had.given_name).trim();
    let family_name = family_name.unwrap_or(&had.family_name).trim();
    if given_name == had.given_name && family_name == had.family_name {
        return Ok(ActEffect::Unchanged);
    }
    user.within_profile()?;
    if !people::names_are_fine(given_name, family_name) {
        return Err(Stop::BadName);
    }
    people::set_name(tx, person, (given_name, family_name), context.now).await?;
    users::index_person(tx, person).await?;
    let after = format!("{given_name} {family_name}");
    let entry = context.entry(Event::PersonNameChanged).person(person);
    let entry = entry.detail("from", &user.member.name).detail("to", after.trim());
    context.record(tx, &entry).await?;
    context.tell(tx, person, Act::NameChanged).await?;
    Ok(ActEffect::Changed)
}

/// Sets the language of messages to a person.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub(crate) async fn set_language(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    language: Language,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let user = context.present_user(tx, person).await?;
    if user.member.language == language.tag() {
        return Ok(ActEffect::Unchanged);
    }
    user.within_profile()?;
    people::set_language(tx, person, language.tag(), context.now).await?;
    let entry = context.entry(Event::PersonLanguageChanged).person(person);
    let entry = entry.detail("from", &user.member.language).detail("to", language.tag());
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

/// Sets the phone that codes to a person go to (FLOWS.md 5). Only a person sets it, who can be asked about it. The
/// owner is told by email, and at the phone before by SMS.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`], [`Stop::Phone`].
pub async fn set_phone(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    phone: PhoneNumber,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let Some(set) = keep_phone(tx, context, person, phone).await? else { return Ok(ActEffect::Unchanged) };
    tell_of_phone_set(tx, &context.core, context.now, set).await?;
    Ok(ActEffect::Changed)
}

/// Sets a phone without a message about it, as a part of an act that has one; `None` where it was set already.
pub(super) async fn keep_phone(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    phone: PhoneNumber,
) -> Result<Option<PhoneRecord>, Stop> {
    context.present_user(tx, person).await?.within_profile()?;
    let Some(administrator) = context.standing().person() else { return Err(Stop::ProfileBeyondReach) };
    let wish = PhoneOfAnother { person, administrator, company: context.company.id, phone };
    let set = match set_phone_by_administrator(tx, &context.core, context.now, wish).await {
        Err(PhoneChangeError::Refused(PhoneRefusal::Same)) => return Ok(None),
        set => set?,
    };
    context.record(tx, &context.entry(Event::PersonCommunicationPhoneSet).person(person)).await?;
    Ok(Some(set))
}

/// Gives a person another sign-in email, as their directory says. They are told at the old address, and prove
/// themselves anew. A user of another company keeps theirs: one directory doesn't decide how they sign in there.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`], [`Stop::UserElsewhere`], [`Stop::EmailTaken`].
pub(crate) async fn set_sign_in_email(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    wanted: &Email,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let user = context.present_user(tx, person).await?;
    let old = user.member.email.clone();
    if Email::parse(&old).is_some_and(|now| now.key() == wanted.key()) {
        return Ok(ActEffect::Unchanged);
    }
    user.within_profile()?;
    people::take_turns(tx, person).await?;
    let companies = users::of_person(&mut *tx, person).await?;
    if companies.iter().any(|user| user.company != context.company.id) {
        return Err(Stop::UserElsewhere);
    }
    if !people::set_email(tx, person, wanted, context.now).await? {
        return Err(Stop::EmailTaken);
    }
    people::doubt_email(tx, person).await?;
    users::index_person(tx, person).await?;
    let why = "the directory changed the sign-in email";
    start_over_by_operator(tx, &context.core, person, context.now, why).await?;
    notices::tell_by_operator(tx, &context.core, person, &Notice::EmailChanged { old }, context.now).await?;
    context.record(tx, &context.entry(Event::PersonEmailChanged).person(person)).await?;
    Ok(ActEffect::Changed)
}

/// Ends the sessions of a person, or one of them. It wants no fresh proof: it opens nothing.
///
/// # Errors
/// [`Stop::NotFound`] also for a session of somebody else, [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub async fn end_sessions(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    only: Option<SessionId>,
) -> Result<ActEffect, Stop> {
    context.present_user(tx, person).await?.within_protection()?;
    let (random, now, why) = (&context.core.random, context.now, "ended by an administrator");
    let mut entry = context.entry(Event::PersonSessionsEnded).person(person);
    let ended = match only {
        None => sessions::end_others(tx, random, (person, None), now, why).await?,
        Some(session) => {
            sessions::find_of_person(&mut *tx, session, person, now).await?.ok_or(Stop::NotFound)?;
            entry = entry.detail("session", session);
            u64::from(sessions::end(tx, random, session, now, why).await?)
        }
    };
    if ended == 0 {
        return Ok(ActEffect::Unchanged);
    }
    context.record(tx, &entry.detail("count", ended.to_string())).await?;
    context.tell(tx, person, Act::SessionsEnded).await?;
    Ok(ActEffect::Changed)
}

/// Resets the second factor of a person who has lost it: authenticator apps, passkeys and the recovery code open
/// nothing any more, every session ends, and the person sets up a new one at the next sign-in. The password stays: an
/// administrator starts over what is lost and never chooses what comes in its place (ASVS 6.4.6).
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub(crate) async fn reset_second_factor(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    context.present_user(tx, person).await?.within_protection()?;
    proofs::reset_second_steps(tx, person, context.now).await?;
    // As at the operator's wish: the browser that asks is not the person's, and nothing of theirs is kept.
    start_over_by_operator(tx, &context.core, person, context.now, "the second factor was reset").await?;
    context.record(tx, &context.entry(Event::PersonSecondStepReset).person(person)).await?;
    context.tell(tx, person, Act::SecondFactorReset).await?;
    Ok(ActEffect::Changed)
}

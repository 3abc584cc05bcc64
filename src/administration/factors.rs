//! Acts on one factor of a person: an authenticator app, a passkey, a phone or the recovery code that was lost. An
//! administrator removes what was lost and never makes what comes in its place (ASVS 6.4.6); everything else stays.

use super::{ActContext, ActEffect, Stop};
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::web::fault::Fault;
use crate::proofs::{self, Factor, KeptFactor, passkeys, phones, recovery, totp};
use crate::sign_in::factors_changed::start_over_by_operator;
use crate::sign_in::notices::Act;

/// The factors of a person that can be removed one by one, the oldest first. A password is none of them.
pub(crate) async fn removable(db: impl Reads, person: PersonId) -> Result<Vec<KeptFactor>, db::Error> {
    let mut kept = proofs::kept_by(db, person).await?;
    kept.retain(|kept| kept.factor == Factor::RecoveryCode || kept.factor.traits().second_step.is_some());
    Ok(kept)
}

/// The name of a removable factor in addresses: its identifier, or the word of a factor of which a person has one.
pub(crate) fn word_of(kept: &KeptFactor) -> &str {
    if kept.id.is_empty() { kept.factor.word() } else { &kept.id }
}

/// The event of the removal of a factor.
pub(crate) fn event_of(factor: Factor) -> Event {
    match factor {
        Factor::Passkey => Event::AccountPasskeyRemoved,
        Factor::Phone => Event::PhoneRemoved,
        Factor::RecoveryCode => Event::AccountRecoveryCodeRemoved,
        _ => Event::AccountAuthenticatorRemoved,
    }
}

/// Removes one factor of a person for whom the caller vouches, by the word of [`word_of`]; every session ends. `None` if
/// they have none of that name. A person who is left without a second step may reset a forgotten password by a
/// link, as after the reset of all factors; otherwise that stays as it was.
pub(crate) async fn remove_for(
    tx: &mut Tx<'_>,
    core: &Core,
    person: PersonId,
    word: &str,
    now: Timestamp,
) -> Result<Option<KeptFactor>, Fault> {
    people::take_turns(tx, person).await?;
    let kept = removable(&mut *tx, person).await?;
    let Some(found) = kept.iter().find(|kept| word_of(kept) == word) else { return Ok(None) };
    let was_closed = people::find(&mut *tx, person).await?.is_some_and(|person| person.closed_to_resets);
    let is_removed = match found.factor {
        Factor::Passkey => passkeys::remove(tx, person, &found.id, now).await?,
        Factor::AuthenticatorApp => totp::remove(tx, person, &found.id, now).await?,
        Factor::RecoveryCode => recovery::remove(tx, person, now).await?,
        Factor::Phone => match found.id.parse() {
            Ok(phone) => phones::remove(tx, person, phone, now).await?,
            Err(_) => false,
        },
        Factor::Password | Factor::Identity | Factor::ConfirmationCode | Factor::PasswordReset => false,
    };
    if !is_removed {
        return Ok(None);
    }
    let second_steps = kept.iter().filter(|kept| kept.factor.traits().second_step.is_some()).count();
    let was_the_last = found.factor.traits().second_step.is_some() && second_steps == 1;
    if was_the_last || !was_closed {
        people::open_to_resets(tx, person).await?;
    }
    // As at the operator's wish: the browser that asks is not the person's, and nothing of theirs is kept.
    start_over_by_operator(tx, core, person, now, "a factor was removed").await?;
    Ok(Some(found.clone()))
}

/// Removes one factor of a person. Every session ends, and the person is told, with a link that brings it back.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub(crate) async fn remove(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    word: &str,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    context.present_user(tx, person).await?.within_protection()?;
    let removed = remove_for(tx, &context.core, person, word, context.now).await?.ok_or(Stop::NotFound)?;
    let mut entry = context.entry(event_of(removed.factor)).person(person);
    if !removed.name.is_empty() {
        entry = entry.detail("name", &removed.name);
    }
    context.record(tx, &entry).await?;
    let act = match removed.factor {
        Factor::Passkey => Act::PasskeyRemoved,
        Factor::Phone => Act::PhoneRemoved,
        Factor::RecoveryCode => Act::RecoveryCodeRemoved,
        _ => Act::AuthenticatorRemoved,
    };
    context.tell(tx, person, act).await?;
    Ok(ActEffect::Changed)
}

//! Acts on the phones of a person: one is removed, the person is logged out from all devices, or the phone app is opened
//! to them again. An administrator ends what was lost, and never makes a phone.

use super::{ActContext, ActEffect, Stop};
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::db::Tx;
use crate::proofs::phones::{self, PhoneId};
use crate::sign_in::factors_changed::start_over_by_operator;
use crate::sign_in::notices::Act;
use crate::sign_in::on_phone;

/// Removes a phone of a person: the app on it opens nothing any more, and every session of the person ends.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub(crate) async fn remove_phone(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    phone: PhoneId,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    context.present_user(tx, person).await?.within_protection()?;
    people::take_turns(tx, person).await?;
    let found = phones::find(&mut *tx, person, phone).await?.ok_or(Stop::NotFound)?;
    phones::remove(tx, person, phone, context.now).await?;
    start_over_by_operator(tx, &context.core, person, context.now, "a phone was removed").await?;
    let entry = context.entry(Event::PhoneRemoved).person(person).detail("name", &found.name);
    context.record(tx, &entry).await?;
    context.tell(tx, person, Act::PhoneRemoved).await?;
    Ok(ActEffect::Changed)
}

/// Logs a person out from all devices: every phone and every session ends, and the phone app opens again only by
/// [`open_phone_app`]. It wants no fresh proof: it opens nothing.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub(crate) async fn log_out_everywhere(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
) -> Result<ActEffect, Stop> {
    context.present_user(tx, person).await?.within_protection()?;
    let phones = on_phone::log_out_everywhere(tx, &context.core, person, context.now).await?;
    let entry = context.entry(Event::PhoneLoggedOutEverywhere).person(person).detail("count", phones.to_string());
    context.record(tx, &entry).await?;
    context.tell(tx, person, Act::LoggedOutEverywhere).await?;
    Ok(ActEffect::Changed)
}

/// Opens the phone app to a person again who was logged out from all devices: the administrator vouches that it is they
/// who ask.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub(crate) async fn open_phone_app(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    context.present_user(tx, person).await?.within_protection()?;
    if !people::open_phone_app(tx, person).await? {
        return Ok(ActEffect::Unchanged);
    }
    context.record(tx, &context.entry(Event::PhoneAppOpened).person(person)).await?;
    context.tell(tx, person, Act::PhoneAppOpened).await?;
    Ok(ActEffect::Changed)
}

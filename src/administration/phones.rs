//! Acts on the phones of a person: one is removed, or the person is logged out from all devices. An administrator ends
//! what was lost, and never makes a phone: the way back is an invitation.

use super::{ActContext, ActEffect, Stop, factors};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::db::Tx;
use crate::proofs::phones::PhoneId;
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
    factors::remove(tx, context, person, &phone.to_string()).await
}

/// Logs a person out from all devices: every phone and every session ends, and the phone app opens again only by
/// an invitation that is sent afterwards ([`super::invitations::send`]). It wants no fresh proof: it opens nothing.
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

//! Acts of the operator on providers of identities, by a command or at the console. A new provider is off until the keys of
//! this service are registered there and it has been checked.

use super::{ActContext, ActEffect, Standing, Stop};
use crate::directory::companies::{self, CompanyId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::history::{self, Entry};
use crate::proofs::identity_providers::{
    self, IdentityProvider, IdentityProviderId, NewIdentityProvider, NewProviderKey, ProviderState,
};

/// The operator, as they act on what belongs to no company.
pub enum OperatorHand<'a> {
    /// By a command.
    Command {
        /// The parts of the program that every floor shares.
        core: &'a Core,
        /// The instant of the command.
        now: Timestamp,
    },
    /// A person of the operator's company, at its console.
    Console(&'a ActContext),
}

impl OperatorHand<'_> {
    fn core(&self) -> &Core {
        match self {
            Self::Command { core, .. } => core,
            Self::Console(context) => &context.core,
        }
    }

    fn now(&self) -> Timestamp {
        match self {
            Self::Command { now, .. } => *now,
            Self::Console(context) => context.now,
        }
    }

    fn admit(&self) -> Result<(), Stop> {
        match self {
            Self::Command { .. } => Ok(()),
            Self::Console(context) if context.standing() != Standing::Operator => Err(Stop::NotFound),
            Self::Console(context) => context.demand_fresh_proof(),
        }
    }

    fn entry(&self, event: Event, of: (IdentityProviderId, Option<CompanyId>)) -> Entry {
        let entry = match self {
            Self::Command { now, .. } => Entry::new(*now, event).detail("by", "operator"),
            Self::Console(context) => context.entry(event),
        };
        identity_providers::entry_about(entry, of)
    }

    async fn record(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Stop> {
        Ok(history::write(tx, &self.core().random, entry).await?)
    }
}

/// Adds a provider.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::AlreadyThere`] for a name that is taken; [`Stop::UnknownCompany`].
pub async fn create(
    tx: &mut Tx<'_>,
    hand: &OperatorHand<'_>,
    new: &NewIdentityProvider,
) -> Result<IdentityProviderId, Stop> {
    hand.admit()?;
    refuse_taken(tx, &new.settings.name, None).await?;
    refuse_unknown_company(tx, new).await?;
    let id = IdentityProviderId::new(hand.now(), &hand.core().random);
    identity_providers::add(tx, hand.core(), (id, new), hand.now()).await?;
    let entry = hand.entry(Event::IdentityProviderAdded, (id, new.settings.company)).detail("name", &new.settings.name);
    hand.record(tx, &entry).await?;
    Ok(id)
}

/// Changes the settings of a provider.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::NotFound`]; [`Stop::AlreadyThere`] for a name that is taken; [`Stop::UnknownCompany`].
pub async fn change(
    tx: &mut Tx<'_>,
    hand: &OperatorHand<'_>,
    (id, new): (IdentityProviderId, &NewIdentityProvider),
) -> Result<(), Stop> {
    hand.admit()?;
    refuse_taken(tx, &new.settings.name, Some(id)).await?;
    refuse_unknown_company(tx, new).await?;
    let before = identity_providers::find(&mut *tx, id).await?.ok_or(Stop::NotFound)?.settings.company;
    if !identity_providers::change(tx, hand.core(), (id, new), hand.now()).await? {
        return Err(Stop::NotFound);
    }
    // A company that loses its directory reads it in its history, too.
    let mut told = vec![new.settings.company];
    told.extend(before.filter(|before| new.settings.company != Some(*before)).map(Some));
    for company in told {
        let entry = hand.entry(Event::IdentityProviderChanged, (id, company)).detail("name", &new.settings.name);
        hand.record(tx, &entry.detail("belongs_to", new.settings.company)).await?;
    }
    Ok(())
}

async fn refuse_unknown_company(tx: &mut Tx<'_>, new: &NewIdentityProvider) -> Result<(), Stop> {
    let Some(company) = new.settings.company else { return Ok(()) };
    companies::find(&mut *tx, company).await?.map(|_| ()).ok_or(Stop::UnknownCompany)
}

async fn refuse_taken(tx: &mut Tx<'_>, name: &str, own: Option<IdentityProviderId>) -> Result<(), Stop> {
    let other = identity_providers::find_by_name(&mut *tx, name).await?;
    let is_taken = other.is_some_and(|other| own != Some(other.id));
    if is_taken { Err(Stop::AlreadyThere) } else { Ok(()) }
}

/// Offers a provider, or no longer.
///
/// # Errors
/// [`Stop::StaleProof`].
pub async fn set_state(
    tx: &mut Tx<'_>,
    hand: &OperatorHand<'_>,
    (id, state): (IdentityProviderId, ProviderState),
) -> Result<ActEffect, Stop> {
    hand.admit()?;
    if !identity_providers::set_state(tx, id, state, hand.now()).await? {
        return Ok(ActEffect::Unchanged);
    }
    let company = identity_providers::find(&mut *tx, id).await?.and_then(|of| of.settings.company);
    let entry = hand.entry(Event::IdentityProviderStateSet, (id, company)).detail("state", state.to_string());
    hand.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

/// Publishes successors of the keys of this service at a provider. Returns the names of those that are the first of their
/// generation.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::NotFound`] for somebody who is not the operator, and where there is no such provider.
pub async fn rotate_keys(
    tx: &mut Tx<'_>,
    hand: &OperatorHand<'_>,
    (of, keys): (IdentityProviderId, &[NewProviderKey]),
) -> Result<Vec<String>, Stop> {
    hand.admit()?;
    let company = identity_providers::find(&mut *tx, of).await?.ok_or(Stop::NotFound)?.settings.company;
    let mut published = Vec::new();
    for key in keys {
        let entry = hand.entry(Event::IdentityProviderKeyMade, (of, company));
        if identity_providers::publish(tx, &hand.core().random, (key, entry)).await? {
            published.push(key.id.clone());
        }
    }
    Ok(published)
}

/// Records that kept answers of a provider left the service.
///
/// # Errors
/// A fault of the database.
pub async fn evidence_exported(
    tx: &mut Tx<'_>,
    hand: &OperatorHand<'_>,
    (of, count): (&IdentityProvider, u64),
) -> Result<(), Stop> {
    hand.admit()?;
    let of = (of.id, of.settings.company);
    let entry = hand.entry(Event::IdentityProviderEvidenceExported, of).detail("count", count.to_string());
    hand.record(tx, &entry).await
}

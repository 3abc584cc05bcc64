//! Acts on the look of a company.

use super::{ActContext, ActEffect, Stop};
use crate::directory::looks::logo::Logo;
use crate::directory::looks::{self, Accent, CompanyLook, Stage};
use crate::event::Event;
use crate::platform::db::Tx;

/// A change of a look: another colour, and the logos in whose place others were chosen.
#[derive(Clone, Debug)]
pub(crate) struct LookChange {
    /// The colour.
    pub(crate) accent: Accent,
    /// Another logo for light pages.
    pub(crate) light_logo: Option<Logo>,
    /// Another logo for dark pages.
    pub(crate) dark_logo: Option<Logo>,
}

/// Stores a changed look as the draft of the company, which its administrators alone see. The history is silent about
/// drafts.
///
/// # Errors
/// [`Stop::Fault`].
pub(crate) async fn try_out(tx: &mut Tx<'_>, context: &ActContext, change: &LookChange) -> Result<(), Stop> {
    let company = context.company.id;
    let before = match looks::find(&mut *tx, company, Stage::Draft).await? {
        Some(draft) => draft,
        None => looks::find(&mut *tx, company, Stage::Published).await?.unwrap_or(CompanyLook::SALPA),
    };
    for logo in [&change.light_logo, &change.dark_logo].into_iter().flatten() {
        looks::keep_logo(tx, company, logo).await?;
    }
    let hash = |logo: &Option<Logo>| logo.as_ref().map(|logo| logo.hash.clone());
    let look = CompanyLook {
        accent: change.accent,
        light_logo: hash(&change.light_logo).or(before.light_logo),
        dark_logo: hash(&change.dark_logo).or(before.dark_logo),
    };
    Ok(looks::save(tx, company, Stage::Draft, &look, context.now).await?)
}

/// Publishes a changed look. It wants no fresh proof: it opens nothing, and beside every logo stands the company's name.
///
/// # Errors
/// [`Stop::Fault`].
pub async fn publish(tx: &mut Tx<'_>, context: &ActContext, change: &LookChange) -> Result<(), Stop> {
    let before = looks::find(&mut *tx, context.company.id, Stage::Published).await?;
    try_out(tx, context, change).await?;
    looks::publish(tx, context.company.id, context.now).await?;
    let mut entry = context.entry(Event::CompanyLookPublished);
    if let Some(before) = before {
        entry = entry.detail("from", before.accent.colour().to_string());
    }
    context.record(tx, &entry.detail("to", change.accent.colour().to_string())).await
}

/// Removes the look of the company, its draft and its logos.
///
/// # Errors
/// [`Stop::StaleProof`].
pub async fn remove(tx: &mut Tx<'_>, context: &ActContext) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let before = looks::find(&mut *tx, context.company.id, Stage::Published).await?;
    if !looks::remove(tx, context.company.id).await? {
        return Ok(ActEffect::Unchanged);
    }
    let mut entry = context.entry(Event::CompanyLookRemoved);
    if let Some(before) = before {
        entry = entry.detail("from", before.accent.colour().to_string());
    }
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

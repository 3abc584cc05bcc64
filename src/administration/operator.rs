//! The choice of the operator's company: its administrators are the operator's people in the console. Only a command makes
//! it, so that nobody in a console gives themselves more.

use super::{ActContext, ActEffect, Standing, Stop};
use crate::directory::companies::{self, OperatorCompany};
use crate::event::Event;
use crate::platform::db::Tx;

/// The operator's company from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperatorWish {
    /// The company of the act, with or without the consent of two people to a release.
    This {
        /// Whether a release wants two people.
        asks_two: bool,
    },
    /// The company of the act no longer.
    None,
}

/// Makes the company of the act the operator's, in place of another one, or ends that it is.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::NotFound`] for an actor who is not the operator.
pub(crate) async fn choose(tx: &mut Tx<'_>, context: &ActContext, wish: OperatorWish) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    if context.standing() != Standing::Operator {
        return Err(Stop::NotFound);
    }
    let before = companies::operator(&mut *tx).await?;
    let company = context.company.id;
    let (after, event) = match wish {
        OperatorWish::This { asks_two } => (Some(OperatorCompany { company, asks_two }), Event::CompanyOperatorChosen),
        OperatorWish::None if before.is_some_and(|before| before.company == company) => {
            (None, Event::CompanyOperatorEnded)
        }
        OperatorWish::None => return Ok(ActEffect::Unchanged),
    };
    if before == after {
        return Ok(ActEffect::Unchanged);
    }
    companies::set_operator(tx, after).await?;
    let entry = context.entry(event);
    let entry = match after {
        Some(OperatorCompany { asks_two, .. }) => entry.detail("consent", if asks_two { "two" } else { "one" }),
        None => entry,
    };
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

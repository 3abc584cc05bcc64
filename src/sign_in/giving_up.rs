//! Giving a sign-in up: the person goes back to the application that asked for it. The typed email and the proofs of
//! the sign-in end; an earlier session of the browser stays.

use super::{SignInId, store};
use crate::event::Event;
use crate::platform::db::{self, Tx};
use crate::platform::history::Entry;
use crate::platform::web::visit::Visit;
use crate::proofs::{approvals, identities, phone_set_up, qr};

/// Ends a sign-in of the request's browser that leads to this way back, and returns its history entry; `None` if there
/// is no such sign-in.
pub(crate) async fn give_up(
    tx: &mut Tx<'_>,
    visit: &Visit,
    (id, return_to): (SignInId, &str),
    event: Event,
) -> Result<Option<Entry>, db::Error> {
    let Some(sign_in) = store::find(&mut *tx, id).await? else { return Ok(None) };
    let is_its_own = visit.browser == Some(sign_in.browser) && sign_in.return_to == return_to;
    if !is_its_own || !store::give_up(tx, id, visit.now).await? {
        return Ok(None);
    }
    store::forget_set_up(tx, (id, store::SetUp::Authenticator)).await?;
    store::forget_set_up(tx, (id, store::SetUp::RecoveryCode)).await?;
    store::forget_proofs(tx, id).await?;
    approvals::withdraw(tx, id.into()).await?;
    qr::withdraw(tx, id.into()).await?;
    identities::withdraw(tx, id.into()).await?;
    phone_set_up::withdraw(tx, id.into()).await?;
    Ok(Some(sign_in.entry(visit, event)))
}

//! Notifications of the phone app: turned on and off by its person. The app works without them as with them; they only
//! tell of what waits while it is closed.

use super::on_phone::entry;
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::egress::EgressError;
use crate::platform::history;
use crate::platform::push::{self, PushKeyId, PushSubscription, PushWish};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::phones::AppPhone;

/// The reason why notifications are not turned on.
#[derive(Debug)]
pub(crate) enum NotificationsRefusal {
    /// The browser has subscribed with a key that is gone.
    OldKey,
    /// Nothing may be sent to the address, or its name is unknown.
    Unreachable,
    /// The program failed.
    Fault(Fault),
}

impl From<db::Error> for NotificationsRefusal {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Turns notifications on, with the subscription of the phone's browser. The history is told where they were off.
///
/// # Errors
/// [`NotificationsRefusal`].
pub(crate) async fn turn_on(
    app: &Core,
    visit: &Visit,
    phone: &AppPhone,
    (subscription, key): (PushSubscription, PushKeyId),
) -> Result<(), NotificationsRefusal> {
    if let Err(error) = app.egress.examine(subscription.address()).await {
        // The address is a stranger's, and is not written down.
        let forbidden = error == EgressError::Forbidden;
        tracing::warn!(phone = phone.id.to_string(), forbidden, "a push subscription is not taken");
        return Err(NotificationsRefusal::Unreachable);
    }
    let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let before = push::standing(&mut *tx, phone.id.into()).await?.wish;
                if !push::subscribe(tx, &work, (phone.id.into(), &subscription), key, own.now).await? {
                    return Err(NotificationsRefusal::OldKey);
                }
                if matches!(before, PushWish::Unasked | PushWish::Off) {
                    let entry = entry(&own, Event::PhoneNotificationsSet, &phone).detail("notifications", "on");
                    history::write(tx, &work.random, &entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Turns notifications off.
pub(crate) async fn turn_off(app: &Core, visit: &Visit, phone: &AppPhone) -> Result<(), db::Error> {
    let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if push::standing(&mut *tx, phone.id.into()).await?.wish == PushWish::Off {
                    return Ok(());
                }
                push::turn_off(tx, phone.id.into(), own.now).await?;
                let entry = entry(&own, Event::PhoneNotificationsSet, &phone).detail("notifications", "off");
                history::write(tx, &work.random, &entry).await
            })
        })
        .await
}

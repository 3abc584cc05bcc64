//! Placing, collecting, renewing and cancelling an order. Of many requests that wait for one order, on whatever node, one
//! collects it, every two seconds; what it learns is in the database before anybody is told.

use super::super::answer::AnswerFault;
use super::super::exchange::ProviderCall;
use super::api::{self, CollectedOrder, OrderRequest};
use super::hints::{FailedHint, PendingHint};
use super::store::{self, OrderNews};
use super::{BankIdOrder, COLLECTED_EVERY, OrderBrowser, OrderSecrets, OrderStanding, OrderWay};
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;

/// An order that BankID has taken and that is not stored yet.
#[derive(Clone, Debug)]
pub(crate) struct NewOrder {
    pub(super) way: OrderWay,
    pub(super) browser: OrderBrowser,
    pub(super) secrets: OrderSecrets,
}

/// Places an order for a browser. An order of this device has the address that the app opens in the end.
///
/// # Errors
/// [`AnswerFault`].
pub(crate) async fn place(
    call: &ProviderCall<'_>,
    (way, return_address): (OrderWay, Secret<String>),
    browser: &OrderBrowser,
) -> Result<NewOrder, AnswerFault> {
    let return_address = Some(return_address).filter(|_| way == OrderWay::ThisDevice);
    let request = request(way, browser, return_address.as_ref());
    let secrets = api::place(call, &request).await?;
    Ok(NewOrder { way, browser: browser.clone(), secrets })
}

fn request<'a>(
    way: OrderWay,
    browser: &'a OrderBrowser,
    return_address: Option<&'a Secret<String>>,
) -> OrderRequest<'a> {
    OrderRequest { way, address: browser.address, purpose: &browser.purpose, return_address }
}

/// A look at an order that waits.
pub(crate) struct OrderLook<'a> {
    /// The provider.
    pub(crate) call: ProviderCall<'a>,
    /// The browser that waits.
    pub(crate) browser: &'a OrderBrowser,
    /// The entry of the history for an order that has come to nothing; its reason is added.
    pub(crate) entry: &'a Entry,
}

/// Collects an order, if it waits and nobody has collected it in the last two seconds. BankID's silence changes nothing but
/// the words on the page.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn look(look: &OrderLook<'_>, order: &BankIdOrder) -> Result<(), Fault> {
    let ProviderCall { app, now, .. } = look.call;
    let OrderStanding::Waiting(_) = order.standing(now) else { return Ok(()) };
    // Most looks come too early: they cost a read.
    if now < order.collected_at.plus(COLLECTED_EVERY) {
        return Ok(());
    }
    let question = order.question;
    let claimed: Result<bool, db::Error> =
        app.db.write(move |tx| Box::pin(async move { store::claim(tx, question, now).await })).await;
    if !claimed? {
        return Ok(());
    }
    let secrets = order.opened(&app.master_keys)?;
    let news = match api::collect(&look.call, &secrets).await {
        Ok(CollectedOrder::Pending(hint)) => OrderNews::Pending(hint),
        Ok(CollectedOrder::Complete(answer)) => OrderNews::Confirmed(answer),
        Ok(CollectedOrder::Failed(hint)) if hint.asks_for_another() && !order.is_taken_up => {
            renewed(look, order, secrets.return_address).await?
        }
        Ok(CollectedOrder::Failed(hint)) => OrderNews::Failed(hint),
        Err(fault) => news_of(look, fault)?,
    };
    record(look, order, news).await
}

/// Another order in the place of one that no app has taken up.
async fn renewed(
    look: &OrderLook<'_>,
    order: &BankIdOrder,
    return_address: Option<Secret<String>>,
) -> Result<OrderNews, Fault> {
    let request = request(order.way, look.browser, return_address.as_ref());
    match api::place(&look.call, &request).await {
        Ok(secrets) => Ok(OrderNews::Renewed(secrets)),
        Err(fault) => news_of(look, fault),
    }
}

/// The news of an answer that cannot be used: BankID may be asked again after silence, and after nothing else.
fn news_of(look: &OrderLook<'_>, fault: AnswerFault) -> Result<OrderNews, Fault> {
    let provider = &look.call.provider.settings.name;
    match fault {
        AnswerFault::Fault(fault) => Err(fault),
        AnswerFault::Down(cause) => {
            tracing::warn!(provider, cause, "an order cannot be collected now");
            Ok(OrderNews::Pending(PendingHint::Silent))
        }
        AnswerFault::Refused(cause) => {
            tracing::warn!(provider, cause, "an order is refused");
            Ok(OrderNews::Failed(FailedHint::Answer))
        }
        fault => {
            tracing::warn!(provider, cause = fault.as_str(), "an answer about an order does not hold");
            Ok(OrderNews::Failed(FailedHint::Answer))
        }
    }
}

async fn record(look: &OrderLook<'_>, order: &BankIdOrder, news: OrderNews) -> Result<(), Fault> {
    let ProviderCall { app, now, .. } = look.call;
    let (work, order, entry) = (app.clone(), order.clone(), look.entry.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let is_news = store::record(tx, &work, (&order, &news), now).await?;
                if let (true, OrderNews::Failed(hint)) = (is_news, &news) {
                    history::write(tx, &work.random, &entry.detail("why", hint.as_str())).await?;
                }
                Ok::<_, Fault>(())
            })
        })
        .await
}

/// Tells BankID that an order is not wanted. Whether it hears that is of no consequence: the order ends by itself.
pub(crate) async fn cancel(call: &ProviderCall<'_>, order: &BankIdOrder) -> Result<(), Fault> {
    let OrderStanding::Waiting(_) = order.standing(call.now) else { return Ok(()) };
    let secrets = order.opened(&call.app.master_keys)?;
    match api::cancel(call, &secrets).await {
        Ok(()) => Ok(()),
        Err(AnswerFault::Fault(fault)) => Err(fault),
        Err(fault) => {
            tracing::info!(cause = fault.as_str(), "an order could not be cancelled");
            Ok(())
        }
    }
}

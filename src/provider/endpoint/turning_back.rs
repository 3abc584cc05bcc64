//! Saying no to a request that waits in a browser, be it an application's or a device's: by *Back to NAME* on any page
//! of its sign-in, or as the answer to its question.

use std::sync::Arc;

use crate::app::App;
use crate::event::Event;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::views::WayBack;
use crate::platform::web::visit::Visit;
use crate::provider::authorize::{self, RequestId};
use crate::provider::device::{self, DeviceId};
use crate::sign_in::{self, SignInId};

/// A request that waits for its person.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) enum WaitingRequest {
    /// An authorization request of an application.
    Authorization(RequestId),
    /// The request of a device.
    Device(DeviceId),
}

/// A person's no.
pub(in crate::provider) struct TurningBack {
    /// The request.
    pub(in crate::provider) request: WaitingRequest,
    /// The browser that it belongs to.
    pub(in crate::provider) browser: [u8; 32],
    /// The sign-in that ends with it.
    pub(in crate::provider) sign_in: Option<SignInId>,
    /// The entry for the history, if no sign-in ends.
    pub(in crate::provider) entry: Entry,
}

impl WaitingRequest {
    /// The path that a sign-in for it leads back to.
    pub(in crate::provider) fn path(self) -> String {
        match self {
            Self::Authorization(id) => format!("/oauth/authorize/{id}"),
            Self::Device(id) => format!("/device/{id}"),
        }
    }

    /// The way back from a page that is about it, to an origin or scheme outside, if it leads there.
    pub(in crate::provider) fn way_back(self, leaves_for: Option<String>) -> WayBack {
        WayBack { action: format!("{}/back", self.path()), hidden: Vec::new(), leaves_for }
    }

    async fn refuse(self, tx: &mut Tx<'_>, visit: &Visit, browser: &[u8; 32]) -> Result<bool, db::Error> {
        match self {
            Self::Authorization(id) => authorize::close(tx, id, browser, visit.now).await,
            Self::Device(id) => device::refuse(tx, (id, browser), visit.now).await,
        }
    }

    fn named_in(self, entry: Entry) -> Entry {
        match self {
            Self::Authorization(_) => entry,
            Self::Device(id) => entry.detail("device", id),
        }
    }
}

impl TurningBack {
    /// Refuses the request, ends its sign-in, and writes the history, in one transaction; `false` if the request was
    /// answered before.
    ///
    /// # Errors
    /// Faults of the database.
    pub(in crate::provider) async fn perform(self, app: &App, visit: &Visit) -> Result<bool, db::Error> {
        let Self { request, browser, sign_in, entry } = self;
        let (random, seen, return_to) = (app.random.clone(), Arc::new(visit.clone()), request.path());
        app.db
            .write(move |tx| {
                Box::pin(async move {
                    if !request.refuse(tx, &seen, &browser).await? {
                        return Ok(false);
                    }
                    let of_sign_in = match sign_in {
                        Some(id) => sign_in::give_up(tx, &seen, (id, &return_to), Event::ProviderTurnedBack).await?,
                        None => None,
                    };
                    let entry = of_sign_in.map_or(entry, |entry| request.named_in(entry));
                    history::write(tx, &random, &entry).await?;
                    Ok(true)
                })
            })
            .await
    }
}

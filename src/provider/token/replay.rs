//! A second use of a code or token ends all that it gave (RFC 6749 §4.1.2, RFC 9700 §4.14), committed apart from
//! everything else, and the history tells of it once.

use crate::app::App;
use crate::event::Event;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::random::Random;
use crate::platform::web::visit::Visit;
use crate::provider::grants::{self, Grant};

/// The thing used twice, by its name in the history.
#[derive(Clone, Copy, Debug)]
pub(super) enum Twice {
    Code,
    DeviceCode,
    AuthReqId,
    RefreshToken,
}

impl Twice {
    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::DeviceCode => "device_code",
            Self::AuthReqId => "auth_req_id",
            Self::RefreshToken => "refresh_token",
        }
    }
}

/// Ends a grant, because something of it was used twice.
pub(super) async fn end(app: &App, visit: &Visit, grant: &Grant, twice: Twice) -> Result<(), db::Error> {
    let (random, ending) = (app.random.clone(), Ending::of(visit, grant, twice));
    app.db.write(move |tx| Box::pin(async move { ending.write(tx, &random).await })).await
}

/// The end of a grant on its way into the database.
#[derive(Clone)]
pub(super) struct Ending {
    grant: grants::GrantId,
    entry: Entry,
}

impl Ending {
    pub(super) fn of(visit: &Visit, grant: &Grant, twice: Twice) -> Self {
        let entry = entry(visit, grant, Event::ProviderTokenReplayed).detail("token", twice.as_str());
        Self { grant: grant.id, entry }
    }

    /// Told once: who has what came twice could otherwise fill the history with it.
    pub(super) async fn write(&self, tx: &mut Tx<'_>, random: &Random) -> Result<(), db::Error> {
        if grants::revoke(tx, self.grant, self.entry.at).await? {
            history::write(tx, random, &self.entry).await?;
        }
        Ok(())
    }
}

/// An entry about a grant, asked for from the network of `visit`.
pub(super) fn entry(visit: &Visit, grant: &Grant, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event)
        .person(grant.person)
        .application(grant.application)
        .session(grant.session)
        .detail("grant", grant.id);
    entry.network = Some(visit.network.to_string());
    entry
}

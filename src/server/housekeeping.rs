//! Periodic work: rotating keys by age, removing expired rows, and sealing the history. It may run on many nodes at once,
//! because each step does only what no other node has done.

use std::time::Duration;

use crate::administration as acts;
use crate::api;
use crate::app::App;
use crate::directory::{contacts, invitations as invited, typed_imports, users};
use crate::platform::allowances;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::seals::HistorySealer;
use crate::platform::messages;
use crate::platform::push;
use crate::platform::web::fault::Fault;
use crate::proofs::identity_providers::estonia::{mobile_id, smart_id};
use crate::proofs::identity_providers::sweden;
use crate::proofs::{
    self, approvals, codes, failures, identities, networks, passkeys, passwords, phone_set_up, phones, qr, resets,
};
use crate::provider;
use crate::sign_in::{self, notices};

/// The interval of the work.
const EVERY: Duration = Duration::from_mins(10);
/// The time for which expired rows stay, so that a person who comes back late is told why nothing goes on.
const KEPT_AFTER_EXPIRY: Duration = Duration::from_hours(24);
/// The time without a try after which a counter of failures is forgotten.
const FAILURES_FORGOTTEN_AFTER: Duration = Duration::from_hours(8760);
/// The number of people that one transaction indexes.
const INDEXED_AT_ONCE: i64 = 200;

/// Does the work until the program stops.
pub(super) async fn run(app: App) {
    let mut sealer = HistorySealer::default();
    loop {
        let now = app.clock.now();
        if let Err(fault) = keys(&app, now).await {
            tracing::error!(cause = fault.cause(), "the keys could not be looked after");
        }
        if let Err(error) = passwords::learn_schemes(&app.db, &app.hashing).await {
            tracing::error!(cause = error.to_string(), "the forms of the hashes could not be looked at");
        }
        if let Err(fault) = expire(&app, now).await {
            tracing::error!(cause = fault.cause(), "expired rows could not be removed");
        }
        if let Err(stop) = sealer.seal(&app.db, &app.master_keys, now).await {
            tracing::error!(cause = stop.to_string(), "the history could not be sealed");
        }
        if let Err(fault) = invitations(&app, now).await {
            tracing::error!(cause = fault.cause(), "invitations could not be looked after");
        }
        if let Err(fault) = domains(&app, now).await {
            tracing::error!(cause = fault.cause(), "domains could not be looked after");
        }
        if let Err(error) = index(&app).await {
            tracing::error!(cause = error.to_string(), "users could not be indexed");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Indexes the users who have no search words, as those from before there was an index.
pub(super) async fn index(app: &App) -> Result<(), db::Error> {
    loop {
        let indexed: u64 =
            app.db.write(move |tx| Box::pin(async move { users::index_missing(tx, INDEXED_AT_ONCE).await })).await?;
        if indexed == 0 {
            return Ok(());
        }
        tracing::info!(indexed, "indexed users");
    }
}

/// Ends the invitations that were not used in time, and reminds the inviters of those that end soon.
pub async fn invitations(app: &App, now: Timestamp) -> Result<(), Fault> {
    while acts::invitations::end_overdue(app, now).await? > 0 {}
    while acts::invitations::remind(app, now).await? > 0 {}
    Ok(())
}

/// Looks at the records of the proved domains whose time it is.
pub async fn domains(app: &App, now: Timestamp) -> Result<(), Fault> {
    while acts::domains::look_after(app, now).await? > 0 {}
    Ok(())
}

async fn keys(app: &App, now: Timestamp) -> Result<(), Fault> {
    let made = provider::keys::rotate_by_age(app, now).await?;
    if !made.is_empty() {
        tracing::info!(keys = made.join(", "), "made new signing keys");
    }
    if let Some(key) = push::rotate_by_age(app, now).await? {
        tracing::info!(key = key.to_string(), "made a new push key");
    }
    Ok(())
}

/// Removes a batch of all expired rows.
pub async fn expire(app: &App, now: Timestamp) -> Result<(), Fault> {
    let over = now.minus(KEPT_AFTER_EXPIRY);
    provider::expire(app, now).await?;
    let removed: Result<u64, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sign_ins = sign_in::expire(tx, over).await?;
                let sessions = sign_in::sessions::expire(tx, over).await?;
                let remembered = sign_in::remembered::expire(tx, now).await?;
                let networks = networks::expire(tx, now).await?;
                let failures = failures::expire(tx, now.minus(FAILURES_FORGOTTEN_AFTER)).await?;
                let codes = codes::expire(tx, over).await?;
                let codes = codes + approvals::expire(tx, over).await? + qr::expire(tx, over).await?;
                let codes = codes + phone_set_up::expire(tx, over).await? + sweden::expire(tx, over).await?;
                let codes = codes + smart_id::expire(tx, over).await? + mobile_id::expire(tx, over).await?;
                let codes = codes + identities::expire(tx, over).await?;
                let codes = codes + identities::evidence::expire(tx, now).await?;
                let challenges = passkeys::expire(tx, now).await? + phones::expire(tx, now).await? + codes;
                let messages = messages::expire(tx, now).await? + messages::put_right(tx, now).await?;
                let links = resets::expire(tx, over).await? + contacts::expire(tx, over).await?;
                let links = links + typed_imports::expire(tx, now).await?;
                let notices = notices::expire(tx, over).await?;
                let asked = now.minus(invited::releases::REQUEST_KEPT);
                let invitations = invited::releases::expire(tx, asked).await?;
                let invitations = invitations + invited::expire(tx, now.minus(invited::KEPT)).await?;
                let removed_factors = proofs::expire_removed(tx, over.minus(notices::LIFETIME)).await?;
                let allowances = allowances::expire(tx, now).await? + api::expire(tx, now).await?;
                let of_people = sign_ins + sessions + remembered + networks + failures + challenges;
                Ok(of_people + messages + links + notices + invitations + removed_factors + allowances)
            })
        })
        .await;
    tracing::debug!(removed = removed?, "removed expired rows");
    Ok(())
}

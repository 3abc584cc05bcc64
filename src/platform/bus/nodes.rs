//! Wake-ups between nodes: one connection to PostgreSQL that sends (`NOTIFY`) and receives (`LISTEN`).
//!
//! `NOTIFY` holds a lock on the whole database until the commit, and would serialise the transactions that contain it.
//! So wake-ups gather after their commits, and leave from here in one statement. A node also receives its own, which proves
//! that the connection works: behind a pooler that shares connections between sessions, `LISTEN` succeeds and
//! nothing arrives.

use std::convert::Infallible;
use std::time::Duration;

use data_encoding::HEXLOWER;
use futures_util::StreamExt as _;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_postgres::AsyncMessage;

use super::{Bus, LOOK_EVERY, Wakes, store};
use crate::platform::db::{Db, DedicatedConnection, Error};
use crate::platform::random::Random;

/// The longest time for a statement, and for a notification to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest time without a notification: an unused connection is tested.
const TRY_EVERY: Duration = Duration::from_secs(30);

/// Sends wake-ups to other nodes and receives theirs, for as long as the program runs. SQLite has no other nodes.
pub async fn worker(bus: Bus, db: Db, random: Random) {
    let node = name_of(&random);
    let mut is_logged = false;
    loop {
        let error = match db.dedicated_connection().await {
            Ok(None) => {
                bus.0.is_listening.send_replace(true);
                return;
            }
            Ok(Some(connection)) => {
                bus.outgoing().get_or_insert_default();
                converse(&bus, connection, &node).await
            }
            Err(error) => error,
        };
        // Logged once per failure, not at every new attempt.
        if bus.0.is_listening.send_replace(false) || !is_logged {
            tracing::warn!(
                cause = error.to_string(),
                "wake-ups of other nodes are not heard; this node looks once a second"
            );
        }
        is_logged = true;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Tests whether wake-ups reach other nodes. SQLite has none.
///
/// # Errors
/// PostgreSQL does not answer, or a notification does not come back.
pub async fn examine(db: &Db, random: &Random) -> Result<(), Error> {
    let Some(connection) = db.dedicated_connection().await? else { return Ok(()) };
    let (bus, node) = (Bus::default(), name_of(random));
    tokio::select! {
        error = converse(&bus, connection, &node) => Err(error),
        () = bus.listening() => Ok(()),
    }
}

/// A random name, by which a node recognises its own notifications.
fn name_of(random: &Random) -> String {
    HEXLOWER.encode(&random.bytes::<8>())
}

/// Sends and receives on one connection until it fails, and returns the cause.
async fn converse(bus: &Bus, connection: DedicatedConnection, node: &str) -> Error {
    let DedicatedConnection { client, mut messages } = connection;
    let heard_itself = Notify::new();
    let hear = async {
        while let Some(message) = messages.next().await {
            if let AsyncMessage::Notification(notification) = message? {
                match Wakes::read(notification.payload()) {
                    (sender, _) if sender == node => heard_itself.notify_one(),
                    (_, wakes) => bus.wake_here(&wakes),
                }
            }
        }
        Err(Error::Unavailable("the connection was closed".to_owned()))
    };
    let send = async {
        let channel = within(store::listen(&client)).await??;
        loop {
            let wakes = bus.outgoing().as_mut().map(std::mem::take).unwrap_or_default();
            within(store::notify(&client, &channel, &wakes.payloads(node))).await??;
            within(heard_itself.notified()).await?;
            if !bus.0.is_listening.send_replace(true) {
                tracing::info!("wake-ups of other nodes are heard");
                // Wake-ups of other nodes may have been missed.
                bus.wake_here(&Wakes::of_every_topic());
            }
            let _ = timeout(TRY_EVERY, bus.0.has_outgoing.notified()).await;
        }
    };
    let ended: Result<Infallible, Error> = tokio::select! {
        ended = hear => ended,
        ended = send => ended,
    };
    match ended {
        Err(error) => error,
    }
}

async fn within<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    let in_time = timeout(PATIENCE, work).await;
    in_time.map_err(|_| Error::Unavailable("a notification did not come back; is there a pooler between?".to_owned()))
}

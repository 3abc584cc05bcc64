//! The statements of the bus, on PostgreSQL.

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use tokio_postgres::Client;

use crate::platform::db::Error;

/// Listens to the channel of this connection's schema, and returns its name.
///
/// Channels are global to a database, in which several services may have a schema each. The schema's name is hashed, so
/// that the channel's name needs no quotes and stays below PostgreSQL's limit of 63 bytes.
pub(super) async fn listen(client: &Client) -> Result<String, Error> {
    let schema: Option<String> = client.query_one("SELECT current_schema()", &[]).await?.try_get(0)?;
    let schema = schema.ok_or_else(|| Error::Fault("no schema of the search path exists".to_owned()))?;
    let hash = HEXLOWER.encode(digest::digest(&digest::SHA256, schema.as_bytes()).as_ref());
    let channel = format!("salpa_{}", hash.get(..32).unwrap_or_default());
    // Notifications are not durable: waiting for the disk is useless. The name shows the purpose of the connection.
    let settings = format!("SET synchronous_commit = off; SET application_name = '{channel}'; LISTEN {channel}");
    client.batch_execute(&settings).await?;
    Ok(channel)
}

/// Sends payloads to all listeners of a channel, including this connection.
pub(super) async fn notify(client: &Client, channel: &str, payloads: &[String]) -> Result<(), Error> {
    let sql = "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload";
    client.execute(sql, &[&channel, &payloads]).await?;
    Ok(())
}

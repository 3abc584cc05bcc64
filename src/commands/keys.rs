//! `salpa keys`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use crate::app::App;
use crate::platform::push;
use crate::provider::keys;

#[derive(Subcommand, Debug)]
pub(super) enum KeyAction {
    /// Make new signing keys. They are published at once and sign in ten minutes; the old ones stay published until every
    /// token that they signed has expired. Push messages get a new key, too: phones use it once their app is opened.
    Rotate,
}

pub(super) async fn run(app: &App, action: KeyAction, output: Output) -> Result<(), Failed> {
    match action {
        KeyAction::Rotate => {
            let now = app.clock.now();
            let mut made = keys::rotate(app, now).await?;
            made.extend(push::rotate(app, now).await?.map(|key| key.to_string()));
            output.done(&json!({ "keys": made }), || format!("New keys: {}.", made.join(", ")));
            Ok(())
        }
    }
}

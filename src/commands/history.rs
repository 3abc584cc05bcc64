//! `salpa history`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use crate::app::App;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry, seals};

#[derive(Subcommand, Debug)]
pub(super) enum HistoryAction {
    /// Seal every entry anew, as it is now. For after an incident, or a lost master key: what the former
    /// seals would show is not told any more. It stands in the history.
    SealAnew,
}

pub(super) async fn run(app: &App, action: HistoryAction, output: Output) -> Result<(), Failed> {
    match action {
        HistoryAction::SealAnew => {
            let (now, random) = (app.clock.now(), app.random.clone());
            let entry = Entry::new(now, Event::HistorySealedAnew).detail("by", "operator");
            app.db
                .write::<_, db::Error, _>(move |tx| Box::pin(async move { history::write(tx, &random, &entry).await }))
                .await?;
            let sealed = seals::seal_anew(&app.db, &app.master_keys, now).await.map_err(Failed::because)?;
            if sealed == 0 {
                return Err(Failed::because("a node of the service sealed at the same moment; run it once more"));
            }
            output.done(&json!({ "sealed": sealed }), || format!("{sealed} entries are sealed as they are now."));
            Ok(())
        }
    }
}

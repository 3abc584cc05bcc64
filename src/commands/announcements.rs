//! `salpa announcements`: announcements to everybody.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::{Failed, Output};
use crate::administration::Stop;
use crate::administration::announcements::{self as acts, Announcer};
use crate::app::App;
use crate::directory::announcements::{self, Announcement, AnnouncementAudience, AnnouncementContent, AnnouncementId};
use crate::platform::clock::Timestamp;

#[derive(Subcommand, Debug)]
pub(super) enum AnnouncementAction {
    /// Announce a disruption to everybody, on top of every page.
    Add {
        /// The text in English. The first sentence stands in bold.
        #[arg(long, required_unless_present = "finnish")]
        english: Option<String>,
        /// The text in Finnish. A text in one language alone is shown in both.
        #[arg(long)]
        finnish: Option<String>,
        /// The beginning, such as 2026-06-09T14:00:00+03:00. Without it, now.
        #[arg(long)]
        from: Option<jiff::Timestamp>,
        /// The end.
        #[arg(long, required_unless_present = "minutes")]
        until: Option<jiff::Timestamp>,
        /// The duration in minutes, in place of the end.
        #[arg(long, conflicts_with = "until")]
        minutes: Option<u64>,
    },
    /// List announcements, the one that ends last first, a hundred at a time.
    List,
    /// End an announcement now.
    End {
        /// Its identifier.
        id: AnnouncementId,
    },
}

pub(super) async fn run(app: &App, action: AnnouncementAction, output: Output) -> Result<(), Failed> {
    let now = app.clock.now();
    match action {
        AnnouncementAction::Add { english, finnish, from, until, minutes } => {
            let begins_at = from.map_or(now, |from| Timestamp::from_milliseconds(from.as_millisecond()));
            let ends_at = match (until, minutes) {
                (Some(until), _) => Timestamp::from_milliseconds(until.as_millisecond()),
                (None, minutes) => begins_at.plus(Duration::from_secs(minutes.unwrap_or_default().saturating_mul(60))),
            };
            let (english, finnish) = (english.unwrap_or_default(), finnish.unwrap_or_default());
            let content = AnnouncementContent { english, finnish, begins_at, ends_at };
            let id = add(app, content.in_both_languages()).await?;
            output.done(&json!({ "id": id }), || format!("Added {id}."));
        }
        AnnouncementAction::List => {
            let listed = announcements::list(&app.db, AnnouncementAudience::Everybody, None, 100).await?;
            let values: Vec<Value> = listed.iter().map(described).collect();
            output.done(&json!(values), || {
                let line = |one: &Announcement| {
                    let shown = if one.content.is_shown(now) { "shown" } else { "not shown" };
                    format!("{}  {shown}  {}", one.id, one.content.english)
                };
                listed.iter().map(line).collect::<Vec<_>>().join("\n")
            });
        }
        AnnouncementAction::End { id } => {
            end(app, id).await?;
            output.done(&json!({ "ended": id }), || format!("Ended {id}."));
        }
    }
    Ok(())
}

fn described(one: &Announcement) -> Value {
    json!({
        "id": one.id,
        "english": one.content.english,
        "finnish": one.content.finnish,
        "begins_at": one.content.begins_at.seconds(),
        "ends_at": one.content.ends_at.seconds(),
    })
}

/// Announces something to everybody.
pub(crate) async fn add(app: &App, said: AnnouncementContent) -> Result<AnnouncementId, Failed> {
    let (core, now) = (app.core.clone(), app.clock.now());
    let added: Result<AnnouncementId, Stop> = app
        .db
        .write(move |tx| Box::pin(async move { acts::add(tx, Announcer::Operator { core: &core, now }, &said).await }))
        .await;
    Ok(added?)
}

async fn end(app: &App, id: AnnouncementId) -> Result<(), Failed> {
    let (core, now) = (app.core.clone(), app.clock.now());
    let ended: Result<bool, Stop> = app
        .db
        .write(move |tx| Box::pin(async move { acts::end(tx, Announcer::Operator { core: &core, now }, id).await }))
        .await;
    match ended {
        Ok(true) => Ok(()),
        Ok(false) | Err(Stop::NotFound) => Err(Failed::because("there is no such announcement, or it has ended")),
        Err(stop) => Err(stop.into()),
    }
}

//! Acts on announcements. They want no fresh proof: an announcement opens nothing, and one that has ended stays listed.

use super::{ActContext, Stop};
use crate::directory::announcements::{self, AnnouncementAudience, AnnouncementContent, AnnouncementId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::history::{self, Entry};

/// The one who announces.
#[derive(Clone, Copy)]
pub(crate) enum Announcer<'a> {
    /// An administrator, to the people of a company.
    Company(&'a ActContext),
    /// The operator, to everybody.
    Operator {
        /// The parts of the program that every floor shares.
        core: &'a Core,
        /// The instant of the act.
        now: Timestamp,
    },
}

impl Announcer<'_> {
    fn scope(&self) -> AnnouncementAudience {
        match self {
            Self::Company(context) => AnnouncementAudience::Company(context.company.id),
            Self::Operator { .. } => AnnouncementAudience::Everybody,
        }
    }

    fn core(&self) -> &Core {
        match self {
            Self::Company(context) => &context.core,
            Self::Operator { core, .. } => core,
        }
    }

    fn now(&self) -> Timestamp {
        match self {
            Self::Company(context) => context.now,
            Self::Operator { now, .. } => *now,
        }
    }

    fn entry(&self, event: Event, id: AnnouncementId) -> Entry {
        let entry = match self {
            Self::Company(context) => context.entry(event),
            Self::Operator { now, .. } => Entry::new(*now, event).detail("by", "operator"),
        };
        entry.detail("announcement", id)
    }

    async fn record(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Stop> {
        match self {
            Self::Company(context) => context.record(tx, entry).await,
            Self::Operator { core, .. } => Ok(history::write(tx, &core.random, entry).await?),
        }
    }
}

/// Announces a text.
///
/// # Errors
/// [`Stop::Announcement`].
pub async fn add(tx: &mut Tx<'_>, by: Announcer<'_>, text: &AnnouncementContent) -> Result<AnnouncementId, Stop> {
    text.check().map_err(Stop::Announcement)?;
    let id = announcements::add(tx, &by.core().random, by.scope(), text, by.now()).await?;
    by.record(tx, &by.entry(Event::AnnouncementAdded, id).detail("to", &text.english)).await?;
    Ok(id)
}

/// Changes the text and the time of an announcement.
///
/// # Errors
/// [`Stop::Announcement`], [`Stop::NotFound`].
pub async fn change(
    tx: &mut Tx<'_>,
    by: Announcer<'_>,
    id: AnnouncementId,
    text: &AnnouncementContent,
) -> Result<(), Stop> {
    text.check().map_err(Stop::Announcement)?;
    let before = announcements::find(&mut *tx, by.scope(), id).await?.ok_or(Stop::NotFound)?;
    if !announcements::change(tx, by.scope(), id, text).await? {
        return Err(Stop::NotFound);
    }
    let entry = by.entry(Event::AnnouncementChanged, id);
    by.record(tx, &entry.detail("from", &before.content.english).detail("to", &text.english)).await
}

/// Ends an announcement now. Returns whether it had not ended before.
///
/// # Errors
/// [`Stop::NotFound`].
pub async fn end(tx: &mut Tx<'_>, by: Announcer<'_>, id: AnnouncementId) -> Result<bool, Stop> {
    let before = announcements::find(&mut *tx, by.scope(), id).await?.ok_or(Stop::NotFound)?;
    if !announcements::end(tx, by.scope(), id, by.now()).await? {
        return Ok(false);
    }
    by.record(tx, &by.entry(Event::AnnouncementEnded, id).detail("from", &before.content.english)).await?;
    Ok(true)
}

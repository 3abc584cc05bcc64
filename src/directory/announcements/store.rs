//! The table of announcements.

use super::{Announcement, AnnouncementAudience, AnnouncementContent, AnnouncementId, MOST_SHOWN};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::random::Random;
use crate::values;

/// The announcements of a scope, current and past, latest end first. At most `limit`, after the place (end and
/// identifier) of the last one shown.
pub async fn list(
    db: impl Reads,
    scope: AnnouncementAudience,
    after: Option<(Timestamp, AnnouncementId)>,
    limit: i64,
) -> Result<Vec<Announcement>, db::Error> {
    let (end, id) =
        after.map_or((Timestamp::from_milliseconds(i64::MAX), String::new()), |(end, id)| (end, id.to_string()));
    db.all(
        "SELECT id, english, finnish, begins_at, ends_at FROM announcements
         WHERE scope = ?1 AND (ends_at, id) < (?2, ?3) ORDER BY ends_at DESC, id DESC LIMIT ?4",
        values![scope.to_string(), end, id, limit],
        announcement,
    )
    .await
}

/// An announcement of a scope.
pub async fn find(
    db: impl Reads,
    scope: AnnouncementAudience,
    id: AnnouncementId,
) -> Result<Option<Announcement>, db::Error> {
    db.optional(
        "SELECT id, english, finnish, begins_at, ends_at FROM announcements WHERE id = ?2 AND scope = ?1",
        values![scope.to_string(), id],
        announcement,
    )
    .await
}

/// The announcements of a scope that have not ended, including those that begin within the next seconds.
pub(super) async fn not_ended(
    db: impl Reads,
    scope: AnnouncementAudience,
    now: Timestamp,
) -> Result<Vec<AnnouncementContent>, db::Error> {
    db.all(
        "SELECT id, english, finnish, begins_at, ends_at FROM announcements
         WHERE scope = ?1 AND ends_at > ?2 AND begins_at <= ?3 ORDER BY ends_at, id LIMIT ?4",
        values![scope.to_string(), now, now.plus(crate::platform::row_cache::FOR), 4 * MOST_SHOWN],
        |row| Ok(announcement(row)?.content),
    )
    .await
}

/// Adds an announcement.
pub async fn add(
    tx: &mut Tx<'_>,
    random: &Random,
    scope: AnnouncementAudience,
    content: &AnnouncementContent,
    now: Timestamp,
) -> Result<AnnouncementId, db::Error> {
    let id = AnnouncementId::new(now, random);
    tx.execute(
        "INSERT INTO announcements (id, scope, english, finnish, begins_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![
            id,
            scope.to_string(),
            content.english.trim(),
            content.finnish.trim(),
            content.begins_at,
            content.ends_at
        ],
    )
    .await?;
    Ok(id)
}

/// Rewrites an announcement of a scope. Returns whether it exists.
pub async fn change(
    tx: &mut Tx<'_>,
    scope: AnnouncementAudience,
    id: AnnouncementId,
    content: &AnnouncementContent,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE announcements SET english = ?3, finnish = ?4, begins_at = ?5, ends_at = ?6 WHERE id = ?1 AND scope = ?2",
        values![id, scope.to_string(), content.english.trim(), content.finnish.trim(), content.begins_at, content.ends_at],
    )
    .await
}

/// Ends an announcement of a scope now. Of concurrent calls one gets `true`; `false` if it has ended.
pub async fn end(
    tx: &mut Tx<'_>,
    scope: AnnouncementAudience,
    id: AnnouncementId,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE announcements SET ends_at = ?3, begins_at = CASE WHEN begins_at > ?3 THEN ?3 ELSE begins_at END
         WHERE id = ?1 AND scope = ?2 AND ends_at > ?3",
        values![id, scope.to_string(), now],
    )
    .await
}

fn announcement(row: &Row<'_>) -> Result<Announcement, db::Error> {
    Ok(Announcement {
        id: row.get(0)?,
        content: AnnouncementContent {
            english: row.get(1)?,
            finnish: row.get(2)?,
            begins_at: row.get(3)?,
            ends_at: row.get(4)?,
        },
    })
}

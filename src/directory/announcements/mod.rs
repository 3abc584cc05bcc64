//! Announcements of disruptions, by the operator to everybody or by a company to its people: plain text in both
//! languages, with a beginning and an end.

mod store;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use store::{add, change, end, find, list};

use super::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Db};
use crate::platform::one_line::is_line;
use crate::platform::row_cache::RowCache;
use crate::platform::web::page::PageNotice;

crate::identifier! {
    /// Identifies an announcement.
    AnnouncementId
}

/// The longest text, in characters: one glance on a phone.
pub(crate) const LONGEST: usize = 240;
/// The number of announcements of one scope shown at once, those that end first before the others.
const MOST_SHOWN: i64 = 3;
/// The longest duration of an announcement: anything longer is no disruption.
pub(crate) const LONGEST_TIME: std::time::Duration = std::time::Duration::from_hours(24 * 90);

/// The audience of an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnnouncementAudience {
    /// Everybody; an announcement of the operator.
    Everybody,
    /// The people of a company, and everybody who signs in to its applications.
    Company(CompanyId),
}

impl fmt::Display for AnnouncementAudience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => formatter.write_str("everybody"),
            Self::Company(company) => company.fmt(formatter),
        }
    }
}

impl FromStr for AnnouncementAudience {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "everybody" { Ok(Self::Everybody) } else { text.parse().map(Self::Company) }
    }
}

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Never changes.
    pub id: AnnouncementId,
    /// The content.
    pub(crate) content: AnnouncementContent,
}

/// The content of an announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementContent {
    /// The English text.
    pub english: String,
    /// The Finnish text.
    pub finnish: String,
    /// The first instant at which it is shown.
    pub begins_at: Timestamp,
    /// The first instant at which it is no longer shown.
    pub ends_at: Timestamp,
}

/// The reason for refusing an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnouncementRefusal {
    /// A text is missing, too long, or has characters that cannot be shown on a line.
    Text,
    /// It ends before it begins, or lasts longer than [`LONGEST_TIME`].
    Time,
}

impl AnnouncementContent {
    /// The same with the given text in the place of a missing one: in a hurry one language is enough.
    #[must_use]
    pub fn in_both_languages(mut self) -> Self {
        if self.finnish.is_empty() {
            self.finnish.clone_from(&self.english);
        } else if self.english.is_empty() {
            self.english.clone_from(&self.finnish);
        }
        self
    }

    /// Checks that it can be stored and shown.
    ///
    /// # Errors
    /// The reason, if it cannot.
    pub fn check(&self) -> Result<(), AnnouncementRefusal> {
        let fits = |text: &str| is_line(text, LONGEST);
        if !fits(&self.english) || !fits(&self.finnish) {
            return Err(AnnouncementRefusal::Text);
        }
        let lasts = self.ends_at.since(self.begins_at);
        if lasts.is_zero() || lasts > LONGEST_TIME { Err(AnnouncementRefusal::Time) } else { Ok(()) }
    }

    /// Whether it is shown at an instant.
    pub(crate) fn is_shown(&self, now: Timestamp) -> bool {
        self.begins_at <= now && now < self.ends_at
    }
}

/// A node's cache of announcements, a few seconds long.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnnouncementCache(RowCache<AnnouncementAudience, Arc<Vec<AnnouncementContent>>>);

impl AnnouncementCache {
    /// The announcements shown at an instant to an audience of several scopes. Rows may be a few seconds old; beginning
    /// and end are compared each time.
    pub(crate) async fn shown(
        &self,
        db: &Db,
        scopes: &[AnnouncementAudience],
        now: Timestamp,
    ) -> Result<Vec<PageNotice>, db::Error> {
        let mut notices = Vec::new();
        for scope in scopes {
            let content = if let Some(content) = self.0.find(scope, now) {
                content
            } else {
                let content = Arc::new(store::not_ended(db, *scope, now).await?);
                self.0.keep(*scope, Arc::clone(&content), now);
                content
            };
            let in_time =
                content.iter().filter(|content| content.is_shown(now)).take(usize::try_from(MOST_SHOWN).unwrap_or(0));
            notices.extend(
                in_time
                    .map(|content| PageNotice { english: content.english.clone(), finnish: content.finnish.clone() }),
            );
        }
        Ok(notices)
    }

    /// Clears the cache, after a change on this node.
    pub fn forget(&self) {
        self.0.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn content(text: &str, begins: i64, ends: i64) -> AnnouncementContent {
        AnnouncementContent {
            english: text.to_owned(),
            finnish: text.to_owned(),
            begins_at: Timestamp::from_seconds(begins),
            ends_at: Timestamp::from_seconds(ends),
        }
    }

    #[test]
    fn it_is_shown_from_its_first_instant_until_before_its_last() {
        let content = content("S-Pankki is slow.", 100, 200);
        let shown = |at: i64| content.is_shown(Timestamp::from_seconds(at));
        assert!(!shown(99) && shown(100) && shown(199) && !shown(200));
    }

    #[test]
    fn an_announcement_with_an_impossible_text_or_time_is_refused() {
        assert_eq!(content("A disruption.", 1, 2).check(), Ok(()));
        for text in ["", "  ", "a\nb", "a\u{202e}b", &"a".repeat(LONGEST + 1)] {
            assert_eq!(content(text, 1, 2).check(), Err(AnnouncementRefusal::Text), "{text:?}");
        }
        for (begins, ends) in [(2, 2), (3, 2), (0, 91 * 24 * 3600)] {
            assert_eq!(content("A disruption.", begins, ends).check(), Err(AnnouncementRefusal::Time));
        }
    }

    proptest! {
        #[test]
        fn any_text_and_time_is_taken_or_refused(text in ".{0,300}", begins: i64, ends: i64) {
            let content = content(&text, begins, ends);
            if content.check().is_ok() {
                prop_assert!(content.begins_at < content.ends_at && !text.contains('\n'));
            }
        }

        #[test]
        fn a_scope_is_read_as_it_was_written(text in ".{0,40}") {
            if let Ok(scope) = text.parse::<AnnouncementAudience>() {
                prop_assert_eq!(scope.to_string().parse::<AnnouncementAudience>().unwrap(), scope);
            }
        }
    }
}

//! The pages of an import.

use askama::Template;

use crate::admin::views::{Choice, ConsoleFrame};
use crate::platform::web::page::Page;

/// The form that takes a file or pasted rows.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/import.html")]
pub struct ImportPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The pasted rows.
    pub text: String,
    /// The ready-made profiles, the first of which is none.
    pub profiles: Vec<Choice>,
    /// Whether the box is ticked by which new people are invited.
    pub is_verified: bool,
    /// The ways in which an identity is verified.
    pub ways: Vec<Choice>,
    /// The columns that are understood: the heading, and its content in words.
    pub columns: Vec<(String, String)>,
    /// The error, in words.
    pub error: Option<String>,
    /// Whether the rows come from before a sign-in on the way.
    pub is_kept: bool,
}

/// The outcome for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOutcome {
    /// Added with a new profile, or one that the company knows.
    Added,
    /// Added with a new profile, and invited to the phone app.
    Invited,
    /// Added again after a removal.
    Restored,
    /// Asked to accept.
    Asked,
    /// A user already.
    Unchanged,
    /// Not added.
    Refused,
}

impl RowOutcome {
    /// Every outcome, in the order of the summary.
    pub(crate) const ALL: [Self; 6] =
        [Self::Added, Self::Invited, Self::Restored, Self::Asked, Self::Unchanged, Self::Refused];

    /// The translation key of its name, before and after it is done.
    pub(crate) fn key(self, is_done: bool) -> &'static str {
        match (self, is_done) {
            (Self::Added, false) => "import-will-add",
            (Self::Added, true) => "import-added",
            (Self::Invited, false) => "import-will-invite",
            (Self::Invited, true) => "import-invited",
            (Self::Restored, false) => "import-will-restore",
            (Self::Restored, true) => "import-restored",
            (Self::Asked, false) => "import-will-ask",
            (Self::Asked, true) => "import-asked",
            (Self::Unchanged, _) => "import-unchanged",
            (Self::Refused, false) => "import-will-refuse",
            (Self::Refused, true) => "import-refused",
        }
    }
}

/// A row with its outcome.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// The number of the row.
    pub number: usize,
    /// The name.
    pub name: String,
    /// The email.
    pub email: String,
    /// The outcome.
    pub outcome: RowOutcome,
    /// The remarks, in words.
    pub notes: Vec<String>,
    /// The identifier of the user, once there is one.
    pub person: Option<String>,
}

/// The rows with their outcomes: before the act with its button, or after it.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/users/import_rows.html")]
pub struct ImportRowsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// Whether the act is done.
    pub is_done: bool,
    /// The rows.
    pub rows: Vec<ImportRow>,
    /// The headings of columns that are not used.
    pub unused: String,
    /// The rows as they were typed, for the next form.
    pub text: String,
    /// The identifier of the profile where a row names none.
    pub profile: String,
    /// The way in which the identity of the new people was verified, who are invited; empty where nobody is.
    pub identity: &'static str,
}

impl ImportRowsPage {
    fn number(&self, outcome: RowOutcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }

    /// The outcomes that there are, each with the number of its rows.
    pub(crate) fn summary(&self) -> Vec<(RowOutcome, usize)> {
        let each = RowOutcome::ALL.into_iter().map(|outcome| (outcome, self.number(outcome)));
        each.filter(|(_, count)| *count > 0).collect()
    }

    /// The number of people who are added, invited, restored or asked.
    pub(crate) fn changes(&self) -> usize {
        let changes = [RowOutcome::Added, RowOutcome::Invited, RowOutcome::Restored, RowOutcome::Asked];
        changes.into_iter().map(|one| self.number(one)).sum()
    }

    /// The label of the button that does it.
    pub(crate) fn button(&self) -> String {
        let count = i64::try_from(self.changes()).unwrap_or(i64::MAX);
        self.page.texts.count("import-add", "count", count)
    }
}

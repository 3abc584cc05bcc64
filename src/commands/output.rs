//! What a command says: words for a person, JSON for a script.

use std::fmt::Display;
use std::io::Write;

use serde_json::{Value, json};

use crate::platform::db;
use crate::platform::settings::SettingsMistake;
use crate::platform::web::fault::Fault;

/// How a command answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// In JSON.
    pub(crate) json: bool,
}

/// Why a command was not done, in sentences for the operator.
#[derive(Debug)]
pub struct Failed {
    reasons: Vec<String>,
}

impl Failed {
    /// A failure with one reason.
    pub fn because(reason: impl Display) -> Self {
        Self { reasons: vec![reason.to_string()] }
    }

    /// Every mistake of the settings.
    pub fn settings(mistakes: &[SettingsMistake]) -> Self {
        Self { reasons: mistakes.iter().map(|mistake| format!("setting {mistake}")).collect() }
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.reasons.join("; "))
    }
}

impl From<db::Error> for Failed {
    fn from(error: db::Error) -> Self {
        Self::because(error)
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::because(fault)
    }
}

impl Output {
    /// Says what was done.
    pub(crate) fn done(self, value: &Value, words: impl FnOnce() -> String) {
        let text = if self.json { value.to_string() } else { words() };
        // Whoever reads may have gone away: what was done stays done.
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// Says why nothing was done.
    pub(crate) fn failed(self, failed: &Failed) {
        if self.json {
            let _ = writeln!(std::io::stdout(), "{}", json!({ "errors": failed.reasons }));
            return;
        }
        for reason in &failed.reasons {
            let _ = writeln!(std::io::stderr(), "salpa: {reason}");
        }
    }
}

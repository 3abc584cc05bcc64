//! The output of commands: words for a person, JSON for a script.

use std::fmt::Display;
use std::io::Write;

use serde_json::{Value, json};

use crate::platform::db;
use crate::platform::settings::SettingsMistake;
use crate::platform::web::fault::Fault;

/// The form of a command's output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// Whether it is JSON.
    pub(crate) json: bool,
}

/// The reasons for which a command was not done, in sentences for the operator.
#[derive(Debug)]
pub(crate) struct Failed {
    reasons: Vec<String>,
}

impl Failed {
    /// A failure with one reason.
    pub(crate) fn because(reason: impl Display) -> Self {
        Self { reasons: vec![reason.to_string()] }
    }

    /// A failure with several reasons.
    pub(crate) fn for_reasons(reasons: Vec<String>) -> Self {
        Self { reasons }
    }

    /// A failure with every mistake of the settings.
    pub(crate) fn settings(mistakes: &[SettingsMistake]) -> Self {
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
    /// Writes the result of a command.
    pub(crate) fn done(self, value: &Value, words: impl FnOnce() -> String) {
        let text = if self.json { value.to_string() } else { words() };
        // The reader may have gone away. The command is done all the same.
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// Writes the reasons of a failure.
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

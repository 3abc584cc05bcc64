//! Questions to the operator: each is answered by an option, or asked for at the terminal until the answer will do.
//! Without a terminal everything that is missing is told at once, by the options that answer it.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::commands::output::Failed;
use crate::platform::secret::Secret;

/// A question.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    /// The option that answers it, or the options, as they are written.
    pub(super) flag: &'q str,
    /// The question in words, without a question mark.
    pub(super) words: &'q str,
    /// The answer if there is none.
    pub(super) default: Option<&'q str>,
}

/// The questions so far.
pub(super) struct Interview {
    has_terminal: bool,
    reasons: Vec<String>,
}

impl Interview {
    /// An interview at the terminal, if there is one.
    pub(super) fn new() -> Self {
        Self { has_terminal: io::stdin().is_terminal(), reasons: Vec::new() }
    }

    /// The answer that was given as an option, or is given now; `None` if there is none that will do.
    pub(super) fn ask<T>(
        &mut self,
        question: Question<'_>,
        given: Option<&str>,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Question { flag, words, default } = question;
        if let Some(answer) = given.or(default.filter(|_| !self.has_terminal)) {
            return check(answer).map_err(|problem| self.reasons.push(format!("{flag}: {problem}"))).ok();
        }
        while self.has_terminal {
            let shown = default.filter(|default| !default.is_empty()).map(|default| format!(" [{default}]"));
            let _ = write!(io::stderr(), "{words}{}: ", shown.unwrap_or_default());
            let mut line = String::new();
            match io::stdin().lock().read_line(&mut line) {
                Ok(0) | Err(_) => self.has_terminal = false,
                Ok(_) => {
                    let typed = line.trim();
                    let answer = if typed.is_empty() { default.unwrap_or("") } else { typed };
                    match check(answer) {
                        Ok(answer) => return Some(answer),
                        Err(problem) => self.say(&problem),
                    }
                }
            }
        }
        self.missing(flag, words);
        None
    }

    /// A secret that is typed unseen, and twice if it is new; `None` if there is none that will do.
    pub(super) fn ask_secret<T>(
        &mut self,
        question: Question<'_>,
        is_new: bool,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        while self.has_terminal {
            let Ok(typed) = rpassword::prompt_password(format!("{}: ", question.words)).map(Secret::new) else {
                self.has_terminal = false;
                break;
            };
            match check(typed.reveal()) {
                Err(problem) => self.say(&problem),
                Ok(answer) if !is_new || typed.reveal().is_empty() => return Some(answer),
                Ok(answer) => match rpassword::prompt_password("Once more: ").map(Secret::new) {
                    Ok(again) if again.reveal() == typed.reveal() => return Some(answer),
                    Ok(_) => self.say("the two are not the same"),
                    Err(_) => self.has_terminal = false,
                },
            }
        }
        self.missing(question.flag, question.words);
        None
    }

    /// Whether there is a terminal to ask at.
    pub(super) fn has_terminal(&self) -> bool {
        self.has_terminal
    }

    /// Notes a mistake in what was given.
    pub(super) fn refuse(&mut self, reason: String) {
        self.reasons.push(reason);
    }

    fn missing(&mut self, flag: &str, words: &str) {
        self.reasons.push(format!("no terminal to ask at: give {flag} ({words})"));
    }

    fn say(&self, problem: &str) {
        let _ = writeln!(io::stderr(), "That will not do: {problem}.");
    }

    /// Ends the interview.
    ///
    /// # Errors
    /// Everything that is missing or will not do.
    pub(super) fn end(self) -> Result<(), Failed> {
        if self.reasons.is_empty() { Ok(()) } else { Err(Failed::for_reasons(self.reasons)) }
    }
}

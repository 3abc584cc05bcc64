//! The texts of the pages: Fluent files in every language of Salpa.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::{Date, DateTime};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| load(Language::English));
static FINNISH: LazyLock<Bundle> = LazyLock::new(|| load(Language::Finnish));

/// A language that the pages can be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, the fallback of missing texts.
    English,
    /// Finnish.
    Finnish,
}

impl Language {
    /// Every language, in the order of the language menu.
    pub const ALL: [Self; 2] = [Self::English, Self::Finnish];

    /// The language of a tag such as `fi` or `fi-FI`.
    pub(crate) fn parse_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The tag for `<html lang>`, the cookie and the form.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Finnish => "fi",
        }
    }

    /// The tag in the narrow language menu.
    pub(crate) fn short_name(self) -> &'static str {
        match self {
            Self::English => "EN",
            Self::Finnish => "FI",
        }
    }

    /// The name of the language in the language itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Finnish => "Suomi",
        }
    }

    /// The language of a response.
    ///
    /// The choice from the menu (the cookie) wins over the application's `ui_locales`: otherwise the menu would do
    /// nothing on the way from an application.
    pub fn negotiate(ui_locales: Option<&str>, cookie: Option<&str>, accept_language: Option<&str>) -> Self {
        cookie
            .and_then(Self::parse_tag)
            .or_else(|| ui_locales?.split_whitespace().find_map(Self::parse_tag))
            .or_else(|| best_accepted(accept_language?))
            .unwrap_or(Self::English)
    }
}

/// The best of an `Accept-Language` header; the first among equals.
fn best_accepted(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let Some(language) = parts.next().and_then(Language::parse_tag) else {
            continue;
        };
        let weight =
            parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(_, heaviest)| weight > heaviest) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// The texts of one language. Cheap to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// The texts in this language.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language of the texts.
    pub(crate) fn language(self) -> Language {
        self.language
    }

    /// A text without variables.
    pub fn text(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with words inserted.
    pub fn text_with(self, key: &str, words: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::with_capacity(words.len());
        for (name, word) in words {
            args.set(*name, FluentValue::from(*word));
        }
        self.format(key, Some(&args))
    }

    /// A text with a number, which can choose between singular and plural.
    pub fn count(self, key: &str, name: &str, number: i64) -> String {
        let mut args = FluentArgs::with_capacity(1);
        args.set(name.to_owned(), FluentValue::from(number));
        self.format(key, Some(&args))
    }

    /// A day in words: "9 June 2026".
    pub(crate) fn date(self, date: Date) -> String {
        let month = self.text(&format!("month-{}", date.month()));
        self.text_with(
            "date",
            &[("day", &date.day().to_string()), ("month", &month), ("year", &date.year().to_string())],
        )
    }

    /// A time of day to the minute: "14:32".
    pub(crate) fn time(self, at: DateTime) -> String {
        let (hour, minute) = (format!("{:02}", at.hour()), format!("{:02}", at.minute()));
        self.text_with("time", &[("hour", &hour), ("minute", &minute)])
    }

    /// An instant to the minute: "9 June 2026, 14:32".
    pub(crate) fn date_time(self, at: DateTime) -> String {
        self.text_with("date-time", &[("date", &self.date(at.date())), ("time", &self.time(at))])
    }

    /// An instant to the second, for error pages: "9 June 2026, 14:32:07".
    pub(crate) fn date_time_exact(self, at: DateTime) -> String {
        self.text_with("date-time", &[("date", &self.date(at.date())), ("time", &self.time_exact(at))])
    }

    /// A time of the day to the second: "14:32:07".
    pub(crate) fn time_exact(self, at: DateTime) -> String {
        let second = format!("{:02}", at.second());
        self.text_with("time-exact", &[("time", &self.time(at)), ("second", &second)])
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let own: &Bundle = match self.language {
            Language::English => &ENGLISH,
            Language::Finnish => &FINNISH,
        };
        format_in(own, key, args)
            .or_else(|| format_in(&ENGLISH, key, args))
            // Visible only if a text is missing everywhere; a test looks for the brackets.
            .unwrap_or_else(|| format!("⟦{key}⟧"))
    }
}

fn format_in(bundle: &Bundle, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut problems = Vec::new();
    let text = bundle.format_pattern(pattern, args, &mut problems);
    if !problems.is_empty() {
        tracing::warn!(key, ?problems, "a text could not be put together");
    }
    Some(text.into_owned())
}

fn load(language: Language) -> Bundle {
    let tag = language.tag();
    let id: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // The marks that isolate bidirectional text would end up in copied codes and addresses.
    bundle.set_use_isolating(false);
    let folder = format!("{tag}/");
    for name in Locales::iter().filter(|name| name.starts_with(&folder)) {
        let Some(file) = Locales::get(&name) else {
            continue;
        };
        let source = String::from_utf8_lossy(&file.data).into_owned();
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, problems)| {
            tracing::error!(%name, ?problems, "a file of texts has mistakes");
            resource
        });
        if let Err(problems) = bundle.add_resource(resource) {
            tracing::error!(%name, ?problems, "a text is there twice");
        }
    }
    bundle
}

/// A wait as minutes and seconds: `0:30`, `12:05`; from an hour on `1:00:00`.
pub(crate) fn clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn a_tag_may_name_a_region() {
        assert_eq!(Language::parse_tag("fi"), Some(Language::Finnish));
        assert_eq!(Language::parse_tag("FI-fi"), Some(Language::Finnish));
        assert_eq!(Language::parse_tag("en_GB"), Some(Language::English));
        assert_eq!(Language::parse_tag("sv"), None);
        assert_eq!(Language::parse_tag(""), None);
        assert_eq!(Language::parse_tag("fil"), None);
    }

    #[test]
    fn the_persons_choice_wins_then_the_application_then_the_browser() {
        let accept = Some("sv, fi;q=0.8, en;q=0.5");
        let negotiate = Language::negotiate;
        assert_eq!(negotiate(Some("fi"), Some("en"), accept), Language::English);
        assert_eq!(negotiate(Some("sv en"), None, accept), Language::English);
        assert_eq!(negotiate(Some("sv"), Some("xx"), accept), Language::Finnish);
        assert_eq!(negotiate(None, None, None), Language::English);
    }

    #[test]
    fn accept_language_is_weighed() {
        let accept = |header| Language::negotiate(None, None, Some(header));
        assert_eq!(accept("en;q=0.4, fi-FI;q=0.9"), Language::Finnish);
        assert_eq!(accept("fi;q=0, en;q=0.1"), Language::English);
        assert_eq!(accept("fi,en"), Language::Finnish);
        assert_eq!(accept("de;q=x,,;;q="), Language::English);
    }

    #[test]
    fn a_missing_text_shows_its_key() {
        assert_eq!(Texts::new(Language::Finnish).text("no-such-text"), "⟦no-such-text⟧");
    }

    #[test]
    fn moments_are_written_as_each_language_does() {
        let at = datetime(2026, 6, 9, 14, 2, 7, 0);
        let english = Texts::new(Language::English);
        let finnish = Texts::new(Language::Finnish);
        assert_eq!(english.date(at.date()), "9 June 2026");
        assert_eq!(english.date_time(at), "9 June 2026, 14:02");
        assert_eq!(english.date_time_exact(at), "9 June 2026, 14:02:07");
        assert_eq!(finnish.date(at.date()), "9. kesäkuuta 2026");
        assert_eq!(finnish.date_time(at), "9. kesäkuuta 2026 klo 14.02");
        assert_eq!(finnish.date_time_exact(at), "9. kesäkuuta 2026 klo 14.02.07");
    }

    #[test]
    fn waits_are_short_to_read() {
        assert_eq!(clock(30), "0:30");
        assert_eq!(clock(725), "12:05");
        assert_eq!(clock(3600), "1:00:00");
        assert_eq!(clock(-1), "0:00");
    }
}

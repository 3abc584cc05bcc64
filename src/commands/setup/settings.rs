//! The settings that a new service needs: asked for, and judged as the service itself reads them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;

use super::interview::{Interview, Question};
use crate::commands::output::Failed;
use crate::platform::random::Random;
use crate::platform::secret::Secret;
use crate::platform::settings::{PublicUrl, Settings};

/// The settings as options.
#[derive(clap::Args, Debug)]
pub(super) struct SettingArguments {
    /// The address of the service for browsers: https://, host and port only. It never changes.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE. By default sqlite:salpa.db.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The proxies that end TLS, by their addresses as this machine sees them. By default 127.0.0.1.
    #[arg(long, value_name = "ADDRESSES")]
    trusted_proxies: Option<String>,
    /// The mail server: smtps://HOST, or smtp://HOST for STARTTLS; a port may follow.
    #[arg(long, value_name = "URL")]
    smtp_url: Option<String>,
    /// Set no mail server up yet: no link, code or notice leaves by mail.
    #[arg(long, conflicts_with_all = ["smtp_url", "smtp_user", "smtp_password_file", "mail_from", "smtp_tls"])]
    no_mail: bool,
    /// The user name for the mail server. Without one none is sent.
    #[arg(long, value_name = "NAME")]
    smtp_user: Option<String>,
    /// A file with the password for the mail server.
    #[arg(long, value_name = "FILE")]
    smtp_password_file: Option<PathBuf>,
    /// required, none (a server on this machine) or none-over-the-network. By default required.
    #[arg(long, value_name = "WORD")]
    smtp_tls: Option<String>,
    /// The sender of mail, such as Example <sign-in@id.company.example>.
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// The name that every page shows. By default that of the company.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// The time zone of times on pages, such as Europe/Helsinki. By default UTC.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The address and port to listen on. By default 127.0.0.1:7250.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The email address for questions, shown on help and error pages.
    #[arg(long, value_name = "EMAIL")]
    contact_email: Option<String>,
}

impl SettingArguments {
    /// The first option that is given.
    fn given(&self) -> Option<&'static str> {
        let file = self.smtp_password_file.as_ref().map(|_| String::new());
        let texts = [
            ("--public-url", &self.public_url),
            ("--database-url", &self.database_url),
            ("--trusted-proxies", &self.trusted_proxies),
            ("--smtp-url", &self.smtp_url),
            ("--smtp-user", &self.smtp_user),
            ("--smtp-password-file", &file),
            ("--smtp-tls", &self.smtp_tls),
            ("--mail-from", &self.mail_from),
            ("--organisation", &self.organisation),
            ("--time-zone", &self.time_zone),
            ("--listen", &self.listen),
            ("--contact-email", &self.contact_email),
        ];
        let text = texts.into_iter().find(|(_, text)| text.is_some()).map(|(flag, _)| flag);
        text.or(self.no_mail.then_some("--no-mail"))
    }
}

/// Settings to be written.
pub(super) struct NewSettings {
    /// The names with their texts, in the order of the file.
    pub(super) texts: Vec<(&'static str, String)>,
    /// A new secret key, unless the environment has one.
    pub(super) secret_key: Option<Secret<String>>,
    /// The password of the mail server, if it was typed.
    pub(super) smtp_password: Option<Secret<String>>,
    /// Whether mail leaves.
    pub(super) has_mail: bool,
}

impl NewSettings {
    /// Adds a setting that nobody gave.
    pub(super) fn add_if_absent(&mut self, name: &'static str, text: &str) {
        if !self.texts.iter().any(|(known, _)| *known == name) {
            self.texts.push((name, text.to_owned()));
        }
    }
}

/// Refuses options for settings that are there already: what an operator wrote is not written over.
pub(super) fn refuse_changes(config: &Path, arguments: &SettingArguments) -> Result<(), Failed> {
    match arguments.given() {
        None => Ok(()),
        Some(flag) => Err(Failed::because(format!(
            "{} is there already, and is not written over: change it by hand, and leave out {flag}",
            config.display()
        ))),
    }
}

/// Asks for what neither the options nor the environment say. The mistakes stand in the interview.
pub(super) fn ask(
    arguments: &SettingArguments,
    environment: &[(String, String)],
    interview: &mut Interview,
) -> NewSettings {
    let mut asking = SettingsInterview { environment, interview, texts: Vec::new() };
    let public_url = asking.ask(
        "public_url",
        question("--public-url URL", "Address of the service for browsers, such as https://id.company.example", None),
        arguments.public_url.as_deref(),
    );
    let database = question("--database-url URL", "Database (sqlite:FILE or postgres://…)", Some("sqlite:salpa.db"));
    asking.ask("database_url", database, arguments.database_url.as_deref());
    let is_behind_a_proxy = public_url.as_deref().is_none_or(|url| url.starts_with("https://"));
    if is_behind_a_proxy {
        let words = "Address of the proxy that ends TLS, as this machine sees it";
        let proxy = question("--trusted-proxies ADDRESSES", words, Some("127.0.0.1"));
        asking.ask("trusted_proxies", proxy, arguments.trusted_proxies.as_deref());
    }
    let zone = question("--time-zone ZONE", "Time zone of times on pages, such as Europe/Helsinki", Some("UTC"));
    asking.ask("time_zone", zone, arguments.time_zone.as_deref());
    for (name, given) in [
        ("organisation", &arguments.organisation),
        ("listen", &arguments.listen),
        ("contact_email", &arguments.contact_email),
    ] {
        if let Some(given) = given {
            asking.ask(name, question(&format!("--{}", name.replace('_', "-")), name, None), Some(given));
        }
    }
    let (has_mail, smtp_password) = ask_for_mail(arguments, public_url.as_deref(), &mut asking);
    let has_key = asking.is_set("secret_key") || asking.is_set("secret_key_file");
    let texts = asking.texts;
    let secret_key = (!has_key).then(|| Secret::new(BASE64.encode(&Random::new().bytes::<32>())));
    let new = NewSettings { texts, secret_key, smtp_password, has_mail };
    check_together(&new, environment, interview);
    new
}

fn question<'q>(flag: &'q str, words: &'q str, default: Option<&'q str>) -> Question<'q> {
    Question { flag, words, default }
}

/// The settings that are being asked for.
struct SettingsInterview<'a> {
    environment: &'a [(String, String)],
    interview: &'a mut Interview,
    texts: Vec<(&'static str, String)>,
}

impl SettingsInterview<'_> {
    /// Whether the environment says it.
    fn is_set(&self, name: &str) -> bool {
        self.of_environment(name).is_some()
    }

    fn of_environment(&self, name: &str) -> Option<&str> {
        let variable = format!("SALPA_{}", name.to_uppercase());
        let found = self.environment.iter().find(|(known, text)| *known == variable && !text.trim().is_empty());
        found.map(|(_, text)| text.as_str())
    }

    /// The value of a setting: of the environment, or of the answer, which is kept.
    fn ask(&mut self, name: &'static str, question: Question<'_>, given: Option<&str>) -> Option<String> {
        if let Some(set) = self.of_environment(name) {
            return Some(set.to_owned());
        }
        let text = self.interview.ask(question, given, |text| judged(name, text))?;
        if !text.is_empty() {
            self.texts.push((name, text.clone()));
        }
        Some(text)
    }
}

/// A text as the service reads that setting.
fn judged(name: &str, text: &str) -> Result<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::from([
        ("public_url".to_owned(), "https://id.company.example".to_owned()),
        ("secret_key".to_owned(), BASE64.encode(&[0; 32])),
    ]);
    if name == "mail_from" {
        texts.insert("smtp_url".to_owned(), "smtps://mail.company.example".to_owned());
    }
    texts.insert(name.to_owned(), text.to_owned());
    let mistakes = Settings::from_texts(texts, Vec::new()).err().unwrap_or_default();
    match mistakes.into_iter().find(|mistake| mistake.name == name) {
        Some(mistake) => Err(mistake.problem),
        None => Ok(text.trim().to_owned()),
    }
}

/// Asks for the mail server. Returns whether there is one, and its password if it was typed.
fn ask_for_mail(
    arguments: &SettingArguments,
    public_url: Option<&str>,
    asking: &mut SettingsInterview<'_>,
) -> (bool, Option<Secret<String>>) {
    if asking.is_set("smtp_url") {
        return (true, None);
    }
    if arguments.no_mail {
        return (false, None);
    }
    let words = "Mail server (smtps://HOST, or smtp://HOST for STARTTLS; nothing: no mail yet)";
    // Without a terminal it has to be said that there is none.
    let default = asking.interview.has_terminal().then_some("");
    let server = question("--smtp-url URL or --no-mail", words, default);
    let server = asking.ask("smtp_url", server, arguments.smtp_url.as_deref());
    if server.is_none_or(|server| server.is_empty()) {
        return (false, None);
    }
    if let Some(wish) = &arguments.smtp_tls {
        asking.ask("smtp_tls", question("--smtp-tls WORD", "", None), Some(wish));
    }
    let sender = public_url.and_then(|url| url.parse::<PublicUrl>().ok()).map(|url| {
        let host = url.host().split(':').next().unwrap_or_default();
        format!("sign-in@{host}")
    });
    let words = "Sender of mail, such as Example <sign-in@id.company.example>";
    asking.ask("mail_from", question("--mail-from ADDRESS", words, sender.as_deref()), arguments.mail_from.as_deref());
    let words = "User name for the mail server (nothing: none)";
    let user =
        asking.interview.ask(question("--smtp-user NAME", words, Some("")), arguments.smtp_user.as_deref(), |text| {
            Ok(text.trim().to_owned())
        });
    let Some(user) = user.filter(|user| !user.is_empty()) else { return (true, None) };
    asking.texts.push(("smtp_user", user));
    if let Some(file) = &arguments.smtp_password_file {
        asking.texts.push(("smtp_password_file", file.display().to_string()));
        return (true, None);
    }
    if asking.is_set("smtp_password") || asking.is_set("smtp_password_file") {
        return (true, None);
    }
    let password = question("--smtp-password-file FILE", "Password for the mail server", None);
    let typed = |text: &str| {
        if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(Secret::new(text.to_owned())) }
    };
    (true, asking.interview.ask_secret(password, false, typed))
}

/// Judges the settings as a whole, with those of the environment.
fn check_together(new: &NewSettings, environment: &[(String, String)], interview: &mut Interview) {
    let of_environment = environment.iter().filter_map(|(name, text)| {
        let name = name.strip_prefix("SALPA_")?;
        let is_setting = !name.starts_with("TEST_") && !matches!(name, "CONFIG" | "LOG");
        is_setting.then(|| (name.to_lowercase(), text.clone()))
    });
    let mut texts: BTreeMap<String, String> = of_environment.collect();
    texts.extend(new.texts.iter().map(|(name, text)| ((*name).to_owned(), text.clone())));
    if let Some(key) = &new.secret_key {
        texts.insert("secret_key".to_owned(), key.reveal().clone());
    }
    if let Some(password) = &new.smtp_password {
        texts.insert("smtp_password".to_owned(), password.reveal().clone());
    }
    // A missing answer is told already.
    let is_told = |name: &str| name == "public_url" || name.starts_with("smtp_password") || name == "smtp_user";
    let is_missing = |problem: &str| problem.starts_with("is missing") || problem.starts_with("goes together");
    for mistake in Settings::from_texts(texts, Vec::new()).err().unwrap_or_default() {
        if !(is_told(&mistake.name) && is_missing(&mistake.problem)) {
            interview.refuse(format!("setting {mistake}"));
        }
    }
}

//! `salpa doctor`: examines everything that a running service rests on, and says how to mend it.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::backup::file_of;
use super::output::{Failed, Output};
use crate::app::App;
use crate::platform::bus;
use crate::platform::clock::{CLOCK_FAULT, Clock, Timestamp};
use crate::platform::db::copies;
use crate::platform::hashing::Argon2Engine;
use crate::platform::history::{self, seals};
use crate::platform::places::Places;
use crate::platform::settings::messages::Encryption;
use crate::platform::settings::{NAMES, Settings, SettingsMistake};
use crate::provider::{applications, key_sets, keys};

/// The instant at which this version was made (2026-11-21). A clock that shows an earlier one is wrong.
const MADE_AT: Timestamp = Timestamp::from_seconds(1_795_219_200);
/// The accepted difference between the clocks of the database and of this machine.
const CLOCKS_APART: Duration = Duration::from_secs(5);

/// The result of one examination.
struct Finding {
    about: &'static str,
    is_well: bool,
    words: String,
}

impl Finding {
    fn well(about: &'static str, words: impl Into<String>) -> Self {
        Self { about, is_well: true, words: words.into() }
    }

    fn wrong(about: &'static str, words: impl Into<String>) -> Self {
        Self { about, is_well: false, words: words.into() }
    }
}

/// Examines everything and tells all results. Fails if anything is wrong.
pub(super) async fn run(settings: Result<Settings, Vec<SettingsMistake>>, output: Output) -> Result<(), Failed> {
    let findings = match settings {
        Ok(settings) => examine(settings).await,
        Err(mistakes) => {
            let mut findings: Vec<_> =
                mistakes.iter().map(|mistake| Finding::wrong("settings", mistake.to_string())).collect();
            let names: Vec<_> = NAMES.iter().map(|(name, meaning)| format!("  {name}: {meaning}")).collect();
            findings.push(Finding::wrong("settings", format!("the settings are:\n{}", names.join("\n"))));
            findings
        }
    };
    let is_well = findings.iter().all(|finding| finding.is_well);
    let values: Vec<Value> = findings
        .iter()
        .map(|finding| json!({ "about": finding.about, "well": finding.is_well, "words": finding.words }))
        .collect();
    output.done(&json!({ "well": is_well, "findings": values }), || {
        let line = |finding: &Finding| {
            format!("{} {}: {}", if finding.is_well { "ok   " } else { "WRONG" }, finding.about, finding.words)
        };
        findings.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    if is_well { Ok(()) } else { Err(Failed::because("something is wrong; see above")) }
}

async fn examine(settings: Settings) -> Vec<Finding> {
    let mut findings = vec![Finding::well("settings", "every setting can be read")];
    findings.push(if settings.public_url.is_secure() {
        let origin = settings.public_url.origin();
        let words = format!("{origin}; requests that name another host are refused, so a proxy has to pass on Host");
        Finding::well("public URL", words)
    } else {
        Finding::well("public URL", format!("{} (plain HTTP, for this machine alone)", settings.public_url.origin()))
    });
    if !settings.listen.ip().is_loopback() && settings.public_url.is_secure() && settings.trusted_proxies.is_empty() {
        findings.push(Finding::wrong(
            "proxy",
            "the service listens beyond this machine, HTTPS ends somewhere before it, and no trusted_proxies are \
             set: every client would seem to come from the proxy. Set trusted_proxies to the proxy's address",
        ));
    }
    let now = Clock::System.now();
    findings.push(if now >= MADE_AT {
        Finding::well("clock", "this machine's clock is later than this version")
    } else {
        Finding::wrong("clock", "this machine's clock is earlier than this version was made; set it, best by NTP")
    });
    let settings = examine_places(settings, &mut findings);
    match App::new(settings, Clock::System).await {
        Err(error) => findings.push(Finding::wrong("database", format!("{error}; check database_url"))),
        Ok(app) => {
            findings.push(examine_hashing(&app));
            examine_database(&app, now, &mut findings).await;
        }
    }
    findings
}

/// Examines the place database. A wrong one is left out of the further examination.
fn examine_places(settings: Settings, findings: &mut Vec<Finding>) -> Settings {
    let Some(file) = settings.place_database.as_deref() else { return settings };
    match Places::open(Some(file)) {
        Ok(places) => {
            let (kind, made_at) = places.edition().unwrap_or_default();
            let day = Timestamp::from_seconds(i64::try_from(made_at).unwrap_or_default()).in_zone(&TimeZone::UTC);
            let day = day.map(|day| day.date().to_string()).unwrap_or_default();
            findings.push(Finding::well("place database", format!("{kind} of {day}")));
            settings
        }
        Err(error) => {
            let words = format!("{error}; set place_database to a file in MaxMind's format, or leave it out");
            findings.push(Finding::wrong("place database", words));
            Settings { place_database: None, ..settings }
        }
    }
}

async fn examine_database(app: &App, now: Timestamp, findings: &mut Vec<Finding>) {
    match app.db.pending_migrations().await {
        Ok(pending) if pending.is_empty() => {
            findings.push(Finding::well("database", "answers, and has this version's tables"));
        }
        Ok(pending) => {
            findings.push(Finding::wrong("database", format!("lacks {}; run: salpa migrate", pending.join(", "))));
            return;
        }
        Err(error) => {
            findings.push(Finding::wrong("database", error.to_string()));
            return;
        }
    }
    let open = file_of(&app.settings).map(|file| copies::files_open_to_others(&file)).unwrap_or_default();
    if !open.is_empty() {
        let names: Vec<_> = open.iter().map(|file| file.display().to_string()).collect();
        let names = names.join(" ");
        let words = format!("others on this machine may read it; run: chmod 600 {names}");
        findings.push(Finding::wrong("database's files", words));
    }
    match app.db.clock().await {
        Ok(theirs) if theirs.since(now).max(now.since(theirs)) <= CLOCKS_APART => {
            findings.push(Finding::well("database's clock", "agrees with this machine's"));
        }
        Ok(_) => findings
            .push(Finding::wrong("database's clock", "is more than 5 seconds from this machine's; set both by NTP")),
        Err(error) => findings.push(Finding::wrong("database's clock", error.to_string())),
    }
    match history::newest(&app.db).await {
        Ok(Some(newest)) if newest > now.plus(CLOCK_FAULT) => {
            let newest = newest.in_zone(&TimeZone::UTC).map(|at| at.to_string()).unwrap_or_default();
            let words = format!(
                "the history has an entry of {newest}, which is later than now: a clock of the service ran ahead, or this \
                 machine's is behind. Set the clock of every node by NTP. Codes that were taken meanwhile stay used, and \
                 waits end as they should; nothing else is to be done"
            );
            findings.push(Finding::wrong("clock of before", words));
        }
        Ok(_) => {}
        Err(error) => findings.push(Finding::wrong("clock of before", error.to_string())),
    }
    findings.push(match bus::examine(&app.db, &app.random).await {
        Ok(()) => Finding::well("wake-ups", "reach other nodes at once"),
        Err(error) => Finding::wrong(
            "wake-ups",
            format!(
                "{error}; nodes notice each other's work a second later. Set database_url to PostgreSQL itself, or to a \
                 pooler that gives a session a connection of its own (LISTEN and NOTIFY)"
            ),
        ),
    });
    examine_mail(app, findings).await;
    examine_sms(app, findings).await;
    examine_key_sets(app, findings).await;
    match keys::current(app, now).await {
        Ok(_) => findings.push(Finding::well("signing keys", "are there, and open under secret_key")),
        Err(fault) => findings.push(Finding::wrong(
            "signing keys",
            format!("{fault}; if secret_key was changed, put the former one into previous_secret_keys"),
        )),
    }
    examine_history(app, now, findings).await;
}

/// The history, which nobody changes but past this program.
async fn examine_history(app: &App, now: Timestamp, findings: &mut Vec<Finding>) {
    let found = match seals::examine(&app.db, &app.master_keys, now).await {
        Ok(found) => found,
        Err(error) => return findings.push(Finding::wrong("history", error.to_string())),
    };
    if found.flaws.is_empty() {
        let sealed = found.entries.saturating_sub(found.waiting);
        let newest = found.newest.map(|(number, tag)| format!("; the newest seal is {number}, {tag}"));
        let newest = newest.unwrap_or_default();
        let words = format!("{sealed} entries are as they were sealed, {} wait for a seal{newest}", found.waiting);
        return findings.push(Finding::well("history", words));
    }
    let mut words: Vec<_> = found.flaws.iter().map(ToString::to_string).collect();
    if found.untold > 0 {
        words.push(format!("and {} more", found.untold));
    }
    let words = format!(
        "{}. Somebody may have changed the database past this program: docs/operate.md says what to do",
        words.join("; ")
    );
    findings.push(Finding::wrong("history", words));
}

/// Examines the implementation of password hashes.
fn examine_hashing(app: &App) -> Finding {
    let choice = app.hashing.engine();
    let about = "password hashes";
    match (choice.engine, choice.difference) {
        (Argon2Engine::Fast, _) => {
            Finding::well(about, format!("by the fast implementation ({}), as the reference", choice.instructions))
        }
        (Argon2Engine::Reference, None) => Finding::well(about, "by the reference, as password_hash_engine wants"),
        (Argon2Engine::Reference, Some(difference)) => {
            let words = format!(
                "the fast implementation ({}) is wrong on this machine ({difference}); the reference is used, which \
                 takes twice as long. Report it, with the processor; password_hash_engine = \"reference\" says that you know",
                choice.instructions
            );
            Finding::wrong(about, words)
        }
    }
}

/// Examines the keys that applications publish at addresses of their own.
async fn examine_key_sets(app: &App, findings: &mut Vec<Finding>) {
    let failing = match key_sets::failing(&app.db).await {
        Ok(failing) => failing,
        Err(error) => return findings.push(Finding::wrong("keys of applications", error.to_string())),
    };
    if failing.is_empty() {
        findings.push(Finding::well("keys of applications", "could be fetched wherever they are published"));
    }
    for one in failing {
        let application = applications::find(&app.db, one.application).await.ok().flatten();
        let (name, address) = application.map_or_else(Default::default, |application| {
            (application.client_id, application.profile.jwks_uri.unwrap_or_default())
        });
        let day = |at: Timestamp| at.in_zone(&TimeZone::UTC).map(|at| at.to_string()).unwrap_or_default();
        let words = format!(
            "{name} publishes them at {address}, where no good set could be had since {}. The last one counts until {}. \
             Look at the log for the cause, and at egress_networks if the address is in a private network",
            day(one.since),
            day(key_sets::counts_until(&one)),
        );
        findings.push(Finding::wrong("keys of applications", words));
    }
}

/// Examines the mail server. Without one, no message leaves.
async fn examine_mail(app: &App, findings: &mut Vec<Finding>) {
    let (Some(mail), Some(settings)) = (&app.mail, &app.settings.mail) else {
        findings.push(Finding::wrong(
            "mail",
            "no smtp_url is set: people are not told of what happens to their sign-in, and messages are given up \
             after a day. Set smtp_url and mail_from (docs/messages.md)",
        ));
        return;
    };
    let server = format!("{}:{}", settings.host, settings.port);
    findings.push(match mail.examine(&settings.from.email).await {
        Ok(name) => {
            let encrypted = if settings.encryption == Encryption::None { "NOT encrypted" } else { "encrypted" };
            let from = &settings.from.email;
            Finding::well("mail", format!("{server} answers as {name}, {encrypted}, and takes mail from {from}"))
        }
        Err(cause) => Finding::wrong("mail", format!("{server}: {cause}; check smtp_url and what belongs to it")),
    });
}

/// Examines the SMS gateway. It is optional.
async fn examine_sms(app: &App, findings: &mut Vec<Finding>) {
    let (Some(gateway), Some(settings)) = (&app.sms, &app.settings.sms) else {
        findings.push(Finding::well("sms", "no sms_url is set: no code goes out by SMS"));
        return;
    };
    let host = settings.url.host_str().unwrap_or_default();
    findings.push(match gateway.examine().await {
        Ok(()) => Finding::well(
            "sms",
            format!(
                "{host} answers; SMS go to {}, {} an hour and {} a day at most. Try one: salpa messages test --to NUMBER",
                settings.countries.join(", "),
                settings.hourly,
                settings.daily
            ),
        ),
        Err(cause) => Finding::wrong("sms", format!("{host}: {cause}; check sms_url")),
    });
}

//! `salpa messages`.

use std::time::Duration;

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use crate::app::App;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::messages::sms::{self, SmsAnswer};
use crate::platform::messages::{self, Message, OutboxEntry};
use crate::platform::phone_number::{NotANumber, PhoneNumber};
use crate::platform::web::translations::{Language, Texts};

/// The number of messages on a page of the list.
const LISTED: i64 = 100;
/// The longest time that a test waits for the fate of its message.
const TEST_WAITS: Duration = Duration::from_secs(90);
/// The interval at which it looks.
const TEST_LOOKS: Duration = Duration::from_millis(100);

#[derive(Subcommand, Debug)]
pub(super) enum MessageAction {
    /// List messages that wait or were given up, the newest first, a hundred at a time. Their texts are not shown.
    List {
        /// List those that were sent within a day, too.
        #[arg(long)]
        sent: bool,
        /// Go on before this message's identifier.
        #[arg(long)]
        before: Option<String>,
    },
    /// Try a message again at once, and for another day.
    Retry {
        /// The message's identifier.
        id: String,
    },
    /// Send a test message, and wait until it is sent or fails.
    Test {
        /// An email address, or a phone number such as +358401234567.
        #[arg(long)]
        to: String,
        /// The language of the message: en or fi.
        #[arg(long, default_value = "en")]
        language: String,
    },
}

pub(super) async fn run(app: &App, action: MessageAction, output: Output) -> Result<(), Failed> {
    match action {
        MessageAction::List { sent, before } => list(app, sent, before.as_deref(), output).await,
        MessageAction::Retry { id } => retry(app, id, output).await,
        MessageAction::Test { to, language } => test(app, &to, &language, output).await,
    }
}

async fn list(app: &App, sent: bool, before: Option<&str>, output: Output) -> Result<(), Failed> {
    let listed = messages::outbox(&app.db, sent, before, LISTED).await?;
    let time = |at: i64| {
        let at = Timestamp::from_milliseconds(at).in_zone(&app.settings.time_zone);
        at.map(|at| at.strftime("%F %T").to_string()).unwrap_or_default()
    };
    let line = |message: &OutboxEntry| {
        let OutboxEntry { id, channel, to, state, at, due_at, attempts, problem } = message;
        let next = due_at.map(|due_at| format!(", next {}", time(due_at))).unwrap_or_default();
        let problem = problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default();
        format!("{id}  {}  {channel}  {to}  {state}, tried {attempts} times{next}{problem}", time(*at))
    };
    output.done(&json!(listed), || match listed.len() {
        0 => "No messages.".to_owned(),
        _ => listed.iter().map(line).collect::<Vec<_>>().join("\n"),
    });
    Ok(())
}

async fn retry(app: &App, id: String, output: Output) -> Result<(), Failed> {
    let (work, message, now) = (app.clone(), id.clone(), app.clock.now());
    let retried: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let retried = messages::retry(tx, &message, now).await?;
                if retried {
                    let entry =
                        Entry::new(now, Event::MessageRetried).detail("message", &message).detail("by", "operator");
                    history::write(tx, &work.random, &entry).await?;
                }
                Ok(retried)
            })
        })
        .await;
    if !retried? {
        return Err(Failed::because(format!("{id} is not a message that waits or was given up, and is still of use")));
    }
    output.done(&json!({ "id": id }), || format!("{id} is tried at once by a service that runs."));
    Ok(())
}

/// Writes a message like any other, sends it from here, and waits until it is sent or fails: a running service may be
/// faster.
async fn test(app: &App, to: &str, language: &str, output: Output) -> Result<(), Failed> {
    let language = Language::parse_tag(language).ok_or_else(|| Failed::because("the language must be en or fi"))?;
    let now = app.clock.now();
    let message = if to.contains('@') { mail(app, to, language, now)? } else { text(app, to, language, now).await? };
    // Nobody wants a test that comes tomorrow.
    let message = message.useful_until(now.plus(TEST_WAITS));
    let work = app.clone();
    let id: Result<String, db::Error> =
        app.db.write(move |tx| Box::pin(async move { messages::write_known(tx, &work, &message).await })).await;
    let id = id?;
    let mut waited = Duration::ZERO;
    while waited < TEST_WAITS {
        messages::deliver_due(app, app.clock.now()).await?;
        let Some(found) = messages::find(&app.db, &id).await? else { break };
        match (found.state, found.problem) {
            ("sent", _) => {
                output.done(&json!({ "id": id, "to": to }), || format!("Sent to {to}."));
                return Ok(());
            }
            (_, Some(problem)) => {
                return Err(Failed::because(format!("{id} is not sent: {problem}")));
            }
            _ => {}
        }
        tokio::time::sleep(TEST_LOOKS).await;
        waited += TEST_LOOKS;
    }
    Err(Failed::because(format!("{id} is still on its way; see: salpa messages list --sent")))
}

fn mail(app: &App, to: &str, language: Language, now: Timestamp) -> Result<Message, Failed> {
    if app.mail.is_none() {
        return Err(Failed::because("no smtp_url is set; see docs/messages.md"));
    }
    let texts = Texts::new(language);
    let words = [("organisation", app.settings.organisation.as_str()), ("address", app.settings.public_url.host())];
    let subject = texts.text_with("mail-test-subject", &words);
    Ok(Message::plain(language, to, &subject, &texts.text_with("mail-test-text", &words), now))
}

async fn text(app: &App, to: &str, language: Language, now: Timestamp) -> Result<Message, Failed> {
    let number = PhoneNumber::parse(to).map_err(|wrong| match wrong {
        NotANumber::Punctuated(number) | NotANumber::TrunkZero(number) | NotANumber::NotInternational(Some(number)) => {
            Failed::because(format!("write the number as {number}"))
        }
        NotANumber::NotInternational(None) => {
            Failed::because("neither an email address nor a number that begins with +")
        }
        NotANumber::Unknown => Failed::because(format!("{to} is no phone number")),
    })?;
    let request = sms::SmsRequest { person: None, number, network: None };
    let work = app.clone();
    let answer: Result<SmsAnswer, db::Error> =
        app.db.write(move |tx| Box::pin(async move { sms::may_send(tx, &work, request, now).await })).await;
    let permit = match answer? {
        SmsAnswer::Permitted(permit) => permit,
        SmsAnswer::Refused(refusal) => {
            return Err(Failed::because(format!("the SMS is refused: {}", refusal.name())));
        }
    };
    let texts = Texts::new(language);
    let words = [("organisation", app.settings.organisation.as_str())];
    Ok(Message::sms(language, permit, &texts.text_with("sms-test-text", &words), now))
}

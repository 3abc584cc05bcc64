//! Links that confirm an email.

use super::email::LINKS;
use crate::app::App;
use crate::directory::contacts::{self, EMAIL_WITHIN, EmailPurpose};
use crate::directory::people::{Email, Person, PersonId};
use crate::platform::allowances::{self, AllowanceAnswer};
use crate::platform::db::Tx;
use crate::platform::history::{self, Entry};
use crate::platform::messages::{self, Message, Tone};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;

/// The typed email.
///
/// # Errors
/// The key of the words for one that cannot be had.
pub(super) fn typed_email(typed: &str) -> Result<Email, &'static str> {
    Email::parse_new(typed).map_err(|unfit| if typed.is_empty() { "account-error-email-empty" } else { unfit.key() })
}

/// Writes the message with a link to an unconfirmed email, and the entry about it.
pub(super) async fn send(
    app: &App,
    visit: &Visit,
    person: &Person,
    (purpose, email): (EmailPurpose, &Email),
    entry: Entry,
) -> Result<(), EarlyAnswer> {
    let (work, visit, person, email) = (app.clone(), visit.clone(), person.clone(), email.as_written().to_owned());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let taken = allowances::take(tx, &LINKS, &person.id.to_string(), visit.now).await?;
                if let AllowanceAnswer::Exhausted(exhausted) = taken {
                    return Err(TooMuch { wait: exhausted.wait }.into());
                }
                let token = contacts::ask_email(tx, &work.random, person.id, (purpose, &email), visit.now).await?;
                let language = Language::parse_tag(&person.language).unwrap_or(visit.language);
                let texts = Texts::new(language);
                let words =
                    [("name", person.given_name.as_str()), ("organisation", work.settings.organisation.as_str())];
                let subject = texts.text("message-confirm-email-subject");
                let text = texts.text_with("message-confirm-email-text", &words);
                let path = format!("/account/confirm-email/{}", token.reveal());
                let message = Message::plain(language, &email, &subject, &text, visit.now)
                    .link(&texts.text("message-confirm-email-link"), &path, Tone::Usual)
                    .note(&texts.text("message-confirm-email-note"))
                    .name(&person.name())
                    .person(person.id)
                    .useful_until(visit.now.plus(EMAIL_WITHIN));
                messages::write(tx, &work, &message).await?;
                Ok(history::write(tx, &work.random, &entry).await?)
            })
        })
        .await
}

/// Removes the email that waits for its link.
pub(super) async fn give_up(
    tx: &mut Tx<'_>,
    visit: &Visit,
    person: PersonId,
    purpose: EmailPurpose,
) -> Result<(), Fault> {
    contacts::forget_email_asked(tx, person, purpose, visit.now).await?;
    Ok(())
}

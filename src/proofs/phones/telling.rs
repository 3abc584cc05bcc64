//! Telling the phones of a person that something waits for them, by push messages to those that want them. An app that
//! is open hears of it without (`Topic::Question`).

use super::store;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::messages::{self, Message, Tone};
use crate::platform::web::translations::{Language, Texts};

/// The words of a push message, as keys of translations. They are the same whatever waits: a push message passes through
/// strangers' machines, and everybody who is near a locked phone reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PhoneCall<'c> {
    /// The language of the person.
    pub(crate) language: Language,
    /// The page of the app that a press opens.
    pub(crate) path: &'c str,
    /// The instant from which on nothing waits any more.
    pub(crate) until: Timestamp,
}

/// Tells the phones of a person, in the transaction in which something begins to wait.
pub(crate) async fn call(
    tx: &mut Tx<'_>,
    app: &Core,
    person: PersonId,
    call: PhoneCall<'_>,
    now: Timestamp,
) -> Result<(), db::Error> {
    for phone in store::called(&mut *tx, person).await? {
        messages::write(tx, app, &call.message(phone, now).person(person)).await?;
    }
    Ok(())
}

/// The same where strangers ask: where no phone is called, a message to nobody is written in its place.
pub(crate) async fn call_or_nobody(
    tx: &mut Tx<'_>,
    app: &Core,
    person: PersonId,
    call: PhoneCall<'_>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let called = store::called(&mut *tx, person).await?;
    if called.is_empty() {
        return messages::write(tx, app, &call.message(uuid::Uuid::nil(), now).for_nobody()).await;
    }
    for phone in called {
        messages::write(tx, app, &call.message(phone, now).person(person)).await?;
    }
    Ok(())
}

impl PhoneCall<'_> {
    fn message(&self, phone: impl Into<uuid::Uuid>, now: Timestamp) -> Message {
        let texts = Texts::new(self.language);
        Message::push(self.language, phone.into(), &texts.text("push-title"), now)
            .paragraphs(&texts.text("push-text"))
            .link(&texts.text("push-open"), self.path, Tone::Usual)
            .useful_until(self.until)
    }
}

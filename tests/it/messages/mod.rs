//! Messages to people: written with their reason, sent by whichever node is alive, and never lost.

mod delivery;
mod encryption;
mod outbox;
mod sms;

use salpa::platform::clock::Timestamp;
use salpa::platform::db;
use salpa::platform::messages::{self, Message, deliver_due};
use salpa::platform::settings::Settings;
use salpa::platform::web::translations::Language;

use crate::support::{Database, MailServer, Manner, Service, with_messages};

/// The recipient.
const TO: &str = "aino.virtanen@kallio.example";

/// A service whose mail goes to a server, unencrypted on this machine.
async fn service_with(server: &MailServer) -> Service {
    let url = format!("smtp://{}", server.address);
    Service::start_with(|settings| with_mail(settings, &url, &[("smtp_tls", "none")])).await
}

/// The same service and a server of its own.
async fn service_and_server() -> (Service, MailServer) {
    let server = MailServer::start(Manner::default()).await;
    (service_with(&server).await, server)
}

fn with_mail(settings: &mut Settings, url: &str, more: &[(&str, &str)]) {
    let texts = [&[("smtp_url", url), ("mail_from", "sign-in@id.kallio.example"), ("message_timeout", "1")], more];
    with_messages(settings, &texts.concat());
}

/// A mail about nothing.
fn mail(subject: &str, now: Timestamp) -> Message {
    Message::plain(Language::English, TO, subject, "Hello Aino,\n\nthis is a story.", now)
}

impl Service {
    /// Writes a message, and gives its identifier.
    async fn write(&self, message: Message) -> String {
        let app = self.app.clone();
        let written: Result<String, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { messages::write_known(tx, &app, &message).await })).await;
        written.unwrap()
    }

    /// Sends what is due, once.
    pub async fn deliver(&self) -> usize {
        deliver_due(&self.app, self.now()).await.unwrap()
    }

    /// A message as the operator sees it.
    async fn outbox(&self, id: &str) -> messages::OutboxEntry {
        messages::find(&self.app.db, id).await.unwrap().unwrap()
    }

    /// Why messages were given up, in the order of the history.
    async fn given_up(&self) -> Vec<String> {
        let history = self.history().await;
        let given_up = history.iter().filter(|told| told.event == "message.given_up");
        given_up.map(|told| told.detail("refused").to_owned()).collect()
    }

    /// Another node, which does what a node does for as long as the story lasts.
    async fn node(&self, database: &Database, change: impl FnOnce(&mut Settings)) -> Self {
        let node = Self::start_on(database.clone(), change).await;
        messages::Delivery::start(&node.app);
        node
    }
}

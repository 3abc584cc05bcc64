//! The service's messages, as people read them.

use salpa::platform::messages::{self, UnsentMessage};

use super::Service;

impl Service {
    /// The messages to an address, the newest first.
    pub async fn letters(&self, to: &str) -> Vec<UnsentMessage> {
        let all = messages::newest(&self.app, 1000).await.unwrap();
        all.into_iter().filter(|message| message.to == to).collect()
    }

    /// The newest message to an address.
    pub async fn letter(&self, to: &str) -> UnsentMessage {
        self.letters(to).await.into_iter().next().unwrap_or_else(|| panic!("nothing was written to {to}"))
    }

    /// The local path of a link in the newest message to an address, which begins with `start`.
    pub async fn link(&self, to: &str, start: &str) -> String {
        let letter = self.letter(to).await;
        link_in(&letter.text, start).unwrap_or_else(|| panic!("no link {start}: {}", letter.text))
    }
}

/// The local path of a link in a text, which begins with `start`.
pub fn link_in(text: &str, start: &str) -> Option<String> {
    let whole = format!("{}{start}", super::PUBLIC_URL);
    let at = text.find(&whole)? + super::PUBLIC_URL.len();
    Some(text[at..].chars().take_while(|character| !character.is_whitespace()).collect())
}

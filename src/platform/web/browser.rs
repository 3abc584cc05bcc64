//! The browser cookie: a random token by which a returning browser is recognised. It proves nothing about a person.

use std::time::Duration;

use http::HeaderMap;

use super::cookies;
use super::visit::Visit;
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};

/// A browser with its cookie, old or new.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The SHA-256 of its token, as stored.
    pub(crate) hash: [u8; 32],
    new_token: Option<Secret<String>>,
}

impl Browser {
    /// The lifetime of the cookie: 400 days, the most that browsers accept.
    pub(crate) const LIFETIME: Duration = Duration::from_hours(9600);

    /// The browser of a visit. A browser without a cookie gets a new token.
    pub(crate) fn of(visit: &Visit, random: &Random) -> Self {
        if let Some(hash) = visit.browser {
            return Self { hash, new_token: None };
        }
        let token = random.token();
        Self { hash: hash_token(token.reveal()), new_token: Some(token) }
    }

    /// Sets the cookie, if the browser has none yet.
    pub fn remember(&self, headers: &mut HeaderMap, secure: bool) {
        if let Some(token) = &self.new_token {
            cookies::set(headers, cookies::BROWSER, token.reveal(), Some(Self::LIFETIME), secure);
        }
    }
}

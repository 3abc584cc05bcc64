//! The application's memory: sign-ins in progress, its own sessions, and used logout tokens. For a demo only: a restart
//! forgets everything.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openidconnect::{Nonce, PkceCodeVerifier, RefreshToken};

use super::asking::ConfirmedCaller;
use super::provider::{RefreshResult, SignedInPerson};
use crate::platform::clock::Timestamp;
use crate::platform::secret::hash_token;

/// The greatest number of each kind; the oldest is dropped first.
const MOST: usize = 10_000;
/// The lifetime of a sign-in in progress: setting up a second step takes its time.
const SIGN_IN_LIFETIME: Duration = Duration::from_hours(1);
/// The lifetime of the application's own session.
const SESSION_LIFETIME: Duration = Duration::from_hours(12);

/// The purpose of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// To come in.
    SignIn,
    /// To do the sensitive act, as the person who is signed in.
    SensitiveAct {
        /// That person.
        subject: String,
        /// Whether the provider was asked for the proofs that the API demands.
        demanded: bool,
    },
}

/// A sign-in that was sent to the provider and has not come back.
pub(super) struct Journey {
    /// The browser that began it, the only one that may end it.
    pub(super) browser: [u8; 32],
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
    pub(super) errand: Errand,
    pub(super) began_at: Timestamp,
}

/// A person who is signed in to this application.
#[derive(Clone)]
pub(super) struct DemoSession {
    pub(super) identity: SignedInPerson,
    pub(super) began_at: Timestamp,
    /// When the sensitive act was last done.
    pub(super) act_done_at: Option<Timestamp>,
    /// When the tokens were last refreshed.
    pub(super) refreshed_at: Option<Timestamp>,
}

/// A call whose caller's phone was asked.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) auth_req_id: String,
    pub(super) email: String,
    pub(super) message: String,
    pub(super) until: Timestamp,
    pub(super) interval: u64,
    /// The caller, once they have approved.
    pub(super) caller: Option<ConfirmedCaller>,
}

/// The application's memory.
#[derive(Default)]
pub(super) struct Memory {
    journeys: Mutex<HashMap<String, Journey>>,
    sessions: Mutex<HashMap<[u8; 32], DemoSession>>,
    logout_tokens: Mutex<HashMap<String, Timestamp>>,
    calls: Mutex<HashMap<[u8; 32], Call>>,
}

impl Memory {
    /// Remembers a sign-in under its `state`.
    pub(super) fn begin_journey(&self, state: String, journey: Journey) {
        let mut journeys = lock(&self.journeys);
        let now = journey.began_at;
        journeys.retain(|_, journey| now.since(journey.began_at) < SIGN_IN_LIFETIME);
        make_room(&mut journeys, |journey| journey.began_at);
        journeys.insert(state, journey);
    }

    /// Takes a sign-in out, once, for the browser that began it.
    pub(super) fn end_journey(&self, state: &str, browser: Option<[u8; 32]>, now: Timestamp) -> Option<Journey> {
        let mut journeys = lock(&self.journeys);
        let journey = journeys.get(state)?;
        if Some(journey.browser) != browser || now.since(journey.began_at) >= SIGN_IN_LIFETIME {
            return None;
        }
        journeys.remove(state)
    }

    /// Opens a session under the hash of its token.
    pub(super) fn open(&self, token: &str, session: DemoSession) {
        let mut sessions = lock(&self.sessions);
        let now = session.began_at;
        sessions.retain(|_, session| now.since(session.began_at) < SESSION_LIFETIME);
        make_room(&mut sessions, |session| session.began_at);
        sessions.insert(hash_token(token), session);
    }

    /// The session of a token.
    pub(super) fn session(&self, token: &str, now: Timestamp) -> Option<DemoSession> {
        let sessions = lock(&self.sessions);
        sessions.get(&hash_token(token)).filter(|session| now.since(session.began_at) < SESSION_LIFETIME).cloned()
    }

    /// Ends a session and returns it.
    pub(super) fn close(&self, token: &str) -> Option<DemoSession> {
        lock(&self.sessions).remove(&hash_token(token))
    }

    /// Ends the sessions of a session of the provider or, without one, of a person. Returns their number.
    pub(super) fn close_all(&self, session_id: Option<&str>, subject: Option<&str>) -> usize {
        let mut sessions = lock(&self.sessions);
        let before = sessions.len();
        sessions.retain(|_, session| {
            let identity = &session.identity;
            match (session_id, subject) {
                (Some(session_id), _) => identity.session_id.as_deref() != Some(session_id),
                (None, Some(subject)) => identity.subject != subject,
                (None, None) => true,
            }
        });
        before - sessions.len()
    }

    /// Remembers a call under the hash of its reference. Those that ended an hour ago are forgotten.
    pub(super) fn begin_call(&self, reference: &str, call: Call, now: Timestamp) {
        let mut calls = lock(&self.calls);
        calls.retain(|_, call| now.since(call.until) < SIGN_IN_LIFETIME);
        make_room(&mut calls, |call| call.until);
        calls.insert(hash_token(reference), call);
    }

    /// The call of a reference.
    pub(super) fn call(&self, reference: &str) -> Option<Call> {
        lock(&self.calls).get(&hash_token(reference)).cloned()
    }

    /// Keeps who the caller is.
    pub(super) fn call_confirmed(&self, reference: &str, caller: ConfirmedCaller) {
        if let Some(call) = lock(&self.calls).get_mut(&hash_token(reference)) {
            call.caller = Some(caller);
        }
    }

    /// Writes down that the sensitive act was done.
    pub(super) fn act_done(&self, token: &str, now: Timestamp) {
        if let Some(session) = lock(&self.sessions).get_mut(&hash_token(token)) {
            session.act_done_at = Some(now);
        }
    }

    /// Takes the refresh token out of a session: it works once, so one request alone may use it.
    pub(super) fn take_refresh_token(&self, token: &str) -> Option<RefreshToken> {
        lock(&self.sessions).get_mut(&hash_token(token))?.identity.refresh_token.take()
    }

    /// Puts a refresh token back that was not used up.
    pub(super) fn return_refresh_token(&self, token: &str, refresh_token: RefreshToken) {
        if let Some(session) = lock(&self.sessions).get_mut(&hash_token(token)) {
            session.identity.refresh_token = Some(refresh_token);
        }
    }

    /// Stores the result of a refresh.
    pub(super) fn refreshed(&self, token: &str, refreshed: RefreshResult, now: Timestamp) {
        if let Some(session) = lock(&self.sessions).get_mut(&hash_token(token)) {
            session.identity.access_token = refreshed.access_token;
            session.identity.refresh_token = refreshed.refresh_token;
            session.identity.access_expires_at = refreshed.access_expires_at;
            session.refreshed_at = Some(now);
        }
    }

    /// Whether a logout token is seen for the first time. It is remembered until it has expired.
    pub(super) fn is_first_use(&self, token_id: &str, expires_at: Timestamp, now: Timestamp) -> bool {
        let mut seen = lock(&self.logout_tokens);
        seen.retain(|_, expires_at| *expires_at > now);
        make_room(&mut seen, |expires_at| *expires_at);
        seen.insert(token_id.to_owned(), expires_at).is_none()
    }
}

/// A thread that panicked while it held a lock left nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn make_room<K: Clone + Eq + std::hash::Hash, V>(map: &mut HashMap<K, V>, age: impl Fn(&V) -> Timestamp) {
    if map.len() >= MOST
        && let Some(oldest) = map.iter().min_by_key(|(_, value)| age(value)).map(|(key, _)| key.clone())
    {
        map.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journey(browser: [u8; 32], began_at: Timestamp) -> Journey {
        Journey {
            browser,
            nonce: Nonce::new("n".to_owned()),
            verifier: PkceCodeVerifier::new("v".to_owned()),
            errand: Errand::SignIn,
            began_at,
        }
    }

    #[test]
    fn a_sign_in_comes_back_once_and_to_its_own_browser_alone() {
        let memory = Memory::default();
        let now = Timestamp::from_seconds(1_000);
        memory.begin_journey("state".to_owned(), journey([1; 32], now));
        assert!(memory.end_journey("state", None, now).is_none());
        assert!(memory.end_journey("state", Some([2; 32]), now).is_none());
        assert!(memory.end_journey("other", Some([1; 32]), now).is_none());
        assert!(memory.end_journey("state", Some([1; 32]), now).is_some());
        assert!(memory.end_journey("state", Some([1; 32]), now).is_none());
    }

    #[test]
    fn a_sign_in_that_took_over_an_hour_is_forgotten() {
        let memory = Memory::default();
        let began = Timestamp::from_seconds(1_000);
        memory.begin_journey("state".to_owned(), journey([1; 32], began));
        assert!(memory.end_journey("state", Some([1; 32]), began.plus(SIGN_IN_LIFETIME)).is_none());
    }

    #[test]
    fn a_logout_token_is_taken_once() {
        let memory = Memory::default();
        let now = Timestamp::from_seconds(1_000);
        let later = now.plus(Duration::from_mins(2));
        assert!(memory.is_first_use("one", later, now));
        assert!(!memory.is_first_use("one", later, now));
        assert!(memory.is_first_use("two", later, now));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut map: HashMap<usize, Timestamp> = HashMap::new();
        for index in 0..MOST + 5 {
            make_room(&mut map, |at| *at);
            map.insert(index, Timestamp::from_seconds(i64::try_from(index).unwrap()));
        }
        assert_eq!(map.len(), MOST);
        assert!(!map.contains_key(&0));
    }
}

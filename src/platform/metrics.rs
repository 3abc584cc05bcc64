//! The service's metrics, for Prometheus. Off unless the operator turns them on.
//!
//! Labels come from small, fixed sets: the template of a route (never its path), the name of an event, the kind of a
//! grant. No label names a person, company, application, address or network. Each `Core` has counters of its own:
//! nothing here is global.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Buckets for requests, writes and hashes, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// Buckets for the number of writes that are committed together.
const GROUPS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// The greatest number of events and methods counted separately; further ones are counted as `other`.
const MOST_EVENTS: usize = 500;

/// The counters, or nothing if the operator has not turned them on. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Option<Arc<Counters>>);

#[derive(Debug)]
struct Counters {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Family<Route, Histogram, fn() -> Histogram>,
    events: Family<EventLabels, Counter>,
    kinds_of_events: AtomicUsize,
    tokens: Family<TokenLabels, Counter>,
    messages: Family<MessageLabels, Counter>,
    messages_waiting: Family<ChannelLabel, Gauge>,
    hash_seconds: Histogram,
    hashes_refused: Counter,
    hashes_waiting: Gauge,
    hash_engines_differ: Gauge,
    write_seconds: Histogram,
    group_size: Histogram,
    write_failures: Counter,
    sessions: Gauge,
    listening: Gauge,
    waiting: Gauge,
    key_sets_failing: Gauge,
    memory: Gauge,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct EventLabels {
    event: &'static str,
    method: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct TokenLabels {
    grant_type: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct MessageLabels {
    channel: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ChannelLabel {
    channel: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Version {
    version: &'static str,
}

/// The values that are read when metrics are requested.
#[derive(Clone, Debug, Default)]
pub struct Now {
    /// Hashes that wait for a thread.
    pub(crate) hashes_waiting: usize,
    /// Whether the fast implementation of password hashes differs from the reference.
    pub(crate) hash_engines_differ: bool,
    /// Sessions that have neither ended nor expired.
    pub(crate) sessions: i64,
    /// Messages yet to be sent, by channel.
    pub(crate) messages_waiting: Vec<(&'static str, i64)>,
    /// Whether wake-ups of other nodes are heard.
    pub(crate) is_listening: bool,
    /// The waiters for wake-ups, on this node.
    pub(crate) waiting: usize,
    /// Applications whose published keys cannot be had.
    pub(crate) key_sets_failing: i64,
    /// The program's memory, in bytes.
    pub(crate) memory: i64,
}

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

impl Metrics {
    /// Counters that are turned on.
    pub(crate) fn on() -> Self {
        let counters = Counters {
            registry: Registry::with_prefix("salpa"),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
            events: Family::default(),
            kinds_of_events: AtomicUsize::new(0),
            tokens: Family::default(),
            messages: Family::default(),
            messages_waiting: Family::default(),
            hash_seconds: seconds(),
            hashes_refused: Counter::default(),
            hashes_waiting: Gauge::default(),
            hash_engines_differ: Gauge::default(),
            write_seconds: seconds(),
            group_size: Histogram::new(GROUPS),
            write_failures: Counter::default(),
            sessions: Gauge::default(),
            listening: Gauge::default(),
            waiting: Gauge::default(),
            key_sets_failing: Gauge::default(),
            memory: Gauge::default(),
        };
        Self(Some(Arc::new(counters.registered())))
    }

    /// Whether metrics are on.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Counts a response. `route` is the template, never the path.
    pub(crate) fn request(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let Some(counters) = &self.0 else { return };
        let labels = RequestLabels { route: route.to_owned(), method: name_of(method), status: status.as_u16() };
        counters.requests.get_or_create(&labels).inc();
        counters.request_seconds.get_or_create(&Route { route: labels.route }).observe(took.as_secs_f64());
    }

    /// Counts an entry of the history. `method` is the factor, if the event is about one.
    pub(crate) fn event(&self, event: &'static str, method: &str) {
        let Some(counters) = &self.0 else { return };
        let is_word = method.len() <= 32 && method.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let mut labels = EventLabels { event, method: if is_word { method.to_owned() } else { String::new() } };
        if let Some(counter) = counters.events.get(&labels) {
            counter.inc();
            return;
        }
        if counters.kinds_of_events.fetch_add(1, Ordering::Relaxed) >= MOST_EVENTS {
            "other".clone_into(&mut labels.method);
        }
        counters.events.get_or_create(&labels).inc();
    }

    /// Counts a token request.
    pub(crate) fn tokens(&self, grant_type: &'static str, given: bool) {
        let Some(counters) = &self.0 else { return };
        let outcome = if given { "given" } else { "refused" };
        counters.tokens.get_or_create(&TokenLabels { grant_type, outcome }).inc();
    }

    /// Counts an attempt to send a message.
    pub fn message(&self, channel: &'static str, outcome: &'static str) {
        let Some(counters) = &self.0 else { return };
        counters.messages.get_or_create(&MessageLabels { channel, outcome }).inc();
    }

    /// Counts a hash with its duration, waiting included; `None` if the queue was full.
    pub(crate) fn hashed(&self, took: Option<Duration>) {
        let Some(counters) = &self.0 else { return };
        match took {
            Some(took) => counters.hash_seconds.observe(took.as_secs_f64()),
            None => {
                counters.hashes_refused.inc();
            }
        }
    }

    /// Counts a transaction with its duration, waiting included.
    pub fn write(&self, took: Duration) {
        let Some(counters) = &self.0 else { return };
        counters.write_seconds.observe(took.as_secs_f64());
    }

    /// Counts a failed transaction. Refusals of rules are not failures.
    pub(crate) fn write_failed(&self) {
        let Some(counters) = &self.0 else { return };
        counters.write_failures.inc();
    }

    /// Counts a group of transactions that were committed together.
    pub(crate) fn group(&self, size: usize) {
        let Some(counters) = &self.0 else { return };
        counters.group_size.observe(f64::from(u32::try_from(size).unwrap_or(u32::MAX)));
    }

    /// All metrics in Prometheus' format; empty if metrics are off.
    pub fn text(&self, now: &Now) -> String {
        let mut text = String::new();
        let Some(counters) = &self.0 else { return text };
        counters.hashes_waiting.set(i64::try_from(now.hashes_waiting).unwrap_or(i64::MAX));
        counters.hash_engines_differ.set(i64::from(now.hash_engines_differ));
        counters.sessions.set(now.sessions);
        counters.listening.set(i64::from(now.is_listening));
        counters.waiting.set(i64::try_from(now.waiting).unwrap_or(i64::MAX));
        counters.key_sets_failing.set(now.key_sets_failing);
        counters.memory.set(now.memory);
        for (channel, waiting) in &now.messages_waiting {
            counters.messages_waiting.get_or_create(&ChannelLabel { channel }).set(*waiting);
        }
        if encode(&mut text, &counters.registry).is_err() {
            text.clear();
            let _ = writeln!(text, "# EOF");
        }
        text
    }
}

impl Counters {
    /// Registers each counter under its name. Prometheus adds `_total` to the name of a counter.
    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register("request_seconds", "How long answers took", self.request_seconds.clone());
        registry.register("events", "What stands in the history", self.events.clone());
        registry.register("tokens", "Token requests of applications", self.tokens.clone());
        registry.register("messages", "Tries to send messages", self.messages.clone());
        registry.register("messages_waiting", "Messages still to be sent", self.messages_waiting.clone());
        registry.register("hash_seconds", "How long hashes took, waiting included", self.hash_seconds.clone());
        registry.register("hashes_refused", "Hashes there was no room for", self.hashes_refused.clone());
        registry.register("hashes_waiting", "Hashes that wait for a thread", self.hashes_waiting.clone());
        let differ = "Whether the fast password hash is wrong here, and the reference in use";
        registry.register("password_hash_engines_differ", differ, self.hash_engines_differ.clone());
        registry.register("database_write_seconds", "How long writes took", self.write_seconds.clone());
        registry.register("database_group_size", "Writes committed together", self.group_size.clone());
        registry.register("database_write_failures", "Writes the database failed at", self.write_failures.clone());
        registry.register("sessions", "Sessions that are open", self.sessions.clone());
        registry.register("wake_ups_heard", "Whether wake-ups of other nodes are heard", self.listening.clone());
        registry.register("waiting_for_wake_ups", "Waiters for wake-ups", self.waiting.clone());
        registry.register("key_sets_failing", "Applications with keys not to be had", self.key_sets_failing.clone());
        registry.register("memory_bytes", "Resident memory of the program", self.memory.clone());
        let version: Family<Version, Gauge> = Family::default();
        version.get_or_create(&Version { version: env!("CARGO_PKG_VERSION") }).set(1);
        registry.register("build", "The version that runs", version);
        self
    }
}

/// The label of a method. Strangers may send any text: unusual ones are `other`.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_strangers_are_no_labels() {
        let metrics = Metrics::on();
        let strange = Method::from_bytes(b"SECRET-OF-MINE").unwrap();
        metrics.request("/account/{id}", &strange, StatusCode::NOT_FOUND, Duration::from_millis(3));
        metrics.event("history.tested", "aino@kallio.example");
        let text = metrics.text(&Now::default());
        assert!(
            text.contains(r#"salpa_requests_total{route="/account/{id}",method="other",status="404"} 1"#),
            "{text}"
        );
        assert!(text.contains(r#"salpa_events_total{event="history.tested",method=""} 1"#), "{text}");
        assert!(!text.contains("SECRET") && !text.contains("aino"), "{text}");
    }

    #[test]
    fn labels_cannot_grow_without_end() {
        let metrics = Metrics::on();
        for number in 0..2 * MOST_EVENTS {
            let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            metrics.event("history.tested", &letters);
        }
        let lines = metrics.text(&Now::default()).lines().filter(|line| line.starts_with("salpa_events")).count();
        assert!(lines <= MOST_EVENTS + 1, "{lines}");
    }

    #[test]
    fn metrics_that_are_off_are_empty() {
        let metrics = Metrics::default();
        metrics.event("history.tested", "totp");
        assert_eq!(metrics.text(&Now::default()), "");
    }
}

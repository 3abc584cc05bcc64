//! Sets of wake-ups, and their notifications to other nodes.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Topic;

/// The greatest size of a set. Beyond it, whole topics are woken.
const MOST: usize = 4096;
/// The greatest length of a payload, in bytes. PostgreSQL allows 7,999 (documentation of `NOTIFY`).
const LONGEST_PAYLOAD: usize = 7_900;

/// A set of wake-ups. One without an identifier wakes all waiters of its topic.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::platform) struct Wakes(BTreeSet<(Topic, Option<Uuid>)>);

impl Wakes {
    /// Adds a wake-up. A set that is full is replaced by its topics: no waiter is left out.
    pub(in crate::platform) fn add(&mut self, topic: Topic, id: Option<Uuid>) {
        if self.0.len() >= MOST {
            self.0 = self.0.iter().map(|(topic, _)| (*topic, None)).collect();
        }
        self.0.insert((topic, id));
    }

    pub(super) fn of_every_topic() -> Self {
        Self(Topic::ALL.into_iter().map(|topic| (topic, None)).collect())
    }

    pub(super) fn extend(&mut self, others: Self) {
        others.0.into_iter().for_each(|(topic, id)| self.add(topic, id));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Topic, Option<Uuid>)> {
        self.0.iter().copied()
    }

    /// The payloads of these wake-ups, each beginning with the name of the sending node. An empty set has one, too,
    /// which only shows that the node can be heard.
    pub(super) fn payloads(&self, node: &str) -> Vec<String> {
        let mut payloads = Vec::new();
        let mut payload = node.to_owned();
        for (topic, id) in &self.0 {
            let id = id.map(|id| format!(":{}", id.simple())).unwrap_or_default();
            let word = format!(" {}{id}", topic.as_str());
            if payload.len() + word.len() > LONGEST_PAYLOAD {
                payloads.push(std::mem::replace(&mut payload, node.to_owned()));
            }
            payload.push_str(&word);
        }
        payloads.push(payload);
        payloads
    }

    /// The sending node and the wake-ups of a payload. Unreadable words are left out: any account of the database can
    /// send a payload, and so can a later version of this program.
    pub(super) fn read(payload: &str) -> (&str, Self) {
        let (node, words) = payload.split_once(' ').unwrap_or((payload, ""));
        let mut wakes = Self::default();
        for word in words.split(' ') {
            let (topic, id) = word.split_once(':').map_or((word, None), |(topic, id)| (topic, Some(id)));
            let topic = Topic::ALL.into_iter().find(|known| known.as_str() == topic);
            if let (Some(topic), Ok(id)) = (topic, id.map(Uuid::try_parse).transpose()) {
                wakes.add(topic, id);
            }
        }
        (node, wakes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn payloads_are_read_as_they_were_written() {
        let mut wakes = Wakes::default();
        wakes.add(Topic::Logout, None);
        (0..1000).for_each(|id| wakes.add(Topic::Email, Some(Uuid::from_u128(id))));
        let payloads = wakes.payloads("node");
        assert!(payloads.len() > 1 && payloads.iter().all(|payload| payload.len() < 8000));
        let mut read = Wakes::default();
        for payload in &payloads {
            let (node, wakes) = Wakes::read(payload);
            assert_eq!(node, "node");
            read.extend(wakes);
        }
        assert_eq!(read, wakes);
        assert_eq!(Wakes::default().payloads("node"), ["node"]);
    }

    #[test]
    fn too_many_become_their_topics() {
        let mut wakes = Wakes::default();
        (0..1_000_000).for_each(|id| wakes.add(Topic::Email, Some(Uuid::from_u128(id))));
        assert!(wakes.0.len() <= MOST);
        assert!(wakes.0.contains(&(Topic::Email, None)));
    }

    #[test]
    fn unreadable_words_are_left_out() {
        let payload = "stranger  email:x email: :1 tomorrow sms:00000000000000000000000000000001 logout\n";
        let mut expected = Wakes::default();
        expected.add(Topic::Sms, Some(Uuid::from_u128(1)));
        assert_eq!(Wakes::read(payload), ("stranger", expected));
    }

    proptest! {
        #[test]
        fn no_payload_of_a_stranger_panics(payload in "[a-z0-9: -]{0,200}|\\PC{0,200}") {
            let (_, wakes) = Wakes::read(&payload);
            prop_assert!(wakes.0.len() <= payload.len());
        }
    }
}

//! Wake-ups: tasks that wait for a row to change look at it as soon as the change is committed.
//!
//! A transaction registers its wake-ups (`Tx::wake`). The commit wakes the waiters of this process at once, and those
//! of other nodes through PostgreSQL ([`worker`]). A wake-up has an identifier and no content, may come without a
//! reason, and may be lost: every waiter also looks once a second ([`Waiter::next_look`]), and correctness never
//! depends on a wake-up.

mod nodes;
mod store;
mod wakes;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use uuid::Uuid;

pub use nodes::{examine, worker};
pub(super) use wakes::Wakes;

/// The longest time between two looks: a lost wake-up costs no more.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The greatest number of waiters for identifiers, per node. Each takes about 150 bytes.
const MOST_WAITERS: usize = 20_000;

/// The subject of a wake-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// An email in the outbox, by the identifier of the message.
    Email,
    /// An SMS in the outbox, by the identifier of the message.
    Sms,
    /// A push message in the outbox, by the identifier of the message.
    Push,
    /// Back-channel logouts of a session, by the identifier of the session.
    Logout,
    /// An application that is to be told of a phone's answer, by the identifier of its request.
    Ping,
    /// The answer to a question that waits on phones, by the identifier of the question.
    Approval,
    /// Questions that wait on a person's phones, by the identifier of the person.
    Question,
}

impl Topic {
    /// Every topic.
    pub(crate) const ALL: [Self; 7] =
        [Self::Email, Self::Sms, Self::Push, Self::Logout, Self::Ping, Self::Approval, Self::Question];

    /// The word in notifications to other nodes.
    fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Push => "push",
            Self::Logout => "logout",
            Self::Ping => "ping",
            Self::Approval => "approval",
            Self::Question => "question",
        }
    }
}

/// The wake-ups of a node. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Bus(Arc<Hub>);

#[derive(Debug, Default)]
struct Hub {
    waiters: Mutex<BTreeMap<WaiterKey, Arc<Notify>>>,
    next_number: AtomicU64,
    /// Wake-ups for other nodes; `None` without a [`worker`] that sends them.
    outgoing: Mutex<Option<Wakes>>,
    has_outgoing: Notify,
    is_listening: watch::Sender<bool>,
}

/// The key of a waiter, in an order in which the waiters of an identifier, and those of a topic, are neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct WaiterKey {
    topic: Topic,
    /// `None` for a waiter for the whole topic.
    id: Option<Uuid>,
    number: u64,
}

impl Bus {
    /// A waiter for a whole topic.
    pub fn subscribe(&self, topic: Topic) -> Waiter {
        self.add(&mut self.waiters(), topic, None)
    }

    /// A waiter for one identifier, or `None` if this node has too many waiters.
    pub fn wait_for(&self, topic: Topic, id: Uuid) -> Option<Waiter> {
        let mut waiters = self.waiters();
        (waiters.len() < MOST_WAITERS).then(|| self.add(&mut waiters, topic, Some(id)))
    }

    fn add(&self, waiters: &mut BTreeMap<WaiterKey, Arc<Notify>>, topic: Topic, id: Option<Uuid>) -> Waiter {
        let key = WaiterKey { topic, id, number: self.0.next_number.fetch_add(1, Ordering::Relaxed) };
        let woken = Arc::<Notify>::default();
        waiters.insert(key, Arc::clone(&woken));
        Waiter { bus: self.clone(), key, woken }
    }

    /// The number of waiters on this node.
    pub fn waiting(&self) -> usize {
        self.waiters().len()
    }

    /// Whether wake-ups of other nodes are heard. Always `true` on SQLite, which has no other nodes.
    pub fn is_listening(&self) -> bool {
        *self.0.is_listening.borrow()
    }

    /// Ready once wake-ups of other nodes are heard.
    pub async fn listening(&self) {
        // `self` holds the sender, so that this cannot fail.
        let _ = self.0.is_listening.subscribe().wait_for(|is_listening| *is_listening).await;
    }

    /// Has waiters wait as if the wake-ups of other nodes were heard.
    #[cfg(test)]
    pub(crate) fn assume_listening(&self) {
        self.0.is_listening.send_replace(true);
    }

    /// Wakes the waiters of this node, and queues the wake-ups for other nodes.
    pub(super) fn wake(&self, wakes: Wakes) {
        if wakes.is_empty() {
            return;
        }
        self.wake_here(&wakes);
        if let Some(outgoing) = &mut *self.outgoing() {
            outgoing.extend(wakes);
            self.0.has_outgoing.notify_one();
        }
    }

    fn wake_here(&self, wakes: &Wakes) {
        let waiters = self.waiters();
        let wake = |topic, first, last| {
            let keys = WaiterKey { topic, id: first, number: 0 }..=WaiterKey { topic, id: last, number: u64::MAX };
            waiters.range(keys).for_each(|(_, woken)| woken.notify_one());
        };
        for (topic, id) in wakes.iter() {
            match id {
                Some(_) => {
                    wake(topic, None, None);
                    wake(topic, id, id);
                }
                None => wake(topic, None, Some(Uuid::max())),
            }
        }
    }

    fn waiters(&self) -> MutexGuard<'_, BTreeMap<WaiterKey, Arc<Notify>>> {
        self.0.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn outgoing(&self) -> MutexGuard<'_, Option<Wakes>> {
        self.0.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A registration for wake-ups. Register before the first look at the database: a wake-up between two looks is
/// remembered.
#[derive(Debug)]
pub struct Waiter {
    bus: Bus,
    key: WaiterKey,
    woken: Arc<Notify>,
}

impl Waiter {
    /// Ready after a wake-up, and after a second in any case.
    pub async fn next_look(&self) {
        let _ = tokio::time::timeout(LOOK_EVERY, self.woken()).await;
    }

    /// Ready after a wake-up, and after a second where those of other nodes are not heard. While they are heard, it
    /// does not look by itself: ten thousand browsers that wait must not ask the database ten thousand times a second.
    /// The caller sets a limit to the whole wait.
    pub(crate) async fn next_change(&self) {
        if self.bus.is_listening() { self.woken().await } else { self.next_look().await }
    }

    /// Ready after a wake-up. A lost one is never noticed: for tests.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.bus.waiters().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    use super::*;

    fn wakes(wakes: impl IntoIterator<Item = (Topic, Option<Uuid>)>) -> Wakes {
        let mut gathered = Wakes::default();
        wakes.into_iter().for_each(|(topic, id)| gathered.add(topic, id));
        gathered
    }

    fn is_woken(waiter: &Waiter) -> bool {
        waiter.woken().now_or_never().is_some()
    }

    #[tokio::test]
    async fn ten_thousand_waiters_are_each_woken_by_their_own_wake_up_and_leave_nothing_behind() {
        let bus = Bus::default();
        let ids = (1..=10_000).map(Uuid::from_u128);
        let waiters: Vec<_> = ids.clone().map(|id| bus.wait_for(Topic::Email, id).unwrap()).collect();
        assert_eq!(bus.waiting(), 10_000);

        let even = ids.filter(|id| id.as_u128() % 2 == 0).map(|id| (Topic::Email, Some(id)));
        even.for_each(|wake| bus.wake(wakes([wake])));
        let woken = waiters.iter().map(is_woken);
        assert!(woken.eq((1..=10_000).map(|number| number % 2 == 0)), "the even ones, and no other");
        assert!(!waiters.iter().any(is_woken), "each of them once");

        let sleeping = tokio::spawn(async move { join_all(waiters.iter().map(Waiter::woken)).await.len() });
        tokio::task::yield_now().await;
        bus.wake(wakes((1..=10_000).map(|id| (Topic::Email, Some(Uuid::from_u128(id))))));
        assert_eq!(sleeping.await.unwrap(), 10_000, "too many to be told by name, all are woken");
        assert_eq!(bus.waiting(), 0);
    }

    #[test]
    fn a_wake_up_reaches_the_identifier_and_the_topic() {
        let (bus, one, other) = (Bus::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let waiters = [
            bus.wait_for(Topic::Email, one).unwrap(),
            bus.wait_for(Topic::Email, one).unwrap(),
            bus.subscribe(Topic::Email),
            bus.wait_for(Topic::Email, other).unwrap(),
            bus.wait_for(Topic::Sms, one).unwrap(),
            bus.subscribe(Topic::Logout),
        ];
        bus.wake(wakes([(Topic::Email, Some(one))]));
        assert_eq!(waiters.each_ref().map(is_woken), [true, true, true, false, false, false]);
        bus.wake(wakes([(Topic::Email, None)]));
        assert_eq!(waiters.each_ref().map(is_woken), [true, true, true, true, false, false]);
    }

    #[test]
    fn wake_ups_between_two_looks_are_remembered() {
        let bus = Bus::default();
        let waiter = bus.subscribe(Topic::Sms);
        (0..3).for_each(|_| bus.wake(wakes([(Topic::Sms, Some(Uuid::nil()))])));
        assert!(is_woken(&waiter));
        assert!(!is_woken(&waiter), "one look sees all of it");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_wake_up_costs_a_second() {
        let waiter = Bus::default().subscribe(Topic::Sms);
        assert!(tokio::time::timeout(LOOK_EVERY * 2, waiter.next_look()).await.is_ok());
    }

    #[test]
    fn waiters_are_bounded_and_workers_are_not_kept_out() {
        let bus = Bus::default();
        let waiters: Vec<_> = (0..).map_while(|id| bus.wait_for(Topic::Email, Uuid::from_u128(id))).collect();
        assert_eq!(waiters.len(), MOST_WAITERS);
        let worker = bus.subscribe(Topic::Email);
        bus.wake(wakes([(Topic::Email, Some(Uuid::nil()))]));
        assert!(is_woken(&worker));
        drop(waiters);
        assert!(bus.wait_for(Topic::Email, Uuid::nil()).is_some());
    }
}

//! Many who do the same at once, and several nodes.

use std::time::Duration;

use salpa::platform::bus;
use serde_json::Value;
use tokio::time::timeout;

use super::{Browser, Page, Service};

/// The results of tasks that run at once.
pub async fn all_at_once<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

impl Browser {
    /// So many tabs send the same empty form at once. Returns how many of them were given a cookie: a session.
    pub async fn sessions_of_tabs_at_once(&self, tabs: usize, path: &str) -> usize {
        let send = |_| {
            let (mut tab, path) = (self.clone(), path.to_owned());
            async move { tab.post(&path, &[]).await.headers.contains_key("set-cookie") }
        };
        all_at_once((0..tabs).map(send)).await.into_iter().filter(|was_given| *was_given).count()
    }

    /// The answers to what scripts send at once. None is a fault.
    pub async fn post_json_at_once(&self, path: &str, bodies: impl IntoIterator<Item = Value>) -> Vec<Page> {
        let send = |body| {
            let (mut tab, path) = (self.clone(), path.to_owned());
            async move { tab.post_json(&path, &body).await }
        };
        let answers = all_at_once(bodies.into_iter().map(send)).await;
        assert!(!answers.iter().any(|answer| answer.status.is_server_error()));
        answers
    }
}

impl Service {
    /// Another node, where the database can have one; both hear each other's wake-ups from now on.
    pub async fn another_node(&self) -> Option<Self> {
        let other = if self.database.is_sqlite() { None } else { Some(self.with(|_| {}).await) };
        for node in [self].into_iter().chain(&other) {
            tokio::spawn(bus::worker(node.app.bus.clone(), node.app.db.clone(), node.app.random.clone()));
            timeout(Duration::from_secs(20), node.app.bus.listening()).await.expect("the node listens");
        }
        other
    }

    /// Ready once something new waits for a wake-up on this node.
    pub async fn more_wait_than(&self, before: usize) {
        while self.app.bus.waiting() <= before {
            tokio::task::yield_now().await;
        }
    }
}

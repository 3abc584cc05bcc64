//! Migrations: once, whoever runs them.

use salpa::platform::clock::Clock;

use crate::support::{Database, START, app};

#[tokio::test]
async fn migrations_that_were_applied_are_not_applied_again() {
    let database = Database::new().await;
    let app = app(&database, Clock::test(START), |_| {}).await;
    let all = app.db.pending_migrations().await.unwrap();
    assert!(!all.is_empty());

    assert_eq!(app.db.migrate().await.unwrap(), all);
    assert_eq!(app.db.migrate().await.unwrap(), Vec::<&str>::new());
    assert_eq!(app.db.pending_migrations().await.unwrap(), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_nodes_that_start_together_one_applies_each_migration() {
    let database = Database::new().await;
    let mut nodes = Vec::new();
    for _ in 0..6 {
        nodes.push(app(&database, Clock::test(START), |_| {}).await);
    }
    let all = nodes[0].db.pending_migrations().await.unwrap();

    let starts: Vec<_> =
        nodes.into_iter().map(|node| tokio::spawn(async move { node.db.migrate().await.unwrap() })).collect();
    let mut applied = Vec::new();
    for start in starts {
        applied.extend(start.await.unwrap());
    }
    // One node may apply the first, and another the rest.
    applied.sort_unstable();

    assert_eq!(applied, all);
}

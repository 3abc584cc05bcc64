//! A PostgreSQL database that Salpa shares with others: what Salpa does concerns its own schema alone.

use salpa::platform::clock::Clock;
use salpa::platform::db::{Db, Reads};

use crate::support::{Database, START, app};

/// A connection that belongs to nobody's node.
async fn client(database: &Database) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Asks until the answer is `true`. A server that never gives it fails the story.
async fn until(client: &tokio_postgres::Client, question: &str) {
    for _ in 0..100_000 {
        if client.query_one(question, &[]).await.unwrap().get(0) {
            return;
        }
    }
    panic!("never came true: {question}");
}

async fn number(db: &Db, sql: &'static str) -> i64 {
    db.one(sql, &[], |row| row.get(0)).await.unwrap()
}

#[tokio::test]
async fn settling_after_an_import_holds_the_lock_of_one_table_at_a_time_and_reads_nobody_elses() {
    let (database, neighbour) = (Database::new().await, Database::new().await);
    let node = app(&database, Clock::test(START), |_| {}).await;
    node.db.migrate().await.unwrap();
    if database.is_sqlite() {
        // Nobody shares the file; settling leaves its planner as it was.
        node.db.settle_after_many_writes().await.unwrap();
        assert_eq!(number(&node.db, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'").await, 0);
        return;
    }
    let others = client(&neighbour).await;
    let tables: Vec<_> = (0..1000).map(|n| format!("CREATE TABLE other_{n} (id BIGINT)")).collect();
    others.batch_execute(&tables.join(";")).await.unwrap();
    // The last table of all is taken, so that settling has to wait there, with whatever it holds until then.
    let holder = client(&database).await;
    holder.batch_execute("BEGIN; LOCK TABLE asked_before IN SHARE UPDATE EXCLUSIVE MODE").await.unwrap();
    let settling = tokio::spawn({
        let db = node.db.clone();
        async move { db.settle_after_many_writes().await }
    });
    let waits = "EXISTS (SELECT 1 FROM pg_locks l WHERE NOT l.granted AND l.relation = 'asked_before'::regclass)";
    until(&client(&database).await, &format!("SELECT {waits}")).await;

    let held = "SELECT count(*) FROM pg_locks l WHERE l.granted AND l.locktype = 'relation' AND l.pid IN
                (SELECT w.pid FROM pg_locks w WHERE NOT w.granted AND w.relation = 'asked_before'::regclass)";
    assert_eq!(number(&node.db, held).await, 0);
    holder.batch_execute("ROLLBACK").await.unwrap();
    settling.await.unwrap().unwrap();

    let own = "SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = current_schema() AND analyze_count = 0
               AND relname <> 'migrations'";
    until(&holder, &format!("SELECT ({own}) = 0 FROM (SELECT pg_stat_clear_snapshot()) AS anew")).await;
    let analysed = "SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = current_schema() AND analyze_count > 0";
    assert_eq!(others.query_one(analysed, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrating_one_schema_does_not_wait_for_the_migrations_of_another() {
    let (database, neighbour) = (Database::new().await, Database::new().await);
    let (node, other) =
        (app(&database, Clock::test(START), |_| {}).await, app(&neighbour, Clock::test(START), |_| {}).await);
    other.db.migrate().await.unwrap();
    if database.is_sqlite() {
        assert!(!node.db.migrate().await.unwrap().is_empty());
        return;
    }
    // The neighbour's migrations are stopped on their way, with the lock in their hand.
    let holder = client(&neighbour).await;
    holder.batch_execute("DELETE FROM migrations WHERE name = '0018_words_by_subject'").await.unwrap();
    holder.batch_execute("BEGIN; LOCK TABLE migrations IN SHARE MODE").await.unwrap();
    let stopped = tokio::spawn(async move { other.db.migrate().await });
    until(
        &client(&neighbour).await,
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'migrations'::regclass)",
    )
    .await;

    assert!(!node.db.migrate().await.unwrap().is_empty());

    assert!(!stopped.is_finished(), "the neighbour went on before its lock was given back");
    holder.batch_execute("ROLLBACK").await.unwrap();
    stopped.abort();
}

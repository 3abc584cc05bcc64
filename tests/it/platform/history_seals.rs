//! The history against those who write into the database themselves: it refuses, and where it was made to yield, the
//! seals show it.

use std::time::Duration;

use salpa::event::Event;
use salpa::platform::clock::Timestamp;
use salpa::platform::db;
use salpa::platform::history::seals::{
    HistoryExamination, HistoryFlaw, HistorySealer, SealingStop, examine, seal_anew,
};
use salpa::platform::history::{self, Entry};
use salpa::platform::secret::{MasterKeys, Secret};

use crate::support::Service;

const AN_HOUR: Duration = Duration::from_hours(1);

/// Writes entries of an instant.
async fn write(service: &Service, at: Timestamp, count: u32) {
    let random = service.app.random.clone();
    let written: Result<(), db::Error> = service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let entry = |number| Entry::new(at, Event::ProviderKeyMade).detail("number", number);
                history::write_each(tx, &random, &(0..count).map(entry).collect::<Vec<_>>()).await
            })
        })
        .await;
    written.unwrap();
}

async fn seal(service: &Service) -> usize {
    let sealed = HistorySealer::default().seal(&service.app.db, &service.app.master_keys, service.now()).await;
    sealed.unwrap()
}

async fn look(service: &Service) -> HistoryExamination {
    examine(&service.app.db, &service.app.master_keys, service.now()).await.unwrap()
}

/// A history of four seals: 1,203 entries of two hours ago, and seven of now.
async fn sealed() -> Service {
    let service = Service::start().await;
    write(&service, service.now().minus(AN_HOUR * 2), 1203).await;
    assert_eq!(seal(&service).await, 1203);
    write(&service, service.now(), 7).await;
    assert_eq!(seal(&service).await, 7);
    let found = look(&service).await;
    assert_eq!((found.entries, found.waiting, &found.flaws), (1210, 0, &vec![]));
    service
}

/// The identifier of the entry at a place, counted from the oldest.
async fn entry_at(service: &Service, place: i64) -> String {
    let sql = "SELECT id FROM history ORDER BY id LIMIT 1 OFFSET ?1";
    db::Reads::one(&service.app.db, sql, &[place.into()], |row| row.get(0)).await.unwrap()
}

#[tokio::test]
async fn the_database_refuses_to_change_or_remove_an_entry_or_a_seal() {
    let service = sealed().await;
    let mut tries = vec![
        "UPDATE history SET event = 'sign_in.done'",
        "DELETE FROM history WHERE event = 'provider.key_made'",
        "INSERT INTO history SELECT * FROM history WHERE true ON CONFLICT (id) DO UPDATE SET details = '{}'",
        "UPDATE history_seals SET entries = tag",
        "DELETE FROM history_seals",
    ];
    tries.extend(if service.database.is_sqlite() {
        ["REPLACE INTO history SELECT * FROM history", "REPLACE INTO history_seals SELECT * FROM history_seals"]
    } else {
        ["TRUNCATE history", "SET session_replication_role = replica; DELETE FROM history"]
    });
    for sql in tries {
        let refused = service.database.try_to_run(sql).await.unwrap_err();
        assert!(refused.contains("the history only grows"), "{sql}: {refused}");
    }
    let found = look(&service).await;
    assert_eq!((found.entries, found.flaws), (1210, vec![]));
}

#[tokio::test]
async fn an_entry_that_was_changed_is_named() {
    let service = sealed().await;
    let id = entry_at(&service, 700).await;
    service.database.tamper(&format!("UPDATE history SET network = '203.0.113.0' WHERE id = '{id}'")).await;
    assert_eq!(look(&service).await.flaws, [HistoryFlaw::Changed(id)]);
}

#[tokio::test]
async fn an_entry_that_was_removed_is_named_wherever_it_stood() {
    let service = sealed().await;
    let mut gone = Vec::new();
    for place in [0, 499, 500, 1209] {
        gone.push(HistoryFlaw::Removed(entry_at(&service, place).await));
    }
    for flaw in &gone {
        let HistoryFlaw::Removed(id) = flaw else { unreachable!() };
        service.database.tamper(&format!("DELETE FROM history WHERE id = '{id}'")).await;
    }
    let found = look(&service).await;
    assert_eq!((found.flaws, found.entries), (gone, 1206));
}

#[tokio::test]
async fn an_entry_that_was_put_into_the_past_is_named() {
    let service = sealed().await;
    write(&service, service.now().minus(AN_HOUR * 3), 1).await;
    service.wait(24 * 3600);
    let id = entry_at(&service, 0).await;
    assert_eq!(look(&service).await.flaws, [HistoryFlaw::Backdated(id)]);
}

#[tokio::test]
async fn a_seal_that_was_changed_removed_or_made_without_the_key_is_named() {
    let service = sealed().await;
    service.database.tamper("UPDATE history_seals SET sealed_at = sealed_at + 1 WHERE number = 2").await;
    assert_eq!(look(&service).await.flaws, [HistoryFlaw::SealBroken(2)]);

    let service = sealed().await;
    service.database.tamper("DELETE FROM history_seals WHERE number = 1").await;
    let found = look(&service).await;
    assert_eq!(found.flaws.first(), Some(&HistoryFlaw::SealRemoved(1)));
    assert!(found.flaws.iter().any(|flaw| matches!(flaw, HistoryFlaw::Backdated(_))), "its entries have none now");

    // An attacker can bring the hashes to agree with it, and not the tags.
    let service = sealed().await;
    let copy = "INSERT INTO history_seals
                SELECT number + 1, number + 1, sealed_at, first_id, last_id, entries, digest, tag FROM history_seals
                WHERE number = (SELECT max(number) FROM history_seals)";
    service.database.run(copy).await;
    let found = look(&service).await;
    assert_eq!(found.flaws.first(), Some(&HistoryFlaw::SealBroken(5)), "{found:?}");
    let stop = HistorySealer::default().seal(&service.app.db, &service.app.master_keys, service.now()).await;
    assert!(matches!(stop, Err(SealingStop::Broken(5))), "nothing is sealed on top of it: {stop:?}");
}

#[tokio::test]
async fn removing_the_newest_seals_with_their_entries_is_seen_by_the_running_node() {
    let service = sealed().await;
    let mut sealer = HistorySealer::default();
    let (db, keys) = (&service.app.db, &service.app.master_keys);
    write(&service, service.now(), 1).await;
    assert_eq!(sealer.seal(db, keys, service.now()).await.unwrap(), 1);
    let id = entry_at(&service, 1210).await;
    let both = format!("DELETE FROM history WHERE id = '{id}'; DELETE FROM history_seals WHERE last_id = '{id}'");
    service.database.tamper(&both).await;
    assert_eq!(look(&service).await.flaws, [], "what is left holds");
    let stop = sealer.seal(db, keys, service.now()).await;
    assert!(matches!(stop, Err(SealingStop::Vanished(5))), "{stop:?}");
}

#[tokio::test]
async fn a_trigger_that_is_gone_is_named() {
    let service = sealed().await;
    let on = if service.database.is_sqlite() { "" } else { " ON history" };
    service.database.run(&format!("DROP TRIGGER history_never_shrinks{on}")).await;
    assert_eq!(look(&service).await.flaws, [HistoryFlaw::Unguarded("history_never_shrinks")]);
}

#[tokio::test]
async fn entries_of_late_commits_and_of_a_clock_that_was_put_right_are_sealed_like_the_rest() {
    let service = sealed().await;
    let mut sealer = HistorySealer::default();
    let (db, keys) = (&service.app.db, &service.app.master_keys);
    let true_time = service.now();
    // A request that took long: its identifier lies before those that are sealed.
    write(&service, true_time.minus(Duration::from_mins(3)), 1).await;
    assert_eq!(sealer.seal(db, keys, true_time).await.unwrap(), 1);
    // The clock runs two hours ahead, and is put right.
    let ahead = true_time.plus(AN_HOUR * 2);
    write(&service, ahead, 1).await;
    assert_eq!(sealer.seal(db, keys, ahead).await.unwrap(), 1);
    write(&service, true_time.plus(Duration::from_mins(1)), 2).await;
    assert_eq!(sealer.seal(db, keys, true_time.plus(Duration::from_mins(9))).await.unwrap(), 2);
    // The same once more, and the node restarts before it seals.
    write(&service, true_time.plus(Duration::from_mins(10)), 1).await;
    assert_eq!(HistorySealer::default().seal(db, keys, ahead.plus(AN_HOUR * 5)).await.unwrap(), 1);
    for hours in [0, 6, 48] {
        let found = examine(db, keys, true_time.plus(AN_HOUR * hours)).await.unwrap();
        assert_eq!((found.entries, found.waiting, found.flaws), (1215, 0, vec![]), "{hours}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_nodes_that_seal_at_once_one_seals_each_entry() {
    let service = Service::start().await;
    write(&service, service.now(), 2100).await;
    let now = service.now();
    let nodes: Vec<_> = (0..8)
        .map(|_| {
            let app = service.app.clone();
            tokio::spawn(async move { HistorySealer::default().seal(&app.db, &app.master_keys, now).await.unwrap() })
        })
        .collect();
    let mut sealed = 0;
    for node in nodes {
        sealed += node.await.unwrap();
    }
    sealed += seal(&service).await;
    assert_eq!(sealed, 2100);
    assert_eq!(service.count("SELECT CAST(SUM(length(entries)) AS BIGINT) FROM history_seals").await, 2100 * 48);
    let found = look(&service).await;
    assert_eq!((found.waiting, found.flaws), (0, vec![]));
}

#[tokio::test]
async fn a_new_master_key_vouches_for_what_was_sealed_under_the_former_one() {
    let service = sealed().await;
    let (db, now) = (&service.app.db, service.now());
    let keys = |keys: &[u8]| MasterKeys::new(&keys.iter().map(|key| Secret::new([*key; 32])).collect::<Vec<_>>());
    let unknown = examine(db, &keys(&[8]), now).await.unwrap();
    assert_eq!(unknown.flaws, [HistoryFlaw::UnknownKey(1)]);
    write(&service, now, 1).await;
    let stop = HistorySealer::default().seal(db, &keys(&[8]), now).await;
    assert!(matches!(stop, Err(SealingStop::UnknownKey(_))), "what cannot be looked at is not vouched for: {stop:?}");

    assert_eq!(HistorySealer::default().seal(db, &keys(&[8, 7]), now).await.unwrap(), 1);
    assert_eq!(examine(db, &keys(&[8]), now).await.unwrap().flaws, [], "the former key may go");
    let id = entry_at(&service, 3).await;
    service.database.tamper(&format!("UPDATE history SET person_id = 'x' WHERE id = '{id}'")).await;
    assert_eq!(examine(db, &keys(&[8]), now).await.unwrap().flaws, [HistoryFlaw::Changed(id)]);
}

#[tokio::test]
async fn after_an_incident_the_operator_begins_anew_over_what_is_there() {
    let service = sealed().await;
    let id = entry_at(&service, 3).await;
    service.database.tamper(&format!("DELETE FROM history WHERE id = '{id}'")).await;
    assert_eq!(look(&service).await.flaws, [HistoryFlaw::Removed(id)]);
    assert_eq!(seal_anew(&service.app.db, &service.app.master_keys, service.now()).await.unwrap(), 1209);
    assert_eq!(look(&service).await.flaws, []);
    write(&service, service.now(), 1).await;
    assert_eq!(seal(&service).await, 1);
    let id = entry_at(&service, 3).await;
    service.database.tamper(&format!("DELETE FROM history WHERE id = '{id}'")).await;
    assert_eq!(look(&service).await.flaws, [HistoryFlaw::Removed(id)], "from there on it holds as before");
}

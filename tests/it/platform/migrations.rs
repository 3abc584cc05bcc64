//! Migrations: once, whoever runs them, and with the data of a database from before.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::users::{self, Filter, Role};
use salpa::platform::clock::Clock;
use salpa::platform::db;
use salpa::proofs::failures;

use crate::support::{Database, START, app};

/// Makes the tables of an earlier version: the migrations before one, and the rows of a script.
async fn make_earlier(database: &Database, first_that_lacks: &str, rows: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names.retain(|name| name.as_str() < first_that_lacks);
    let mut script = "CREATE TABLE migrations (name TEXT PRIMARY KEY);".to_owned();
    for name in &names {
        script += &fs::read_to_string(folder.join(name)).unwrap();
        let _ = writeln!(script, "INSERT INTO migrations (name) VALUES ('{}');", name.trim_end_matches(".sql"));
    }
    script += rows;
    if let Some(file) = database.file() {
        let script = script.replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER").replace("\n);", "\n) WITHOUT ROWID;");
        rusqlite::Connection::open(file).unwrap().execute_batch(&script).unwrap();
    } else {
        let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        client.batch_execute(&script).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
    }
}

fn identifier<T: std::str::FromStr<Err: std::fmt::Debug>>(number: u32) -> T {
    format!("0197c0de-0000-7000-8000-{number:012}").parse().unwrap()
}

#[tokio::test]
async fn roles_from_before_they_were_columns_are_kept() {
    const ADMINISTRATOR: &[Role] = &[Role::UserAdministrator];
    const BOTH: &[Role] = &[Role::MainUser, Role::Employee];
    const EVERYBODY: [(&str, &[Role]); 5] = [
        (r#"["user administrator"]"#, ADMINISTRATOR),
        (r#"["employee","main user"]"#, BOTH),
        (r#"["employee"]"#, &[Role::Employee]),
        ("[]", &[]),
        (r#"["user administrator","main user","employee"]"#, &Role::ALL),
    ];
    let company: CompanyId = identifier(1);
    let mut rows =
        format!("INSERT INTO companies (id, name, kind, created_at) VALUES ('{company}', 'Kallio', 'business', 0);");
    for ((roles, _), number) in EVERYBODY.into_iter().zip(10..) {
        let person: PersonId = identifier(number);
        let _ = write!(
            rows,
            "INSERT INTO people (id, email, email_key, given_name, family_name, language, state, created_at, changed_at)
             VALUES ('{person}', 'p{number}@b.example', 'p{number}@b.example', 'Person', '{number}', 'en', 'active', 0, 0);
             INSERT INTO users (company_id, person_id, roles, basic, created_at, sort_key)
             VALUES ('{company}', '{person}', '{roles}', TRUE, 0, CAST('{number}' AS BYTEA));
             INSERT INTO failures (subject, method, count, since, last_at, wait_until)
             VALUES ('browser:{person}:ab', 'password', 100, 0, 0, 9000), ('browser:{person}:ab', 'totp', 7, 0, 0, 0),
                    ('elsewhere:{person}', 'password', 9, 0, 0, 0);"
        );
    }
    let database = Database::new().await;
    make_earlier(&database, "0026", &rows).await;

    let app = app(&database, Clock::test(START), |_| {}).await;
    let applied = app.db.migrate().await.unwrap();
    assert_eq!(applied.first(), Some(&"0026_roles"));

    for ((_, roles), number) in EVERYBODY.into_iter().zip(10..) {
        let user = users::find(&app.db, company, identifier(number)).await.unwrap().unwrap();
        assert_eq!(user.roles, roles, "{number}");
    }
    let in_role = async |role| {
        let found = users::list(&app.db, company, (Filter::All, Some(role)), (&[], None), 10).await.unwrap();
        found.into_iter().map(|member| member.name).collect::<Vec<_>>()
    };
    assert_eq!(in_role(Role::UserAdministrator).await, ["Person 10", "Person 14"]);
    assert_eq!(in_role(Role::MainUser).await, ["Person 11", "Person 14"]);
    assert_eq!(in_role(Role::Employee).await, ["Person 11", "Person 12", "Person 14"]);

    let forgotten: Result<_, db::Error> = app
        .db
        .write(|tx| {
            Box::pin(async move {
                let by_method = failures::forget_method(tx, identifier(10), failures::Guess::DeviceCode).await?;
                Ok([
                    by_method,
                    failures::forget(tx, identifier(10)).await?,
                    failures::forget(tx, identifier(10)).await?,
                ])
            })
        })
        .await;
    assert_eq!(forgotten.unwrap(), [0, 3, 0], "of one person, and of nobody else");
}

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

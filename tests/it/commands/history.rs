//! The seals of the history, as the operator sees them.

use super::{Program, told};
use crate::support::Service;

#[tokio::test]
async fn the_doctor_names_the_entry_that_was_changed_and_the_operator_begins_anew() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let id = program.person("aino@kallio.example", "the ferry leaves at seven sharp");
    let (_, before, _) = told(&program.run(&["doctor"]));
    assert!(before.contains("ok    history: 0 entries are as they were sealed, "), "{before}");
    // A start seals what is there.
    let serving = program.serve().await;
    let sealed = async || {
        loop {
            let (_, doctor, _) = told(&program.run(&["doctor"]));
            if doctor.contains("; the newest seal is 1, ") {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), sealed()).await.unwrap();
    serving.stop();

    program.database.tamper(&format!("UPDATE history SET details = '{{}}' WHERE person_id = '{id}'")).await;
    let (code, doctor, _) = told(&program.run(&["doctor"]));
    assert_eq!(code, Some(1));
    assert!(doctor.contains("WRONG history: the entry 0") && doctor.contains("was changed"), "{doctor}");
    assert!(doctor.contains("docs/operate.md"), "and what to do: {doctor}");

    let anew = program.json(&["history", "seal-anew"]);
    assert!(anew["sealed"].as_u64() >= Some(2), "{anew}");
    let (_, after, _) = told(&program.run(&["doctor"]));
    assert!(after.contains("ok    history: "), "{after}");
}

/// An operator who has put a clock right learns what it left behind, and that nothing else is to be done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_tells_of_a_clock_that_ran_ahead_and_what_to_do() {
    const YEARS: u64 = 20 * 365 * 24 * 60 * 60;
    let service = Service::start().await;
    let program = Program::of(&service.database);
    let (_, before, _) = told(&program.run(&["doctor"]));
    assert!(!before.contains("clock of before"), "{before}");

    service.wait(YEARS);
    assert_eq!(service.browser().open("/account").await.title(), "Sign in");

    let (code, after, _) = told(&program.run(&["doctor"]));
    assert_eq!(code, Some(1));
    let line = after.lines().find(|line| line.contains("clock of before")).unwrap_or_else(|| panic!("{after}"));
    assert!(line.contains("WRONG") && line.contains("ran ahead") && line.contains("by NTP"), "{line}");
    assert!(line.contains("nothing else is to be done"), "{line}");
}

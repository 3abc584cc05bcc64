//! The program is told something by the operating system while it serves.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::commands::Program;

#[tokio::test]
async fn a_hang_up_changes_nothing_and_the_log_says_what_to_do() {
    let program = Program::new().await;
    let mut serving = program.serve_with(Stdio::piped()).await;
    let mut log = BufReader::new(serving.log()).lines();
    serving.hang_up();
    let told = log.find(|line| line.as_ref().unwrap().contains("SIGHUP")).expect("the program ended").unwrap();
    assert!(told.contains("restart the service"), "{told}");
    let ready = reqwest::get(program.url("/health/ready")).await.unwrap();
    assert!(ready.status().is_success(), "it serves on");
    serving.stop();
}

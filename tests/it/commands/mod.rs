//! Stories of the operator: the program itself, started as they start it.

mod api;
mod attested_keys;
mod backup;
mod companies;
mod factors;
mod history;
mod identity_providers;
mod messages;
mod operating;
mod setup;

use std::io::Write;
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::Database;

/// The program with a database of its own.
pub struct Program {
    pub database: Database,
    address: SocketAddr,
    settings: Vec<(String, String)>,
}

impl Program {
    /// With settings that are right; nothing is started yet.
    pub async fn new() -> Self {
        Self::of(&Database::new().await)
    }

    /// With a database that is there already.
    pub fn of(database: &Database) -> Self {
        let database = database.clone();
        // A port that is free now.
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let settings = [
            ("SALPA_DATABASE_URL", database.url().to_owned()),
            ("SALPA_PUBLIC_URL", format!("http://{address}")),
            ("SALPA_LISTEN", address.to_string()),
            ("SALPA_SECRET_KEY", data_encoding::BASE64.encode(&[7; 32])),
        ];
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { database, address, settings }
    }

    /// The same with a setting changed or added.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(other, _)| other != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path of the running program.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A command that is not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_salpa"));
        command.args(arguments).env_clear().envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.database.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that reads a line from its standard input.
    pub fn run_with(&self, arguments: &[&str], line: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed, and reads its JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        read(&self.run(&[arguments, &["--json"]].concat()))
    }

    /// Adds a person with a password.
    pub fn person(&self, email: &str, password: &str) -> String {
        let arguments = ["people", "create", "--email", email, "--given-name", "Some", "--password-stdin", "--json"];
        read(&self.run_with(&arguments, password))["id"].as_str().unwrap().to_owned()
    }

    /// Serves, and waits until it is ready.
    pub async fn serve(&self) -> Serving {
        self.serve_with(Stdio::null()).await
    }

    /// The same with another place for its log.
    pub async fn serve_with(&self, log: Stdio) -> Serving {
        let child = self.command(&["serve"]).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let serving = Serving(child);
        let client = reqwest::Client::new();
        for _ in 0..1000 {
            if client.get(self.url("/health/ready")).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return serving;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the program does not become ready");
    }
}

/// The output and the exit code of a command.
pub fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The JSON of a command that succeeded.
#[track_caller]
pub fn read(output: &Output) -> Value {
    let told = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told:?}"))
}

/// The program while it serves. It ends with the story.
pub struct Serving(Child);

impl Serving {
    /// Tells it to stop, and waits until it has.
    pub fn stop(mut self) {
        self.signal(rustix::process::Signal::TERM);
        assert!(self.0.wait().unwrap().success());
    }

    /// Hangs up, as a terminal does that is closed, and service managers to have settings read anew.
    pub fn hang_up(&self) {
        self.signal(rustix::process::Signal::HUP);
    }

    /// The log, where it was piped.
    pub fn log(&mut self) -> ChildStderr {
        self.0.stderr.take().unwrap()
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap();
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Ends it as a failing machine would: at once, without a word.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

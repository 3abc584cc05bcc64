//! A provider that takes part: its program in `bench/beside/`, and its processes.
//!
//! The program is called as `NAME.sh prepare COLUMN FOLDER`, which sets everything up and prints one line of JSON
//! ([`ProviderFacts`]), and as `NAME.sh start COLUMN FOLDER`, which starts the database and then the provider, whose process
//! identifier it writes to `FOLDER/pid`, and stays until it is told to end.

use std::collections::HashMap;
use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use tempfile::TempDir;
use url::Url;

use super::check::Discovery;
use crate::Outcome;
use crate::flows::Endpoints;
use crate::service::{Client, Person};

/// How long a provider may take until it is ready.
const PATIENCE: Duration = Duration::from_mins(4);
/// Clock ticks a second, as Linux counts them for every program.
const TICKS: f64 = 100.0;

/// The facts about a provider, as its program tells them.
#[derive(Debug, Deserialize)]
pub(super) struct ProviderFacts {
    pub(super) name: String,
    pub(super) version: String,
    /// The parameters, in words.
    pub(super) parameters: String,
    /// The issuer.
    pub(super) issuer: String,
    client_id: String,
    client_secret: String,
    /// The people who sign in.
    pub(super) people: Vec<Person>,
    /// Whether a refresh token counts once.
    pub(super) rotates: bool,
}

impl ProviderFacts {
    fn url(&self) -> Outcome<Url> {
        Ok(Url::parse(&self.issuer)?)
    }

    /// The origin of the issuer.
    pub(super) fn origin(&self) -> Outcome<String> {
        Ok(self.url()?.origin().ascii_serialization())
    }

    /// The address on which it listens on this machine.
    pub(super) fn address(&self) -> Outcome<SocketAddr> {
        let port = self.url()?.port_or_known_default().ok_or("the issuer has no port")?;
        ("127.0.0.1", port).to_socket_addrs()?.next().ok_or_else(|| "there is no address".into())
    }

    /// The application that was registered.
    pub(super) fn client(&self) -> Client {
        Client { client_id: self.client_id.clone(), client_secret: self.client_secret.clone() }
    }
}

/// A provider that is set up.
pub(super) struct Contender {
    program: PathBuf,
    column: String,
    folder: TempDir,
    facts: ProviderFacts,
}

impl Contender {
    /// Sets a provider up.
    ///
    /// # Errors
    /// In words: why it cannot be had on this machine.
    pub(super) fn prepare(name: &str, column: &str) -> Outcome<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/beside").join(format!("{name}.sh"));
        // On a disk, and open to the user that a database server runs as.
        let folder = tempfile::Builder::new().prefix("salpa-beside-").tempdir_in("/var/tmp")?;
        let mut open = fs::metadata(folder.path())?.permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut open, 0o755);
        fs::set_permissions(folder.path(), open)?;
        let output = Command::new(&program).args(["prepare", column]).arg(folder.path()).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(said.lines().last().unwrap_or("it cannot be set up").to_owned().into());
        }
        let told = String::from_utf8(output.stdout)?;
        let facts = serde_json::from_str(told.lines().last().unwrap_or_default())?;
        Ok(Self { program, column: column.to_owned(), folder, facts })
    }

    /// Starts it on the first core.
    pub(super) fn start(self) -> Outcome<Running> {
        let log = fs::File::create(self.folder.path().join("log"))?;
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "0"]).arg(&self.program).args(["start", self.column.as_str()]);
        command.arg(self.folder.path()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut running = Running {
            folder: self.folder,
            facts: self.facts,
            process: command.spawn()?,
            started_in: Duration::ZERO,
            discovery: Discovery::default(),
        };
        running.wait()?;
        Ok(running)
    }
}

/// Processor time: of everything, and of the database.
pub(super) struct TreeTime {
    pub(super) all: Duration,
    pub(super) database: Duration,
}

/// Memory in KiB.
pub(super) struct TreeMemory {
    pub(super) program: u64,
    pub(super) database: u64,
}

/// A provider that runs, or is stopped by a signal.
pub(super) struct Running {
    folder: TempDir,
    facts: ProviderFacts,
    process: Child,
    started_in: Duration,
    pub(super) discovery: Discovery,
}

impl Running {
    pub(super) fn facts(&self) -> &ProviderFacts {
        &self.facts
    }

    /// How long the provider took until it was ready, without its database.
    pub(super) fn started_in(&self) -> Duration {
        self.started_in
    }

    fn wait(&mut self) -> Outcome<()> {
        let begin = Instant::now();
        let pid = self.folder.path().join("pid");
        while !pid.exists() {
            self.patience(begin)?;
            std::thread::sleep(Duration::from_millis(1));
        }
        let started = Instant::now();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        self.discovery = loop {
            if let Ok(discovery) = runtime.block_on(Discovery::of(&self.facts)) {
                break discovery;
            }
            self.patience(begin)?;
            std::thread::sleep(Duration::from_millis(5));
        };
        self.started_in = started.elapsed();
        Ok(())
    }

    fn patience(&mut self, begin: Instant) -> Outcome<()> {
        if begin.elapsed() < PATIENCE && self.process.try_wait()?.is_none() {
            return Ok(());
        }
        let said = fs::read_to_string(self.folder.path().join("log"))?;
        let end: Vec<&str> = said.lines().rev().take(5).collect();
        Err(format!("it does not become ready: {}", end.into_iter().rev().collect::<Vec<_>>().join(" / ")).into())
    }

    /// The paths of its endpoints.
    pub(super) fn endpoints(&self) -> Outcome<Endpoints> {
        let path = |url: &str| Ok::<_, crate::Fault>(Url::parse(url)?.path().to_owned());
        Ok(Endpoints {
            authorize: path(&self.discovery.authorization_endpoint)?,
            token: path(&self.discovery.token_endpoint)?,
        })
    }

    /// Stops its processes until they go on.
    pub(super) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets its processes go on.
    pub(super) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        for process in self.tree() {
            if let Some(id) = i32::try_from(process.id).ok().and_then(Pid::from_raw) {
                // One that has just ended needs no signal.
                let _ = kill_process(id, signal);
            }
        }
    }

    /// The processor time of its processes, and of those that have ended.
    pub(super) fn processor_time(&self) -> TreeTime {
        let tree = self.tree();
        let of = |is_wanted: fn(&RunningProcess) -> bool| {
            let ticks: u64 = tree.iter().filter(|process| is_wanted(process)).map(|process| process.ticks).sum();
            Duration::from_secs_f64(ticks as f64 / TICKS)
        };
        TreeTime { all: of(|_| true), database: of(RunningProcess::is_of_database) }
    }

    /// The memory of the provider, and of its database.
    pub(super) fn memory(&self) -> TreeMemory {
        let tree = self.tree();
        let of = |is_wanted: fn(&RunningProcess) -> bool| {
            tree.iter().filter(|process| is_wanted(process)).map(RunningProcess::memory).sum()
        };
        TreeMemory {
            program: of(|process| !process.is_of_database() && !process.is_script()),
            database: of(RunningProcess::is_of_database),
        }
    }

    /// Its processes: that of the script, and all that stem from it.
    fn tree(&self) -> Vec<RunningProcess> {
        let mut children: HashMap<u32, Vec<RunningProcess>> = HashMap::new();
        let mut tree = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let Some((process, parent)) = id.and_then(RunningProcess::read) else { continue };
            if process.id == self.process.id() {
                tree.push(process);
            } else {
                children.entry(parent).or_default().push(process);
            }
        }
        let mut at = 0;
        while let Some(process) = tree.get(at) {
            let found = children.remove(&process.id).unwrap_or_default();
            tree.extend(found);
            at += 1;
        }
        tree
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The script ends what it started.
        self.go_on();
        if let Some(id) = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, Signal::TERM);
        }
        let _ = self.process.wait();
    }
}

/// A process, as `/proc` shows it.
struct RunningProcess {
    id: u32,
    name: String,
    ticks: u64,
}

impl RunningProcess {
    /// A process with the identifier of its parent.
    fn read(id: u32) -> Option<(Self, u32)> {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let (before, rest) = text.rsplit_once(") ")?;
        let name = before.split_once('(')?.1.to_owned();
        // The fields after the name: the state, the parent; and from the twelfth on the ticks of the process and of its
        // children that have ended, for users and for the kernel (proc(5)).
        let fields: Vec<&str> = rest.split(' ').collect();
        let parent = fields.get(1)?.parse().ok()?;
        let ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
        Some((Self { id, name, ticks }, parent))
    }

    fn is_of_database(&self) -> bool {
        self.name == "postgres"
    }

    /// Whether it only started the others.
    fn is_script(&self) -> bool {
        ["bash", "taskset", "setpriv"].contains(&self.name.as_str())
    }

    /// Its share of memory, in KiB.
    fn memory(&self) -> u64 {
        crate::machine::Memory::of(self.id).map_or(0, |memory| memory.proportional)
    }
}

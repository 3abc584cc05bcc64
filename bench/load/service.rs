//! The service under load: a process of its own, with settings and a database of its own.

use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use salpa::platform::settings::PasswordHashCost;
use serde::Deserialize;
use tempfile::TempDir;

use crate::Outcome;

/// Always the same, so that a run opens what another one left in a database.
const SECRET_KEY: [u8; 32] = *b"a key for the bench, for no else";
/// How long the service may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(20);

/// An application that was made for the bench.
#[derive(Debug, Deserialize)]
pub(crate) struct Client {
    /// Its client identifier.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) client_secret: String,
}

/// A person that was made for the bench.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Person {
    /// The sign-in email.
    pub(crate) email: String,
    /// The password.
    pub(crate) password: String,
}

/// The service, and where its things are.
pub(crate) struct Service {
    /// The address on which it listens.
    pub(crate) address: SocketAddr,
    /// Its public URL.
    pub(crate) origin: String,
    folder: TempDir,
    binary: PathBuf,
    environment: Vec<(String, String)>,
    process: Option<Child>,
}

impl Service {
    /// A service with a fresh database that is migrated and holds nothing, whose mail goes to that server.
    pub(crate) fn prepare(
        database_url: Option<&str>,
        mail_server: SocketAddr,
        cost: PasswordHashCost,
    ) -> Outcome<Self> {
        let binary = std::env::var_os("SALPA_BINARY").map_or_else(built_beside, PathBuf::from);
        let mut service = Self::prepare_build(binary, database_url, mail_server, cost)?;
        // For a comparison with a build that has no other implementation.
        let engine = std::env::var("SALPA_PASSWORD_HASH_ENGINE").ok();
        service.environment.extend(engine.map(|engine| ("SALPA_PASSWORD_HASH_ENGINE".to_owned(), engine)));
        // The broker of the phase `identities` is on this machine.
        service.environment.push(("SALPA_EGRESS_NETWORKS".to_owned(), "127.0.0.1/32".to_owned()));
        Ok(service)
    }

    /// The same of a build of the program.
    pub(crate) fn prepare_build(
        binary: PathBuf,
        database_url: Option<&str>,
        mail_server: SocketAddr,
        cost: PasswordHashCost,
    ) -> Outcome<Self> {
        // Not in /tmp, which may be memory: what is durable must reach a disk.
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let origin = format!("http://localhost:{}", address.port());
        let database =
            database_url.map_or_else(|| format!("sqlite:{}", folder.path().join("bench.db").display()), str::to_owned);
        let environment = [
            ("SALPA_DATABASE_URL", database),
            ("SALPA_PUBLIC_URL", origin.clone()),
            ("SALPA_LISTEN", address.to_string()),
            ("SALPA_SECRET_KEY", BASE64.encode(&SECRET_KEY)),
            // The load says by X-Forwarded-For where it comes from: from many networks, as it would.
            ("SALPA_TRUSTED_PROXIES", "127.0.0.1/32".to_owned()),
            ("SALPA_SMTP_URL", format!("smtp://{mail_server}")),
            ("SALPA_SMTP_TLS", "none".to_owned()),
            ("SALPA_PASSWORD_HASH_MEMORY", cost.memory.to_string()),
            ("SALPA_PASSWORD_HASH_PASSES", cost.passes.to_string()),
            ("SALPA_MAIL_FROM", "sign-in@bench.example".to_owned()),
            ("SALPA_CONFIG", folder.path().join("salpa.toml").display().to_string()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let service = Self { address, origin, folder, binary, environment, process: None };
        service.run(&["migrate"], "")?;
        Ok(service)
    }

    /// The folder of this run.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database of this run.
    pub(crate) fn database_url(&self) -> Outcome<String> {
        let found = self.environment.iter().find(|(name, _)| name == "SALPA_DATABASE_URL");
        Ok(found.map(|(_, url)| url.clone()).ok_or("there is no database")?)
    }

    /// The process that serves.
    pub(crate) fn process(&self) -> Outcome<u32> {
        Ok(self.process.as_ref().ok_or("the service does not run")?.id())
    }

    /// Makes an application.
    pub(crate) fn create_application(&self, name: &str, policy: &str) -> Outcome<Client> {
        let mut arguments =
            vec!["applications", "create", "--name", name, "--redirect-uri", REDIRECT_URI, "--open-to", "everybody"];
        for grant in ["authorization_code", "refresh_token", "client_credentials"] {
            arguments.extend(["--grant", grant]);
        }
        for scope in ["openid", "profile", "email"] {
            arguments.extend(["--scope", scope]);
        }
        arguments.extend(["--id-token-algorithm", "ES256", "--policy", policy, "--json"]);
        Ok(serde_json::from_str(&self.run(&arguments, "")?)?)
    }

    /// Lets an application ask nobody for a code in a new network.
    pub(crate) fn ask_for_no_codes(&self, client: &Client) -> Outcome<()> {
        self.run(&["applications", "policy", &client.client_id, "--new-network-code", "nobody"], "").map(|_| ())
    }

    /// Makes a person with a password and no second factor.
    pub(crate) fn create_person(&self, index: usize) -> Outcome<Person> {
        let person = Person {
            // A database that was filled by another run has people too.
            email: format!("person.{index}.{}@bench.example", std::process::id()),
            password: format!("a pass phrase of person {index} for the load"),
        };
        let arguments = [
            "people",
            "create",
            "--email",
            &person.email,
            "--given-name",
            "Person",
            "--family-name",
            "Bench",
            "--password-stdin",
            "--json",
        ];
        self.run(&arguments, &person.password)?;
        Ok(person)
    }

    /// Adds an identity provider, which is offered at once; gives its identifier.
    pub(crate) fn create_identity_provider(&self, settings: &serde_json::Value) -> Outcome<String> {
        let file = self.folder.path().join("provider.json");
        std::fs::write(&file, settings.to_string())?;
        let made = self.run(&["identity-providers", "create", &file.display().to_string(), "--json"], "")?;
        let made: serde_json::Value = serde_json::from_str(&made)?;
        let of = |name: &str| made.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        self.run(&["identity-providers", "turn-on", &of("name").ok_or("the provider has no name")?], "")?;
        Ok(of("id").ok_or("the provider has no identifier")?)
    }

    /// Removes a person's second step, so that it can be set up anew.
    pub(crate) fn reset_second_step(&self, person: &Person) -> Outcome<()> {
        self.run(&["people", "reset-second-step", &person.email], "").map(|_| ())
    }

    /// Imports a file; gives the report, how long the command took, and the most memory that it had, in KiB.
    pub(crate) fn import(&self, file: &Path) -> Outcome<(serde_json::Value, Duration, u64)> {
        let report = self.folder.path().join("report.json");
        let mut command = self.command();
        command.arg("import").arg(file).arg("--json").stdin(Stdio::null()).stdout(File::create(&report)?);
        let begin = Instant::now();
        let mut process = command.spawn()?;
        let mut most = 0;
        let status = loop {
            if let Ok(text) = std::fs::read_to_string(format!("/proc/{}/status", process.id())) {
                let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
                let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
                most = most.max(kibibytes.unwrap_or(0));
            }
            if let Some(status) = process.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let took = begin.elapsed();
        let said = std::fs::read_to_string(&report)?;
        if !status.success() {
            return Err(format!("salpa import failed: {}", said.chars().take(2000).collect::<String>()).into());
        }
        Ok((serde_json::from_str(said.lines().next().unwrap_or_default())?, took, most))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SALPA_")) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("{}: {error}", self.binary.display()))?;
        if let Some(mut stdin) = process.stdin.take() {
            // A command that does not read its input has closed it already.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = process.wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("salpa {} failed: {said}", arguments.join(" ")).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts the service and tells how long it took until it was ready.
    pub(crate) fn start(&mut self) -> Outcome<Duration> {
        let log = File::create(self.folder.path().join("salpa.log"))?;
        let mut command = self.command();
        command.arg("serve").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let begin = Instant::now();
        let mut process = command.spawn()?;
        while !is_ready(self.address) {
            if let Some(status) = process.try_wait()? {
                let said = std::fs::read_to_string(self.folder.path().join("salpa.log"))?;
                return Err(format!("salpa serve ended ({status}): {said}").into());
            }
            if begin.elapsed() > PATIENCE {
                process.kill()?;
                process.wait()?;
                return Err("salpa serve does not become ready".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        let took = begin.elapsed();
        self.process = Some(process);
        Ok(took)
    }

    /// Stops the service as its operator would.
    pub(crate) fn stop(&mut self) -> Outcome<()> {
        if let Some(mut process) = self.process.take() {
            let id = i32::try_from(process.id())?;
            if let Some(id) = rustix::process::Pid::from_raw(id) {
                rustix::process::kill_process(id, rustix::process::Signal::TERM)?;
            }
            process.wait()?;
        }
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(process) = self.process.as_mut() {
            // It is on its way out; there is nobody left to tell.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// The address to which applications of the bench are sent back. Nothing listens there: the load reads the code
/// from the redirect.
pub(crate) const REDIRECT_URI: &str = "http://localhost:9/callback";

fn built_beside() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_salpa"))
}

/// Asks `/health/ready`, on a connection of its own.
fn is_ready(address: SocketAddr) -> bool {
    fn ask(address: SocketAddr) -> std::io::Result<bool> {
        use std::io::Read;
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(
            b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 198.51.100.1\r\nConnection: close\r\n\r\n",
        )?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b"200"))
    }
    ask(address).unwrap_or(false)
}

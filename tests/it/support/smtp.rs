//! A mail server for the stories: it speaks SMTP over TCP, encrypted or not, and can be as bad as mail
//! servers are.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::BASE64;
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// The certificate authority of a story.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(parameters, key), pem }
    }

    /// A certificate with these names, and its key.
    pub fn certify(&self, names: &[&str]) -> TlsAcceptor {
        let (certificate, key) = self.certificate(names);
        encryption(&certificate, &key)
    }

    /// The same in PEM: the certificate and its key.
    pub fn certify_in_pem(&self, names: &[&str]) -> (String, String) {
        let (certificate, key) = self.certificate(names);
        (certificate.pem(), key.serialize_pem())
    }

    fn certificate(&self, names: &[&str]) -> (Certificate, KeyPair) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.sign(&CertificateParams::new(names).unwrap())
    }

    /// A certificate like this, and its key.
    pub fn sign(&self, parameters: &CertificateParams) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (parameters.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// The encryption of a server with this certificate.
pub fn encryption(certificate: &Certificate, key: &KeyPair) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A message that the server took, or had when it died.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: String,
    pub data: String,
    pub encrypted: bool,
    pub user: Option<String>,
}

impl Received {
    /// The value of a header, on one line.
    pub fn header(&self, name: &str) -> String {
        let start = format!("{}:", name.to_lowercase());
        let (head, _) = self.data.split_once("\n\n").unwrap();
        let head = head.replace("\n ", " ");
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&start));
        line.map(|line| line[start.len()..].trim().to_owned()).unwrap_or_default()
    }

    /// The text of one of its parts.
    pub fn part(&self, kind: &str) -> String {
        let parts = self.data.split("\n--salpa-");
        let part = parts.skip(1).find(|part| part.contains(&format!("Content-Type: {kind}"))).unwrap();
        let (head, body) = part.split_once("\n\n").unwrap();
        if head.contains("base64") {
            let bytes = BASE64.decode(body.split_whitespace().collect::<String>().as_bytes()).unwrap();
            return String::from_utf8(bytes).unwrap();
        }
        if head.contains("quoted-printable") { unquoted(body) } else { body.to_owned() }
    }
}

/// RFC 2045 §6.7.
fn unquoted(body: &str) -> String {
    let body = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'=' && after.len() >= 2 {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// How the server behaves.
#[derive(Clone)]
pub struct Manner {
    /// Its encryption, by STARTTLS or from the first byte.
    pub tls: Option<TlsAcceptor>,
    pub from_the_start: bool,
    /// Whether it offers STARTTLS; somebody in between may have taken the offer out.
    pub offers_starttls: bool,
    /// The account that may send.
    pub user: Option<(&'static str, &'static str)>,
    /// It accepts the connection, and says nothing.
    pub silent: bool,
    /// Its answer to a recipient.
    pub to_recipient: &'static str,
    /// It answers to a recipient only once this is said.
    pub gate: Option<Arc<Notify>>,
    /// Its answer to a message.
    pub to_message: &'static str,
    /// Its behaviour after a message.
    pub then: Then,
}

/// The server's behaviour after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Answer,
    /// It closes without an answer.
    Die,
    /// It keeps the connection, and never answers.
    SayNothing,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            tls: None,
            from_the_start: false,
            offers_starttls: true,
            user: None,
            silent: false,
            to_recipient: "250 fine",
            gate: None,
            to_message: "250 taken",
            then: Then::Answer,
        }
    }
}

/// The server, which lives as long as the story.
#[derive(Clone)]
pub struct MailServer {
    pub address: SocketAddr,
    state: Arc<State>,
}

struct State {
    manner: Mutex<Manner>,
    received: Mutex<Vec<Received>>,
    arrived: Notify,
    /// Connections that were made.
    connections: AtomicUsize,
    /// Every line that came unencrypted.
    overheard: Mutex<String>,
}

trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

impl MailServer {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start_on(listener, manner)
    }

    pub fn start_on(listener: TcpListener, manner: Manner) -> Self {
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            manner: Mutex::new(manner),
            received: Mutex::default(),
            arrived: Notify::new(),
            connections: AtomicUsize::new(0),
            overheard: Mutex::default(),
        });
        let server = Self { address, state };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                serving.state.connections.fetch_add(1, Ordering::SeqCst);
                let serving = serving.clone();
                tokio::spawn(async move {
                    // A client that breaks off is its own affair.
                    let _ = serving.talk(Box::new(stream)).await;
                });
            }
        });
        server
    }

    /// From now on it behaves otherwise.
    pub fn behave(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut self.state.manner.lock().unwrap());
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    pub fn overheard(&self) -> String {
        self.state.overheard.lock().unwrap().clone()
    }

    /// Waits until so many messages are there.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let wait = async {
            loop {
                let arrived = self.state.arrived.notified();
                let received = self.received();
                if received.len() >= count {
                    return received;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.expect("the messages arrive")
    }

    async fn talk(&self, mut line: Box<dyn Line>) -> std::io::Result<()> {
        let manner = self.state.manner.lock().unwrap().clone();
        if manner.silent {
            std::future::pending::<()>().await;
        }
        let mut encrypted = false;
        if let (true, Some(tls)) = (manner.from_the_start, &manner.tls) {
            line = Box::new(tls.accept(line).await?);
            encrypted = true;
        }
        let mut line = BufReader::new(line);
        line.write_all(b"220 mail.story.example ready\r\n").await?;
        loop {
            match (Conversation { server: self, encrypted, user: None }).listen(&mut line).await? {
                Next::Bye => return Ok(()),
                Next::Encrypt => {
                    let tls = self.state.manner.lock().unwrap().tls.clone().unwrap();
                    line = BufReader::new(Box::new(tls.accept(line.into_inner()).await?));
                    encrypted = true;
                }
            }
        }
    }
}

enum Next {
    Encrypt,
    Bye,
}

/// The conversation on one connection.
struct Conversation<'s> {
    server: &'s MailServer,
    encrypted: bool,
    user: Option<String>,
}

impl Conversation<'_> {
    async fn read(&self, line: &mut BufReader<Box<dyn Line>>) -> std::io::Result<Option<String>> {
        let mut text = String::new();
        if line.read_line(&mut text).await? == 0 {
            return Ok(None);
        }
        if !self.encrypted {
            self.server.state.overheard.lock().unwrap().push_str(&text);
        }
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn listen(&mut self, line: &mut BufReader<Box<dyn Line>>) -> std::io::Result<Next> {
        let (mut from, mut to) = (String::new(), String::new());
        while let Some(command) = self.read(line).await? {
            let manner = self.server.state.manner.lock().unwrap().clone();
            let upper = command.to_uppercase();
            let answer = if upper.starts_with("EHLO") {
                let starttls = manner.tls.is_some() && manner.offers_starttls && !self.encrypted;
                let auth = if manner.user.is_some() { "250-AUTH PLAIN LOGIN\r\n" } else { "" };
                let starttls = if starttls { "250-STARTTLS\r\n" } else { "" };
                format!("250-mail.story.example\r\n{starttls}{auth}250 8BITMIME")
            } else if upper == "STARTTLS" {
                line.write_all(b"220 go on\r\n").await?;
                return Ok(Next::Encrypt);
            } else if let Some(proof) = command.strip_prefix("AUTH PLAIN ") {
                let proof = String::from_utf8(BASE64.decode(proof.as_bytes()).unwrap()).unwrap();
                match manner.user.filter(|(user, password)| proof == format!("\0{user}\0{password}")) {
                    Some((user, _)) => {
                        self.user = Some(user.to_owned());
                        "235 welcome".to_owned()
                    }
                    None => format!("535 not with {proof}").replace('\0', " "),
                }
            } else if let Some(sender) = command.strip_prefix("MAIL FROM:") {
                from = sender.to_owned();
                let is_known = manner.user.is_none() || self.user.is_some();
                (if is_known { "250 fine" } else { "530 who are you" }).to_owned()
            } else if let Some(recipient) = command.strip_prefix("RCPT TO:") {
                to = recipient.to_owned();
                if let Some(gate) = &manner.gate {
                    gate.notified().await;
                }
                manner.to_recipient.to_owned()
            } else if upper == "DATA" {
                line.write_all(b"354 go on\r\n").await?;
                let mut data = String::new();
                loop {
                    match self.read(line).await? {
                        // A client that breaks off in the middle has sent nothing (RFC 5321 §4.1.1.4).
                        None => return Ok(Next::Bye),
                        Some(text) if text == "." => break,
                        Some(text) => {
                            data.push_str(text.strip_prefix('.').unwrap_or(&text));
                            data.push('\n');
                        }
                    }
                }
                let received = Received {
                    from: from.clone(),
                    to: to.clone(),
                    data,
                    encrypted: self.encrypted,
                    user: self.user.clone(),
                };
                if manner.to_message.starts_with('2') {
                    self.server.state.received.lock().unwrap().push(received);
                    self.server.state.arrived.notify_waiters();
                }
                match manner.then {
                    Then::Answer => {}
                    Then::Die => return Ok(Next::Bye),
                    Then::SayNothing => std::future::pending().await,
                }
                manner.to_message.to_owned()
            } else if upper == "QUIT" {
                line.write_all(b"221 bye\r\n").await?;
                return Ok(Next::Bye);
            } else {
                "250 fine".to_owned()
            };
            line.write_all(answer.as_bytes()).await?;
            line.write_all(b"\r\n").await?;
        }
        Ok(Next::Bye)
    }
}

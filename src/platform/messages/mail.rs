//! Mail by SMTP (RFC 5321), as a client of the operator's mail server: encrypted, to the host named in the certificate,
//! over connections that stay open for the next message.
//!
//! Failures before the transmission of the message and after it are told apart: before, nothing can have arrived;
//! after, only an answer tells.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use lettre::message::{Mailbox, MultiPart, SinglePart, header};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::{Address, address::Envelope};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::content::{Content, Sender, single_line};
use super::delivery::Failure;
use super::store::DueMessage;
use crate::platform::settings::Settings;
use crate::platform::settings::messages::{Encryption, MailSettings};

/// The time limit until the server is ready for a message.
pub(super) const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// The greatest number of idle connections.
const IDLE: usize = 4;

/// The way to the mail server.
pub(crate) struct Mail {
    settings: MailSettings,
    hello: ClientId,
    timeout: Duration,
    /// Made at first use: the trusted certificates take time and memory.
    encryption: OnceLock<Result<Certificates, String>>,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// The trusted certificates, for either way of encrypting.
struct Certificates {
    upgrade: TlsParameters,
    wrapper: TlsConnector,
}

/// A composed mail.
pub(super) struct ComposedMail {
    envelope: Envelope,
    bytes: Vec<u8>,
}

impl Mail {
    /// The way to a server.
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let mail = settings.mail.clone()?;
        // The name of the service (RFC 5321 §4.1.1.1), not the machine's.
        let host = settings.public_url.host();
        let host = host.split(':').next().filter(|name| !name.is_empty() && !name.starts_with('['));
        let hello = host.map_or_else(ClientId::default, |name| match name.parse() {
            Ok(address) => ClientId::Ipv4(address),
            Err(_) => ClientId::Domain(name.to_owned()),
        });
        Some(Self {
            settings: mail,
            hello,
            timeout: settings.message_timeout,
            encryption: OnceLock::new(),
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Connects, encrypts, authenticates and asks whether that sender is permitted; returns the server's name. Nothing is
    /// sent.
    ///
    /// # Errors
    /// The reason for the failure, in words.
    pub async fn examine(&self, from: &Address) -> Result<String, String> {
        let patience = CONNECT_WITHIN.min(self.timeout);
        let mut connection = within(patience, self.connect()).await?;
        let name = connection.server_info().name().to_owned();
        let asked = async {
            let sender = MailFrom::new(Some(from.clone()), Vec::new());
            connection.command(sender).await.map_err(|error| format!("it takes no mail from {from}: {}", told(&error)))
        };
        let answer = within(patience, asked).await;
        hang_up(connection);
        answer.map(|_| name)
    }

    /// The mail in its two forms. The same message gives the same bytes at every try.
    pub(super) fn compose(
        &self,
        settings: &Settings,
        due: &DueMessage,
        content: &Content,
    ) -> Result<ComposedMail, Failure> {
        let never = |cause: &dyn fmt::Display| Failure::Never(format!("it cannot be written: {cause}"));
        let to: Address = with_ascii_domain(&due.to).parse().map_err(|error| never(&error))?;
        let sender = Sender { organisation: &settings.organisation, public_url: &settings.public_url };
        let html = content.html(sender).map_err(|error| never(&error))?;
        let body = MultiPart::alternative()
            .boundary(format!("salpa-{}", due.id))
            .singlepart(SinglePart::plain(content.text(sender)))
            .singlepart(SinglePart::html(html));
        let at = u64::try_from(due.at.seconds()).unwrap_or(0);
        let name = content.name.as_deref().map(single_line).filter(|name| !name.is_empty());
        let from = &self.settings.from;
        let mail = lettre::Message::builder()
            .message_id(Some(format!("<{}@{}>", due.id, from.email.domain())))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(at))
            .from(Mailbox::new(from.name.clone(), from.email.clone()))
            .to(Mailbox::new(name, to))
            .subject(single_line(&content.subject))
            .header(AutoSubmitted)
            .multipart(body)
            .map_err(|error| never(&error))?;
        Ok(ComposedMail { envelope: mail.envelope().clone(), bytes: mail.formatted() })
    }

    /// Prepares a connection up to the point before the message itself.
    pub(super) async fn prepare(&self, mail: &ComposedMail) -> Result<AsyncSmtpConnection, Failure> {
        let work = async {
            let mut connection = match self.idle_connection().await {
                Some(connection) => connection,
                None => self.connect().await.map_err(Failure::NotNow)?,
            };
            match self.address(&mut connection, &mail.envelope).await {
                Ok(()) => Ok(connection),
                Err(failure) => {
                    hang_up(connection);
                    Err(failure)
                }
            }
        };
        let silent = || Err(Failure::NotNow("the server was silent".to_owned()));
        tokio::time::timeout(CONNECT_WITHIN.min(self.timeout), work).await.unwrap_or_else(|_| silent())
    }

    async fn address(&self, connection: &mut AsyncSmtpConnection, envelope: &Envelope) -> Result<(), Failure> {
        let mut parameters = Vec::new();
        let is_ascii =
            envelope.to().iter().chain(envelope.from()).all(|address| AsRef::<str>::as_ref(address).is_ascii());
        if !is_ascii {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Failure::Never("the server takes no addresses with letters beyond a to z".to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let refused = |error: Error| of_answer(&error, told(&error), Failure::NotNow);
        // The operator can correct a refused sender: no message is lost by it.
        let sender = connection.command(MailFrom::new(envelope.from().cloned(), parameters)).await;
        sender.map_err(|error| Failure::NotNow(told(&error)))?;
        for to in envelope.to() {
            connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(refused)?;
        }
        connection.command(Data).await.map_err(refused)?;
        Ok(())
    }

    /// Transmits the message itself, and waits for the answer.
    pub(super) async fn transmit(
        &self,
        mut connection: AsyncSmtpConnection,
        mail: &ComposedMail,
    ) -> Result<(), Failure> {
        match tokio::time::timeout(self.timeout, connection.message(&mail.bytes)).await {
            Ok(Ok(_)) => {
                self.keep(connection).await;
                Ok(())
            }
            Ok(Err(error)) => {
                hang_up(connection);
                // An answer about a message may repeat it, codes and links included: only its codes are reported.
                Err(of_answer(&error, codes(&error), Failure::NoAnswer))
            }
            Err(_) => Err(Failure::NoAnswer("the server was silent after it had the message".to_owned())),
        }
    }

    /// An idle connection that still answers.
    async fn idle_connection(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let mut connection = self.idle.lock().await.pop()?;
            if connection.test_connected().await {
                return Some(connection);
            }
        }
    }

    async fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().await;
        if idle.len() < IDLE {
            idle.push(connection);
        } else {
            drop(idle);
            hang_up(connection);
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let settings = &self.settings;
        let stream = TcpStream::connect((settings.host.as_str(), settings.port))
            .await
            .map_err(|error| format!("{}:{} cannot be reached: {error}", settings.host, settings.port))?;
        // A message goes out in two pieces: the second must not wait for the acknowledgement of the first.
        let _ = stream.set_nodelay(true);
        let stream: Box<dyn AsyncTokioStream> = match settings.encryption {
            Encryption::FromTheStart => {
                let name = ServerName::try_from(settings.host.clone()).map_err(|error| error.to_string())?;
                let encrypted = self.certificates()?.wrapper.connect(name, stream).await;
                Box::new(EncryptedStream(encrypted.map_err(|error| format!("no encryption: {error}"))?))
            }
            Encryption::Upgrade | Encryption::None => Box::new(stream),
        };
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &self.hello)
            .await
            .map_err(|error| error.to_string())?;
        if settings.encryption == Encryption::Upgrade {
            if !connection.can_starttls() {
                hang_up(connection);
                return Err("no encryption: the server does not offer STARTTLS".to_owned());
            }
            let upgrade = self.certificates()?.upgrade.clone();
            connection.starttls(upgrade, &self.hello).await.map_err(|error| format!("no encryption: {error}"))?;
        }
        if let Some((user, password)) = &settings.credentials {
            let credentials = Credentials::new(user.clone(), password.reveal().clone());
            // The answer to a wrong password may repeat it: only its code is reported.
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(|error| {
                let code = error.status().map(|code| code.to_string());
                format!(
                    "the server does not take smtp_user and smtp_password ({})",
                    code.as_deref().unwrap_or("no answer")
                )
            })?;
        }
        Ok(connection)
    }

    fn certificates(&self) -> Result<&Certificates, String> {
        let made = self.encryption.get_or_init(|| Certificates::believed(&self.settings));
        made.as_ref().map_err(Clone::clone)
    }
}

impl Certificates {
    fn believed(settings: &MailSettings) -> Result<Self, String> {
        let mut upgrade = TlsParameters::builder(settings.host.clone());
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(pem) = &settings.authorities {
            let authority = Certificate::from_pem(pem.as_bytes()).map_err(|error| error.to_string())?;
            upgrade = upgrade.add_root_certificate(authority);
            for authority in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let authority = authority.map_err(|error| error.to_string())?;
                roots.add(authority).map_err(|error| error.to_string())?;
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let wrapper = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let upgrade = upgrade.build().map_err(|error| error.to_string())?;
        Ok(Self { upgrade, wrapper: TlsConnector::from(Arc::new(wrapper)) })
    }
}

/// The server's answer as a failure: 5xx is permanent, 4xx is not, and without an answer it is `otherwise`.
fn of_answer(error: &Error, told: String, otherwise: fn(String) -> Failure) -> Failure {
    if error.is_permanent() {
        Failure::Never(told)
    } else if error.is_transient() {
        Failure::NotNow(told)
    } else {
        otherwise(told)
    }
}

/// The codes of an answer without its words: `554 5.7.1` (RFC 3463).
fn codes(error: &Error) -> String {
    let Some(code) = error.status() else { return "no answer".to_owned() };
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let is_code = |word: &&str| word.len() <= 9 && word.chars().all(|sign| sign.is_ascii_digit() || sign == '.');
    match said.split_whitespace().next().filter(is_code) {
        Some(detail) => format!("the server answered to the message with {code} {detail}"),
        None => format!("the server answered to the message with {code}"),
    }
}

/// The server's words before it had the message, short and on one line. They may repeat the address.
fn told(error: &Error) -> String {
    single_line(&error.to_string()).chars().take(200).collect()
}

async fn within<T>(patience: Duration, work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Err("the server was silent".to_owned()))
}

/// Says goodbye, without waiting for the answer.
fn hang_up(mut connection: AsyncSmtpConnection) {
    tokio::spawn(async move {
        let _ = tokio::time::timeout(CONNECT_WITHIN, connection.abort()).await;
    });
}

/// The header of automatic mail (RFC 3834 §5): no absence note answers it.
#[derive(Clone, Copy)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// A connection that is encrypted from its first byte.
#[derive(Debug)]
struct EncryptedStream(TlsStream<TcpStream>);

impl AsyncTokioStream for EncryptedStream {
    fn peer_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for EncryptedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for EncryptedStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mail").field("host", &self.settings.host).finish_non_exhaustive()
    }
}

/// The address with its domain in A-labels, which every mail server takes (RFC 5890); SMTPUTF8 is left for local parts
/// beyond ASCII.
fn with_ascii_domain(address: &str) -> String {
    let ascii = |(local, domain): (&str, &str)| Some(format!("{local}@{}", idna::domain_to_ascii(domain).ok()?));
    address.rsplit_once('@').and_then(ascii).unwrap_or_else(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::Timestamp;
    use crate::platform::messages::Channel;
    use crate::platform::web::translations::Language;
    use proptest::prelude::*;

    fn settings() -> Settings {
        let texts = [
            ("public_url", "https://id.kallio.example:8443"),
            ("secret_key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("organisation", "Kallio \"&\" Lääne"),
            ("smtp_url", "smtps://mail.kallio.example"),
            ("mail_from", "sign-in@id.kallio.example"),
        ];
        let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        Settings::from_texts(texts, Vec::new()).unwrap()
    }

    fn composed(to: &str, name: &str, subject: &str) -> Result<ComposedMail, Failure> {
        let settings = settings();
        let due = DueMessage {
            id: "01980000-0000-7000-8000-000000000000".to_owned(),
            channel: Channel::Email,
            to: to.to_owned(),
            person: None,
            at: Timestamp::from_seconds(1_781_015_527),
            useful_until: None,
            held_until: Timestamp::default(),
            attempts: 0,
            unanswered: 0,
        };
        let mut content = Content::new(Language::English, subject);
        content.name = Some(name.to_owned());
        content.paragraphs("Hello.\n.\n\n.\nBcc: evil@evil.example");
        Mail::new(&settings).unwrap().compose(&settings, &due, &content)
    }

    /// The names of the headers, in their order. A continuation line begins with a space.
    fn headers(mail: &ComposedMail) -> Vec<String> {
        let text = String::from_utf8(mail.bytes.clone()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        lines.map(|line| line.split_once(':').unwrap().0.to_owned()).collect()
    }

    const HEADERS: [&str; 8] =
        ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"];

    #[test]
    fn a_mail_is_the_same_at_every_try() {
        let (one, other) = (composed("a@b.example", "Aino", "Hello"), composed("a@b.example", "Aino", "Hello"));
        let one = one.unwrap();
        assert_eq!(one.bytes, other.unwrap().bytes);
        assert_eq!(headers(&one), HEADERS);
        let text = String::from_utf8(one.bytes.clone()).unwrap();
        assert!(text.contains("<01980000-0000-7000-8000-000000000000@id.kallio.example>"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
    }

    #[test]
    fn an_address_that_is_none_is_given_up() {
        for wrong in ["", "nobody", "a@b\r\nRCPT TO:<c@d.example>", "a b@c.example", "<a@b.example>"] {
            assert!(matches!(composed(wrong, "", "x"), Err(Failure::Never(_))), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_name_subject_or_address_breaks_a_header(
            name in "\\PC{0,40}|[\r\n\t\"<>,;:@a=?\u{0}\u{2028}]{0,20}",
            subject in "\\PC{0,80}|[\r\n:a =?]{0,20}",
            to in "\\PC{0,20}@\\PC{0,20}|[a-z]{1,8}@[a-z]{1,8}\\.example",
        ) {
            if let Ok(mail) = composed(&to, &name, &subject) {
                prop_assert_eq!(headers(&mail), HEADERS.to_vec());
                prop_assert_eq!(mail.envelope.to().len(), 1);
                let reached = mail.envelope.to()[0].to_string();
                prop_assert_eq!(reached.rsplit_once('@').unwrap().0, to.rsplit_once('@').unwrap().0);
                prop_assert_eq!(reached, with_ascii_domain(&to));
                let text = String::from_utf8(mail.bytes).unwrap();
                prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a bare line end");
            }
        }
    }
}

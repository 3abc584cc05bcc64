//! The certificate of a PostgreSQL server: a server of this machine may have made its own, and `sslmode` and
//! `sslrootcert` mean what they mean to libpq. The server here only pretends; it knows the beginning of a session.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{CertificateParams, DnType, KeyPair};
use salpa::platform::db::{Db, Error};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener};
use tokio_rustls::TlsAcceptor;

use crate::support::{Authority, encryption};

/// The code of a request for TLS (PostgreSQL documentation, *Message Formats*).
const WANTS_TLS: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// The beginnings of sessions: whether each was encrypted.
type Sessions = Arc<Mutex<Vec<bool>>>;

/// A server at a port of this machine, with TLS or without.
async fn server(tls: Option<TlsAcceptor>) -> (SocketAddr, Sessions) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, sessions) = (listener.local_addr().unwrap(), Sessions::default());
    let seen = sessions.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(session(stream, tls.clone(), seen.clone()));
        }
    });
    (address, sessions)
}

async fn session(mut stream: impl AsyncRead + AsyncWrite + Unpin, tls: Option<TlsAcceptor>, seen: Sessions) {
    let Some(first) = packet(&mut stream).await else { return };
    if first != WANTS_TLS {
        return greet(stream, false, &seen).await;
    }
    let Some(tls) = tls else {
        stream.write_all(b"N").await.unwrap();
        if packet(&mut stream).await.is_some() {
            greet(stream, false, &seen).await;
        }
        return;
    };
    stream.write_all(b"S").await.unwrap();
    let Ok(mut stream) = tls.accept(stream).await else { return };
    if packet(&mut stream).await.is_some() {
        greet(stream, true, &seen).await;
    }
}

/// A packet that begins with its length; `None` at the end.
async fn packet(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let length = stream.read_u32().await.ok()?;
    let mut body = vec![0; length as usize - 4];
    stream.read_exact(&mut body).await.ok()?;
    Some(body)
}

/// Lets the client in, and says yes to all that it sets.
async fn greet(mut stream: impl AsyncRead + AsyncWrite + Unpin, is_encrypted: bool, seen: &Sessions) {
    seen.lock().unwrap().push(is_encrypted);
    let ready = b"Z\0\0\0\x05I";
    stream.write_all(&[b"R\0\0\0\x08\0\0\0\0", &ready[..]].concat()).await.unwrap();
    while stream.read_u8().await.is_ok() && packet(&mut stream).await.is_some() {
        if stream.write_all(&[b"C\0\0\0\x08SET\0", &ready[..]].concat()).await.is_err() {
            return;
        }
    }
}

/// Opens `postgres://salpa@HOST:PORT/salpa?PARAMETERS`: whether the session is encrypted, or the words of the refusal.
async fn opened(tls: Option<TlsAcceptor>, host: &str, parameters: &str) -> Result<bool, String> {
    let (address, sessions) = server(tls).await;
    let url = format!("postgres://salpa@{host}:{}/salpa{parameters}", address.port());
    match Db::open(&url).await {
        Ok(_) => Ok(*sessions.lock().unwrap().last().unwrap()),
        Err(Error::Unavailable(words) | Error::Fault(words)) => Err(words),
        Err(other) => panic!("{other}"),
    }
}

fn written(folder: &TempDir, name: &str, text: &str) -> String {
    let file = folder.path().join(name);
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[tokio::test]
async fn a_server_of_this_machine_may_have_made_its_own_certificate() {
    let own = Authority::new().certify(&["debian"]);
    for parameters in ["", "?sslmode=prefer", "?sslmode=require", "?connect_timeout=5&sslmode=require"] {
        assert_eq!(opened(Some(own.clone()), "127.0.0.1", parameters).await, Ok(true), "{parameters}");
        assert_eq!(opened(Some(own.clone()), "localhost", parameters).await, Ok(true), "{parameters}");
    }
    assert_eq!(opened(Some(own), "127.0.0.1", "?sslmode=disable").await, Ok(false));
    assert_eq!(opened(None, "127.0.0.1", "").await, Ok(false));
    assert_eq!(opened(None, "127.0.0.1", "?sslmode=prefer").await, Ok(false));
    let words = opened(None, "127.0.0.1", "?sslmode=require").await.unwrap_err();
    assert!(words.contains("does not support TLS") && words.contains("sslmode"), "{words}");
}

#[tokio::test]
async fn the_authority_is_checked_as_far_as_sslmode_says() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, others) = (Authority::new(), Authority::new());
    let file = written(&folder, "root ca+1.crt", &ours.pem);
    let root = format!("sslrootcert={}", file.replace(' ', "%20"));
    let (good, misnamed, stranger) =
        (ours.certify(&["127.0.0.1"]), ours.certify(&["db.company.example"]), others.certify(&["127.0.0.1"]));
    for (mode, of_good, of_misnamed, of_stranger) in [
        ("", true, true, false),
        ("sslmode=prefer", true, true, false),
        ("sslmode=require", true, true, false),
        ("sslmode=verify-ca", true, true, false),
        ("sslmode=verify-full", true, false, false),
    ] {
        for (server, is_taken) in [(&good, of_good), (&misnamed, of_misnamed), (&stranger, of_stranger)] {
            let answer = opened(Some(server.clone()), "127.0.0.1", &format!("?{mode}&{root}")).await;
            assert_eq!(answer.is_ok(), is_taken, "{mode}: {answer:?}");
            assert_ne!(answer, Ok(false), "{mode}");
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_certificate_and_what_to_set() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, others) = (Authority::new(), Authority::new());
    let root = format!("sslrootcert={}", written(&folder, "root.crt", &ours.pem));
    let words = opened(Some(others.certify(&["127.0.0.1"])), "127.0.0.1", &format!("?{root}")).await.unwrap_err();
    for part in ["CN=rcgen self signed cert", "no authority that is trusted here", "sslrootcert=FILE", "verify-full"] {
        assert!(words.contains(part), "{part} in {words}");
    }
    let misnamed = ours.certify(&["db.company.example"]);
    let full = format!("?sslmode=verify-full&{root}");
    let words = opened(Some(misnamed), "127.0.0.1", &full).await.unwrap_err();
    assert!(words.contains("it is not for 127.0.0.1"), "{words}");
    // The machine trusts neither of them.
    for parameters in ["?sslmode=verify-full", "?sslrootcert=system"] {
        let words = opened(Some(ours.certify(&["127.0.0.1"])), "127.0.0.1", parameters).await.unwrap_err();
        assert!(words.contains("no authority"), "{words}");
    }
}

#[tokio::test]
async fn a_certificate_that_the_server_made_for_itself_can_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, "localhost");
    let own = parameters.clone().self_signed(&key).unwrap();
    let root = format!("sslrootcert={}", written(&folder, "server.crt", &own.pem()));
    let server = encryption(&own, &key);
    assert_eq!(opened(Some(server.clone()), "127.0.0.1", &format!("?sslmode=verify-ca&{root}")).await, Ok(true));
    // The common name counts, where there is no other.
    assert_eq!(opened(Some(server.clone()), "localhost", &format!("?sslmode=verify-full&{root}")).await, Ok(true));
    let words = opened(Some(server), "127.0.0.1", &format!("?sslmode=verify-full&{root}")).await.unwrap_err();
    assert!(words.contains("not for 127.0.0.1"), "{words}");

    parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let late = parameters.self_signed(&key).unwrap();
    let root = format!("sslrootcert={}", written(&folder, "late.crt", &late.pem()));
    let server = encryption(&late, &key);
    let words = opened(Some(server), "127.0.0.1", &format!("?sslmode=verify-ca&{root}")).await.unwrap_err();
    assert!(words.contains("its time is over"), "{words}");
}

#[tokio::test]
async fn a_server_at_a_socket_file_is_asked_for_no_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let socket = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    let (sessions, own) = (Sessions::default(), Authority::new().certify(&["debian"]));
    let seen = sessions.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            tokio::spawn(session(stream, Some(own.clone()), seen.clone()));
        }
    });
    let encoded = |path: &Path| path.display().to_string().replace('/', "%2F");
    for url in [
        format!("postgres://salpa@{}/salpa", encoded(folder.path())),
        format!("postgres://salpa@/salpa?host={}", folder.path().display()),
        format!("postgres://salpa@{}/salpa?sslmode=require", encoded(folder.path())),
    ] {
        let opened = Db::open(&url).await.map(|_| ());
        assert!(opened.is_ok(), "{url}: {}", opened.unwrap_err());
    }
    assert_eq!(*sessions.lock().unwrap(), [false; 3]);
}

#[tokio::test]
async fn parameters_that_contradict_each_other_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let empty = written(&folder, "empty.crt", "nothing");
    for (parameters, words) in [
        ("?sslmode=allow", "sslmode must be"),
        ("?sslmode=verify-ca", "needs sslrootcert=FILE"),
        ("?sslmode=require&sslrootcert=system", "verify-full alone"),
        ("?sslrootcert=/nowhere/root.crt", "/nowhere/root.crt cannot be read"),
        (format!("?sslrootcert={empty}").as_str(), "has no certificate"),
        ("?sslcert=own.crt", "sslcert"),
    ] {
        let refused = opened(None, "127.0.0.1", parameters).await.unwrap_err();
        assert!(refused.contains(words), "{parameters}: {refused}");
    }
}

//! A resolver for the stories, on a port of UDP and a thread of its own. It speaks DNS by its own few lines (RFC 1035 §4).

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

/// The answer at a name.
#[derive(Clone, Debug)]
pub enum DnsAnswer {
    /// These texts; each may be longer than one part of 255 bytes.
    Texts(Vec<String>),
    /// The server says that it cannot.
    Failure,
    /// Nothing comes back.
    Silence,
    /// Bytes that are no answer.
    Rubbish,
}

/// A resolver. A name of which it knows nothing is not there.
#[derive(Clone)]
pub struct Resolver {
    pub address: SocketAddr,
    told: Arc<Mutex<BTreeMap<String, DnsAnswer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Resolver {
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let resolver = Self { address: socket.local_addr().unwrap(), told: Arc::default(), asked: Arc::default() };
        let server = resolver.clone();
        std::thread::spawn(move || server.serve(&socket));
        resolver
    }

    /// Sets the answer at a name.
    pub fn tells(&self, name: &str, told: DnsAnswer) {
        self.told.lock().unwrap().insert(name.to_owned(), told);
    }

    /// Sets one text at a name.
    pub fn has(&self, name: &str, text: &str) {
        self.tells(name, DnsAnswer::Texts(vec![text.to_owned()]));
    }

    /// Takes a name away.
    pub fn forgets(&self, name: &str) {
        self.told.lock().unwrap().remove(name);
    }

    /// How often a name was asked for.
    pub fn asked(&self, name: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == name).count()
    }

    fn serve(&self, socket: &UdpSocket) {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = self.answer(&buffer[..length]) {
                socket.send_to(&answer, from).unwrap();
            }
        }
    }

    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        let mut labels = Vec::new();
        let mut at = 12;
        while query[at] != 0 {
            let length = usize::from(query[at]);
            labels.push(String::from_utf8_lossy(&query[at + 1..=at + length]).to_lowercase());
            at += 1 + length;
        }
        let (name, question) = (labels.join("."), &query[12..at + 5]);
        assert_eq!(question[question.len() - 4..], [0, 16, 0, 1], "a TXT of the internet is asked for");
        self.asked.lock().unwrap().push(name.clone());
        let told = self.told.lock().unwrap().get(&name).cloned();
        let (code, texts) = match told {
            None => (3, Vec::new()),
            Some(DnsAnswer::Texts(texts)) => (0, texts),
            Some(DnsAnswer::Failure) => (2, Vec::new()),
            Some(DnsAnswer::Silence) => return None,
            Some(DnsAnswer::Rubbish) => return Some(query[..7].to_vec()),
        };
        let mut answer = query[..2].to_vec();
        answer.extend([0x81, 0x80 | code, 0, 1, 0, u8::try_from(texts.len()).unwrap(), 0, 0, 0, 0]);
        answer.extend(question);
        for text in texts {
            let parts: Vec<u8> = text
                .as_bytes()
                .chunks(255)
                .flat_map(|part| [&[u8::try_from(part.len()).unwrap()], part].concat())
                .collect();
            // The name of the question, TXT, the internet, a minute.
            answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
            answer.extend(u16::try_from(parts.len()).unwrap().to_be_bytes());
            answer.extend(parts);
        }
        Some(answer)
    }
}

//! The delay of a message: a person sets up a second step, and is told of it by mail. The load runs a mail server that
//! accepts everything, and records when.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::browser::{Browser, Place, task};
use crate::flows::Application;
use crate::load::Tally;
use crate::loads::home_of;
use crate::phases::answered;
use crate::service::{Person, Service};

/// The subject of the timed mail; another one comes when the second step is removed again.
const SUBJECT: &str = "A second step was set up";
/// How long a message may take at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mail server that takes everything at once and keeps nothing but who was written to, and when.
pub(crate) struct Sink {
    /// The address on which it listens.
    pub(crate) address: SocketAddr,
    arrived: Arc<Mutex<Vec<(String, Instant)>>>,
}

impl Sink {
    /// Starts it, on threads of its own.
    pub(crate) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let sink = Self { address: listener.local_addr()?, arrived: Arc::default() };
        let arrived = Arc::clone(&sink.arrived);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let arrived = Arc::clone(&arrived);
                std::thread::spawn(move || {
                    // A client that hangs up is done.
                    let _ = talk(stream, &arrived);
                });
            }
        });
        Ok(sink)
    }

    /// When the mail that is timed came for somebody, once it has.
    fn take(&self, to: &str) -> Option<Instant> {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let found = arrived.iter().position(|(address, _)| address == to)?;
        Some(arrived.swap_remove(found).1)
    }
}

fn talk(mut stream: TcpStream, arrived: &Mutex<Vec<(String, Instant)>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 sink\r\n")?;
    let mut to = String::new();
    while let Some(line) = lines.next().transpose()? {
        if let Some(address) = line.strip_prefix("RCPT TO:<") {
            address.trim_end_matches('>').clone_into(&mut to);
        }
        if line != "DATA" {
            stream.write_all(if line.starts_with("EHLO") {
                b"250-sink\r\n250 8BITMIME\r\n"
            } else {
                b"250 fine\r\n"
            })?;
            continue;
        }
        stream.write_all(b"354 go on\r\n")?;
        let mut is_timed = false;
        while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
            is_timed |= line.starts_with("Subject: ") && line.contains(SUBJECT);
        }
        if is_timed {
            let now = Instant::now();
            arrived.lock().unwrap_or_else(PoisonError::into_inner).push((to.clone(), now));
        }
        stream.write_all(b"250 taken\r\n")?;
    }
    Ok(())
}

/// Sets up second steps for so long, one after the other, and times each from before the request that
/// commits it until the mail is there. That is a little more than from the commit.
pub(crate) async fn times(
    service: &Service,
    sink: &Sink,
    application: &Rc<Application>,
    people: &[Person],
    over: Duration,
) -> Outcome<Tally> {
    let mut tally = Tally::new()?;
    let until = Instant::now() + over;
    let mut browser = Browser::new(service.address, &service.origin, home_of(0));
    for (index, person) in people.iter().enumerate().cycle() {
        if Instant::now() >= until {
            break;
        }
        browser.forget(home_of(index));
        let begun = set_up(&mut browser, application, person).await?;
        let arrived = loop {
            if let Some(arrived) = sink.take(&person.email) {
                break arrived;
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("the mail to {} does not arrive", person.email).into());
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        };
        tally.count(arrived.saturating_duration_since(begun));
        service.reset_second_step(person)?;
    }
    Ok(tally)
}

/// A sign-in that sets up a second step on its way; gives the instant before the request that did.
async fn set_up(browser: &mut Browser, application: &Application, person: &Person) -> Outcome<Instant> {
    let mut place = browser.open(application.authorize_path()).await?;
    let mut begun = None;
    for _ in 0..12 {
        let Place::Page(path, html) = place else { break };
        let form = task(&html).ok_or_else(|| format!("{path} has no task"))?;
        let sets_up = form.action.ends_with("/authenticator") && form.asks_for("code");
        let form = answered(&html, form, person)?;
        let now = Instant::now();
        place = browser.send(&form).await?;
        if sets_up {
            begun = Some(now);
        }
    }
    begun.ok_or_else(|| format!("{} was not asked to set up a second step", person.email).into())
}

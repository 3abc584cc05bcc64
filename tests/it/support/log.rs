//! The log of the services of all stories. One log for all of them: a subscriber of one thread alone would miss events
//! that another thread has disabled.

use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::Page;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static BEGUN: OnceLock<()> = OnceLock::new();

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps everything that the service logs from now on, at the level that tells most.
pub fn begin() {
    BEGUN.get_or_init(|| {
        let subscriber = tracing_subscriber::fmt().json().with_env_filter("salpa=trace").with_writer(|| Lines);
        tracing::subscriber::set_global_default(subscriber.finish()).expect("nothing else logs in the stories");
    });
}

/// The line with the identifier that a page showed.
pub fn line_of(page: &Page) -> String {
    let (id, lines) = (page.error_id().unwrap(), LINES.lock().unwrap_or_else(PoisonError::into_inner));
    let lines = String::from_utf8_lossy(&lines).into_owned();
    lines.lines().find(|line| line.contains(&id)).unwrap_or_else(|| panic!("{id} is not in the log")).to_owned()
}

/// Everything that was logged by now, by every story.
pub fn everything() -> String {
    String::from_utf8_lossy(&LINES.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

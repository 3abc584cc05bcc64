//! What the service logs.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::Page;

/// The log of a story.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps what is logged on this thread until the guard is dropped.
    pub fn begin(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt().json().with_writer(self.clone()).finish();
        tracing::subscriber::set_default(subscriber)
    }

    /// The line with an identifier.
    pub fn line_of(&self, page: &Page) -> String {
        let (id, log) = (page.error_id().unwrap(), self.0.lock().unwrap());
        let log = String::from_utf8_lossy(&log).into_owned();
        log.lines()
            .find(|line| line.contains(&id))
            .unwrap_or_else(|| panic!("{id} is not in the log:\n{log}"))
            .to_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

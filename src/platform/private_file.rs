//! Files that their owner alone reads.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Makes a new file that only its owner reads and writes, independently of the umask.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where the path is taken, also by a symbolic link; otherwise the system's own.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

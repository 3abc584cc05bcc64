//! The files of a new service: settings, secret key and the password of the mail server, each readable by its owner
//! alone. None is ever written over.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::settings::NewSettings;
use crate::commands::output::Failed;
use crate::platform::private_file;

/// The file of the secret key.
pub(super) const SECRET_KEY: &str = "secret.key";
/// The file of the password of the mail server.
const SMTP_PASSWORD: &str = "smtp.password";

/// Writes the files, the settings last: where they are, everything that they name is there. Returns the written ones.
pub(super) fn write(config: &Path, new: &NewSettings) -> Result<Vec<String>, Failed> {
    let mut settings = new.texts.clone();
    let mut written = Vec::new();
    let secrets = [
        ("secret_key_file", SECRET_KEY, new.secret_key.as_ref()),
        ("smtp_password_file", SMTP_PASSWORD, new.smtp_password.as_ref()),
    ];
    for (setting, name, secret) in secrets {
        let Some(secret) = secret else { continue };
        let file = beside(config, name);
        match create(&file, &format!("{}\n", secret.reveal())) {
            Ok(()) => written.push(file.display().to_string()),
            // A key of before may seal something. The settings name it, and say if it is none.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && name == SECRET_KEY => {}
            Err(error) => return Err(failed(&file, &error)),
        }
        settings.push((setting, file.display().to_string()));
    }
    let mut text = "# Every setting stands in docs/operate.md; `salpa doctor` checks them.\n".to_owned();
    for (name, value) in &settings {
        let value = toml::Value::String(value.clone()).to_string();
        text.extend([name, " = ", value.as_str(), "\n"]);
    }
    create(config, &text).map_err(|error| failed(config, &error))?;
    written.push(config.display().to_string());
    Ok(written)
}

fn failed(file: &Path, error: &std::io::Error) -> Failed {
    Failed::because(format!("{} cannot be written: {error}", file.display()))
}

/// A file beside the settings.
fn beside(config: &Path, name: &str) -> PathBuf {
    match config.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.join(name),
        _ => PathBuf::from(name),
    }
}

/// Makes a new file, whatever the umask readable by its owner alone.
fn create(file: &Path, text: &str) -> std::io::Result<()> {
    let mut made = private_file::create(file)?;
    made.write_all(text.as_bytes())?;
    made.sync_all()
}

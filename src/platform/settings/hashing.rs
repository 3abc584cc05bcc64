//! The settings of password hashes.

use super::{SettingsReader, mistake};

/// The parameters of Argon2id (OWASP ASVS 5.0, appendix C, gives the least of each).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordHashCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl PasswordHashCost {
    /// 32 MiB and three passes: two and a half times the work of the least that ASVS accepts. Three passes are those of
    /// RFC 9106 §4 for little memory, at half of its 64 MiB, because each core's thread keeps as much.
    pub const DEFAULT: Self = Self { memory: 32_768, passes: 3 };

    fn is_strong(self) -> bool {
        match self.passes {
            0 => false,
            1 => self.memory >= 47_104,
            2 => self.memory >= 19_456,
            _ => self.memory >= 12_288,
        }
    }
}

/// The implementation of Argon2id that computes the hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordHashEngine {
    /// The fast one, unless it differs from the reference on this machine.
    Auto,
    /// The reference.
    Reference,
}

impl SettingsReader {
    pub(super) fn password_hash(&mut self) -> Option<PasswordHashCost> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| "must be a whole number".to_owned());
        let memory = self.or("password_hash_memory", "32768", number);
        let passes = self.or("password_hash_passes", "3", number);
        let cost = PasswordHashCost { memory: memory?, passes: passes? };
        if cost.is_strong() {
            return Some(cost);
        }
        let problem = "is too weak: at least 47104 with 1 pass, 19456 with 2, 12288 with 3 or more".to_owned();
        self.mistakes.push(mistake("password_hash_memory", problem));
        None
    }

    pub(super) fn password_hash_engine(&mut self) -> Option<PasswordHashEngine> {
        self.or("password_hash_engine", "auto", |text| match text {
            "auto" => Ok(PasswordHashEngine::Auto),
            "reference" => Ok(PasswordHashEngine::Reference),
            _ => Err("must be auto or reference".to_owned()),
        })
    }
}

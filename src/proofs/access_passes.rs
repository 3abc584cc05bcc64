//! Temporary access passes: a code that an administrator gives to a person who has lost everything. It is a link to a new
//! password that is typed (`proofs::resets`): it works once, for a short time, and opens nothing but the set-up of new
//! factors.
//!
//! Twelve characters have 60 bits, so that a try needs no person to be counted for, and nobody can lock a pass by wrong
//! ones. The database keeps a hash with the key of the service, so that it alone is nothing to test guesses on.

use crate::platform::random::{Random, normalise_readable};
use crate::platform::secret::{MasterKeys, Secret};

/// The characters of a pass.
const LENGTH: usize = 12;
/// The characters of each group in which it is shown.
const GROUP: usize = 4;

/// A temporary access pass.
#[derive(Clone, Debug)]
pub(crate) struct AccessPass(Secret<String>);

impl AccessPass {
    /// Makes one.
    pub(crate) fn new(random: &Random) -> Self {
        Self(Secret::new(random.readable(LENGTH)))
    }

    /// Reads a typed pass: case, spaces and dashes do not matter. `None` for a text of another length.
    pub(crate) fn typed(text: &str) -> Option<Self> {
        let pass = normalise_readable(text);
        let is_whole = pass.len() == LENGTH && pass.is_ascii();
        is_whole.then(|| Self(Secret::new(pass)))
    }

    /// The pass as it is shown once, in groups.
    pub(crate) fn shown(&self) -> Secret<String> {
        let characters: Vec<char> = self.0.reveal().chars().collect();
        let groups: Vec<String> = characters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        Secret::new(groups.join(" "))
    }

    /// The token of the link that it stands for.
    pub(crate) fn token(&self, keys: &MasterKeys) -> String {
        let hash = keys.keyed_hash("access pass", self.0.reveal());
        format!("pass:{}", data_encoding::HEXLOWER.encode(&hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_has_twelve_characters_in_three_groups_and_is_read_however_it_is_typed() {
        let pass = AccessPass::new(&Random::new());
        let shown = pass.shown();
        assert_eq!(shown.reveal().split(' ').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
        let typed = AccessPass::typed(&shown.reveal().to_lowercase().replace(' ', "-")).unwrap();
        assert_eq!(typed.0.reveal(), pass.0.reveal());
        for other in ["", "H4TK 9WQM P7R", "H4TK 9WQM P7RD 3"] {
            assert!(AccessPass::typed(other).is_none(), "{other}");
        }
        assert!(!format!("{pass:?}").contains(pass.0.reveal().as_str()), "it does not print");
    }
}

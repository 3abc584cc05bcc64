//! The recovery code: twenty characters with 100 bits, shown once and kept by the person for the day when the phone is
//! lost.

mod store;

pub(crate) use store::{
    RecoveryCodeCheck, RecoveryCodeMatch, bring_back, check, expire, of_person, remove, remove_since, use_up,
    use_up_for_password,
};
pub use store::{keep, replace};

use crate::platform::random::Random;
use crate::platform::secret::Secret;

/// Characters of a recovery code.
const LENGTH: usize = 20;
/// Characters of each group in which it is shown.
const GROUP: usize = 4;

/// A new recovery code.
pub(crate) fn new_code(random: &Random) -> Secret<String> {
    Secret::new(random.readable(LENGTH))
}

/// The code in groups for reading.
pub(crate) fn groups(code: &str) -> Vec<String> {
    let characters: Vec<char> = code.chars().collect();
    characters.chunks(GROUP).map(|group| group.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_shown_in_five_groups_of_four() {
        let code = new_code(&Random::new());
        let groups = groups(code.reveal());
        assert_eq!(groups.len(), 5);
        assert_eq!(groups.concat(), *code.reveal());
    }
}

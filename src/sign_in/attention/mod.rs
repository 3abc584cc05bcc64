//! The users of a company, or of all clients of an accounting office, who may need the attention of an administrator:
//! those who never signed in, are locked, have not accepted, or have no second factor. Nothing here changes anything.

mod store;

pub(crate) use store::{counted_of_clients, counted_of_company, counted_of_each, first_without_second_factor};

/// The most users who are counted. Beyond them the text says "and more".
pub(crate) const MOST: i64 = 2000;
/// The most users who are counted in all clients of an office together.
pub(crate) const MOST_OF_CLIENTS: i64 = 10_000;
/// The most companies whose users are counted one by one in a statement.
pub(crate) const MOST_COMPANIES: usize = 20;

/// The numbers of users of a company, without removed ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserCounts {
    /// All that were counted.
    pub(crate) users: i64,
    /// Those who can enter and have never signed in.
    pub(crate) never_signed_in: i64,
    /// Those who have not accepted yet.
    pub(crate) pending: i64,
    /// The locked ones.
    pub(crate) locked: i64,
    /// Those without a second factor, as far as the company knows them.
    pub(crate) without_second_factor: i64,
}

#[cfg(test)]
mod tests {
    use crate::proofs::Factor;

    #[test]
    fn the_statements_know_every_factor_that_is_no_second_step() {
        let text = include_str!("store.rs");
        for factor in [Factor::Password, Factor::RecoveryCode] {
            assert!(factor.traits().second_step.is_none());
            assert!(text.contains(&format!("'{}'", factor.word())), "{factor:?}");
        }
        for factor in Factor::second_steps() {
            assert!(!text.contains(&format!("'{}'", factor.word())), "{factor:?}");
        }
    }
}

//! The form of refresh tokens: `GRANT.FAMILY.CURRENT`. The family's secret is the same in all tokens
//! of a grant, the last part is new in each. Of both the database has hashes, in one row per grant:
//! a token with the right family but another last part was ours and is used up, which is how a
//! replay is told from a guess without keeping a row for every token that ever was.

use super::GrantId;
use crate::platform::random::Random;
use crate::platform::secret::{Secret, hash_token};

/// A refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    grant: GrantId,
    family: Secret<String>,
    current: Secret<String>,
}

impl RefreshToken {
    /// The first token of a grant.
    pub(crate) fn first(grant: GrantId, random: &Random) -> Self {
        Self { grant, family: random.token(), current: random.token() }
    }

    /// The one that takes this one's place.
    #[must_use]
    pub(crate) fn successor(&self, random: &Random) -> Self {
        Self { grant: self.grant, family: self.family.clone(), current: random.token() }
    }

    /// Reads a token. `None` for what cannot be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (grant, family, current) = (parts.next()?, parts.next()?, parts.next()?);
        let is_token = |part: &str| part.len() == 43 && part.bytes().all(|byte| byte.is_ascii_graphic());
        if parts.next().is_some() || grant.len() != 36 || !is_token(family) || !is_token(current) {
            return None;
        }
        let secret = |part: &str| Secret::new(part.to_owned());
        Some(Self { grant: grant.parse().ok()?, family: secret(family), current: secret(current) })
    }

    /// The token as it is sent.
    pub(crate) fn text(&self) -> Secret<String> {
        Secret::new(format!("{}.{}.{}", self.grant, self.family.reveal(), self.current.reveal()))
    }

    /// The grant that it says it is of.
    pub(crate) fn grant(&self) -> GrantId {
        self.grant
    }

    /// The hash of what all tokens of the grant share.
    pub(crate) fn family_hash(&self) -> [u8; 32] {
        hash_token(self.family.reveal())
    }

    /// The hash of what this token alone has.
    pub(crate) fn current_hash(&self) -> [u8; 32] {
        hash_token(self.current.reveal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::Timestamp;

    #[test]
    fn a_token_is_read_as_it_was_written_and_a_part_of_it_is_none() {
        let random = Random::new();
        let token = RefreshToken::first(GrantId::new(Timestamp::from_seconds(1_780_000_000), &random), &random);
        let text = token.text();
        assert_eq!(RefreshToken::parse(text.reveal()), Some(token.clone()));
        for end in 0..text.reveal().len() {
            assert_eq!(RefreshToken::parse(&text.reveal()[..end]), None);
        }
        let next = token.successor(&random);
        assert_eq!(next.family_hash(), token.family_hash());
        assert_ne!(next.current_hash(), token.current_hash());
    }
}

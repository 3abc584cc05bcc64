//! Scopes (RFC 6749 §3.3): what an access token is good for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most scopes that are read of one request.
const MOST: usize = 50;

/// A set of scopes in the order in which they were asked for. In JSON and in tokens: one text,
/// separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Scopes(Vec<String>);

/// A text is no list of scopes (RFC 6749 appendix A.4), or has more than fifty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedScope;

impl fmt::Display for MalformedScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("scopes are words of printable ASCII, separated by spaces, at most fifty")
    }
}

/// Scopes that are about people who sign in. An application on its own has no use for them.
const ABOUT_PEOPLE: [&str; 5] = ["openid", "profile", "email", "company", "offline_access"];

impl Scopes {
    /// Reads scopes. One that comes twice counts once.
    ///
    /// # Errors
    /// The text is not made of scopes.
    pub fn parse(text: &str) -> Result<Self, MalformedScope> {
        let mut scopes = Vec::new();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            let is_plain = scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
            if !is_plain || scopes.len() == MOST {
                return Err(MalformedScope);
            }
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        Ok(Self(scopes))
    }

    /// The scopes that most applications may ask for.
    pub fn usual() -> Self {
        Self(ABOUT_PEOPLE.map(str::to_owned).to_vec())
    }

    /// Whether a scope is among them.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether what is granted acts in companies of the person: a scope of the administration API, of one
    /// company or of every one.
    pub(crate) fn act_in_companies(&self) -> bool {
        self.0.iter().any(|scope| scope.starts_with("company:"))
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// These and others.
    #[must_use]
    pub(crate) fn and(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(others.0.iter().filter(|other| !self.has(other))).cloned().collect())
    }

    /// Those of them that are allowed. Others in an authorization request are
    /// ignored (OpenID Connect Core §3.1.2.1).
    #[must_use]
    pub(crate) fn allowed_by(&self, allowed: &Self) -> Self {
        Self(self.0.iter().filter(|scope| allowed.allows(scope)).cloned().collect())
    }

    /// Whether all of them are allowed.
    pub(crate) fn are_within(&self, allowed: &Self) -> bool {
        self.0.iter().all(|scope| allowed.allows(scope))
    }

    /// Whether a scope is among them, or is about one company where `company:*:…` among them is the same
    /// about every one. Such a scope is a bound and no grant: for which companies anything is done is kept
    /// by whoever does it.
    pub(crate) fn allows(&self, scope: &str) -> bool {
        let about_one = |rest: &str| {
            let (company, act) = rest.split_once(':')?;
            uuid::Uuid::try_parse(company).ok().map(|_| format!("company:*:{act}"))
        };
        self.has(scope) || scope.strip_prefix("company:").and_then(about_one).is_some_and(|every| self.has(&every))
    }

    /// Those that make sense without a person.
    #[must_use]
    pub(crate) fn without_people(&self) -> Self {
        Self(self.0.iter().filter(|scope| !ABOUT_PEOPLE.contains(&scope.as_str())).cloned().collect())
    }

    /// All but this one.
    #[must_use]
    pub(crate) fn without(&self, scope: &str) -> Self {
        Self(self.0.iter().filter(|known| *known != scope).cloned().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(" "))
    }
}

impl std::str::FromStr for Scopes {
    type Err = MalformedScope;

    fn from_str(text: &str) -> Result<Self, MalformedScope> {
        Self::parse(text)
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl TryFrom<String> for Scopes {
    type Error = MalformedScope;

    fn try_from(text: String) -> Result<Self, MalformedScope> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_once_each_in_order() {
        let scopes = Scopes::parse("openid  email openid").unwrap();
        assert_eq!(scopes.to_string(), "openid email");
        assert!(scopes.has("email") && !scopes.has("mail"));
    }

    #[test]
    fn a_text_that_is_no_scope_is_refused() {
        for wrong in ["open\"id", "a\\b", "ä", "a\tb", "a\nb"] {
            assert_eq!(Scopes::parse(wrong), Err(MalformedScope), "{wrong}");
        }
        let many: Vec<_> = (0..51).map(|number| number.to_string()).collect();
        assert_eq!(Scopes::parse(&many.join(" ")), Err(MalformedScope));
    }

    #[test]
    fn a_scope_for_every_company_covers_one_and_not_the_other_way_round() {
        let one = "company:0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc000:users.read";
        let every = Scopes::parse("company:*:users.read").unwrap();
        assert!(every.allows(one) && every.allows("company:*:users.read"));
        for other in ["company:*:users.write", "company:x:users.read", "company:users.read", "users.read"] {
            assert!(!every.allows(other), "{other}");
        }
        assert!(!every.allows(&one.replace("read", "write")));
        assert!(!Scopes::parse(one).unwrap().allows("company:*:users.read"));
        assert!(Scopes::parse(one).unwrap().are_within(&every) && !every.are_within(&Scopes::parse(one).unwrap()));
    }

    #[test]
    fn an_application_alone_has_nothing_of_a_person() {
        let scopes = Scopes::parse("openid profile reports.read offline_access").unwrap();
        assert_eq!(scopes.without_people().to_string(), "reports.read");
    }
}

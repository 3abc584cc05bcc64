//! The filters and paths of SCIM (RFC 7644 §3.4.2.2, §3.5.2), as far as directories use them: comparisons by
//! `eq`, joined by `and`. Everything else is refused by name, never guessed. Pure, and bounded: nothing here
//! calls itself, so that no filter is too deep.

use std::fmt;

use serde_json::Value;

/// The longest filter or path, in bytes.
const LONGEST: usize = 1024;
/// The most comparisons of one filter.
const MOST: usize = 10;

/// An attribute is compared with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Equals {
    /// The attribute, in lower case and without the schema before it.
    pub attribute: String,
    /// The value.
    pub(crate) value: Value,
}

/// Where a change is to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributePath {
    /// The attribute, in lower case and without the schema before it.
    pub attribute: String,
    /// The filter for its values.
    pub(crate) values: Vec<Equals>,
    /// The part of them, in lower case.
    pub part: Option<String>,
}

/// Why a filter or path is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It cannot be read.
    Malformed,
    /// It is longer than anything useful.
    TooLong,
    /// It can be read, but asks for more than there is.
    NotOffered,
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed => "the filter or path cannot be read",
            Self::TooLong => "the filter or path is too long",
            Self::NotOffered => "filters compare by eq, joined by and; other operators are not offered",
        })
    }
}

#[derive(Clone, Debug, PartialEq)]
enum FilterToken {
    Word(String),
    Literal(Value),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
}

/// Reads a filter: what must hold, all of it.
///
/// # Errors
/// Where it cannot be used.
pub fn filter(text: &str) -> Result<Vec<Equals>, Unusable> {
    let tokens = tokens(text)?;
    comparisons(&tokens)
}

/// Reads the path of a change.
///
/// # Errors
/// Where it cannot be used.
pub fn path(text: &str) -> Result<AttributePath, Unusable> {
    let tokens = tokens(text)?;
    match tokens.as_slice() {
        [FilterToken::Word(name)] => {
            let name = attribute(name)?;
            Ok(match name.split_once('.') {
                None => AttributePath { attribute: name, values: Vec::new(), part: None },
                Some((whole, part)) => {
                    AttributePath { attribute: whole.to_owned(), values: Vec::new(), part: Some(part.to_owned()) }
                }
            })
        }
        [FilterToken::Word(name), FilterToken::OpenBracket, within @ .., FilterToken::CloseBracket] => {
            Ok(AttributePath { attribute: attribute(name)?, values: comparisons(within)?, part: None })
        }
        [
            FilterToken::Word(name),
            FilterToken::OpenBracket,
            within @ ..,
            FilterToken::CloseBracket,
            FilterToken::Word(part),
        ] => {
            let part = part.strip_prefix('.').ok_or(Unusable::Malformed)?;
            Ok(AttributePath {
                attribute: attribute(name)?,
                values: comparisons(within)?,
                part: Some(attribute(part)?),
            })
        }
        _ => Err(Unusable::Malformed),
    }
}

fn comparisons(tokens: &[FilterToken]) -> Result<Vec<Equals>, Unusable> {
    // Brackets around comparisons that are joined by `and` alone change nothing, if they are paired.
    let mut depth = 0_usize;
    let mut plain = Vec::new();
    for token in tokens {
        match token {
            FilterToken::Open => depth += 1,
            FilterToken::Close => depth = depth.checked_sub(1).ok_or(Unusable::Malformed)?,
            other => plain.push(other),
        }
    }
    if depth != 0 {
        return Err(Unusable::Malformed);
    }
    let mut found = Vec::new();
    let mut rest = plain.as_slice();
    loop {
        match rest {
            [FilterToken::Word(name), FilterToken::Word(operator), FilterToken::Literal(value), after @ ..] => {
                if !operator.eq_ignore_ascii_case("eq") {
                    return Err(operator_problem(operator));
                }
                found.push(Equals { attribute: attribute(name)?, value: value.clone() });
                rest = after;
            }
            [FilterToken::Word(not), ..] if not.eq_ignore_ascii_case("not") => return Err(Unusable::NotOffered),
            // `active pr`, `emails[…]` and the like.
            [FilterToken::Word(_), FilterToken::Word(operator), ..] => return Err(operator_problem(operator)),
            [FilterToken::Word(_), FilterToken::OpenBracket, ..] => return Err(Unusable::NotOffered),
            _ => return Err(Unusable::Malformed),
        }
        if found.len() > MOST {
            return Err(Unusable::TooLong);
        }
        match rest {
            [] => return Ok(found),
            [FilterToken::Word(join), after @ ..] if join.eq_ignore_ascii_case("and") => rest = after,
            [FilterToken::Word(join), ..] if join.eq_ignore_ascii_case("or") => return Err(Unusable::NotOffered),
            _ => return Err(Unusable::Malformed),
        }
    }
}

fn operator_problem(operator: &str) -> Unusable {
    let known = ["ne", "co", "sw", "ew", "pr", "gt", "ge", "lt", "le", "not"];
    if known.iter().any(|it| operator.eq_ignore_ascii_case(it)) { Unusable::NotOffered } else { Unusable::Malformed }
}

/// An attribute's name: letters, digits, `-`, `_` and `$`, parts joined by dots, with a schema before it or
/// not.
fn attribute(text: &str) -> Result<String, Unusable> {
    let name = if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) {
        text.rsplit_once(':').map_or("", |(_, name)| name)
    } else {
        text
    };
    let is_name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$')
            && part.chars().all(|one| one.is_ascii_alphanumeric() || "-_$".contains(one))
    };
    if name.split('.').count() <= 2 && name.split('.').all(is_name) {
        Ok(name.to_ascii_lowercase())
    } else {
        Err(Unusable::Malformed)
    }
}

fn tokens(text: &str) -> Result<Vec<FilterToken>, Unusable> {
    if text.len() > LONGEST {
        return Err(Unusable::TooLong);
    }
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' | '[' | ']' => {
                found.push(match first {
                    '(' => FilterToken::Open,
                    ')' => FilterToken::Close,
                    '[' => FilterToken::OpenBracket,
                    _ => FilterToken::CloseBracket,
                });
                1
            }
            '"' => {
                let length = quoted(rest).ok_or(Unusable::Malformed)?;
                let literal = rest.get(..length).and_then(|text| serde_json::from_str(text).ok());
                found.push(FilterToken::Literal(literal.ok_or(Unusable::Malformed)?));
                length
            }
            _ => {
                let end = rest.find(|one: char| one.is_whitespace() || "()[]\"".contains(one));
                let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
                found.push(match word {
                    "true" | "True" => FilterToken::Literal(Value::Bool(true)),
                    "false" | "False" => FilterToken::Literal(Value::Bool(false)),
                    _ => FilterToken::Word(word.to_owned()),
                });
                word.len()
            }
        };
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(found)
}

/// How long a quoted text is, with its quotes.
fn quoted(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn equals(attribute: &str, value: Value) -> Equals {
        Equals { attribute: attribute.to_owned(), value }
    }

    #[test]
    fn filters_that_directories_send_are_read() {
        assert_eq!(filter(r#"userName eq "a@b.example""#), Ok(vec![equals("username", json!("a@b.example"))]));
        let both = vec![equals("externalid", json!("7")), equals("active", json!(true))];
        assert_eq!(filter(r#"(externalId EQ "7") AND (active eq true)"#), Ok(both.clone()));
        assert_eq!(
            filter(r#"urn:ietf:params:scim:schemas:core:2.0:User:externalId eq "7" and active eq true"#),
            Ok(both)
        );
        assert_eq!(filter(r#"emails.value eq "a\"b""#), Ok(vec![equals("emails.value", json!("a\"b"))]));
        let work = AttributePath {
            attribute: "emails".to_owned(),
            values: vec![equals("type", json!("work"))],
            part: Some("value".to_owned()),
        };
        assert_eq!(path(r#"emails[type eq "work"].value"#), Ok(work));
        let name =
            AttributePath { attribute: "name".to_owned(), values: Vec::new(), part: Some("givenname".to_owned()) };
        assert_eq!(path("name.givenName"), Ok(name));
        assert_eq!(path(r#"members[value eq "1"]"#).unwrap().values, vec![equals("value", json!("1"))]);
    }

    #[test]
    fn an_unsupported_filter_is_told_from_an_unreadable_one() {
        for more in [r#"userName sw "a""#, r#"a eq "1" or b eq "2""#, "active pr", r#"not (a eq "1")"#, r#"a ne "1""#] {
            assert_eq!(filter(more), Err(Unusable::NotOffered), "{more}");
        }
        for wrong in
            ["", "userName", "userName eq", r#"userName eq "a"#, r#"(a eq "1""#, r#"a eq "1")"#, r#"a eq "1" b"#]
        {
            assert_eq!(filter(wrong), Err(Unusable::Malformed), "{wrong}");
        }
        for wrong in ["", "a b", "emails[type eq", "a]", "emails[].value", "a.b.c", "'; DROP TABLE users; --"] {
            assert!(path(wrong).is_err(), "{wrong}");
        }
        assert_eq!(filter(&"(".repeat(2000)), Err(Unusable::TooLong));
        assert!(filter(&format!("{}a eq true{}", "(".repeat(500), ")".repeat(500))).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_a_filter_or_is_refused(text in ".{0,200}") {
            let _ = filter(&text);
            let _ = path(&text);
        }

        #[test]
        fn any_quoted_text_stays_one_value(value in ".{0,80}") {
            let read = filter(&format!("userName eq {}", json!(value))).unwrap();
            prop_assert_eq!(read, vec![equals("username", json!(value))]);
        }

        #[test]
        fn text_that_is_almost_a_filter_never_panics(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("userName".to_owned()), Just(" eq ".to_owned()), Just("\"a\"".to_owned()), Just(" and ".to_owned()),
                    Just("(".to_owned()), Just(")".to_owned()), Just("[".to_owned()), Just("]".to_owned()),
                    Just(".value".to_owned()), Just("\\".to_owned()), Just("\"".to_owned()), "\\PC{0,3}",
                ],
                0..20,
            ),
        ) {
            let text = parts.concat();
            let _ = filter(&text);
            let _ = path(&text);
        }
    }
}

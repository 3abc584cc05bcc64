//! The filters and paths of SCIM (RFC 7644 §3.4.2.2, §3.5.2), read into steps in the order in which they are worked off:
//! `a and not (b)` becomes `a`, `b`, not, and. Pure, and bounded: nothing here calls itself but once for the filter
//! within brackets, so that no filter is too deep.

use std::fmt;

use serde_json::Value;

use super::filter_words::{FilterToken, tokens};

/// The most comparisons of one filter.
const MOST: usize = 50;

/// The name of an attribute, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeName {
    /// The schema before it.
    schema: Option<String>,
    /// The attribute.
    pub name: String,
    /// The part of it.
    pub part: Option<String>,
}

impl AttributeName {
    /// Whether it belongs to a schema. A name without a schema does.
    pub(crate) fn is_of(&self, schema: &str) -> bool {
        self.schema.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(schema))
    }

    /// Whether it is this attribute, or this part of one (`name.givenname`).
    pub(crate) fn is(&self, name: &str) -> bool {
        match (&self.part, name.split_once('.')) {
            (None, None) => self.name == name,
            (Some(part), Some((whole, of_it))) => self.name == whole && part == of_it,
            _ => false,
        }
    }
}

/// The way in which a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComparisonOperator {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `co`.
    Contains,
    /// `sw`.
    StartsWith,
    /// `ew`.
    EndsWith,
    /// `gt`.
    Greater,
    /// `ge`.
    GreaterOrEqual,
    /// `lt`.
    Less,
    /// `le`.
    LessOrEqual,
}

/// The question about the values of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ValueTest {
    /// There is one (`pr`).
    Present,
    /// One compares so with a literal.
    Compared(ComparisonOperator, Value),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterComparison {
    /// The attribute.
    pub attribute: AttributeName,
    /// The filter for its values, within brackets.
    pub(crate) within: Vec<FilterStep>,
    /// The question.
    pub(crate) test: ValueTest,
}

/// One step of a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum FilterStep {
    /// A comparison gives one answer.
    Test(FilterComparison),
    /// The last two answers become one.
    And,
    /// The same.
    Or,
    /// The last answer is turned.
    Not,
}

/// The place of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributePath {
    /// The attribute.
    pub attribute: AttributeName,
    /// The filter for its values.
    pub(crate) values: Vec<FilterStep>,
}

/// Why a filter or path is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It cannot be read.
    Malformed,
    /// It is longer than anything useful.
    TooLong,
    /// It compares what has no order.
    Unordered,
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed => "the filter or path cannot be read",
            Self::TooLong => "the filter or path is too long",
            Self::Unordered => "true and false are compared by eq and ne alone",
        })
    }
}

/// Reads a filter.
///
/// # Errors
/// The text cannot be used.
pub fn filter(text: &str) -> Result<Vec<FilterStep>, Unusable> {
    steps(&tokens(text)?, true)
}

/// Reads the path of a change.
///
/// # Errors
/// The text cannot be used.
pub fn path(text: &str) -> Result<AttributePath, Unusable> {
    let tokens = tokens(text)?;
    match tokens.as_slice() {
        [FilterToken::Word(name)] => Ok(AttributePath { attribute: attribute(name)?, values: Vec::new() }),
        [FilterToken::Word(name), FilterToken::OpenBracket, within @ .., FilterToken::CloseBracket] => {
            Ok(AttributePath { attribute: attribute(name)?, values: steps(within, false)? })
        }
        [
            FilterToken::Word(name),
            FilterToken::OpenBracket,
            within @ ..,
            FilterToken::CloseBracket,
            FilterToken::Word(part),
        ] => Ok(AttributePath { attribute: part_of(attribute(name)?, part)?, values: steps(within, false)? }),
        _ => Err(Unusable::Malformed),
    }
}

/// An operator that waits for what it joins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WaitingOperator {
    Or,
    And,
    Not,
    Open,
}

impl WaitingOperator {
    fn step(self) -> Option<FilterStep> {
        match self {
            Self::Or => Some(FilterStep::Or),
            Self::And => Some(FilterStep::And),
            Self::Not => Some(FilterStep::Not),
            Self::Open => None,
        }
    }

    /// Whether it comes before an operator that follows: `not` before `and` before `or`.
    fn binds_before(self, next: Self) -> bool {
        match self {
            Self::Open => false,
            Self::Or => next == Self::Or,
            Self::And | Self::Not => true,
        }
    }
}

fn steps(tokens: &[FilterToken], may_have_brackets: bool) -> Result<Vec<FilterStep>, Unusable> {
    let (mut found, mut waiting) = (Vec::new(), Vec::new());
    let (mut comparisons, mut wants_term) = (0, true);
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match token {
            FilterToken::Open if wants_term => waiting.push(WaitingOperator::Open),
            FilterToken::Word(not)
                if wants_term && not.eq_ignore_ascii_case("not") && after.first() == Some(&FilterToken::Open) =>
            {
                waiting.push(WaitingOperator::Not);
            }
            FilterToken::Word(name) if wants_term => {
                let (comparison, after) = comparison(name, after, may_have_brackets)?;
                found.push(FilterStep::Test(comparison));
                (rest, wants_term) = (after, false);
                comparisons += 1;
                if comparisons > MOST {
                    return Err(Unusable::TooLong);
                }
            }
            FilterToken::Close if !wants_term => loop {
                match waiting.pop().map(WaitingOperator::step) {
                    Some(Some(step)) => found.push(step),
                    Some(None) => break,
                    None => return Err(Unusable::Malformed),
                }
            },
            FilterToken::Word(join) if !wants_term => {
                let next = match join.to_ascii_lowercase().as_str() {
                    "and" => WaitingOperator::And,
                    "or" => WaitingOperator::Or,
                    _ => return Err(Unusable::Malformed),
                };
                while let Some(before) = waiting.pop_if(|before| before.binds_before(next)) {
                    found.extend(before.step());
                }
                waiting.push(next);
                wants_term = true;
            }
            _ => return Err(Unusable::Malformed),
        }
    }
    while let Some(operator) = waiting.pop() {
        found.push(operator.step().ok_or(Unusable::Malformed)?);
    }
    if wants_term { Err(Unusable::Malformed) } else { Ok(found) }
}

/// One comparison, and what follows it. `emails[type eq "work"].value eq "…"` is beyond the grammar of the RFC, and what
/// directories ask.
fn comparison<'t>(
    name: &str,
    after: &'t [FilterToken],
    may_have_brackets: bool,
) -> Result<(FilterComparison, &'t [FilterToken]), Unusable> {
    let attribute = attribute(name)?;
    let (attribute, within, after) = match after {
        [FilterToken::OpenBracket, after @ ..] if may_have_brackets => {
            let end = after.iter().position(|token| *token == FilterToken::CloseBracket).ok_or(Unusable::Malformed)?;
            let (within, after) = after.split_at_checked(end).ok_or(Unusable::Malformed)?;
            let within = steps(within, false)?;
            match after {
                [FilterToken::CloseBracket, FilterToken::Word(part), after @ ..] if part.starts_with('.') => {
                    (part_of(attribute, part)?, within, after)
                }
                [FilterToken::CloseBracket, after @ ..] => {
                    return Ok((FilterComparison { attribute, within, test: ValueTest::Present }, after));
                }
                _ => return Err(Unusable::Malformed),
            }
        }
        after => (attribute, Vec::new(), after),
    };
    match after {
        [FilterToken::Word(operator), after @ ..] if operator.eq_ignore_ascii_case("pr") => {
            Ok((FilterComparison { attribute, within, test: ValueTest::Present }, after))
        }
        [FilterToken::Word(operator), FilterToken::Literal(value), after @ ..] => {
            let test = ValueTest::Compared(comparison_operator(operator)?, value.clone());
            Ok((FilterComparison { attribute, within, test }, after))
        }
        _ => Err(Unusable::Malformed),
    }
}

fn comparison_operator(text: &str) -> Result<ComparisonOperator, Unusable> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "eq" => ComparisonOperator::Equal,
        "ne" => ComparisonOperator::NotEqual,
        "co" => ComparisonOperator::Contains,
        "sw" => ComparisonOperator::StartsWith,
        "ew" => ComparisonOperator::EndsWith,
        "gt" => ComparisonOperator::Greater,
        "ge" => ComparisonOperator::GreaterOrEqual,
        "lt" => ComparisonOperator::Less,
        "le" => ComparisonOperator::LessOrEqual,
        _ => return Err(Unusable::Malformed),
    })
}

/// An attribute's name: letters, digits, `-`, `_` and `$`, parts joined by dots, with a schema before it or
/// not.
fn attribute(text: &str) -> Result<AttributeName, Unusable> {
    let is_urn = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let (schema, name) = match text.rsplit_once(':') {
        Some((schema, name)) if is_urn => (Some(schema.to_ascii_lowercase()), name),
        _ => (None, text),
    };
    let (name, part) = match name.split_once('.') {
        None => (name, None),
        Some((name, part)) => (name, Some(part)),
    };
    if !is_name(name) || !part.is_none_or(is_name) {
        return Err(Unusable::Malformed);
    }
    Ok(AttributeName { schema, name: name.to_ascii_lowercase(), part: part.map(str::to_ascii_lowercase) })
}

fn part_of(attribute: AttributeName, part: &str) -> Result<AttributeName, Unusable> {
    let part = part.strip_prefix('.').filter(|part| is_name(part)).ok_or(Unusable::Malformed)?;
    if attribute.part.is_some() {
        return Err(Unusable::Malformed);
    }
    Ok(AttributeName { part: Some(part.to_ascii_lowercase()), ..attribute })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$')
        && text.chars().all(|one| one.is_ascii_alphanumeric() || "-_$".contains(one))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The steps in a form that is easy to read: names, `op:value`, and the joins.
    fn read(text: &str) -> String {
        written(&filter(text).unwrap())
    }

    fn written(steps: &[FilterStep]) -> String {
        let each = steps.iter().map(|step| match step {
            FilterStep::And => "and".to_owned(),
            FilterStep::Or => "or".to_owned(),
            FilterStep::Not => "not".to_owned(),
            FilterStep::Test(FilterComparison { attribute, within, test }) => {
                let part = attribute.part.as_ref().map(|part| format!(".{part}")).unwrap_or_default();
                let within = if within.is_empty() { String::new() } else { format!("[{}]", written(within)) };
                let test = match test {
                    ValueTest::Present => "pr".to_owned(),
                    ValueTest::Compared(operator, value) => format!("{operator:?}:{value}"),
                };
                format!("{}{part}{within} {test}", attribute.name)
            }
        });
        each.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn filters_that_directories_send_are_read() {
        for (asked, steps) in [
            (r#"userName eq "a@b.example""#, r#"username Equal:"a@b.example""#),
            (r#"(externalId EQ "7") AND (active eq true)"#, r#"externalid Equal:"7", active Equal:true, and"#),
            (r#"emails.value eq "a\"b""#, r#"emails.value Equal:"a\"b""#),
            (
                r#"emails[type eq "work"].value eq "a@b.example""#,
                r#"emails.value[type Equal:"work"] Equal:"a@b.example""#,
            ),
            (
                r#"emails[type eq "work" and value co "@b.example"] or active pr"#,
                r#"emails[type Equal:"work", value Contains:"@b.example", and] pr, active pr, or"#,
            ),
            (r"a pr or b pr and not (c pr or d pr)", "a pr, b pr, c pr, d pr, or, not, and, or"),
            (r"not (a pr) and b pr", "a pr, not, b pr, and"),
            (r#"a sw "x" or b ew "y" or c ne null"#, r#"a StartsWith:"x", b EndsWith:"y", or, c NotEqual:null, or"#),
            (
                r#"meta.created ge "2026-01-01T00:00:00Z" and b le 7"#,
                r#"meta.created GreaterOrEqual:"2026-01-01T00:00:00Z", b LessOrEqual:7, and"#,
            ),
        ] {
            assert_eq!(read(asked), steps, "{asked}");
        }
    }

    #[test]
    fn attributes_of_other_schemas_are_told_apart() {
        let user = "urn:ietf:params:scim:schemas:core:2.0:User";
        for (text, is_own) in [
            ("userName", true),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName", true),
            ("URN:ietf:params:scim:schemas:core:2.0:user:userName", true),
            ("urn:ietf:params:scim:schemas:extension:kallio:2.0:User:userName", false),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", false),
        ] {
            assert_eq!(path(text).unwrap().attribute.is_of(user), is_own, "{text}");
        }
    }

    #[test]
    fn paths_are_read() {
        let work = path(r#"emails[type eq "work"].value"#).unwrap();
        assert!(work.attribute.is("emails.value") && !work.attribute.is("emails"));
        assert_eq!(written(&work.values), r#"type Equal:"work""#);
        assert!(path("name.givenName").unwrap().attribute.is("name.givenname"));
        assert_eq!(written(&path(r#"members[value eq "1" or value eq "2"]"#).unwrap().values).matches("or").count(), 1);
    }

    #[test]
    fn unreadable_filters_and_paths_are_refused() {
        for wrong in [
            "",
            "userName",
            "userName eq",
            r#"userName eq "a"#,
            r#"(a eq "1""#,
            r#"a eq "1")"#,
            r#"a eq "1" b"#,
            "()",
            "not",
            "not a pr",
            "a pr and",
            "and a pr",
            r#"a is "1""#,
            r"a[b[c pr] pr]",
            r"a[b pr].c",
            r"a.b[c pr].d pr",
            "a eq 1x",
        ] {
            assert_eq!(filter(wrong), Err(Unusable::Malformed), "{wrong}");
        }
        for wrong in ["", "a b", "emails[type eq", "a]", "emails[].value", "a.b.c", "'; DROP TABLE users; --"] {
            assert!(path(wrong).is_err(), "{wrong}");
        }
        assert_eq!(filter(&"(".repeat(3000)), Err(Unusable::TooLong));
        assert_eq!(filter(&vec!["a pr"; 51].join(" or ")), Err(Unusable::TooLong));
        assert!(filter(&format!("{}a eq true{}", "(".repeat(900), ")".repeat(900))).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_a_filter_or_is_refused(text in ".{0,200}") {
            let _ = filter(&text);
            let _ = path(&text);
        }

        #[test]
        fn a_quoted_text_stays_one_value(value in ".{0,80}") {
            let read = filter(&format!("userName eq {}", json!(value))).unwrap();
            let FilterStep::Test(FilterComparison { test: ValueTest::Compared(_, read), .. }) = &read[0] else { panic!() };
            prop_assert_eq!(read, &json!(value));
        }

        #[test]
        fn almost_a_filter_never_panics(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("userName".to_owned()), Just(" eq ".to_owned()), Just("\"a\"".to_owned()), Just(" and ".to_owned()),
                    Just("(".to_owned()), Just(")".to_owned()), Just("[".to_owned()), Just("]".to_owned()),
                    Just(".value".to_owned()), Just("\\".to_owned()), Just("\"".to_owned()), Just(" pr ".to_owned()),
                    Just("not".to_owned()), Just(" or ".to_owned()), "\\PC{0,3}",
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

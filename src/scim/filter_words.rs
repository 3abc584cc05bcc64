//! The words of filters and paths of SCIM (RFC 7644 §3.4.2.2). Pure.

use serde_json::Value;

use super::filter::Unusable;

/// The longest filter or path, in bytes.
const LONGEST: usize = 2048;

/// One word, literal or bracket.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FilterToken {
    Word(String),
    Literal(Value),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
}

/// Splits a text.
///
/// # Errors
/// [`Unusable::TooLong`], and [`Unusable::Malformed`] for a literal that is none.
pub(super) fn tokens(text: &str) -> Result<Vec<FilterToken>, Unusable> {
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
                    "null" => FilterToken::Literal(Value::Null),
                    number if number.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
                        FilterToken::Literal(serde_json::from_str(number).map_err(|_| Unusable::Malformed)?)
                    }
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

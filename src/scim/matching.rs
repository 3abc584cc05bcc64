//! Filters, asked of a resource as it is shown (RFC 7644 §3.4.2.2). Pure.

use serde_json::Value;

use super::filter::{AttributeName, ComparisonOperator, FilterComparison, FilterStep, Unusable, ValueTest};
use crate::directory::people::Email;

/// Whether a filter holds of a resource of a schema. Of an attribute that it does not have there is no value.
///
/// # Errors
/// [`Unusable::Unordered`], and [`Unusable::Malformed`] for steps that no filter is read into.
pub fn holds(filter: &[FilterStep], resource: &Value, schema: &str) -> Result<bool, Unusable> {
    let mut answers: Vec<bool> = Vec::new();
    for step in filter {
        let answer = match step {
            // Nothing within brackets has brackets itself: this calls itself once.
            FilterStep::Test(comparison) => compare(comparison, resource, schema)?,
            FilterStep::Not => !answers.pop().ok_or(Unusable::Malformed)?,
            FilterStep::And | FilterStep::Or => {
                let (second, first) = (answers.pop(), answers.pop());
                let (Some(second), Some(first)) = (second, first) else { return Err(Unusable::Malformed) };
                if *step == FilterStep::And { first && second } else { first || second }
            }
        };
        answers.push(answer);
    }
    answers.pop().ok_or(Unusable::Malformed)
}

fn compare(comparison: &FilterComparison, resource: &Value, schema: &str) -> Result<bool, Unusable> {
    let FilterComparison { attribute, within, test } = comparison;
    let mut values = Vec::new();
    if attribute.is_of(schema) {
        for value in elements(member(resource, &attribute.name)) {
            if within.is_empty() || holds(within, value, schema)? {
                values.push(value);
            }
        }
    }
    if let Some(part) = &attribute.part {
        values = values.into_iter().flat_map(|value| elements(member(value, part))).collect();
    }
    let (operator, wanted) = match test {
        ValueTest::Present => return Ok(values.into_iter().any(is_something)),
        ValueTest::Compared(operator, wanted) => (*operator, wanted),
    };
    // A comparison of a whole that has a value is one of that value.
    let simple =
        values.into_iter().filter_map(|value| if value.is_object() { member(value, "value") } else { Some(value) });
    let mut is_equal_to_one = false;
    let mut holds_of_one = false;
    for value in simple {
        let (is_equal, holds) = compare_values(attribute, operator, value, wanted)?;
        is_equal_to_one |= is_equal;
        holds_of_one |= holds;
    }
    Ok(if operator == ComparisonOperator::NotEqual { !is_equal_to_one } else { holds_of_one })
}

/// Whether two values are equal, and whether they compare by the operator.
fn compare_values(
    attribute: &AttributeName,
    operator: ComparisonOperator,
    value: &Value,
    wanted: &Value,
) -> Result<(bool, bool), Unusable> {
    use ComparisonOperator::{
        Contains, EndsWith, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual, StartsWith,
    };
    let (value, wanted) = match (value, wanted) {
        (Value::Bool(value), wanted) => {
            if !matches!(operator, Equal | NotEqual) {
                return Err(Unusable::Unordered);
            }
            let is_equal = match wanted {
                Value::Bool(wanted) => value == wanted,
                // Entra writes it so.
                Value::String(wanted) => wanted.eq_ignore_ascii_case(if *value { "true" } else { "false" }),
                _ => false,
            };
            return Ok((is_equal, is_equal));
        }
        (Value::String(value), Value::String(wanted)) => (value, wanted),
        (value, wanted) => return Ok((value == wanted, operator == Equal && value == wanted)),
    };
    if matches!(operator, Equal | NotEqual) && is_email(attribute) {
        let key = |text: &str| Email::parse(text).map(|email| email.key().to_owned());
        let is_equal = key(value).is_some_and(|one| Some(one) == key(wanted));
        return Ok((is_equal, is_equal));
    }
    if let (true, Ok(value), Ok(wanted)) =
        (attribute.name == "meta", value.parse::<jiff::Timestamp>(), wanted.parse::<jiff::Timestamp>())
    {
        return Ok((value == wanted, operator.orders(&value, &wanted).unwrap_or(false)));
    }
    let (value, wanted) = if is_exact(attribute) {
        (value.clone(), wanted.clone())
    } else {
        (value.to_lowercase(), wanted.to_lowercase())
    };
    let is_equal = value == wanted;
    let holds = match operator {
        Contains => value.contains(&wanted),
        StartsWith => value.starts_with(&wanted),
        EndsWith => value.ends_with(&wanted),
        Equal | NotEqual | Greater | GreaterOrEqual | Less | LessOrEqual => {
            operator.orders(&value, &wanted).unwrap_or(false)
        }
    };
    Ok((is_equal, holds))
}

impl ComparisonOperator {
    /// Whether two values are in this order; `None` of an operator that asks for none.
    fn orders<T: Ord>(self, value: &T, wanted: &T) -> Option<bool> {
        Some(match self {
            Self::Equal => value == wanted,
            Self::NotEqual => value != wanted,
            Self::Greater => value > wanted,
            Self::GreaterOrEqual => value >= wanted,
            Self::Less => value < wanted,
            Self::LessOrEqual => value <= wanted,
            Self::Contains | Self::StartsWith | Self::EndsWith => return None,
        })
    }
}

/// Whether the values are sign-in emails, which have several spellings.
fn is_email(attribute: &AttributeName) -> bool {
    attribute.is("username") || attribute.is("emails") || attribute.is("emails.value")
}

/// Whether the letters of its values count (RFC 7643 §2.2, `caseExact`): those of identifiers.
fn is_exact(attribute: &AttributeName) -> bool {
    ["id", "externalid", "members", "members.value", "groups", "groups.value", "meta.location", "meta.version"]
        .iter()
        .any(|exact| attribute.is(exact))
}

/// A member of an object by its name without regard to case (RFC 7643 §2.1).
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The values of an attribute, one or many.
fn elements(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(members) => members.values().any(|value| !value.is_null()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::filter::filter;

    const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

    fn ask(text: &str) -> Result<bool, Unusable> {
        let aino = json!({
            "id": "7A", "externalId": "e7", "userName": "aino@köln.example", "active": true,
            "name": { "givenName": "Aino", "familyName": "" },
            "emails": [{ "value": "aino@köln.example", "type": "work", "primary": true }],
            "groups": [{ "value": "g1", "display": "Employee" }, { "value": "g2", "display": "Pay slips" }],
            "meta": { "created": "2026-06-09T14:32:07Z" },
        });
        holds(&filter(text).unwrap(), &aino, USER)
    }

    #[test]
    fn every_operator_is_asked_of_the_values() {
        for (text, answer) in [
            (r#"userName eq "AINO@xn--kln-sna.example""#, true),
            (r#"userName ne "AINO@xn--kln-sna.example""#, false),
            (r#"userName sw "aino@""#, true),
            (r#"userName ew ".EXAMPLE""#, true),
            (r#"userName co "köln""#, true),
            (r#"name.givenName gt "ahti" and name.givenName le "AINO""#, true),
            (r"name.familyName pr", false),
            (r"name pr and not (title pr)", true),
            (r#"active eq "True""#, true),
            (r"active ne true", false),
            (r#"id eq "7a""#, false),
            (r#"externalId eq "e7""#, true),
            (r#"emails[type eq "work"].value eq "aino@köln.example""#, true),
            (r#"emails[type eq "home"].value eq "aino@köln.example""#, false),
            (r#"emails[type eq "work" and primary eq true]"#, true),
            (r#"groups.display eq "EMPLOYEE""#, true),
            (r#"groups eq "g2" and groups[display sw "pay"]"#, true),
            (r#"meta.created ge "2026-06-09T17:32:07+03:00""#, true),
            (r#"meta.created lt "2026-06-09T14:32:07.5Z""#, true),
            (r"title eq null", false),
            (r#"title ne "x""#, true),
            (r"userName eq true or userName eq 7", false),
            (r"urn:ietf:params:scim:schemas:core:2.0:User:active eq true", true),
            (r"urn:ietf:params:scim:schemas:extension:kallio:2.0:User:active eq true", false),
        ] {
            assert_eq!(ask(text), Ok(answer), "{text}");
        }
        assert_eq!(ask("active gt false"), Err(Unusable::Unordered));
        assert_eq!(ask(r#"active co "r""#), Err(Unusable::Unordered));
    }
}

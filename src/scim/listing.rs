//! The query of a list or a resource: filter, page and attributes (RFC 7644 §3.4.2, §3.4.3, §3.9).

use http::Uri;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::door::MEDIA_TYPE;
use super::filter::{self, AttributeName, ComparisonOperator, FilterComparison, FilterStep, ValueTest};
use super::matching;
use crate::api::problem::{Kind, Problem};
use crate::api::reply::Reply;
use crate::api::request::of_query;

/// The most resources of one answer.
pub(super) const MOST: i64 = 100;
/// The attributes that every answer has.
const ALWAYS: [&str; 2] = ["schemas", "id"];

/// The query of a list or a resource. Sorting is not offered, and so `sortBy` is not read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    filter: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
    attributes: Option<String>,
    excluded_attributes: Option<String>,
}

/// A query that is posted.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchRequest {
    filter: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
    attributes: Option<Vec<String>>,
    excluded_attributes: Option<Vec<String>>,
}

/// The query of a list.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    /// The condition, if there is one.
    filter: Vec<FilterStep>,
    /// How many are passed over.
    pub(super) skipped: i64,
    /// How many are wanted at most.
    pub(super) limit: i64,
    /// The attributes that are wanted of each.
    pub(super) selection: Selection,
}

impl Listing {
    /// Reads a query.
    ///
    /// # Errors
    /// [`Kind::Malformed`] and [`Kind::InvalidFilter`].
    pub(super) fn of(uri: &Uri) -> Result<Self, Problem> {
        let ListQuery { filter, start_index, count, attributes, excluded_attributes } = of_query(uri)?;
        let names = |list: Option<String>| list.map(|list| list.split(',').map(str::to_owned).collect());
        Self::new(SearchRequest {
            filter,
            start_index,
            count,
            attributes: names(attributes),
            excluded_attributes: names(excluded_attributes),
        })
    }

    /// The same for a query that was posted.
    ///
    /// # Errors
    /// [`Kind::Malformed`] and [`Kind::InvalidFilter`].
    pub(super) fn new(asked: SearchRequest) -> Result<Self, Problem> {
        let text = asked.filter.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let filter = text.map(filter::filter).transpose().map_err(unusable)?;
        // Out of range is put right (RFC 7644 §3.4.2.4).
        let first = asked.start_index.unwrap_or(1).clamp(1, 10_000_000);
        Ok(Self {
            filter: filter.unwrap_or_default(),
            skipped: first - 1,
            limit: asked.count.unwrap_or(MOST).clamp(0, MOST),
            selection: Selection::new(asked.attributes, asked.excluded_attributes)?,
        })
    }

    /// The condition; empty where there is none.
    pub(super) fn filter(&self) -> &[FilterStep] {
        &self.filter
    }

    /// Whether the condition asks for an attribute.
    pub(super) fn compares(&self, name: &str) -> bool {
        self.filter.iter().any(|step| matches!(step, FilterStep::Test(comparison) if comparison.attribute.name == name))
    }

    /// The text that an attribute has to be equal to, or the first of several.
    pub(super) fn wanted_text(&self, name: &str) -> Option<&str> {
        self.filter.iter().find_map(|step| match step {
            FilterStep::Test(FilterComparison {
                attribute,
                test: ValueTest::Compared(ComparisonOperator::Equal, value),
                ..
            }) if attribute.is(name) => value.as_str(),
            _ => None,
        })
    }

    /// Whether all comparisons must hold: none is one of several, and none is turned.
    pub(super) fn is_conjunction(&self) -> bool {
        !self.filter.iter().any(|step| matches!(step, FilterStep::Or | FilterStep::Not))
    }

    /// Whether a resource is one of those that are asked for.
    ///
    /// # Errors
    /// [`Kind::InvalidFilter`].
    pub(super) fn wants(&self, resource: &Value, schema: &str) -> Result<bool, Problem> {
        if self.filter.is_empty() {
            return Ok(true);
        }
        matching::holds(&self.filter, resource, schema).map_err(unusable)
    }

    /// The part of all that this page shows.
    pub(super) fn page(&self, all: Vec<Value>) -> Vec<Value> {
        let (skip, take) =
            (usize::try_from(self.skipped).unwrap_or_default(), usize::try_from(self.limit).unwrap_or_default());
        all.into_iter().skip(skip).take(take).collect()
    }
}

fn unusable(why: filter::Unusable) -> Problem {
    Problem::new(Kind::InvalidFilter).detail(why.to_string())
}

/// Some resources among how many.
#[derive(Clone, Debug)]
pub(super) struct ResourcePage {
    /// The number of all.
    pub(super) total: i64,
    /// Those of the page.
    pub(super) resources: Vec<Value>,
}

impl ResourcePage {
    /// The list as SCIM answers it (RFC 7644 §3.4.2).
    ///
    /// # Errors
    /// As [`Reply::ok`].
    pub(super) fn reply(&self, skipped: i64) -> Result<Reply, Problem> {
        let list = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": self.total,
            "startIndex": skipped + 1,
            "itemsPerPage": self.resources.len(),
            "Resources": self.resources,
        });
        Ok(Reply::ok(&list)?.of_type(MEDIA_TYPE))
    }
}

/// The attributes that are wanted of a resource (RFC 7644 §3.9).
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    only: Option<Vec<AttributeName>>,
    without: Vec<AttributeName>,
}

impl Selection {
    /// Reads the query of one resource.
    ///
    /// # Errors
    /// [`Kind::Malformed`].
    pub(super) fn of(uri: &Uri) -> Result<Self, Problem> {
        Listing::of(uri).map(|listing| listing.selection)
    }

    fn new(attributes: Option<Vec<String>>, excluded: Option<Vec<String>>) -> Result<Self, Problem> {
        // A text that is no name names nothing that is shown.
        let names = |list: Option<Vec<String>>| {
            let paths = list.into_iter().flatten().filter_map(|name| filter::path(&name).ok());
            paths.filter(|path| path.values.is_empty()).map(|path| path.attribute).collect::<Vec<_>>()
        };
        let is_given = |list: &Option<Vec<String>>| {
            list.as_ref().is_some_and(|list| list.iter().any(|name| !name.trim().is_empty()))
        };
        let (has_only, has_without) = (is_given(&attributes), is_given(&excluded));
        if has_only && has_without {
            let words = "attributes and excludedAttributes exclude each other";
            return Err(Problem::new(Kind::Malformed).detail(words));
        }
        Ok(Self { only: has_only.then(|| names(attributes)), without: names(excluded) })
    }

    /// Whether an attribute is shown, in part or whole.
    pub(super) fn shows(&self, name: &str) -> bool {
        let is_it = |attribute: &&AttributeName| attribute.name.eq_ignore_ascii_case(name);
        match &self.only {
            Some(only) => only.iter().any(|attribute| is_it(&attribute)),
            None => !self.without.iter().any(|attribute| is_it(&attribute) && attribute.part.is_none()),
        }
    }

    /// A resource with what is wanted of it.
    pub(super) fn of_resource(&self, resource: Value, schema: &str) -> Value {
        let Value::Object(members) = resource else { return resource };
        let selected = members.into_iter().filter_map(|(name, value)| {
            if ALWAYS.contains(&name.as_str()) {
                return Some((name, value));
            }
            let of = |list: &[AttributeName]| -> Vec<AttributeName> {
                let own = list.iter().filter(|own| own.is_of(schema) && own.name.eq_ignore_ascii_case(&name));
                own.cloned().collect()
            };
            let is_whole = |list: &[AttributeName]| list.iter().any(|own| own.part.is_none());
            let is_in = |list: &[AttributeName], part: &str| {
                list.iter().any(|own| own.part.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(part)))
            };
            if let Some(only) = &self.only {
                let only = of(only);
                return match only.as_slice() {
                    [] => None,
                    _ if is_whole(&only) => Some((name, value)),
                    parts => Some((name, with_parts(value, &|part| is_in(parts, part)))),
                };
            }
            let without = of(&self.without);
            (!is_whole(&without)).then(|| (name, with_parts(value, &|part| !is_in(&without, part))))
        });
        Value::Object(selected.collect())
    }
}

/// The parts of a value, or of each of several.
fn with_parts(value: Value, wants: &impl Fn(&str) -> bool) -> Value {
    let of_one =
        |members: Map<String, Value>| Value::Object(members.into_iter().filter(|(name, _)| wants(name)).collect());
    match value {
        Value::Object(members) => of_one(members),
        Value::Array(all) => all
            .into_iter()
            .map(|one| match one {
                Value::Object(members) => of_one(members),
                other => other,
            })
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(query: &str) -> Value {
        let uri = format!("https://id.example/scim/v2/Users?{query}").parse().unwrap();
        let resource = json!({
            "schemas": ["s"], "id": "1", "userName": "a", "name": { "givenName": "A", "familyName": "B" },
            "emails": [{ "value": "a", "type": "work" }],
        });
        Selection::of(&uri).unwrap().of_resource(resource, "urn:s:User")
    }

    #[test]
    fn only_what_is_wanted_is_shown_and_what_names_a_resource() {
        assert_eq!(selected("attributes=USERNAME"), json!({ "schemas": ["s"], "id": "1", "userName": "a" }));
        assert_eq!(
            selected("attributes=name.familyName,emails.value,urn:x:User:userName"),
            json!({ "schemas": ["s"], "id": "1", "name": { "familyName": "B" }, "emails": [{ "value": "a" }] })
        );
        assert_eq!(
            selected("excludedAttributes=id,urn:s:User:userName,name.givenName,emails"),
            json!({ "schemas": ["s"], "id": "1", "name": { "familyName": "B" } })
        );
        assert_eq!(selected("attributes=").as_object().unwrap().len(), 5);
        assert_eq!(selected("attributes=nothing"), json!({ "schemas": ["s"], "id": "1" }));
        let both = "https://id.example/?attributes=a&excludedAttributes=b".parse().unwrap();
        assert_eq!(Selection::of(&both).unwrap_err().kind(), Kind::Malformed);
    }
}

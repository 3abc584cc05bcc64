//! Whole numbers as JSON Schema knows them: `600.0` is one as well as `600`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

/// A whole number, or none, in JSON.
pub(super) fn optional<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(WholeNumber { is_text: false, kind: PhantomData })
}

/// A whole number, or none, in a query, where every value is text.
pub(super) fn optional_in_query<'de, D: Deserializer<'de>, T: TryFrom<i64>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(WholeNumber { is_text: true, kind: PhantomData })
}

struct WholeNumber<T> {
    is_text: bool,
    kind: PhantomData<T>,
}

impl<T: TryFrom<i64>> WholeNumber<T> {
    fn of<E: Error>(number: i64) -> Result<Option<T>, E> {
        T::try_from(number).map(Some).map_err(|_| E::custom(format!("{number} is out of range")))
    }
}

impl<'de, T: TryFrom<i64>> Visitor<'de> for WholeNumber<T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number")
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<T>, E> {
        Self::of(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<T>, E> {
        i64::try_from(number).map_err(|_| E::custom(format!("{number} is out of range"))).and_then(Self::of)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<T>, E> {
        // Without digits after the point it is written as a whole number.
        let is_whole = number.fract() == 0.0;
        let whole = format!("{number:.0}").parse().ok().filter(|_| is_whole);
        whole.ok_or_else(|| E::custom(format!("{number} is no whole number"))).and_then(Self::of)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        let has_zeros_alone = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte == b'0');
        let whole = text.split_once('.').filter(|(_, rest)| has_zeros_alone(rest)).map_or(text, |(whole, _)| whole);
        let number = whole.parse().ok().filter(|_| self.is_text);
        number.ok_or_else(|| E::custom(format!("{text:?} is no whole number"))).and_then(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::api::request::{of_query, parse};

    #[derive(Debug, Deserialize)]
    struct SecondsBody {
        #[serde(default, deserialize_with = "super::optional")]
        seconds: Option<u32>,
    }

    #[derive(Debug, Deserialize)]
    struct LimitQuery {
        #[serde(default, deserialize_with = "super::optional_in_query")]
        limit: Option<i64>,
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        for (text, seconds) in [
            ("{}", None),
            (r#"{"seconds":null}"#, None),
            (r#"{"seconds":600}"#, Some(600)),
            (r#"{"seconds":600.0}"#, Some(600)),
            (r#"{"seconds":6e2}"#, Some(600)),
            (r#"{"seconds":4294967295}"#, Some(u32::MAX)),
        ] {
            assert_eq!(parse::<SecondsBody>(text).unwrap().seconds, seconds, "{text}");
        }
        for wrong in ["600.5", "\"600\"", "-1", "4294967296", "1e300", "-1e300", "true", "[]", "18446744073709551615"] {
            assert!(parse::<SecondsBody>(&format!("{{\"seconds\":{wrong}}}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_query_has_numbers_as_text() {
        let limit =
            |query: &str| of_query::<LimitQuery>(&format!("/?{query}").parse().unwrap()).map(|query| query.limit);
        for (query, read) in [("", None), ("limit=50", Some(50)), ("limit=50.0", Some(50)), ("limit=-3", Some(-3))] {
            assert_eq!(limit(query).unwrap(), read, "{query}");
        }
        for wrong in
            ["limit=", "limit=x", "limit=5.5", "limit=5.", "limit=0x5", "limit=99999999999999999999", "limit=."]
        {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}

//! Parameters of statements and values of rows, the same for both engines.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::str::FromStr;

use tokio_postgres::types::{IsNull, ToSql as PostgresToSql, Type, to_sql_checked};

use super::Error;
use crate::platform::clock::Timestamp;

/// A parameter of a statement. Columns are TEXT, BIGINT, BYTEA or BOOLEAN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// TEXT.
    Text(Cow<'a, str>),
    /// BIGINT.
    Integer(i64),
    /// BYTEA.
    Bytes(Cow<'a, [u8]>),
    /// BOOLEAN.
    Boolean(bool),
}

impl Value<'_> {
    /// The same value, which borrows nothing.
    pub(super) fn to_static(&self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Text(Cow::Owned(text.clone().into_owned())),
            Self::Integer(integer) => Value::Integer(*integer),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.clone().into_owned())),
            Self::Boolean(boolean) => Value::Boolean(*boolean),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value<'_> {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl From<bool> for Value<'_> {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(timestamp: Timestamp) -> Self {
        Self::Integer(timestamp.milliseconds())
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Owned::Null),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Integer(integer) => ToSqlOutput::Owned(Owned::Integer(*integer)),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Boolean(boolean) => ToSqlOutput::Owned(Owned::Integer(i64::from(*boolean))),
        })
    }
}

impl PostgresToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => text.as_ref().to_sql(ty, out),
            Self::Integer(integer) => integer.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.as_ref().to_sql(ty, out),
            Self::Boolean(boolean) => boolean.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A row of a result.
pub struct Row<'r> {
    pub(super) inner: RowInner<'r>,
}

pub(super) enum RowInner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of the column at `index`, counted from 0.
    ///
    /// # Errors
    /// The column has another type.
    pub fn get<T: Column>(&self, index: usize) -> Result<T, Error> {
        T::read(self, index)
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column at `index`.
    ///
    /// # Errors
    /// The column has another type.
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error>;
}

macro_rules! plain_columns {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                match row.inner {
                    RowInner::Sqlite(row) => row.get(index).map_err(unreadable),
                    RowInner::Postgres(row) => row.try_get(index).map_err(unreadable),
                }
            }
        }

        impl Column for Option<$type> {
            fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                match row.inner {
                    RowInner::Sqlite(row) => row.get(index).map_err(unreadable),
                    RowInner::Postgres(row) => row.try_get(index).map_err(unreadable),
                }
            }
        }
    )*};
}

plain_columns!(String, bool, Vec<u8>);

impl Column for i64 {
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        <Option<Self>>::read(row, index)?.ok_or_else(|| unreadable("there is no number"))
    }
}

impl Column for Option<i64> {
    /// PostgreSQL returns an integer literal of the statement, as in `SELECT 1`, in four bytes.
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        match row.inner {
            RowInner::Sqlite(row) => row.get(index).map_err(unreadable),
            RowInner::Postgres(row) => {
                let is_short = row.columns().get(index).is_some_and(|column| *column.type_() == Type::INT4);
                if is_short {
                    Ok(row.try_get::<_, Option<i32>>(index).map_err(unreadable)?.map(i64::from))
                } else {
                    row.try_get(index).map_err(unreadable)
                }
            }
        }
    }
}

impl Column for Timestamp {
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        i64::read(row, index).map(Self::from_milliseconds)
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        Ok(<Option<i64>>::read(row, index)?.map(Timestamp::from_milliseconds))
    }
}

impl Row<'_> {
    /// A column that may be NULL, of a type stored as text.
    ///
    /// # Errors
    /// The text cannot be read as that type.
    pub(crate) fn get_parsed<T: FromStr>(&self, index: usize) -> Result<Option<T>, Error> {
        match self.get::<Option<String>>(index)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| unreadable_text(index)),
        }
    }

    /// A column that holds JSON of a known type.
    ///
    /// # Errors
    /// The JSON is of another type.
    pub fn get_json<T: serde::de::DeserializeOwned>(&self, index: usize) -> Result<T, Error> {
        serde_json::from_str(&self.get::<String>(index)?).map_err(unreadable)
    }
}

/// Reads a column of text as a type that is stored so.
///
/// # Errors
/// The text cannot be read as that type.
pub fn parsed<T: FromStr>(row: &Row<'_>, index: usize) -> Result<T, Error> {
    String::read(row, index)?.parse().map_err(|_| unreadable_text(index))
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Fault(format!("a column cannot be read: {error}"))
}

fn unreadable_text(index: usize) -> Error {
    Error::Fault(format!("the text of column {index} is not what its type writes"))
}

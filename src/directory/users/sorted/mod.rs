//! A page of a company's users in the order that an administrator chose, there and back. Each order has an index.

mod store;

use std::fmt;
use std::str::FromStr;

use super::{Filter, Member, MembershipState, Role, list, list_before};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads};
use store::{Edge, page_by_key};

/// The order of a list of users. Users with the same key are ordered by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UserOrder {
    /// By name.
    #[default]
    Name,
    /// Administrators first, then those with a ready-made profile.
    Role,
    /// By the state of the membership.
    Standing,
    /// By the last sign-in; those who never signed in come before all others.
    LastSignIn,
}

/// An order with its direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sorting {
    /// The order.
    pub(crate) order: UserOrder,
    /// Whether it is turned round.
    pub(crate) is_descending: bool,
}

impl fmt::Display for Sorting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_descending { "-" } else { "" };
        let word = match self.order {
            UserOrder::Name => "name",
            UserOrder::Role => "role",
            UserOrder::Standing => "standing",
            UserOrder::LastSignIn => "last",
        };
        write!(formatter, "{sign}{word}")
    }
}

impl FromStr for Sorting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (word, is_descending) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
        let order = match word {
            "name" => UserOrder::Name,
            "role" => UserOrder::Role,
            "standing" => UserOrder::Standing,
            "last" => UserOrder::LastSignIn,
            _ => return Err("must be name, role, standing or last, with - before it to turn it round"),
        };
        Ok(Self { order, is_descending })
    }
}

/// The key of a user in an order, before their name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum OrderKey {
    Number(i64),
    Word(&'static str),
}

impl OrderKey {
    fn of(member: &Member, order: UserOrder) -> Self {
        match order {
            UserOrder::Name => Self::Number(0),
            UserOrder::Role if member.roles.contains(&Role::MainUser) => Self::Number(0),
            UserOrder::Role if member.roles.contains(&Role::UserAdministrator) => Self::Number(1),
            UserOrder::Role if member.profile.is_some() => Self::Number(2),
            UserOrder::Role => Self::Number(3),
            UserOrder::Standing => Self::Word(match (member.state, member.last_sign_in_at) {
                (MembershipState::Active, None) => Filter::NeverSignedIn.as_str(),
                (state, _) => state.as_str(),
            }),
            UserOrder::LastSignIn => Self::Number(member.last_sign_in_at.map_or(0, Timestamp::milliseconds)),
        }
    }
}

/// The side of a place that a page lies on, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// After it.
    After,
    /// Before it; the nearest comes first.
    Before,
}

/// The users of a company whom a list has, and their order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserListing {
    /// The company.
    pub(crate) company: CompanyId,
    /// The state.
    pub(crate) filter: Filter,
    /// The role.
    pub(crate) role: Option<Role>,
    /// The order.
    pub(crate) sorting: Sorting,
}

/// A page of a list on one side of a user; without a user from its beginning.
pub(crate) async fn page(
    db: impl Reads,
    listing: &UserListing,
    place: Option<&Member>,
    side: Side,
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let UserListing { company, filter, role, sorting } = *listing;
    let goes_up = (side == Side::After) != sorting.is_descending;
    if sorting.order == UserOrder::Name {
        let narrowing = (filter, role);
        return match (place, goes_up) {
            (Some(member), true) => list(db, company, narrowing, (&member.sort_key, Some(member.person)), limit).await,
            (None, true) => list(db, company, narrowing, (&[], None), limit).await,
            (Some(member), false) => {
                list_before(db, company, narrowing, (&member.sort_key, member.person), limit).await
            }
            (None, false) => list_before(db, company, narrowing, (BEYOND_NAMES, PersonId::NOBODY), limit).await,
        };
    }
    let edge = match place {
        Some(member) => Edge::At(OrderKey::of(member, sorting.order), member),
        None if goes_up => Edge::Beginning,
        None => Edge::End,
    };
    let mut found = page_by_key(db, listing, &edge, goes_up, limit).await?;
    found.sort_by_cached_key(|member| (OrderKey::of(member, sorting.order), member.place()));
    if !goes_up {
        found.reverse();
    }
    Ok(found)
}

/// Puts users that were found otherwise into an order.
pub(crate) fn sort(members: &mut [Member], sorting: Sorting) {
    members.sort_by_cached_key(|member| (OrderKey::of(member, sorting.order), member.place()));
    if sorting.is_descending {
        members.reverse();
    }
}

/// A sort key after that of every name.
const BEYOND_NAMES: &[u8] = &[0xFF; 16];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        for word in ["name", "-name", "role", "-role", "standing", "-standing", "last", "-last"] {
            assert_eq!(word.parse::<Sorting>().unwrap().to_string(), word);
        }
        for word in ["", "-", "email", "--name", "name desc"] {
            assert!(word.parse::<Sorting>().is_err(), "{word}");
        }
    }
}

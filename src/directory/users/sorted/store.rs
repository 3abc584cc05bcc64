//! The pages of the list by another key than the name: a statement for each order and direction. Each takes its page
//! before it joins, by an index of its own.

use super::{OrderKey, UserListing, UserOrder};
use crate::directory::users::store::member;
use crate::directory::users::{Member, Role};
use crate::platform::db::{self, Reads, Value};

const BY_ROLE_UP: &str = "SELECT members.*
    FROM (SELECT company_id, person_id FROM users
          WHERE company_id = ?1
            AND (CASE WHEN is_main_user THEN 0 WHEN is_user_administrator THEN 1 WHEN profile IS NOT NULL THEN 2 ELSE 3 END,
                 sort_key, person_id) > (CAST(?2 AS BIGINT), ?3, ?4)
            AND CASE ?5 WHEN 'main user' THEN is_main_user WHEN 'user administrator' THEN is_user_administrator
                        WHEN 'employee' THEN is_employee ELSE TRUE END
            AND CASE ?6 WHEN 'all' THEN state <> 'removed'
                        WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?6 END
          ORDER BY CASE WHEN is_main_user THEN 0 WHEN is_user_administrator THEN 1 WHEN profile IS NOT NULL THEN 2 ELSE 3 END,
                   sort_key, person_id LIMIT ?7) AS limited
    JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id";

const BY_ROLE_DOWN: &str = "SELECT members.*
    FROM (SELECT company_id, person_id FROM users
          WHERE company_id = ?1
            AND (CASE WHEN is_main_user THEN 0 WHEN is_user_administrator THEN 1 WHEN profile IS NOT NULL THEN 2 ELSE 3 END,
                 sort_key, person_id) < (CAST(?2 AS BIGINT), ?3, ?4)
            AND CASE ?5 WHEN 'main user' THEN is_main_user WHEN 'user administrator' THEN is_user_administrator
                        WHEN 'employee' THEN is_employee ELSE TRUE END
            AND CASE ?6 WHEN 'all' THEN state <> 'removed'
                        WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?6 END
          ORDER BY CASE WHEN is_main_user THEN 0 WHEN is_user_administrator THEN 1 WHEN profile IS NOT NULL THEN 2 ELSE 3 END DESC,
                   sort_key DESC, person_id DESC LIMIT ?7) AS limited
    JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id";

const BY_STANDING_UP: &str = "SELECT members.*
    FROM (SELECT company_id, person_id FROM users
          WHERE company_id = ?1
            AND (CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END,
                 sort_key, person_id) > (?2, ?3, ?4)
            AND CASE ?5 WHEN 'main user' THEN is_main_user WHEN 'user administrator' THEN is_user_administrator
                        WHEN 'employee' THEN is_employee ELSE TRUE END
            AND CASE ?6 WHEN 'all' THEN state <> 'removed'
                        WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?6 END
          ORDER BY CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END,
                   sort_key, person_id LIMIT ?7) AS limited
    JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id";

const BY_STANDING_DOWN: &str = "SELECT members.*
    FROM (SELECT company_id, person_id FROM users
          WHERE company_id = ?1
            AND (CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END,
                 sort_key, person_id) < (?2, ?3, ?4)
            AND CASE ?5 WHEN 'main user' THEN is_main_user WHEN 'user administrator' THEN is_user_administrator
                        WHEN 'employee' THEN is_employee ELSE TRUE END
            AND CASE ?6 WHEN 'all' THEN state <> 'removed'
                        WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?6 END
          ORDER BY CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END DESC,
                   sort_key DESC, person_id DESC LIMIT ?7) AS limited
    JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id";

const BY_LAST_SIGN_IN_UP: &str = "SELECT members.*
    FROM (SELECT company_id, person_id FROM users
          WHERE company_id = ?1 AND (COALESCE(last_sign_in_at, 0), sort_key, person_id) > (?2, ?3, ?4)
            AND CASE ?5 WHEN 'main user' THEN is_main_user WHEN 'user administrator' THEN is_user_administrator
                        WHEN 'employee' THEN is_employee ELSE TRUE END
            AND CASE ?6 WHEN 'all' THEN state <> 'removed'
                        WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?6 END
          ORDER BY COALESCE(last_sign_in_at, 0), sort_key, person_id LIMIT ?7) AS limited
    JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id";

const BY_LAST_SIGN_IN_DOWN: &str = "SELECT members.*
    FROM (SELECT company_id, person_id FROM users
          WHERE company_id = ?1 AND (COALESCE(last_sign_in_at, 0), sort_key, person_id) < (?2, ?3, ?4)
            AND CASE ?5 WHEN 'main user' THEN is_main_user WHEN 'user administrator' THEN is_user_administrator
                        WHEN 'employee' THEN is_employee ELSE TRUE END
            AND CASE ?6 WHEN 'all' THEN state <> 'removed'
                        WHEN 'invited' THEN invited_until IS NOT NULL AND state = 'active' ELSE
                CASE WHEN state = 'active' AND NOT has_signed_in THEN 'never_signed_in' ELSE state END = ?6 END
          ORDER BY COALESCE(last_sign_in_at, 0) DESC, sort_key DESC, person_id DESC LIMIT ?7) AS limited
    JOIN members ON members.company_id = limited.company_id AND members.person_id = limited.person_id";

/// The edge that a page begins at.
pub(super) enum Edge<'m> {
    /// Before every user.
    Beginning,
    /// After every user.
    End,
    /// At a user.
    At(OrderKey, &'m Member),
}

/// A page of users from an edge on, up or down, in no order: a join preserves none. An order by name has other
/// statements, and none here.
pub(super) async fn page_by_key(
    db: impl Reads,
    listing: &UserListing,
    edge: &Edge<'_>,
    goes_up: bool,
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let is_word = listing.sorting.order == UserOrder::Standing;
    let (sql, key): (_, Value<'_>) = match (listing.sorting.order, goes_up) {
        (UserOrder::Standing, true) => (BY_STANDING_UP, "".into()),
        // After every word of a state.
        (UserOrder::Standing, false) => (BY_STANDING_DOWN, "zzzz".into()),
        (UserOrder::LastSignIn, true) => (BY_LAST_SIGN_IN_UP, (-1).into()),
        (UserOrder::LastSignIn, false) => (BY_LAST_SIGN_IN_DOWN, i64::MAX.into()),
        (UserOrder::Role | UserOrder::Name, true) => (BY_ROLE_UP, (-1).into()),
        (UserOrder::Role | UserOrder::Name, false) => (BY_ROLE_DOWN, 9.into()),
    };
    let (key, sort_key, person): (Value<'_>, &[u8], String) = match edge {
        Edge::At(OrderKey::Number(number), member) if !is_word => {
            ((*number).into(), &member.sort_key, member.person.to_string())
        }
        Edge::At(OrderKey::Word(word), member) if is_word => {
            ((*word).into(), &member.sort_key, member.person.to_string())
        }
        _ => (key, &[], String::new()),
    };
    let role = listing.role.map_or("", Role::as_str);
    let parameters: Vec<Value<'_>> = vec![
        listing.company.into(),
        key,
        sort_key.into(),
        person.into(),
        role.into(),
        listing.filter.as_str().into(),
        limit.into(),
    ];
    db.all(sql, &parameters, member).await
}

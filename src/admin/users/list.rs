//! The list of users: searched by words, narrowed by filters, paged by key.

use std::collections::BTreeSet;

use axum::response::Response;
use http::StatusCode;

use super::super::companies::LONGEST_SEARCH;
use super::super::frame;
use super::super::gate::Console;
use super::super::views::{Chip, Choice, Section, SortHead, UserRow, UserStanding, UsersPage, UsersResults};
use super::narrowing::Narrowing;
use crate::directory::people::{self, PersonId};
use crate::directory::users::{self, Filter, Member, MembershipState, Role, Side, Sorting, UserListing, UserOrder};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reader, Source};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::proofs::{self, Factor};

/// Users of a page: the most that one [`proofs::held_by`] reads.
const SHOWN: usize = 20;
/// Users that a search reads before the filters narrow it.
const LOOKED_AT: i64 = 60;
/// How often more are read for a page of filters without an index: five hundred users are looked at.
const ROUNDS: usize = 25;
/// The most users that the filters count; beyond it they show "1,000+".
const COUNTED: i64 = 2000;

/// The columns that the list can be ordered by, each with the key of its heading.
const HEADS: [(UserOrder, &str); 4] = [
    (UserOrder::Name, "admin-name"),
    (UserOrder::Role, "admin-role"),
    (UserOrder::Standing, "admin-standing"),
    (UserOrder::LastSignIn, "admin-last-sign-in"),
];

/// The filters, the order and the page of a request.
struct UserFilters {
    typed: String,
    filter: Filter,
    role: Option<Role>,
    after: Option<PersonId>,
    before: Option<PersonId>,
    narrowing: Narrowing,
    sorting: Sorting,
}

impl UserFilters {
    fn of(query: &Parameters) -> Self {
        Self {
            typed: query.field("typed").trim().chars().take(LONGEST_SEARCH).collect(),
            filter: query.field("filter").parse().unwrap_or_default(),
            role: query.field("role").parse().ok(),
            after: query.field("after").parse().ok(),
            before: query.field("before").parse().ok(),
            narrowing: Narrowing::of(query),
            sorting: query.field("sort").parse().unwrap_or_default(),
        }
    }

    /// The list that the filters with an index leave.
    fn listing(&self, console: &Console) -> UserListing {
        UserListing { company: console.company.id, filter: self.filter, role: self.role, sorting: self.sorting }
    }

    /// Whether a user passes the filters.
    fn admits(&self, member: &Member, now: Timestamp) -> bool {
        let admitted = match self.filter {
            Filter::All => member.state != MembershipState::Removed,
            Filter::Active => member.state == MembershipState::Active && member.last_sign_in_at.is_some(),
            Filter::NeverSignedIn => member.state == MembershipState::Active && member.last_sign_in_at.is_none(),
            Filter::Invited => member.is_invited(now),
            Filter::Pending => member.state == MembershipState::Pending,
            Filter::Locked => member.state == MembershipState::Locked,
            Filter::Removed => member.state == MembershipState::Removed,
        };
        admitted && self.role.is_none_or(|role| member.roles.contains(&role))
    }

    fn query(&self, place: &str, person: PersonId) -> String {
        format!("{}&{place}={person}", self.same(self.sorting))
    }

    /// The query of the same list in an order, from its beginning.
    fn same(&self, sorting: Sorting) -> String {
        let role = self.role.map_or("", Role::as_str).replace(' ', "+");
        let typed: String = url::form_urlencoded::byte_serialize(self.typed.as_bytes()).collect();
        let typed = if typed.is_empty() { String::new() } else { format!("&typed={typed}") };
        let sorted = if sorting == Sorting::default() { String::new() } else { format!("&sort={sorting}") };
        format!("filter={}&role={role}{typed}{}{sorted}", self.filter.as_str(), self.narrowing.query())
    }

    /// The query of this page.
    fn this_page(&self) -> String {
        let place = |name: &str, person: Option<PersonId>| person.map(|person| format!("&{name}={person}"));
        let places = [place("after", self.after), place("before", self.before)];
        format!("{}{}", self.same(self.sorting), places.into_iter().flatten().collect::<String>())
    }

    /// The heading of a column that the list can be ordered by. Its link turns the order round, or begins with the
    /// direction that is wished for most.
    fn head(&self, texts: Texts, order: UserOrder, key: &str) -> SortHead {
        let is_on = self.sorting.order == order;
        let is_descending = if is_on { !self.sorting.is_descending } else { order == UserOrder::LastSignIn };
        SortHead {
            label: texts.text(key),
            query: self.same(Sorting { order, is_descending }),
            is_on,
            is_descending: self.sorting.is_descending,
        }
    }
}

/// A page of the list, and whether there are pages before and after it.
struct UserSlice {
    members: Vec<Member>,
    is_more_before: bool,
    is_more_after: bool,
    /// The last user who was looked at, where that is not the last of the page.
    looked_at: Option<PersonId>,
}

/// Shows the list.
pub async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let section = Section::Users;
    let filters = UserFilters::of(&query);
    let (page, frame) = frame::page(&console, section, section.path()).await?;
    let texts = page.texts;
    let mut reader = console.app.db.reader().await?;
    let found = if !filters.typed.is_empty() {
        search(&mut reader, &console, &filters).await?
    } else if filters.narrowing.is_set() {
        narrowed(&mut reader, &console, &filters).await?
    } else {
        read(&mut reader, &filters.listing(&console), &filters).await?
    };
    let ids: Vec<PersonId> = found.members.iter().map(|member| member.person).collect();
    let held = proofs::held_by(&mut reader, &ids).await?;
    let narrowing = filters.narrowing.fields(&mut reader, &console, texts).await?;
    let mut chips = Vec::new();
    let mut shown = String::new();
    let (counts, is_larger) = users::count_each(&mut reader, console.company.id, COUNTED).await?;
    for (filter, count) in Filter::ALL.into_iter().zip(counts) {
        let on = filter == filters.filter;
        let count_words = if is_larger { format!("{count}+") } else { count.to_string() };
        if on && filters.typed.is_empty() && filters.role.is_none() && !filters.narrowing.is_set() {
            shown = texts.text_with("admin-users-shown", &[("count", &count_words)]);
        }
        chips.push(Chip { word: filter.as_str(), key: filter_key(filter), count: count_words, on });
    }
    drop(reader);
    if !filters.typed.is_empty() && found.is_more_after {
        shown = page.t("admin-search-more");
    }
    let rows = found.members.iter().map(|member| row(&console, texts, member, held.get(&member.person)));
    let is_list = filters.typed.is_empty();
    let first = found.members.first().filter(|_| is_list && found.is_more_before);
    let last = found.members.last().map(|member| member.person);
    let last = found.looked_at.or(last).filter(|_| is_list && found.is_more_after);
    let results = UsersResults {
        page: page.clone(),
        frame: frame.clone(),
        chips,
        filter: filters.filter.as_str().to_owned(),
        role: filters.role.map_or_else(String::new, |role| role.as_str().to_owned()),
        users: rows.collect(),
        shown,
        previous: first.map(|member| filters.query("before", member.person)),
        next: last.map(|person| filters.query("after", person)),
        narrowing: filters.narrowing.query(),
        sort: filters.sorting.to_string(),
        heads: HEADS.map(|(order, key)| filters.head(texts, order, key)).into(),
        all_are_chosen: query.field("chosen") == "all",
        this_page: filters.this_page(),
        typed: filters.typed.clone(),
    };
    let response = if query.field("fragment") == "1" {
        refusal::show(StatusCode::OK, &results)
    } else {
        let refused = (query.field("refused") == "nobody-chosen").then(|| page.t("chosen-nobody"));
        let (roles, orders) = (roles(texts, filters.role), orders(texts, filters.sorting));
        refusal::show(StatusCode::OK, &UsersPage { refused, roles, orders, narrowing, results, frame, page })
    };
    Ok(response)
}

/// A page of the list after or before a user; the first page if that person is no user of the company.
async fn read(reader: &mut Reader, listing: &UserListing, filters: &UserFilters) -> Result<UserSlice, db::Error> {
    let read = i64::try_from(SHOWN + 1).unwrap_or(1);
    if let Some(before) = filters.before
        && let Some(place) = users::find(&mut *reader, listing.company, before).await?
    {
        let mut members = users::page(&mut *reader, listing, Some(&place), Side::Before, read).await?;
        let is_more_before = members.len() > SHOWN;
        members.truncate(SHOWN);
        members.reverse();
        return Ok(UserSlice { members, is_more_before, is_more_after: true, looked_at: None });
    }
    let place = match filters.after {
        Some(after) => users::find(&mut *reader, listing.company, after).await?,
        None => None,
    };
    let mut members = users::page(&mut *reader, listing, place.as_ref(), Side::After, read).await?;
    let is_more_after = members.len() > SHOWN;
    members.truncate(SHOWN);
    Ok(UserSlice { members, is_more_before: place.is_some(), is_more_after, looked_at: None })
}

/// A page of the users whom filters without an index admit: a bounded number of users is looked at.
async fn narrowed(reader: &mut Reader, console: &Console, filters: &UserFilters) -> Result<UserSlice, db::Error> {
    let batch = i64::try_from(SHOWN).unwrap_or(1);
    let holders = filters.narrowing.holders(reader, console).await?;
    let mut place = match filters.after {
        Some(after) => users::find(&mut *reader, console.company.id, after).await?,
        None => None,
    };
    let is_more_before = place.is_some();
    let mut members = Vec::new();
    for _ in 0..ROUNDS {
        let found = users::page(&mut *reader, &filters.listing(console), place.as_ref(), Side::After, batch).await?;
        let is_last = found.len() < SHOWN;
        let ids: Vec<PersonId> = found.iter().map(|member| member.person).collect();
        let held = proofs::held_by(&mut *reader, &ids).await?;
        for member in found {
            if members.len() == SHOWN {
                let looked_at = place.map(|place| place.person);
                return Ok(UserSlice { members, is_more_before, is_more_after: true, looked_at });
            }
            let has = held.get(&member.person);
            if filters.narrowing.admits(&member, has, holders.as_ref(), console.visit.now) {
                members.push(member.clone());
            }
            place = Some(member);
        }
        if is_last {
            return Ok(UserSlice { members, is_more_before, is_more_after: false, looked_at: None });
        }
    }
    Ok(UserSlice { members, is_more_before, is_more_after: true, looked_at: place.map(|place| place.person) })
}

async fn search(reader: &mut Reader, console: &Console, filters: &UserFilters) -> Result<UserSlice, db::Error> {
    let found = users::search(&mut Source::Reader(reader), console.company.id, &filters.typed, LOOKED_AT).await?;
    let holders = filters.narrowing.holders(reader, console).await?;
    let mut members = Vec::new();
    for some in found.chunks(SHOWN) {
        let ids: Vec<PersonId> = some.iter().map(|member| member.person).collect();
        let held = proofs::held_by(&mut *reader, &ids).await?;
        let passes = |member: &&Member| {
            let has = held.get(&member.person);
            filters.admits(member, console.visit.now)
                && filters.narrowing.admits(member, has, holders.as_ref(), console.visit.now)
        };
        members.extend(some.iter().filter(passes).cloned());
    }
    users::sort(&mut members, filters.sorting);
    let is_more_after = members.len() > SHOWN;
    members.truncate(SHOWN);
    Ok(UserSlice { members, is_more_before: false, is_more_after, looked_at: None })
}

fn row(console: &Console, texts: Texts, member: &Member, has: Option<&BTreeSet<Factor>>) -> UserRow {
    UserRow {
        id: member.person.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        role: role_in_words(texts, member),
        standing: standing(member, console.visit.now),
        second_factor: factor_in_words(texts, member, has),
        last_sign_in: member
            .last_sign_in_at
            .map_or_else(|| texts.text("admin-never"), |at| frame::time_in_words(console, texts, at)),
    }
}

/// The second steps of a user, as far as the company may know of them.
pub(super) fn factor_in_words(texts: Texts, member: &Member, has: Option<&BTreeSet<Factor>>) -> String {
    if member.is_waited_for { texts.text("admin-factor-not-known") } else { second_steps(texts, has) }
}

/// The second steps of a person, in words.
pub(super) fn second_steps(texts: Texts, has: Option<&BTreeSet<Factor>>) -> String {
    let has = has.into_iter().flatten().filter(|factor| factor.traits().second_step.is_some());
    let names: Vec<String> = has.map(|factor| texts.text(&factor.key("short"))).collect();
    if names.is_empty() { texts.text("admin-factor-none") } else { names.join(" · ") }
}

/// The administrative role of a user, otherwise the ready-made profile that was given last.
pub(super) fn role_in_words(texts: Texts, member: &Member) -> String {
    let manages = member.roles.iter().find(|role| role.manages());
    match (manages, &member.profile) {
        (Some(role), _) => texts.text(frame::role_key(*role)),
        (None, Some(profile)) => profile.clone(),
        (None, None) => texts.text(frame::role_key(Role::Employee)),
    }
}

/// The state of a user in lists.
pub(super) fn standing(member: &Member, now: Timestamp) -> UserStanding {
    match (member.state, member.profile_state, member.last_sign_in_at) {
        (MembershipState::Removed, _, _) => UserStanding::Removed,
        (_, people::PersonState::Disabled, _) => UserStanding::Closed,
        (MembershipState::Locked, _, _) => UserStanding::Locked,
        (MembershipState::Pending, _, _) => UserStanding::Pending,
        (MembershipState::Active, _, _) if member.is_invited(now) => UserStanding::Invited,
        (MembershipState::Active, _, None) => UserStanding::NeverSignedIn,
        (MembershipState::Active, _, Some(_)) => UserStanding::Active,
    }
}

fn filter_key(filter: Filter) -> &'static str {
    match filter {
        Filter::All => "admin-filter-all",
        Filter::Active => "admin-standing-active",
        Filter::NeverSignedIn => "admin-standing-never",
        Filter::Invited => "admin-standing-invited",
        Filter::Pending => "admin-standing-pending",
        Filter::Locked => "admin-standing-locked",
        Filter::Removed => "admin-standing-removed",
    }
}

fn roles(texts: Texts, chosen: Option<Role>) -> Vec<Choice> {
    let all = Choice { word: String::new(), name: texts.text("admin-role-any"), on: chosen.is_none() };
    let each = Role::ALL.map(|role| Choice {
        word: role.as_str().to_owned(),
        name: texts.text(frame::role_key(role)),
        on: chosen == Some(role),
    });
    std::iter::once(all).chain(each).collect()
}

/// The orders of the list as choices, for pages that show no headings.
fn orders(texts: Texts, chosen: Sorting) -> Vec<Choice> {
    let each = [
        ("name", "admin-order-name"),
        ("-name", "admin-order-name-down"),
        ("role", "admin-order-role"),
        ("standing", "admin-order-standing"),
        ("-last", "admin-order-last-down"),
        ("last", "admin-order-last"),
    ];
    let choice = |(word, key): (&str, &str)| Choice {
        word: word.to_owned(),
        name: texts.text(key),
        on: chosen.to_string() == word,
    };
    each.map(choice).into()
}

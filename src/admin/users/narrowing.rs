//! Filters of the list that no index knows: second factor, ready-made profile, application and last sign-in. A page
//! looks at a bounded number of users, and says from where it goes on.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use super::super::gate::Console;
use super::super::views::{Choice, NarrowingField};
use crate::directory::people::PersonId;
use crate::directory::rights::{self, ReadyMadeProfile};
use crate::directory::users::Member;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reader};
use crate::platform::web::parameters::Parameters;
use crate::platform::web::translations::Texts;
use crate::proofs::Factor;
use crate::provider::applications::{self, ApplicationId};

/// The greatest number of users whose rights in an application are looked at.
const MOST_HOLDERS: i64 = 10_000;
/// The days of absence that can be chosen.
const ABSENCES: [u16; 3] = [30, 90, 365];

/// The chosen filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Narrowing {
    /// Whether a second factor is set up.
    second_factor: Option<bool>,
    /// The name of the ready-made profile.
    profile: Option<String>,
    /// The application in which there is a right.
    application: Option<ApplicationId>,
    /// The days without a sign-in.
    absent_days: Option<u16>,
}

impl Narrowing {
    /// The filters of an address. Unknown words filter nothing.
    pub(super) fn of(query: &Parameters) -> Self {
        Self {
            second_factor: match query.field("factor") {
                "none" => Some(false),
                "any" => Some(true),
                _ => None,
            },
            profile: Some(query.field("profile").chars().take(80).collect::<String>()).filter(|name| !name.is_empty()),
            application: query.field("application").parse().ok(),
            absent_days: query.field("absent").parse().ok().filter(|days| ABSENCES.contains(days)),
        }
    }

    /// Whether anything is chosen.
    pub(super) fn is_set(&self) -> bool {
        *self != Self::default()
    }

    /// The same filters as a query, which begins with `&`; empty where none is chosen.
    pub(super) fn query(&self) -> String {
        let mut query = String::new();
        let mut add = |name: &str, value: &str| {
            let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let _ = write!(query, "&{name}={value}");
        };
        if let Some(has_one) = self.second_factor {
            add("factor", if has_one { "any" } else { "none" });
        }
        if let Some(profile) = &self.profile {
            add("profile", profile);
        }
        if let Some(application) = self.application {
            add("application", &application.to_string());
        }
        if let Some(days) = self.absent_days {
            add("absent", &days.to_string());
        }
        query
    }

    /// The people with a right in the chosen application; `None` where none is chosen.
    pub(super) async fn holders(
        &self,
        reader: &mut Reader,
        console: &Console,
    ) -> Result<Option<BTreeSet<PersonId>>, db::Error> {
        let Some(application) = self.application else { return Ok(None) };
        let company = console.company.id;
        let holders = rights::people_with_rights(reader, company, &application.to_string(), MOST_HOLDERS).await?;
        Ok(Some(holders.into_iter().collect()))
    }

    /// Whether a user passes the filters. Of somebody who has not accepted the company knows no factor.
    pub(super) fn admits(
        &self,
        member: &Member,
        has: Option<&BTreeSet<Factor>>,
        holders: Option<&BTreeSet<PersonId>>,
        now: Timestamp,
    ) -> bool {
        let has_one = || has.is_some_and(|has| has.iter().any(|factor| factor.traits().second_step.is_some()));
        let is_absent = |days: u16| {
            let since = now.minus(Duration::from_hours(24 * u64::from(days)));
            member.last_sign_in_at.is_none_or(|at| at < since)
        };
        self.second_factor.is_none_or(|wanted| !member.is_waited_for && has_one() == wanted)
            && self.profile.as_ref().is_none_or(|wanted| member.profile.as_ref() == Some(wanted))
            && holders.is_none_or(|holders| holders.contains(&member.person))
            && self.absent_days.is_none_or(is_absent)
    }

    /// The fields of the form.
    pub(super) async fn fields(
        &self,
        reader: &mut Reader,
        console: &Console,
        texts: Texts,
    ) -> Result<Vec<NarrowingField>, db::Error> {
        let profiles: Vec<ReadyMadeProfile> = rights::profiles(&mut *reader, console.company.id).await?;
        let open = applications::open_to_company(&mut *reader, console.company.id).await?;
        let factor = |word: &str, key: &str, on: Option<bool>| Choice {
            word: word.to_owned(),
            name: texts.text(key),
            on: self.second_factor == on,
        };
        let mut named: BTreeSet<String> = profiles.into_iter().map(|profile| profile.name).collect();
        named.extend(self.profile.clone());
        let profile = |name: String| Choice { on: self.profile.as_ref() == Some(&name), word: name.clone(), name };
        let application = |(id, name): (ApplicationId, String)| Choice {
            word: id.to_string(),
            name,
            on: self.application == Some(id),
        };
        let absence = |days: u16| Choice {
            word: days.to_string(),
            name: texts.count("admin-absent-days", "days", days.into()),
            on: self.absent_days == Some(days),
        };
        let any = |key: &str, on: bool| Choice { word: String::new(), name: texts.text(key), on };
        let field = |name: &'static str, key: &str, choices: Vec<Choice>| NarrowingField {
            name,
            label: texts.text(key),
            choices,
        };
        let all = |first: Choice, rest: Vec<Choice>| std::iter::once(first).chain(rest).collect::<Vec<_>>();
        Ok(vec![
            field(
                "factor",
                "admin-factor",
                vec![
                    factor("", "admin-factor-all", None),
                    factor("none", "admin-factor-without", Some(false)),
                    factor("any", "admin-factor-with", Some(true)),
                ],
            ),
            field(
                "profile",
                "admin-profile",
                all(any("admin-profile-all", self.profile.is_none()), named.into_iter().map(profile).collect()),
            ),
            field(
                "application",
                "admin-application",
                all(
                    any("admin-application-all", self.application.is_none()),
                    open.into_iter().map(application).collect(),
                ),
            ),
            field(
                "absent",
                "admin-last-sign-in",
                all(any("admin-absent-all", self.absent_days.is_none()), ABSENCES.map(absence).into()),
            ),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_query_is_narrowing_and_is_written_as_it_was_read(
            query in "[a-z]{0,8}=[^ ]{0,20}(&(factor|profile|application|absent)=[a-z0-9-]{0,12}){0,4}",
        ) {
            let narrowing = Narrowing::of(&Parameters::parse(&query));
            let written = narrowing.query();
            prop_assert_eq!(Narrowing::of(&Parameters::parse(written.trim_start_matches('&'))), narrowing.clone());
            prop_assert_eq!(written.is_empty(), !narrowing.is_set());
        }
    }
}

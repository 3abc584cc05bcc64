//! The rights that an administrator may give: a user administrator those that they have themselves in this company, a
//! main user those of every application that is open to it. Nobody gives more than they have (FLOWS.md 11).

use std::collections::{BTreeMap, BTreeSet};

use super::{CompanyStanding, Standing};
use crate::directory::rights::{self, Right, RightDeclaration, USE};
use crate::directory::users::Authority;
use crate::platform::db::{self, Source};
use crate::provider::applications::{self, ApplicationId};

/// An application that is open to a company, with the rights that it declares.
#[derive(Clone, Debug)]
pub(crate) struct DeclaringApplication {
    /// Its identifier.
    pub(crate) id: ApplicationId,
    /// Its name.
    pub(crate) name: String,
    /// The rights beside the one to use it.
    pub(crate) declared: Vec<RightDeclaration>,
}

/// The rights that there are to give in a company, and those of them that somebody may give.
#[derive(Clone, Debug)]
pub(crate) struct Giving {
    /// The applications that are open to the company.
    pub(crate) applications: Vec<DeclaringApplication>,
    /// The rights that may be given; `None` for every one, as programs and the operator may.
    may: Option<BTreeSet<Right>>,
}

impl Giving {
    /// The rights of a company, and which of them somebody may give there.
    pub(crate) async fn of(source: &mut Source<'_, '_>, at: CompanyStanding<'_>) -> Result<Self, db::Error> {
        let company = at.company.id;
        let mut declared: BTreeMap<String, Vec<RightDeclaration>> = BTreeMap::new();
        for (application, right) in rights::declared_of_company(&mut *source, company).await? {
            declared.entry(application).or_default().push(right);
        }
        let open = applications::open_to_company(&mut *source, company).await?;
        let applications: Vec<DeclaringApplication> = open
            .into_iter()
            .map(|(id, name)| {
                let declared = declared.remove(&id.to_string()).unwrap_or_default();
                DeclaringApplication { id, name, declared }
            })
            .collect();
        let may = match at.standing {
            Standing::Person { person, authority: Authority::UserAdministrator } => {
                let own = rights::of_user(&mut *source, company, person).await?;
                Some(may_give(&all(&applications), Some(&own)))
            }
            Standing::Person { authority: Authority::MainUser { .. }, .. } => Some(may_give(&all(&applications), None)),
            Standing::Service | Standing::Operator => None,
        };
        Ok(Self { applications, may })
    }

    /// Whether an application that is open to the company knows a right.
    pub(crate) fn knows(&self, right: &Right) -> bool {
        all(&self.applications).contains(right)
    }

    /// Whether a right may be given and taken away.
    pub(crate) fn may(&self, right: &Right) -> bool {
        self.may.as_ref().is_none_or(|may| may.contains(right))
    }
}

/// Every right that there is in the applications that are open to a company.
fn all(applications: &[DeclaringApplication]) -> Vec<Right> {
    let mut all = Vec::new();
    for DeclaringApplication { id: application, declared, .. } in applications {
        all.push(Right::to_use(application));
        let right =
            |declared: &RightDeclaration| Right { application: application.to_string(), name: declared.name.clone() };
        all.extend(declared.iter().map(right));
    }
    all
}

/// Of all the rights that there are, those that somebody may give who has these themselves; `None` for who may
/// give all of them. Any right in an application lets its holder use it, and so lets them let others use it.
fn may_give(all: &[Right], own: Option<&[Right]>) -> BTreeSet<Right> {
    let has = |right: &Right| match own {
        None => true,
        Some(own) if right.name == USE => own.iter().any(|had| had.application == right.application),
        Some(own) => own.contains(right),
    };
    all.iter().filter(|right| has(right)).cloned().collect()
}

impl Giving {
    /// The first right that a change would give or take away and that is not theirs to give.
    pub(crate) fn refused_right<'r>(&self, had: &'r [Right], wanted: &'r [Right]) -> Option<&'r Right> {
        let given = wanted.iter().filter(|right| !had.contains(right));
        let taken = had.iter().filter(|right| !wanted.contains(right));
        given.chain(taken).find(|right| !self.may(right))
    }
}

/// The rights that a user has after an administrator chose: those that the administrator may give as chosen, every
/// other as it was.
pub(crate) fn rights_after(giving: &Giving, had: &[Right], chosen: &[Right]) -> Vec<Right> {
    let kept = had.iter().filter(|right| !giving.may(right));
    let given = chosen.iter().filter(|right| giving.may(right));
    let after: BTreeSet<Right> = kept.chain(given).cloned().collect();
    after.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn right(application: &str, name: &str) -> Right {
        Right { application: application.to_owned(), name: name.to_owned() }
    }

    #[test]
    fn a_reader_in_an_application_gives_use_and_reading_but_not_writing() {
        let all = [right("pay", USE), right("pay", "read"), right("pay", "write"), right("trips", USE)];
        let may = may_give(&all, Some(&[right("pay", "read")]));
        assert_eq!(may.into_iter().collect::<Vec<_>>(), [right("pay", "read"), right("pay", USE)]);
        assert_eq!(may_give(&all, None).len(), 4);
        assert!(may_give(&all, Some(&[])).is_empty());
    }

    #[test]
    fn rights_of_an_application_that_is_not_open_are_given_by_nobody() {
        assert!(may_give(&[], Some(&[right("pay", USE)])).is_empty());
        assert!(may_give(&[], None).is_empty());
    }

    fn some() -> impl Strategy<Value = Vec<Right>> {
        let every: Vec<Right> = ["pay", "trips"]
            .iter()
            .flat_map(|application| [USE, "read", "write"].map(|name| right(application, name)))
            .collect();
        proptest::sample::subsequence(every, 0..=6)
    }

    proptest! {
        #[test]
        fn nobody_gives_or_takes_away_what_they_do_not_have(
            all in some(), own in some(), had in some(), chosen in some(),
        ) {
            let giving = Giving { applications: Vec::new(), may: Some(may_give(&all, Some(&own))) };
            let after = rights_after(&giving, &had, &chosen);
            for right in had.iter().chain(&chosen) {
                let expected = if giving.may(right) { chosen.contains(right) } else { had.contains(right) };
                prop_assert_eq!(after.contains(right), expected);
            }
            prop_assert!(after.iter().all(|right| had.contains(right) || own.iter().any(|own| own.application == right.application)));
        }
    }
}

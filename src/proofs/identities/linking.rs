//! The person of an identity. Somebody is known by it because they linked it with a proof of their profile, or because a company
//! entered the identifier for a profile that nobody has used yet. Neither name nor email decides anything.
//!
//! The directory of a company vouches for the people of that company alone, and for one whose profile another company looks
//! after it is worth one proof at most: otherwise its administrators would open the doors of that other company.

use super::store;
use super::{
    IdentityLink, IdentityQuestionId, LinkedIdentity, LinkedIdentityId, PersonalIdentifier, Recognition,
    VouchedIdentity, hash_of,
};
use crate::directory::companies::CompanyId;
use crate::directory::people::{self, PersonId};
use crate::directory::users::MembershipState;
use crate::directory::{employees, users};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::proofs::identity_providers::{self, IdentityWorth};
use crate::proofs::{self, Occasion, Proven};

/// The person of a vouched identity. Where nobody is known by it, it waits with its question. The caller has computed
/// the hash of its identifier before the transaction.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn recognise(
    tx: &mut Tx<'_>,
    app: &Core,
    (question, identity): (IdentityQuestionId, &VouchedIdentity),
    (occasion, hash): (Occasion, &[u8; 32]),
    now: Timestamp,
) -> Result<Recognition, Fault> {
    let by = (identity.identifier.source, hash);
    let company = company_of(tx, identity.identifier.source).await?;
    let proof = |person, most| {
        Proven::new(person, identity.method_of_at_most(most), identity.proven_at.min(now), occasion.clone())
    };
    if let Some(linked) = store::linked(&mut *tx, by).await? {
        people::take_turns(tx, linked.person).await?;
        let Some(most) = most_worth(tx, company, linked.person).await? else {
            return Ok(Recognition::LeftCompany(linked.person));
        };
        // It may have been unlinked while this one waited for its turn.
        if store::used(tx, &linked, now).await? {
            return Ok(Recognition::Known { proven: Box::new(proof(linked.person, most)), is_new: false });
        }
    }
    if let Some(person) = expected(tx, by).await?
        && let Some(most) = most_worth(tx, company, person).await?
    {
        let link = IdentityLink { wanted: &identity.identifier, hash, name: &identity.name };
        if let Some(id) = store::add(tx, app, person, &link, now).await? {
            store::unexpect_everywhere(tx, person).await?;
            let linked = LinkedIdentity { id, person, source: identity.identifier.source, name: identity.name.clone() };
            store::used(tx, &linked, now).await?;
            return Ok(Recognition::Known { proven: Box::new(proof(person, most)), is_new: true });
        }
    }
    store::keep_unmatched(tx, app, (question, identity), now).await?;
    Ok(Recognition::Unknown)
}

/// The company whose directory a source is; `None` for a bank, an eID, or a directory of no one company.
async fn company_of(tx: &mut Tx<'_>, source: super::IdentitySource) -> Result<Option<CompanyId>, db::Error> {
    let super::IdentitySource::Provider(id) = source else { return Ok(None) };
    Ok(identity_providers::find(&mut *tx, id).await?.and_then(|provider| provider.settings.company))
}

/// The most that an identity is worth for a person; `None` where it is of a company that the person is not of.
async fn most_worth(
    tx: &mut Tx<'_>,
    company: Option<CompanyId>,
    person: PersonId,
) -> Result<Option<IdentityWorth>, db::Error> {
    let Some(company) = company else { return Ok(Some(IdentityWorth::High)) };
    let state = users::find(&mut *tx, company, person).await?.map(|member| member.state);
    let is_of_company = match state {
        Some(MembershipState::Active) => true,
        Some(MembershipState::Locked) => false,
        _ => employees::find(&mut *tx, company, person).await?.is_some(),
    };
    if !is_of_company {
        return Ok(None);
    }
    let looks_after = users::basic_company(&mut *tx, person).await?.is_some_and(|(basic, _)| basic == company);
    Ok(Some(if looks_after { IdentityWorth::High } else { IdentityWorth::OneProof }))
}

impl VouchedIdentity {
    /// The hash that it is found by.
    ///
    /// # Errors
    /// As [`hash_of`].
    pub(crate) async fn hash(&self, app: &Core) -> Result<[u8; 32], Fault> {
        hash_of(app, &self.identifier).await
    }
}

/// The one person whom a company expects by an identifier, if nobody has used the profile yet: a company alone never
/// opens a profile that is in use.
async fn expected(tx: &mut Tx<'_>, by: (super::IdentitySource, &[u8; 32])) -> Result<Option<PersonId>, db::Error> {
    let people = store::expected(&mut *tx, by).await?;
    let [person] = people.as_slice() else { return Ok(None) };
    people::take_turns(tx, *person).await?;
    let holdings = proofs::holdings(&mut *tx, *person).await?;
    Ok(holdings.has.is_empty().then_some(*person))
}

/// Records that the person wants to link the identity of a sign-in. Returns whether there is one.
pub(crate) async fn wish_link(tx: &mut Tx<'_>, occasion: &Occasion, now: Timestamp) -> Result<bool, db::Error> {
    store::wish_link(tx, occasion, now).await
}

/// The outcome of linking an identity to a profile that was just proven.
#[derive(Clone, Debug)]
pub(crate) enum LinkOutcome {
    /// Nothing waits, or somebody is known by it meanwhile.
    Nothing,
    /// It is linked.
    Linked {
        /// The name of the bank, eID or directory.
        name: String,
        /// The proof by the directory of a company, which has vouched for the person in this very sign-in.
        proven: Option<Box<Proven>>,
    },
    /// It is the directory of a company that the person is not of: its name.
    OfAnotherCompany(String),
}

/// Links the identity that a sign-in waits to link, to the person who has just proven their profile.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn link_waiting(
    tx: &mut Tx<'_>,
    app: &Core,
    (occasion, person): (&Occasion, PersonId),
    now: Timestamp,
) -> Result<LinkOutcome, Fault> {
    let Some(waiting) = store::take_linking(tx, occasion, now).await? else { return Ok(LinkOutcome::Nothing) };
    let identity = store::opened(app, &waiting)?;
    let company = company_of(tx, identity.source).await?;
    let Some(most) = most_worth(tx, company, person).await? else {
        return Ok(LinkOutcome::OfAnotherCompany(identity.name));
    };
    let at = Timestamp::from_milliseconds(identity.proven_at).min(now);
    let proof = || Box::new(Proven::new(person, identity.worth.min(most).method(), at, occasion.clone()));
    let proven = company.map(|_| proof());
    let wanted = PersonalIdentifier { source: identity.source, identifier: Secret::new(identity.identifier) };
    let hash = hash_in(tx, app, &wanted).await?;
    let link = IdentityLink { wanted: &wanted, hash: &hash, name: &identity.name };
    let added = store::add(tx, app, person, &link, now).await?;
    Ok(added.map_or(LinkOutcome::Nothing, |_| LinkOutcome::Linked { name: identity.name.clone(), proven }))
}

/// The hash of an identifier, within a transaction: the key is there, because the identity was looked for.
async fn hash_in(tx: &mut Tx<'_>, app: &Core, wanted: &PersonalIdentifier) -> Result<[u8; 32], Fault> {
    let sealed = store::hash_key(&mut *tx).await?.ok_or_else(|| Fault::new("there is no key of identifiers"))?;
    Ok(super::hash_with(&super::opened_key(app, &sealed)?, wanted))
}

/// The linked identities of a person.
pub async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<LinkedIdentity>, db::Error> {
    store::of_person(db, person).await
}

/// One of them.
pub async fn find(db: impl Reads, person: PersonId, id: LinkedIdentityId) -> Result<Option<LinkedIdentity>, db::Error> {
    store::find(db, person, id).await
}

/// Removes a linked identity. Returns whether there was one.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId, id: LinkedIdentityId) -> Result<bool, db::Error> {
    store::remove(tx, person, id).await
}

/// Removes the identities that were linked from an instant on.
pub(in crate::proofs) async fn remove_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Timestamp,
) -> Result<u64, db::Error> {
    store::remove_since(tx, person, since).await
}

/// Keeps the identifier by which a company expects a person. Its hash was computed before the transaction. Returns
/// `false` for a profile that is in use: its person links the identity themselves.
pub async fn expect(
    tx: &mut Tx<'_>,
    (company, person): (CompanyId, PersonId),
    (source, hash): (super::IdentitySource, &[u8; 32]),
    now: Timestamp,
) -> Result<bool, db::Error> {
    people::take_turns(tx, person).await?;
    if !proofs::holdings(&mut *tx, person).await?.has.is_empty() {
        return Ok(false);
    }
    store::expect(tx, (company, person), (source, hash), now).await?;
    Ok(true)
}

/// Removes the identifier by which a company expects a person. Returns whether there was one.
pub async fn unexpect(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<bool, db::Error> {
    store::unexpect(tx, company, person).await
}

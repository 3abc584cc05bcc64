//! Acts on an application: the addresses to which it has browsers and notifications sent.

use serde_json::{Map, Value, json};

use super::{ActContext, ActEffect, Actor, Stop};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::history::{self, Entry};
use crate::provider::applications::{self, Application, ApplicationId, RegistrationError};
use crate::provider::registration::ListedAddresses;

/// The one who changes an application.
#[derive(Clone, Copy)]
pub(crate) enum ApplicationKeeper<'a> {
    /// The manager of the company that the application belongs to, a person or a program.
    Company(&'a ActContext),
    /// The operator, by a command or by an application that acts for them.
    Operator {
        /// The parts of the program that every floor shares.
        core: &'a Core,
        /// The operator or the application.
        actor: &'a Actor,
        /// The instant of the act.
        now: Timestamp,
        /// The network of the request, if there is one.
        network: Option<&'a str>,
    },
}

impl ApplicationKeeper<'_> {
    /// The application, if it is theirs to change.
    async fn find(self, tx: &mut Tx<'_>, id: ApplicationId) -> Result<Application, Stop> {
        let found = applications::find(&mut *tx, id).await?.ok_or(Stop::NotFound)?;
        match self {
            Self::Company(context) if found.company != Some(context.company.id) => Err(Stop::NotFound),
            Self::Company(_) | Self::Operator { .. } => Ok(found),
        }
    }

    /// The beginning of an entry about an application, which its company reads, too.
    fn entry(self, event: Event, application: &Application) -> Entry {
        match self {
            Self::Company(context) => context.entry_about(event, application.id),
            Self::Operator { actor, now, network, .. } => {
                let mut entry = Entry::new(now, event).detail("application", application.id);
                entry.company = application.company.map(|company| company.to_string());
                entry.network = network.map(str::to_owned);
                match actor {
                    Actor::Application { application, .. } => entry.application(application).actor(application),
                    _ => entry.application(application.id).detail("by", "operator"),
                }
            }
        }
    }

    async fn record(self, tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Stop> {
        match self {
            Self::Company(context) => context.record(tx, entry).await,
            Self::Operator { core, .. } => Ok(history::write(tx, &core.random, entry).await?),
        }
    }
}

/// Sets the addresses of an application, in place of those before. A code or a request that is on its way to a removed
/// address is refused from then on; sessions and tokens stay.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::NotFound`], also for an application of another company or of the operator;
/// [`Stop::BadAddresses`].
pub(crate) async fn set_addresses(
    tx: &mut Tx<'_>,
    by: ApplicationKeeper<'_>,
    addresses: &ListedAddresses,
) -> Result<ActEffect, Stop> {
    if let ApplicationKeeper::Company(context) = by {
        context.demand_fresh_proof()?;
    }
    let (id, addresses) = addresses.of_application();
    let before = by.find(tx, id).await?;
    let was = before.addresses();
    if was == *addresses {
        return Ok(ActEffect::Unchanged);
    }
    let after = before.moved_to(addresses.clone());
    match applications::check(&after) {
        Ok(()) => {}
        Err(RegistrationError::Mistakes(mistakes)) => return Err(Stop::BadAddresses(mistakes)),
        Err(RegistrationError::Unknown) => return Err(Stop::NotFound),
        Err(RegistrationError::Database(error)) => return Err(error.into()),
    }
    if !applications::keep_addresses(tx, &after).await? {
        return Err(Stop::NotFound);
    }
    let (from, to) = differences(&json!(was), &json!(addresses));
    let entry = by.entry(Event::ApplicationAddressesSet, &after).detail("from", from).detail("to", to);
    by.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

/// The members of two objects that differ.
fn differences(was: &Value, is: &Value) -> (Value, Value) {
    let differ = |one: &Value, other: &Value| -> Map<String, Value> {
        let members = one.as_object().into_iter().flatten();
        members
            .filter(|(name, value)| other.get(name) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    (Value::Object(differ(was, is)), Value::Object(differ(is, was)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_written_down() {
        let was = json!({ "redirect_uris": ["https://a.example/cb"], "home_url": null, "same": ["x"] });
        let is = json!({ "redirect_uris": ["https://b.example/cb"], "home_url": "https://b.example", "same": ["x"] });
        let (from, to) = differences(&was, &is);
        assert_eq!(from, json!({ "redirect_uris": ["https://a.example/cb"], "home_url": null }));
        assert_eq!(to, json!({ "redirect_uris": ["https://b.example/cb"], "home_url": "https://b.example" }));
    }
}

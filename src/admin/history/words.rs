//! The words of an entry: the act, and the values before and after it.

use serde_json::Value;

use super::views::EntryFact;
use crate::admin::frame::role_key;
use crate::directory::users::Role;
use crate::event::Event;
use crate::platform::history::Recorded;
use crate::platform::web::translations::{Language, Texts};
use crate::proofs::{Factor, Method};
use crate::sign_in::adaptive::Sign;
use crate::sign_in::policies::Policy;

/// The addresses of an application, as their changes name them.
const ADDRESSES: [&str; 5] =
    ["redirect_uris", "post_logout_redirect_uris", "home_url", "initiate_login_uri", "back_channel_logout_uri"];

/// The act in words, by its own name where one event has several; the stored name if a newer version wrote it.
pub(in crate::admin) fn act_in_words(texts: Texts, entry: &Recorded) -> String {
    let Some(event) = Event::named(&entry.event) else { return entry.event.clone() };
    let factor = text(entry, "method").parse::<Method>().ok().map(Method::factor);
    match (event, factor) {
        (Event::SignInNotProven, Some(factor)) => texts.text(&factor.key("refused")),
        (Event::SignInProven, Some(factor)) => {
            texts.text_with("history-accepted", &[("method", &texts.text(&factor.key("")))])
        }
        _ => texts.text(act(event, entry).unwrap_or(&event.key())),
    }
}

/// The key of the act, where one event has several.
fn act(event: Event, entry: &Recorded) -> Option<&'static str> {
    Some(match (event, text(entry, "from"), text(entry, "state")) {
        (Event::UserStateSet, _, "locked") => "event-user-locked",
        (Event::UserStateSet, _, "removed") => "event-user-removed",
        (Event::UserStateSet, "removed", _) => "event-user-restored",
        (Event::UserStateSet, "locked", _) => "event-user-unlocked",
        (Event::PersonStateSet, _, "active") => "event-person-opened",
        (Event::PersonStateSet, _, "disabled") => "event-person-closed",
        _ => return None,
    })
}

/// The values before and after, and the rights given and taken away, as far as the entry keeps them.
pub(in crate::admin) fn changes(texts: Texts, entry: &Recorded) -> Vec<EntryFact> {
    let Some(event) = Event::named(&entry.event) else { return Vec::new() };
    if event == Event::PolicySet {
        return of_policies(texts, entry);
    }
    if event == Event::ApplicationAddressesSet {
        return of_addresses(texts, entry);
    }
    // Another company's identifier says nothing to anybody.
    if event == Event::UserBasicCompanySet {
        return Vec::new();
    }
    let is = if event == Event::UserStateSet { "state" } else { "to" };
    let words = |name: &str| entry.details.get(name).map(|value| in_words(texts, event, value));
    let mut facts = Vec::new();
    match (words("from"), words(is)) {
        (Some(was), Some(is)) => facts.push(changed(texts, "history-change", was, is)),
        (Some(was), None) => facts.push(fact(texts, "history-was", was)),
        (None, Some(is)) => facts.push(fact(texts, "history-is", is)),
        (None, None) => {}
    }
    let lists = [
        ("given", "history-given"),
        ("taken", "history-taken"),
        ("profile", "admin-profile"),
        ("rights", "history-rights"),
    ];
    for (name, key) in lists {
        // The other events keep the identifier of a profile.
        let is_name = name != "profile" || event == Event::UserProfileGiven;
        let said = words(name).filter(|said| is_name && !said.is_empty());
        facts.extend(said.map(|said| fact(texts, key, said)));
    }
    facts
}

/// The act with its changes, on one line.
pub(in crate::admin) fn on_one_line(texts: Texts, entry: &Recorded) -> String {
    let changes = changes(texts, entry);
    let changes: Vec<String> = changes.iter().map(|fact| format!("{}: {}", fact.label, fact.text)).collect();
    if changes.is_empty() {
        act_in_words(texts, entry)
    } else {
        format!("{}. {}", act_in_words(texts, entry), changes.join(". "))
    }
}

fn fact(texts: Texts, key: &str, text: String) -> EntryFact {
    EntryFact { label: texts.text(key), text }
}

fn changed(texts: Texts, key: &str, was: String, is: String) -> EntryFact {
    let [was, is] = [was, is].map(|value| if value.is_empty() { texts.text("history-nothing") } else { value });
    fact(texts, key, texts.text_with("history-was-is", &[("was", &was), ("is", &is)]))
}

/// A detail of an entry that is a text.
fn text<'e>(entry: &'e Recorded, name: &str) -> &'e str {
    entry.details.get(name).and_then(Value::as_str).unwrap_or("")
}

/// A value as people read it: roles, states, services and languages by their names, everything else as it is.
fn in_words(texts: Texts, event: Event, value: &Value) -> String {
    let names: Vec<&str> = match value {
        Value::String(text) => text.split(", ").filter(|name| !name.is_empty()).collect(),
        Value::Array(rights) => {
            rights.iter().filter_map(|right| right.get("name").or(Some(right)).and_then(Value::as_str)).collect()
        }
        _ => Vec::new(),
    };
    names.into_iter().map(|name| name_of(texts, event, name)).collect::<Vec<_>>().join(", ")
}

fn name_of(texts: Texts, event: Event, name: &str) -> String {
    let key = match (event, name) {
        (Event::UserAdded | Event::UserRolesSet, role) => role.parse::<Role>().ok().map(role_key),
        (Event::UserStateSet, "active") => Some("admin-standing-active"),
        (Event::UserStateSet, "pending") => Some("admin-standing-pending"),
        (Event::UserStateSet, "locked") => Some("admin-standing-locked"),
        (Event::UserStateSet, "removed") => Some("admin-standing-removed"),
        (Event::EmployeeAdded | Event::EmployeeServicesSet, "travel") => Some("admin-service-travel"),
        (Event::EmployeeAdded | Event::EmployeeServicesSet, "salaries") => Some("admin-service-salaries"),
        (Event::UserRightsSet | Event::ProfileAdded | Event::ProfileChanged, "use") => Some("admin-right-use"),
        _ => None,
    };
    match (event, key) {
        (_, Some(key)) => texts.text(key),
        (Event::PersonLanguageChanged, None) => {
            Language::parse_tag(name).map_or_else(|| name.to_owned(), |language| language.name().to_owned())
        }
        (_, None) => name.to_owned(),
    }
}

/// The parts of a policy that changed. An older entry keeps the policy alone.
fn of_policies(texts: Texts, entry: &Recorded) -> Vec<EntryFact> {
    let read = |name: &str| serde_json::from_value::<Policy>(entry.details.get(name)?.clone()).ok();
    let (Some(was), Some(is)) = (read("from"), read("policy")) else { return Vec::new() };
    let parts = of_policy(texts, &was).into_iter().zip(of_policy(texts, &is));
    parts.filter(|((_, was), (_, is))| was != is).map(|((key, was), (_, is))| changed(texts, key, was, is)).collect()
}

/// The addresses of an application that changed, each list by its name.
fn of_addresses(texts: Texts, entry: &Recorded) -> Vec<EntryFact> {
    let read = |name: &str| entry.details.get(name).and_then(Value::as_object);
    let (Some(was), Some(is)) = (read("from"), read("to")) else { return Vec::new() };
    let words = |value: &Value| match value {
        Value::String(address) => address.clone(),
        _ => value.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
    };
    let key = |name: &str| format!("applications-address-{}", name.replace('_', "-"));
    let names = is.keys().filter(|name| ADDRESSES.contains(&name.as_str()));
    names
        .map(|name| {
            changed(
                texts,
                &key(name),
                was.get(name).map(words).unwrap_or_default(),
                is.get(name).map(words).unwrap_or_default(),
            )
        })
        .collect()
}

/// Each part of a policy in words, by the key of its name; empty where the company leaves it to others.
fn of_policy(texts: Texts, policy: &Policy) -> [(&'static str, String); 8] {
    let number = |value: Option<u32>, unit: u32| value.map(|value| (value / unit).to_string()).unwrap_or_default();
    let second_factor = policy.second_factor.map(|wanted| texts.text(&format!("policy-{}", wanted.as_str())));
    let methods = policy.methods.as_ref().map(|_| {
        let counted = Factor::countable().filter(|factor| policy.counts(Method::of(*factor)));
        counted.map(|factor| texts.text(&factor.key(""))).collect::<Vec<_>>().join(", ")
    });
    let signs = policy.signs.iter().flatten().map(|sign: &Sign| texts.text(sign.words()));
    [
        ("admin-factor", second_factor.unwrap_or_default()),
        ("policy-methods", methods.unwrap_or_default()),
        ("policy-idle", number(policy.idle_seconds, 60)),
        ("policy-lifetime", number(policy.lifetime_seconds, 60)),
        ("policy-fresh", number(policy.fresh_seconds, 60)),
        ("policy-remember", number(policy.remember_days, 1)),
        ("policy-absence", number(policy.absence_days, 1)),
        ("policy-signs", signs.collect::<Vec<_>>().join(", ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(event: Event, details: Value) -> Recorded {
        Recorded {
            id: String::new(),
            at: 0,
            event: event.name().to_owned(),
            person: None,
            actor: None,
            application: None,
            network: None,
            user_agent: None,
            error_id: None,
            details,
        }
    }

    fn english(event: Event, details: Value) -> String {
        on_one_line(Texts::new(Language::English), &entry(event, details))
    }

    #[test]
    fn a_lock_is_told_from_a_removal_and_from_what_takes_them_back() {
        let told = |from: &str, state: &str| english(Event::UserStateSet, json!({ "from": from, "state": state }));
        assert_eq!(told("active", "locked"), "User locked. Change: Active → Locked");
        assert_eq!(told("locked", "removed"), "User removed. Change: Locked → Removed");
        assert_eq!(told("removed", "active"), "User restored. Change: Removed → Active");
        assert_eq!(told("locked", "active"), "User unlocked. Change: Locked → Active");
        assert_eq!(english(Event::PersonStateSet, json!({ "state": "disabled" })), "Profile closed");
        assert_eq!(english(Event::PersonStateSet, json!({ "state": "active" })), "Profile opened");
    }

    #[test]
    fn a_wrong_proof_and_an_accepted_one_are_named_by_their_factor() {
        let told = |event: Event, method: &str| english(event, json!({ "method": method }));
        assert_eq!(told(Event::SignInNotProven, "password"), "Wrong password");
        assert_eq!(told(Event::SignInNotProven, "synced_passkey"), "Passkey not accepted");
        assert_eq!(told(Event::SignInProven, "password"), "Password accepted");
        assert_eq!(told(Event::SignInProven, "recovery_code"), "Recovery code accepted");
        assert_eq!(english(Event::SignInNotProven, json!({})), "Wrong password or code");
        for language in Language::ALL {
            let texts = Texts::new(language);
            for factor in Factor::ALL {
                let proven = entry(Event::SignInProven, json!({ "method": factor.word() }));
                assert!(!act_in_words(texts, &proven).contains('⟦'), "{language:?} {factor:?}");
            }
        }
    }

    #[test]
    fn old_and_new_values_are_told_by_their_names() {
        assert_eq!(
            english(Event::UserRolesSet, json!({ "from": "employee", "to": "user administrator, employee" })),
            "Roles changed. Change: Employee → User administrator, Employee"
        );
        assert_eq!(
            english(Event::UserRightsSet, json!({ "given": "use, entries.post", "taken": "" })),
            "Access rights changed. Given: Use the application, entries.post"
        );
        assert_eq!(
            english(Event::EmployeeServicesSet, json!({ "from": "travel", "to": "" })),
            "Services of an employee set. Change: Travel → nothing"
        );
        let moved = json!({
            "from": { "redirect_uris": ["https://old.example/cb"], "home_url": null },
            "to": { "redirect_uris": ["https://new.example/cb", "https://new.example/b"], "home_url": "https://new.example" },
        });
        assert_eq!(
            english(Event::ApplicationAddressesSet, moved),
            "Addresses of an application changed. Home page: nothing → https://new.example. \
             Return addresses: https://old.example/cb → https://new.example/cb, https://new.example/b"
        );
        let policies = json!({ "from": { "second_factor": "adaptive", "idle_seconds": 600 }, "policy": { "second_factor": "required", "idle_seconds": 600 } });
        assert_eq!(english(Event::PolicySet, policies), "Sign-in policy changed. Second factor: Adaptive → Required");
        assert_eq!(english(Event::UserBasicCompanySet, json!({ "to": "0197" })), "Basic company changed");
    }
}

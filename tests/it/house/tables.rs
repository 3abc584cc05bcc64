//! The tables with the `store.rs` that may touch them: a room that wants rows of another one calls it, or is written
//! down here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::rust_text::literals;
use super::{File, Finding, accepts, files, keep, refuses};

/// Each table with the rooms whose `store.rs` write it, and after `|` those that only read it, within a statement of
/// their own. Export and import have SQL over the tables of many rooms (docs/decisions/import-and-export.md).
const TABLES: &str = "
allowances: platform/allowances
announcements: directory/announcements
api_grants: api/grants
application_logos: provider/registration | provider/consent
applications: provider/applications | directory/looks, platform/history, provider/consent, provider/grants, sign_in/facts, sign_in/policies, transfer/export, transfer/import
approvals: proofs/approvals
asked_before: directory/rights | directory/entrance, transfer/export
attested_keys: proofs/passkeys
authenticators: proofs/totp, transfer/import | transfer/export
authorization_codes: provider/grants
authorization_requests: provider/authorize
backchannel_requests: provider/backchannel
bank_id_orders: proofs/identity_providers/sweden
client_assertions: provider/token
companies: directory/companies, transfer/import | directory/domains, directory/entrance, directory/looks, directory/users, sign_in, sign_in/facts, sign_in/sessions, transfer/export
company_application_policies: sign_in/policies | sign_in/facts, transfer/export
company_applications: directory/rights | directory/entrance, provider/applications, transfer/export
company_domains: directory/domains | sign_in, sign_in/facts
company_policies: sign_in/policies | sign_in/facts, transfer/export
confirmation_codes: proofs/codes
consents: provider/consent
contacts: directory/contacts, transfer/import | transfer/export
declared_rights: directory/rights | directory/entrance
device_authorizations: provider/device
dpop_proofs: provider/token/dpop
email_confirmations: directory/contacts
employees: directory/employees | directory/entrance, directory/users, directory/users/words, sign_in/facts, transfer/export
engagements: directory/companies | directory/entrance, directory/users, directory/users/managing, sign_in/attention, sign_in/policies, transfer/export
expected_identities: proofs/identities
external_ids: scim
failures: proofs/failures
first_invitations: directory/invitations
grants: provider/grants | sign_in/sessions
history: platform/history | platform/history/seals
history_seals: platform/history/seals
idempotency_keys: api/idempotency
identifier_keys: proofs/identities
identity_evidence: proofs/identities/evidence
identity_provider_keys: proofs/identity_providers
identity_providers: proofs/identity_providers | sign_in, sign_in/facts
identity_questions: proofs/identities | proofs/identity_providers/estonia/mobile_id, proofs/identity_providers/estonia/smart_id, proofs/identity_providers/sweden, sign_in/facts
invitation_codes: proofs/sign_up
invitation_steps: directory/invitations
invitations: directory/invitations
key_set_fetches: provider/key_sets
known_browsers: proofs/networks | sign_in/facts
known_networks: proofs/networks | sign_in/facts
linked_identities: proofs/identities
logos: directory/looks
looks: directory/looks
messages: platform/messages
mobile_id_sessions: proofs/identity_providers/estonia/mobile_id
notices: sign_in/notices
operator_company: directory/companies
pairwise_subjects: provider/claims/subjects
passkey_challenges: proofs/passkeys
passkeys: proofs/passkeys, transfer/import | proofs/phones, transfer/export
password_resets: proofs/resets
passwords: proofs/passwords | transfer/export
people: directory/people, transfer/import | directory/employees, directory/rights, directory/users, directory/users/managing, provider/grants, sign_in/attention, sign_in/facts, transfer/export
phone_challenges: proofs/phones
phone_confirmations: directory/contacts
phone_set_ups: proofs/phone_set_up
phones: proofs/phones
policies: sign_in/policies | sign_in/facts, transfer/export
push_keys: platform/push
push_subscriptions: platform/push | proofs/phones
pushed_requests: provider/authorize/pushed
qr_sign_ins: proofs/qr
ready_made_profiles: directory/rights, transfer/import | transfer/export
recovery_codes: proofs/recovery, transfer/import | transfer/export
refresh_tokens: provider/grants
registration_tokens: provider/registration
registrations: provider/registration
release_requests: directory/invitations/releases
remembered_browsers: sign_in/remembered
removed_authenticators: proofs/totp
removed_passkeys: proofs/passkeys
removed_phones: proofs/phones
removed_recovery_codes: proofs/recovery
revoked_access_tokens: provider/grants
scim_tokens: scim/tokens
search_words: directory/search
session_applications: sign_in/sessions
session_proofs: sign_in/sessions | sign_in/facts
session_set_ups: account/methods
sessions: sign_in/sessions | provider/grants, sign_in/facts
sessions_without_passkey: sign_in/sessions
set_ups: sign_in
sign_in_proofs: sign_in | sign_in/facts, sign_in/sessions
sign_ins: sign_in | sign_in/facts
signing_keys: provider/keys
smart_id_sessions: proofs/identity_providers/estonia/smart_id
subject_salts: provider/claims/subjects
typed_imports: directory/typed_imports
user_rights: directory/rights | directory/entrance, sign_in/policy_effects, transfer/export
users: directory/rights, directory/users, directory/users/words, transfer/import | directory/contacts, directory/employees, directory/entrance, directory/users/managing, directory/users/sorted, platform/history, provider/grants, scim, sign_in/attention, sign_in/facts, sign_in/policies, sign_in/policy_effects, sign_in/sessions, transfer/export
";

#[test]
fn a_store_touches_only_the_tables_written_down_for_it() {
    keep(foreign_tables);
}

#[test]
fn every_table_is_written_down_with_the_rooms_that_touch_it_and_no_other_ones() {
    let mut found: BTreeMap<String, Rooms> = SCHEMA.iter().map(|table| (table.clone(), Rooms::default())).collect();
    for file in files() {
        let Some(room) = room_of(&file) else { continue };
        for touch in touches(&file) {
            let rooms = found.entry(touch.table).or_default();
            if touch.writes { &mut rooms.writers } else { &mut rooms.readers }.insert(room.clone());
        }
    }
    for rooms in found.values_mut() {
        rooms.readers = rooms.readers.difference(&rooms.writers).cloned().collect();
    }
    let lines = |tables: BTreeMap<String, Rooms>| -> BTreeSet<String> {
        tables.iter().map(|(table, rooms)| rooms.line(table)).collect()
    };
    let (written, found) = (lines(written_down()), lines(found));
    let differences: (Vec<_>, Vec<_>) = (written.difference(&found).collect(), found.difference(&written).collect());
    assert_eq!(differences, (vec![], vec![]), "written down and not so, and so and not written down");
}

#[test]
fn a_table_of_another_room_is_refused() {
    let store = "src/directory/users/store.rs";
    refuses(foreign_tables, store, "const Q: &str = \"SELECT hash FROM passwords WHERE id = ?1\";", "passwords");
    refuses(foreign_tables, store, "f(\"SELECT 1 FROM users JOIN signing_keys ON x\")", "signing_keys");
    refuses(foreign_tables, store, "f(\"UPDATE companies SET name = ?1\")", "companies");
    refuses(foreign_tables, store, "f(\"DELETE FROM people WHERE id = ?1\")", "people");
    refuses(foreign_tables, "src/admin/store.rs", "f(\"INSERT INTO users (id) VALUES (?1)\")", "users");
    accepts(
        foreign_tables,
        store,
        "f(\"SELECT name FROM users JOIN people ON x\"); f(\"UPDATE users SET state = ?1\");",
    );
    accepts(foreign_tables, store, "f(\"WITH found AS (SELECT 1) SELECT * FROM found\")");
}

/// The rooms of one table.
#[derive(Debug, Default)]
struct Rooms {
    writers: BTreeSet<String>,
    readers: BTreeSet<String>,
}

impl Rooms {
    fn line(&self, table: &str) -> String {
        let list = |rooms: &BTreeSet<String>| rooms.iter().cloned().collect::<Vec<_>>().join(", ");
        let line = format!("{table}: {}", list(&self.writers));
        if self.readers.is_empty() { line } else { format!("{line} | {}", list(&self.readers)) }
    }
}

/// One table that a statement names.
struct Touch {
    line: usize,
    table: String,
    writes: bool,
}

fn written_down() -> BTreeMap<String, Rooms> {
    let set = |text: &str| text.split(", ").filter(|room| !room.is_empty()).map(str::to_owned).collect();
    TABLES
        .split_terminator('\n')
        .filter_map(|line| line.split_once(": "))
        .map(|(table, rooms)| {
            let (writers, readers) = rooms.split_once(" | ").unwrap_or((rooms, ""));
            (table.to_owned(), Rooms { writers: set(writers), readers: set(readers) })
        })
        .collect()
}

fn foreign_tables(file: &File) -> Vec<Finding> {
    let Some(room) = room_of(file) else { return Vec::new() };
    let written = written_down();
    let is_allowed = |touch: &Touch| {
        written
            .get(&touch.table)
            .is_none_or(|rooms| rooms.writers.contains(&room) || !touch.writes && rooms.readers.contains(&room))
    };
    touches(file)
        .into_iter()
        .filter(|touch| !is_allowed(touch))
        .map(|touch| {
            let does = if touch.writes { "writes" } else { "reads" };
            let table = touch.table;
            Finding::new(touch.line, format!("{room} {does} {table} of another room: call that room's face"))
        })
        .collect()
}

/// The room whose `store.rs` the file is.
fn room_of(file: &File) -> Option<String> {
    Some(file.path.strip_prefix("src/")?.strip_suffix("/store.rs")?.to_owned())
}

fn touches(file: &File) -> Vec<Touch> {
    let mut found = Vec::new();
    for (line, text) in literals(&file.text) {
        let words = words(text);
        for at in 1..words.len() {
            let writes = match words[at - 1] {
                "INTO" | "UPDATE" => true,
                "FROM" => at > 1 && words[at - 2] == "DELETE",
                "JOIN" => false,
                _ => continue,
            };
            if SCHEMA.contains(words[at]) {
                found.push(Touch { line, table: words[at].to_owned(), writes });
            }
        }
    }
    found
}

/// Every table; a common table expression is none.
static SCHEMA: LazyLock<BTreeSet<String>> = LazyLock::new(tables_of_the_schema);

/// Every table that the migrations make and do not drop.
fn tables_of_the_schema() -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    for file in files().iter().filter(|file| file.is_under("migrations")) {
        let is_comment = |line: &&str| line.trim_start().starts_with("--");
        let statements = file.text.lines().filter(|line| !is_comment(line)).collect::<Vec<_>>().join("\n");
        for statement in statements.split(';') {
            let words = words(statement);
            match words[..] {
                ["CREATE", "TABLE", table, ..] => {
                    tables.insert(table.to_owned());
                }
                ["DROP", "TABLE", table, ..] => {
                    tables.remove(table);
                }
                ["ALTER", "TABLE", old, "RENAME", "TO", new, ..] => {
                    tables.remove(old);
                    tables.insert(new.to_owned());
                }
                _ => {}
            }
        }
    }
    tables
}

/// The names, keywords and numbers of a statement.
fn words(statement: &str) -> Vec<&str> {
    statement.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

//! The tables of sign-ins, of their proofs, and of the secrets that they set up.

use super::{Demand, LIFETIME, SignIn, SignInId, SignInState};
use crate::directory::companies::{CompanyId, DirectoryUse};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Column, Reads, Row, Tx, parsed};
use crate::platform::id::earliest_of;
use crate::platform::random::Random;
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::{Factor, Occasion, Proven};
use crate::values;

/// The kind of a sealed secret that waits in a sign-in for its confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetUp {
    /// The seed of an authenticator app.
    Authenticator,
    /// The recovery code on the page.
    RecoveryCode,
    /// The number of the question in the place of a forgotten password.
    PhoneQuestion,
}

impl SetUp {
    fn as_str(self) -> &'static str {
        match self {
            Self::Authenticator => "authenticator",
            Self::RecoveryCode => "recovery_code",
            Self::PhoneQuestion => "phone_question",
        }
    }

    fn purpose(self, sign_in: SignInId) -> String {
        format!("set-up of {} in {sign_in}", self.as_str())
    }
}

pub(super) async fn add(tx: &mut Tx<'_>, sign_in: &SignIn, visit: &Visit) -> Result<(), db::Error> {
    tx.queue(
        "INSERT INTO sign_ins (id, browser_hash, state, application_id, door, demand, return_to, leaves_for, network, user_agent, started_at, expires_at, person_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        values![
            sign_in.id,
            &sign_in.browser,
            written(&sign_in.state)?,
            sign_in.application,
            written(&sign_in.names)?,
            written(&sign_in.demand)?,
            &sign_in.return_to,
            sign_in.leaves_for.as_deref(),
            visit.network.as_str(),
            &visit.user_agent,
            sign_in.started_at,
            sign_in.expires_at,
            sign_in.state.looked_up(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn find(db: impl Reads, id: SignInId) -> Result<Option<SignIn>, db::Error> {
    db.optional(
        "SELECT id, browser_hash, state, application_id, door, demand, return_to, leaves_for, started_at, expires_at, ended_at, company_id
         FROM sign_ins WHERE id = ?1",
        values![id],
        sign_in,
    )
    .await
}

/// Moves a sign-in from one state to another. Of simultaneous moves exactly one succeeds.
pub(super) async fn change(
    tx: &mut Tx<'_>,
    id: SignInId,
    from: &SignInState,
    to: &SignInState,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE sign_ins SET state = ?3, person_id = ?4, email_domain = ?5
         WHERE id = ?1 AND state = ?2 AND ended_at IS NULL",
        values![id, written(from)?, written(to)?, to.looked_up(), to.domain().as_deref()],
    )
    .await
}

/// The same for a typed email. Returns how people with an email at its domain are led to the directory of a company, which
/// the domain alone decides; `None` if another move was faster.
pub(super) async fn identify(
    tx: &mut Tx<'_>,
    id: SignInId,
    from: &SignInState,
    to: &SignInState,
) -> Result<Option<DirectoryUse>, db::Error> {
    tx.optional(
        "UPDATE sign_ins SET state = ?3, person_id = ?4, email_domain = ?5
         WHERE id = ?1 AND state = ?2 AND ended_at IS NULL
         RETURNING COALESCE((SELECT companies.directory_use
                             FROM company_domains JOIN companies ON companies.id = company_domains.company_id
                             WHERE company_domains.domain = ?5 AND company_domains.state = 'proved'
                               AND EXISTS (SELECT 1 FROM identity_providers
                                           WHERE identity_providers.company_id = companies.id
                                             AND identity_providers.state = 'on')), 'offered')",
        values![id, written(from)?, written(to)?, to.looked_up(), to.domain().as_deref()],
        |row| parsed(row, 0),
    )
    .await
}

/// Records the company that was chosen in a sign-in. Returns whether the sign-in is still open.
pub(super) async fn choose_company(tx: &mut Tx<'_>, id: SignInId, company: CompanyId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE sign_ins SET company_id = ?2 WHERE id = ?1 AND ended_at IS NULL", values![id, company]).await
}

/// Records in the demand of an open sign-in that an identity waits to be linked.
pub(super) async fn link_identity(tx: &mut Tx<'_>, sign_in: &SignIn) -> Result<bool, db::Error> {
    let demand = Demand { links_identity: true, ..sign_in.demand.clone() };
    tx.use_once(
        "UPDATE sign_ins SET demand = ?2 WHERE id = ?1 AND ended_at IS NULL",
        values![sign_in.id, written(&demand)?],
    )
    .await
}

/// Ends a sign-in in a state. Of simultaneous calls exactly one succeeds.
pub(super) async fn end(tx: &mut Tx<'_>, id: SignInId, state: &SignInState, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE sign_ins SET ended_at = ?3 WHERE id = ?1 AND state = ?2 AND ended_at IS NULL",
        values![id, written(state)?, now],
    )
    .await
}

/// Ends a sign-in in any state. Of simultaneous calls exactly one succeeds.
pub(super) async fn give_up(tx: &mut Tx<'_>, id: SignInId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once("UPDATE sign_ins SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL", values![id, now]).await
}

/// Records a proof on its own occasion. Returns whether that sign-in is still open.
pub(super) async fn record(tx: &mut Tx<'_>, proven: &Proven) -> Result<bool, db::Error> {
    let Occasion::SignIn { id, browser } = proven.occasion() else { return Ok(false) };
    tx.use_once(
        "INSERT INTO sign_in_proofs (sign_in_id, person_id, method, stands_alone, proven_at)
         SELECT id, ?3, ?4, ?5, ?6 FROM sign_ins
         WHERE id = ?1 AND browser_hash = ?2 AND ended_at IS NULL AND expires_at > ?6
         ON CONFLICT (sign_in_id, method) DO UPDATE
         SET person_id = excluded.person_id, stands_alone = excluded.stands_alone, proven_at = excluded.proven_at",
        values![
            id.to_string(),
            browser,
            proven.person(),
            proven.method().as_str(),
            proven.method().stands_alone(),
            proven.at(),
        ],
    )
    .await
}

/// Removes the proofs of a sign-in, so that the person begins again.
pub(super) async fn forget_proofs(tx: &mut Tx<'_>, id: SignInId) -> Result<(), db::Error> {
    tx.queue("DELETE FROM sign_in_proofs WHERE sign_in_id = ?1", values![id]).await?;
    tx.queue("UPDATE sign_ins SET company_id = NULL WHERE id = ?1", values![id]).await?;
    Ok(())
}

/// Removes one proof of a sign-in. Of simultaneous calls exactly one returns that it was there.
pub(super) async fn forget_proof(tx: &mut Tx<'_>, id: SignInId, factor: Factor) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM sign_in_proofs WHERE sign_in_id = ?1 AND method = ?2", values![id, factor.word()]).await
}

/// Removes a person's proofs in unfinished sign-ins in other browsers; those of the password only if it changes, too.
pub(super) async fn forget_proofs_elsewhere(
    tx: &mut Tx<'_>,
    person: PersonId,
    browser: Option<&[u8; 32]>,
    password_changes: bool,
) -> Result<u64, db::Error> {
    let nobody = [0_u8; 32];
    tx.execute(
        "DELETE FROM sign_in_proofs WHERE person_id = ?1 AND (?3 OR method <> 'password')
         AND EXISTS (SELECT 1 FROM sign_ins WHERE sign_ins.id = sign_in_proofs.sign_in_id AND sign_ins.browser_hash <> ?2)",
        values![person, browser.unwrap_or(&nobody), password_changes],
    )
    .await
}

/// Stores a secret that is being set up, unless there is one. Returns whether it was stored.
pub(super) async fn keep_set_up(
    tx: &mut Tx<'_>,
    (random, keys): (&Random, &MasterKeys),
    (id, kind): (SignInId, SetUp),
    secret: &[u8],
) -> Result<bool, Fault> {
    let sealed = keys.seal(random, &kind.purpose(id), secret)?;
    Ok(tx
        .use_once(
            "INSERT INTO set_ups (sign_in_id, kind, secret) VALUES (?1, ?2, ?3) ON CONFLICT (sign_in_id, kind) DO NOTHING",
            values![id, kind.as_str(), &sealed],
        )
        .await?)
}

/// The secret that is being set up.
pub(super) async fn set_up(
    db: impl Reads,
    keys: &MasterKeys,
    (id, kind): (SignInId, SetUp),
) -> Result<Option<Secret<Vec<u8>>>, Fault> {
    let sealed: Option<Vec<u8>> = db
        .optional("SELECT secret FROM set_ups WHERE sign_in_id = ?1 AND kind = ?2", values![id, kind.as_str()], |row| {
            row.get(0)
        })
        .await?;
    sealed.map(|sealed| keys.open(&kind.purpose(id), &sealed).map_err(Fault::from)).transpose()
}

/// Removes a secret that was set up or given up. Returns whether there was one.
pub(super) async fn forget_set_up(tx: &mut Tx<'_>, (id, kind): (SignInId, SetUp)) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM set_ups WHERE sign_in_id = ?1 AND kind = ?2", values![id, kind.as_str()]).await
}

/// Removes a batch of sign-ins that expired before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute(
        "DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins WHERE id < ?1 ORDER BY id LIMIT 500)",
        values![earliest_of(before.minus(LIFETIME))],
    )
    .await
}

fn written(value: &impl serde::Serialize) -> Result<String, db::Error> {
    serde_json::to_string(value).map_err(|error| db::Error::Fault(error.to_string()))
}

/// The sign-in in the first twelve columns.
pub(super) fn sign_in(row: &Row<'_>) -> Result<SignIn, db::Error> {
    let browser: Vec<u8> = row.get(1)?;
    Ok(SignIn {
        id: row.get(0)?,
        browser: browser.try_into().map_err(|_| db::Error::Fault("a browser's hash is not 32 bytes".to_owned()))?,
        state: row.get_json(2)?,
        application: row.get_parsed(3)?,
        names: row.get_json(4)?,
        demand: row.get_json(5)?,
        return_to: row.get(6)?,
        leaves_for: row.get(7)?,
        started_at: row.get(8)?,
        expires_at: row.get(9)?,
        ended: <Option<Timestamp>>::read(row, 10)?.is_some(),
        company: row.get_parsed(11)?,
    })
}

//! The tables of invitations, of their steps, and of the data that a person was first invited with. Every statement that
//! ends an invitation also takes its mark off the user.

use super::{
    BrowserHash, FirstData, Invitation, InvitationEnd, InvitationId, InvitationState, InvitedData, LIVES, MOST_SMS,
    NewInvitation, StepTaken, reminds_at,
};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::users;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx, parsed};
use crate::platform::id::new_uuid;
use crate::platform::random::Random;
use crate::values;

/// The invitations with one selector that are looked at: an open one at most, and the newest of those that ended.
const OF_ONE_SELECTOR: i64 = 8;

/// Stores an invitation. Returns `false` where an open one has its selector; then nothing is stored.
pub(crate) async fn add(tx: &mut Tx<'_>, new: &NewInvitation<'_>, now: Timestamp) -> Result<bool, db::Error> {
    let until = now.plus(LIVES);
    let NewInvitation { data, .. } = new;
    let added = tx
        .use_once(
            "INSERT INTO invitations
               (id, company_id, person_id, inviter_id, inviter_name, identity_check, given_name, family_name, email,
                phone, selector, secret_hash, state, sms_sent, sent_at, expires_at, remind_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'sent', 0, ?13, ?14, ?15)
             ON CONFLICT (selector) WHERE ended_at IS NULL DO NOTHING",
            values![
                new.id,
                new.company,
                new.person,
                new.inviter,
                new.inviter_name,
                new.identity_check.as_str(),
                &data.given_name,
                &data.family_name,
                &data.email,
                data.phone.as_deref(),
                new.selector,
                new.secret_hash,
                now,
                until,
                new.inviter.map(|_| reminds_at(until)),
            ],
        )
        .await?;
    if added {
        users::mark_invited(tx, new.company, new.person, until).await?;
    }
    Ok(added)
}

/// An invitation.
pub(crate) async fn find(db: impl Reads, id: InvitationId) -> Result<Option<Invitation>, db::Error> {
    db.optional(
        "SELECT id, company_id, person_id, inviter_id, inviter_name, identity_check, given_name, family_name, email,
                phone, state, browser_hash, sms_sent, sent_at, expires_at, secret_hash
         FROM invitations WHERE id = ?1",
        values![id],
        invitation,
    )
    .await
}

/// The invitation that a selector names: the open one, otherwise the newest that ended.
pub(crate) async fn of_selector(db: impl Reads, selector: &str) -> Result<Option<Invitation>, db::Error> {
    let found = db
        .all(
            "SELECT id, company_id, person_id, inviter_id, inviter_name, identity_check, given_name, family_name, email,
                    phone, state, browser_hash, sms_sent, sent_at, expires_at, secret_hash
             FROM invitations WHERE selector = ?1 ORDER BY id DESC LIMIT ?2",
            values![selector, OF_ONE_SELECTOR],
            invitation,
        )
        .await?;
    let is_open = |invitation: &Invitation| !matches!(invitation.state, InvitationState::Ended(_));
    let open = found.iter().position(is_open).unwrap_or(0);
    Ok(found.into_iter().nth(open))
}

/// The newest invitation of a user of a company.
pub(crate) async fn of_user(
    db: impl Reads,
    company: CompanyId,
    person: PersonId,
) -> Result<Option<Invitation>, db::Error> {
    db.optional(
        "SELECT id, company_id, person_id, inviter_id, inviter_name, identity_check, given_name, family_name, email,
                phone, state, browser_hash, sms_sent, sent_at, expires_at, secret_hash
         FROM invitations WHERE person_id = ?1 AND company_id = ?2 ORDER BY id DESC LIMIT 1",
        values![person, company],
        invitation,
    )
    .await
}

/// The invitation of a person that can still be used, of whatever company.
pub(crate) async fn open_of_person(
    db: impl Reads,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Invitation>, db::Error> {
    db.optional(
        "SELECT id, company_id, person_id, inviter_id, inviter_name, identity_check, given_name, family_name, email,
                phone, state, browser_hash, sms_sent, sent_at, expires_at, secret_hash
         FROM invitations WHERE person_id = ?1 AND ended_at IS NULL AND expires_at > ?2 ORDER BY id DESC LIMIT 1",
        values![person, now],
        invitation,
    )
    .await
}

/// Binds an invitation to the browser in which its code was entered. Of several browsers one gets it.
pub(crate) async fn enter(
    tx: &mut Tx<'_>,
    id: InvitationId,
    browser: &BrowserHash,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE invitations SET state = 'entered', browser_hash = ?2
         WHERE id = ?1 AND state = 'sent' AND expires_at > ?3",
        values![id, browser, now],
    )
    .await
}

/// Records that the six digits were right in the browser of the invitation. Of simultaneous calls one gets `true`.
pub(crate) async fn verify(
    tx: &mut Tx<'_>,
    id: InvitationId,
    browser: &BrowserHash,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE invitations SET state = 'verified'
         WHERE id = ?1 AND state = 'entered' AND browser_hash = ?2 AND expires_at > ?3",
        values![id, browser, now],
    )
    .await
}

/// Records that the person has made a password. Of simultaneous calls one gets `true`.
pub(crate) async fn make(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE invitations SET state = 'made' WHERE id = ?1 AND state = 'verified' AND expires_at > ?2",
        values![id, now],
    )
    .await
}

/// Ends an invitation: one that was not used in time as expired, and one that can still be used in any other way. Of
/// simultaneous calls one gets `true`.
pub(crate) async fn end(
    tx: &mut Tx<'_>,
    of: &Invitation,
    end: InvitationEnd,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let ended = tx
        .use_once(
            "UPDATE invitations SET state = ?3, ended_at = ?2, remind_at = NULL
             WHERE id = ?1 AND ended_at IS NULL AND (expires_at <= ?2) = ?4",
            values![of.id, now, InvitationState::Ended(end).as_str(), end == InvitationEnd::Expired],
        )
        .await?;
    if ended {
        users::unmark_invited(tx, of.company, of.person, of.expires_at).await?;
    }
    Ok(ended)
}

/// Lets an invitation whose code was entered live at least until an instant. Returns its end; `None` where it is none
/// that was entered and waits for its six digits.
pub(crate) async fn extend(
    tx: &mut Tx<'_>,
    of: &Invitation,
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<Timestamp>, db::Error> {
    let ends: Option<Timestamp> = tx
        .optional(
            "UPDATE invitations
             SET expires_at = CASE WHEN expires_at < ?2 THEN ?2 ELSE expires_at END,
                 remind_at = CASE WHEN expires_at < ?2 AND remind_at IS NOT NULL THEN ?3 ELSE remind_at END
             WHERE id = ?1 AND state = 'entered' AND expires_at > ?4 RETURNING expires_at",
            values![of.id, until, reminds_at(until), now],
            |row| row.get(0),
        )
        .await?;
    if let Some(ends) = ends {
        users::mark_invited(tx, of.company, of.person, ends).await?;
    }
    Ok(ends)
}

/// Counts one SMS of an invitation that waits for its six digits, before it is sent. Returns whether there was one left.
pub(crate) async fn count_sms(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE invitations SET sms_sent = sms_sent + 1
         WHERE id = ?1 AND state = 'entered' AND sms_sent < ?2 AND expires_at > ?3",
        values![id, MOST_SMS, now],
    )
    .await
}

/// Invitations that nobody has used in time, a batch of them.
pub(crate) async fn overdue(db: impl Reads, now: Timestamp, limit: i64) -> Result<Vec<Invitation>, db::Error> {
    db.all(
        "SELECT id, company_id, person_id, inviter_id, inviter_name, identity_check, given_name, family_name, email,
                phone, state, browser_hash, sms_sent, sent_at, expires_at, secret_hash
         FROM invitations WHERE ended_at IS NULL AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2",
        values![now, limit],
        invitation,
    )
    .await
}

/// Invitations that still wait, and whose inviter is to be told, a batch of them.
pub(crate) async fn to_remind(db: impl Reads, now: Timestamp, limit: i64) -> Result<Vec<Invitation>, db::Error> {
    db.all(
        "SELECT id, company_id, person_id, inviter_id, inviter_name, identity_check, given_name, family_name, email,
                phone, state, browser_hash, sms_sent, sent_at, expires_at, secret_hash
         FROM invitations WHERE remind_at IS NOT NULL AND remind_at <= ?1 ORDER BY remind_at LIMIT ?2",
        values![now, limit],
        invitation,
    )
    .await
}

/// Records that the inviter is reminded of an invitation. Of simultaneous calls one gets `true`.
pub(crate) async fn remind(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once("UPDATE invitations SET remind_at = NULL WHERE id = ?1 AND remind_at <= ?2", values![id, now]).await
}

/// Removes invitations that ended before an instant, with their steps.
pub(crate) async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM invitations WHERE ended_at IS NOT NULL AND ended_at < ?1", values![before]).await
}

/// Adds a step to the timeline of an invitation.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    random: &Random,
    id: InvitationId,
    taken: &StepTaken,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO invitation_steps (invitation_id, id, step, at, detail, network, user_agent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        values![
            id,
            new_uuid(taken.at, random).to_string(),
            taken.step.as_str(),
            taken.at,
            taken.detail.as_deref(),
            taken.network.as_deref(),
            taken.user_agent.as_deref(),
        ],
    )
    .await?;
    Ok(())
}

/// The steps of an invitation, in their order. At most a hundred.
pub(crate) async fn steps(db: impl Reads, id: InvitationId) -> Result<Vec<StepTaken>, db::Error> {
    db.all(
        "SELECT step, at, detail, network, user_agent FROM invitation_steps
         WHERE invitation_id = ?1 ORDER BY id LIMIT 100",
        values![id],
        |row| {
            Ok(StepTaken {
                step: parsed(row, 0)?,
                at: row.get(1)?,
                detail: row.get(2)?,
                network: row.get(3)?,
                user_agent: row.get(4)?,
            })
        },
    )
    .await
}

/// The data that a person was first invited with; `None` before the first invitation.
pub(crate) async fn first_data(db: impl Reads, person: PersonId) -> Result<Option<FirstData>, db::Error> {
    db.optional(
        "SELECT given_name, family_name, email, phone, at, released_at FROM first_invitations WHERE person_id = ?1",
        values![person],
        |row| Ok(FirstData { data: data(row, 0)?, at: row.get(4)?, released_at: row.get(5)? }),
    )
    .await
}

/// Keeps the data that a person is first invited with. Later ones add a phone where there was none, and change nothing.
pub(crate) async fn keep_first_data(
    tx: &mut Tx<'_>,
    person: PersonId,
    first: &InvitedData,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO first_invitations (person_id, given_name, family_name, email, phone, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (person_id) DO UPDATE SET phone = COALESCE(first_invitations.phone, excluded.phone)",
        values![person, &first.given_name, &first.family_name, &first.email, first.phone.as_deref(), now],
    )
    .await?;
    Ok(())
}

/// Takes other data for those of the first invitation. Returns whether the person was ever invited.
pub(crate) async fn release(
    tx: &mut Tx<'_>,
    person: PersonId,
    data: &InvitedData,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE first_invitations SET given_name = ?2, family_name = ?3, email = ?4, phone = ?5, released_at = ?6
         WHERE person_id = ?1",
        values![person, &data.given_name, &data.family_name, &data.email, data.phone.as_deref(), now],
    )
    .await
}

/// The data that begin with a column.
pub(super) fn data(row: &Row<'_>, first: usize) -> Result<InvitedData, db::Error> {
    Ok(InvitedData {
        given_name: row.get(first)?,
        family_name: row.get(first + 1)?,
        email: row.get(first + 2)?,
        phone: row.get(first + 3)?,
    })
}

fn invitation(row: &Row<'_>) -> Result<Invitation, db::Error> {
    let browser: Option<Vec<u8>> = row.get(11)?;
    let browser = browser.and_then(|hash| BrowserHash::try_from(hash).ok());
    let state: String = row.get(10)?;
    Ok(Invitation {
        id: row.get(0)?,
        company: row.get(1)?,
        person: row.get(2)?,
        inviter: row.get_parsed(3)?,
        inviter_name: row.get(4)?,
        identity_check: parsed(row, 5)?,
        data: data(row, 6)?,
        state: InvitationState::stored(&state, browser)
            .ok_or_else(|| db::Error::Fault(format!("{state} is no state of an invitation")))?,
        browser,
        sms_sent: row.get(12)?,
        sent_at: row.get(13)?,
        expires_at: row.get(14)?,
        secret_hash: row.get(15)?,
    })
}

//! The table of the six digits of invitations, and the checks of both kinds of codes.

use super::{
    ALARM, BEFORE_ALARM, DigitsCheck, DigitsMatch, DigitsOrigin, DigitsQuestion, OF_EVERYBODY, SignUpCheck, SignUpCode,
    TRIES, digits_subjects,
};
use crate::directory::invitations::{self, Invitation, InvitationId};
use crate::event::Event;
use crate::platform::allowances::{self, AllowanceAnswer, Exhausted};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Tx, parsed};
use crate::platform::hashing::Comparison;
use crate::platform::history::{self, Entry};
use crate::platform::secret::{Secret, equal_in_constant_time};
use crate::platform::web::network::Network;
use crate::proofs::SixDigits;
use crate::proofs::failures::{self, Guess, TooEarly, TryError};
use crate::values;

/// The wait that a try is answered with while there is too much to hash.
const WAIT_WHILE_BUSY: std::time::Duration = std::time::Duration::from_secs(5);

/// The reason for which a sign-up code is not looked at.
enum NotLookedAt {
    TooEarly(TooEarly),
    Everybody(Exhausted),
    Database(db::Error),
}

impl From<db::Error> for NotLookedAt {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

impl From<TryError> for NotLookedAt {
    fn from(error: TryError) -> Self {
        match error {
            TryError::TooEarly(early) => Self::TooEarly(early),
            TryError::Database(error) => Self::Database(error),
        }
    }
}

/// Looks for the invitation of a typed sign-up code. The try is counted first, for the network, for the codes that begin
/// alike and for everybody; a code that nobody has takes as long as one that somebody has.
pub(crate) async fn check(
    app: &Core,
    typed: &SignUpCode,
    network: &Network,
    now: Timestamp,
) -> Result<SignUpCheck, db::Error> {
    // Asked before a try is counted, so that our load costs nobody a try.
    if app.hashing.is_full() {
        return Ok(SignUpCheck::TooBusy(WAIT_WHILE_BUSY));
    }
    let subjects = typed.subjects(network);
    let counted: Result<(), NotLookedAt> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let AllowanceAnswer::Exhausted(all) = allowances::take(tx, &OF_EVERYBODY, "all", now).await? {
                    return Err(NotLookedAt::Everybody(all));
                }
                Ok(failures::count_within(tx, Guess::SignUpCode, &subjects, now).await?)
            })
        })
        .await;
    match counted {
        Ok(()) => {}
        Err(NotLookedAt::TooEarly(early)) => return Ok(SignUpCheck::TooEarly(early)),
        Err(NotLookedAt::Everybody(all)) => return Ok(SignUpCheck::TooBusy(all.wait)),
        Err(NotLookedAt::Database(error)) => return Err(error),
    }
    let found = invitations::of_selector(&app.db, &typed.selector).await?;
    let hash = found.as_ref().map(|found| found.secret_hash.as_str());
    match (app.hashing.compare(typed.secret.clone(), hash).await, found) {
        (Err(_), _) => Ok(SignUpCheck::TooBusy(WAIT_WHILE_BUSY)),
        (Ok(Comparison::Same | Comparison::SameButCheap), Some(found)) => Ok(SignUpCheck::Right(Box::new(found))),
        (Ok(_), _) => {
            warn_of_guessing(app, network, now).await?;
            Ok(SignUpCheck::Wrong)
        }
    }
}

/// Counts a wrong sign-up code, and tells the operator where there are too many: in the log and in the history, once an
/// hour.
async fn warn_of_guessing(app: &Core, network: &Network, now: Timestamp) -> Result<(), db::Error> {
    let (random, network) = (app.random.clone(), network.to_string());
    let is_alarming: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if allowances::take(tx, &BEFORE_ALARM, "all", now).await? == AllowanceAnswer::Granted
                    || allowances::take(tx, &ALARM, "all", now).await? != AllowanceAnswer::Granted
                {
                    return Ok(false);
                }
                let mut entry = Entry::new(now, Event::InvitationGuessing);
                entry.network = Some(network);
                history::write(tx, &random, &entry).await?;
                Ok(true)
            })
        })
        .await;
    if is_alarming? {
        tracing::error!("many wrong sign-up codes are typed: somebody may be guessing them");
    }
    Ok(())
}

/// The keyed hash that is stored for six digits: plainly hashed, they would be guessed at once. It is bound to this
/// purpose, invitation and origin.
fn code_hash(app: &Core, id: InvitationId, origin: DigitsOrigin, code: &str) -> [u8; 32] {
    let bound = format!("{id}:{}:{code}", origin.as_str());
    app.master_keys.keyed_hash("six digits of an invitation", &bound)
}

/// Makes six digits of an invitation, in place of earlier ones of the same origin.
pub(crate) async fn make_digits(
    tx: &mut Tx<'_>,
    app: &Core,
    id: InvitationId,
    origin: DigitsOrigin,
    now: Timestamp,
) -> Result<Secret<String>, db::Error> {
    let code = app.random.six_digits();
    tx.execute(
        "INSERT INTO invitation_codes (invitation_id, origin, code_hash, tries, made_at, expires_at)
         VALUES (?1, ?2, ?3, 0, ?4, ?5)
         ON CONFLICT (invitation_id, origin) DO UPDATE
         SET code_hash = excluded.code_hash, tries = 0, made_at = excluded.made_at, expires_at = excluded.expires_at",
        values![id, origin.as_str(), &code_hash(app, id, origin, code.reveal()), now, now.plus(origin.lives())],
    )
    .await?;
    Ok(code)
}

/// Until when the digits of an origin can be tried, if there are any.
pub(crate) async fn digits_until(
    db: impl Reads,
    id: InvitationId,
    origin: DigitsOrigin,
    now: Timestamp,
) -> Result<Option<Timestamp>, db::Error> {
    db.optional(
        "SELECT expires_at FROM invitation_codes
         WHERE invitation_id = ?1 AND origin = ?2 AND tries < ?3 AND expires_at > ?4",
        values![id, origin.as_str(), TRIES, now],
        |row| row.get(0),
    )
    .await
}

/// A counted try of the digits of one origin.
struct TriedDigits {
    origin: DigitsOrigin,
    code_hash: Vec<u8>,
    number: i64,
}

/// Compares typed digits with those that answer a question. The try is counted first, for the digits, the person and the
/// network, in a transaction of its own, so that only a success takes it back.
pub(crate) async fn check_digits(
    app: &Core,
    of: &Invitation,
    question: DigitsQuestion,
    typed: &SixDigits,
    network: &Network,
    now: Timestamp,
) -> Result<DigitsCheck, db::Error> {
    let (id, subjects) = (of.id, digits_subjects(of.person, network));
    let counted: Result<Vec<TriedDigits>, TryError> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let tried = take_try(tx, id, question, now).await?;
                if !tried.is_empty() {
                    failures::count_within(tx, Guess::InvitationCode, &subjects, now).await?;
                }
                Ok(tried)
            })
        })
        .await;
    let tried = match counted {
        Ok(tried) => tried,
        Err(TryError::TooEarly(early)) => return Ok(DigitsCheck::TooEarly(early)),
        Err(TryError::Database(error)) => return Err(error),
    };
    let Some(tries_left) = tried.iter().map(|one| TRIES - one.number).max() else { return Ok(DigitsCheck::Over) };
    for one in tried {
        let code_hash = code_hash(app, id, one.origin, typed.as_str());
        if equal_in_constant_time(&one.code_hash, &code_hash) {
            return Ok(DigitsCheck::Right(DigitsMatch { invitation: id, origin: one.origin, code_hash }));
        }
    }
    Ok(DigitsCheck::Wrong { tries_left })
}

async fn take_try(
    tx: &mut Tx<'_>,
    id: InvitationId,
    question: DigitsQuestion,
    now: Timestamp,
) -> Result<Vec<TriedDigits>, db::Error> {
    let [one, other] = question.origins();
    tx.all(
        "UPDATE invitation_codes SET tries = tries + 1
         WHERE invitation_id = ?1 AND origin IN (?2, ?3) AND tries < ?4 AND expires_at > ?5
         RETURNING origin, code_hash, tries",
        values![id, one.as_str(), other.as_str(), TRIES, now],
        |row| Ok(TriedDigits { origin: parsed(row, 0)?, code_hash: row.get(1)?, number: row.get(2)? }),
    )
    .await
}

/// Uses matching digits up. Of simultaneous calls, and with newer digits made meanwhile, at most one gets `true`.
pub(crate) async fn use_digits(tx: &mut Tx<'_>, matched: &DigitsMatch, now: Timestamp) -> Result<bool, db::Error> {
    let DigitsMatch { invitation, origin, code_hash } = matched;
    tx.use_once(
        "DELETE FROM invitation_codes
         WHERE invitation_id = ?1 AND origin = ?2 AND code_hash = ?3 AND expires_at > ?4",
        values![*invitation, origin.as_str(), code_hash, now],
    )
    .await
}

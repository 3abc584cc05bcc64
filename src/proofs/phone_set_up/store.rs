//! The table of phones that are being connected.

use serde::{Deserialize, Serialize};

use super::{DIGITS, KeyMaking, LIVES, PhoneSetUpId, SetUpStanding, SetUpState};
use crate::directory::people::PersonId;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::proofs::approvals::{ApprovalNumber, ApprovalQuestion, NumberCheck, compare, draw as draw_number};
use crate::proofs::phones::{DeviceFacts, MadePhone, PhoneId, PhoneKey};
use crate::proofs::qr::QrCode;
use crate::proofs::qr::code::left_at;
use crate::proofs::{Factor, Method, Occasion, Proven};
use crate::values;

/// A code that is to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct SetUpDrawing {
    /// The sign-in or session, and the browser that draws.
    pub(crate) occasion: Occasion,
    /// The page that draws.
    pub(crate) page: String,
    /// The person whose phone it would be.
    pub(crate) person: PersonId,
    /// The question to the phone.
    pub(crate) question: ApprovalQuestion,
}

/// The words of a phone, as they are stored.
#[derive(Serialize, Deserialize)]
struct KeptWords {
    id: PhoneId,
    name: String,
    device: String,
    system: String,
    app_version: String,
    user_agent: String,
}

/// The connecting of a phone.
#[derive(Clone, Debug)]
pub(crate) struct PhoneSetUp {
    /// Its identifier.
    pub(crate) id: PhoneSetUpId,
    /// The sign-in or session that draws.
    pub(crate) occasion: uuid::Uuid,
    /// The page that draws.
    pub(crate) page: String,
    /// The person.
    pub(crate) person: PersonId,
    /// The question to the phone.
    pub(crate) question: ApprovalQuestion,
    /// The phone, once it has made its key.
    pub(crate) made: Option<MadePhone>,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    state: SetUpState,
    browser: [u8; 32],
    phone_browser: Option<[u8; 32]>,
    secret: Vec<u8>,
    number: Option<Vec<u8>>,
    wrong_numbers: i64,
    drawn_at: Timestamp,
}

impl PhoneSetUp {
    /// Its state at an instant.
    pub(crate) fn standing(&self, now: Timestamp) -> SetUpStanding {
        self.state.standing(self.expires_at, now)
    }

    /// Whether the phone is the browser that draws.
    pub(crate) fn is_on_one_device(&self) -> bool {
        self.phone_browser == Some(self.browser)
    }

    /// Whether the app was opened with it.
    pub(crate) fn is_opened(&self) -> bool {
        self.state == SetUpState::Opened
    }

    /// The code that the browser shows at an instant.
    pub(crate) fn code(&self, keys: &MasterKeys, now: Timestamp) -> Result<QrCode, Fault> {
        let secret = keys.open(&purpose("secret", self.id), &self.secret)?;
        Ok(QrCode::at(secret.reveal(), self.id.into(), self.drawn_at, now))
    }

    /// How long that code is still shown.
    pub(crate) fn code_left(&self, now: Timestamp) -> std::time::Duration {
        left_at(self.drawn_at, now)
    }

    /// The digits that the phone asks for.
    pub(crate) fn digits(&self) -> u32 {
        if self.number.is_some() { DIGITS } else { 0 }
    }

    /// The number that the browser shows once the code is scanned; `None` where none is asked for.
    pub(crate) fn number(&self, keys: &MasterKeys) -> Result<Option<Secret<String>>, Fault> {
        let Some(sealed) = &self.number else { return Ok(None) };
        let bytes = keys.open(&purpose("number", self.id), sealed)?;
        let text = String::from_utf8(bytes.reveal().clone());
        text.map(|text| Some(Secret::new(text))).map_err(|_| Fault::new("the number of a phone's set-up is no text"))
    }
}

fn purpose(part: &str, id: PhoneSetUpId) -> String {
    format!("{part} of phone set-up {id}")
}

/// Draws a code in the place of whatever the sign-in or session had drawn before.
pub(crate) async fn draw(
    tx: &mut Tx<'_>,
    app: &Core,
    drawing: &SetUpDrawing,
    now: Timestamp,
) -> Result<PhoneSetUpId, Fault> {
    withdraw(tx, drawing.occasion.id()).await?;
    let id = PhoneSetUpId::new(now, &app.random);
    let secret = app.master_keys.seal(&app.random, &purpose("secret", id), &app.random.bytes::<32>())?;
    let question = serde_json::to_string(&drawing.question).map_err(|error| Fault::new(error.to_string()))?;
    tx.execute(
        "INSERT INTO phone_set_ups (id, occasion_id, browser_hash, person_id, question, secret, state, wrong_numbers,
                                    drawn_at, expires_at, page)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'drawn', 0, ?7, ?8, ?9)",
        values![
            id,
            drawing.occasion.id().to_string(),
            drawing.occasion.browser(),
            drawing.person,
            &question,
            &secret,
            now,
            now.plus(LIVES),
            &drawing.page,
        ],
    )
    .await?;
    Ok(id)
}

/// The newest drawing of a sign-in or session in its browser.
pub(crate) async fn of_occasion(db: impl Reads, occasion: &Occasion) -> Result<Option<PhoneSetUp>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, person_id, question, state, browser_hash, phone_browser, secret, number, wrong_numbers,
                phone, token_hash, public_key, drawn_at, expires_at, page
         FROM phone_set_ups WHERE occasion_id = ?1 AND browser_hash = ?2 ORDER BY id DESC LIMIT 1",
        values![occasion.id().to_string(), occasion.browser()],
        set_up,
    )
    .await
}

/// The drawing of a scanned code, if the code holds.
///
/// # Errors
/// A fault of the database, or a secret that cannot be opened.
pub(crate) async fn of_code(
    db: impl Reads,
    keys: &MasterKeys,
    scanned: &QrCode,
    now: Timestamp,
) -> Result<Option<PhoneSetUp>, Fault> {
    let Some(found) = by_id(db, scanned.drawing.into()).await? else { return Ok(None) };
    let secret = keys.open(&purpose("secret", found.id), &found.secret)?;
    Ok(Some(found).filter(|found| scanned.holds(secret.reveal(), found.drawn_at, now)))
}

/// The set-up that a phone has scanned, for the browser of that phone.
pub(crate) async fn find(
    db: impl Reads,
    phone_browser: &[u8; 32],
    id: PhoneSetUpId,
) -> Result<Option<PhoneSetUp>, db::Error> {
    let found = by_id(db, id).await?;
    Ok(found.filter(|found| found.phone_browser.as_ref() == Some(phone_browser)))
}

async fn by_id(db: impl Reads, id: PhoneSetUpId) -> Result<Option<PhoneSetUp>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, person_id, question, state, browser_hash, phone_browser, secret, number, wrong_numbers,
                phone, token_hash, public_key, drawn_at, expires_at, page
         FROM phone_set_ups WHERE id = ?1",
        values![id],
        set_up,
    )
    .await
}

/// Takes a scanned code. Of many phones at once, one gets it, and is told so. The number is left out where the phone is
/// the browser that draws: there it would be copied from one page to another.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn scan(
    tx: &mut Tx<'_>,
    app: &Core,
    (found, phone_browser): (&PhoneSetUp, &[u8; 32]),
    now: Timestamp,
) -> Result<bool, Fault> {
    let number = if found.browser == *phone_browser {
        None
    } else {
        let number = draw_number(&app.random, DIGITS);
        Some(app.master_keys.seal(&app.random, &purpose("number", found.id), number.reveal().as_bytes())?)
    };
    let scanned = tx
        .use_once(
            "UPDATE phone_set_ups SET state = 'scanned', phone_browser = ?2, number = ?3
             WHERE id = ?1 AND state = 'drawn' AND expires_at > ?4",
            values![found.id, phone_browser, number.as_deref(), now],
        )
        .await?;
    tx.wake(Topic::Approval, found.id.into());
    Ok(scanned)
}

/// Takes the key that a phone has made, whose signature over the question and the number holds: nothing is added yet.
///
/// # Errors
/// A fault of the database, or a number that cannot be opened.
pub(crate) async fn make(
    tx: &mut Tx<'_>,
    app: &Core,
    (id, phone_browser): (PhoneSetUpId, &[u8; 32]),
    (made, typed): (&MadePhone, Option<&ApprovalNumber>),
    now: Timestamp,
) -> Result<KeyMaking, Fault> {
    // The row is taken before it is read: keys that come together are looked at one after the other.
    let is_open = tx
        .use_once(
            "UPDATE phone_set_ups SET wrong_numbers = wrong_numbers
             WHERE id = ?1 AND phone_browser = ?2 AND state = 'scanned' AND expires_at > ?3",
            values![id, phone_browser, now],
        )
        .await?;
    if !is_open {
        return Ok(KeyMaking::Over);
    }
    let Some(found) = by_id(&mut *tx, id).await? else { return Ok(KeyMaking::Over) };
    let check = match (found.number(&app.master_keys)?, typed) {
        (None, _) => NumberCheck::Right,
        (Some(right), Some(typed)) => compare(typed, right.reveal(), found.wrong_numbers),
        (Some(_), None) => return Ok(KeyMaking::WrongNumber),
    };
    let result = match check {
        NumberCheck::Right => {
            keep(tx, id, made).await?;
            KeyMaking::Made
        }
        NumberCheck::Wrong => {
            tx.execute("UPDATE phone_set_ups SET wrong_numbers = wrong_numbers + 1 WHERE id = ?1", values![id]).await?;
            return Ok(KeyMaking::WrongNumber);
        }
        NumberCheck::LastWrong => {
            tx.execute(
                "UPDATE phone_set_ups SET wrong_numbers = wrong_numbers + 1, state = 'mismatched' WHERE id = ?1",
                values![id],
            )
            .await?;
            KeyMaking::LastWrongNumber
        }
    };
    tx.wake(Topic::Approval, id.into());
    Ok(result)
}

async fn keep(tx: &mut Tx<'_>, id: PhoneSetUpId, made: &MadePhone) -> Result<(), Fault> {
    let MadePhone { id: phone, name, facts, .. } = made.clone();
    let DeviceFacts { device, system, app_version, user_agent } = facts;
    let words = KeptWords { id: phone, name, device, system, app_version, user_agent };
    let words = serde_json::to_string(&words).map_err(|error| Fault::new(error.to_string()))?;
    tx.execute(
        "UPDATE phone_set_ups SET state = 'made', phone = ?2, token_hash = ?3, public_key = ?4 WHERE id = ?1",
        values![id, &words, &made.token_hash, made.key.as_bytes()],
    )
    .await?;
    Ok(())
}

/// Uses up the key that a phone has made, in the browser that drew the code: the phone is to be added in this
/// transaction. Of many at once, one gets it.
pub(crate) async fn use_up(
    tx: &mut Tx<'_>,
    (person, id): (PersonId, PhoneSetUpId),
    occasion: &Occasion,
    now: Timestamp,
) -> Result<Option<MadePhone>, db::Error> {
    let used = tx
        .use_once(
            "UPDATE phone_set_ups SET state = 'added'
             WHERE id = ?1 AND person_id = ?2 AND occasion_id = ?3 AND browser_hash = ?4 AND state = 'made'
               AND expires_at > ?5",
            values![id, person, occasion.id().to_string(), occasion.browser(), now],
        )
        .await?;
    if !used {
        return Ok(None);
    }
    tx.wake(Topic::Approval, id.into());
    Ok(by_id(&mut *tx, id).await?.and_then(|found| found.made))
}

/// Opens the app with the PIN that was just made, once, in the browser of the phone: the proof of its person, for the
/// sign-in of the app.
pub(crate) async fn open(
    tx: &mut Tx<'_>,
    (id, phone_browser): (PhoneSetUpId, &[u8; 32]),
    occasion: Occasion,
    now: Timestamp,
) -> Result<Option<Proven>, db::Error> {
    let person: Option<PersonId> = tx
        .optional(
            "UPDATE phone_set_ups SET state = 'opened'
             WHERE id = ?1 AND phone_browser = ?2 AND state = 'added' AND expires_at > ?3 RETURNING person_id",
            values![id, phone_browser, now],
            |row| row.get(0),
        )
        .await?;
    Ok(person.map(|person| Proven::new(person, Method::of(Factor::Phone), now, occasion)))
}

/// Takes the drawings of a sign-in or session back.
pub(crate) async fn withdraw(tx: &mut Tx<'_>, occasion: uuid::Uuid) -> Result<(), db::Error> {
    let withdrawn: Vec<PhoneSetUpId> = tx
        .all(
            "UPDATE phone_set_ups SET state = 'withdrawn' WHERE occasion_id = ?1 AND state IN ('drawn', 'scanned', 'made')
             RETURNING id",
            values![occasion.to_string()],
            |row| row.get(0),
        )
        .await?;
    for id in withdrawn {
        tx.wake(Topic::Approval, id.into());
    }
    Ok(())
}

/// Removes drawings that ended before an instant.
pub(crate) async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM phone_set_ups WHERE expires_at < ?1", values![before]).await
}

fn set_up(row: &Row<'_>) -> Result<PhoneSetUp, db::Error> {
    let unreadable = || db::Error::Fault("the set-up of a phone cannot be read".to_owned());
    let hash = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map_err(|_| unreadable());
    let state: String = row.get(4)?;
    let phone_browser: Option<Vec<u8>> = row.get(6)?;
    let words: Option<String> = row.get(10)?;
    let made = match words {
        None => None,
        Some(words) => {
            let words: KeptWords = serde_json::from_str(&words).map_err(|_| unreadable())?;
            let KeptWords { id, name, device, system, app_version, user_agent } = words;
            let key: Vec<u8> = row.get(12)?;
            Some(MadePhone {
                id,
                token_hash: hash(row.get(11)?)?,
                name,
                facts: DeviceFacts { device, system, app_version, user_agent },
                key: PhoneKey::parse(&key).ok_or_else(unreadable)?,
            })
        }
    };
    Ok(PhoneSetUp {
        id: row.get(0)?,
        occasion: row.get_parsed(1)?.ok_or_else(unreadable)?,
        page: row.get(15)?,
        person: row.get(2)?,
        question: row.get_json(3)?,
        made,
        expires_at: row.get(14)?,
        state: SetUpState::ALL.into_iter().find(|known| known.as_str() == state).ok_or_else(unreadable)?,
        browser: hash(row.get(5)?)?,
        phone_browser: phone_browser.map(hash).transpose()?,
        secret: row.get(7)?,
        number: row.get(8)?,
        wrong_numbers: row.get(9)?,
        drawn_at: row.get(13)?,
    })
}

//! Open invitations beside a full directory, and the entering of their sign-up codes.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use salpa::platform::db::{self, Db};
use salpa::platform::random::Random;
use salpa::platform::secret::Secret;
use salpa::platform::settings::PasswordHashCost;
use salpa::proofs::passwords::HashPool;
use salpa::values;

use crate::Outcome;
use crate::browser::{Browser, Form, Place};
use crate::load::{Measured, Tally};

/// The open invitations that others are compared with, and the codes that are entered of them.
pub(crate) const FEW: usize = 100;
/// The invited users of the large company.
pub(crate) const OF_THE_LARGE_COMPANY: usize = 1_000;
/// The characters of every code after those that find its invitation: one hash serves for all.
const SECRET: &str = "ABCDEFGHJKM";
/// The number of the first code: the first five characters of a code are its number.
const FIRST: usize = 10_000;

/// The code of an invitation by its number.
fn code(number: usize) -> String {
    format!("{}{SECRET}", FIRST + number)
}

/// Writes invitations of the numbers up to `count` that are not there yet, those of the large company first, and marks
/// its users as invited. The service stands still meanwhile.
pub(crate) async fn write(url: &str, cost: PasswordHashCost, large: &str, count: usize) -> Outcome<()> {
    let pool = HashPool::start(cost, Random::new())?;
    let hash = pool.make(Secret::new(SECRET.to_owned())).await.map_err(|_| "no hash was made")?;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let (until, large) = (now + 24 * 60 * 60 * 1000, large.to_owned());
    let (count, first) = (i64::try_from(count)?, i64::try_from(FIRST)?);
    let marked = count.min(i64::try_from(OF_THE_LARGE_COMPANY)?);
    let db = Db::open(url).await?;
    let written: Result<(), db::Error> = db
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(
                    "INSERT INTO invitations
                       (id, company_id, person_id, inviter_name, identity_check, given_name, family_name, email,
                        selector, secret_hash, state, sms_sent, sent_at, expires_at)
                     SELECT people.id, numbered.company_id, people.id, 'Bench', 'known', people.given_name,
                            people.family_name, people.email, CAST(numbered.number + ?5 AS TEXT), ?1, 'sent', 0, ?2, ?3
                     FROM (SELECT company_id, person_id,
                                  row_number() OVER (ORDER BY CASE WHEN company_id = ?6 THEN 0 ELSE 1 END, person_id)
                                    AS number
                           FROM users WHERE basic AND NOT is_user_administrator AND NOT is_main_user) AS numbered
                     JOIN people ON people.id = numbered.person_id
                     WHERE numbered.number <= ?4
                     ON CONFLICT DO NOTHING",
                    values![hash.as_str(), now, until, count, first, large.as_str()],
                )
                .await?;
                tx.execute(
                    "UPDATE users SET invited_until = ?1
                     WHERE basic AND EXISTS (SELECT 1 FROM invitations WHERE person_id = users.person_id)",
                    values![until],
                )
                .await?;
                tx.execute(
                    "UPDATE users SET invited_until = ?1 WHERE company_id = ?2 AND person_id IN
                       (SELECT person_id FROM users WHERE company_id = ?2 ORDER BY person_id LIMIT ?3)",
                    values![until, large.as_str(), marked],
                )
                .await?;
                Ok(())
            })
        })
        .await;
    Ok(written?)
}

/// The time that the entering of a code takes, of those from a number on, each in a browser and a network of its own.
pub(crate) async fn enter(browser: &mut Browser, from: usize) -> Outcome<Measured> {
    let mut tally = Tally::new()?;
    let begin = Instant::now();
    let mut over = Duration::ZERO;
    for number in from..from + FEW {
        browser.forget(format!("198.18.{}.{}", number / 250, number % 250 + 1));
        browser.open("/app/sign-up").await?;
        let form = Form { action: "/app/sign-up".to_owned(), fields: vec![("sign_up_code".to_owned(), code(number))] };
        let begun = Instant::now();
        match browser.send(&form).await? {
            Place::Page(path, _) if path.starts_with("/app/sign-up/") => tally.count(begun.elapsed()),
            Place::Page(path, _) => return Err(format!("the code {number} led to {path}").into()),
            Place::Away(url) => return Err(format!("the code {number} led to {url}").into()),
            Place::TurnedAway => tally.count_turned_away(),
        }
        over = begin.elapsed();
    }
    Measured::of(vec![tally], over)
}

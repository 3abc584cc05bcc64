//! The code itself: which drawing it is of, which step of time, and a mark that only the server makes.

use std::str::FromStr;
use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::platform::clock::Timestamp;
use crate::platform::secret::equal_in_constant_time;

/// How long one code is shown.
const STEP: Duration = Duration::from_secs(3);
/// How long a code is taken, from the moment in which it is first shown (STANDARDS: at most ten seconds).
const ACCEPTED_FOR: Duration = Duration::from_secs(10);
/// How far the clock of another node may be behind.
const CLOCK_DRIFT: Duration = Duration::from_secs(1);
/// The bytes of the mark: 96 bits. A code is tried online only, and lives for ten seconds.
const MARK_LENGTH: usize = 12;

/// A code as it is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QrCode {
    /// The drawing: a sign-in by a scanned code, or the set-up of a phone.
    pub(in crate::proofs) drawing: Uuid,
    step: u32,
    mark: [u8; MARK_LENGTH],
}

/// The step of an instant.
fn step_at(drawn_at: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(now.since(drawn_at).as_millis() / STEP.as_millis()).unwrap_or(u32::MAX)
}

/// How long the code of an instant is still shown.
pub(in crate::proofs) fn left_at(drawn_at: Timestamp, now: Timestamp) -> Duration {
    let into = now.since(drawn_at).as_millis() % STEP.as_millis();
    STEP.saturating_sub(Duration::from_millis(u64::try_from(into).unwrap_or(0)))
}

fn mark(secret: &[u8], drawing: Uuid, step: u32) -> [u8; MARK_LENGTH] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    context.update(b"salpa qr 1");
    context.update(drawing.as_bytes());
    context.update(&step.to_be_bytes());
    let mut mark = [0; MARK_LENGTH];
    mark.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    mark
}

impl QrCode {
    /// The code of a drawing at an instant.
    pub(in crate::proofs) fn at(secret: &[u8], drawing: Uuid, drawn_at: Timestamp, now: Timestamp) -> Self {
        let step = step_at(drawn_at, now);
        Self { drawing, step, mark: mark(secret, drawing, step) }
    }

    /// Whether it was made with this secret and is not too old.
    pub(in crate::proofs) fn holds(&self, secret: &[u8], drawn_at: Timestamp, now: Timestamp) -> bool {
        let Some(into) = STEP.checked_mul(self.step) else { return false };
        let shown_at = drawn_at.plus(into);
        let is_fresh = shown_at <= now.plus(CLOCK_DRIFT) && now.since(shown_at) <= ACCEPTED_FOR;
        is_fresh && equal_in_constant_time(&self.mark, &mark(secret, self.drawing, self.step))
    }
}

impl std::fmt::Display for QrCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (id, mark) = (BASE64URL_NOPAD.encode(self.drawing.as_bytes()), BASE64URL_NOPAD.encode(&self.mark));
        write!(formatter, "{id}.{}.{mark}", self.step)
    }
}

impl FromStr for QrCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let (Some(id), Some(step), Some(mark), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(());
        };
        let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| ());
        let id: [u8; 16] = bytes(id)?.try_into().map_err(|_| ())?;
        Ok(Self {
            drawing: Uuid::from_bytes(id),
            step: step.parse().map_err(|_| ())?,
            mark: bytes(mark)?.try_into().map_err(|_| ())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const SECRET: &[u8] = &[7; 32];

    fn id() -> Uuid {
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)
    }

    fn later(milliseconds: u64) -> Timestamp {
        NOW.plus(Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_code_is_taken_for_ten_seconds_and_a_new_one_is_shown_every_three() {
        let code = |at| QrCode::at(SECRET, id(), NOW, later(at));
        assert_eq!(code(0), code(2_999));
        assert_ne!(code(0), code(3_000));
        assert!(code(0).holds(SECRET, NOW, later(10_000)));
        assert!(!code(0).holds(SECRET, NOW, later(10_001)));
        assert!(!code(9_000).holds(SECRET, NOW, later(7_000)), "nobody has seen it yet");
        assert_eq!(left_at(NOW, later(2_000)), Duration::from_secs(1));
    }

    proptest! {
        #[test]
        fn a_code_is_read_as_it_was_written(at in 0_u64..120_000) {
            let code = QrCode::at(SECRET, id(), NOW, later(at));
            prop_assert_eq!(code.to_string().parse(), Ok(code.clone()));
            prop_assert!(code.to_string().len() < 50, "it must stay coarse enough to scan");
        }

        #[test]
        fn a_code_holds_for_its_secret_its_drawing_and_ten_seconds(
            at in 0_u64..120_000, scanned in 0_u64..140_000, secret in any::<[u8; 32]>(), other in any::<u128>(),
        ) {
            let code = QrCode::at(&secret, id(), NOW, later(at));
            let is_taken = code.holds(&secret, NOW, later(scanned));
            let shown = at / 3_000 * 3_000;
            prop_assert_eq!(is_taken, shown <= scanned + 1_000 && scanned.saturating_sub(shown) <= 10_000);
            prop_assert!(!code.holds(SECRET, NOW, later(at)) || secret == SECRET);
            let moved = QrCode { drawing: Uuid::from_u128(other), ..code.clone() };
            prop_assert!(!moved.holds(&secret, NOW, later(at)) || moved == code);
            let renewed = QrCode { step: code.step + 1, ..code };
            prop_assert!(!renewed.holds(&secret, NOW, later(at + 3_000)), "an old mark makes no new code");
        }

        #[test]
        fn nothing_that_is_scanned_panics(text in "[A-Za-z0-9._-]{0,80}|\\PC{0,80}") {
            if let Ok(code) = text.parse::<QrCode>() {
                prop_assert!(!code.holds(SECRET, NOW, NOW));
            }
        }
    }
}

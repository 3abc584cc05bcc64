//! The code that the app scans, which is another one every second, and the link that starts the app on the same device.

use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use url::form_urlencoded::byte_serialize;

/// How long one code is shown.
const STEP: Duration = Duration::from_secs(1);

/// The text of the code so many seconds after the order: the token, the seconds, and their HMAC by the secret. The secret
/// stays on the server, so that nobody can draw the next code.
pub fn order_code(token: &str, secret: &str, seconds: u64) -> String {
    let seconds = seconds.to_string();
    let mark = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), seconds.as_bytes());
    format!("bankid.{token}.{seconds}.{}", HEXLOWER.encode(mark.as_ref()))
}

/// How long the code is shown that is shown so long after the order.
pub(super) fn left_after(elapsed: Duration) -> Duration {
    STEP.saturating_sub(Duration::from_nanos(u64::from(elapsed.subsec_nanos())))
}

/// The link that starts the app. The address to which the app returns stands in the order alone, and takes precedence.
pub(super) fn link(autostart_token: &str, is_handheld: bool) -> String {
    let token: String = byte_serialize(autostart_token.as_bytes()).collect();
    let program = if is_handheld { "https://app.bankid.com/" } else { "bankid:///" };
    format!("{program}?autostarttoken={token}&redirect=null")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The values of BankID's documentation.
    const TOKEN: &str = "67df3917-fa0d-44e5-b327-edcc928297f8";
    const SECRET: &str = "d28db9a7-4cde-429e-a983-359be676944c";

    #[test]
    fn the_codes_of_the_documentation_are_drawn() {
        for (seconds, mark) in [
            (0, "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8"),
            (1, "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2"),
            (2, "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3"),
        ] {
            assert_eq!(order_code(TOKEN, SECRET, seconds), format!("bankid.{TOKEN}.{seconds}.{mark}"));
        }
    }

    #[test]
    fn a_code_is_shown_until_the_second_is_over() {
        assert_eq!(left_after(Duration::ZERO), Duration::from_secs(1));
        assert_eq!(left_after(Duration::from_millis(7_250)), Duration::from_millis(750));
    }

    #[test]
    fn the_link_has_the_token_and_no_address_of_return() {
        assert_eq!(link("a b&c", true), "https://app.bankid.com/?autostarttoken=a+b%26c&redirect=null");
        assert_eq!(link("abc", false), "bankid:///?autostarttoken=abc&redirect=null");
    }

    proptest! {
        #[test]
        fn a_code_of_an_older_second_is_another_code(one in 0_u64..10_000, other in 0_u64..10_000) {
            let (first, second) = (order_code(TOKEN, SECRET, one), order_code(TOKEN, SECRET, other));
            prop_assert_eq!(first == second, one == other);
        }
    }
}

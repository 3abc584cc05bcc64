//! The kind of machine that a browser runs on.

use super::views::DeviceKind;

/// The machine that a browser runs on.
pub(super) fn device(user_agent: &str) -> DeviceKind {
    let is_phone = ["iPhone", "iPad", "Android"].iter().any(|mark| user_agent.contains(mark));
    if is_phone { DeviceKind::Phone } else { DeviceKind::Computer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_told_from_a_computer() {
        assert_eq!(device("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"), DeviceKind::Phone);
        assert_eq!(device("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/142.0"), DeviceKind::Computer);
    }
}

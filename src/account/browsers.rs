//! What kind of machine a browser runs on.

use super::views::Device;

/// What a browser runs on.
pub(super) fn device(user_agent: &str) -> Device {
    let is_phone = ["iPhone", "iPad", "Android"].iter().any(|mark| user_agent.contains(mark));
    if is_phone { Device::Phone } else { Device::Computer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_told_from_a_computer() {
        assert_eq!(device("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"), Device::Phone);
        assert_eq!(device("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/142.0"), Device::Computer);
    }
}

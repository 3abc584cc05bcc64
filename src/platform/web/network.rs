//! The network of a client.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// A network, as in "new network": the IPv4 address, or the /64 of an IPv6 address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network(String);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_string()),
            IpAddr::V6(address) => {
                let prefix = u128::from(address) & (u128::MAX << 64);
                Self(format!("{}/64", Ipv6Addr::from(prefix)))
            }
        }
    }

    /// A network from [`Network::as_str`].
    pub(crate) fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The stored and displayed form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its address, or the first of its addresses.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.0.split('/').next()?.parse().ok()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_ipv6_subnet_are_one_network() {
        let one = Network::of("2001:db8:1:2:3:4:5:6".parse().unwrap());
        assert_eq!(one, Network::of("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_eq!(one.as_str(), "2001:db8:1:2::/64");
        assert_eq!(one.address(), Some("2001:db8:1:2::".parse().unwrap()));
        assert_eq!(Network::of("::ffff:192.0.2.1".parse().unwrap()).as_str(), "192.0.2.1");
    }
}

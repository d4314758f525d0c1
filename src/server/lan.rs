//! Finds the addresses and the name at which other machines reach this one.

use std::net::IpAddr;

/// The addresses of this machine that others on the network can connect to, IPv4 first because it is easier to type.
///
/// Excludes loopback and link-local addresses. Empty if the interfaces cannot be listed.
pub(crate) fn addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: Vec<IpAddr> =
        interfaces.iter().map(if_addrs::Interface::ip).filter(|address| is_reachable(*address)).collect();
    addresses.sort_unstable_by_key(|address| (address.is_ipv6(), *address));
    addresses.dedup();
    addresses
}

/// The name of this machine in multicast DNS (RFC 6762), such as `pi.local`. It resolves only if a responder runs.
pub(crate) fn local_name() -> Option<String> {
    let name = gethostname::gethostname().into_string().ok()?;
    let label = name.split('.').next().filter(|label| !label.is_empty() && *label != "localhost")?;
    Some(format!("{label}.local"))
}

fn is_reachable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_loopback() && !address.is_link_local() && !address.is_unspecified(),
        IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local() && !address.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_others_can_use_are_listed() {
        for (address, expected) in [
            ("192.168.1.7", true),
            ("127.0.0.1", false),
            ("169.254.3.4", false),
            ("fd00::7", true),
            ("fe80::1", false),
            ("::1", false),
        ] {
            assert_eq!(is_reachable(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn own_addresses_are_sorted_and_without_loopback() {
        let addresses = addresses();
        assert!(addresses.iter().all(|address| is_reachable(*address)));
        assert!(addresses.is_sorted_by_key(IpAddr::is_ipv6));
        assert!(local_name().is_none_or(|name| name.strip_suffix(".local").is_some_and(|label| !label.contains('.'))));
    }
}

//! How this machine is reached from others.

use std::net::IpAddr;

/// Its addresses that are of use to others on the network, IPv4 first: that is what people can type.
///
/// Loopback is not among them, nor are link-local IPv6 addresses, which mean nothing without an interface.
pub fn addresses() -> Vec<IpAddr> {
    // Without an answer there is nothing to tell; the server works all the same.
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: Vec<IpAddr> =
        interfaces.iter().map(if_addrs::Interface::ip).filter(|address| is_reachable(*address)).collect();
    addresses.sort_unstable_by_key(|address| (address.is_ipv6(), *address));
    addresses.dedup();
    addresses
}

/// The name under which multicast DNS finds it (RFC 6762), if a responder runs: `pi.local`.
pub fn local_name() -> Option<String> {
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
    fn only_addresses_that_others_can_use_are_told() {
        for (address, told) in [
            ("192.168.1.7", true),
            ("127.0.0.1", false),
            ("169.254.3.4", false),
            ("fd00::7", true),
            ("fe80::1", false),
            ("::1", false),
        ] {
            assert_eq!(is_reachable(address.parse().unwrap()), told, "{address}");
        }
    }

    #[test]
    fn this_machines_own_are_in_order_and_without_loopback() {
        let addresses = addresses();
        assert!(addresses.iter().all(|address| is_reachable(*address)));
        assert!(addresses.is_sorted_by_key(IpAddr::is_ipv6));
        assert!(local_name().is_none_or(|name| name.strip_suffix(".local").is_some_and(|label| !label.contains('.'))));
    }
}

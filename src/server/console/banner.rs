//! The startup banner of a server.

use crate::link::DEFAULT_PORT;
use crate::server::{Server, ServerKind, lan, listen};
use std::net::{IpAddr, SocketAddr};

/// The lines of the banner: addresses and kind, commands to join, and limits.
pub(crate) fn startup_banner(kind: &ServerKind, server: &Server) -> Vec<String> {
    let mut lines: Vec<String> =
        server.addresses().iter().map(|address| format!("Listening on {address} ({kind}).")).collect();
    lines.extend(join_commands(server.addresses(), &lan::addresses(), lan::local_name().as_deref()));
    lines.push(format!("Limits: {}.", server.limits()));
    lines
}

/// Lines with the commands that join a server, for listening addresses, and the addresses and name of this machine.
fn join_commands(listening: &[SocketAddr], machine: &[IpAddr], name: Option<&str>) -> Vec<String> {
    let Some(first) = listening.first() else { return Vec::new() };
    let mut lines =
        vec![format!("To join on this machine:      {}", command(&listen::local_address(*first).to_string()))];
    let reachable: Vec<SocketAddr> = machine
        .iter()
        .flat_map(|address| {
            let matching = listening.iter().filter(|listening| is_reachable_at(listening.ip(), *address));
            matching.map(|listening| SocketAddr::new(*address, listening.port())).collect::<Vec<_>>()
        })
        .collect();
    for address in &reachable {
        lines.push(format!("To join from another machine: {}", command(&address.to_string())));
    }
    match (name, listening.iter().all(|address| address.ip().is_loopback()), reachable.first()) {
        (_, true, _) => lines.push("Only this machine can connect. Use --lan to accept others.".to_owned()),
        (_, false, None) => lines.push("No network found: other machines cannot connect now.".to_owned()),
        (Some(name), false, Some(first)) => {
            lines.push(format!("Or by name (mDNS):            {}", command(&format!("{name}:{}", first.port()))));
        }
        (None, false, Some(_)) => {}
    }
    lines
}

/// Whether a server that listens on `listening` can be reached at `address`.
fn is_reachable_at(listening: IpAddr, address: IpAddr) -> bool {
    listening == address || (listening.is_unspecified() && listening.is_ipv4() == address.is_ipv4())
}

fn command(address: &str) -> String {
    let address = address.strip_suffix(&format!(":{DEFAULT_PORT}")).unwrap_or(address);
    // Shells expand brackets as a pattern.
    let quoted = if address.contains('[') { format!("'{address}'") } else { address.to_owned() };
    format!("netchat-tui {quoted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(listening: &[&str], machine: &[&str], name: Option<&str>) -> Vec<String> {
        let listening: Vec<_> = listening.iter().map(|address| address.parse().unwrap()).collect();
        let machine: Vec<_> = machine.iter().map(|address| address.parse().unwrap()).collect();
        join_commands(&listening, &machine, name)
    }

    #[test]
    fn a_server_on_loopback_names_the_option_to_accept_others() {
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1",
            "Only this machine can connect. Use --lan to accept others.",
        ];
        assert_eq!(lines(&["127.0.0.1:12345"], &["192.168.1.7"], Some("pi.local")), expected);
    }

    #[test]
    fn a_server_on_all_addresses_lists_a_command_for_each() {
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1:4000",
            "To join from another machine: netchat-tui 192.168.1.7:4000",
            "To join from another machine: netchat-tui '[fd00::7]:4000'",
            "Or by name (mDNS):            netchat-tui pi.local:4000",
        ];
        let all = ["0.0.0.0:4000", "[::]:4000"];
        assert_eq!(lines(&all, &["192.168.1.7", "fd00::7"], Some("pi.local")), expected);
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1",
            "To join from another machine: netchat-tui 10.0.0.1",
        ];
        assert_eq!(lines(&["0.0.0.0:12345"], &["10.0.0.1", "fd00::7"], None), expected);
        assert!(lines(&all, &[], Some("pi.local"))[1].starts_with("No network found: "));
    }

    #[test]
    fn a_server_on_one_address_lists_only_that() {
        let expected = [
            "To join on this machine:      netchat-tui 10.0.0.1:4000",
            "To join from another machine: netchat-tui 10.0.0.1:4000",
        ];
        assert_eq!(lines(&["10.0.0.1:4000"], &["10.0.0.1", "10.0.0.2"], None), expected);
    }

    #[test]
    fn each_listening_address_has_its_own_port() {
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1:5000",
            "To join from another machine: netchat-tui 10.0.0.1:4000",
            "To join from another machine: netchat-tui '[fd00::7]:4001'",
            "Or by name (mDNS):            netchat-tui pi.local:4000",
        ];
        let listening = ["127.0.0.1:5000", "10.0.0.1:4000", "[::]:4001"];
        assert_eq!(lines(&listening, &["10.0.0.1", "fd00::7"], Some("pi.local")), expected);
    }
}

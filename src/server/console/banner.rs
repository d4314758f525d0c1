//! What a server says about itself when it starts.

use crate::link::DEFAULT_PORT;
use crate::server::{Server, ServerKind, lan, listen};
use std::net::{IpAddr, SocketAddr};

/// What it is, where, how to reach it, and what it puts up with.
pub(crate) fn introduction(kind: &ServerKind, server: &Server) -> Vec<String> {
    let mut lines: Vec<String> =
        server.addresses().iter().map(|address| format!("Listening on {address} ({kind}).")).collect();
    lines.extend(join_commands(server.addresses(), &lan::addresses(), lan::local_name().as_deref()));
    lines.push(format!("Limits: {}.", server.limits()));
    lines
}

/// The commands that others type to join a server that listens there, on a machine with these addresses and this name.
fn join_commands(listening: &[SocketAddr], machine: &[IpAddr], name: Option<&str>) -> Vec<String> {
    let Some(first) = listening.first() else { return Vec::new() };
    let mut lines =
        vec![format!("To join on this machine:      {}", command(&listen::local_address(*first).to_string()))];
    let reachable: Vec<SocketAddr> = machine
        .iter()
        .flat_map(|address| {
            let places = listening.iter().filter(|listening| is_reachable_at(listening.ip(), *address));
            // Each has its own port.
            places.map(|listening| SocketAddr::new(*address, listening.port())).collect::<Vec<_>>()
        })
        .collect();
    for address in &reachable {
        lines.push(format!("To join from another machine: {}", command(&address.to_string())));
    }
    match (name, listening.iter().all(|address| address.ip().is_loopback()), reachable.first()) {
        (_, true, _) => lines.push("Others cannot reach it; started with --lan it lets them.".to_owned()),
        (_, false, None) => {
            lines.push("This machine seems to be on no network: others cannot reach it now.".to_owned());
        }
        (Some(name), false, Some(first)) => {
            lines.push(format!("Or, if names work here:       {}", command(&format!("{name}:{}", first.port()))));
        }
        (None, false, Some(_)) => {}
    }
    lines
}

/// Whether listening on this means to be reached at that.
fn is_reachable_at(listening: IpAddr, address: IpAddr) -> bool {
    listening == address || (listening.is_unspecified() && listening.is_ipv4() == address.is_ipv4())
}

fn command(address: &str) -> String {
    let address = address.strip_suffix(&format!(":{DEFAULT_PORT}")).unwrap_or(address);
    // A shell takes brackets for a pattern.
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
    fn a_server_on_loopback_says_that_others_cannot_reach_it() {
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1",
            "Others cannot reach it; started with --lan it lets them.",
        ];
        assert_eq!(lines(&["127.0.0.1:12345"], &["192.168.1.7"], Some("pi.local")), expected);
    }

    #[test]
    fn a_server_on_all_addresses_says_what_to_type_on_each() {
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1:4000",
            "To join from another machine: netchat-tui 192.168.1.7:4000",
            "To join from another machine: netchat-tui '[fd00::7]:4000'",
            "Or, if names work here:       netchat-tui pi.local:4000",
        ];
        let all = ["0.0.0.0:4000", "[::]:4000"];
        assert_eq!(lines(&all, &["192.168.1.7", "fd00::7"], Some("pi.local")), expected);
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1",
            "To join from another machine: netchat-tui 10.0.0.1",
        ];
        assert_eq!(lines(&["0.0.0.0:12345"], &["10.0.0.1", "fd00::7"], None), expected);
        assert!(lines(&all, &[], Some("pi.local"))[1].contains("seems to be on no network"));
    }

    #[test]
    fn a_server_on_one_address_of_several_says_only_that() {
        let expected = [
            "To join on this machine:      netchat-tui 10.0.0.1:4000",
            "To join from another machine: netchat-tui 10.0.0.1:4000",
        ];
        assert_eq!(lines(&["10.0.0.1:4000"], &["10.0.0.1", "10.0.0.2"], None), expected);
    }

    #[test]
    fn each_place_is_told_with_its_own_port() {
        let expected = [
            "To join on this machine:      netchat-tui 127.0.0.1:5000",
            "To join from another machine: netchat-tui 10.0.0.1:4000",
            "To join from another machine: netchat-tui '[fd00::7]:4001'",
            "Or, if names work here:       netchat-tui pi.local:4000",
        ];
        let places = ["127.0.0.1:5000", "10.0.0.1:4000", "[::]:4001"];
        assert_eq!(lines(&places, &["10.0.0.1", "fd00::7"], Some("pi.local")), expected);
    }
}

//! Converts a recording to a packet capture, for tools such as Wireshark (`replay --to-pcap`).
//!
//! A recording has what the program read and wrote, not the packets that carried it, so the packets are synthetic. Each
//! connection has a TCP handshake, one segment per read or write (several for a long one) with an acknowledgement, and a
//! close. Sequence numbers and checksums are valid, and times are those of the recording. The client has a documentation
//! address (RFC 5737, RFC 3849), or the loopback address. A hidden line is a gap in the sequence numbers, as if the capture
//! had missed a packet.

use super::{Conversation, ConversationStep, Recording, Side, conversations};
use etherparse::{Ipv4Header, Ipv6Header, PacketBuilder, PacketBuilderStep, TcpHeader};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// Maximum payload of a segment, in bytes, as on Ethernet.
const MAX_SEGMENT_BYTES: usize = 1460;

/// The largest window without scaling.
const WINDOW: u16 = u16::MAX;

/// Link type of raw IPv4 and IPv6 packets.
const LINKTYPE_RAW: u32 = 101;

/// The first ephemeral port (RFC 6335).
const FIRST_PORT: u16 = 49152;

/// The flags of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TcpFlags {
    Syn,
    SynAck,
    Ack,
    Push,
    Fin,
    Reset,
}

/// A packet with its capture time.
#[derive(Debug)]
struct Packet {
    at: Duration,
    bytes: Vec<u8>,
}

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
struct TcpEnd {
    addr: SocketAddr,
    /// Sequence number of the next byte.
    next: u32,
}

/// The packets of one connection.
#[derive(Debug)]
struct ConnectionPackets {
    client: TcpEnd,
    server: TcpEnd,
    packets: Vec<Packet>,
}

/// Writes all connections of a recording as a pcap file, ordered by time. Returns the number of packets.
///
/// # Errors
/// As writing to `out`.
pub fn write(recording: &Recording, out: &mut impl Write) -> io::Result<usize> {
    let mut packets = Vec::new();
    for (conversation, number) in conversations(recording.entries()).iter().zip(0_u32..) {
        packets.extend(ConnectionPackets::new(conversation, number).packets_of(conversation)?);
    }
    packets.sort_by_key(|packet| packet.at);
    out.write_all(&file_header())?;
    for packet in &packets {
        out.write_all(&packet_header(recording.utc_at(packet.at), packet.bytes.len()))?;
        out.write_all(&packet.bytes)?;
    }
    Ok(packets.len())
}

/// Returns the header of a pcap file, version 2.4, with times in microseconds.
fn file_header() -> Vec<u8> {
    let (version_and_zone, snapshot_length) = ([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0x0004_0000_u32);
    [&0xa1b2_c3d4_u32.to_le_bytes()[..], &version_and_zone, &snapshot_length.to_le_bytes(), &LINKTYPE_RAW.to_le_bytes()]
        .concat()
}

fn packet_header(at: Duration, len: usize) -> Vec<u8> {
    // The format has 32 bits for the time, enough until 2106, and for the length.
    let seconds = u32::try_from(at.as_secs()).unwrap_or(u32::MAX);
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    [seconds, at.subsec_micros(), len, len].iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Returns an address for the client of the connection with this number: the real one is not recorded.
fn client_of(server: SocketAddr, number: u32) -> SocketAddr {
    let ip = match server.ip() {
        ip if ip.is_loopback() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
    };
    // Ports are reused after 16,383 connections; by then the first connection has ended.
    let ports = u32::from(u16::MAX - FIRST_PORT);
    let port = FIRST_PORT + u16::try_from(number % ports).unwrap_or_default();
    // On loopback, both ends must not have the same port.
    SocketAddr::new(ip, if port == server.port() { u16::MAX } else { port })
}

impl ConnectionPackets {
    fn new(conversation: &Conversation, number: u32) -> Self {
        // Different initial sequence numbers distinguish connections that reuse a port.
        let start = number.wrapping_shl(8);
        let client = TcpEnd { addr: client_of(conversation.peer, number), next: start.wrapping_add(1_000_000) };
        let server = TcpEnd { addr: conversation.peer, next: start.wrapping_add(2_000_000_000) };
        Self { client, server, packets: Vec::new() }
    }

    fn packets_of(mut self, conversation: &Conversation) -> io::Result<Vec<Packet>> {
        self.send(conversation.started, Side::Client, TcpFlags::Syn, &[])?;
        if let Some(opened) = conversation.opened {
            self.send(opened, Side::Server, TcpFlags::SynAck, &[])?;
            self.send(opened, Side::Client, TcpFlags::Ack, &[])?;
        }
        for (at, side, step) in &conversation.steps {
            self.write_step(*at, *side, step)?;
        }
        Ok(self.packets)
    }

    fn write_step(&mut self, at: Duration, side: Side, step: &ConversationStep) -> io::Result<()> {
        match step {
            ConversationStep::Data(bytes) => {
                for segment in bytes.chunks(MAX_SEGMENT_BYTES) {
                    self.send(at, side, TcpFlags::Push, segment)?;
                }
            }
            ConversationStep::Hidden(count) => self.end_mut(side).advance_seq(*count),
            ConversationStep::Eof => self.send(at, side, TcpFlags::Fin, &[])?,
            ConversationStep::Reset => return self.send(at, side, TcpFlags::Reset, &[]),
        }
        self.send(at, side.other(), TcpFlags::Ack, &[])
    }

    const fn end_mut(&mut self, side: Side) -> &mut TcpEnd {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Adds one segment, which acknowledges everything sent by the other end.
    fn send(&mut self, at: Duration, side: Side, flags: TcpFlags, payload: &[u8]) -> io::Result<()> {
        let (from, to) = match side {
            Side::Client => (self.client, self.server),
            Side::Server => (self.server, self.client),
        };
        let bytes = segment(from, to, flags, payload)?;
        self.end_mut(side).advance_seq(
            payload.len() + usize::from(matches!(flags, TcpFlags::Syn | TcpFlags::SynAck | TcpFlags::Fin)),
        );
        self.packets.push(Packet { at, bytes });
        Ok(())
    }
}

impl TcpEnd {
    const fn advance_seq(&mut self, count: usize) {
        #[expect(clippy::cast_possible_truncation, reason = "sequence numbers are modulo 2^32")]
        let count = count as u32;
        self.next = self.next.wrapping_add(count);
    }
}

impl Side {
    /// Returns the opposite side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

fn segment(from: TcpEnd, to: TcpEnd, flags: TcpFlags, payload: &[u8]) -> io::Result<Vec<u8>> {
    let mut header = TcpHeader::new(from.addr.port(), to.addr.port(), from.next, WINDOW);
    header.acknowledgment_number = to.next;
    header.ack = flags != TcpFlags::Syn;
    header.syn = matches!(flags, TcpFlags::Syn | TcpFlags::SynAck);
    header.psh = flags == TcpFlags::Push;
    header.fin = flags == TcpFlags::Fin;
    header.rst = flags == TcpFlags::Reset;
    if flags == TcpFlags::Syn {
        header.acknowledgment_number = 0;
    }
    let packet = ip(from.addr.ip(), to.addr.ip())?.tcp_header(header);
    let mut bytes = Vec::with_capacity(packet.size(payload.len()));
    packet.write(&mut bytes, payload).map_err(io::Error::other)?;
    Ok(bytes)
}

fn ip(from: IpAddr, to: IpAddr) -> io::Result<PacketBuilderStep<etherparse::IpHeaders>> {
    const HOPS: u8 = 64;
    let headers = match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let header = Ipv4Header::new(0, HOPS, etherparse::IpNumber::TCP, from.octets(), to.octets());
            etherparse::IpHeaders::Ipv4(header.map_err(io::Error::other)?, etherparse::Ipv4Extensions::default())
        }
        (from, to) => {
            let octets = |ip: IpAddr| match ip {
                IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
                IpAddr::V6(ip) => ip.octets(),
            };
            let header = Ipv6Header {
                hop_limit: HOPS,
                next_header: etherparse::IpNumber::TCP,
                source: octets(from),
                destination: octets(to),
                ..Ipv6Header::default()
            };
            etherparse::IpHeaders::Ipv6(header, etherparse::Ipv6Extensions::default())
        }
    };
    Ok(PacketBuilder::ip(headers))
}

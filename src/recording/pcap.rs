//! A recording as packets, for Wireshark and its kin (`replay --to-pcap`).
//!
//! What was recorded is what the program read and wrote, not the packets that carried it. So these are made up: one
//! connection of TCP each with a handshake, a segment for each read and write (several for a long one), an
//! acknowledgement, and its end; sequence numbers and checksums are right, and the times are those of the recording. The
//! client's address is one that nobody has (RFC 5737, RFC 3849), or the loopback's. Of a secret line there is a hole in the
//! stream, as of a packet that the capture has missed.

use super::{Conversation, ConversationStep, Recording, Side, streams};
use etherparse::{Ipv4Header, Ipv6Header, PacketBuilder, PacketBuilderStep, TcpHeader};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// Bytes of a segment: what an Ethernet carries.
const SEGMENT: usize = 1460;

/// The highest window that needs no scaling.
const WINDOW: u16 = u16::MAX;

/// Raw IP, version 4 or 6 (`LINKTYPE_RAW`).
const LINKTYPE_RAW: u32 = 101;

/// The first of the ports that systems give to callers (RFC 6335).
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

/// A packet, and when it was seen.
#[derive(Debug)]
struct Packet {
    at: Duration,
    bytes: Vec<u8>,
}

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
struct TcpEnd {
    addr: SocketAddr,
    /// The number of the next byte.
    next: u32,
}

/// A connection as it is written.
#[derive(Debug)]
struct ConnectionPackets {
    client: TcpEnd,
    server: TcpEnd,
    packets: Vec<Packet>,
}

/// Writes all connections of a recording, in the order of time. Gives how many packets they are.
///
/// # Errors
/// As writing has them.
pub fn write(tape: &Recording, out: &mut impl Write) -> io::Result<usize> {
    let mut packets = Vec::new();
    for (stream, number) in streams(tape.entries()).iter().zip(0_u32..) {
        packets.extend(ConnectionPackets::new(stream, number).packets_of(stream)?);
    }
    packets.sort_by_key(|packet| packet.at);
    out.write_all(&file_header())?;
    for packet in &packets {
        out.write_all(&packet_header(tape.utc_at(packet.at), packet.bytes.len()))?;
        out.write_all(&packet.bytes)?;
    }
    Ok(packets.len())
}

/// The head of the format of libpcap 2.4, times in microseconds.
fn file_header() -> Vec<u8> {
    let (version_and_zone, limit) = ([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0x0004_0000_u32);
    [&0xa1b2_c3d4_u32.to_le_bytes()[..], &version_and_zone, &limit.to_le_bytes(), &LINKTYPE_RAW.to_le_bytes()].concat()
}

fn packet_header(at: Duration, len: usize) -> Vec<u8> {
    // The format has no more bits for the time (good until 2106), and a packet is never longer.
    let seconds = u32::try_from(at.as_secs()).unwrap_or(u32::MAX);
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    [seconds, at.subsec_micros(), len, len].iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Who the client is: nobody knows its address any more.
fn client_of(server: SocketAddr, number: u32) -> SocketAddr {
    let ip = match server.ip() {
        ip if ip.is_loopback() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
    };
    // As many as there are, and then once more from the first: by then that connection is over.
    let ports = u32::from(u16::MAX - FIRST_PORT);
    let port = FIRST_PORT + u16::try_from(number % ports).unwrap_or_default();
    // No connection of a port to itself.
    SocketAddr::new(ip, if port == server.port() { u16::MAX } else { port })
}

impl ConnectionPackets {
    fn new(stream: &Conversation, number: u32) -> Self {
        // A port that is used again is seen to be another connection.
        let start = number.wrapping_shl(8);
        let client = TcpEnd { addr: client_of(stream.peer, number), next: start.wrapping_add(1_000_000) };
        let server = TcpEnd { addr: stream.peer, next: start.wrapping_add(2_000_000_000) };
        Self { client, server, packets: Vec::new() }
    }

    fn packets_of(mut self, stream: &Conversation) -> io::Result<Vec<Packet>> {
        self.send(stream.dialled, Side::Client, TcpFlags::Syn, &[])?;
        if let Some(opened) = stream.opened {
            self.send(opened, Side::Server, TcpFlags::SynAck, &[])?;
            self.send(opened, Side::Client, TcpFlags::Ack, &[])?;
        }
        for (at, side, turn) in &stream.turns {
            self.write_step(*at, *side, turn)?;
        }
        Ok(self.packets)
    }

    fn write_step(&mut self, at: Duration, side: Side, turn: &ConversationStep) -> io::Result<()> {
        match turn {
            ConversationStep::Data(bytes) => {
                for segment in bytes.chunks(SEGMENT) {
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

    /// One segment, with an acknowledgement of all that has come from the other end.
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
        // Numbers are counted round.
        #[expect(clippy::cast_possible_truncation, reason = "sequence numbers are modulo 2^32")]
        let count = count as u32;
        self.next = self.next.wrapping_add(count);
    }
}

impl Side {
    /// The one opposite.
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

use super::*;
use crate::text::telnet::option_name;
use proptest::prelude::*;

fn requests(reads: &[&[u8]]) -> Vec<Request> {
    let mut negotiation = Negotiation::default();
    for read in reads {
        negotiation.read(read);
    }
    negotiation.open
}

#[test]
fn only_do_and_will_are_requests() {
    use Request::{Do, Will};
    for (bytes, expected) in [
        (&b"a\xff\xfd\x18b\xff\xfb\x01c"[..], &[Do(24), Will(1)][..]),
        (b"\xff\xfc\x01\xff\xfe\x03", &[]),
        (b"\xff\xff\xfd\x18", &[]),
        (b"\xff\xf9\xff\xfd\x00", &[Do(0)]),
        (b"\xff\xfd\xff\xff\xfd\x01", &[Do(255), Do(1)]),
        // The option after DONT is not a command, whatever its number.
        (b"\xff\xfe\xff\xfd\x18", &[]),
        (b"\xff\xfa\x18\x01\xff\xf0\xff\xfd\x01", &[Do(1)]),
        (b"\xff\xfa\xc9 \xff\xff\xfd\x01 \xff\xf0", &[]),
        // A subnegotiation without an end does not swallow what follows.
        (b"\xff\xfa\x18\xff\xfd\x01", &[Do(1)]),
        (b"\xff\xfa\x18\xff\xfa\x19\xff\xf0\xff\xfb\x07", &[Will(7)]),
        (b"caf\xe9 \xff", &[]),
        (b"\xffz\xff\xfd", &[]),
        (b"", &[]),
    ] {
        assert_eq!(requests(&[bytes]), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn each_option_counts_once() {
    let bytes = b"\xff\xfd\x18\xff\xfb\x18\xff\xfe\x18\xff\xfc\x18".repeat(1000);
    assert_eq!(requests(&[&bytes]), [Request::Do(24), Request::Will(24)]);
    let all: Vec<u8> = (0..3).flat_map(|_| (0..=255).flat_map(|option| [IAC, DO, option, IAC, WILL, option])).collect();
    assert_eq!(requests(&[&all]).len(), 512);
}

#[test]
fn a_refusal_is_the_negative_of_its_request() {
    assert_eq!(Request::Do(24).refusal(), *b"\xff\xfc\x18");
    assert_eq!(Request::Will(1).refusal(), *b"\xff\xfe\x01");
}

#[test]
fn only_a_request_for_a_named_option_counts_as_telnet() {
    let mut negotiation = Negotiation::default();
    negotiation.read(b"\xff\xfd\x63\xff\xfb\x01\xff\xfd\x18");
    assert_eq!(option_name(0x63), None);
    assert_eq!(negotiation.first_named(), Some((Request::Will(1), "ECHO")));
}

proptest! {
    #[test]
    fn requests_do_not_depend_on_how_bytes_are_split(
        bytes in proptest::collection::vec(prop_oneof![3 => Just(IAC), 3 => 0xf0..=0xfe_u8, 1 => 0..4_u8], 0..60),
        cuts in proptest::collection::vec(0..60_usize, 0..20),
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|&cut| cut <= bytes.len()).collect();
        cuts.sort_unstable();
        let (mut reads, mut from) = (Vec::new(), 0);
        for cut in cuts {
            reads.push(&bytes[from..cut]);
            from = cut;
        }
        reads.push(&bytes[from..]);
        prop_assert_eq!(requests(&reads), requests(&[&bytes]));
    }
}

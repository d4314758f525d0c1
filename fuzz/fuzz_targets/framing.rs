//! Any bytes in any reads, with silence in between: below the limit, the lines and their ends are the bytes; above it,
//! nothing is kept that is not needed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netchat_tui::server::framer::Framer;
use netchat_tui::server::room::{LineEnd, ReceivedLine};

const LIMIT: usize = 64;

fuzz_target!(|reads: Vec<(Vec<u8>, bool)>| {
    let (mut roomy, mut tight) = (Framer::new(1 << 20), Framer::new(LIMIT));
    let (mut out, mut all) = (Vec::new(), Vec::new());
    let mut put = |line: ReceivedLine<'_>| {
        out.extend_from_slice(line.text);
        out.extend_from_slice(line.end.bytes());
    };
    let check = |line: ReceivedLine<'_>| {
        assert!(line.text.len() <= LIMIT && !line.text.contains(&b'\n'));
        assert!(line.end != LineEnd::Limit || line.text.len() == LIMIT);
    };
    for (read, is_silent) in &reads {
        all.extend_from_slice(read);
        for (framer, see) in [
            (&mut roomy, &mut put as &mut dyn FnMut(ReceivedLine<'_>)),
            (&mut tight, &mut { check } as &mut dyn FnMut(ReceivedLine<'_>)),
        ] {
            let mut input = &read[..];
            while let Some(line) = framer.take(&mut input) {
                see(line);
            }
            if *is_silent && let Some(line) = framer.on_idle() {
                see(line);
            }
        }
    }
    while let Some(line) = roomy.finish() {
        put(line);
    }
    assert_eq!(out, all);
});

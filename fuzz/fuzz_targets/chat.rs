//! Any lines from any clients, who come and go: each line that somebody reads begins with a notice's star or with the
//! name of somebody who is there, and holds nothing that drives a terminal.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use netchat_tui::server::room::{LeaveReason, LineEnd, Output, PeerId, ReceivedLine, Room as _, ServerTime};
use netchat_tui::server::rooms::chat::Chat;
use std::time::Duration;

#[derive(Debug, Arbitrary)]
enum Step {
    Join,
    Leave(u8),
    Say(u8, Vec<u8>),
    Wait(u16),
}

fuzz_target!(|steps: Vec<Step>| {
    let mut chat = Chat::new(3, b"", fastrand::Rng::with_seed(1));
    let (mut here, mut next, mut now): (Vec<PeerId>, u64, ServerTime) = (Vec::new(), 0, ServerTime::ZERO);
    for step in steps {
        let mut out = Output::default();
        // Somebody may be called something else after a line.
        let before: Vec<String> = here.iter().filter_map(|peer| chat.name(*peer).map(str::to_owned)).collect();
        match step {
            Step::Join => {
                here.push(PeerId(next));
                chat.joined(now, PeerId(next), &mut out);
                next += 1;
            }
            Step::Leave(n) if !here.is_empty() => {
                let peer = here.remove(usize::from(n) % here.len());
                chat.left(now, peer, LeaveReason::Closed, &mut out);
            }
            Step::Say(n, text) if !here.is_empty() && !text.contains(&b'\n') => {
                let peer = here[usize::from(n) % here.len()];
                chat.line(now, peer, ReceivedLine { text: &text, end: LineEnd::Lf, continues: false }, &mut out);
            }
            Step::Wait(ms) => {
                now += Duration::from_millis(ms.into());
                if chat.due().is_some_and(|due| due <= now) {
                    chat.tick(now, &mut out);
                }
            }
            Step::Leave(_) | Step::Say(..) => {}
        }
        for delivery in out.take_deliveries() {
            let text = std::str::from_utf8(&delivery.bytes).unwrap();
            assert!(text.ends_with('\n'));
            // Earlier messages may come from people who have left.
            let is_said_before = text.contains("Earlier messages");
            for line in text.lines() {
                assert!(
                    !line
                        .chars()
                        .any(|c| c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'))
                );
                let named = before.iter().any(|name| line.starts_with(name.as_str()));
                assert!(line.starts_with("* ") || line.starts_with("you -> ") || named || is_said_before, "{line:?}");
            }
        }
    }
});

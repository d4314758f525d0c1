//! Two who chat on, whatever happens around them.

use crate::support::serve::{Client, Served};

/// Lines each says to the other at a time. Nine times as many may be said at once ([`Limits`]).
///
/// [`Limits`]: netchat_tui::server::Limits
const LINES: usize = 5;

/// A conversation between ann and bob on a running server.
pub(super) struct Talk {
    pub(super) ann: Client,
    pub(super) bob: Client,
    said: usize,
}

impl Talk {
    pub(super) fn start(server: &Served) -> Self {
        let (mut ann, bob) = (server.named("ann"), server.named("bob"));
        ann.reads_until(" is now known as bob\n");
        Self { ann, bob, said: 0 }
    }

    /// Says some lines each way; each has to arrive, whole, once, and in order. Gives what else ann has read.
    #[track_caller]
    pub(super) fn goes_on(&mut self) -> String {
        let mut others = String::new();
        for _ in 0..LINES {
            self.said += 1;
            let line = format!("line {} of it", self.said);
            self.ann.says(&line);
            hears(&mut self.bob, "ann", &line);
            self.bob.says(&line);
            others.push_str(&hears(&mut self.ann, "bob", &line));
        }
        others
    }

    /// A notice that both read, with what else ann has read before it.
    #[track_caller]
    pub(super) fn both_read(&mut self, words: &str) -> String {
        self.bob.reads_until(words);
        self.ann.reads_until(words)
    }
}

/// Reads a line of somebody's, which has to be the next one of theirs. Gives what was before it.
#[track_caller]
fn hears(client: &mut Client, whose: &str, line: &str) -> String {
    let said = format!("{whose}: {line}\n");
    let mut text = client.reads_until(&said);
    text.truncate(text.len() - said.len());
    for line in text.split_inclusive('\n') {
        assert!(line.ends_with('\n'), "words of two in one line: {line:?} and {said:?}");
        assert!(!line.starts_with("ann: ") && !line.starts_with("bob: "), "out of order: {line:?} before {said:?}");
        assert!(is_as_the_server_writes(line), "{line:?}");
    }
    text
}

/// Whether a line begins with a notice's star, or with a name and what may stand behind it.
pub(super) fn is_as_the_server_writes(line: &str) -> bool {
    let end = line.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    line.starts_with("* ") || !name.is_empty() && [": ", " *", " -> "].iter().any(|mark| rest.starts_with(mark))
}

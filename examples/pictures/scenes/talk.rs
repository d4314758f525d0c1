//! Messages of the scenes.

use super::ME;
use std::time::Duration;

/// A nickname.
pub(super) type Who = &'static str;

/// Something that somebody says.
pub(super) struct Line {
    pub(super) who: Who,
    /// As it is sent, without its newline.
    pub(super) text: &'static [u8],
    /// Text on the screen once the line is drawn.
    pub(super) seen: &'static str,
}

impl Line {
    /// So long, a hand is at it; much shorter than a real one.
    pub(super) fn time_to_type(&self) -> Duration {
        Duration::from_millis(250) + Duration::from_millis(12) * u32::try_from(self.text.len()).unwrap_or(0)
    }
}

const fn line(who: Who, text: &'static str, seen: &'static str) -> Line {
    Line { who, text: text.as_bytes(), seen }
}

/// Those who are in the chat when the user comes. Others come when they have something to say.
pub(super) const HERE: [Who; 5] = ["ada", "grace", "ken", "mallory", "noam"];

/// Messages before the user joins.
pub(super) const BEFORE: &[Line] = &[
    line("ada", "task 14 works: a relay on the pi, for two clients", ""),
    line("ken", "with three clients the second one waits until the first says something", ""),
];

/// The talk of most pictures.
pub(super) const EVENING: &[Line] = &[
    line("grace", "because it sits in recv() of the first. the others wait for that client", "for that client"),
    line("ken", "so a thread for each client?", "so a thread"),
    line(ME, "or select(): one thread, and it wakes when any client has something", "when any"),
    line("ada", "mira: select() it is. where do I read about it?", "where do I"),
    line("grace", "https://beej.us/guide/bgnet/html/#select has a whole chat server", "beej.us"),
    line("noam", "שלום from the back row! my client is nc, on Windows", "back row"),
    line("mallory", "\x1b[2J\x1b]0;pwned\x07 and now your screen is empty, right?", "right?"),
    line("ken", "no :) I can read every byte of that, mallory", "every byte"),
    line("ken", "/me tries select() with three clients", "with three clients*"),
    line("ken", "four clients, one thread, nobody waits 🎉", "nobody waits"),
    line("ada", "/msg mira shall we pair on task 16? you do the nicknames", "shall we pair"),
    line(ME, "/msg ada yes! give me five minutes", "five minutes"),
    line("zoe", "hi all, is Mira here? my client gets half a line", "half a line"),
];

/// Draft of the user.
pub(super) const DRAFT: &str = "zoe: TCP has no lines, it is a stream - read on until the \\n";

/// Pasted text: the answer, in Python.
pub(super) const PASTE: &str = "\
def lines(conn):
    kept = b\"\"
    while data := conn.recv(1024):
        *whole, kept = (kept + data).split(b\"\\n\")
        yield from whole
    yield kept
";

/// Search text, and the hit counter to wait for.
pub(super) const SOUGHT: &str = "client";
pub(super) const FOUND: &str = " 3 of ";

/// Messages that arrive while the view is scrolled up.
pub(super) const LATER: &[Line] = &[
    line("grace", "zoe: keep what came in a buffer, cut it at each \\n, leave the rest for the next recv()", ""),
    line("ada", "and one buffer for each client, not one for all. ask me how I know", ""),
    line("ken", "how do you know?", ""),
    line("ada", "everybody spoke with everybody else's voice", ""),
    line("zoe", "a buffer it is. thanks grace", ""),
    line("noam", "mira, is your server still up? I want to try it with CR LF", ME),
    line("grace", "mind the client that leaves in the middle of a line", ""),
    line("ken", "recv() gives 0 bytes then, forever. my loop took all of a core", ""),
    line("ada", "mine, too. 0 bytes means goodbye", ""),
    line("noam", "what does a reset mean, then?", ""),
    line("grace", "goodbye, and they threw your letters away", ""),
    line("mallory", "that was me, sorry", ""),
    line("ken", "/me looks at mallory", ""),
    line("zoe", "it works!! whole lines, all of them", ""),
    line("ada", "well done, zoe", ""),
    line("grace", "now send it 20 MB and do not read the answers", ""),
    line("zoe", "why would anybody", ""),
    line("mallory", "hold my tea", ""),
    line("zoe", "ok, it stands still now. all of it", ""),
    line("grace", "task 19 :)", ""),
];

/// ... and further down, where no picture shows it: this many lines, and these at the end.
pub(super) const MORE: Line = line("ken", "still reading", "");
pub(super) const LINES_OF_MORE: usize = 39;
pub(super) const LAST: &[Line] =
    &[line("ada", "mira, I have the nicknames of task 16 half done", ME), line("noam", "Mira: CR LF works", ME)];

/// Messages in the current tab.
pub(super) const IN_LAB: &[&str] = &[
    "mira, are you on the pi as well? ken is there",
    "he has written a game, and now nobody talks any more",
    "Alt-A goes where something is new, and in the end back here",
];

/// Messages before and after the server restarts.
pub(super) const BEFORE_THE_FALL: &[Line] = &[
    line("ada", "ken, your server forgets who left. /names still has zoe", "still has"),
    line(ME, "she is sitting next to me, and her client is closed", "client is closed"),
    line("ken", "I know, I have to change two lines. restarting it, hold on", "hold on"),
];
pub(super) const AFTER_THE_FALL: &[Line] = &[
    line("ada", "that was quick", "that was quick"),
    line(ME, "and I did not have to do anything", "to do anything"),
    line("ken", "two lines, as I said. one more thing, moment", "moment"),
];

/// Draft when the server goes down again.
pub(super) const HELD: &str = "ken: take zoe out when recv() gives you 0 bytes";

/// Guests of the hosted chat and their messages.
pub(super) const GUESTS: [(Who, &str); 3] = [
    ("ada", "found it! netchat-tui, and Enter"),
    ("ken", "nc 127.0.0.1 12345 works, too"),
    ("grace", "who writes the client for task 15?"),
];

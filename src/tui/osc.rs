//! What is said to the terminal beside the picture: title, clipboard, bell, notification, mouse.
//!
//! None of it moves the cursor or changes a cell. It is written in front of the next frame, in the same write: never in
//! the middle of one, and without a wakeup of its own. Terminals that take no such commands get none.

use super::terminal;
use crate::app::{AlertMethod, MouseCapture};
use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;

/// Characters of a title or a notification. Longer ones are cut off by the desktop anyhow.
const MAX_CHARS: usize = 200;

/// One thing said beside the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalCommand {
    /// What the window is called from now on (OSC 2).
    Title(String),
    /// Onto the clipboard with it (OSC 52). Inside tmux that is up to its `set-clipboard`, which takes the plain
    /// sequence; some terminals ask the user, or refuse in silence.
    Copy(String),
    /// BEL, or OSC 9 with these words (BEL where the terminal takes no commands), or nothing.
    Alert(AlertMethod, String),
    /// Who gets the mouse.
    Mouse(MouseCapture),
}

impl TerminalCommand {
    /// Appends the bytes that say it to this terminal.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.write_for(terminal::supports_osc(), out);
    }

    fn write_for(&self, takes_commands: bool, out: &mut Vec<u8>) {
        match self {
            Self::Mouse(mouse) => terminal::set_mouse_capture(*mouse, out),
            Self::Alert(AlertMethod::Notify, words) if takes_commands => osc(out, "9", &notification(words)),
            Self::Alert(AlertMethod::Bell | AlertMethod::Notify, _) => out.push(b'\x07'),
            Self::Title(title) if takes_commands => osc(out, "2", &strip_controls(title)),
            Self::Copy(text) if takes_commands => {
                // Writing to memory cannot fail.
                let _ = queue!(out, CopyToClipboard::to_clipboard_from(text));
            }
            Self::Alert(AlertMethod::Off, _) | Self::Title(_) | Self::Copy(_) => {}
        }
    }
}

/// Ended by BEL: older terminals do not know the string terminator.
fn osc(out: &mut Vec<u8>, number: &str, words: &str) {
    out.extend_from_slice(b"\x1b]");
    out.extend_from_slice(number.as_bytes());
    out.push(b';');
    out.extend_from_slice(words.as_bytes());
    out.push(b'\x07');
}

/// OSC 9 is iTerm2's notification, and to `ConEmu` and its heirs (Windows Terminal, Ghostty, Konsole) also a command if
/// a number comes first: `9;4;1;50` is a progress bar. A peer must not draw one, so a digit never comes first.
/// <https://conemu.github.io/en/AnsiEscapeCodes.html#ConEmu_specific_OSC>
fn notification(words: &str) -> String {
    let words = strip_controls(words);
    if words.starts_with(|c: char| c.is_ascii_digit()) { format!(" {words}") } else { words }
}

/// The core hands over nothing else; but here is the last place where it can be seen to.
fn strip_controls(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(aside: &TerminalCommand) -> String {
        on(true, aside)
    }

    fn on(takes_commands: bool, aside: &TerminalCommand) -> String {
        let mut out = Vec::new();
        aside.write_for(takes_commands, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_console_that_would_print_it_gets_no_command() {
        assert_eq!(on(false, &TerminalCommand::Title("t".into())) + &on(false, &TerminalCommand::Copy("c".into())), "");
        assert_eq!(on(false, &TerminalCommand::Alert(AlertMethod::Notify, "bob: hi".into())), "\x07");
        assert_eq!(bytes(&TerminalCommand::Title("a\x07b".into())), "\x1b]2;ab\x07");
    }

    #[test]
    fn the_clipboard_is_told_in_base64() {
        assert_eq!(bytes(&TerminalCommand::Copy("hé\n\x1b]".into())), "\x1b]52;c;aMOpChtd\x1b\\");
    }

    #[test]
    fn an_alert_is_a_bell_or_a_notification_or_nothing() {
        let alert = |way| bytes(&TerminalCommand::Alert(way, "bob: hi".into()));
        assert_eq!(alert(AlertMethod::Bell), "\x07");
        assert_eq!(alert(AlertMethod::Notify), "\x1b]9;bob: hi\x07");
        assert_eq!(alert(AlertMethod::Off), "");
    }

    #[test]
    fn no_words_end_the_sequence_early_or_are_taken_for_a_command() {
        let notify = |words: &str| bytes(&TerminalCommand::Alert(AlertMethod::Notify, words.into()));
        assert_eq!(notify("a\x07b\x1b\\c\u{9c}d\n"), "\x1b]9;ab\\cd\x07");
        assert_eq!(notify("4;1;50"), "\x1b]9; 4;1;50\x07");
        assert_eq!(notify("\x1b4;1;50"), "\x1b]9; 4;1;50\x07");
        assert_eq!(notify(&"é".repeat(1000)), format!("\x1b]9;{}\x07", "é".repeat(200)));
    }
}

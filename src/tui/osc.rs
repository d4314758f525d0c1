//! Commands to the terminal besides drawing: title, clipboard, bell, notification, mouse.
//!
//! They neither move the cursor nor change a cell. They are written before the next frame, in the same write, so they
//! never interrupt a frame. Terminals that do not support OSC sequences get none.

use super::terminal;
use crate::app::{AlertMethod, MouseCapture};
use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;

/// Maximum number of characters in a title or notification.
const MAX_CHARS: usize = 200;

/// Command to the terminal that is not part of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalCommand {
    /// Sets the window title (OSC 2).
    Title(String),
    /// Copies the text to the clipboard (OSC 52). tmux passes it on depending on `set-clipboard`; some terminals ask the
    /// user, or ignore it.
    Copy(String),
    /// Alerts the user by BEL or by OSC 9 with this text. Without OSC support, notifications become BEL.
    Alert(AlertMethod, String),
    /// Starts or stops capturing the mouse.
    Mouse(MouseCapture),
}

impl TerminalCommand {
    /// Appends the command's bytes for this terminal.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.write_for(terminal::supports_osc(), out);
    }

    fn write_for(&self, supports_osc: bool, out: &mut Vec<u8>) {
        match self {
            Self::Mouse(mouse) => terminal::set_mouse_capture(*mouse, out),
            Self::Alert(AlertMethod::Notify, text) if supports_osc => write_osc(out, "9", &notification(text)),
            Self::Alert(AlertMethod::Bell | AlertMethod::Notify, _) => out.push(b'\x07'),
            Self::Title(title) if supports_osc => write_osc(out, "2", &strip_controls(title)),
            Self::Copy(text) if supports_osc => {
                // Writing to memory cannot fail.
                let _ = queue!(out, CopyToClipboard::to_clipboard_from(text));
            }
            Self::Alert(AlertMethod::Off, _) | Self::Title(_) | Self::Copy(_) => {}
        }
    }
}

/// Writes an operating system command, terminated by BEL: older terminals do not know the string terminator.
fn write_osc(out: &mut Vec<u8>, number: &str, text: &str) {
    out.extend_from_slice(b"\x1b]");
    out.extend_from_slice(number.as_bytes());
    out.push(b';');
    out.extend_from_slice(text.as_bytes());
    out.push(b'\x07');
}

/// Prepares the text of a notification (OSC 9) so that it never begins with a digit.
///
/// `ConEmu`, Windows Terminal, Ghostty and Konsole take `9;4;1;50` for a progress bar, which a peer must not be able to
/// draw. <https://conemu.github.io/en/AnsiEscapeCodes.html#ConEmu_specific_OSC>
fn notification(text: &str) -> String {
    let text = strip_controls(text);
    if text.starts_with(|c: char| c.is_ascii_digit()) { format!(" {text}") } else { text }
}

/// Removes control characters and cuts to [`MAX_CHARS`]. The core sends no control characters; this is the last check.
fn strip_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(command: &TerminalCommand) -> String {
        bytes_for(true, command)
    }

    fn bytes_for(supports_osc: bool, command: &TerminalCommand) -> String {
        let mut out = Vec::new();
        command.write_for(supports_osc, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn terminals_without_osc_get_none() {
        assert_eq!(bytes_for(false, &TerminalCommand::Title("t".into())), "");
        assert_eq!(bytes_for(false, &TerminalCommand::Copy("c".into())), "");
        assert_eq!(bytes_for(false, &TerminalCommand::Alert(AlertMethod::Notify, "bob: hi".into())), "\x07");
        assert_eq!(bytes(&TerminalCommand::Title("a\x07b".into())), "\x1b]2;ab\x07");
    }

    #[test]
    fn clipboard_text_is_base64() {
        assert_eq!(bytes(&TerminalCommand::Copy("hé\n\x1b]".into())), "\x1b]52;c;aMOpChtd\x1b\\");
    }

    #[test]
    fn an_alert_is_a_bell_or_a_notification_or_nothing() {
        let alert = |method| bytes(&TerminalCommand::Alert(method, "bob: hi".into()));
        assert_eq!(alert(AlertMethod::Bell), "\x07");
        assert_eq!(alert(AlertMethod::Notify), "\x1b]9;bob: hi\x07");
        assert_eq!(alert(AlertMethod::Off), "");
    }

    #[test]
    fn a_notification_cannot_end_early_or_become_a_command() {
        let notify = |text: &str| bytes(&TerminalCommand::Alert(AlertMethod::Notify, text.into()));
        assert_eq!(notify("a\x07b\x1b\\c\u{9c}d\n"), "\x1b]9;ab\\cd\x07");
        assert_eq!(notify("4;1;50"), "\x1b]9; 4;1;50\x07");
        assert_eq!(notify("\x1b4;1;50"), "\x1b]9; 4;1;50\x07");
        assert_eq!(notify(&"é".repeat(1000)), format!("\x1b]9;{}\x07", "é".repeat(200)));
    }
}

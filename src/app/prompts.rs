//! Texts of questions and of the send preview, for all front ends.

use crate::app::keys::Keymap;
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{App, Closing, Mode, SendChoice};
use crate::text::format_thousands;

/// Returns the question of the current mode, if it asks one, in several lengths, the longest first. Each begins with a space.
pub(crate) fn question_forms(app: &App) -> Option<Vec<String>> {
    Some(match app.mode() {
        Mode::ConfirmQuit => quit_prompt(app.guest_count(), (app.waiting(), app.late()), (app.unsent(), app.still_sending())),
        Mode::ConfirmClose(closing) => close_prompt(closing, (app.tab().waiting(), app.tab().late())),
        Mode::ConfirmEof => vec![
            " Half-close? You can still read. Some lab servers then send endless blank lines. Enter or y = yes, Esc = cancel"
                .to_owned(),
            " Half-close? Some lab servers then send endless blank lines. y = yes, Esc = cancel".to_owned(),
            " Half-close? Some servers then send endless blank lines. y = yes, Esc = cancel".to_owned(),
            " Half-close? y / Esc".to_owned(),
        ],
        Mode::ConfirmEofOrQuit => vec![
            " Quit? Enter or q quits, h half-closes and keeps reading, Esc cancels.".to_owned(),
            " Quit? Enter quits, h half-closes, Esc cancels.".to_owned(),
            " Quit? Enter/h/Esc".to_owned(),
        ],
        Mode::ConfirmText => [
            " This may hold a secret. Send it as text that others can read? Enter or y sends it, Esc returns to editing.",
            " This may hold a secret. Send it as text? Enter or y sends it, Esc edits.",
            " A secret? y sends it as text, Esc edits.",
            " Send as text? y / Esc",
            " As text? y / Esc",
        ]
        .map(ToOwned::to_owned)
        .to_vec(),
        _ => return None,
    })
}

/// Returns the question before undelivered bytes are lost, longest form first. `waiting` bytes are unsent, `late` ones
/// unacknowledged.
fn undelivered_prompt((waiting, late): (usize, usize), verb: &str, answers: &str) -> Vec<String> {
    let bytes = match waiting + late {
        1 => "1 byte".to_owned(),
        bytes => format!("{} bytes", format_thousands(bytes as u64)),
    };
    if late > 0 {
        return vec![
            format!(" {bytes} not acknowledged by the other machine. {verb}? {answers}"),
            format!(" {bytes} not acknowledged. {verb}? Enter / Esc"),
            format!(" Not all arrived. {verb}? y / n"),
            format!(" Unsent. {verb}? y / n"),
        ];
    }
    vec![
        format!(" {bytes} not sent: the server is not reading. {verb}? {answers}"),
        format!(" {bytes} not sent. {verb}? Enter / Esc"),
        format!(" Not all sent. {verb}? y / n"),
        format!(" Unsent. {verb}? y / n"),
    ]
}

fn close_prompt(closing: Closing, bytes: (usize, usize)) -> Vec<String> {
    let verb = match closing {
        Closing::Connection => "Close",
        Closing::Tab => "Close the tab",
    };
    undelivered_prompt(bytes, verb, "Enter or y closes, Esc cancels.")
}

fn quit_prompt(guests: usize, bytes: (usize, usize), (unsent, still_sending): (usize, usize)) -> Vec<String> {
    let others = if guests == 1 { "1 other person is".to_owned() } else { format!("{guests} other people are") };
    if guests == 0 && still_sending > 0 {
        let lines = match still_sending {
            1 => "1 line is".to_owned(),
            lines => format!("{} lines are", format_thousands(lines as u64)),
        };
        return vec![
            format!(" {lines} not sent yet. Quit? Enter or y quits, Esc cancels."),
            format!(" {lines} not sent yet. Quit? Enter / Esc"),
            " Still sending. Quit? y / n".to_owned(),
        ];
    }
    if guests == 0 && bytes != (0, 0) {
        return undelivered_prompt(bytes, "Quit", "Enter or y quits, Esc cancels.");
    }
    if guests == 0 && unsent > 0 {
        let lines = if unsent == 1 {
            "1 line was".to_owned()
        } else {
            format!("{} lines were", format_thousands(unsent as u64))
        };
        return vec![
            format!(" {lines} not delivered; /resend works only until you quit. Quit? Enter or y quits, Esc cancels."),
            format!(" {lines} not delivered. Quit? Enter / Esc"),
            " Unsent. Quit? y / n".to_owned(),
        ];
    }
    if guests == 0 {
        return [" Quit? Enter or y quits, Esc cancels.", " Quit? Enter / Esc"].map(ToOwned::to_owned).to_vec();
    }
    vec![
        format!(" {others} connected and will be disconnected. Quit? Enter or y quits, Esc cancels."),
        format!(" {others} connected. Quit? Enter / Esc"),
        if guests == 1 { " 1 other. Quit? y / n".to_owned() } else { format!(" {guests} others. Quit? y / n") },
        format!(" {guests} in. Quit? y / n"),
    ]
}

/// Returns the choices of the send preview with their keys as a sentence, for screen readers.
pub(crate) fn choices(pending: &PendingSend, keymap: &Keymap) -> String {
    let words =
        SendChoice::of(pending.source()).iter().map(|choice| format!("{} {}", choice.key(keymap), choice.word()));
    format!("{}, or the arrows and Enter.", words.collect::<Vec<_>>().join(", "))
}

/// Returns the title of a pending send, such as `5,000 lines pasted, 123,456 bytes`, in three lengths, the longest first.
pub(crate) fn title_forms(pending: &PendingSend) -> [String; 3] {
    let lines = match pending.len() {
        1 => "1 line".to_owned(),
        lines => format!("{} lines", format_thousands(lines as u64)),
    };
    let bytes = match pending.size() {
        1 => "1 byte".to_owned(),
        bytes => format!("{} bytes", format_thousands(bytes as u64)),
    };
    match pending.source() {
        PendingSource::Paste | PendingSource::Draft => {
            [format!("{lines} pasted, {bytes}"), format!("{lines} pasted"), lines]
        }
        PendingSource::File(path) => [format!("{lines} from {path}, {bytes}"), format!("{lines} from {path}"), lines],
        PendingSource::Unsent => [format!("{lines} not delivered, {bytes}"), format!("{lines} not delivered"), lines],
        PendingSource::Bytes => [format!("{bytes}, sent unchanged"), format!("{bytes}, unchanged"), bytes],
    }
}

/// Returns a warning if the longest line of a pending send exceeds the size that the lab server reads at once.
pub(crate) fn warning(app: &App, pending: &PendingSend) -> Option<String> {
    if matches!(pending.source(), PendingSource::Bytes) {
        return None;
    }
    let (limit, (index, len)) = (app.line_limit(), pending.longest());
    let excess = (len + app.tab().prefix_len()).checked_sub(limit).filter(|&excess| limit > 0 && excess > 0)?;
    let bytes = if excess == 1 { "byte" } else { "bytes" };
    let [number, excess, limit] = [index + 1, excess, limit].map(|count| format_thousands(count as u64));
    Some(format!("Line {number} is {excess} {bytes} over the lab server's {limit}-byte read."))
}

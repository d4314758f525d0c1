//! Texts of questions and of the send preview, for all front ends.

use crate::app::keys::Keymap;
use crate::app::session::pending_send::{PendingSend, PendingSource};
use crate::app::{App, Closing, Mode, SendChoice};
use crate::text::format_thousands;

/// Returns the question of the current mode, if it asks one, in several lengths, the longest first. Each begins with a space.
pub(crate) fn question_forms(app: &App) -> Option<Vec<String>> {
    Some(match app.mode() {
        Mode::ConfirmQuit => quit_prompt(app.guest_count(), (app.waiting(), app.late()), (app.unsent(), app.still_sending())),
        Mode::ConfirmClose(closing) => close(closing, (app.tab().waiting(), app.tab().late())),
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
            " This may hold a secret. Send it as text that others can read? Enter or y sends it, Esc goes back to edit it.",
            " This may hold a secret. Send it as text? Enter or y sends it, Esc edits.",
            " A secret in it? y sends it as text, Esc edits.",
            " Send as text? y / Esc",
            " As text? y / Esc",
        ]
        .map(ToOwned::to_owned)
        .to_vec(),
        _ => return None,
    })
}

/// Says that not everything has left, or has been acknowledged, and asks; the longest form first.
fn not_arrived((waiting, late): (usize, usize), verb: &str, answers: &str) -> Vec<String> {
    let bytes = match waiting + late {
        1 => "1 byte".to_owned(),
        bytes => format!("{} bytes", format_thousands(bytes as u64)),
    };
    if late > 0 {
        return vec![
            format!(" {bytes} of yours: not acknowledged by the other machine. {verb}? {answers}"),
            format!(" {bytes} not acknowledged. {verb}? Enter / Esc"),
            format!(" Not all arrived. {verb}? y / n"),
            format!(" Unsent. {verb}? y / n"),
        ];
    }
    vec![
        format!(" {bytes} of yours have not left: the server does not read. {verb}? {answers}"),
        format!(" {bytes} have not left. {verb}? Enter / Esc"),
        format!(" Not all has left. {verb}? y / n"),
        format!(" Unsent. {verb}? y / n"),
    ]
}

fn close(closing: Closing, bytes: (usize, usize)) -> Vec<String> {
    let verb = match closing {
        Closing::Connection => "Close",
        Closing::Tab => "Close the tab",
    };
    not_arrived(bytes, verb, "Enter or y closes, Esc or n stays.")
}

fn quit_prompt(guests: usize, bytes: (usize, usize), (unsent, still_sending): (usize, usize)) -> Vec<String> {
    let others = if guests == 1 { "1 other is".to_owned() } else { format!("{guests} others are") };
    if guests == 0 && still_sending > 0 {
        let lines = match still_sending {
            1 => "1 line is".to_owned(),
            lines => format!("{} lines are", format_thousands(lines as u64)),
        };
        return vec![
            format!(" {lines} still to be sent. Quit? Enter or y quits, Esc or n stays."),
            format!(" {lines} still to be sent. Quit? Enter / Esc"),
            " Still sending. Quit? y / n".to_owned(),
        ];
    }
    if guests == 0 && bytes != (0, 0) {
        return not_arrived(bytes, "Quit", "Enter or y quits, Esc or n stays.");
    }
    if guests == 0 && unsent > 0 {
        let lines = if unsent == 1 {
            "1 line was".to_owned()
        } else {
            format!("{} lines were", format_thousands(unsent as u64))
        };
        return vec![
            format!(" {lines} not delivered, and /resend has them only here. Quit? Enter or y quits, Esc or n stays."),
            format!(" {lines} not delivered. Quit? Enter / Esc"),
            " Unsent. Quit? y / n".to_owned(),
        ];
    }
    if guests == 0 {
        return [" Quit? Enter or y quits, Esc or n stays.", " Quit? Enter / Esc"].map(ToOwned::to_owned).to_vec();
    }
    vec![
        format!(" {others} still in, and your server ends with you. Quit? Enter or y quits, Esc or n stays."),
        format!(" {others} still in. Quit? Enter / Esc"),
        format!(" {guests} in. Quit? y / n"),
    ]
}

/// Returns the choices of the send preview with their keys as a sentence, for screen readers.
pub(crate) fn choices(parcel: &PendingSend, keymap: &Keymap) -> String {
    let words =
        SendChoice::of(parcel.source()).iter().map(|choice| format!("{} {}", choice.key(keymap), choice.word()));
    format!("{}, or the arrows and Enter.", words.collect::<Vec<_>>().join(", "))
}

/// Returns the title of a pending send, such as `5,000 lines pasted, 123,456 bytes`, in three lengths, the longest first.
pub(crate) fn title_forms(parcel: &PendingSend) -> [String; 3] {
    let lines = match parcel.len() {
        1 => "1 line".to_owned(),
        lines => format!("{} lines", format_thousands(lines as u64)),
    };
    let bytes = match parcel.size() {
        1 => "1 byte".to_owned(),
        bytes => format!("{} bytes", format_thousands(bytes as u64)),
    };
    match parcel.source() {
        PendingSource::Paste | PendingSource::Draft => {
            [format!("{lines} pasted, {bytes}"), format!("{lines} pasted"), lines]
        }
        PendingSource::File(path) => [format!("{lines} of {path}, {bytes}"), format!("{lines} of {path}"), lines],
        PendingSource::Unsent => [format!("{lines} not delivered, {bytes}"), format!("{lines} not delivered"), lines],
        PendingSource::Bytes => [format!("{bytes}, sent as they are"), format!("{bytes}, as they are"), bytes],
    }
}

/// Returns a warning if the longest line of a pending send exceeds the size that the lab server reads at once.
pub(crate) fn warning(app: &App, parcel: &PendingSend) -> Option<String> {
    if matches!(parcel.source(), PendingSource::Bytes) {
        return None;
    }
    let (limit, (n, len)) = (app.line_limit(), parcel.longest());
    let over = (len + app.tab().prefix_len()).checked_sub(limit).filter(|&over| limit > 0 && over > 0)?;
    let bytes = if over == 1 { "byte" } else { "bytes" };
    let (n, over) = (format_thousands(n as u64 + 1), format_thousands(over as u64));
    Some(format!("Line {n} is {over} {bytes} over what the lab server reads at once."))
}

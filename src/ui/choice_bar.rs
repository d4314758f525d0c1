//! The choices of the send preview on the status line.

use super::ResolvedTheme;
use super::glyphs::{draw_words, text_width};
use crate::app::SendChoice;
use crate::app::keys::Keymap;
use crate::app::session::pending_send::PendingSend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the choices side by side, the chosen one standing out; in brackets, as there may be no colours.
pub(super) fn draw_choices(
    buffer: &mut Buffer,
    area: Rect,
    (parcel, chosen): (&PendingSend, usize),
    keymap: &Keymap,
    theme: &ResolvedTheme,
) {
    buffer.set_style(area, theme.question);
    let choices = SendChoice::of(parcel.source());
    let long = |choice: &SendChoice| format!(" {} {} ", choice.word(), choice.key(keymap)).replace("  ", " ");
    let short = |choice: &SendChoice| format!(" {} ", choice.short());
    let forms: [&dyn Fn(&SendChoice) -> String; 2] = [&long, &short];
    let width = |form: &&dyn Fn(&SendChoice) -> String| {
        choices.iter().map(|choice| text_width(&form(choice)) + 1).sum::<usize>()
    };
    let form = forms.iter().find(|form| width(form) <= usize::from(area.width)).copied();
    let Some(form) = form else {
        // Only what Enter would do.
        let words = choices.get(chosen).map_or("", |choice| choice.short());
        draw_words(buffer, area, &format!("[{words}] ←→ Enter"), theme.question);
        return;
    };
    let mut x = area.x;
    for (n, choice) in choices.iter().enumerate() {
        let place = Rect { x, width: area.right() - x, ..area };
        let end = if n == chosen {
            let words = format!("[{}]", form(choice).trim());
            let width = u16::try_from(text_width(&words)).unwrap_or(u16::MAX).min(place.width);
            // Nothing of the line's own looks is to shine through.
            buffer.set_style(Rect { width, ..place }, Style::reset());
            draw_words(buffer, place, &words, theme.chosen)
        } else {
            draw_words(buffer, place, &form(choice), theme.question)
        };
        x = area.right().min(end + 1);
    }
}

//! The choices of the send preview on the status line.

use super::ResolvedTheme;
use super::glyphs::{draw_words, text_width};
use crate::app::SendChoice;
use crate::app::keys::Keymap;
use crate::app::session::pending_send::PendingSend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the choices side by side. The selected one is in brackets too, since there may be no colours.
pub(super) fn draw_choices(
    buffer: &mut Buffer,
    area: Rect,
    (pending, chosen): (&PendingSend, usize),
    keymap: &Keymap,
    theme: &ResolvedTheme,
) {
    buffer.set_style(area, theme.question);
    let choices = SendChoice::of(pending.source());
    let long = |choice: &SendChoice| format!(" {} {} ", choice.word(), choice.key(keymap)).replace("  ", " ");
    let short = |choice: &SendChoice| format!(" {} ", choice.short());
    let forms: [&dyn Fn(&SendChoice) -> String; 2] = [&long, &short];
    let width = |form: &&dyn Fn(&SendChoice) -> String| {
        choices.iter().map(|choice| text_width(&form(choice)) + 1).sum::<usize>()
    };
    let form = forms.iter().find(|form| width(form) <= usize::from(area.width)).copied();
    let Some(form) = form else {
        // Only the selected choice.
        let label = choices.get(chosen).map_or("", |choice| choice.short());
        draw_words(buffer, area, &format!("[{label}] ←→ Enter"), theme.question);
        return;
    };
    let mut x = area.x;
    for (index, choice) in choices.iter().enumerate() {
        let rest = Rect { x, width: area.right() - x, ..area };
        let end = if index == chosen {
            let label = format!("[{}]", form(choice).trim());
            let width = u16::try_from(text_width(&label)).unwrap_or(u16::MAX).min(rest.width);
            // Removes the style of the question line.
            buffer.set_style(Rect { width, ..rest }, Style::reset());
            draw_words(buffer, rest, &label, theme.chosen)
        } else {
            draw_words(buffer, rest, &form(choice), theme.question)
        };
        x = area.right().min(end + 1);
    }
}

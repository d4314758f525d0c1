//! Commands and keys that change the view: filter, folds, encoding, times, theme, mentions.

use crate::app::transcript::RowId;
use crate::app::view::filter::{Filter, FilterMode};
use crate::app::view::pattern::{CaseMatching, Pattern, Syntax};
use crate::app::view::search::SearchDirection;
use crate::app::view::speaker::SpeakerRule;
use crate::app::view::viewport::{Position, ViewOptions};
use crate::app::{AlertMethod, App, ByteView, TimestampFormat, Update};
use crate::text::Charset;
use crate::text::format_thousands;
use crate::theme::{Priority, ThemeName};

/// Success without effects, or the reason why the command was refused.
type CommandResult = Result<(), String>;

impl App {
    pub(in crate::app) fn view_command(&mut self, name: &str) -> CommandResult {
        let view = match name {
            "" => self.tab().view_options().view.next(),
            name => {
                ByteView::parse(name).ok_or("Usage: /view text, escaped or hex; without an argument, the next view")?
            }
        };
        let _ = self.set_view(view);
        Ok(())
    }

    pub(in crate::app) fn time_command(&mut self, name: &str) -> CommandResult {
        if name == "reply" {
            let view_options = self.tab().view_options();
            self.tab_mut().set_view_options(ViewOptions { reply_time: !view_options.reply_time, ..view_options });
            let state = if view_options.reply_time { "off" } else { "on" };
            self.status_message = Some(format!("Reply time: {state}"));
            return Ok(());
        }
        let time = match name {
            "" => self.options.time.next(),
            name => TimestampFormat::parse(name)
                .ok_or("Usage: /time off, minutes, seconds, ms or delta; /time reply shows reply times")?,
        };
        self.set_time(time);
        Ok(())
    }

    pub(in crate::app) fn next_time(&mut self) -> Update {
        self.set_time(self.options.time.next());
        Update::redraw(true)
    }

    fn set_time(&mut self, time: TimestampFormat) {
        self.options.time = time;
        self.status_message = Some(format!("Time: {}", time.name()));
    }

    pub(in crate::app) fn encoding_command(&mut self, name: &str) -> CommandResult {
        let view_options = self.tab().view_options();
        if name.is_empty() {
            self.status_message = Some(format!(
                "Read as {}. Others: /encoding latin-1, windows-1252, shift_jis ...",
                view_options.charset.name()
            ));
            return Ok(());
        }
        let charset = Charset::parse(name).map_err(|error| error.to_string())?;
        self.tab_mut().set_view_options(ViewOptions { charset, ..view_options });
        self.status_message = Some(format!("Read as {}; sent lines stay UTF-8.", charset.name()));
        Ok(())
    }

    pub(in crate::app) fn who_command(&mut self, words: &str) -> CommandResult {
        if words.is_empty() {
            self.status_message = Some(format!("Nickname recognition: {}", self.tab().attention.speaker_rule()));
            return Ok(());
        }
        let who = SpeakerRule::parse(words)?;
        self.status_message = Some(format!("Nickname recognition: {who}"));
        self.tab_mut().set_speaker_rule(who);
        Ok(())
    }

    pub(in crate::app) fn highlight_command(&mut self, words: &str) {
        let words: Vec<String> = match words {
            "" => {
                let now = self.tab().attention.words().join(" ");
                let now = if now.is_empty() { "your nickname".to_owned() } else { format!("your nickname, {now}") };
                self.status_message = Some(format!("Mentions: {now}. /highlight WORD ..., /highlight off"));
                return;
            }
            "off" => Vec::new(),
            words => words.split_whitespace().map(str::to_owned).collect(),
        };
        self.status_message = Some(if words.is_empty() {
            "Only your nickname counts as a mention.".to_owned()
        } else {
            format!("Mentions besides your nickname: {}", words.join(" "))
        });
        self.tab_mut().set_words(words);
    }

    pub(in crate::app) fn filter_command(&mut self, words: &str) -> CommandResult {
        let (mode, pattern) = match words.split_once(char::is_whitespace) {
            Some(("hide", rest)) => (FilterMode::Hide, rest.trim()),
            Some(("keep", rest)) => (FilterMode::Keep, rest.trim()),
            _ if matches!(words, "hide" | "keep") => {
                return Err(format!("Usage: /filter {words} REGEX"));
            }
            _ => (FilterMode::Keep, words),
        };
        let filter = match pattern {
            "" => {
                let now = self
                    .tab()
                    .visible_rows()
                    .filter()
                    .map_or_else(|| "All rows are shown.".to_owned(), describe_filter);
                self.status_message = Some(format!("{now} /filter [hide] REGEX, /filter off"));
                return Ok(());
            }
            "off" if mode == FilterMode::Keep => None,
            pattern => Some(Filter { pattern: Pattern::new(pattern, Syntax::Regex, CaseMatching::Smart)?, mode }),
        };
        self.status_message = Some(filter.as_ref().map_or_else(|| "All rows are shown.".to_owned(), describe_filter));
        let size = self.viewport.messages;
        self.tab_mut().set_filter(|old, _| *old = filter);
        self.tab_mut().fit(size);
        Ok(())
    }

    pub(in crate::app) fn fold_command(&mut self, words: &str) -> CommandResult {
        let mut folds = self.tab().visible_rows().folds();
        match words {
            "" => {}
            "blank" => folds.blank = !folds.blank,
            "same" => folds.repeated = !folds.repeated,
            "off" => (folds.blank, folds.repeated) = (false, false),
            _ => return Err("Usage: /fold blank, /fold same or /fold off".to_owned()),
        }
        let on = |is_on| if is_on { "folded" } else { "shown one by one" };
        self.status_message =
            Some(format!("Runs of blank rows are {}, repeated rows are {}.", on(folds.blank), on(folds.repeated)));
        if folds != self.tab().visible_rows().folds() {
            let size = self.viewport.messages;
            self.tab_mut().set_filter(|_, old| *old = folds);
            self.tab_mut().fit(size);
        }
        Ok(())
    }

    pub(in crate::app) fn alert_command(&mut self, name: &str) -> CommandResult {
        self.options.alert = match name {
            "" => self.options.alert,
            "bell" => AlertMethod::Bell,
            "notify" => AlertMethod::Notify,
            "off" => AlertMethod::Off,
            _ => {
                return Err("Usage: /alert bell, notify or off".to_owned());
            }
        };
        let words = match self.options.alert {
            AlertMethod::Bell => "A mention rings the bell while the window is unfocused.",
            AlertMethod::Notify => "A mention sends a desktop notification (OSC 9) while the window is unfocused.",
            AlertMethod::Off => "Mentions do not alert you.",
        };
        self.status_message = Some(words.to_owned());
        Ok(())
    }

    pub(in crate::app) fn theme_command(&mut self, name: &str) -> CommandResult {
        self.theme = match name {
            "" => self.themes.next(self.theme_name()).cloned(),
            name => self.themes.check_word(name)?,
        };
        let words = self.theme.as_ref().map_or("as at the start", ThemeName::word);
        self.status_message = Some(format!("Theme: {words}"));
        Ok(())
    }

    /// Returns whether colours are explicitly requested; a theme chosen in the program is.
    pub fn color_priority(&self) -> Priority {
        match &self.theme {
            Some(_) => Priority::Explicit,
            None => self.tab().options().appearance_priority(),
        }
    }

    /// Returns the theme chosen with `/theme` or for the tab's server.
    pub(in crate::app) fn theme_name(&self) -> Option<&ThemeName> {
        self.theme.as_ref().or(self.tab().options().appearance.theme.as_ref())
    }

    /// Scrolls to the first unread row, one line below the top.
    pub(in crate::app) fn go_to_unread(&mut self) -> Update {
        let tab = self.tab();
        let first = tab.unread().map(|unread| unread.max(tab.transcript().first()));
        let row = first.and_then(|unread| tab.render_context().at_or_after(unread));
        let Some(row) = row else { return self.set_status_message("No unread messages.") };
        let size = self.viewport.messages;
        self.tab_mut().move_view(|scroll, scene| scroll.show_at_line(scene, size, Position::start_of(row.first), 1));
        Update::redraw(true)
    }

    /// Scrolls to the mention before or after the last one, or before or after the visible rows.
    pub(in crate::app) fn go_to_mention(&mut self, direction: SearchDirection) -> Update {
        let size = self.viewport.messages;
        let tab = self.tab();
        let page = tab.page(size);
        let here = tab.mention_at.filter(|&row| page.shows(Position::start_of(row)));
        let top = page.top().map_or(RowId(0), |top| top.row);
        let after = |row: RowId| RowId(row.0 + 1);
        let row = match direction {
            SearchDirection::Older => {
                tab.mention_from(here.unwrap_or_else(|| page.last().map_or(tab.transcript().next(), after)), direction)
            }
            SearchDirection::Newer => tab.mention_from(here.map_or(top, after), direction),
        };
        let Some(row) = row else {
            return self.set_status_message(if direction == SearchDirection::Older {
                "No earlier mention."
            } else {
                "No later mention."
            });
        };
        let (at, all) = tab.mentions_up_to(row);
        let words = format!("Mention {} of {}", format_thousands(at), format_thousands(all));
        self.tab_mut().mention_at = Some(row);
        self.tab_mut().move_view(|scroll, scene| scroll.show(scene, size, Position::start_of(row)));
        self.set_status_message(words)
    }
}

fn describe_filter(filter: &Filter) -> String {
    let source = crate::text::sanitize_line(filter.pattern.source());
    match filter.mode {
        FilterMode::Keep => format!("Showing only rows that match {source}."),
        FilterMode::Hide => format!("Hiding rows that match {source}."),
    }
}

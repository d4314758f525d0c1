//! `/record`: everything that goes over the wire into a file, from now on or no more.
//!
//! The file is the loop's. What stands here is whether there is one, for the status line and for who asks.

use super::log::filled;
use super::transcript::RowKind;
use super::{App, Effect, Now, Outcome};

/// A recording as it is told of from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordNews {
    /// It has begun, in this file.
    Begun(String),
    /// It is over, as was wished, and whole in this file.
    Ended(String),
    /// It could not begin, or could not go on: the sentence.
    Failed(String),
}

/// Whether there is a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Recording {
    /// There is none.
    #[default]
    Off,
    /// This file is being opened.
    Beginning(String),
    /// Into this file.
    On(String),
    /// What is left of it is being written to this file.
    Ending(String),
}

impl App {
    /// Whether what goes over the wire is being recorded.
    pub const fn is_recording(&self) -> bool {
        matches!(self.recording, Recording::On(_))
    }

    /// `/record`: how it stands, begin, or end.
    pub(super) fn record_command(&mut self, now: Now, words: &str) -> Result<Vec<Effect>, String> {
        match (words, &self.recording) {
            ("", Recording::Off) => self.flash = Some("Nothing is recorded. /record FILE begins.".to_owned()),
            ("", Recording::On(path)) => self.flash = Some(format!("Recording to {path}. /record off ends it.")),
            ("off", Recording::On(path)) => {
                self.recording = Recording::Ending(path.clone());
                return Ok(vec![Effect::Record(None)]);
            }
            ("off", Recording::Off) => return Err("Nothing is recorded. /record FILE begins.".to_owned()),
            (path, Recording::Off) => {
                let path = filled(path, self.tab().endpoint(), now.wall)?;
                self.recording = Recording::Beginning(path.clone());
                return Ok(vec![Effect::Record(Some(path))]);
            }
            (_, Recording::On(path)) => {
                return Err(format!("Recording to {path} already. /record off ends that; then begin another."));
            }
            (_, Recording::Beginning(path)) => return Err(format!("{path} is being opened; a moment.")),
            (_, Recording::Ending(path)) => return Err(format!("{path} is being written to its end; a moment.")),
        }
        Ok(Vec::new())
    }

    pub(super) fn record_news(&mut self, now: Now, news: RecordNews) -> Outcome {
        match news {
            RecordNews::Begun(path) => {
                // What was asked for with the program's arguments needs no answer.
                if matches!(self.recording, Recording::Beginning(_)) {
                    let words = format!("Recording to {path} from here on. /record off ends it.");
                    self.note(now, RowKind::Notice, &words);
                }
                self.recording = Recording::On(path);
            }
            RecordNews::Ended(path) => {
                let words = format!("The recording is over. netchat-tui replay {path} plays it.");
                self.note(now, RowKind::Notice, &words);
                self.recording = Recording::Off;
            }
            RecordNews::Failed(sentence) => {
                self.note(now, RowKind::Error, &sentence);
                self.recording = Recording::Off;
            }
        }
        Outcome::changed(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Event, Options};

    fn told(app: &App) -> String {
        let transcript = app.tab().transcript();
        let last = transcript.next().0.checked_sub(1).and_then(|id| transcript.row(crate::app::transcript::RowId(id)));
        last.map(|row| String::from_utf8_lossy(row.bytes).into_owned()).unwrap_or_default()
    }

    fn hear(app: &mut App, news: RecordNews) {
        let _ = app.update(Now::default(), Event::Recording(news));
    }

    #[test]
    fn it_begins_and_ends_once_at_a_time() {
        let mut app = App::new(Options::default());
        assert!(app.record_command(Now::default(), "off").is_err());
        assert_eq!(app.record_command(Now::default(), "a.rec"), Ok(vec![Effect::Record(Some("a.rec".to_owned()))]));
        assert!(
            !app.is_recording()
                && app.record_command(Now::default(), "b.rec").is_err()
                && app.record_command(Now::default(), "off").is_err()
        );
        hear(&mut app, RecordNews::Begun("a.rec".to_owned()));
        assert!(app.is_recording() && app.record_command(Now::default(), "b.rec").is_err());
        assert_eq!(told(&app), "Recording to a.rec from here on. /record off ends it.");
        assert_eq!(app.record_command(Now::default(), ""), Ok(Vec::new()));
        assert_eq!(app.flash(), Some("Recording to a.rec. /record off ends it."));
        assert_eq!(app.record_command(Now::default(), "off"), Ok(vec![Effect::Record(None)]));
        assert!(!app.is_recording() && app.record_command(Now::default(), "a.rec").is_err());
        hear(&mut app, RecordNews::Ended("a.rec".to_owned()));
        assert_eq!(told(&app), "The recording is over. netchat-tui replay a.rec plays it.");
        assert!(app.record_command(Now::default(), "a.rec").is_ok());
        hear(&mut app, RecordNews::Failed("a.rec: no.".to_owned()));
        assert_eq!((app.is_recording(), told(&app)), (false, "a.rec: no.".to_owned()));
    }

    #[test]
    fn what_was_asked_for_at_the_start_begins_without_a_word() {
        let mut app = App::new(Options::default());
        hear(&mut app, RecordNews::Begun("a.rec".to_owned()));
        assert_eq!((app.is_recording(), told(&app)), (true, String::new()));
    }
}

//! `/record`: everything that goes over the wire into a file, from now on or no more.
//!
//! The file is the loop's. What stands here is whether there is one, for the status line and for who asks.

use crate::app::logging::{LogStatus, expand_template};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Now, Update};

/// A recording as it is told of from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingEvent {
    /// It has begun, in this file.
    Begun(String),
    /// It is over, as was wished, and whole in this file.
    Ended(String),
    /// It could not begin, or could not go on: the sentence.
    Failed(String),
}

/// Whether there is a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::app) enum RecordingState {
    /// There is none.
    #[default]
    Off,
    /// This file is being opened.
    Starting(String),
    /// Into this file.
    On(String),
    /// What is left of it is being written to this file.
    Stopping(String),
    /// There was to be one, and is none: the sentence.
    Failed(String),
}

const NOT_RECORDING: &str = "Nothing is recorded. /record FILE begins.";

fn opened(path: &str) -> String {
    format!("{path} is being opened; a moment.")
}

fn written(path: &str) -> String {
    format!("{path} is being written to its end; a moment.")
}

impl App {
    /// Whether what goes over the wire is being recorded; `Failed` until another begins or somebody takes note of it.
    pub const fn recording(&self) -> LogStatus {
        match self.recording {
            RecordingState::On(_) => LogStatus::On,
            RecordingState::Failed(_) => LogStatus::Failed,
            RecordingState::Off | RecordingState::Starting(_) | RecordingState::Stopping(_) => LogStatus::Off,
        }
    }

    /// `/record`: how it stands, begin, or end.
    pub(in crate::app) fn record_command(&mut self, now: Now, words: &str) -> Result<Vec<Effect>, String> {
        match words {
            "" => self.status_message = Some(self.recording_status()),
            "off" => return self.end_recording(),
            "on" => return Err("/record needs the name of a file.".to_owned()),
            "-" => return Err("Standard output is no place for a recording; name a file.".to_owned()),
            path => return self.begin_recording(now, path),
        }
        Ok(Vec::new())
    }

    /// How it stands, in a sentence with the next step.
    fn recording_status(&self) -> String {
        match &self.recording {
            RecordingState::Off => NOT_RECORDING.to_owned(),
            RecordingState::On(path) => format!("Recording to {path}. /record off ends it."),
            RecordingState::Starting(path) => opened(path),
            RecordingState::Stopping(path) => written(path),
            // It may have the next step in it.
            RecordingState::Failed(sentence) if sentence.contains("/record") => sentence.clone(),
            RecordingState::Failed(sentence) => format!("{sentence} /record FILE begins another."),
        }
    }

    fn begin_recording(&mut self, now: Now, path: &str) -> Result<Vec<Effect>, String> {
        match &self.recording {
            RecordingState::Off | RecordingState::Failed(_) => {
                let path = expand_template(path, self.tab().endpoint(), now.wall)?;
                self.recording = RecordingState::Starting(path.clone());
                Ok(vec![Effect::Record(Some(path))])
            }
            RecordingState::On(path) => {
                Err(format!("Recording to {path} already. /record off ends that; then begin another."))
            }
            RecordingState::Starting(path) => Err(opened(path)),
            RecordingState::Stopping(path) => Err(written(path)),
        }
    }

    fn end_recording(&mut self) -> Result<Vec<Effect>, String> {
        match &self.recording {
            RecordingState::Off => Err(NOT_RECORDING.to_owned()),
            RecordingState::On(path) => {
                self.recording = RecordingState::Stopping(path.clone());
                Ok(vec![Effect::Record(None)])
            }
            RecordingState::Starting(path) => Err(opened(path)),
            RecordingState::Stopping(path) => Err(written(path)),
            RecordingState::Failed(_) => {
                self.recording = RecordingState::Off;
                self.status_message = Some(NOT_RECORDING.to_owned());
                Ok(Vec::new())
            }
        }
    }

    pub(in crate::app) fn record_news(&mut self, now: Now, news: RecordingEvent) -> Update {
        match news {
            RecordingEvent::Begun(path) => {
                // What was asked for with the program's arguments needs no answer.
                if matches!(self.recording, RecordingState::Starting(_)) {
                    let words = format!("Recording to {path} from here on. /record off ends it.");
                    self.add_notice(now, RowKind::Notice, &words);
                }
                self.recording = RecordingState::On(path);
            }
            RecordingEvent::Ended(path) => {
                let words = format!("The recording is over. netchat-tui replay {path} plays it.");
                self.add_notice(now, RowKind::Notice, &words);
                self.recording = RecordingState::Off;
            }
            RecordingEvent::Failed(sentence) => {
                self.add_notice(now, RowKind::Error, &sentence);
                // What nobody wants any more is not missed.
                let is_wanted = !matches!(self.recording, RecordingState::Stopping(_));
                self.recording = if is_wanted { RecordingState::Failed(sentence) } else { RecordingState::Off };
            }
        }
        Update::redraw(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Event, Settings};

    fn told(app: &App) -> String {
        let transcript = app.tab().transcript();
        let last = transcript.next().0.checked_sub(1).and_then(|id| transcript.row(crate::app::transcript::RowId(id)));
        last.map(|row| String::from_utf8_lossy(row.bytes).into_owned()).unwrap_or_default()
    }

    fn hear(app: &mut App, news: RecordingEvent) {
        let _ = app.update(Now::default(), Event::Recording(news));
    }

    #[test]
    fn it_begins_and_ends_once_at_a_time() {
        let mut app = App::new(Settings::default());
        assert!(app.record_command(Now::default(), "off").is_err());
        assert_eq!(app.record_command(Now::default(), "a.rec"), Ok(vec![Effect::Record(Some("a.rec".to_owned()))]));
        assert!(
            app.recording() != LogStatus::On
                && app.record_command(Now::default(), "b.rec").is_err()
                && app.record_command(Now::default(), "off").is_err()
        );
        hear(&mut app, RecordingEvent::Begun("a.rec".to_owned()));
        assert!(app.recording() == LogStatus::On && app.record_command(Now::default(), "b.rec").is_err());
        assert_eq!(told(&app), "Recording to a.rec from here on. /record off ends it.");
        assert_eq!(app.record_command(Now::default(), ""), Ok(Vec::new()));
        assert_eq!(app.flash(), Some("Recording to a.rec. /record off ends it."));
        assert_eq!(app.record_command(Now::default(), "off"), Ok(vec![Effect::Record(None)]));
        assert!(app.recording() != LogStatus::On && app.record_command(Now::default(), "a.rec").is_err());
        hear(&mut app, RecordingEvent::Ended("a.rec".to_owned()));
        assert_eq!(told(&app), "The recording is over. netchat-tui replay a.rec plays it.");
        assert!(app.record_command(Now::default(), "a.rec").is_ok());
        hear(&mut app, RecordingEvent::Failed("a.rec: no.".to_owned()));
        assert_eq!((app.recording(), told(&app)), (LogStatus::Failed, "a.rec: no.".to_owned()));
    }

    #[test]
    fn what_was_asked_for_at_the_start_begins_without_a_word() {
        let mut app = App::new(Settings::default());
        hear(&mut app, RecordingEvent::Begun("a.rec".to_owned()));
        assert_eq!((app.recording(), told(&app)), (LogStatus::On, String::new()));
    }
    #[test]
    fn why_it_failed_can_be_asked_until_another_begins_or_it_is_let_be() {
        let failed = || {
            let mut app = App::new(Settings::default());
            hear(&mut app, RecordingEvent::Begun("a.rec".to_owned()));
            hear(&mut app, RecordingEvent::Failed("a.rec: the disk is full.".to_owned()));
            assert_eq!(app.record_command(Now::default(), ""), Ok(Vec::new()));
            assert_eq!(app.flash(), Some("a.rec: the disk is full. /record FILE begins another."));
            app
        };
        let mut app = failed();
        assert_eq!(app.record_command(Now::default(), "off"), Ok(Vec::new()));
        assert_eq!((app.recording(), app.flash()), (LogStatus::Off, Some("Nothing is recorded. /record FILE begins.")));
        let mut app = failed();
        assert!(app.record_command(Now::default(), "b.rec").is_ok());
        hear(&mut app, RecordingEvent::Begun("b.rec".to_owned()));
        assert_eq!(app.recording(), LogStatus::On);
        // What was ended has failed for nobody.
        assert!(app.record_command(Now::default(), "off").is_ok());
        hear(&mut app, RecordingEvent::Failed("b.rec: the disk is full.".to_owned()));
        assert_eq!(app.recording(), LogStatus::Off);
    }

    #[test]
    fn what_is_no_name_of_a_file_begins_nothing() {
        let mut app = App::new(Settings::default());
        for (word, sentence) in [
            ("on", "/record needs the name of a file."),
            ("-", "Standard output is no place for a recording; name a file."),
        ] {
            assert_eq!(app.record_command(Now::default(), word), Err(sentence.to_owned()));
            assert_eq!(app.recording(), LogStatus::Off);
        }
        assert!(app.record_command(Now::default(), "./on").is_ok());
    }
}

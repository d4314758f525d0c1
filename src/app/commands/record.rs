//! `/record`: starts and stops a recording.
//!
//! The event loop writes the file; the core keeps its state.

use crate::app::logging::{LogStatus, expand_template};
use crate::app::transcript::RowKind;
use crate::app::{App, Effect, Now, RecordingEvent, Update};

/// State of the recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::app) enum RecordingState {
    /// No recording.
    #[default]
    Off,
    /// Opening this file.
    Starting(String),
    /// Recording to this file.
    On(String),
    /// Writing the rest to this file.
    Stopping(String),
    /// Failed, with this sentence.
    Failed(String),
}

const NOT_RECORDING: &str = "Not recording. /record FILE starts a recording.";

fn opening_message(path: &str) -> String {
    format!("Opening {path}; try again in a moment.")
}

fn finishing_message(path: &str) -> String {
    format!("Finishing {path}; try again in a moment.")
}

impl App {
    /// Returns whether a recording is on; `Failed` until another starts or `/record off`.
    pub const fn recording(&self) -> LogStatus {
        match self.recording {
            RecordingState::On(_) => LogStatus::On,
            RecordingState::Failed(_) => LogStatus::Failed,
            RecordingState::Off | RecordingState::Starting(_) | RecordingState::Stopping(_) => LogStatus::Off,
        }
    }

    /// Runs `/record`: shows the state, starts or stops.
    pub(in crate::app) fn record_command(&mut self, now: Now, arguments: &str) -> Result<Vec<Effect>, String> {
        match arguments {
            "" => self.status_message = Some(self.recording_status()),
            "off" => return self.stop_recording(),
            "on" => return Err("Usage: /record FILE".to_owned()),
            "-" => return Err("A recording cannot be written to standard output; name a file.".to_owned()),
            path => return self.start_recording(now, path),
        }
        Ok(Vec::new())
    }

    /// Describes the state, with the next step.
    fn recording_status(&self) -> String {
        match &self.recording {
            RecordingState::Off => NOT_RECORDING.to_owned(),
            RecordingState::On(path) => format!("Recording to {path}. /record off stops it."),
            RecordingState::Starting(path) => opening_message(path),
            RecordingState::Stopping(path) => finishing_message(path),
            // The message may already name the next step.
            RecordingState::Failed(message) if message.contains("/record") => message.clone(),
            RecordingState::Failed(message) => format!("{message} /record FILE starts a new one."),
        }
    }

    fn start_recording(&mut self, now: Now, path: &str) -> Result<Vec<Effect>, String> {
        match &self.recording {
            RecordingState::Off | RecordingState::Failed(_) => {
                let path = expand_template(path, self.tab().endpoint(), now.wall)?;
                self.recording = RecordingState::Starting(path.clone());
                Ok(vec![Effect::StartRecording(path)])
            }
            RecordingState::On(path) => Err(format!("Already recording to {path}. /record off stops it.")),
            RecordingState::Starting(path) => Err(opening_message(path)),
            RecordingState::Stopping(path) => Err(finishing_message(path)),
        }
    }

    fn stop_recording(&mut self) -> Result<Vec<Effect>, String> {
        match &self.recording {
            RecordingState::Off => Err(NOT_RECORDING.to_owned()),
            RecordingState::On(path) => {
                self.recording = RecordingState::Stopping(path.clone());
                Ok(vec![Effect::StopRecording])
            }
            RecordingState::Starting(path) => Err(opening_message(path)),
            RecordingState::Stopping(path) => Err(finishing_message(path)),
            RecordingState::Failed(_) => {
                self.recording = RecordingState::Off;
                self.status_message = Some(NOT_RECORDING.to_owned());
                Ok(Vec::new())
            }
        }
    }

    pub(in crate::app) fn on_recording_event(&mut self, now: Now, event: RecordingEvent) -> Update {
        match event {
            RecordingEvent::Begun(path) => {
                // A recording started by `--record` needs no notice.
                if matches!(self.recording, RecordingState::Starting(_)) {
                    let text = format!("Recording to {path}. /record off stops it.");
                    self.add_notice(now, RowKind::Notice, &text);
                }
                self.recording = RecordingState::On(path);
            }
            RecordingEvent::Ended(path) => {
                let text = format!("Recording finished. netchat-tui replay {path} plays it.");
                self.add_notice(now, RowKind::Notice, &text);
                self.recording = RecordingState::Off;
            }
            RecordingEvent::Failed(message) => {
                self.add_notice(now, RowKind::Error, &message);
                // A failure while stopping is not kept.
                let is_wanted = !matches!(self.recording, RecordingState::Stopping(_));
                self.recording = if is_wanted { RecordingState::Failed(message) } else { RecordingState::Off };
            }
        }
        Update::redraw(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Event, Settings};

    fn last_row(app: &App) -> String {
        let transcript = app.tab().transcript();
        let last = transcript.next().0.checked_sub(1).and_then(|id| transcript.row(crate::app::transcript::RowId(id)));
        last.map(|row| String::from_utf8_lossy(row.bytes).into_owned()).unwrap_or_default()
    }

    fn report(app: &mut App, event: RecordingEvent) {
        let _ = app.update(Now::default(), Event::Recording(event));
    }

    #[test]
    fn a_recording_starts_and_stops_once_at_a_time() {
        let mut app = App::new(Settings::default());
        assert!(app.record_command(Now::default(), "off").is_err());
        assert_eq!(app.record_command(Now::default(), "a.rec"), Ok(vec![Effect::StartRecording("a.rec".to_owned())]));
        assert!(
            app.recording() != LogStatus::On
                && app.record_command(Now::default(), "b.rec").is_err()
                && app.record_command(Now::default(), "off").is_err()
        );
        report(&mut app, RecordingEvent::Begun("a.rec".to_owned()));
        assert!(app.recording() == LogStatus::On && app.record_command(Now::default(), "b.rec").is_err());
        assert_eq!(last_row(&app), "Recording to a.rec. /record off stops it.");
        assert_eq!(app.record_command(Now::default(), ""), Ok(Vec::new()));
        assert_eq!(app.status_message(), Some("Recording to a.rec. /record off stops it."));
        assert_eq!(app.record_command(Now::default(), "off"), Ok(vec![Effect::StopRecording]));
        assert!(app.recording() != LogStatus::On && app.record_command(Now::default(), "a.rec").is_err());
        report(&mut app, RecordingEvent::Ended("a.rec".to_owned()));
        assert_eq!(last_row(&app), "Recording finished. netchat-tui replay a.rec plays it.");
        assert!(app.record_command(Now::default(), "a.rec").is_ok());
        report(&mut app, RecordingEvent::Failed("a.rec: no.".to_owned()));
        assert_eq!((app.recording(), last_row(&app)), (LogStatus::Failed, "a.rec: no.".to_owned()));
    }

    #[test]
    fn a_recording_by_flag_starts_without_a_notice() {
        let mut app = App::new(Settings::default());
        report(&mut app, RecordingEvent::Begun("a.rec".to_owned()));
        assert_eq!((app.recording(), last_row(&app)), (LogStatus::On, String::new()));
    }

    #[test]
    fn the_reason_of_a_failure_is_kept_until_a_new_start_or_off() {
        let failed = || {
            let mut app = App::new(Settings::default());
            report(&mut app, RecordingEvent::Begun("a.rec".to_owned()));
            report(&mut app, RecordingEvent::Failed("a.rec: the disk is full.".to_owned()));
            assert_eq!(app.record_command(Now::default(), ""), Ok(Vec::new()));
            assert_eq!(app.status_message(), Some("a.rec: the disk is full. /record FILE starts a new one."));
            app
        };
        let mut app = failed();
        assert_eq!(app.record_command(Now::default(), "off"), Ok(Vec::new()));
        assert_eq!(
            (app.recording(), app.status_message()),
            (LogStatus::Off, Some("Not recording. /record FILE starts a recording."))
        );
        let mut app = failed();
        assert!(app.record_command(Now::default(), "b.rec").is_ok());
        report(&mut app, RecordingEvent::Begun("b.rec".to_owned()));
        assert_eq!(app.recording(), LogStatus::On);
        // A failure after stopping is not kept.
        assert!(app.record_command(Now::default(), "off").is_ok());
        report(&mut app, RecordingEvent::Failed("b.rec: the disk is full.".to_owned()));
        assert_eq!(app.recording(), LogStatus::Off);
    }

    #[test]
    fn words_that_are_no_file_name_start_nothing() {
        let mut app = App::new(Settings::default());
        for (word, sentence) in
            [("on", "Usage: /record FILE"), ("-", "A recording cannot be written to standard output; name a file.")]
        {
            assert_eq!(app.record_command(Now::default(), word), Err(sentence.to_owned()));
            assert_eq!(app.recording(), LogStatus::Off);
        }
        assert!(app.record_command(Now::default(), "./on").is_ok());
    }
}

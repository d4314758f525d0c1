//! Tests of the recording item on the status line.

use super::*;
use crate::app::RecordingEvent;

#[test]
fn the_status_shows_whether_a_recording_runs_or_failed() {
    let mut stage = Stage::new(80, 6);
    let is_shown = |stage: &mut Stage| stage.lines()[4].contains("  rec  ");
    assert!(!is_shown(&mut stage));
    stage.event(Event::Recording(RecordingEvent::Begun("bug.rec".to_owned())));
    assert!(is_shown(&mut stage));
    stage.event(Event::Recording(RecordingEvent::Failed("bug.rec: the disk is full.".to_owned())));
    assert!(!is_shown(&mut stage));
    let has_failed = |stage: &mut Stage| stage.lines()[4].contains("  not recorded  ");
    assert!(has_failed(&mut stage));
    stage.event(Event::Recording(RecordingEvent::Begun("other.rec".to_owned())));
    assert!(is_shown(&mut stage) && !has_failed(&mut stage));
}

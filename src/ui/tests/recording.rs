//! Whether it records.

use super::*;
use crate::app::RecordingEvent;

#[test]
fn that_it_records_stands_on_the_line_as_long_as_it_does() {
    let mut stage = Stage::new(80, 6);
    let says = |stage: &mut Stage| stage.lines()[4].contains("  rec  ");
    assert!(!says(&mut stage));
    stage.event(Event::Recording(RecordingEvent::Begun("bug.rec".to_owned())));
    assert!(says(&mut stage));
    stage.event(Event::Recording(RecordingEvent::Failed("bug.rec: the disk is full.".to_owned())));
    assert!(!says(&mut stage));
    let has_failed = |stage: &mut Stage| stage.lines()[4].contains("  not recorded  ");
    assert!(has_failed(&mut stage));
    stage.event(Event::Recording(RecordingEvent::Begun("other.rec".to_owned())));
    assert!(says(&mut stage) && !has_failed(&mut stage));
}

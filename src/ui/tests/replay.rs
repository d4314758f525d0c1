//! A recording that is played: where one is on it, at any width.

use super::*;
use crate::app::replay::Replay;
use crate::record::{Entry, Stamp, Tape, What};
use std::sync::Arc;

fn tape() -> Arc<Tape> {
    let what = [
        What::Opening("a-rather-long-name.example.org:12345".to_owned()),
        What::Opened("127.0.0.1:12345".parse().unwrap()),
        What::Nick("somebody-with-a-name".to_owned()),
        What::Received(b"hi\n"[..].into()),
        What::Received(b"there\n"[..].into()),
    ];
    let entry = |(n, what)| Entry::new(Stamp { elapsed: Duration::from_millis(n * 1500), wall: n }, LinkId(0), what);
    Arc::new((0..).zip(what).map(entry).collect())
}

fn stage(columns: u16, replay: Replay) -> Stage {
    let mut stage = Stage::new(columns, 6);
    stage.app = App::new(Options::default());
    let _ = stage.app.play(stage.now, replay);
    stage.event(Event::Due);
    stage
}

/// Status line and input line.
fn below(stage: &mut Stage) -> [String; 2] {
    let lines = stage.lines();
    [lines[lines.len() - 2].trim().to_owned(), lines[lines.len() - 1].clone()]
}

#[test]
fn where_one_is_stands_there_at_any_width_and_gives_way_last() {
    for columns in 20..=140 {
        let mut paused = stage(columns, Replay::new(tape()).at_rest());
        let [status, input] = below(&mut paused);
        assert!(status.starts_with('‖'), "{columns}: {status}");
        assert!(input.starts_with("› Space plays"), "{columns}: {input}");
        assert_eq!(status.contains("paused"), columns >= 27, "{columns}: {status}");
        assert!(status.contains("0:00.000 of 0:06"), "{columns}: {status}");
        paused.event(Event::Type(']'));
        paused.event(Event::Type(' '));
        paused.later(1);
        let [status, input] = below(&mut paused);
        assert!(status.starts_with('▶'), "{columns}: {status}");
        assert!(input.starts_with("› Space rests"), "{columns}: {input}");
        assert!(status.contains("×2"), "{columns}: {status}");
        paused.later(60);
        let [status, input] = below(&mut paused);
        assert!(status.starts_with('■'), "{columns}: {status}");
        assert!(columns < 21 || input.starts_with("› Space begins again"), "{columns}: {input}");
    }
}

#[test]
fn a_question_mark_and_a_command_open_the_keys() {
    let mut stage = stage(80, Replay::new(tape()).at_rest());
    stage.event(Event::Type('?'));
    assert!(stage.lines()[0].contains("While a recording is played"), "{:#?}", stage.lines());
    stage.event(Event::Act(Action::Cancel));
    "/help".chars().for_each(|c| stage.event(Event::Type(c)));
    stage.event(Event::Act(Action::Submit));
    assert!(stage.lines()[0].contains("While a recording is played"), "{:#?}", stage.lines());
    stage.event(Event::Act(Action::Cancel));
    stage.event(Event::Type('x'));
    assert!(below(&mut stage)[0].starts_with("This is a recording"));
}

#[test]
fn that_it_records_stands_on_the_line() {
    let mut stage = Stage::new(80, 6);
    assert!(!below(&mut stage)[0].contains("  rec  "));
    stage.event(Event::Recording(crate::app::RecordNews::Begun("bug.rec".to_owned())));
    assert!(below(&mut stage)[0].contains("  rec  "));
}

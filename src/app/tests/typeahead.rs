//! Text typed while a question is open, or before it could be read.

use super::*;
use crate::app::TabMove;

/// Types keys at one moment and returns their link effects. `\r` is Enter.
fn types(driver: &mut Driver, text: &str) -> Vec<Effect> {
    let key = |c| if c == '\r' { Event::Action(Action::Submit) } else { Event::Char(c) };
    text.chars().flat_map(|c| driver.app.update(driver.now, key(c)).effects).filter(is_link).collect()
}

fn is_link(effect: &Effect) -> bool {
    matches!(effect, Effect::Link(..) | Effect::Quit)
}

fn acts(driver: &mut Driver, action: Action) -> Vec<Effect> {
    driver.app.update(driver.now, Event::Action(action)).effects.into_iter().filter(is_link).collect()
}

fn pastes(driver: &mut Driver, text: &str) {
    let _ = driver.app.update(driver.now, Event::Paste(text.to_owned()));
}

fn reads(driver: &mut Driver) {
    driver.now.elapsed += MIN_READING_TIME;
}

#[test]
fn text_in_a_preview_waits_and_is_typed_when_it_closes() {
    for (action, draft) in [
        (Action::Cancel, "draft ye s"),
        (Action::PreviewEdit, "draft one\ntwoye s"),
        (Action::PreviewJoin, "draft one twoye s"),
    ] {
        let mut driver = Driver::connected();
        types(&mut driver, "draft ");
        pastes(&mut driver, "one\ntwo");
        types(&mut driver, "ye");
        reads(&mut driver);
        assert_eq!(types(&mut driver, " s"), []);
        assert_eq!(driver.draft(), "draft ");
        assert!(
            driver.app.status_message().unwrap().starts_with("Typed text waits"),
            "{:?}",
            driver.app.status_message()
        );
        assert_eq!(acts(&mut driver, action), []);
        assert_eq!((driver.draft(), driver.app.mode()), (draft, Mode::Input), "{action:?}");
    }
}

#[test]
fn text_after_a_pasted_line_ending_is_its_own_line() {
    for (action, draft) in [(Action::PreviewEdit, "one\ntwo\nbye\nok"), (Action::PreviewJoin, "one two bye\nok")] {
        let mut driver = Driver::connected();
        pastes(&mut driver, "one\ntwo\n");
        assert_eq!(types(&mut driver, "bye\rok\r"), []);
        assert_eq!(acts(&mut driver, action), [], "nothing leaves before it was looked at");
        assert_eq!(driver.draft(), draft);
    }
}

#[test]
fn lines_typed_ahead_of_a_refused_paste_are_entered() {
    let mut driver = Driver::connected();
    pastes(&mut driver, "one\ntwo\n");
    reads(&mut driver);
    assert_eq!(types(&mut driver, "hello\rbye\ran"), []);
    assert_eq!(acts(&mut driver, Action::Cancel), [sends(b"hello\n"), sends(b"bye\n")].concat());
    assert_eq!(driver.draft(), "an");
}

#[test]
fn enter_after_text_answers_only_after_a_choice() {
    let mut driver = Driver::connected();
    pastes(&mut driver, "one\ntwo");
    types(&mut driver, "x");
    reads(&mut driver);
    types(&mut driver, "\r");
    assert!(matches!(driver.app.mode(), Mode::SendPreview { .. }));
    acts(&mut driver, Action::Complete);
    types(&mut driver, "y\r");
    assert!(matches!(driver.app.mode(), Mode::SendPreview { .. }), "typing went on");
    acts(&mut driver, Action::CompleteBack);
    types(&mut driver, "\r");
    assert_eq!((driver.draft(), driver.app.mode()), ("one\ntwox\ny", Mode::Input));
}

#[test]
fn editing_keys_wait_with_the_text() {
    let mut driver = Driver::connected();
    types(&mut driver, "a");
    pastes(&mut driver, "one\ntwo");
    acts(&mut driver, Action::Edit(Edit::DeleteBack));
    types(&mut driver, "bx");
    acts(&mut driver, Action::Edit(Edit::DeleteBack));
    types(&mut driver, "c");
    acts(&mut driver, Action::Cancel);
    assert_eq!(driver.draft(), "abc");
}

#[test]
fn a_paste_after_waiting_text_waits_too() {
    let mut driver = Driver::connected();
    pastes(&mut driver, "one\ntwo");
    types(&mut driver, "x");
    pastes(&mut driver, "three\nfour");
    types(&mut driver, "y");
    acts(&mut driver, Action::PreviewEdit);
    assert_eq!(driver.draft(), "one\ntwox");
    assert_eq!(driver.app.preview().unwrap().text_from(0).unwrap(), "three\nfour");
    acts(&mut driver, Action::PreviewEdit);
    assert_eq!(driver.draft(), "one\ntwoxthree\nfoury");
}

#[test]
fn a_paste_during_a_file_preview_is_kept() {
    let mut driver = Driver::connected();
    driver.enter("/send x");
    driver.event(Event::FileRead { path: "x".into(), result: Ok(b"one\ntwo\n".to_vec()) });
    pastes(&mut driver, "pasted");
    assert_eq!(driver.draft(), "");
    acts(&mut driver, Action::Cancel);
    assert_eq!(driver.draft(), "pasted");
}

#[test]
fn text_typed_too_early_is_no_answer() {
    for (question, answers) in
        [("/eof\r", ["yes", "no", "\r"]), ("\u{4}", ["q", "huh", "\r"]), ("\u{3}", ["y", "n", "\r"])]
    {
        for answer in answers {
            let mut driver = Driver::connected();
            match question {
                "\u{4}" => acts(&mut driver, Action::EndOfInput),
                "\u{3}" => acts(&mut driver, Action::QuitOrClear),
                line => types(&mut driver, line),
            };
            let asked = driver.app.mode();
            driver.now.elapsed += MIN_READING_TIME.checked_sub(Duration::from_millis(1)).unwrap();
            assert_eq!(types(&mut driver, answer), [], "{question:?} {answer:?}");
            assert_eq!(driver.app.mode(), asked);
            // Text appended later is no answer either.
            reads(&mut driver);
            let text = answer.trim();
            let expected = if text.is_empty() { String::new() } else { format!("{text}y") };
            if !text.is_empty() {
                assert_eq!(types(&mut driver, "y"), []);
            }
            assert_eq!(driver.app.mode(), asked);
            assert_eq!(acts(&mut driver, Action::Cancel), []);
            assert_eq!((driver.draft(), driver.app.mode()), (&*expected, Mode::Input));
        }
    }
}

#[test]
fn lines_typed_too_early_are_entered_whole() {
    let mut driver = Driver::connected();
    assert_eq!(types(&mut driver, "/eof\rhello\rno way\r"), []);
    assert_eq!(acts(&mut driver, Action::HistoryPrevMatching), [], "keys for the draft are no answer");
    assert_eq!(driver.app.mode(), Mode::ConfirmEof);
    assert_eq!(acts(&mut driver, Action::Cancel), [sends(b"hello\n"), sends(b"no way\n")].concat());
}

#[test]
fn typed_ahead_text_waits_for_each_question_it_opens() {
    let mut driver = Driver::connected();
    pastes(&mut driver, "one\ntwo");
    types(&mut driver, "/eof\ry\rbye\r");
    assert_eq!(acts(&mut driver, Action::Cancel), []);
    assert_eq!(driver.app.mode(), Mode::ConfirmEof);
    reads(&mut driver);
    assert_eq!(acts(&mut driver, Action::Cancel), [sends(b"y\n"), sends(b"bye\n")].concat());
}

#[test]
fn non_text_keys_answer_at_once() {
    let mut driver = Driver::connected();
    acts(&mut driver, Action::QuitOrClear);
    assert_eq!(acts(&mut driver, Action::QuitOrClear), [Effect::Quit]);
    let mut driver = Driver::connected();
    pastes(&mut driver, "one\ntwo");
    assert_eq!(acts(&mut driver, Action::PreviewSend), sends(b"one\n"));
}

#[test]
fn text_waits_until_the_lines_before_it_are_sent() {
    let mut driver = Driver::connected();
    pastes(&mut driver, "1\n2\n");
    types(&mut driver, "3\r4\r");
    assert_eq!(acts(&mut driver, Action::PreviewSend), sends(b"1\n"));
    let sent = driver.after(Duration::from_secs(1));
    assert_eq!(
        sent.into_iter().filter(is_link).collect::<Vec<_>>(),
        [sends(b"2\n"), sends(b"3\n"), sends(b"4\n")].concat()
    );
}

#[test]
fn a_letter_that_began_a_line_is_typed_with_the_line() {
    let mut driver = Driver::connected();
    acts(&mut driver, Action::EndOfInput);
    assert_eq!(driver.app.mode(), Mode::ConfirmEofOrQuit);
    // The letter alone would half-close.
    reads(&mut driver);
    types(&mut driver, "Hello");
    acts(&mut driver, Action::Cancel);
    assert_eq!(driver.draft(), "Hello");
}

#[test]
fn waiting_text_stays_with_its_tab() {
    let mut driver = Driver::connected();
    driver.enter("/connect :4000");
    acts(&mut driver, Action::Tab(TabMove::To(1)));
    pastes(&mut driver, "1\n2\n");
    types(&mut driver, "for one");
    acts(&mut driver, Action::PreviewSend);
    acts(&mut driver, Action::Tab(TabMove::To(2)));
    driver.after(Duration::from_secs(1));
    assert_eq!(driver.draft(), "");
    acts(&mut driver, Action::Tab(TabMove::To(1)));
    assert_eq!(driver.draft(), "for one");
}

#[test]
fn a_hidden_line_typed_ahead_stays_hidden() {
    let mut driver = Driver::connected();
    pastes(&mut driver, "one\ntwo");
    assert_eq!(types(&mut driver, "/secret\rhunter2\rand on"), []);
    let effects = acts(&mut driver, Action::Cancel);
    let secrets = effects.iter().filter_map(|effect| match effect {
        Effect::Link(_, LinkCommand::SendSecret(bytes)) => Some(bytes.as_slice()),
        _ => None,
    });
    assert_eq!(secrets.collect::<Vec<_>>(), [b"hunter2\n"]);
    assert_eq!((driver.draft(), driver.app.mode()), ("and on", Mode::Input));
    let shown: Vec<_> = driver.app.tab().transcript().rows().map(|row| row.bytes.to_vec()).collect();
    assert!(!shown.iter().any(|row| row.windows(7).any(|part| part == b"hunter2")), "{shown:?}");
    assert!(!driver.kept.iter().any(|entry| format!("{entry:?}").contains("hunter2")), "{:?}", driver.kept);
}

//! Copy mode, links, saving and plain text mode.

use super::*;

#[test]
fn a_fold_is_copied_as_all_its_rows() {
    let mut driver = Driver::connected();
    driver.app.tab_mut().clear();
    driver.receive(b"a\n\n\n\n\nb\n");
    driver.act(Action::CopyMode);
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard("\n\n\n".into())]);
    driver.act(Action::CopyMode);
    driver.act(Action::HistoryPrevMatching);
    driver.type_text("z");
    assert_eq!(driver.page(), ["a", "", "", "", "", "b"]);
    assert_eq!(driver.act(Action::Submit), []);
    assert_eq!(driver.status_message(), "There is nothing to copy in this row.");
}

#[test]
fn rows_are_copied_as_they_are_shown() {
    let mut driver = Driver::connected();
    driver.app.tab_mut().clear();
    driver.receive("one\r\ntwo \x07\r\nthrée\r\n".as_bytes());
    driver.act(Action::CopyMode);
    assert_eq!(driver.act(Action::CopyMode), [Effect::CopyToClipboard("thrée".into())]);
    driver.act(Action::CopyMode);
    driver.type_text(" ");
    driver.act(Action::HistoryPrevMatching);
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard("one\ntwo ^G\nthrée".into())]);
    assert_eq!(driver.app.mode(), Mode::Input);
    driver.enter("/view escaped");
    driver.act(Action::CopyMode);
    assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard(r"thrée\r\n".into())]);
    driver.enter("/view hex");
    driver.act(Action::CopyMode);
    assert_eq!(
        driver.act(Action::Submit),
        [Effect::CopyToClipboard("00000c  74 68 72 c3 a9 65 0d 0a  thr..e..".into())]
    );
}

#[test]
fn a_long_line_is_copied_up_to_the_clipboard_limit() {
    let mut driver = Driver::connected();
    driver.receive("y".repeat(70_000).as_bytes());
    driver.act(Action::CopyMode);
    assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard("y".repeat(70_000))]);
    driver.receive("y".repeat(70_000).as_bytes());
    driver.act(Action::CopyMode);
    assert_eq!(driver.act(Action::Submit), []);
    assert!(driver.status_message().starts_with("Not copied: more than"), "{}", driver.status_message());
}

#[test]
fn links_are_copied_from_a_row_and_the_link_page() {
    let mut driver = Driver::connected();
    driver.enter("/links");
    assert!(driver.last().starts_with("Error No links found"), "{}", driver.last());
    driver.act(Action::QuitOrClear);
    driver.receive(b"see http://a.example/1 and http://a.example/2.\nor http://b.example\nnone\n");
    driver.act(Action::CopyMode);
    driver.act(Action::HistoryPrevMatching);
    driver.act(Action::HistoryPrevMatching);
    let copies = |driver: &mut Driver| driver.event(Event::Char('l'));
    assert_eq!(copies(&mut driver), [Effect::CopyToClipboard("http://a.example/1".into())]);
    assert_eq!(copies(&mut driver), [Effect::CopyToClipboard("http://a.example/2".into())]);
    driver.act(Action::Cancel);
    driver.enter("/links");
    let urls: Vec<_> = driver.app.links().iter().map(|found| found.url.as_str()).collect();
    assert_eq!(urls, ["http://b.example", "http://a.example/2", "http://a.example/1"]);
    driver.act(Action::HistoryNextMatching);
    assert_eq!(driver.act(Action::Submit), [Effect::CopyToClipboard("http://a.example/2".into())]);
}

#[test]
fn typing_in_copy_mode_goes_to_the_draft() {
    let mut driver = Driver::numbered(3);
    driver.act(Action::CopyMode);
    driver.type_text("hello");
    assert_eq!((driver.draft(), driver.app.mode()), ("hello", Mode::Input));
}

#[test]
fn plain_text_mode_frees_the_mouse_and_any_key_leaves() {
    let mut driver = Driver::numbered(30);
    assert_eq!(driver.act(Action::ToggleMouse), [Effect::Mouse(MouseCapture::On)]);
    assert_eq!(driver.act(Action::PlainTextMode), [Effect::Mouse(MouseCapture::Off)]);
    driver.act(Action::Scroll(Motion::PageUp));
    assert_eq!(driver.app.mode(), Mode::PlainText);
    assert_eq!(driver.event(Event::Char('x')), [Effect::Mouse(MouseCapture::On)]);
    assert_eq!((driver.app.mode(), driver.draft()), (Mode::Input, "x"), "a letter is typed");
}

#[test]
fn messages_are_saved_in_chunks_in_three_formats() {
    let mut driver = Driver::connected();
    driver.receive(b"one\r\nt\x07wo\n");
    driver.receive("z".repeat(100_000).as_bytes());
    driver.receive(b"\n");
    let mut saved = |command: &str| {
        let effects = driver.enter(command);
        let [Effect::Export(ExportStep::Create(path))] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(path, "out file");
        let (mut text, mut is_finished) = (String::new(), false);
        for effect in driver.settle() {
            match effect {
                Effect::Export(ExportStep::Write(bytes)) => text.push_str(&String::from_utf8(bytes).unwrap()),
                Effect::Export(ExportStep::Finish) => is_finished = true,
                effect => panic!("{effect:?}"),
            }
        }
        assert!(is_finished);
        driver.event(Event::ExportFinished { path: "out file".into(), result: Ok(0) });
        text
    };
    let text = saved("/save out file");
    assert!(text.contains("1970-01-01 00:00:01.000 < one\n1970-01-01 00:00:01.000 < t^Gwo\n"), "{text}");
    assert_eq!(text.lines().count(), 4, "a line that was cut is one again");
    assert!(saved("/save escaped out file").contains(r"< t\x07wo\n"));
    assert!(
        saved("/save jsonl out file").lines().all(|line| line.starts_with(r#"{"time":"1970-01-01T00:00:01.000","#))
    );
    driver.event(Event::ExportFinished { path: "out".into(), result: Ok(1234) });
    assert_eq!(driver.last(), "Notice Saved 1,234 bytes to out. Complete");
    driver.enter("/save jsonl");
    assert!(driver.last().starts_with("Error Usage: /save"), "{}", driver.last());
    driver.act(Action::QuitOrClear);
    driver.enter("/save");
    assert!(driver.last().starts_with("Error Usage: /save"), "{}", driver.last());
}

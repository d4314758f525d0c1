//! Input history with Enter, Ctrl-C and the arrows.

use super::*;

fn remembered(server: &str, line: &str) -> HistoryEntry {
    HistoryEntry { server: server.into(), line: line.into() }
}

const HERE: &str = "127.0.0.1:12345";

#[test]
fn a_stashed_draft_returns_after_a_recalled_line() {
    let mut driver = Driver::connected();
    driver.enter("one");
    driver.event(Event::Paste("important draft".into()));
    driver.act(Action::HistoryPrev);
    assert_eq!(driver.draft(), "one");
    assert_eq!(driver.act(Action::Submit), sends(b"one\n"));
    assert_eq!(driver.draft(), "important draft");
    driver.act(Action::Submit);
    assert_eq!(driver.draft(), "");
}

#[test]
fn up_recalls_lines_with_the_text_before_the_cursor() {
    let mut driver = Driver::connected();
    for line in ["make all", "list", "make test"] {
        driver.enter(line);
    }
    driver.event(Event::Paste("make".into()));
    for (action, draft) in [
        (Action::HistoryPrevMatching, "make test"),
        (Action::HistoryPrevMatching, "make all"),
        (Action::HistoryPrevMatching, "make all"),
        (Action::HistoryNextMatching, "make test"),
        (Action::HistoryNextMatching, "make"),
    ] {
        driver.act(action);
        assert_eq!(driver.draft(), draft);
    }
    driver.act(Action::HistoryPrevMatching);
    driver.act(Action::Submit);
    assert_eq!(driver.draft(), "", "what served to find a line has served");
    driver.event(Event::Paste("nowhere".into()));
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "nowhere");
    assert_eq!(driver.app.status_message(), Some("Nothing in the history begins with \"nowhere\"."));
    driver.act(Action::Edit(Edit::Start));
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "make test");
    driver.act(Action::Submit);
    assert_eq!(driver.draft(), "nowhere", "a draft is none of that");
}

#[test]
fn up_recalls_one_servers_lines_and_ctrl_up_all() {
    let mut driver = Driver::connected();
    driver.enter("here");
    driver.event(Event::HistoryLoaded(vec![remembered(HERE, "before"), remembered("there:1", "elsewhere")]));
    driver.act(Action::HistoryPrevMatching);
    driver.act(Action::HistoryPrevMatching);
    assert_eq!(driver.draft(), "before");
    driver.act(Action::HistoryNextAllServers);
    assert_eq!(driver.draft(), "elsewhere");
    driver.act(Action::HistoryNextMatching);
    assert_eq!(driver.draft(), "here");
    assert_eq!(driver.app.history().servers(), [HERE, "there:1"]);
}

#[test]
fn entries_are_stored_with_their_server() {
    let mut driver = Driver::connected();
    driver.enter("hello");
    driver.enter("hello");
    driver.event(Event::Paste("no".into()));
    driver.act(Action::QuitOrClear);
    driver.enter("/secret hunter2");
    driver.act(Action::Submit);
    driver.enter("/connect there:1");
    let lines = ["hello", "/connect there:1"].map(|line| remembered(HERE, line));
    assert_eq!(driver.kept, lines);
    driver.act(Action::HistoryPrevAllServers);
    driver.act(Action::HistoryPrevAllServers);
    assert_eq!(driver.draft(), "no", "what was cleared is kept for this session");
    driver.act(Action::Submit);
    assert_eq!(driver.kept.len(), 2, "a line that could not be sent has not been entered");
}

#[test]
fn commands_are_stored_too() {
    let mut driver = Driver::connected();
    assert_eq!(driver.enter("/quit"), [Effect::Quit]);
    assert_eq!(driver.kept, [remembered(HERE, "/quit")]);
}

#[test]
fn a_storage_warning_is_shown() {
    let mut driver = Driver::connected();
    driver.event(Event::StorageWarning("The disk is full.".into()));
    assert_eq!(driver.last(), "Notice The disk is full. Complete");
}

//! Where one is on a recording, and what its keys are: at any width, and in the help page.

use super::{MS, folder};
use crate::support::memory::Memory;
use crate::support::{Session, Shown, local};
use crossterm::event::KeyCode;
use tempfile::TempDir;
use tokio::time::sleep;

/// The example of the format: a read, a line that is sent, and the end after four seconds.
fn example() -> (TempDir, Session) {
    let (folder, path) = folder();
    std::fs::write(&path, include_str!("../../assets/example.rec")).unwrap();
    (folder, Session::replaying(Memory::new(&[]).0, &path))
}

/// Status line and input line.
fn below(shown: &Shown) -> [String; 2] {
    let lines = shown.lines();
    [lines[lines.len() - 2].trim().to_owned(), lines[lines.len() - 1].clone()]
}

/// The two at every width that there is room for anything in.
async fn at_any_width(session: &Session) -> Vec<(u16, [String; 2])> {
    let mut all = Vec::new();
    for columns in 20..=140 {
        session.resize(columns, 6);
        sleep(20 * MS).await;
        all.push((columns, below(&session.shown())));
    }
    all
}

#[tokio::test(start_paused = true)]
async fn where_one_is_stands_there_at_any_width_and_gives_way_last() {
    local(async {
        let (_folder, mut session) = example();
        session.type_text(".");
        session.sees("\u{2016}").await;
        for (columns, [status, input]) in at_any_width(&session).await {
            assert!(status.starts_with("\u{2016} 0:00.500 of 0:04"), "{columns}: {status}");
            assert!(input.starts_with("\u{203a} Space plays"), "{columns}: {input}");
            assert_eq!(status.contains("paused"), columns >= 27, "{columns}: {status}");
        }
        // As slow as it gets: it does not come to its end meanwhile.
        session.type_text("[[[[ ");
        session.sees("\u{25b6}").await;
        for (columns, [status, input]) in at_any_width(&session).await {
            assert!(status.starts_with("\u{25b6} 0:00 of 0:04"), "{columns}: {status}");
            assert!(input.starts_with("\u{203a} Space pauses"), "{columns}: {input}");
            assert_eq!(status.contains("×1/16"), columns >= 22, "{columns}: {status}");
        }
        session.say("100%");
        session.sees("\u{25a0}").await;
        for (columns, [status, input]) in at_any_width(&session).await {
            assert!(status.starts_with("\u{25a0} 0:04 of 0:04"), "{columns}: {status}");
            assert!(columns < 21 || input.starts_with("\u{203a} Space restarts"), "{columns}: {input}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_question_mark_and_the_command_open_the_help_at_its_keys() {
    local(async {
        let (_folder, mut session) = example();
        let is_help = |shown: &Shown| shown.line(0).contains("During playback");
        session.type_text("?");
        session.until("the keys first".to_owned(), is_help).await;
        session.key(KeyCode::Esc);
        session.sees("0:00.000").await;
        session.say("/help");
        session.until("the keys first".to_owned(), is_help).await;
        session.key(KeyCode::Esc);
        session.sees("0:00.000").await;
        session.type_text("x");
        session.sees("This is a recording").await;
    })
    .await;
}

//! Tab in the real loop: a folder that is looked into beside it.

use crate::support::memory::Memory;
use crate::support::{Session, local};
use crossterm::event::KeyCode;
use netchat_tui::tui::Exit;
use std::fs;

#[tokio::test(start_paused = true)]
async fn a_file_is_completed_folder_by_folder() {
    let folder = std::env::temp_dir().join(format!("netchat-completion-{}", std::process::id()));
    fs::create_dir_all(folder.join("deeper/inside")).unwrap();
    fs::write(folder.join("deeper/notes one.txt"), "").unwrap();
    fs::write(folder.join("deeper/notes two.txt"), "").unwrap();
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::start(network, "127.0.0.1:12345");
        let _peer = accepted.recv().await.unwrap();
        session.sees("Connected").await;
        session.type_text(&format!("/save {}/de", folder.display()));
        session.key(KeyCode::Tab);
        session.sees("/deeper/").await;
        session.key(KeyCode::Tab);
        session.sees("│ inside/").await;
        session.key(KeyCode::Esc);
        session.type_text("no");
        session.key(KeyCode::Tab);
        session.sees("/deeper/notes one.txt").await;
        session.key(KeyCode::BackTab);
        session.sees("/deeper/notes two.txt").await;
        session.key(KeyCode::Enter);
        session.sees("notes two.txt already exists").await;
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
    fs::remove_dir_all(&folder).unwrap();
}

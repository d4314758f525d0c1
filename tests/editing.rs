//! The real loop while an editor has the terminal: the network is read, the screen and the keys are left alone.

use crate::support::memory::Memory;
use crate::support::{Session, local};
use crossterm::event::KeyCode;
use netchat_tui::tui::Exit;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::spawn_blocking;

/// Two pipes between a test and its editor: one says that it runs, the other that it may end.
struct Pipes(tempfile::TempDir);

impl Pipes {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["runs", "ends"] {
            assert!(std::process::Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap().success());
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// An editor that ends on request.
    fn editor(&self) -> String {
        let (runs, ends) = (self.path("runs"), self.path("ends"));
        format!("sh -c 'echo $1 >{}; read line <{}; printf changed >$1' --", runs.display(), ends.display())
    }

    /// Waits until it runs. The file it was given.
    async fn runs(&self) -> String {
        let path = self.path("runs");
        spawn_blocking(|| std::fs::read_to_string(path)).await.unwrap().unwrap().trim_end().to_owned()
    }

    /// Lets it end.
    async fn end(&self) {
        let path = self.path("ends");
        spawn_blocking(|| std::fs::write(path, "go\n")).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_network_goes_on_while_the_editor_has_the_terminal() {
    local(async {
        let (pipes, (network, mut accepted)) = (Pipes::new(), Memory::new(&[]));
        let mut session = Session::editing(network, "127.0.0.1:12345", &pipes.editor(), "a draft");
        let mut peer = accepted.recv().await.unwrap();
        let file = pipes.runs().await;
        assert_eq!(std::fs::read(&file).unwrap(), b"a draft\n");
        let frames = session.shown().frames;
        // More than the pipe between them holds: it is written when it has been read.
        peer.write_all(&b"a line meanwhile\n".repeat(20_000)).await.unwrap();
        peer.write_all(b"the last one\n").await.unwrap();
        session.say("typed meanwhile");
        assert_eq!(session.shown().frames, frames, "nothing is drawn over the editor");
        pipes.end().await;
        session.sees("‹ the last one").await;
        // The keys were left alone, and now they are ours again.
        let mut got = [0; 23];
        peer.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"changedtyped meanwhile\n");
        assert!(!Path::new(&file).exists());
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_goes_meanwhile_is_told_of_afterwards() {
    local(async {
        let (pipes, (network, mut accepted)) = (Pipes::new(), Memory::new(&[]));
        let mut session = Session::editing(network, "127.0.0.1:12345", &pipes.editor(), "a draft");
        let peer = accepted.recv().await.unwrap();
        pipes.runs().await;
        drop(peer);
        pipes.end().await;
        session.sees("The server closed the connection").await;
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

#[tokio::test]
async fn without_an_editor_the_terminal_comes_back_at_once() {
    local(async {
        let (network, mut accepted) = Memory::new(&[]);
        let mut session = Session::editing(network, "127.0.0.1:12345", "/no/editor/here", "a draft");
        let mut peer = accepted.recv().await.unwrap();
        session.sees("Connected").await;
        session.say("hello");
        peer.read_exact(&mut [0; 6]).await.unwrap();
        session.key(KeyCode::Esc);
        assert_eq!(session.quit().await, Exit::Quit);
    })
    .await;
}

//! The built program in tmux: a terminal that many people sit in, and an emulator with opinions of its own.

use super::lab::has_peer;
use super::terminal::StateHome;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// A tmux server of its own, ended with the test.
pub(crate) struct Tmux {
    socket: String,
    state: StateHome,
}

impl Tmux {
    /// Starts a program in it. `None` where there is no tmux; that has been said then.
    pub(crate) fn start(command: &[&str], (columns, lines): (u16, u16)) -> Option<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        if !has_peer("tmux") {
            return None;
        }
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let tmux = Self { socket: format!("netchat-tui-test-{}-{count}", std::process::id()), state: StateHome::new() };
        let size = ["-x".to_owned(), columns.to_string(), "-y".to_owned(), lines.to_string()];
        let mut start = tmux.command();
        start.args(["-f", "/dev/null", "new-session", "-d"]).args(size).args(command);
        assert!(start.status().unwrap().success(), "tmux starts");
        Some(tmux)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("tmux");
        // UTF-8 whatever the test's own locale; nothing of a tmux that the test may run in.
        command.args(["-u", "-L", &self.socket]).env("LC_ALL", "C.UTF-8").env_remove("TMUX").env_remove("NO_COLOR");
        command.env("XDG_STATE_HOME", self.state.path()).env("XDG_CONFIG_HOME", self.state.path());
        super::settings_of_the_tester().for_each(|name| {
            command.env_remove(name);
        });
        command
    }

    /// Presses a key, by tmux's name for it.
    pub(crate) fn key(&self, name: &str) {
        assert!(self.command().args(["send-keys", name]).status().unwrap().success());
    }

    /// The lines of its screen.
    pub(crate) fn lines(&self) -> Vec<String> {
        let output = self.command().args(["capture-pane", "-p"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim_end().to_owned()).collect()
    }

    /// Waits until the screen is as wanted and gives its lines.
    #[track_caller]
    pub(crate) fn until(&self, wanted: &str, is_so: impl Fn(&[String]) -> bool) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let lines = self.lines();
            if is_so(&lines) {
                return lines;
            }
            assert!(Instant::now() < deadline, "waited for {wanted}; the screen:\n{}", lines.join("\n"));
            // tmux has no way to say that something has changed.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[track_caller]
    pub(crate) fn sees(&self, words: &str) -> Vec<String> {
        self.until(words, |lines| lines.iter().any(|line| line.contains(words)))
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = self.command().arg("kill-server").output();
    }
}

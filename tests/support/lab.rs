//! The lab's servers as real processes, and peers that may be missing.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server of `assets/lab`, ended with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    /// Starts it on a free port and waits until it listens.
    pub(crate) fn start(script: &str) -> Self {
        let mut child = Command::new("python3")
            .arg("-u")
            .arg(lab_file(script))
            .arg("0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 runs");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next().expect("the server says where it listens").unwrap();
            if let Some(port) = line.strip_prefix("Listening on 127.0.0.1:") {
                break port.parse().unwrap();
            }
        };
        // The server logs to the pipe: somebody has to read on, or it dies of it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Ends it as a student does who closes the window.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn lab_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lab").join(name)
}

/// Whether a program is installed. Where it is not, the test says loudly that it was not run; in CI that is a failure.
pub(crate) fn has_peer(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).any(|dir| dir.join(program).is_file());
    if !found {
        let required = std::env::var_os("NETCHAT_TUI_REQUIRE_PEERS").is_some();
        assert!(!required, "{program} is not installed, and NETCHAT_TUI_REQUIRE_PEERS says it has to be");
        eprintln!("\n*** NOT RUN: this test needs {program}, which is not installed ***\n");
    }
    found
}

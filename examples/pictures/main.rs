//! Takes the pictures in `assets/pictures`: real servers, real peers, the built program in a pty, and its screen as SVG.
//!
//! ```sh
//! cargo run --release --example pictures            # all of them, in a minute or so
//! cargo run --release --example pictures -- text    # only those whose name begins so
//! ```
//!
//! ```text
//!   scenes ──► lab: servers and those who talk
//!     │
//!     └──────► terminal: the program, its keys, its screen ──► svg ◄── colour
//! ```
//!
//! A picture changes from run to run in its times, and in nicknames that the chat gives; in nothing else, unless the
//! program does.

#![expect(clippy::unwrap_used, reason = "a tool for us may fail like a test")]
#![expect(clippy::print_stdout, reason = "it says what it has written")]

mod colour;
mod lab;
mod scenes;
mod svg;
mod terminal;

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let program = built_program()?;
    let album = Album { directory: Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures"), wanted };
    std::fs::create_dir_all(&album.directory)?;
    scenes::take_all(&program, &album)
}

/// Where the pictures go, and which are wanted.
struct Album {
    directory: PathBuf,
    /// Beginnings of names; none for all.
    wanted: Vec<String>,
}

impl Album {
    /// Whether any of these pictures is wanted.
    fn wants(&self, names: &[&str]) -> bool {
        let is_wanted = |name: &&str| self.wanted.iter().any(|wanted| name.starts_with(wanted));
        self.wanted.is_empty() || names.iter().any(is_wanted)
    }

    /// Writes a picture, if it is wanted.
    fn keep(&self, name: &str, svg: &str) -> Result<()> {
        if self.wants(&[name]) {
            let path = self.directory.join(format!("{name}.svg"));
            std::fs::write(&path, svg).with_context(|| format!("cannot write {}", path.display()))?;
            println!("{} ({} KB)", path.display(), svg.len().div_ceil(1000));
        }
        Ok(())
    }
}

/// Builds the program as this was built, so that no picture is of the one before, and says where it is.
fn built_program() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    // target/release/examples/pictures
    let profile = own.parent().and_then(Path::parent).context("this is not where Cargo puts an example")?;
    let target = profile.parent().context("there is no target directory")?;
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--locked", "--bin", "netchat-tui", "--target-dir"]).arg(target);
    build.args(profile.ends_with("release").then_some("--release"));
    let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().context("cannot run cargo build")?;
    ensure!(status.success(), "the program does not build");
    Ok(profile.join("netchat-tui").with_extension(std::env::consts::EXE_EXTENSION))
}

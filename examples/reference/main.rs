//! Writes the tables of options, settings, commands and keys in `docs/reference` from the program's own definitions.
//!
//! ```sh
//! cargo run --example reference
//! ```
//!
//! `cargo test` fails when a page differs from the program.

#![expect(clippy::print_stdout, reason = "it lists the files that it writes")]

mod tables;

use anyhow::{Context, Result};
use std::path::Path;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, page) in tables::pages() {
        let path = root.join(name);
        std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{name}");
    }
    Ok(())
}

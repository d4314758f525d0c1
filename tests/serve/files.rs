//! Files: the same bytes come out, whatever they are.

use crate::support::peer::{Peer, Program};
use crate::support::serve::Served;
use std::path::PathBuf;

/// A file of 1 MiB of noise, and what is in it. Every file has a name of its own.
fn noise(name: &str) -> (PathBuf, Vec<u8>) {
    let mut bytes = vec![0; 1 << 20];
    fastrand::Rng::with_seed(12345).fill(&mut bytes);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::write(&path, &bytes).unwrap();
    (path, bytes)
}

/// Any bytes are lines, if lines may be this long.
const NO_LIMITS: [&str; 4] = ["--rate", "none", "--max-line", "1MiB"];

#[tokio::test]
async fn a_binary_file_goes_through_the_relay_from_nc_to_nc() {
    if !Program::Nc.is_here() {
        return;
    }
    let (file, bytes) = noise("relay");
    let server = Served::start(&[&["relay"][..], &NO_LIMITS].concat());
    let mut reader = Peer::start(Program::Nc, server.port);
    server.logs("joined   ");
    let _sender = Peer::with_file(Program::Nc, server.port, &file);
    reader.reads(&bytes).await;
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn echo_returns_a_binary_file_and_ends_at_half_close() {
    let (file, bytes) = noise("echo");
    let server = Served::start(&[&["echo"][..], &NO_LIMITS].concat());
    for program in Program::found_raw() {
        let mut peer = Peer::with_file(program, server.port, &file);
        peer.reads(&bytes).await;
        if program == Program::Nc {
            // Without -N it says nothing of the end of its input, and stays.
            peer.kill();
        } else {
            let (status, rest) = peer.ended().await;
            assert!(status.success() && rest.is_empty(), "{program:?}: {status}, {rest}");
        }
        server.logs("left     ");
    }
    std::fs::remove_file(file).unwrap();
}

//! Clients of our servers that are odd, slow, broken or out for trouble, on raw bytes.
//!
//! In each test others are in the same room, and it is checked that they are served as if nothing were the matter:
//! mostly [`Talk`], two who chat on, or readers that compare every byte.

mod crowd;
mod fair;
mod fakes;
mod lines;
mod pace;
mod reading;
mod stop;
mod talk;

use crate::support::serve::{Client, Served};
use socket2::SockRef;
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use talk::Talk;

/// Breaks a connection off, as a program that crashes or a router that restarts does.
fn resets(client: Client) {
    SockRef::from(&client.stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
}

/// Lets `client` say the same for as long as this is kept, if the server takes it.
struct Flood {
    stream: TcpStream,
    sent: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Flood {
    fn start(client: &Client, words: Vec<u8>) -> Self {
        let (stream, sent) = (client.stream.try_clone().unwrap(), Arc::<AtomicU64>::default());
        let (mut writer, counter) = (client.stream.try_clone().unwrap(), Arc::clone(&sent));
        let thread = std::thread::spawn(move || {
            while writer.write_all(&words).is_ok() {
                counter.fetch_add(words.len() as u64, Ordering::Relaxed);
            }
        });
        Self { stream, sent, thread: Some(thread) }
    }

    /// Bytes that the system has taken so far.
    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        // It may have been closed by the other side.
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Numbered lines of 100 bytes.
fn numbered(numbers: std::ops::Range<usize>) -> Vec<u8> {
    numbers.flat_map(|n| format!("{n:09} {:x>89}\n", "").into_bytes()).collect()
}

/// A connection to a relay that has been let in: others' words reach it from now on.
fn joined(server: &Served) -> Client {
    let client = server.client();
    server.logs(&format!("joined   {} ", client.stream.local_addr().unwrap()));
    client
}

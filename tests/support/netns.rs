//! Two machines in one: network namespaces with a wire between them, gone with the test.

use super::terminal::Terminal;
use portable_pty::CommandBuilder;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Where the server of [`Nets::server`] listens, on both ends' addresses below.
pub(crate) const PORT: &str = "12345";
pub(crate) const FAR: &str = "10.77.0.2";
/// The device at both ends.
pub(crate) const DEVICE: &str = "wire";

/// Of the client's screen: wide enough for the longest sentence.
pub(crate) const COLUMNS: u16 = 160;

/// More than TCP takes to notice that a bad line is good again, or to find out that a peer is gone.
const PATIENCE: Duration = Duration::from_secs(100);

/// Greets, prints what it is sent, and answers it in capitals.
const SERVER: &str = r#"
import socket, sys, threading
def serve(client):
    client.sendall(b"hello\n")
    while data := client.recv(4096):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        client.sendall(data.upper())
server = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"#;

/// Link between the two namespaces.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wire {
    /// A virtual Ethernet cable, which can be pulled.
    Veth,
    /// One that takes its time, in milliseconds, and loses this many of a hundred packets.
    Bad { delay: u32, loss: u32 },
}

/// Two namespaces, in the near one the client, in the far one the server.
pub(crate) struct Nets {
    near: String,
    far: String,
    cable: Option<Running>,
}

impl Nets {
    /// Whether this machine lets us have any; says why not. Privileges are no missing package: nothing demands them.
    pub(crate) fn can_be_had() -> bool {
        let name = format!("netchat-{}", std::process::id());
        let needed: [&[&str]; 4] = [
            &["netns", "add", &name],
            &["-n", &name, "link", "add", "name", DEVICE, "type", "veth"],
            &["-n", &name, "tuntap", "add", "mode", "tun", "name", "tun"],
            &["-n", &name, "address", "add", "fe80::1/64", "dev", DEVICE],
        ];
        let had = needed.into_iter().try_for_each(ip);
        let _ = ip(&["netns", "del", &name]);
        if let Err(why) = &had {
            eprintln!("\n*** NOT RUN: this test needs root, iproute2, veth, tun and IPv6: {why} ***\n");
        }
        had.is_ok()
    }

    pub(crate) fn new(scenario: &str, wire: Wire) -> Self {
        let name = |end: &str| format!("netchat-{}-{scenario}-{end}", std::process::id());
        let mut nets = Self { near: name("near"), far: name("far"), cable: None };
        for end in [&nets.near, &nets.far] {
            ip(&["netns", "add", end]).unwrap();
            ip(&["-n", end, "link", "set", "lo", "up"]).unwrap();
        }
        nets.lay(wire);
        for (end, n) in [(&nets.near, 1), (&nets.far, 2)] {
            ip(&["-n", end, "address", "add", &format!("10.77.0.{n}/24"), "dev", DEVICE]).unwrap();
            ip(&["-n", end, "link", "set", DEVICE, "up"]).unwrap();
            let _ = ip(&["-n", end, "address", "add", &format!("fe80::{n}/64"), "dev", DEVICE, "nodad"]);
        }
        nets
    }

    fn lay(&mut self, wire: Wire) {
        let Self { near, far, .. } = &*self;
        match wire {
            Wire::Veth => {
                let ends = ["name", DEVICE, "type", "veth", "peer", "name", DEVICE, "netns", far];
                ip(&[&["-n", near, "link", "add"], &ends[..]].concat()).unwrap();
            }
            Wire::Bad { delay, loss } => {
                let cable = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/cable.py");
                let (delay, loss) = (delay.to_string(), loss.to_string());
                let cable = ["python3", cable, far, DEVICE, &delay, &loss].map(str::to_owned);
                self.cable = Some(Running::start(near, &cable));
            }
        }
    }

    /// `ip` in the near namespace.
    pub(crate) fn near(&self, arguments: &[&str]) {
        ip(&[&["-n", &self.near], arguments].concat()).unwrap();
    }

    /// Pulls the far end of the wire out, or puts it back.
    pub(crate) fn set_far(&self, state: &str) {
        ip(&["-n", &self.far, "link", "set", DEVICE, state]).unwrap();
    }

    /// The built program, at a terminal in the near namespace.
    pub(crate) fn client(&self, arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new("ip");
        command.args(["netns", "exec", &self.near, env!("CARGO_BIN_EXE_netchat-tui")]);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        Terminal::run(command, (COLUMNS, 30))
    }

    /// The built program between two pipes in the near namespace.
    pub(crate) fn pipe(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.near, env!("CARGO_BIN_EXE_netchat-tui")]).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Sets the ports that connections of the near machine have on their side: `FIRST LAST`.
    pub(crate) fn set_ports_to_call_from(&self, range: &str) {
        let write = format!("echo {range} > /proc/sys/net/ipv4/ip_local_port_range");
        ip(&["netns", "exec", &self.near, "sh", "-c", &write]).unwrap();
    }

    /// The server in the far namespace.
    pub(crate) fn server(&self) -> Running {
        Running::start(&self.far, &["python3", "-u", "-c", SERVER, PORT].map(str::to_owned))
    }
}

impl Drop for Nets {
    fn drop(&mut self) {
        self.cable = None;
        for end in [&self.near, &self.far] {
            // It may never have come about.
            let _ = ip(&["netns", "del", end]);
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ip").args(arguments).output().map_err(|error| format!("ip: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("ip {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}

/// A program in a namespace, and what it printed.
pub(crate) struct Running {
    child: Child,
    printed: Arc<(Mutex<String>, Condvar)>,
}

impl Running {
    /// Starts it and waits until it says `ready`.
    fn start(namespace: &str, program: &[String]) -> Self {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace]).args(program).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let printed = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let sink = Arc::clone(&printed);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count @ 1..) = stdout.read(&mut buffer) {
                sink.0.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
                sink.1.notify_all();
            }
        });
        let running = Self { child, printed };
        running.prints("ready\n");
        running
    }

    /// Waits until it has printed this, all in all and nothing else.
    #[track_caller]
    pub(crate) fn prints(&self, all: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut printed = self.printed.0.lock().unwrap();
        while *printed != all {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited for {all:?}; it printed {printed:?}");
            printed = self.printed.1.wait_timeout(printed, left).unwrap().0;
        }
    }

    /// Returns the output so far.
    pub(crate) fn printed(&self) -> String {
        self.printed.0.lock().unwrap().clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until the screen shows this, for as long as a bad line may take.
#[track_caller]
pub(crate) fn sees_in_the_end(terminal: &Terminal, words: &str) -> String {
    terminal.until_within(PATIENCE, &format!("{words:?}"), |screen| screen.contents().contains(words))
}

//! The servers that the clients talk to: one connection each, in a thread that ends with it.

use crate::marks::{MARK, talk};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// For the client to have painted that it is connected, before the flood comes.
const BEFORE_FLOOD: Duration = Duration::from_millis(700);

/// Lines of [`talking`], and how often: 2,000 a second.
const LINES: u64 = 40;
const BETWEEN_LINES: Duration = Duration::from_millis(20);

/// Does this with the first who connects; the port to connect to.
fn serve(work: impl FnOnce(TcpStream) -> io::Result<()> + Send + 'static) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    // A client that is killed in the middle is no news.
    thread::spawn(move || listener.accept().and_then(|(stream, _)| work(stream)));
    Ok(port)
}

/// Until the client has gone.
fn wait(mut stream: TcpStream) -> io::Result<()> {
    io::copy(&mut stream, &mut io::sink()).map(|_| ())
}

/// Sends all of it as fast as it is taken; tells when it begins.
pub(crate) fn flooding(text: Arc<Vec<u8>>) -> io::Result<(u16, Receiver<Instant>)> {
    let (tell, begun) = channel();
    let port = serve(move |mut stream| {
        sleep(BEFORE_FLOOD);
        // Nobody asks where the client failed before.
        let _ = tell.send(Instant::now());
        stream.write_all(&text)?;
        wait(stream)
    })?;
    Ok((port, begun))
}

/// Greets at once, without a newline.
pub(crate) fn greeting() -> io::Result<u16> {
    serve(|mut stream| {
        stream.write_all(MARK.as_bytes())?;
        wait(stream)
    })
}

/// Sends each read back in capitals.
pub(crate) fn echoing() -> io::Result<u16> {
    serve(|mut stream| {
        stream.set_nodelay(true)?;
        let mut buffer = vec![0; 4096];
        loop {
            let count = stream.read(&mut buffer)?;
            let read = buffer.get(..count).unwrap_or_default();
            if read.is_empty() {
                return Ok(());
            }
            stream.write_all(&read.to_ascii_uppercase())?;
        }
    })
}

/// Sends 2,000 lines a second, and listens to nobody.
pub(crate) fn talking() -> io::Result<u16> {
    serve(|mut stream| {
        stream.set_nodelay(true)?;
        let reading = stream.try_clone()?;
        thread::spawn(move || wait(reading));
        for batch in 0.. {
            stream.write_all(talk(batch * LINES, LINES).as_bytes())?;
            sleep(BETWEEN_LINES);
        }
        Ok(())
    })
}

//! An established connection: reading and writing at once, until one side ends it.

use super::{CLOSE_GRACE, Gone, Reporter};
use crate::link::{LinkCommand, LinkEvent};
use bytes::{Buf, Bytes, BytesMut};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// Bytes asked for in one read: more does not make a flood faster, less does make it slower.
const READ: usize = 64 * 1024;

/// How it ended.
#[derive(Debug)]
pub(super) enum Ended {
    ByPeer,
    /// By a command; the one given has yet to be carried out.
    ByUs(Option<LinkCommand>),
    Read(io::Error),
    Write(io::Error),
}

/// Moves bytes both ways until the connection ends. Generic over the stream so that tests need no socket.
///
/// Reading waits for a place in the event queue first, so that nothing is read that cannot be passed on; every branch
/// of the `select!` can be dropped without losing a byte. Nothing is ever half-closed here: lab servers answer the end
/// of input with a flood of blank lines.
pub(super) async fn drive<S>(
    stream: S,
    commands: &mut mpsc::Receiver<LinkCommand>,
    reporter: &Reporter,
) -> Result<Ended, Gone>
where
    S: AsyncRead + AsyncWrite,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut inbox = BytesMut::new();
    let mut outbox = BytesMut::new();
    loop {
        inbox.reserve(READ);
        tokio::select! { biased;
            command = commands.recv() => match command {
                Some(LinkCommand::Send(bytes)) => outbox.extend_from_slice(&bytes),
                Some(LinkCommand::Close) => return finish(writer, outbox, None).await,
                Some(open) => return finish(writer, outbox, Some(open)).await,
                None => {
                    finish(writer, outbox, None).await?;
                    return Err(Gone);
                }
            },
            written = writer.write(&outbox), if !outbox.is_empty() => match written {
                Ok(0) => return after_failed_write(reader, io::ErrorKind::WriteZero.into(), reporter).await,
                Ok(count) => {
                    outbox.advance(count);
                    reporter.report(LinkEvent::Written(count)).await?;
                }
                Err(error) => return after_failed_write(reader, error, reporter).await,
            },
            read = read(&mut reader, &mut inbox, reporter) => match read? {
                Ok(true) => {}
                Ok(false) => return Ok(Ended::ByPeer),
                Err(error) => return Ok(Ended::Read(error)),
            },
        }
    }
}

/// One read, passed on. `false` at the end of the stream.
async fn read<R>(reader: &mut R, inbox: &mut BytesMut, reporter: &Reporter) -> Result<io::Result<bool>, Gone>
where
    R: AsyncRead + Unpin,
{
    let place = reporter.reserve().await?;
    Ok(match reader.read_buf(inbox).await {
        Ok(0) => Ok(false),
        Ok(_) => {
            place.send((reporter.id, LinkEvent::Received(inbox.split().freeze())));
            Ok(true)
        }
        Err(error) => Err(error),
    })
}

/// Hands over what is queued, for a moment at most, and lets go.
async fn finish<W>(mut writer: W, outbox: BytesMut, next: Option<LinkCommand>) -> Result<Ended, Gone>
where
    W: AsyncWrite + Unpin,
{
    let outbox: Bytes = outbox.freeze();
    // Whether it worked or not, the connection ends here.
    let _ = timeout_at(Instant::now() + CLOSE_GRACE, writer.write_all(&outbox)).await;
    Ok(Ended::ByUs(next))
}

/// A peer that says goodbye and is gone makes our next write fail while its last words still wait to be read.
async fn after_failed_write<R>(mut reader: R, error: io::Error, reporter: &Reporter) -> Result<Ended, Gone>
where
    R: AsyncRead + Unpin,
{
    let deadline = Instant::now() + CLOSE_GRACE;
    let mut inbox = BytesMut::new();
    loop {
        inbox.reserve(READ);
        match timeout_at(deadline, read(&mut reader, &mut inbox, reporter)).await {
            Ok(result) => match result? {
                Ok(true) => {}
                Ok(false) => return Ok(Ended::ByPeer),
                Err(_same_trouble) => return Ok(Ended::Write(error)),
            },
            Err(_elapsed) => return Ok(Ended::Write(error)),
        }
    }
}

#[cfg(test)]
mod tests;

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

/// What has happened and not been told yet: at most one read, counts, and what came too late to be sent.
#[derive(Debug, Default)]
struct News {
    received: Bytes,
    written: usize,
    has_ended: bool,
    refused: BytesMut,
}

/// What is to be written, and what follows it.
#[derive(Debug, Default)]
struct Outbox {
    bytes: BytesMut,
    then: Then,
}

/// What becomes of our side when everything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Then {
    /// It stays open for more.
    #[default]
    GoOn,
    /// It ends.
    End,
    /// It has ended.
    Ended,
}

/// Moves bytes both ways until the connection ends. Generic over the stream so that tests need no socket.
///
/// Writing never waits for the loop to listen, and reading waits with one read in hand: whoever is slow here holds up
/// only himself. Every branch of the `select!` can be dropped without losing a byte. Nothing is half-closed unasked:
/// lab servers answer the end of input with a flood of blank lines.
pub(super) async fn drive<S>(
    stream: S,
    commands: &mut mpsc::Receiver<LinkCommand>,
    reporter: &Reporter,
) -> Result<Ended, Gone>
where
    S: AsyncRead + AsyncWrite,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let (mut inbox, mut outbox, mut news) = (BytesMut::new(), Outbox::default(), News::default());
    let ended = loop {
        if news.received.is_empty() {
            inbox.reserve(READ);
        }
        tokio::select! { biased;
            command = commands.recv() => match command {
                Some(LinkCommand::Send(bytes)) => outbox.send(&bytes, &mut news),
                Some(LinkCommand::Eof) => outbox.end(),
                Some(LinkCommand::Close) => break finish(&mut writer, &outbox.bytes, &mut news, None).await,
                Some(open) => break finish(&mut writer, &outbox.bytes, &mut news, Some(open)).await,
                None => {
                    finish(&mut writer, &outbox.bytes, &mut news, None).await;
                    return Err(Gone);
                }
            },
            written = outbox.write(&mut writer), if outbox.has_work() => {
                if let Err(error) = written.map(|written| news.wrote(written)) {
                    break last_words(&mut reader, error, &mut news, reporter).await?;
                }
            }
            place = reporter.reserve(), if news.is_some() => place?.send((reporter.id, news.take())),
            read = reader.read_buf(&mut inbox), if news.received.is_empty() => match read {
                Ok(0) => break Ended::ByPeer,
                Ok(_) => news.received = inbox.split().freeze(),
                Err(error) => break Ended::Read(error),
            },
        }
    };
    while news.is_some() {
        reporter.report(news.take()).await?;
    }
    Ok(ended)
}

/// One step of writing.
#[derive(Debug, Clone, Copy)]
enum Written {
    Bytes(usize),
    /// That was all, and our side has ended.
    End,
}

impl Outbox {
    /// Takes bytes on, unless our side is to end before them.
    fn send(&mut self, bytes: &[u8], news: &mut News) {
        match self.then {
            Then::GoOn => self.bytes.extend_from_slice(bytes),
            Then::End | Then::Ended => news.refused.extend_from_slice(bytes),
        }
    }

    const fn end(&mut self) {
        if let Then::GoOn = self.then {
            self.then = Then::End;
        }
    }

    fn has_work(&self) -> bool {
        !self.bytes.is_empty() || self.then == Then::End
    }

    /// Writes what can be written at once, or ends our side where nothing is left to be. Cancel-safe.
    async fn write<W: AsyncWrite + Unpin>(&mut self, writer: &mut W) -> io::Result<Written> {
        if self.bytes.is_empty() {
            writer.shutdown().await?;
            self.then = Then::Ended;
            return Ok(Written::End);
        }
        match writer.write(&self.bytes).await? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            count => {
                self.bytes.advance(count);
                Ok(Written::Bytes(count))
            }
        }
    }
}

impl News {
    fn is_some(&self) -> bool {
        !self.received.is_empty() || self.written > 0 || self.has_ended || !self.refused.is_empty()
    }

    const fn wrote(&mut self, written: Written) {
        match written {
            Written::Bytes(count) => self.written += count,
            Written::End => self.has_ended = true,
        }
    }

    /// The next thing to tell. What came goes first: somebody waits for it.
    fn take(&mut self) -> LinkEvent {
        if !self.received.is_empty() {
            LinkEvent::Received(std::mem::take(&mut self.received))
        } else if self.written > 0 {
            LinkEvent::Written(std::mem::take(&mut self.written))
        } else if std::mem::take(&mut self.has_ended) {
            LinkEvent::HalfClosed
        } else {
            LinkEvent::NotSent(self.refused.split().freeze())
        }
    }
}

/// Hands over what is queued, for a moment at most, and lets go.
async fn finish<W>(writer: &mut W, outbox: &[u8], news: &mut News, next: Option<LinkCommand>) -> Ended
where
    W: AsyncWrite + Unpin,
{
    let deadline = Instant::now() + CLOSE_GRACE;
    let mut rest = outbox;
    while !rest.is_empty() {
        // Whether it works or not, the connection ends here.
        let Ok(Ok(count @ 1..)) = timeout_at(deadline, writer.write(rest)).await else { break };
        news.written += count;
        rest = rest.get(count..).unwrap_or_default();
    }
    Ended::ByUs(next)
}

/// A peer that says goodbye and is gone makes our next write fail while its last words still wait to be read.
async fn last_words<R>(reader: &mut R, error: io::Error, news: &mut News, reporter: &Reporter) -> Result<Ended, Gone>
where
    R: AsyncRead + Unpin,
{
    let deadline = Instant::now() + CLOSE_GRACE;
    let mut inbox = BytesMut::new();
    loop {
        while news.is_some() {
            reporter.report(news.take()).await?;
        }
        inbox.reserve(READ);
        match timeout_at(deadline, reader.read_buf(&mut inbox)).await {
            // The reset was told to the write, and the read has nothing left to tell.
            Ok(Ok(0)) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(Ended::Write(error)),
            Ok(Ok(0)) => return Ok(Ended::ByPeer),
            Ok(Ok(_)) => news.received = inbox.split().freeze(),
            // The same trouble, or silence.
            Ok(Err(_)) | Err(_) => return Ok(Ended::Write(error)),
        }
    }
}

#[cfg(test)]
mod tests;

//! An established connection: reading and writing at once, until one side ends it.

use super::acknowledgement::{AckWatch, Report};
use super::{Acknowledgements, CLOSE_GRACE, EventSender, LoopClosed};
use crate::link::{LinkCommand, LinkEvent, SecretBytes};
use bytes::{Buf, Bytes, BytesMut};
use std::collections::VecDeque;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// Bytes asked for in one read: more does not make a flood faster, less does make it slower.
const READ: usize = 64 * 1024;

/// How it ended.
#[derive(Debug)]
pub(super) enum ConnectionEnd {
    ByPeer,
    /// By a command; the one given has yet to be carried out.
    ByUs(Option<LinkCommand>),
    Read(io::Error),
    Write(io::Error),
}

/// What has happened and not been told yet: at most one read, counts, and what came too late to be sent.
#[derive(Debug, Default)]
struct PendingReport {
    received: Bytes,
    written: usize,
    acknowledged: Option<Report>,
    has_ended: bool,
    refused: BytesMut,
}

/// What is to be written, and what follows it.
#[derive(Debug, Default)]
struct WriteBuffer {
    pieces: VecDeque<WritePiece>,
    then: AfterFlush,
}

/// Bytes to be written, none of which is empty.
#[derive(Debug)]
enum WritePiece {
    Open(BytesMut),
    /// In an allocation of its own, which is overwritten when all of it is written; so many bytes are.
    Secret(SecretBytes, usize),
}

impl WritePiece {
    fn rest(&self) -> &[u8] {
        match self {
            Self::Open(bytes) => bytes,
            Self::Secret(bytes, written) => bytes.as_slice().get(*written..).unwrap_or_default(),
        }
    }

    fn advance(&mut self, count: usize) {
        match self {
            Self::Open(bytes) => bytes.advance(count),
            Self::Secret(_, written) => *written += count,
        }
    }
}

/// What becomes of our side when everything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum AfterFlush {
    /// It stays open for more.
    #[default]
    Continue,
    /// It ends.
    HalfClose,
    /// It has ended.
    Closed,
}

/// Moves bytes both ways until the connection ends. Generic over the stream so that tests need no socket.
///
/// Writing never waits for the loop to listen, and reading waits with one read in hand: whoever is slow here holds up
/// only himself. Every branch of the `select!` can be dropped without losing a byte. Nothing is half-closed unasked:
/// lab servers answer the end of input with a flood of blank lines.
///
/// A connection that ends with bytes unacknowledged is given [`CLOSE_GRACE`] for them. The last event then says how many
/// were acknowledged.
pub(super) async fn run<S>(
    stream: S,
    acknowledgements: Option<Box<dyn Acknowledgements>>,
    commands: &mut mpsc::Receiver<LinkCommand>,
    reporter: &EventSender,
) -> Result<ConnectionEnd, LoopClosed>
where
    S: AsyncRead + AsyncWrite,
{
    let (mut reader, mut writer) = tokio::io::split(stream);
    let (mut inbox, mut outbox, mut news) = (BytesMut::new(), WriteBuffer::default(), PendingReport::default());
    let mut watch = AckWatch::new(acknowledgements);
    let ended = loop {
        if news.received.is_empty() {
            inbox.reserve(READ);
        }
        tokio::select! { biased;
            command = commands.recv() => match command {
                Some(LinkCommand::Send(bytes)) => outbox.send(&bytes, &mut news),
                Some(LinkCommand::Eof) => outbox.end(),
                Some(LinkCommand::SendSecret(bytes)) => outbox.send_secret(bytes, &mut news),
                Some(LinkCommand::Close) => {
                    flush(&mut writer, outbox, &mut news, &mut watch).await;
                    break ConnectionEnd::ByUs(None);
                }
                Some(open) => {
                    flush(&mut writer, outbox, &mut news, &mut watch).await;
                    break ConnectionEnd::ByUs(Some(open));
                }
                None => {
                    let unwritten = flush(&mut writer, outbox, &mut news, &mut watch).await;
                    reporter.add_undelivered(unwritten + watch.missing());
                    return Err(LoopClosed);
                }
            },
            written = outbox.write(&mut writer), if outbox.has_work() => {
                match written {
                    Ok(written) => news.wrote(written, &mut watch),
                    Err(error) => break drain_reads(&mut reader, error, &mut news, reporter).await?,
                }
            }
            () = watch.due() => news.acknowledged = watch.look().or(news.acknowledged),
            place = reporter.reserve(), if news.is_some() => place?.send((reporter.id, news.take())),
            read = reader.read_buf(&mut inbox), if news.received.is_empty() => match read {
                Ok(0) => break ConnectionEnd::ByPeer,
                Ok(_) => news.received = inbox.split().freeze(),
                Err(error) => break ConnectionEnd::Read(error),
            },
        }
    };
    while news.is_some() {
        reporter.report(news.take()).await?;
    }
    if !matches!(ended, ConnectionEnd::ByUs(_)) {
        // What was sent just before the end may have arrived all the same.
        watch.drain(Instant::now() + CLOSE_GRACE).await;
    }
    if let Some(report) = watch.last_report() {
        reporter.report(report.into()).await?;
    }
    Ok(ended)
}

/// One step of writing.
#[derive(Debug, Clone, Copy)]
enum WriteOutcome {
    Bytes(usize),
    /// That was all, and our side has ended.
    End,
}

impl WriteBuffer {
    /// Takes bytes on, unless our side is to end before them.
    fn send(&mut self, bytes: &[u8], news: &mut PendingReport) {
        match (self.then, self.pieces.back_mut()) {
            (AfterFlush::HalfClose | AfterFlush::Closed, _) => news.refused.extend_from_slice(bytes),
            (AfterFlush::Continue, _) if bytes.is_empty() => {}
            (AfterFlush::Continue, Some(WritePiece::Open(last))) => last.extend_from_slice(bytes),
            (AfterFlush::Continue, _) => self.pieces.push_back(WritePiece::Open(bytes.into())),
        }
    }

    /// The same for a secret.
    fn send_secret(&mut self, bytes: SecretBytes, news: &mut PendingReport) {
        match self.then {
            AfterFlush::HalfClose | AfterFlush::Closed => news.refused.extend_from_slice(&bytes.blank()),
            AfterFlush::Continue if bytes.is_empty() => {}
            AfterFlush::Continue => self.pieces.push_back(WritePiece::Secret(bytes, 0)),
        }
    }

    const fn end(&mut self) {
        if let AfterFlush::Continue = self.then {
            self.then = AfterFlush::HalfClose;
        }
    }

    fn has_work(&self) -> bool {
        !self.pieces.is_empty() || self.then == AfterFlush::HalfClose
    }

    /// Writes what can be written at once, or ends our side where nothing is left to be. Cancel-safe.
    async fn write<W: AsyncWrite + Unpin>(&mut self, writer: &mut W) -> io::Result<WriteOutcome> {
        let Some(piece) = self.pieces.front_mut() else {
            writer.shutdown().await?;
            self.then = AfterFlush::Closed;
            return Ok(WriteOutcome::End);
        };
        match writer.write(piece.rest()).await? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            count => {
                piece.advance(count);
                if piece.rest().is_empty() {
                    self.pieces.pop_front();
                }
                Ok(WriteOutcome::Bytes(count))
            }
        }
    }
}

impl PendingReport {
    fn is_some(&self) -> bool {
        !self.received.is_empty()
            || self.written > 0
            || self.acknowledged.is_some()
            || self.has_ended
            || !self.refused.is_empty()
    }

    fn wrote(&mut self, written: WriteOutcome, watch: &mut AckWatch) {
        match written {
            WriteOutcome::Bytes(count) => {
                self.written += count;
                watch.add_written(count);
            }
            WriteOutcome::End => self.has_ended = true,
        }
    }

    /// The next thing to tell. What came goes first: somebody waits for it.
    fn take(&mut self) -> LinkEvent {
        if !self.received.is_empty() {
            LinkEvent::Received(std::mem::take(&mut self.received))
        } else if self.written > 0 {
            LinkEvent::Written(std::mem::take(&mut self.written))
        } else if let Some(report) = self.acknowledged.take() {
            report.into()
        } else if std::mem::take(&mut self.has_ended) {
            LinkEvent::HalfClosed
        } else {
            LinkEvent::NotSent(self.refused.split().freeze())
        }
    }
}

/// Hands over what is queued and waits for it to be acknowledged, for [`CLOSE_GRACE`] at most. Gives how many bytes the
/// system did not take.
async fn flush<W>(writer: &mut W, mut outbox: WriteBuffer, news: &mut PendingReport, watch: &mut AckWatch) -> u64
where
    W: AsyncWrite + Unpin,
{
    let deadline = Instant::now() + CLOSE_GRACE;
    while !outbox.pieces.is_empty() {
        // Whether it works or not, the connection ends here.
        let Ok(Ok(written)) = timeout_at(deadline, outbox.write(writer)).await else { break };
        news.wrote(written, watch);
    }
    watch.drain(deadline).await;
    outbox.pieces.iter().map(|piece| piece.rest().len() as u64).sum()
}

/// A peer that says goodbye and is gone makes our next write fail while its last words still wait to be read.
async fn drain_reads<R>(
    reader: &mut R,
    error: io::Error,
    news: &mut PendingReport,
    reporter: &EventSender,
) -> Result<ConnectionEnd, LoopClosed>
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
            Ok(Ok(0)) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(ConnectionEnd::Write(error)),
            Ok(Ok(0)) => return Ok(ConnectionEnd::ByPeer),
            Ok(Ok(_)) => news.received = inbox.split().freeze(),
            // The same trouble, or silence.
            Ok(Err(_)) | Err(_) => return Ok(ConnectionEnd::Write(error)),
        }
    }
}

#[cfg(test)]
mod tests;

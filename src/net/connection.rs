//! An established connection: reads and writes concurrently until one side closes it.

use super::acknowledgement::{AckWatch, Report};
use super::{Acknowledgements, CLOSE_GRACE, EventSender, LoopClosed};
use crate::link::{LinkCommand, LinkEvent, SecretBytes};
use bytes::{Buf, Bytes, BytesMut};
use std::collections::VecDeque;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// Maximum number of bytes per read. Measured with floods: a larger buffer is not faster, a smaller one is slower.
const READ_BYTES: usize = 64 * 1024;

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum ConnectionEnd {
    ByPeer,
    /// A command closed it. Holds the command if it is still to be executed.
    ByUs(Option<LinkCommand>),
    Read(io::Error),
    Write(io::Error),
}

/// Data not yet reported to the event loop: at most one read, counts, and bytes that were queued too late to be sent.
#[derive(Debug, Default)]
struct PendingReport {
    received: Bytes,
    written: usize,
    acknowledged: Option<Report>,
    is_half_closed: bool,
    not_sent: BytesMut,
}

/// Queued bytes, and what follows them.
#[derive(Debug, Default)]
struct WriteBuffer {
    chunks: VecDeque<WriteChunk>,
    after_flush: AfterFlush,
}

/// Bytes to be written; never empty in the queue.
#[derive(Debug)]
enum WriteChunk {
    Plain(BytesMut),
    /// A secret in its own allocation, which is overwritten when dropped, and the number of bytes already written.
    Secret(SecretBytes, usize),
}

impl WriteChunk {
    fn rest(&self) -> &[u8] {
        match self {
            Self::Plain(bytes) => bytes,
            Self::Secret(bytes, written) => bytes.as_slice().get(*written..).unwrap_or_default(),
        }
    }

    fn advance(&mut self, count: usize) {
        match self {
            Self::Plain(bytes) => bytes.advance(count),
            Self::Secret(_, written) => *written += count,
        }
    }
}

/// State of the write side once all bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum AfterFlush {
    /// Stays open.
    #[default]
    Continue,
    /// Will be closed.
    HalfClose,
    /// Has been closed.
    Closed,
}

/// Reads and writes until the connection ends. Generic over the stream, so that tests need no socket.
///
/// Writing never waits for the event loop; reading pauses while one read has not been reported. Every branch of the
/// `select!` is cancel-safe: no byte is lost. The connection is half-closed only on command, because lab servers answer the
/// end of input with a flood of blank lines.
///
/// If bytes are unacknowledged when the connection ends, waits for them for [`CLOSE_GRACE`] at most, and reports how many
/// were acknowledged in a last event.
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
    let (mut read_buffer, mut write_buffer) = (BytesMut::new(), WriteBuffer::default());
    let (mut pending, mut watch) = (PendingReport::default(), AckWatch::new(acknowledgements));
    let end = loop {
        if pending.received.is_empty() {
            read_buffer.reserve(READ_BYTES);
        }
        tokio::select! { biased;
            command = commands.recv() => match command {
                Some(LinkCommand::Send(bytes)) => write_buffer.send(&bytes, &mut pending),
                Some(LinkCommand::Eof) => write_buffer.half_close(),
                Some(LinkCommand::SendSecret(bytes)) => write_buffer.send_secret(bytes, &mut pending),
                Some(LinkCommand::Close) => {
                    flush(&mut writer, write_buffer, &mut pending, &mut watch).await;
                    break ConnectionEnd::ByUs(None);
                }
                Some(open) => {
                    flush(&mut writer, write_buffer, &mut pending, &mut watch).await;
                    break ConnectionEnd::ByUs(Some(open));
                }
                None => {
                    let unwritten = flush(&mut writer, write_buffer, &mut pending, &mut watch).await;
                    reporter.add_undelivered(unwritten + watch.unacknowledged());
                    return Err(LoopClosed);
                }
            },
            written = write_buffer.write(&mut writer), if write_buffer.has_work() => {
                match written {
                    Ok(written) => pending.on_written(written, &mut watch),
                    Err(error) => break drain_reads(&mut reader, error, &mut pending, reporter).await?,
                }
            }
            () = watch.due() => pending.acknowledged = watch.check().or(pending.acknowledged),
            permit = reporter.reserve(), if pending.is_some() => permit?.send((reporter.id, pending.take())),
            read = reader.read_buf(&mut read_buffer), if pending.received.is_empty() => match read {
                Ok(0) => break ConnectionEnd::ByPeer,
                Ok(_) => pending.received = read_buffer.split().freeze(),
                Err(error) => break ConnectionEnd::Read(error),
            },
        }
    };
    while pending.is_some() {
        reporter.report(pending.take()).await?;
    }
    if !matches!(end, ConnectionEnd::ByUs(_)) {
        // Bytes sent just before the end may still be acknowledged.
        watch.drain(Instant::now() + CLOSE_GRACE).await;
    }
    if let Some(report) = watch.final_report() {
        reporter.report(report.into()).await?;
    }
    Ok(end)
}

/// Result of one write.
#[derive(Debug, Clone, Copy)]
enum WriteProgress {
    Bytes(usize),
    /// Everything is written, and the write side has been shut down.
    HalfClosed,
}

impl WriteBuffer {
    /// Queues bytes. After a half-close they are reported as not sent.
    fn send(&mut self, bytes: &[u8], pending: &mut PendingReport) {
        match (self.after_flush, self.chunks.back_mut()) {
            (AfterFlush::HalfClose | AfterFlush::Closed, _) => pending.not_sent.extend_from_slice(bytes),
            (AfterFlush::Continue, _) if bytes.is_empty() => {}
            (AfterFlush::Continue, Some(WriteChunk::Plain(last))) => last.extend_from_slice(bytes),
            (AfterFlush::Continue, _) => self.chunks.push_back(WriteChunk::Plain(bytes.into())),
        }
    }

    /// Queues a secret, like [`WriteBuffer::send`]. If it is not sent, zeros are reported in its place.
    fn send_secret(&mut self, bytes: SecretBytes, pending: &mut PendingReport) {
        match self.after_flush {
            AfterFlush::HalfClose | AfterFlush::Closed => pending.not_sent.extend_from_slice(&bytes.blank()),
            AfterFlush::Continue if bytes.is_empty() => {}
            AfterFlush::Continue => self.chunks.push_back(WriteChunk::Secret(bytes, 0)),
        }
    }

    const fn half_close(&mut self) {
        if let AfterFlush::Continue = self.after_flush {
            self.after_flush = AfterFlush::HalfClose;
        }
    }

    fn has_work(&self) -> bool {
        !self.chunks.is_empty() || self.after_flush == AfterFlush::HalfClose
    }

    /// Writes the first chunk as far as possible; if the queue is empty, shuts down the write side. Cancel-safe.
    async fn write<W: AsyncWrite + Unpin>(&mut self, writer: &mut W) -> io::Result<WriteProgress> {
        let Some(chunk) = self.chunks.front_mut() else {
            writer.shutdown().await?;
            self.after_flush = AfterFlush::Closed;
            return Ok(WriteProgress::HalfClosed);
        };
        match writer.write(chunk.rest()).await? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            count => {
                chunk.advance(count);
                if chunk.rest().is_empty() {
                    self.chunks.pop_front();
                }
                Ok(WriteProgress::Bytes(count))
            }
        }
    }
}

impl PendingReport {
    fn is_some(&self) -> bool {
        !self.received.is_empty()
            || self.written > 0
            || self.acknowledged.is_some()
            || self.is_half_closed
            || !self.not_sent.is_empty()
    }

    fn on_written(&mut self, written: WriteProgress, watch: &mut AckWatch) {
        match written {
            WriteProgress::Bytes(count) => {
                self.written += count;
                watch.add_written(count);
            }
            WriteProgress::HalfClosed => self.is_half_closed = true,
        }
    }

    /// Takes the next event. Received bytes go first, because the user waits for them.
    fn take(&mut self) -> LinkEvent {
        if !self.received.is_empty() {
            LinkEvent::Received(std::mem::take(&mut self.received))
        } else if self.written > 0 {
            LinkEvent::Written(std::mem::take(&mut self.written))
        } else if let Some(report) = self.acknowledged.take() {
            report.into()
        } else if std::mem::take(&mut self.is_half_closed) {
            LinkEvent::HalfClosed
        } else {
            LinkEvent::NotSent(self.not_sent.split().freeze())
        }
    }
}

/// Writes all queued bytes and waits until they are acknowledged, for [`CLOSE_GRACE`] at most. Returns the number of bytes
/// that were not written.
async fn flush<W>(
    writer: &mut W,
    mut write_buffer: WriteBuffer,
    pending: &mut PendingReport,
    watch: &mut AckWatch,
) -> u64
where
    W: AsyncWrite + Unpin,
{
    let deadline = Instant::now() + CLOSE_GRACE;
    while !write_buffer.chunks.is_empty() {
        // An error needs no report: the connection is being closed.
        let Ok(Ok(written)) = timeout_at(deadline, write_buffer.write(writer)).await else { break };
        pending.on_written(written, watch);
    }
    watch.drain(deadline).await;
    write_buffer.chunks.iter().map(|chunk| chunk.rest().len() as u64).sum()
}

/// Reads the remaining bytes after a write has failed: a peer that sends a last message and disconnects makes the next write
/// fail before that message is read.
async fn drain_reads<R>(
    reader: &mut R,
    error: io::Error,
    pending: &mut PendingReport,
    reporter: &EventSender,
) -> Result<ConnectionEnd, LoopClosed>
where
    R: AsyncRead + Unpin,
{
    let deadline = Instant::now() + CLOSE_GRACE;
    let mut read_buffer = BytesMut::new();
    loop {
        while pending.is_some() {
            reporter.report(pending.take()).await?;
        }
        read_buffer.reserve(READ_BYTES);
        match timeout_at(deadline, reader.read_buf(&mut read_buffer)).await {
            // The write has consumed the reset, so the read only sees the end.
            Ok(Ok(0)) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(ConnectionEnd::Write(error)),
            Ok(Ok(0)) => return Ok(ConnectionEnd::ByPeer),
            Ok(Ok(_)) => pending.received = read_buffer.split().freeze(),
            // The read fails, too, or times out.
            Ok(Err(_)) | Err(_) => return Ok(ConnectionEnd::Write(error)),
        }
    }
}

#[cfg(test)]
mod tests;

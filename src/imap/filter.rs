//! The stream under async-imap: reads through [`Screen`], writes as they are.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, BufReader, ReadBuf};

use super::screen::Screen;

/// Bytes that are read at once. With less, a batch of small messages takes three times as long,
/// each TLS record for itself.
const BUFFER_BYTES: usize = 64 * 1024;

/// What a connection runs on: TCP, or TLS over it.
pub(super) trait Transport: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin> Transport for S {}

/// A connection whose answers are screened.
pub(super) struct Filter<S> {
    inner: BufReader<S>,
    screen: Screen,
    /// Screened bytes, of at most one line or 64 KiB, and how many of them were read.
    ready: Vec<u8>,
    read: usize,
    received: u64,
}

impl<S: Transport> Filter<S> {
    pub(super) fn new(transport: S, literal_max: u64) -> Self {
        Self {
            inner: BufReader::with_capacity(BUFFER_BYTES, transport),
            screen: Screen::new(literal_max),
            ready: Vec::new(),
            read: 0,
            received: 0,
        }
    }

    /// Sets the largest literal that may be announced from now on.
    pub(super) fn allow(&mut self, literal_max: u64) {
        self.screen.allow(literal_max);
    }

    /// Bytes that came so far.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// The transport, if nothing came after the last response that was read; bytes that came would
    /// be lost, or worse, be taken for bytes that came later. Each read ends at a line, so that
    /// they are here and not with the reader.
    pub(super) fn into_transport(self) -> Option<S> {
        let is_quiet = self.inner.buffer().is_empty();
        is_quiet.then(|| self.inner.into_inner())
    }
}

impl<S: Transport> AsyncRead for Filter<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.read == this.ready.len() {
            this.ready.clear();
            this.read = 0;
            let input = ready!(Pin::new(&mut this.inner).poll_fill_buf(context))?;
            if input.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let taken = this.screen.take(input, &mut this.ready).map_err(io::Error::other)?;
            Pin::new(&mut this.inner).consume(taken);
            this.received += taken as u64;
        }
        let unread = this.ready.get(this.read..).unwrap_or_default();
        let bytes = unread.get(..out.remaining()).unwrap_or(unread);
        out.put_slice(bytes);
        this.read += bytes.len();
        Poll::Ready(Ok(()))
    }
}

impl<S: Transport> AsyncWrite for Filter<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

/// Without what is in the buffers.
impl<S> fmt::Debug for Filter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").field("received", &self.received).finish_non_exhaustive()
    }
}

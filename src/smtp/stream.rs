//! The stream that lettre's connection runs on. It adds what lettre has not: time limits, bounds,
//! replies in any form, and a record of what the server answered and what went wrong.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::reply::{Answer, AnswerReader};

/// TCP with or without TLS.
pub(super) trait Wire:
    AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug
{
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> Wire for S {}

/// Why a connection is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error("no answer within {} ms", .0.as_millis())]
    Silent(Duration),
    #[error("it took nothing within {} ms", .0.as_millis())]
    Stuck(Duration),
    #[error("the connection was closed")]
    Closed,
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("{0}")]
    Garbage(String),
    #[error("we may not send it any more")]
    Withheld,
}

/// Asked before the end of a message is sent: until then it can be taken back.
#[derive(Clone)]
pub(super) struct Permit(Arc<dyn Fn() -> bool + Send + Sync>);

impl Permit {
    pub(super) fn new(is_given: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_given))
    }
}

impl std::fmt::Debug for Permit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Permit")
    }
}

/// What the stream and its owner tell each other; lettre holds the stream itself.
#[derive(Debug)]
pub(super) struct Control {
    /// Time until the next reply must be complete, from the end of the command.
    pub(super) reply_limit: Duration,
    /// Time until the server takes more of what we write.
    pub(super) block_limit: Duration,
    /// The newest reply that nobody looked at yet.
    pub(super) answer: Option<Answer>,
    /// What ended the connection.
    pub(super) failure: Option<Failure>,
    /// How often everything written had left us, since this was set to zero.
    pub(super) flushes: usize,
    /// While a message is sent: whether its end may be.
    pub(super) permit: Option<Permit>,
}

impl Control {
    /// Whether the next bytes are the end of a message, which may not be sent. lettre flushes once
    /// after the message and once after the dot.
    fn withholds(&self) -> bool {
        self.flushes > 0 && self.permit.as_ref().is_some_and(|permit| !permit.0())
    }
}

/// A handle to the [`Control`] of a stream.
#[derive(Clone, Debug)]
pub(super) struct Handle(Arc<Mutex<Control>>);

impl Handle {
    pub(super) fn new(reply_limit: Duration, block_limit: Duration) -> Self {
        Self(Arc::new(Mutex::new(Control {
            reply_limit,
            block_limit,
            answer: None,
            failure: None,
            flushes: 0,
            permit: None,
        })))
    }

    /// The control; never held over an await.
    pub(super) fn lock(&self) -> MutexGuard<'_, Control> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Stream {
    wire: Box<dyn Wire>,
    control: Handle,
    reader: AnswerReader,
    /// Bytes for lettre, in the one form of a reply that its parser knows.
    ready: io::Cursor<Vec<u8>>,
    /// Whether lettre's EHLO is still to be swallowed: ours was answered already.
    swallowing: bool,
    reply_deadline: Option<Pin<Box<Sleep>>>,
    block_deadline: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    /// A stream on which greeting and EHLO have already taken place. lettre insists on doing both:
    /// it is shown `greeted` and its own EHLO goes nowhere.
    pub(super) fn new(wire: Box<dyn Wire>, control: Handle, greeted: &str) -> Self {
        Self {
            wire,
            control,
            reader: AnswerReader::default(),
            ready: io::Cursor::new(greeted.as_bytes().to_vec()),
            swallowing: true,
            reply_deadline: None,
            block_deadline: None,
        }
    }

    fn fail(&self, failure: Failure) -> io::Error {
        let error = io::Error::other(failure.to_string());
        self.control.lock().failure.get_or_insert(failure);
        error
    }

    /// Waits for the next whole reply, puts it down for the owner and makes it ready for lettre.
    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.reader.take() {
                Ok(Some(answer)) => {
                    self.ready = io::Cursor::new(plain(&answer).into_bytes());
                    self.control.lock().answer = Some(answer);
                    return Poll::Ready(Ok(()));
                }
                Ok(None) => {}
                Err(reason) => return Poll::Ready(Err(self.fail(Failure::Garbage(reason)))),
            }
            let mut space = [0; 4096];
            let mut chunk = ReadBuf::new(&mut space);
            match Pin::new(&mut self.wire).poll_read(context, &mut chunk) {
                Poll::Ready(Ok(())) if chunk.filled().is_empty() => {
                    return Poll::Ready(Err(self.fail(Failure::Closed)));
                }
                Poll::Ready(Ok(())) => self.reader.push(chunk.filled()),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(self.fail(broken(&error)))),
                Poll::Pending => {
                    let limit = self.control.lock().reply_limit;
                    ready!(poll_deadline(&mut self.reply_deadline, limit, context));
                    return Poll::Ready(Err(self.fail(Failure::Silent(limit))));
                }
            }
        }
    }

    /// Passes on what became of a write, and bounds the wait for it.
    fn poll_written<T>(
        &mut self,
        done: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        match done {
            Poll::Ready(Ok(value)) => {
                self.block_deadline = None;
                self.reply_deadline = None;
                Poll::Ready(Ok(value))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(self.fail(broken(&error)))),
            Poll::Pending => {
                let limit = self.control.lock().block_limit;
                ready!(poll_deadline(&mut self.block_deadline, limit, context));
                Poll::Ready(Err(self.fail(Failure::Stuck(limit))))
            }
        }
    }
}

/// Ready when the limit has passed since the first call.
fn poll_deadline(
    deadline: &mut Option<Pin<Box<Sleep>>>,
    limit: Duration,
    context: &mut Context<'_>,
) -> Poll<()> {
    let sleep = deadline.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + limit)));
    sleep.as_mut().poll(context)
}

fn broken(error: &io::Error) -> Failure {
    Failure::Broken(error.to_string())
}

/// The one form of a reply that lettre's parser knows: a code, a blank, a line. It refuses codes
/// such as 571 even so, which does no harm: its owner judges by the [`Answer`].
fn plain(answer: &Answer) -> String {
    format!("{} {}\r\n", answer.code, answer.reply().text)
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.ready).poll_read(context, buffer))?;
        if buffer.filled().len() == before {
            ready!(self.poll_answer(context))?;
            return Pin::new(&mut self.ready).poll_read(context, buffer);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.swallowing {
            let end = bytes.iter().position(|&byte| byte == b'\n');
            self.swallowing = end.is_none();
            return Poll::Ready(Ok(end.map_or(bytes.len(), |at| at + 1)));
        }
        if self.control.lock().withholds() {
            return Poll::Ready(Err(self.fail(Failure::Withheld)));
        }
        let done = Pin::new(&mut self.wire).poll_write(context, bytes);
        self.poll_written(done, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.wire).poll_flush(context);
        ready!(self.poll_written(done, context))?;
        self.control.lock().flushes += 1;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}

/// lettre asks for this and never uses it.
impl AsyncTokioStream for Stream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_server_that_takes_nothing_is_given_up() {
        let (near, _far) = duplex(16);
        let control = Handle::new(LONG, SHORT);
        let mut stream = Stream::new(Box::new(near), control.clone(), "");
        stream.write_all(b"swallowed\r\n").await.unwrap();
        stream.write_all(&[b'x'; 16]).await.unwrap();
        stream.write_all(b"x").await.unwrap_err();
        assert_eq!(control.lock().failure, Some(Failure::Stuck(SHORT)));
    }

    #[tokio::test]
    async fn a_reply_in_drops_does_not_put_the_limit_off() {
        let (near, mut far) = duplex(16);
        let control = Handle::new(SHORT, LONG);
        let mut stream = Stream::new(Box::new(near), control.clone(), "");
        let dripping = async {
            loop {
                far.write_all(b"2").await.unwrap();
                tokio::time::timeout(SHORT / 4, std::future::pending::<()>()).await.unwrap_err();
            }
        };
        tokio::select! {
            () = dripping => unreachable!(),
            read = stream.read_u8() => read.unwrap_err(),
        };
        assert_eq!(control.lock().failure, Some(Failure::Silent(SHORT)));
    }
}

//! From a server's address to a greeted and, where asked for, encrypted connection: greeting,
//! EHLO, STARTTLS (RFC 5321 §3.1, §3.2; RFC 3207). lettre cannot do this on a stream of ours.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::offer::{Keyword, Offer};
use super::reply::{Answer, AnswerReader, Reply};
use super::stream::Wire;
use super::{Limits, OpenError};
use crate::tls::{Peer, Security, Server};

/// A server that has answered our EHLO.
pub(super) struct Greeted {
    pub(super) wire: Box<dyn Wire>,
    pub(super) offer: Offer,
    /// What the server said at the connection.
    pub(super) greeting: Reply,
    /// What it showed in the TLS handshake.
    pub(super) peer: Option<Peer>,
}

/// Greets `server` on the open connection `stream`.
pub(super) async fn greet(
    server: &Server,
    stream: TcpStream,
    hello: &str,
    limits: Limits,
) -> Result<Greeted, OpenError> {
    if hello.is_empty() || !hello.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(OpenError::Insecure("the EHLO name is not a host name"));
    }
    match server.security {
        Security::Plaintext => Talk::new(stream, limits).greet(hello).await,
        Security::Implicit => {
            let (stream, peer) = server.handshake(stream).await.map_err(OpenError::Connect)?;
            let greeted = Talk::new(stream, limits).greet(hello).await?;
            Ok(Greeted { peer: Some(peer), ..greeted })
        }
        Security::StartTls => {
            let (stream, greeting) = Talk::new(stream, limits).start_tls(hello).await?;
            let (stream, peer) = server.handshake(stream).await.map_err(OpenError::Connect)?;
            // What was offered in the clear is forgotten: RFC 3207 §4.2.
            let mut talk = Talk::new(stream, limits);
            let offer = talk.hello(hello).await?;
            let greeted = talk.finish(greeting, offer)?;
            Ok(Greeted { peer: Some(peer), ..greeted })
        }
    }
}

/// A conversation before lettre takes part.
struct Talk<S> {
    stream: S,
    reader: AnswerReader,
    limits: Limits,
}

impl<S: Wire> Talk<S> {
    fn new(stream: S, limits: Limits) -> Self {
        Self { stream, reader: AnswerReader::default(), limits }
    }

    async fn greet(mut self, hello: &str) -> Result<Greeted, OpenError>
    where
        S: 'static,
    {
        let greeting = self.greeting().await?;
        let offer = self.hello(hello).await?;
        self.finish(greeting, offer)
    }

    fn finish(self, greeting: Reply, offer: Offer) -> Result<Greeted, OpenError>
    where
        S: 'static,
    {
        if !self.reader.is_empty() {
            return Err(OpenError::Garbage("more than an answer to EHLO".to_owned()));
        }
        Ok(Greeted { wire: Box::new(self.stream), offer, greeting, peer: None })
    }

    async fn greeting(&mut self) -> Result<Reply, OpenError> {
        let answer = self.answer("greeting", self.limits.greeting).await?;
        let reply = answer.reply();
        if answer.code == 220 { Ok(reply) } else { Err(OpenError::Greeting(reply)) }
    }

    async fn hello(&mut self, hello: &str) -> Result<Offer, OpenError> {
        let answer = self.ask("EHLO", &format!("EHLO {hello}\r\n")).await?;
        if answer.code == 250 {
            Ok(Offer::read(&answer))
        } else {
            Err(OpenError::Greeting(answer.reply()))
        }
    }

    /// Asks for TLS and gives back the bare connection for the handshake.
    async fn start_tls(mut self, hello: &str) -> Result<(S, Reply), OpenError> {
        let greeting = self.greeting().await?;
        if !self.hello(hello).await?.has(Keyword::StartTls) {
            return Err(OpenError::NoStartTls);
        }
        let answer = self.ask("STARTTLS", "STARTTLS\r\n").await?;
        if answer.code != 220 {
            return Err(OpenError::Greeting(answer.reply()));
        }
        // Whoever can put bytes here would otherwise be heard inside TLS (CVE-2021-38371). What
        // comes later than this look meets the handshake, which fails on it.
        if !self.reader.is_empty() {
            return Err(OpenError::Insecure("bytes came along with the answer to STARTTLS"));
        }
        Ok((self.stream, greeting))
    }

    async fn ask(&mut self, stage: &'static str, command: &str) -> Result<Answer, OpenError> {
        let limit = self.limits.command;
        let sent = timeout(limit, async {
            self.stream.write_all(command.as_bytes()).await?;
            self.stream.flush().await
        });
        match sent.await {
            Ok(Ok(())) => self.answer(stage, limit).await,
            // The server may have said why it closed before it did.
            Ok(Err(_)) => self.answer(stage, super::LAST_WORDS).await,
            Err(_) => Err(OpenError::Silent { stage, after: limit }),
        }
    }

    async fn answer(&mut self, stage: &'static str, limit: Duration) -> Result<Answer, OpenError> {
        let reading = async {
            loop {
                if let Some(answer) = self.reader.take().map_err(OpenError::Garbage)? {
                    return Ok(answer);
                }
                let mut chunk = [0; 4096];
                match self.stream.read(&mut chunk).await {
                    Ok(0) | Err(_) => return Err(OpenError::Closed),
                    Ok(count) => self.reader.push(chunk.get(..count).unwrap_or_default()),
                }
            }
        };
        timeout(limit, reading).await.unwrap_or(Err(OpenError::Silent { stage, after: limit }))
    }
}

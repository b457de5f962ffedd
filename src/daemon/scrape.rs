//! Answers who monitors: `/metrics` for Prometheus, `/healthz` for a probe. On this machine only, and
//! bounded, so that who asks cannot hurt the mail.

use std::convert::Infallible;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::lookout::Lookout;
use crate::config::Metrics;
use crate::metrics;
use crate::work::pause;

/// Connections at a time; more are closed at once.
const CONNECTIONS: usize = 16;
/// Bytes of the head of a request (8 KiB, the least that hyper can be told).
const HEAD_BYTES_MAX: usize = 8 * 1024;
/// How long a connection may last, whatever is slow about it.
const CONNECTION_WITHIN: Duration = Duration::from_secs(5);
/// How soon after a failure the next connection is accepted.
const AGAIN: Duration = Duration::from_secs(1);

enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// Answers until told to stop. Where it cannot, mail goes on without.
pub(super) async fn serve(at: Metrics, lookout: Lookout, stop: CancellationToken) {
    let (listener, place) = match &at {
        Metrics::None => return,
        Metrics::Loopback(address) => {
            (TcpListener::bind(address).await.map(Listener::Tcp), address.to_string())
        }
        Metrics::Unix(path) => (bind(path).map(Listener::Unix), path.display().to_string()),
    };
    let listener = match listener {
        Ok(listener) => listener,
        Err(error) => {
            error!("Metrics cannot be had at {place}: {error}; mail goes on without");
            return;
        }
    };
    info!("Metrics and health are had at {place}");
    tokio::select! {
        () = stop.cancelled() => {}
        () = accept(&listener, &lookout) => {}
    }
}

/// A socket that a process left behind is taken away; one at which somebody answers is not.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path)?;
    }
    UnixListener::bind(path)
}

async fn accept(listener: &Listener, lookout: &Lookout) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = match listener {
            Listener::Tcp(tcp) => tcp.accept().await.map(|(stream, _)| Stream::Tcp(stream)),
            Listener::Unix(unix) => unix.accept().await.map(|(stream, _)| Stream::Unix(stream)),
        };
        let Ok(stream) = accepted else {
            pause(AGAIN).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&free).try_acquire_owned() else { continue };
        let lookout = lookout.clone();
        tokio::spawn(async move {
            match stream {
                Stream::Tcp(stream) => converse(stream, lookout).await,
                Stream::Unix(stream) => converse(stream, lookout).await,
            }
            drop(permit);
        });
    }
}

enum Stream {
    Tcp(tokio::net::TcpStream),
    Unix(tokio::net::UnixStream),
}

/// One request, one answer.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, lookout: Lookout) {
    let answering = service_fn(|request: Request<Incoming>| {
        let response = answer(request.method(), request.uri().path(), &lookout);
        async move { Ok::<_, Infallible>(response) }
    });
    let mut http = http1::Builder::new();
    http.keep_alive(false).max_buf_size(HEAD_BYTES_MAX);
    let connection = http.serve_connection(TokioIo::new(stream), answering);
    // Who does not keep to it is not answered; that is no trouble of ours.
    let _ = tokio::time::timeout(CONNECTION_WITHIN, connection).await;
}

fn answer(method: &Method, path: &str, lookout: &Lookout) -> Response<Full<Bytes>> {
    const TEXT: &str = "text/plain; charset=utf-8";
    if method != Method::GET {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET only\n".to_owned());
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        return response;
    }
    match path {
        "/metrics" => match lookout.daemon.metrics.text(&lookout.reading()) {
            Ok(metrics) => text(StatusCode::OK, metrics::CONTENT_TYPE, metrics),
            Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("{error}\n")),
        },
        "/healthz" => {
            let lines = lookout.failing();
            if lines.is_empty() {
                text(StatusCode::OK, TEXT, "ok\n".to_owned())
            } else {
                let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
                text(StatusCode::SERVICE_UNAVAILABLE, TEXT, lines.join("\n") + "\n")
            }
        }
        _ => text(StatusCode::NOT_FOUND, TEXT, "/metrics and /healthz are here\n".to_owned()),
    }
}

/// What servers said may be in it; a line stays a line.
fn printable(line: &str) -> String {
    line.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}

fn text(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

//! An endpoint by https: its certificate must be of an authority that is believed.

use secrecy::SecretString;
use tidings::oauth::{self, Client, Grant, OAuthError};
use tidings::tls::Tls;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use crate::support::endpoint::Endpoint;
use crate::support::tls;

/// A TLS server before a plain one, for two connections; its port and its certificate in PEM.
async fn front(behind: u16) -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let acceptor = tls::acceptor(&made);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        for _ in 0..2 {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut behind = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut behind).await;
        }
    });
    (port, made.cert.pem())
}

#[tokio::test]
async fn an_endpoint_is_believed_by_its_certificate_alone() {
    let endpoint = Endpoint::start();
    let (port, pem) = front(endpoint.port).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem).unwrap();
    let client = |tls| Client {
        token_url: oauth::Endpoint::parse(&format!("https://127.0.0.1:{port}/token")).unwrap(),
        id: "app".into(),
        scopes: ["mail".into()].into(),
        tls,
    };
    let secret = SecretString::from("secret-canary");
    let grant = Grant::ClientCredentials { secret: &secret };

    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let others = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(others.path(), other.cert.pem()).unwrap();
    let stranger = client(Tls::new(Some(others.path())).unwrap());
    let error = oauth::token(&stranger, &grant).await.unwrap_err();
    assert!(matches!(&error, OAuthError::Away { .. }), "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(endpoint.state().asked.is_empty());

    let believed = client(Tls::new(Some(file.path())).unwrap());
    oauth::token(&believed, &grant).await.unwrap();
    assert_eq!(endpoint.state().asked.len(), 1);
}

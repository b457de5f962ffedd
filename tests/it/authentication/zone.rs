//! A DNS server for a few names, on UDP: texts and addresses, names that fail, and all else is not
//! there.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What a name has.
#[derive(Clone, Debug)]
pub(crate) enum Has {
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    Address(Ipv4Addr),
    /// The server cannot find out (SERVFAIL).
    Trouble,
    /// The server does not answer.
    Silence,
}

/// A running server; it ends with this value.
pub(crate) struct Zone {
    pub(crate) address: SocketAddr,
    /// Names that were asked for, in order, in lower case.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    socket: UdpSocket,
    thread: Option<JoinHandle<()>>,
}

impl Zone {
    pub(crate) fn of(records: &[(&str, Has)]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (address, server) = (socket.local_addr().unwrap(), socket.try_clone().unwrap());
        let records: BTreeMap<String, Has> =
            records.iter().map(|(name, has)| (name.to_lowercase(), has.clone())).collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let thread = std::thread::spawn(move || {
            let mut space = [0; 4096];
            loop {
                let (length, from) = server.recv_from(&mut space).unwrap();
                // An empty datagram is the end.
                if length == 0 {
                    return;
                }
                let name = name_of(&space[..length]);
                noted.lock().unwrap().push(name.clone());
                if let Some(answer) = answer(&space[..length], records.get(&name)) {
                    server.send_to(&answer, from).unwrap();
                }
            }
        });
        Self { address, asked, socket, thread: Some(thread) }
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        self.socket.send_to(&[], self.address).unwrap();
        self.thread.take().unwrap().join().unwrap();
    }
}

/// The name in a question (RFC 1035 §4.1.2).
fn name_of(message: &[u8]) -> String {
    let (mut labels, mut at) = (Vec::new(), 12);
    while message[at] != 0 {
        let end = at + 1 + usize::from(message[at]);
        labels.push(String::from_utf8_lossy(&message[at + 1..end]).to_lowercase());
        at = end;
    }
    labels.join(".")
}

fn answer(question: &[u8], has: Option<&Has>) -> Option<Vec<u8>> {
    let end = 12 + question[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
    let kind = question[end - 3];
    let pieces = |text: &String| {
        let pieces = text.as_bytes().chunks(255);
        pieces.flat_map(|piece| [&[u8::try_from(piece.len()).unwrap()], piece].concat()).collect()
    };
    let data: Vec<Vec<u8>> = match (has, kind) {
        (Some(Has::Text(text)), 16) => vec![pieces(text)],
        (Some(Has::Texts(texts)), 16) => texts.iter().map(pieces).collect(),
        (Some(Has::Address(address)), 1) => vec![address.octets().to_vec()],
        (Some(Has::Silence), _) => return None,
        _ => Vec::new(),
    };
    let code = match has {
        Some(Has::Trouble) => 2,
        Some(_) => 0,
        None => 3,
    };
    let mut message = question[..2].to_vec();
    message.extend([0x85, 0x80 | code, 0, 1, 0, u8::try_from(data.len()).unwrap(), 0, 0, 0, 0]);
    message.extend(&question[12..end]);
    for data in data {
        message.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60]);
        message.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        message.extend(data);
    }
    Some(message)
}

//! A DNS server for one zone, on UDP: enough to ask what a domain publishes.

use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, MX, PTR, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};

/// A running server; it ends with this value.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    socket: Arc<UdpSocket>,
    thread: Option<JoinHandle<()>>,
}

/// How questions are answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// From the zone.
    Knows,
    /// Not at all.
    Silent,
    /// With SERVFAIL.
    Fails,
}

impl NameServer {
    /// Answers from `zone`: name, type and value of each record. A long text is in pieces of 255
    /// bytes.
    pub(crate) fn of(zone: &[(&str, &str, &str)]) -> Self {
        Self::start(Manner::Knows, zone)
    }

    pub(crate) fn start(manner: Manner, zone: &[(&str, &str, &str)]) -> Self {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").unwrap());
        let address = socket.local_addr().unwrap();
        let zone: Vec<Record> = zone.iter().map(|row| record(*row)).collect();
        let manner = Arc::new(Mutex::new(manner));
        let (asked, now) = (Arc::clone(&socket), Arc::clone(&manner));
        let thread = std::thread::spawn(move || {
            let mut space = [0; 4096];
            loop {
                let (length, from) = asked.recv_from(&mut space).unwrap();
                // An empty datagram is the end.
                if length == 0 {
                    return;
                }
                let manner = *now.lock().unwrap();
                if manner != Manner::Silent {
                    let question = Message::from_vec(&space[..length]).unwrap();
                    let answer = answer(&question, manner, &zone).to_vec().unwrap();
                    asked.send_to(&answer, from).unwrap();
                }
            }
        });
        Self { address, manner, socket, thread: Some(thread) }
    }

    /// From now on it answers so.
    pub(crate) fn turns(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.socket.send_to(&[], self.address).unwrap();
        self.thread.take().unwrap().join().unwrap();
    }
}

fn record((name, kind, value): (&str, &str, &str)) -> Record {
    let name = Name::from_ascii(format!("{name}.")).unwrap();
    let data = match kind {
        "A" => RData::A(A(value.parse().unwrap())),
        "MX" => {
            let (preference, host) = value.split_once(' ').unwrap();
            RData::MX(MX::new(preference.parse().unwrap(), Name::from_ascii(host).unwrap()))
        }
        "AAAA" => RData::AAAA(AAAA(value.parse().unwrap())),
        "PTR" => RData::PTR(PTR(Name::from_ascii(value).unwrap())),
        "TXT" => {
            let pieces = value.as_bytes().chunks(255);
            RData::TXT(TXT::from_bytes(pieces.collect()))
        }
        other => panic!("{other}"),
    };
    Record::from_rdata(name, 60, data)
}

fn answer(question: &Message, manner: Manner, zone: &[Record]) -> Message {
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata.authoritative = true;
    let query = question.queries[0].clone();
    let kind: RecordType = query.query_type();
    let of_name = |record: &&Record| record.name == *query.name();
    let known = zone.iter().any(|record| query.name().zone_of(&record.name));
    answer.add_answers(
        zone.iter().filter(of_name).filter(|record| record.record_type() == kind).cloned(),
    );
    answer.metadata.response_code = match manner {
        Manner::Fails => ResponseCode::ServFail,
        Manner::Knows | Manner::Silent if known => ResponseCode::NoError,
        Manner::Knows | Manner::Silent => ResponseCode::NXDomain,
    };
    answer.add_query(query);
    answer
}

//! A body becomes its leaves (RFC 2046 §5.1).
//!
//! One walk over the lines, a stack of boundaries, no recursion: cost and memory are bounded by
//! the number of lines and by [`PARTS_MAX`], whatever the message says about itself. Messages
//! inside of the message are leaves too and are not opened, so they cannot nest.

use super::Defect;
use super::decode::{self, Encoding};
use super::defects::Defects;
use super::field::{self, Block, line_at};
use super::parameter::Parameters;

/// Parts of a message that are told apart; the rest is in the raw bytes.
pub const PARTS_MAX: usize = 1_000;

/// Multiparts within multiparts that are opened; deeper ones are attachments.
pub const DEPTH_MAX: usize = 50;

/// Bytes of a boundary. RFC 2046 §5.1.1 allows 70; some clients write more.
const BOUNDARY_BYTES_MAX: usize = 256;

/// Bytes of a multipart in which a boundary that is not declared is looked for (16 KiB).
const LIKELY_BYTES_MAX: usize = 16 * 1024;

/// What the fields of a part say about it.
#[derive(Debug)]
pub(super) struct About {
    /// The media type in lower case.
    pub media_type: String,
    pub content_type: Parameters,
    pub disposition: Parameters,
    pub encoding: Encoding,
    pub has_content_id: bool,
}

/// A part that holds no other parts.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    pub about: About,
    /// Its bytes, still encoded.
    pub body: &'a [u8],
    /// The `multipart/alternative` that it is a version of (the outermost one).
    pub alternative: Option<usize>,
    pub place: Place,
}

/// Where a leaf stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It may be text for people.
    Open,
    /// It belongs to another part (RFC 2387) or to a report's machine-readable half (RFC 6522).
    Aside,
}

/// The leaves of a body.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    pub leaves: Vec<Leaf<'a>>,
    /// What stands behind part number [`PARTS_MAX`].
    pub rest: &'a [u8],
}

impl About {
    /// Reads the MIME fields of a header block. `default_type` stands in where there is no type.
    pub(super) fn of(block: &Block<'_>, default_type: &str) -> Self {
        let parameters =
            |name| block.first(name).map(|field| Parameters::of(field.value)).unwrap_or_default();
        let content_type = parameters("content-type");
        let encoding = block.first("content-transfer-encoding").map(field::Field::unfolded);
        Self {
            media_type: media_type(&content_type.value, default_type),
            content_type,
            disposition: parameters("content-disposition"),
            encoding: decode::encoding(&encoding.unwrap_or_default()),
            has_content_id: block.first("content-id").is_some(),
        }
    }

    /// The name that the sender gave to it, decoded; nothing is safe in it.
    pub(super) fn name(&self) -> Option<String> {
        let named = |name: &String| !name.trim().is_empty();
        let disposition = self.disposition.get("filename").filter(named);
        disposition.or_else(|| self.content_type.get("name").filter(named))
    }

    fn is_multipart(&self) -> bool {
        self.media_type.starts_with("multipart/")
    }
}

/// A type that cannot be read is text, as an absent one is (RFC 2045 §5.2); half a type is bytes.
fn media_type(declared: &str, default_type: &str) -> String {
    match declared {
        "" => default_type,
        "text" => "text/plain",
        _ if declared.contains('/') && declared.bytes().all(|byte| byte.is_ascii_graphic()) => {
            declared
        }
        _ => "application/octet-stream",
    }
    .to_owned()
}

/// Takes the body of a message apart.
pub(super) fn parts<'a>(about: About, body: &'a [u8], defects: &mut Defects) -> Parts<'a> {
    let mut walk = Walk {
        bytes: body,
        frames: Vec::new(),
        open: None,
        parts: Parts::default(),
        count: 0,
        defects,
    };
    walk.enter(about, 0);
    walk.lines();
    walk.parts
}

struct Walk<'a, 'r> {
    bytes: &'a [u8],
    /// The multiparts around this line, outermost first; at most [`DEPTH_MAX`].
    frames: Vec<Frame>,
    /// The leaf around this line and where its body begins.
    open: Option<(About, usize)>,
    parts: Parts<'a>,
    count: usize,
    defects: &'r mut Defects,
}

struct Frame {
    boundary: Vec<u8>,
    about: About,
    /// The number of the outermost alternative that it is or stands in.
    alternative: Option<usize>,
    at: usize,
    children: usize,
}

/// Which frame a delimiter line belongs to.
#[derive(Clone, Copy)]
enum Delimiter {
    Next(usize),
    Last(usize),
}

impl<'a> Walk<'a, '_> {
    fn lines(&mut self) {
        let mut at = 0;
        while let Some(line) = line_at(self.bytes, at) {
            let Some(delimiter) = delimiter(&self.frames, line.text) else {
                at = line.next;
                continue;
            };
            self.close(at);
            at = line.next;
            match delimiter {
                Delimiter::Next(index) => {
                    self.leave(index + 1, at);
                    if self.count == PARTS_MAX {
                        self.defects.add(Defect::TooManyParts);
                        self.parts.rest = self.bytes.get(at..).unwrap_or_default();
                        return;
                    }
                    at = self.begin(at);
                }
                Delimiter::Last(index) => {
                    self.leave(index, at);
                    if self.frames.is_empty() {
                        return;
                    }
                }
            }
        }
        self.close(self.bytes.len());
        if !self.frames.is_empty() {
            self.defects.add(Defect::NoLastBoundary);
        }
        self.leave(0, self.bytes.len());
    }

    /// Reads the fields of the part at `at` and says where its body begins.
    fn begin(&mut self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let block = field::block(rest, |line| delimiter(&self.frames, line).is_some());
        let digest = self.frames.last_mut().is_some_and(|frame| {
            frame.children += 1;
            frame.about.media_type == "multipart/digest"
        });
        let about = About::of(&block, if digest { "message/rfc822" } else { "text/plain" });
        self.enter(about, at + block.body_at);
        at + block.body_at
    }

    fn enter(&mut self, about: About, body_at: usize) {
        let number = self.count;
        self.count += 1;
        if !about.is_multipart() {
            self.open = Some((about, body_at));
            return;
        }
        let declared = about.content_type.get("boundary").map(String::into_bytes);
        let usable = |boundary: &Vec<u8>| (1..=BOUNDARY_BYTES_MAX).contains(&boundary.len());
        let boundary = declared.filter(usable).or_else(|| {
            self.defects.add(Defect::NoBoundary);
            likely_boundary(self.bytes.get(body_at..).unwrap_or_default(), &self.frames)
        });
        let Some(boundary) = boundary else {
            self.open = Some((as_text(about), body_at));
            return;
        };
        if self.frames.len() == DEPTH_MAX {
            self.defects.add(Defect::TooDeep);
            self.open = Some((about, body_at));
        } else {
            if about.encoding != Encoding::Identity {
                self.defects.add(Defect::EncodedMultipart);
            }
            let above = self.frames.last().and_then(|frame| frame.alternative);
            let own = (about.media_type == "multipart/alternative").then_some(number);
            self.frames.push(Frame {
                boundary,
                alternative: above.or(own),
                about,
                at: body_at,
                children: 0,
            });
        }
    }

    /// The open leaf ends before the delimiter at `end`, whose line end before it is its own.
    fn close(&mut self, end: usize) {
        let Some((about, at)) = self.open.take() else { return };
        let body = self.bytes.get(at..end).unwrap_or_default();
        let body = if end < self.bytes.len() {
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            body.strip_suffix(b"\r").unwrap_or(body)
        } else {
            body
        };
        self.push(about, body);
    }

    fn push(&mut self, about: About, body: &'a [u8]) {
        let frame = self.frames.last();
        let place = match frame {
            Some(frame) if frame.about.media_type == "multipart/related" && 1 < frame.children => {
                Place::Aside
            }
            Some(frame) if frame.about.media_type == "multipart/report" && 1 < frame.children => {
                Place::Aside
            }
            Some(_) | None => Place::Open,
        };
        let alternative = frame.and_then(|frame| frame.alternative);
        self.parts.leaves.push(Leaf { about, body, alternative, place });
    }

    /// Leaves all frames but the outermost `kept`. One without a single part is text: its
    /// delimiters never came, and it must not vanish.
    fn leave(&mut self, kept: usize, end: usize) {
        while kept < self.frames.len() {
            let Some(frame) = self.frames.pop() else { return };
            if frame.children == 0 {
                self.defects.add(Defect::NoBoundary);
                let body = self.bytes.get(frame.at..end).unwrap_or_default();
                self.push(as_text(frame.about), body);
            }
        }
    }
}

/// The boundary that a multipart forgot to name: a line `--x` right above a field of a part.
fn likely_boundary(body: &[u8], frames: &[Frame]) -> Option<Vec<u8>> {
    let head = body.get(..LIKELY_BYTES_MAX).unwrap_or(body);
    let mut above: Option<&[u8]> = None;
    let mut at = 0;
    while let Some(line) = line_at(head, at) {
        let is_field =
            line.text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        if let Some(boundary) = above.filter(|_| is_field) {
            return Some(boundary.to_vec());
        }
        if delimiter(frames, line.text).is_some() {
            return None;
        }
        let boundary = line.text.strip_prefix(b"--").map(<[u8]>::trim_ascii_end);
        above = boundary.filter(|text| (1..=BOUNDARY_BYTES_MAX).contains(&text.len()));
        at = line.next;
    }
    None
}

fn as_text(about: About) -> About {
    About { media_type: "text/plain".to_owned(), ..about }
}

/// The innermost frame that a line delimits; inner multiparts that were never closed end with
/// their outer one.
fn delimiter(frames: &[Frame], line: &[u8]) -> Option<Delimiter> {
    let text = line.strip_prefix(b"--")?.trim_ascii_end();
    let find = |text: &[u8]| frames.iter().rposition(|frame| frame.boundary == text);
    if let Some(index) = find(text) {
        return Some(Delimiter::Next(index));
    }
    text.strip_suffix(b"--").and_then(find).map(Delimiter::Last)
}

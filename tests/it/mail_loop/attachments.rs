//! Attachments: listed, given out by their digest, and refused where the desk says so.

use serde_json::Value;

use super::{CARLA, Stand};
use crate::support::desk::SUPPORT;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n image";
const BMP: &[u8] = b"BM\x1a\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\0\0\0\0\x01\0\x18\0";
const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0";

/// A message with a picture, one in a format that the desk does not take, a large one, and others
/// under the name of a picture.
fn letter() -> Vec<u8> {
    let part = |name: &str, media_type: &str, bytes: &[u8]| {
        let encoded = data_encoding::BASE64_MIME.encode(bytes);
        format!(
            "--b\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n"
        )
    };
    let parts = [
        part("../../Screen.PNG", "application/octet-stream", PNG),
        part("screen.bmp", "image/png", BMP),
        part("large.png", "image/png", &vec![7; 4096]),
        part("bitmap.png", "image/png", BMP),
        part("program.png", "application/octet-stream", PROGRAM),
        part("photo.png", "image/png", b"\xff\xd8\xff\xe0 JPEG"),
    ];
    format!(
        "From: {CARLA}\r\nTo: support@desk.example\r\nSubject: Screens\r\nMessage-ID: <1@paid.example>\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the screens.\r\n{}--b--\r\n",
        parts.concat()
    )
    .into_bytes()
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn refused(ticket: &Value) -> Vec<Option<&str>> {
    let attachments = ticket["articles"][0]["attachments"].as_array().unwrap();
    attachments.iter().map(|one| one["refused"].as_str()).collect()
}

#[test]
fn thr_14_a_desk_gives_out_what_it_takes_by_its_digest() {
    const PROGRAM_TYPE: &str = "application/vnd.microsoft.portable-executable";
    let mut stand = Stand::new();
    let own = "own_dkim = \"off\"\n";
    let keys = "attachments = { types = [\".png\", \".jpg\", \".zip\"], max = \"1KiB\" }\n";
    stand.desk.config = stand.desk.config.replace(own, &format!("{own}{keys}"));
    stand.once();
    stand.world.deliver(SUPPORT, &letter());
    stand.once();
    let number = stand.only_ticket();
    let ticket = stand.desk.ticket(number);
    let content = Some("content");
    assert_eq!(refused(&ticket), [None, Some("type"), Some("size"), content, content, None]);
    let listed = ticket["articles"][0]["attachments"].as_array().unwrap();
    let types: Vec<_> = listed.iter().map(|one| one["content_type"].as_str()).collect();
    let (png, bmp, jpeg) = (Some("image/png"), Some("image/bmp"), Some("image/jpeg"));
    assert_eq!(types, [png, bmp, None, bmp, Some(PROGRAM_TYPE), jpeg]);
    let (first, last) = (&listed[0], &listed[5]);
    assert_eq!(first["name"], "Screen.PNG");
    assert_eq!(first["size"], PNG.len());
    let digest = first["sha256"].as_str().unwrap();
    let mut digests = [digest, last["sha256"].as_str().unwrap()];
    digests.sort_unstable();

    let folder = stand.desk.path("given/out");
    let (number, to) = (number.to_string(), folder.display().to_string());
    let shown = stand.desk.ok(&["ticket", "show", &number, "--attachments", &to]);
    for line in [
        "[Screen.PNG, application/octet-stream, content image/png, 14 bytes]\n",
        "[screen.bmp, image/png, content image/bmp, 26 bytes] · not taken: its type\n",
        "[large.png, image/png, 4096 bytes] · not taken: its size\n",
        "[bitmap.png, image/png, content image/bmp, 26 bytes] · not taken: its content\n",
        "[photo.png, image/png, content image/jpeg, 9 bytes]\n",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    assert_eq!(names(&folder), digests);
    assert_eq!(std::fs::read(folder.join(digest)).unwrap(), PNG);
    // Again, into the same folder.
    stand.desk.ok(&["ticket", "show", &number, "--json", "--attachments", &to]);
    assert_eq!(names(&folder), digests);
    // A file of another size under this name is somebody else's.
    std::fs::write(folder.join(digest), "x").unwrap();
    let ran = stand.desk.run(&["ticket", "show", &number, "--attachments", &to]);
    assert_eq!(ran.code, Some(75), "{}", ran.stderr);
    assert!(ran.stderr.contains(digest), "{}", ran.stderr);

    let told = stand.sink.taken().pop().unwrap().message;
    let told = told.replace("=\n", "");
    let refused = "We could not accept these attachments:\n\
        \u{20} - screen.bmp (file type not accepted)\n\
        \u{20} - large.png (too large)\n\
        \u{20} - bitmap.png (its content is in BMP format)\n\
        \u{20} - program.png (its content is in EXE format)\n\n";
    assert!(told.contains(refused), "{told}");
    assert!(told.contains("We accept .png, .jpg, .zip, up to 1 KiB each."), "{told}");
}

#[test]
fn explain_gives_out_attachments_and_stores_nothing() {
    let stand = Stand::new();
    stand.once();
    let file = stand.desk.path("mail.eml");
    std::fs::write(&file, letter()).unwrap();
    let (file, folder) = (file.display().to_string(), stand.desk.path("explained"));
    let to = folder.display().to_string();
    let found = stand.desk.json(&["explain", "--json", "--offline", "--attachments", &to, &file]);
    let listed = found[0]["attachments"].as_array().unwrap();
    let mut digests: Vec<_> = listed.iter().map(|one| one["sha256"].as_str().unwrap()).collect();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(names(&folder), digests);
    assert_eq!(listed[3]["type"], "image/png");
    assert_eq!(listed[3]["content_type"], "image/bmp");
    assert!(listed.iter().all(|one| one["refused"].is_null()), "{listed:?}");
    assert!(stand.desk.inbound().is_empty());
}

//! An answer keeps its formatting, and says no more than its text does.

use super::relayed::nothing_internal;
use super::{ADA, BOB, Staffed, Taken, answer, to};
use crate::authentication::signer::{How, Key, signed};

/// An answer as it is in two forms; the HTML quotes the whole mail that it answers.
fn in_two_forms(from: &str, mail: &Taken, text: &str, html: &str) -> Vec<u8> {
    let plain = String::from_utf8(answer(from, mail, text).bytes()).unwrap();
    let (head, body) = plain.split_once("\r\n\r\n").unwrap();
    let quoted = html_of(mail);
    let mail = format!(
        "{head}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n\
         --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n\
         <div class=\"gmail_quote\">On Mon, 2 Nov 2026 at 10:15, Carla via Example Support \
         &lt;support@desk.example&gt; wrote:<blockquote>\r\n{}\r\n</blockquote></div>\r\n--b--\r\n",
        quoted.replace('\n', "\r\n"),
    );
    signed(&mail, &Key::ed25519(), &How::by("staff.example")).into_bytes()
}

/// The HTML of a mail, decoded.
fn html_of(mail: &Taken) -> String {
    let (_, part) = mail.message.split_once("Content-Type: text/html").expect("HTML");
    let (_, body) = part.split_once("\n\n").unwrap();
    let body = body.split("\n--=_").next().unwrap();
    body.replace("=\n", "").replace("=3D", "=")
}

#[test]
fn thr_13_thr_31_an_answer_keeps_its_formatting_and_says_what_its_text_says() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let html = "<div dir=\"ltr\"><div>#accept</div><div><br></div><div style=\"color:red\">Turn it <b>off</b>, and \
        read <a href=\"https://x.example/manual\" onclick=\"x()\">the manual</a>:</div>\
        <ul><li>first <i>this</i></li><li>then that</li></ul>\
        <div>Or ask <a href=\"mailto:ada@staff.example\">ada@staff.example</a>.</div>\
        <script>alert(1)</script><img src=\"https://spy.example/x.gif\"></div>";
    let text = "#accept\n\nTurn it *off*, and read the manual <https://x.example/manual>:\n\n\
        - first this\n- then that\n\nOr ask ada@staff.example.";
    let news = desk.take_bytes(&in_two_forms(ADA, told, text, html));
    let answered = to(&news, "carla@paid.example");
    assert!(answered.header("Content-Type").starts_with("multipart/alternative"), "{answered:#?}");
    assert!(answered.message.contains("Turn it *off*, and read the manual"), "{answered:#?}");
    let written = html_of(answered);
    for expected in [
        "<p>Turn it <b>off</b>, and read <a href=\"https://x.example/manual\">the manual</a>:</p>",
        "<ul><li>first <i>this</i></li>\n<li>then that</li>\n</ul>",
        "<p>Or ask support@desk.example.</p>",
        desk.only()["tid"].as_str().unwrap(),
    ] {
        assert!(written.contains(expected), "{expected}: {written}");
    }
    for word in ["script", "spy", "onclick", "color:", "gmail", "burns", "blockquote"] {
        assert!(!written.contains(word), "{word}: {written}");
    }

    // what only the HTML says stays here, and the answer has both forms all the same
    let html = "<div>All is <b>well</b>, though Carla pays little.</div>";
    let news = desk.take_bytes(&in_two_forms(BOB, told, "All is well.\n\n    and quiet", html));
    let written = html_of(to(&news, "carla@paid.example"));
    let expected = "<p>All is well.</p>\n<p>&nbsp;&nbsp;&nbsp;&nbsp;and quiet</p>";
    assert!(written.contains(expected), "{written}");
    nothing_internal(&desk.sent_to("carla@paid.example"));
    for mail in desk.sent_to("carla@paid.example") {
        assert!(!mail.message.contains("little"), "{}", mail.message);
    }
}

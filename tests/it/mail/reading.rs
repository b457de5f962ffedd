//! What a reader sees of a message: text, whatever it was written in, and what cannot be text.

use tidings::mail::parse::Defect;
use tidings::mail::{Digest, Mail, parse};

fn mail(text: &str) -> Mail {
    parse::parse(text.replace('\n', "\r\n").as_bytes()).0
}

#[test]
fn a_stub_is_read_with_the_html_that_it_speaks_of() {
    let mail = mail(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nYour program shows no HTML.\n--b\n\
         Content-Type: text/html\n\n<p>The printer on the <b>second floor</b> has been broken since Monday.\n--b--\n",
    );
    let expected = "Your program shows no HTML.\nThe printer on the second floor has been broken since Monday.";
    assert_eq!(mail.text.trim_end(), expected);
}

#[test]
fn html_may_name_its_character_set_itself() {
    let head = b"Content-Type: text/html\r\n\r\n<meta charset=koi8-r>";
    let raw = [&head[..], b"\xf0\xd2\xc9\xd7\xc5\xd4"].concat();
    let (mail, defects) = parse::parse(&raw);
    assert_eq!(mail.text, "Привет");
    assert!(!defects.contains(&Defect::BrokenCharset));
}

#[test]
fn flowed_lines_are_joined() {
    let text =
        "Content-Type: text/plain; Format=Flowed; DelSp=yes\n\n> one \n> two\nthree\n-- \nAda\n";
    assert_eq!(mail(text).text, "> onetwo\nthree\n-- \nAda\n");
}

const EVENT: &str = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Printer\n\
    DTSTART:20260302T110000Z\nEND:VEVENT\nEND:VCALENDAR\n";
const INVITATION: &str = "[Invitation: Printer; 2026-03-02 11:00 (UTC)]";

#[test]
fn an_invitation_is_a_line_unless_the_text_names_it() {
    check("", INVITATION);
    check("Please come.", &format!("Please come.\n\n{INVITATION}"));
    check("Please come: Printer at 11.", "Please come: Printer at 11.");

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mail = mail(&format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{text}\n--b\n\
             Content-Type: text/calendar\n\n{EVENT}--b--\n"
        ));
        assert_eq!(mail.text, expected);
        assert_eq!(mail.attachments[0].media_type, "text/calendar");
    }
    let alone = mail(&format!("Content-Type: text/calendar\n\n{EVENT}"));
    assert_eq!(alone.text, INVITATION);
}

#[test]
fn thr_19_what_is_sealed_is_said_and_not_opened() {
    let pgp = "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\n\
        Version: 1\n--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--b--\n";
    check(pgp, "[Encrypted with PGP: it is not decrypted]", 2);
    let smime = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\
        Content-Transfer-Encoding: base64\n\nAAAA\n";
    check(smime, "[Encrypted with S/MIME: it is not decrypted]", 1);
    let whole = smime.replace("enveloped", "signed");
    check(&whole, "[Signed with S/MIME in one piece: its text is within the attachment]", 1);
    let signed = "Content-Type: multipart/signed; boundary=b\n\n--b\n\nhi\n--b\n\
        Content-Type: application/pgp-signature\n\nx\n--b--\n";
    check(signed, "hi", 1);
    assert_eq!(mail(signed).attachments[0].note(), Some("signature, not checked"));

    #[track_caller]
    fn check(text: &str, expected: &str, attachments: usize) {
        let mail = mail(text);
        assert_eq!((mail.text.as_str(), mail.attachments.len()), (expected, attachments));
    }
}

#[test]
fn an_attached_message_has_one_digest_whatever_its_line_ends() {
    let text = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n\
        Subject: x\n\ninner\n\n\n--b--\n";
    let digest = |raw: &str| parse::parse(raw.as_bytes()).0.attachments[0].digest;
    assert_eq!(digest(text), digest(&text.replace('\n', "\r\n")));
    assert_eq!(digest(text), Digest::of(b"Subject: x\r\n\r\ninner"));
}

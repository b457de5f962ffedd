//! What Outlook, Gmail, Apple Mail and Thunderbird make of an answer to a notification.

use super::check;

/// What goes out, whichever program wrote it.
const ANSWER: &str = "<p>Hello Carla,</p><p>please <b>turn it off</b> and read \
    <a href=\"https://x.example/manual\">the manual</a>:</p>\
    <ul><li>first this</li><li>then that</li></ul><p>Best regards</p>";

/// The same behind what our notification says, as each of them quotes it.
const INTERNAL: &str = "<table><tr><td>Account</td><td>paid</td></tr></table><p>Carla wrote:</p>\
    <div>It burns.</div>";

#[test]
fn gmail() {
    let html = format!(
        "<div dir=\"ltr\"><div>#accept</div><div>#spent 30m</div><div><br></div><div>Hello Carla,</div><div><br></div>\
         <div>please <b>turn it off</b> and read <a href=\"https://x.example/manual\" target=\"_blank\">the \
         manual</a>:</div><div><ul><li style=\"margin-left:15px\">first this</li><li>then that</li></ul>\
         <div>Best regards</div></div></div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" \
         class=\"gmail_attr\">On Mon, 2 Nov 2026 Carla via Example Support &lt;<a href=\"mailto:support@desk.example\">\
         support@desk.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\">{INTERNAL}</blockquote></div>"
    );
    let text = "Hello Carla,\n\nplease *turn it off* and read the manual\n<https://x.example/manual>:\n\n   \
        - first this\n   - then that\n\nBest regards";
    check(&html, text, ANSWER);
}

#[test]
fn outlook() {
    let html = format!(
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- p.MsoNormal {{margin:0cm}} --></style>\
         </head><body lang=DE><div class=WordSection1><p class=MsoNormal>#accept<o:p></o:p></p>\
         <p class=MsoNormal>Hello Carla,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>\
         <p class=MsoNormal>please <b>turn\r\nit off</b> and read <a href=\"https://x.example/manual\">the manual</a>:<o:p></o:p></p>\
         <ul style='margin-top:0cm' type=disc><li class=MsoListParagraph>first this<o:p></o:p></li>\
         <li class=MsoListParagraph>then that<o:p></o:p></li></ul><p class=MsoNormal>Best regards<o:p></o:p></p>\
         <div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Carla via Example Support \
         &lt;support@desk.example&gt; <br><b>Sent:</b> Monday<o:p></o:p></p></div>{INTERNAL}</div></body></html>"
    );
    let text = "Hello Carla,\r\n\r\nplease turn it off and read the manual<https://x.example/manual>:\r\n\r\n  \
        *   first this\r\n  *   then that\r\n\r\nBest regards";
    check(&html, text, ANSWER);
}

#[test]
fn apple_mail() {
    let html = format!(
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head>\
         <body style=\"overflow-wrap: break-word;\"><div>#accept</div><div>Hello Carla,</div><div><br></div>please <b>turn it \
         off</b> and read <a href=\"https://x.example/manual\">the manual</a>:<div><ul class=\"MailOutline\"><li>first this</li>\
         <li>then that</li></ul><div>Best regards</div></div><div><br><blockquote type=\"cite\"><div>On 2. Nov 2026, \
         at 10:15, Carla via Example Support &lt;support@desk.example&gt; wrote:</div>{INTERNAL}</blockquote></div></body></html>"
    );
    let text = "Hello Carla,\n\nplease turn it off and read the manual <https://x.example/manual>:\n\
        • first this\n• then that\n\nBest regards";
    check(&html, text, ANSWER);
}

#[test]
fn thunderbird() {
    let html = format!(
        "<!DOCTYPE html><html><body><p>#accept<br>#pending</p><p>Hello Carla,</p><p>please <b>turn it off</b> and read \
         <a moz-do-not-send=\"true\" href=\"https://x.example/manual\">the manual</a>:</p><ul><li>first this</li><li>then that</li></ul>\
         <p>Best regards<br></p><div class=\"moz-cite-prefix\">On 02.11.26 10:15, Carla wrote:<br></div>\
         <blockquote type=\"cite\" cite=\"mid:x@desk.example\">{INTERNAL}</blockquote></body></html>"
    );
    let text = "Hello Carla,\n\nplease *turn it off* and read the manual <https://x.example/manual>:\n\n  \
        * first this\n  * then that\n\nBest regards";
    check(&html, text, ANSWER);
}

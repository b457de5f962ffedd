//! HTML and its text, case by case.

use super::*;

#[track_caller]
fn check(html: &str, text: &str) {
    assert_eq!(to_text(html, 10_000), text, "{html}");
}

#[test]
fn html_becomes_the_lines_that_a_reader_sees() {
    check(
        "<p>Hello <b>Ada</b>,</p><p>all&nbsp;good &amp; well</p>",
        "Hello Ada,\n\nall good & well",
    );
    check("<div>a</div><div>b<br>c</div>", "a\nb\nc");
    check("a<br><br>b", "a\n\nb");
    check("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\n\n\nb");
    check("<pre>a\n  b\n</pre>c", "a\n  b\nc");
    check("<style>p{}</style><script>if (a<b) x()</script><!-- <p>no -->yes", "yes");
    check("<title>no</title>yes<noscript>no</noscript>", "yes");
    check("a<hr>b", "a\n---\nb");
    check("1 < 2 && 3 > 2 &bogus; &#x41;&#66;&ouml", "1 < 2 && 3 > 2 &bogus; ABö");
    check("zero\u{200b}width&shy;s", "zerowidths");
    check("  a \r\n b  ", "a b");
    check("", "");
}

#[test]
fn quotes_are_marked_as_in_plain_text() {
    check(
        "<div>yes</div><blockquote><p>old</p><p>mail</p></blockquote>x",
        "yes\n>\n> old\n>\n> mail\n\nx",
    );
    check("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>> b\nc");
    check("x</blockquote>y", "x\ny");
}

#[test]
fn lists_have_marks_and_numbers() {
    check("<ul><li>a<li>b</ul>", "- a\n- b");
    check("x<ol><li>a</li><li>b</li></ol>y", "x\n\n1. a\n2. b\n\ny");
    check("<ol start=7><li>a<li>b</ol>", "7. a\n8. b");
    check("<ul><li>a<ol><li>b</ol><li>c</ul>", "- a\n  1. b\n- c");
    check("<ul><li><p>a</p></li><li></li></ul>", "- a");
}

#[test]
fn tables_have_bars_unless_they_are_layout() {
    check("<table><tr><td>a<td>b</tr><tr><td>c<td>d</table>x", "a | b\nc | d\nx");
    check("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a | b");
    check("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a | c");
    check("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc");
    check("<table><tr><td><table><tr><td>a<td>b</table></td></tr></table>c", "a | b\nc");
    check("<table><tr><td>a<td></tr><tr><td>b</table>", "a\nb");
    check("<tr><td>a</td><td>b</td></tr>", "a b");
}

#[test]
fn links_say_where_they_lead_unless_their_text_does() {
    check(
        "See <a href=\"https://x.example/a?b=1&amp;c\">the page</a>.",
        "See the page <https://x.example/a?b=1&c>.",
    );
    check("<a href='https://x.example/'>x.example</a>", "x.example");
    check("<a href='HTTPS://www.X.example'>https://x.example/</a>", "https://x.example/");
    check("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example");
    check("<a href='mailto:a@b.example'>Ada</a>", "Ada <a@b.example>");
    check("<a href='tel:+491'>call</a>", "call <+491>");
    check("<a href='javascript:alert(1)'>x</a><a href='#top'>y</a><a name=z>z</a>", "xyz");
    check("<a href='https://x.example'><img src=cid:1></a>b", "b");
    check(
        "<a href='https://x.example'><img alt='Our  shop'></a>",
        "[Our shop] <https://x.example>",
    );
    check("<a href=https://a.example><div>a</div></a><div>b</div>", "a <https://a.example>\nb");
    check("<a href=https://a.example>a<a href=https://b.example>b", "a <https://a.example>b");
}

#[test]
fn what_is_not_displayed_is_not_read() {
    check("<div style='Display : none'>no<div>no</div></div>yes", "yes");
    check("<span hidden>no</span>yes", "yes");
    check("a<img alt='' src=http://x.example/1.gif>b", "ab");
    check("<br style='display:none'>yes", "yes");
}

#[test]
fn odd_markup_is_read_as_browsers_read_it() {
    check("<a title=\"a>b\" href='x'>link</a>", "link");
    check("<p>x</p", "x");
    check("<1>", "<1>");
    check("</div>x</span>", "x");
    check("a<b<c>d", "ad");
    check("<![if !supportLists]>a<![endif]>", "a");
    check("<o:p>a</o:p>", "a");
}

#[test]
fn a_document_may_name_its_character_set() {
    for (html, charset) in [
        ("<meta charset=koi8-r>", Some("koi8-r")),
        ("<META http-equiv=x content=\"text/html; Charset = 'UTF-8'\">", Some("utf-8")),
        ("<meta charset=\"utf-16\">", None),
        ("<meta name=x>", None),
        ("charset=koi8-r", None),
    ] {
        assert_eq!(declared_charset(html.as_bytes()).as_deref(), charset, "{html}");
    }
}

#[test]
fn thr_10_markup_costs_its_length() {
    for piece in [
        "<",
        "<div>",
        "<!--",
        "<a \"",
        "&",
        "</",
        "<script>",
        "<blockquote>x",
        "<br>",
        "<b a=1>",
        "<p><b id=1>x",
        "<ul><li>",
        "<ol>",
        "<table><tr><td>x",
        "<td>x",
        "<a href=http://x>y",
        "<span hidden>",
        "<a b c d ",
        "&amp",
        "<li>",
        "<pre>\n",
        "<img alt=x>",
        "\u{a0}",
        "<title>",
    ] {
        let started = std::time::Instant::now();
        let text = to_text(&piece.repeat(200_000), 1 << 20);
        assert!(text.len() < 8 << 20, "{piece}");
        // What grows with the square of the length takes minutes here.
        assert!(started.elapsed().as_secs() < 6, "{piece}: {:?}", started.elapsed());
    }
}

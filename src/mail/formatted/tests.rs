//! Documents as mail programs write them, the public text beside them, and what is written.

mod hostile;
mod programs;

use super::*;

/// What the agents of these tests may not be seen by.
fn clean(text: &str) -> String {
    text.replace("ada@staff.example", "support@desk.example")
        .replace("support+a1042.k3x7q.mac@desk.example", "support@desk.example")
}

#[track_caller]
fn check(html: &str, public: &str, expected: &str) {
    let found = formatted(html, public, &clean).map(|html| html.replace('\n', ""));
    assert_eq!(found.as_deref(), Some(expected), "{html}");
}

#[track_caller]
fn none(html: &str, public: &str) {
    assert_eq!(formatted(html, public, &clean), None, "{html}");
}

#[test]
fn words_keep_their_marks() {
    check("<b>a</b> <i>b</i>", "a b", "<p><b>a</b> <i>b</i></p>");
    check("<strong>a b</strong>", "*a b*", "<p><b>a b</b></p>");
    check("<b>a</b>, <u>b</u>.", "*a*, _b_.", "<p><b>a</b>, <u>b</u>.</p>");
    check(
        "<b>un<i>beliv</i>able</b>",
        "unbelivable",
        "<p><b>un</b><b><i>beliv</i></b><b>able</b></p>",
    );
    check("<s>a</s> <del>b</del> <tt>c</tt>", "a b c", "<p><s>a b</s> <code>c</code></p>");
    check("and/or e-mail a_b", "and/or e-mail a_b", "<p>and/or e-mail a_b</p>");
    check(
        "<b>a</b> c &lt;b&gt; &amp; \"d\"",
        "a c <b> & \"d\"",
        "<p><b>a</b> c &lt;b&gt; &amp; &quot;d&quot;</p>",
    );
    none("andor", "and/or");
    none("Turning", "Turn");
    none("a", "a b");
    none("", "a");
    none("a", "");
}

#[test]
fn lines_and_paragraphs_are_those_of_the_text() {
    check("<p>a</p><p>b<br>c</p>", "a\n\nb\nc", "<p>a</p><p>b<br>c</p>");
    check("<div>a</div><div><br></div><div>b</div>", "a\n\nb", "<p>a</p><p>b</p>");
    check("<div>one two three</div>", "one two\nthree", "<p>one two three</p>");
    check("<h2>A</h2><p>b</p>", "A\n\nb", "<h2>A</h2><p>b</p>");
    check(
        "<pre>a\n  b\n\n    c  d</pre>e",
        "a\n  b\n\n    c  d\ne",
        "<pre>a  b    c  d</pre><p>e</p>",
    );
    let kept = formatted("<pre>a\n  b\n\nc  d</pre>", "a\n  b\n\nc  d", &clean);
    assert_eq!(kept.as_deref(), Some("<pre>a\n  b\n\nc  d</pre>\n"));
}

#[test]
fn lists_and_tables_stay_what_they_are() {
    check("<ul><li>a</li><li>b</li></ul>", "- a\n- b", "<ul><li>a</li><li>b</li></ul>");
    check(
        "<ul><li>a<ul><li>b</ul><li>c</ul>d",
        " * a\n    o b\n * c\n\nd",
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><p>d</p>",
    );
    check(
        "<ol start=3><li>a<li>b</ol>",
        "3. a\n4. b",
        "<ol><li value=\"3\">a</li><li value=\"4\">b</li></ol>",
    );
    check("<li>a</li>", "- a", "<p>a</p>");
    check(
        "<table><tr><th>a<th>b<tr><td><td>c</table>",
        "a | b\nc",
        "<table border=\"1\" cellpadding=\"4\"><tr><th>a</th><th>b</th></tr><tr><td></td><td>c</td></tr></table>",
    );
    check(
        "<table><tr><td>a<td>b</table>",
        "a\tb",
        "<table border=\"1\" cellpadding=\"4\"><tr><td>a</td><td>b</td></tr></table>",
    );
    check("<tr><td>a<td>b", "a\nb", "<p>a b</p>");
    check(
        "<table>x<tr>y<td>a</table>",
        "x y a",
        "<p>x y</p><table border=\"1\" cellpadding=\"4\"><tr><td>a</td></tr></table>",
    );
}

#[test]
fn links_lead_to_pages_and_mailboxes() {
    let linked = "<p>See <a href=\"https://x.example/a?b=1&amp;c=2\">the manual</a>.</p>";
    let html =
        "See <a class=x href='https://x.example/a?b=1&amp;c=2' onclick='x()'>the manual</a>.";
    check(html, "See the manual.", linked);
    check(html, "See the manual <https://x.example/a?b=1&c=2>.", linked);
    check(html, "See the manual<https://x.example/a?b=1&c=2>.", linked);
    check(html, "See the manual\n<https://x.example/a?b=1&c=2>.", linked);
    none(html, "See the manual <https://other.example>.");
    check(
        "<a href='mailto:carla@paid.example?cc=x@y.example'>Carla</a>",
        "Carla",
        "<p><a href=\"mailto:carla@paid.example\">Carla</a></p>",
    );
    check(
        "&lt;https://x.example&gt; a",
        "<https://x.example> a",
        "<p>&lt;https://x.example&gt; a</p>",
    );
    for href in [
        "javascript:alert(1)",
        "java\nscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://x.example",
        "cid:a@b",
        "//x.example",
        "/x",
        "https://user@x.example/",
        "https://",
        "tel:1",
        "mailto:",
        "mailto:a@b@c",
    ] {
        check(&format!("<a href=\"{href}\">a</a> b"), "a b", "<p>a b</p>");
    }
    check(
        "<a href='https://x.example/\"><script>'>a</a>",
        "a",
        "<p><a href=\"https://x.example/%22%3E%3Cscript%3E\">a</a></p>",
    );
}

#[test]
fn thr_31_a_link_names_nothing_that_is_among_the_agents() {
    for href in [
        "mailto:ada@staff.example",
        "mailto:ada%40staff.example",
        "https://x.example/?u=ada@staff.example&v=1",
        "https://x.example/?u=ada%40staff.example",
        "https://x.example/?u=https%3A%2F%2Fy.example%2F%3Fv%3Dada%2540staff.example",
        "https://safe.example/?data=05%7C02%7Cada%40staff.example%7C1",
        "mailto:support+a1042.k3x7q.mac@desk.example",
    ] {
        check(&format!("<a href=\"{href}\">a</a> b"), "a b", "<p>a b</p>");
    }
    check(
        "Ask <b>ada@staff.example</b>.",
        "Ask support@desk.example.",
        "<p>Ask support@desk.example.</p>",
    );
}

#[test]
fn thr_31_what_the_public_text_does_not_say_is_not_said() {
    let html = "<div>#accept</div><div>#note</div><div>Turn it <b>off</b>.</div>\
        <div>Ask Bob first, he knows.</div><div>Then wait.</div><blockquote>Level: secret</blockquote>";
    check(html, "Turn it off.\nThen wait.", "<p>Turn it <b>off</b>.<br>Then wait.</p>");
    check("a<br>secret<br>b", "a\n\nb", "<p>a</p><p>b</p>");
    check(
        "<table><tr><td>secret<td>a<td>secret<tr><td>secret</table>",
        "a",
        "<table border=\"1\" cellpadding=\"4\"><tr><td></td><td>a</td></tr></table>",
    );
    check("a<img alt='secret' src='cid:x'> b", "a [cid:x] b", "<p>a b</p>");
    check("a<img alt='logo.png'> b", "a [image: logo.png] b", "<p>a [logo.png] b</p>");
    check(
        "<span style='display: none'>secret</span><title>secret</title>a<!-- secret -->",
        "a",
        "<p>a</p>",
    );
}

#[test]
fn thr_13_what_others_wrote_is_plain() {
    check(
        "<blockquote><b>It <a href='https://x.example'>burns</a>.</b></blockquote><b>Really?</b>",
        "> It burns.\n\nReally?",
        "<blockquote><p>It burns.</p></blockquote><p><b>Really?</b></p>",
    );
}

#[test]
fn a_document_has_all_words_of_its_own_text() {
    for html in [
        "<p>Hello <b>Ada</b>,</p><p>all&nbsp;good &amp; well</p><hr><p>Bye</p>",
        "<div>a</div><div>b<br>c</div>zero\u{200b}width&shy;s",
        "<ul><li>a<li>b<ol start=7><li>c d</ol></ul><blockquote>yes<blockquote>no</blockquote></blockquote>",
        "<table><tr><th>a<th>b<tr><td>c <i>d</i><td></table><pre>a\n  b  c\n</pre>",
        "see <a href='https://x.example/'>here</a>, <a href=mailto:carla@paid.example>Carla</a> <img alt='a picture'> end",
        "<a href='https://x.example/'>www.x.example</a> <a href='mailto:carla@paid.example'>carla@paid.example</a>",
    ] {
        let text = crate::mail::parse::html::to_text(html, HTML_BYTES_MAX);
        assert!(formatted(html, &text, &clean).is_some(), "{html}\n{text}");
    }
}

#[test]
fn a_text_alone_keeps_its_lines() {
    for (text, html) in [
        ("a\nb\n\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("  a\n\tb <b> & \"'", "<p>&nbsp;&nbsp;a<br>&nbsp;b &lt;b&gt; &amp; &quot;&#39;</p>"),
        ("> a", "<p>&gt; a</p>"),
        ("\n \n", ""),
    ] {
        assert_eq!(unformatted(text).replace('\n', ""), html);
    }
}

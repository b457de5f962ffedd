//! Templates of one's own: what is wrong with them is said before a mail goes out.

use tidings::desk::language::Language;
use tidings::render::Templates;
use tidings::render::notice::{Form, Notice};
use tidings::render::own::OwnTemplate;
use tidings::render::sample::Sample;

fn with(notice: Notice, form: Form, source: &str) -> Result<Templates, String> {
    let language = Language::German;
    let own = OwnTemplate { notice, form, language, source: source.to_owned() };
    Templates::shipped().unwrap().with(vec![own]).map_err(|error| error.to_string())
}

#[test]
fn one_s_own_template_is_used_for_its_language_alone() {
    let own = with(Notice::Raised, Form::Text, "Neue Stufe: {{ level_title }}").unwrap();
    let text = |language| own.sample(Notice::Raised, language, Sample::Bare).unwrap().text;
    assert_eq!(text(Language::German), "Neue Stufe: Gold");
    let shipped = Templates::shipped().unwrap();
    let before = shipped.sample(Notice::Raised, Language::English, Sample::Bare).unwrap();
    assert_eq!(text(Language::English), before.text);
    assert_ne!(own, shipped);
}

#[test]
fn each_shipped_template_can_be_one_s_own() {
    let shipped = Templates::shipped().unwrap();
    for notice in Notice::ALL {
        for form in Form::ALL {
            let source = shipped.source(notice, form, Language::German).unwrap();
            assert!(!source.contains("[["), "{source}");
            with(notice, form, &source).unwrap();
        }
    }
}

#[test]
fn thr_27_what_is_wrong_with_it_is_said_at_once() {
    use Form::{Html, Subject, Text};
    use Notice::{Acknowledgement, Raised, Short};
    check(Raised, Text, "a\n{{ tid", "de/raised.txt.j2, line 2: syntax error");
    check(Raised, Text, "a\n{{ requester }}", "line 2: there is no requester; there is tid, ");
    check(Raised, Text, "{{ tid.x.y }}", "undefined");
    check(Raised, Text, "{{ tid|shout }}", "line 1: unknown filter");
    check(Raised, Text, "{% include 'x' %}", "template not found");
    check(Raised, Html, "<p>{{ subject|safe }}", "as markup; leave out \"|safe\"");
    check(Acknowledgement, Html, "{% autoescape false %}{{ refused }}{% endautoescape %}", "de/");
    check(Short, Text, &"x".repeat(1_001), "has 1001 bytes; 1000 are the most");
    check(Short, Subject, "{{ subject }}", "there is no subject");
    check(Raised, Text, "{% for a in range(9) %}{% endfor %}", "there is no range");
    let error = with(Raised, Text, "{{ tid").unwrap_err();
    let advice =
        "`tidings template show raised --language de --form txt` then shows the shipped one";
    assert!(error.contains(advice), "{error}");

    #[track_caller]
    fn check(notice: Notice, form: Form, source: &str, wrong: &str) {
        let error = with(notice, form, source).expect_err(source);
        assert!(error.contains(wrong), "{source}: {error}");
    }
}

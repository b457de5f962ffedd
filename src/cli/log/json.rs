//! For programs: one JSON object a line with `time`, `level`, `target`, `message`, and the fields.

use serde_json::{Map, Value};
use tracing::Metadata;

use super::event::Said;
use crate::time::{Clock, Timestamp};

/// An event as a line.
pub(super) fn line(metadata: &Metadata<'_>, said: &Said) -> String {
    let (level, target) = (metadata.level().as_str(), metadata.target());
    format!("{}\n", object(Clock::System.now(), level, target, said))
}

/// The names of our own come last: no field takes the place of one.
fn object(now: Timestamp, level: &str, target: &str, said: &Said) -> Value {
    let fields = said.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let mut object: Map<String, Value> = fields.collect();
    for (name, text) in [("time", now.to_string().as_str()), ("level", level), ("target", target)] {
        object.insert(name.to_owned(), text.into());
    }
    object.insert("message".to_owned(), said.text.as_str().into());
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_an_object() {
        let fields = vec![("desk", "support".into()), ("inbound", 7.into()), ("level", "x".into())];
        let said = Said { text: "Inbound 7 is held".to_owned(), fields };
        let now = Timestamp::from_seconds(1_772_442_000);
        assert_eq!(
            object(now, "ERROR", "tidings::work", &said).to_string(),
            "{\"desk\":\"support\",\"inbound\":7,\"level\":\"ERROR\",\
             \"message\":\"Inbound 7 is held\",\"target\":\"tidings::work\",\
             \"time\":\"2026-03-02T09:00:00Z\"}"
        );
    }
}

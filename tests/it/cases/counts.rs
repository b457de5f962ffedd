//! What happened of late in the world of a case, `[acknowledged]` and `[opened]`.

use serde::Deserialize;
use tidings::time::Timestamp;
use tidings::triage::case;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Acknowledged {
    address_hour: i64,
    address_day: i64,
    domain_hour: i64,
    total_hour: i64,
    domain_room: Option<String>,
    total_room: Option<String>,
    same_topic: i64,
    form_hour: i64,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Opened {
    by_address: i64,
    by_domain: i64,
    address_hushed: Option<String>,
    domain_hushed: Option<String>,
}

impl Acknowledged {
    pub(super) fn meant(&self) -> case::Acknowledged {
        case::Acknowledged {
            address_hour: self.address_hour,
            address_day: self.address_day,
            domain_hour: self.domain_hour,
            total_hour: self.total_hour,
            domain_room: instant(self.domain_room.as_deref()),
            total_room: instant(self.total_room.as_deref()),
            same_topic: self.same_topic,
            form_hour: self.form_hour,
        }
    }
}

impl Opened {
    pub(super) fn meant(&self) -> case::Opened {
        case::Opened {
            by_address: self.by_address,
            by_domain: self.by_domain,
            address_hushed: instant(self.address_hushed.as_deref()),
            domain_hushed: instant(self.domain_hushed.as_deref()),
        }
    }
}

fn instant(text: Option<&str>) -> Option<Timestamp> {
    text.map(|text| Timestamp::parse(text).unwrap())
}

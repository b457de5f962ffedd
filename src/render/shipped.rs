//! The templates that come with the program.

/// Name and text of each shipped template.
pub(super) const SHIPPED: [(&str, &str); 30] = [
    ("acknowledgement.subject", include_str!("../../templates/en/acknowledgement.subject.j2")),
    ("acknowledgement.txt", include_str!("../../templates/en/acknowledgement.txt.j2")),
    ("acknowledgement.html", include_str!("../../templates/en/acknowledgement.html.j2")),
    ("addition.subject", include_str!("../../templates/en/addition.subject.j2")),
    ("addition.txt", include_str!("../../templates/en/addition.txt.j2")),
    ("announcement.subject", include_str!("../../templates/en/announcement.subject.j2")),
    ("announcement.txt", include_str!("../../templates/en/announcement.txt.j2")),
    ("alarm.subject", include_str!("../../templates/en/alarm.subject.j2")),
    ("alarm.txt", include_str!("../../templates/en/alarm.txt.j2")),
    ("answer.subject", include_str!("../../templates/en/answer.subject.j2")),
    ("answer.txt", include_str!("../../templates/en/answer.txt.j2")),
    ("answer.html", include_str!("../../templates/en/answer.html.j2")),
    ("notification.subject", include_str!("../../templates/en/notification.subject.j2")),
    ("notification.txt", include_str!("../../templates/en/notification.txt.j2")),
    ("notification.html", include_str!("../../templates/en/notification.html.j2")),
    ("refusal.subject", include_str!("../../templates/en/refusal.subject.j2")),
    ("refusal.txt", include_str!("../../templates/en/refusal.txt.j2")),
    ("late.subject", include_str!("../../templates/en/late.subject.j2")),
    ("late.txt", include_str!("../../templates/en/late.txt.j2")),
    ("changed.subject", include_str!("../../templates/en/changed.subject.j2")),
    ("changed.txt", include_str!("../../templates/en/changed.txt.j2")),
    ("digest.subject", include_str!("../../templates/en/digest.subject.j2")),
    ("digest.txt", include_str!("../../templates/en/digest.txt.j2")),
    ("reminder.subject", include_str!("../../templates/en/reminder.subject.j2")),
    ("reminder.txt", include_str!("../../templates/en/reminder.txt.j2")),
    ("short.subject", include_str!("../../templates/en/short.subject.j2")),
    ("short.txt", include_str!("../../templates/en/short.txt.j2")),
    ("short.html", include_str!("../../templates/en/short.html.j2")),
    ("raised.subject", include_str!("../../templates/en/raised.subject.j2")),
    ("raised.txt", include_str!("../../templates/en/raised.txt.j2")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_one() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/en");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        let mut files: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
        files.sort();
        let mut shipped = SHIPPED.map(|(name, _)| format!("{name}.j2"));
        shipped.sort();
        assert_eq!(files, shipped);
    }
}

//! Folders: first contact, what a changed one inherits, position.

use tidings::store::mailbox::{self, Identity, Start};

use super::{Place, at, letter, meet, meet_as, spool};

pub(super) async fn a_first_contact_begins_where_it_is_told(place: &Place) {
    let mut tx = place.begin().await;
    for (folder, start, last_uid) in [("INBOX", Start::New, 99), ("Web", Start::All, 0)] {
        let identity = Identity {
            desk: "support".into(),
            host: "imap.example".into(),
            login: "support".into(),
            folder: folder.into(),
        };
        let met = mailbox::meet(&mut tx, &identity, 7, 100, start, at(0)).await.unwrap();
        assert!(met.first_look);
        assert_eq!(met.mailbox.last_uid, last_uid, "{folder}");
        assert_eq!(met.mailbox.first_uid_next, 100);
        assert_eq!(met.mailbox.first_contact, at(0));
        assert_eq!(met.mailbox.predecessor_looked, None);
        // a later look changes nothing of it
        let again = mailbox::meet(&mut tx, &identity, 7, 500, Start::All, at(9)).await.unwrap();
        assert!(!again.first_look);
        assert_eq!(again.mailbox, met.mailbox);
    }
    tx.commit().await.unwrap();
}

pub(super) async fn a_changed_mailbox_inherits_its_predecessor(place: &Place) {
    let mut tx = place.begin().await;
    let first = meet_as(&mut tx, "imap.example", 7, 100, 0).await.mailbox;
    // never looked through: as if seen when it was met
    let second = meet_as(&mut tx, "imap.example", 8, 50, 10).await;
    assert!(second.first_look);
    assert_eq!(second.mailbox.last_uid, 0, "all of it is read");
    assert_eq!(second.mailbox.first_uid_next, 50);
    assert_eq!(second.mailbox.first_contact, first.first_contact);
    assert_eq!(second.mailbox.predecessor_looked, Some(at(0)));
    // the last complete look is handed on, even over one that was never finished
    mailbox::looked(&mut tx, second.mailbox.id, at(20)).await.unwrap();
    let third = meet_as(&mut tx, "other.example", 8, 60, 30).await;
    assert!(third.first_look, "another host");
    assert_eq!(third.mailbox.predecessor_looked, Some(at(20)));
    let fourth = meet_as(&mut tx, "other.example", 9, 60, 40).await;
    assert_eq!(fourth.mailbox.predecessor_looked, Some(at(20)));
    assert_eq!(fourth.mailbox.first_contact, at(0));
    // another user of the same host, too
    let identity = Identity {
        desk: "support".into(),
        host: "other.example".into(),
        login: "somebody".into(),
        folder: "INBOX".into(),
    };
    let fifth = mailbox::meet(&mut tx, &identity, 9, 60, Start::New, at(50)).await.unwrap();
    assert!(fifth.first_look);
    assert_eq!(fifth.mailbox.first_contact, at(0));
    // and what came before is still known when it comes back
    let back = meet_as(&mut tx, "imap.example", 7, 900, 60).await;
    assert_eq!((back.first_look, back.mailbox.id), (false, first.id));
    tx.commit().await.unwrap();
}

pub(super) async fn the_position_only_moves_up(place: &Place) {
    let mut tx = place.begin().await;
    let mailbox = meet(&mut tx).await;
    for (told, stands) in [(110, 110), (105, 110), (111, 111)] {
        mailbox::advance(&mut tx, mailbox, told).await.unwrap();
        let met = meet_as(&mut tx, "imap.example", 7, 100, 0).await;
        assert_eq!(met.mailbox.last_uid, stands);
    }
    for uid in [120, 118, 111] {
        spool(&mut tx, &letter(mailbox, uid, &format!("{uid}"))).await;
    }
    let above = mailbox::spooled_above(&mut tx, mailbox, 111).await.unwrap();
    assert_eq!(above, [(118, at(118)), (120, at(120))]);
    tx.commit().await.unwrap();
}

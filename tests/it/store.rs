//! What a store must do, whatever the engine: stories that run over every engine. A story knows
//! nothing of the engine; what only one of them has is in a file of its name.

mod accounts;
mod agents;
mod alarms;
mod announcements;
mod at_once;
mod bodies;
mod claims;
mod commit;
mod earlier;
mod facts;
mod given;
mod histories;
mod imports;
mod junk;
mod lease;
mod life;
mod mailboxes;
mod outbox;
mod plans;
mod postgres;
mod ratings;
mod recent;
mod restore;
mod review;
mod silences;
mod spool;
mod sqlite;
mod status;
mod targets;
mod tickets;
mod tokens;
mod totals;
mod trace;
mod undeliverable;
mod undone;
mod unproven;
mod writers;

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tidings::mail::Digest;
use tidings::mail::address::Address;
use tidings::mail::message_id::MessageId;
use tidings::mail::subject::TicketNumber;
use tidings::store::body::{self, BodyId};
use tidings::store::commit::Act;
use tidings::store::inbound::{self, Content, NewInbound, Origin, SpoolAge, Spooled};
use tidings::store::location::Location;
use tidings::store::mailbox::{self, MailboxId, Met, Start};
use tidings::store::outbox::Claimant;
use tidings::store::sql::Tx;
use tidings::store::ticket::listing::{self, Filter, Place as Behind, Summary, WorkingOrder};
use tidings::store::{Absent, Identity, Store, Upgrade};
use tidings::time::Timestamp;
use tidings::triage::case::{Age, FolderKind, InboundId};
use tidings::triage::promise::By;

use crate::support::postgres::Postgres;
use given::{acknowledgement, article, notice, opening};

/// A database of a story's own, and a second way into it.
struct Place {
    store: Store,
    engine: Engine,
}

enum Engine {
    Sqlite(TempDir),
    Postgres(Postgres),
}

/// The story's database on a server.
const DATABASE: &str = "desk";

impl Place {
    async fn sqlite() -> Self {
        let folder = tempfile::Builder::new().prefix("store-").tempdir().unwrap();
        Self::of(Engine::Sqlite(folder)).await
    }

    async fn postgres() -> Self {
        let postgres = Postgres::up(&[]);
        postgres.create_database(DATABASE);
        Self::of(Engine::Postgres(postgres)).await
    }

    async fn of(engine: Engine) -> Self {
        Self { store: open(&engine.location()).await, engine }
    }

    /// As another process would open it.
    async fn another(&self) -> Store {
        open(&self.engine.location()).await
    }

    /// Until a transaction waits for another, where that can be seen: in a file it waits before its
    /// first statement.
    fn until_one_waits(&self) {
        match &self.engine {
            Engine::Sqlite(_) => {}
            Engine::Postgres(postgres) => {
                postgres
                    .wait_until(DATABASE, "select exists (select from pg_locks where not granted)");
            }
        }
    }

    async fn begin(&self) -> Tx {
        self.store.begin().await.unwrap()
    }

    async fn end(self) {
        assert_eq!(self.store.check().await.unwrap(), Vec::<String>::new());
        self.store.close().await;
    }
}

impl Engine {
    fn location(&self) -> Location {
        match self {
            Self::Sqlite(folder) => Location::Sqlite(folder.path().join("tidings.db")),
            Self::Postgres(postgres) => postgres.location(DATABASE),
        }
    }
}

async fn open(location: &Location) -> Store {
    let identity =
        Identity { instance: "desk.example", key_ids: &["k1"], key_file: Path::new("key") };
    Store::open(location, None, Absent::Create, Upgrade::Gently, &identity, at(0)).await.unwrap()
}

/// Every story, over every engine.
macro_rules! stories {
    ($($file:ident: $($story:ident)+;)+) => {
        mod on_sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    let place = super::Place::sqlite().await;
                    super::$file::$story(&place).await;
                    place.end().await;
                }
            )+)+
        }

        mod on_postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    let place = super::Place::postgres().await;
                    super::$file::$story(&place).await;
                    place.end().await;
                }
            )+)+
        }
    };
}

stories! {
    mailboxes: a_first_contact_begins_where_it_is_told
        a_changed_mailbox_inherits_its_predecessor
        the_position_only_moves_up;
    spool: a_uid_has_one_row
        the_same_bytes_are_a_copy
        a_message_that_never_came_is_held
        inv_1_fifty_old_messages_are_settled_fifty_one_are_held
        a_look_that_was_cut_off_is_settled_with_the_next
        messages_wait_in_their_order
        an_outcome_is_written_once
        attempts_are_counted_while_it_waits;
    earlier: a_message_that_is_decided_again_is_no_copy_of_itself
        inv_1_the_third_copy_of_an_ignored_message_opens_nothing
        the_second_key_reaches_a_day
        thr_07_a_signature_counts_once
        thr_07_what_came_on_another_day_is_a_replay;
    review: messages_are_listed_by_verdict
        only_what_rests_is_tried_again
        what_is_put_aside_is_marked_but_an_oversize_one
        marks_are_done_once
        marks_of_a_folder_that_is_gone_are_given_up;
    junk: a_release_is_kept_with_its_message
        inv_1_a_copy_out_of_a_junk_folder_is_known
        a_party_is_looked_for_in_junk_folders_alone
        acknowledgements_of_a_web_form_are_counted;
    bodies: a_body_comes_back_as_it_was
        what_a_stop_left_of_an_upload_is_swept
        no_number_is_given_twice
        the_newest_message_is_known_in_an_empty_store;
    accounts: an_import_replaces_an_account
        a_sender_is_found_by_address_before_domain
        a_licence_may_serve_some_contacts_alone
        accounts_are_listed_by_key
        a_group_serves_the_people_of_its_members;
    imports: an_import_is_seen_when_all_of_it_is_there
        one_import_writes_at_a_time
        what_an_import_left_is_swept
        an_import_that_is_silent_is_given_up_and_swept
        a_coupon_is_never_counted_more_often_than_it_was_sold
        it_is_known_since_when_somebody_writes;
    commit: each_effect_becomes_its_row
        inv_4_a_changed_ticket_is_raced_and_nothing_is_written
        an_inbound_has_one_acknowledgement
        a_number_belongs_to_one_ticket
        a_text_with_a_nul_is_stored_without_it;
    tickets: tickets_are_listed_as_asked
        thr_36_a_text_is_looked_for_as_it_is_written
        a_long_listing_comes_in_pages
        an_answer_knows_the_thread
        of_a_long_thread_the_end_is_kept;
    agents: a_ticket_belongs_to_an_agent
        a_priority_has_who_said_it
        what_waits_for_the_dns_is_not_due
        a_notice_goes_out_with_what_it_carries
        of_an_answer_a_copy_is_owed_once;
    life: a_merged_ticket_is_read_with_the_other what_leads_to_a_merged_ticket_leads_on
        two_that_merge_each_other_make_no_circle articles_take_their_references_along
        a_pending_ticket_comes_back_when_it_is_due what_is_over_says_since_when
        time_spent_is_totalled;
    trace: what_happened_is_told_by_address_message_and_ticket
        who_wrote_what_waits_is_nobody_yet
        what_a_program_before_has_decided_is_found_by_its_ticket;
    facts: many_references_are_found
        a_tag_of_another_desk_is_nobodys
        a_message_that_is_decided_again_knows_what_its_ticket_had
        accounts_and_tags_are_gathered;
    tokens: an_address_is_proved_for_its_desk
        the_first_key_at_hand_takes_the_place_of_the_one_of_now
        a_notice_that_came_back_stays_sent
        what_nobody_has_seen_is_an_ancestor_until_it_comes
        a_token_brings_its_ticket_and_a_bounces_its_notices;
    histories: thr_31_a_requester_reads_what_was_said_with_him
        what_was_ordered_before_is_known;
    ratings:
        the_last_rating_of_a_ticket_is_kept;
    recent: acknowledgements_are_counted_up_to_the_cap
        a_full_hour_says_when_there_is_room_again
        a_notice_does_not_wait_for_one_that_is_planned_for_later
        what_is_about_one_topic_is_counted
        thr_29_a_hush_lasts_until_its_end;
    outbox: a_notice_is_claimed_once
        each_outcome_of_a_claim_is_written
        a_whole_claim_that_was_taken_is_written
        a_lease_that_ran_out_is_due_again
        a_death_is_told_once
        a_notice_without_its_bytes_is_dead_and_others_go_on
        people_may_try_again_or_give_up;
    status: how_it_goes_with_a_desk_is_seen
        a_holder_tells_its_trouble_until_another_takes_the_desk;
    announcements: an_announcement_stands_until_its_end
        each_requester_of_an_open_ticket_is_told_once;
    alarms: a_cause_and_its_end_are_told_once
        mails_of_an_hour_are_counted
        a_write_that_is_committed_is_timed;
    claims: what_another_has_claimed_since_is_not_settled
        a_holder_gives_back_and_renews_its_own
        notices_to_one_recipient_go_out_in_their_order
        an_outcome_that_is_written_twice_changes_nothing
        two_claimers_never_get_the_same;
    lease: a_desk_is_taken_once
        a_lease_is_renewed_until_another_took_it
        a_desk_that_is_given_back_is_free_at_once
        a_holder_finds_its_desk_again
        the_fence_stops_who_was_overtaken;
    restore: flt_26_a_database_behind_its_mark_leaps_once
        what_a_restore_finds_waits_for_a_person
        what_is_to_be_compared_is_the_wider_of_two_wishes
        what_is_known_is_found_by_uid_and_by_instant
        the_highest_mark_is_kept_beside;
    at_once: of_two_takers_one_gets_the_desk
        a_taker_waits_for_what_the_holder_has_open
        a_holder_waits_for_who_takes_its_desk
        two_spoolers_of_one_uid_make_one_row
        the_same_bytes_at_once_are_one_message_and_its_copy;
    targets: a_ticket_has_the_clocks_of_its_level
        of_what_is_found_late_nobody_is_told
        what_a_merge_makes_late_is_told
        a_target_comes_back_as_it_was_written
        of_each_desk_what_is_due_comes_in_its_order
        aut_30_nothing_is_told_of_a_ticket_that_a_waiting_mail_names;
    silences: a_silence_begins_goes_on_and_ends_with_its_ticket
        what_other_rules_have_counted_is_found
        what_is_not_decided_may_be_the_answer;
    totals: what_became_of_a_ticket_is_told
        a_ticket_counts_with_what_it_took_in
        what_is_spam_is_not_counted
        tickets_of_a_desk_and_of_a_time_are_counted
        many_tickets_are_counted_page_by_page;
    undeliverable: std_41_an_address_is_known_to_take_no_mail;
    undone: a_failed_statement_undoes_all
        what_is_dropped_leaves_nothing_behind
        what_is_cut_off_in_a_statement_leaves_nothing_behind;
    unproven: aut_24_what_is_pending_is_due_until_it_is_settled
        what_a_requester_was_told_is_known
        aut_23_a_ticket_is_raised_if_it_is_as_it_was_read
        aut_23_an_address_is_trusted_until_it_is_not;
    writers: two_writers_lose_nothing
        a_reader_sees_one_state
        who_only_reads_cannot_write;
}

/// An instant, in seconds after that at which the stories begin.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_772_442_000 + seconds)
}

/// How long something is waited for that comes.
const PATIENCE: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_hours(1);

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

fn number(number: i64) -> TicketNumber {
    TicketNumber::new(number).unwrap()
}

/// The daemon `h1`, for a desk.
fn claimant(desk: &str) -> Claimant<'_> {
    Claimant { desk, holder: "h1" }
}

/// Tickets in working order, of the first page.
async fn listed(tx: &mut Tx, filter: &Filter<'_>) -> Vec<Summary> {
    let order = WorkingOrder { now: at(60), urgent: Some("critical") };
    let found = listing::list(tx, filter, &order, Behind::default()).await.unwrap();
    found.into_iter().map(|(ticket, _)| ticket).collect()
}

/// What `support` does of its own accord.
fn act(inbound: Option<InboundId>, body: i64) -> Act<'static> {
    Act {
        desk: "support",
        inbound,
        actor: "ada",
        now: at(60),
        by: By::Hand,
        happened: at(60),
        levels: &[],
        bodies: vec![BodyId(body)].leak(),
    }
}

/// The folder `INBOX` of `support`, first seen at the beginning with UIDs from 100 to come.
async fn meet(tx: &mut Tx) -> MailboxId {
    meet_as(tx, "imap.example", 7, 100, 0).await.mailbox.id
}

async fn meet_as(tx: &mut Tx, host: &str, validity: u32, uid_next: i64, seconds: i64) -> Met {
    let identity = mailbox::Identity {
        desk: "support".into(),
        host: host.into(),
        login: "support@desk.example".into(),
        folder: "INBOX".into(),
    };
    mailbox::meet(tx, &identity, validity, uid_next, Start::New, at(seconds)).await.unwrap()
}

/// A whole message of this text in a mailbox.
fn letter(mailbox: MailboxId, uid: i64, text: &str) -> NewInbound<'static> {
    NewInbound {
        desk: "support",
        origin: Origin::Mailbox(mailbox, uid),
        received: at(uid),
        spooled: at(1_000),
        size: text.len() as u64,
        content: Content::Whole(BodyId(uid), Digest::of(text.as_bytes())),
        age: SpoolAge::Settled(Age::New),
        folder: FolderKind::Watched,
    }
}

/// Spools a message that nobody knows, with its bytes.
async fn spool(tx: &mut Tx, new: &NewInbound<'_>) -> InboundId {
    store_bytes(tx, new).await;
    match inbound::spool(tx, new).await.unwrap() {
        Spooled::New(id) => id,
        Spooled::Known => panic!("{new:?} is known"),
    }
}

/// Something under the body that a message refers to, if nothing is there.
async fn store_bytes(tx: &mut Tx, new: &NewInbound<'_>) {
    let (Content::Whole(id, _) | Content::Oversize(id, _)) = new.content else { return };
    if body::load(tx, id).await.is_err() {
        body::put(tx, id, b"Subject: x\r\n\r\nIt burns.\r\n").await.unwrap();
    }
}

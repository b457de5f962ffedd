-- Times are microseconds since 1970 UTC (_us); ids are never reused; text is compared bytewise.

create table instance (
    id integer primary key check (id = 1),
    name text not null,
    key_id text not null,
    created_us integer not null
) strict;

-- Ticket numbers and body ids, handed out in blocks; gaps are normal.
create table sequence (
    name text primary key,
    next integer not null
) strict;

insert into sequence (name, next) values ('ticket', 1001), ('body', 1);

-- Bytes of raw messages and of notices, in parts of at most 1 MiB.
create table chunk (
    body integer not null,
    part integer not null,
    bytes blob not null,
    primary key (body, part)
) strict;

-- A folder under one UIDVALIDITY, as one desk sees it.
create table mailbox (
    id integer primary key autoincrement,
    desk text not null,
    host text not null,
    login text not null,
    folder text not null,
    uid_validity integer not null,
    first_uid_next integer not null,
    first_contact_us integer not null,
    predecessor_looked_us integer,
    last_uid integer not null,
    looked_us integer,
    unique (desk, host, login, folder, uid_validity)
) strict;

create table account (
    id integer primary key autoincrement,
    key text not null unique,
    name text not null,
    status text not null check (status in ('active', 'suspended'))
) strict;

create table contact (
    account integer not null references account (id),
    kind text not null check (kind in ('address', 'domain', 'login')),
    value text not null,
    primary key (account, kind, value)
) strict;

create index contact_value on contact (kind, value);

create table licence (
    id integer primary key autoincrement,
    account integer not null references account (id),
    key text not null,
    level text not null,
    valid_from text not null,
    valid_until text,
    unique (account, key)
) strict;

-- Whom a licence serves; no row: everybody of the account.
create table licence_contact (
    licence integer not null references licence (id),
    kind text not null check (kind in ('address', 'domain', 'login')),
    value text not null,
    primary key (licence, kind, value)
) strict;

create table ticket (
    number integer primary key,
    desk text not null,
    status text not null
        check (status in ('new', 'open', 'waiting', 'third_party', 'resolved', 'closed')),
    priority text not null,
    level text not null,
    account integer references account (id),
    requester text,
    requester_name text not null,
    subject text not null,
    -- In lower case, to be searched: engines fold ASCII alone, or as their locale says.
    subject_folded text not null,
    linked integer references ticket (number),
    opened_us integer not null,
    changed_us integer not null,
    version integer not null
) strict;

create index ticket_open on ticket (desk, number) where status not in ('resolved', 'closed');

create table participant (
    ticket integer not null references ticket (number),
    address text not null,
    name text not null,
    primary key (ticket, address)
) strict;

-- A message as received.
create table inbound (
    id integer primary key autoincrement,
    desk text not null,
    mailbox integer references mailbox (id),
    uid integer,
    source text,
    received_us integer not null,
    spooled_us integer not null,
    size integer not null,
    form text not null check (form in ('whole', 'oversize', 'missing')),
    age text not null
        check (age in ('new', 'back_fill', 'before_first_run', 'unsettled', 'old_in_bulk')),
    body integer,
    digest blob,
    content blob,
    duplicate_of integer references inbound (id),
    state text not null check (state in ('pending', 'decided')),
    due_us integer not null,
    attempts integer not null,
    verdict text check (verdict in
        ('opened', 'follow_up', 'event', 'duplicate', 'ignored', 'held', 'dropped')),
    reason text,
    ticket integer references ticket (number),
    mark text not null check (mark in ('none', 'owed', 'done', 'impossible')),
    mark_reason text,
    check ((state = 'decided') = (verdict is not null)),
    check ((mailbox is null) = (uid is null))
) strict;

create unique index inbound_origin on inbound (mailbox, uid, received_us) where mailbox is not null;
create unique index inbound_digest on inbound (desk, digest) where duplicate_of is null;
create index inbound_content on inbound (desk, content) where content is not null;
create index inbound_pending on inbound (desk, id) where state = 'pending';
create index inbound_owed on inbound (mailbox) where mark = 'owed';
create index inbound_verdict on inbound (verdict, id);

create table article (
    id integer primary key autoincrement,
    ticket integer not null references ticket (number),
    inbound integer unique references inbound (id),
    kind text not null check (kind in ('requester', 'agent', 'internal')),
    sender text not null,
    at_us integer not null,
    text text not null,
    message_id text,
    recipients text not null
) strict;

create index article_ticket on article (ticket, id);

-- What came along; the bytes stay in the raw message.
create table attachment (
    article integer not null references article (id),
    position integer not null,
    name text not null,
    media_type text not null,
    size integer not null,
    digest blob not null,
    placement text not null check (placement in ('inline', 'beside')),
    primary key (article, position)
) strict;

-- Every Message-ID of a ticket's articles and notices.
create table reference (
    message_id text not null,
    ticket integer not null references ticket (number),
    article integer references article (id),
    primary key (message_id, ticket)
) strict;

create table event (
    id integer primary key autoincrement,
    ticket integer not null references ticket (number),
    inbound integer references inbound (id),
    at_us integer not null,
    actor text not null,
    kind text not null,
    detail text not null
) strict;

create index event_ticket on event (ticket, id);

-- Notices, final bytes.
create table outbox (
    id integer primary key autoincrement,
    desk text not null,
    ticket integer not null references ticket (number),
    inbound integer references inbound (id),
    kind text not null check (kind in ('acknowledgement', 'answer')),
    envelope_from text not null,
    recipient text not null,
    recipient_domain text not null,
    message_id text not null unique,
    body integer not null,
    state text not null check (state in ('due', 'claimed', 'sent', 'dead', 'held')),
    created_us integer not null,
    due_us integer not null,
    claimed_until_us integer not null,
    attempts integer not null,
    first_attempt_us integer,
    sent_us integer,
    reply text
) strict;

-- One acknowledgement an inbound, whatever happens twice.
create unique index outbox_cause on outbox (inbound, kind) where inbound is not null;
create index outbox_due on outbox (desk, due_us, id) where state in ('due', 'claimed');
create index outbox_recipient on outbox (recipient, created_us) where kind = 'acknowledgement';
create index outbox_domain on outbox (recipient_domain, created_us)
    where kind = 'acknowledgement';
create index outbox_created on outbox (desk, created_us) where kind = 'acknowledgement';
create index outbox_ticket on outbox (ticket, id);

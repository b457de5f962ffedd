-- What levels promise of tickets, with a clock for each promise. A program of the version before would let
-- them run.

insert into schema_version (version, readable_from) values (18, 18);

create table target (
    id integer primary key autoincrement,
    desk text not null,
    ticket integer not null references ticket (number),
    kind text not null,
    since_us integer not null,
    -- When the clock stood: a line each, begin and end.
    pauses text not null,
    state text not null check (state in ('running', 'paused', 'met', 'void')),
    -- Since when it is in this state; null while it runs.
    at_us integer,
    -- Null: nothing is promised, or the clock stands.
    due_us integer,
    warns_us integer,
    warned_us integer,
    breached_us integer,
    -- When there is something to tell of it.
    next_us integer,
    version integer not null,
    check ((state = 'running') = (at_us is null))
) strict;

create unique index target_alive on target (ticket, kind) where state in ('running', 'paused');
create index target_ticket on target (ticket, id);
create index target_next on target (desk, next_us, id) where next_us is not null;
create index target_due on target (due_us, ticket) where state = 'running' and due_us is not null;

-- The ticket that a message seems to be about, while it waits for the proof of the agent who wrote it.
alter table inbound add column about integer;
create index inbound_about on inbound (about) where about is not null;

-- Which kinds there are is the program's to know; the engine cannot change a check, so the table is written
-- anew.
create table outbox_anew (
    id integer primary key autoincrement,
    desk text not null,
    ticket integer not null references ticket (number),
    inbound integer references inbound (id),
    kind text not null,
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
    reply text,
    claimed_by text,
    bounced_us integer,
    topic text,
    capped_us integer,
    -- The message whose attachments it gets before it goes out; null: its bytes are final.
    carries integer references inbound (id),
    -- The copy for the agents' sent folder; null: none is wanted.
    filed text check (filed in ('owed', 'done', 'impossible')),
    -- Why there never will be one.
    filed_reason text
) strict;

insert into outbox_anew (id, desk, ticket, inbound, kind, envelope_from, recipient,
                         recipient_domain, message_id, body, state, created_us, due_us,
                         claimed_until_us, attempts, first_attempt_us, sent_us, reply, claimed_by,
                         bounced_us, topic, capped_us, carries, filed, filed_reason)
select id, desk, ticket, inbound, kind, envelope_from, recipient, recipient_domain, message_id,
       body, state, created_us, due_us, claimed_until_us, attempts, first_attempt_us, sent_us,
       reply, claimed_by, bounced_us, topic, capped_us, carries, filed, filed_reason
  from outbox
 order by id;

drop table outbox;
alter table outbox_anew rename to outbox;

create unique index outbox_cause on outbox (inbound, kind, recipient) where inbound is not null;
create index outbox_due on outbox (desk, due_us, id) where state in ('due', 'claimed');
create index outbox_recipient on outbox (recipient, created_us) where kind = 'acknowledgement';
create index outbox_ticket on outbox (ticket, id);
create index outbox_claimed on outbox (claimed_by, desk) where state = 'claimed';
create index outbox_waiting on outbox (ticket, recipient, id) where state in ('due', 'claimed');
create index outbox_dead on outbox (desk) where state = 'dead';
create index outbox_to on outbox (recipient, created_us);
create index outbox_held on outbox (desk) where state = 'held';
create index outbox_capped on outbox (desk, capped_us) where capped_us is not null;
create index outbox_capped_domain on outbox (recipient_domain, capped_us) where capped_us is not null;
create index outbox_unmade on outbox (desk, id) where carries is not null;
create index outbox_unfiled on outbox (desk, id) where filed = 'owed';

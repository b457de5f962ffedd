-- Proof that comes later, and addresses that need none.

insert into schema_version (version, readable_from) values (9, 2);

-- When a message whose proof is pending is proven again; null: it is settled.
alter table inbound add column proof_due_us integer;
-- How often it was proven again, counted before it is done.
alter table inbound add column proof_rechecks integer not null default 0;

create index inbound_proof_due on inbound (desk, proof_due_us) where proof_due_us is not null;

-- What was pending when this came.
update inbound
   set proof_due_us = decided_us
 where proof = 'pending' and verdict in ('opened', 'follow_up');

-- Who set the level by hand; null: it is what the requester was found to be entitled to.
alter table ticket add column level_by text;

-- Addresses whose mail is believed without a proof, and who said so.
create table trusted_address (
    address text primary key,
    by_whom text not null,
    since_us integer not null
) strict;

-- Another kind of notice: the ticket's level was raised. The engine cannot change a check, so the
-- table is written anew.
create table outbox_anew (
    id integer primary key autoincrement,
    desk text not null,
    ticket integer not null references ticket (number),
    inbound integer references inbound (id),
    kind text not null check (kind in ('acknowledgement', 'answer', 'raised')),
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
    bounced_us integer
) strict;

insert into outbox_anew (id, desk, ticket, inbound, kind, envelope_from, recipient, recipient_domain,
                         message_id, body, state, created_us, due_us, claimed_until_us, attempts,
                         first_attempt_us, sent_us, reply, claimed_by, bounced_us)
select id, desk, ticket, inbound, kind, envelope_from, recipient, recipient_domain, message_id, body,
       state, created_us, due_us, claimed_until_us, attempts, first_attempt_us, sent_us, reply,
       claimed_by, bounced_us
  from outbox
 order by id;

drop table outbox;
alter table outbox_anew rename to outbox;

create unique index outbox_cause on outbox (inbound, kind) where inbound is not null;
create index outbox_due on outbox (desk, due_us, id) where state in ('due', 'claimed');
create index outbox_recipient on outbox (recipient, created_us) where kind = 'acknowledgement';
create index outbox_domain on outbox (recipient_domain, created_us)
    where kind = 'acknowledgement';
create index outbox_created on outbox (desk, created_us) where kind = 'acknowledgement';
create index outbox_ticket on outbox (ticket, id);
create index outbox_claimed on outbox (claimed_by, desk) where state = 'claimed';
create index outbox_waiting on outbox (ticket, recipient, id) where state in ('due', 'claimed');
create index outbox_dead on outbox (desk) where state = 'dead';
create index outbox_to on outbox (recipient, created_us);
create index outbox_held on outbox (desk) where state = 'held';

-- Proof that comes later, and addresses that need none.

insert into schema_version (version, readable_from) values (9, 2);

-- When a message whose proof is pending is proven again; null: it is settled.
alter table inbound add column proof_due_us bigint;
-- How often it was proven again, counted before it is done.
alter table inbound add column proof_rechecks bigint not null default 0;

create index inbound_proof_due on inbound (desk, proof_due_us) where proof_due_us is not null;

-- What was pending when this came.
update inbound
   set proof_due_us = decided_us
 where proof = 'pending' and verdict in ('opened', 'follow_up');

-- Who set the level by hand; null: it is what the requester was found to be entitled to.
alter table ticket add column level_by text collate "C";

-- Addresses whose mail is believed without a proof, and who said so.
create table trusted_address (
    address text collate "C" primary key,
    by_whom text collate "C" not null,
    since_us bigint not null
);

-- Another kind of notice: the ticket's level was raised.
alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_check
    check (kind in ('acknowledgement', 'answer', 'raised'));

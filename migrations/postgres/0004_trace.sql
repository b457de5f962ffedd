-- What became of a message is found by who wrote it, by its Message-ID and by its ticket.

insert into schema_version (version, readable_from) values (4, 2);

-- Written with the decision; null in rows that were decided before, or by a program of the version
-- before.
alter table inbound add column sender text collate "C";
alter table inbound add column message_id text collate "C";
alter table inbound add column decided_us bigint;

create index inbound_sender on inbound (sender, spooled_us) where sender is not null;
create index inbound_message_id on inbound (message_id) where message_id is not null;
create index inbound_ticket on inbound (ticket, spooled_us) where ticket is not null;
create index inbound_copy on inbound (duplicate_of) where duplicate_of is not null;
create index participant_address on participant (address, ticket);
create index outbox_to on outbox (recipient, created_us);

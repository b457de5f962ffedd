-- Agents work by mail: who has a ticket, mails to agents, and mails that carry attachments. A program of the
-- version before would send those without them.

insert into schema_version (version, readable_from) values (16, 16);

-- The agent who has it, by name.
alter table ticket add column agent text collate "C";

alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_check
    check (kind in ('acknowledgement', 'answer', 'raised', 'notification', 'refusal'));

-- One message can be told to several.
drop index outbox_cause;
create unique index outbox_cause on outbox (inbound, kind, recipient) where inbound is not null;

-- The message whose attachments it gets before it goes out; null: its bytes are final.
alter table outbox add column carries bigint references inbound (id);
create index outbox_unmade on outbox (desk, id) where carries is not null;

-- The copy for the agents' sent folder; null: none is wanted.
alter table outbox add column filed text collate "C" check (filed in ('owed', 'done', 'impossible'));
-- Why there never will be one.
alter table outbox add column filed_reason text collate "C";
create index outbox_unfiled on outbox (desk, id) where filed = 'owed';

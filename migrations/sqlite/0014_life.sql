-- Ticket life: statuses by the names that people have for them, when a ticket was over, when it comes back,
-- merges, and time spent. Programs of the version before do not know the statuses.

insert into schema_version (version, readable_from) values (14, 14);

-- The engine cannot change a check, so the column is written anew. Who awaits the requester is pending,
-- who awaits somebody else is waiting.
drop index ticket_open;
alter table ticket add column stands text not null default 'new'
    check (stands in ('new', 'open', 'pending', 'waiting', 'resolved', 'closed'));
update ticket
   set stands = case status when 'waiting' then 'pending'
                            when 'third_party' then 'waiting'
                            else status end;
alter table ticket drop column status;
alter table ticket rename column stands to status;
create index ticket_open on ticket (desk, number) where status not in ('resolved', 'closed');

-- Since when it is resolved or closed; null: it is not.
alter table ticket add column over_us integer;
update ticket set over_us = changed_us where status in ('resolved', 'closed');

-- When a pending ticket comes back; null: when its requester answers.
alter table ticket add column pending_until_us integer;
create index ticket_pending on ticket (desk, pending_until_us) where pending_until_us is not null;

-- The ticket that has taken it in.
alter table ticket add column merged_into integer references ticket (number);
create index ticket_merged on ticket (merged_into) where merged_into is not null;

-- Whether bytes that come along were seen before.
create index attachment_digest on attachment (digest);

-- Time that agents have spent; less than nothing takes some back.
create table spent (
    id integer primary key autoincrement,
    ticket integer not null references ticket (number),
    at_us integer not null,
    actor text not null,
    minutes integer not null
) strict;

create index spent_ticket on spent (ticket);

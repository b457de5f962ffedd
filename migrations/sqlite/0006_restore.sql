-- A database that was brought back from a backup is noticed, and what it does not know is looked for.

insert into schema_version (version, readable_from) values (6, 2);

-- Raised before anything of the database is told outside of it; a file beside it keeps the highest.
insert into sequence (name, next) values ('tide', 1);

create table restore (
    id integer primary key autoincrement,
    at_us integer not null,
    said_by text not null,
    -- What was raised to; while it is the highest nothing has happened since.
    tide integer not null,
    next_ticket integer not null,
    held integer not null
) strict;

-- Desks whose folders are to be compared with what is known.
create table reconcile (
    desk text primary key,
    -- What was received before is passed over.
    since_us integer not null,
    -- What was received before is told to nobody.
    restored_us integer,
    asked_us integer not null
) strict;

-- When a message was found that may have been answered before; null for every other.
alter table inbound add column found_us integer;

-- The instant first: an index that begins with the desk is taken for other questions about it.
create index inbound_received on inbound (received_us, desk);
create index outbox_held on outbox (desk) where state = 'held';

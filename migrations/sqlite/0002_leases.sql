-- Several daemons on one database: who holds which desk, whose a claim is, what a stop left behind,
-- and which programs can work with this schema.

create table schema_version (
    version integer primary key,
    readable_from integer not null
) strict;

insert into schema_version (version, readable_from) values (1, 1), (2, 2);

-- The daemon that reads a desk's folders and decides its messages. until_us is 0 when it was given back.
create table lease (
    desk text primary key,
    holder text not null,
    holder_name text not null,
    fence integer not null,
    taken_us integer not null,
    until_us integer not null
) strict;

-- Large bodies on their way into chunk: gone once a row refers to the body. What is left of one
-- without that is swept.
create table upload (
    body integer primary key,
    desk text not null,
    begun_us integer not null
) strict;

create index upload_desk on upload (desk, begun_us);

alter table outbox add column claimed_by text;

create index outbox_claimed on outbox (claimed_by, desk) where state = 'claimed';
create index outbox_waiting on outbox (ticket, recipient, id) where state in ('due', 'claimed');

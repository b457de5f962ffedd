-- Several daemons on one database: who holds which desk, whose a claim is, what a stop left behind,
-- and which programs can work with this schema.

create table schema_version (
    version bigint primary key,
    readable_from bigint not null
);

insert into schema_version (version, readable_from) values (1, 1), (2, 2);

-- The daemon that reads a desk's folders and decides its messages. until_us is 0 when it was given back.
create table lease (
    desk text collate "C" primary key,
    holder text collate "C" not null,
    holder_name text collate "C" not null,
    fence bigint not null,
    taken_us bigint not null,
    until_us bigint not null
);

-- Large bodies on their way into chunk: gone once a row refers to the body. What is left of one
-- without that is swept.
create table upload (
    body bigint primary key,
    desk text collate "C" not null,
    begun_us bigint not null
);

create index upload_desk on upload (desk, begun_us);

alter table outbox add column claimed_by text collate "C";

create index outbox_claimed on outbox (claimed_by, desk) where state = 'claimed';
create index outbox_waiting on outbox (ticket, recipient, id) where state in ('due', 'claimed');

-- Who is acknowledged: caps that count plans, subjects that come again, and addresses that are left alone.

insert into schema_version (version, readable_from) values (11, 2);

-- What it is about, without what systems add to a subject; null where it is not to be counted.
alter table ticket add column topic text collate "C";
alter table ticket add column requester_domain text collate "C";

create index ticket_topic on ticket (requester, topic, opened_us) where topic is not null;
create index ticket_domain_topic on ticket (requester_domain, topic, opened_us)
    where topic is not null;

alter table outbox add column topic text collate "C";
-- When it goes out, as it was planned: the caps of its domain and its desk count it there. Null: they
-- do not count it.
alter table outbox add column capped_us bigint;

update outbox
   set capped_us = created_us
 where kind = 'acknowledgement'
   and created_us > (select max(created_us) - 3600000000 from outbox);

-- Programs of the version before ask by these two; without them they are slower.
drop index outbox_domain;
drop index outbox_created;
create index outbox_capped on outbox (desk, capped_us) where capped_us is not null;
create index outbox_capped_domain on outbox (recipient_domain, capped_us)
    where capped_us is not null;

-- An address that opens tickets as another machine does: nothing is acknowledged to it. Or a domain
-- that does, of which the operator is told.
create table hush (
    kind text collate "C" not null check (kind in ('address', 'domain')),
    whom text collate "C" not null,
    desk text collate "C" not null,
    since_us bigint not null,
    until_us bigint not null,
    primary key (kind, whom)
);

create index hush_desk on hush (desk, until_us);

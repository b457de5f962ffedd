-- Addresses that take no mail, as servers said of mails of ours.

insert into schema_version (version, readable_from) values (13, 2);

create table undeliverable (
    address text primary key,
    ticket integer not null references ticket (number),
    why text not null,
    since_us integer not null,
    last_us integer not null
) strict;

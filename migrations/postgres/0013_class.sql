-- Addresses that take no mail, as servers said of mails of ours.

insert into schema_version (version, readable_from) values (13, 2);

create table undeliverable (
    address text collate "C" primary key,
    ticket bigint not null references ticket (number),
    why text collate "C" not null,
    since_us bigint not null,
    last_us bigint not null
);

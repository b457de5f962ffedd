-- What requesters think of how a ticket was handled, and the language in which each was begun. A program of the
-- version before asks for no ratings and writes in the account's language or the desk's first, as it did.

insert into schema_version (version, readable_from) values (22, 21);

create table rating (
    ticket bigint primary key references ticket (number),
    stars bigint not null check (stars between 1 and 5),
    rater text collate "C" not null,
    at_us bigint not null
);

-- As it is written in the configuration; null: nobody can tell.
alter table ticket add column language text collate "C";

-- Whoever answers asks for all that was exchanged about a ticket.
create index reference_ticket on reference (ticket);

-- What requesters think of how a ticket was handled, and the language in which each was begun. A program of the
-- version before asks for no ratings and writes in the account's language or the desk's first, as it did.

insert into schema_version (version, readable_from) values (22, 21);

create table rating (
    ticket integer primary key references ticket (number),
    stars integer not null check (stars between 1 and 5),
    rater text not null,
    at_us integer not null
) strict;

-- As it is written in the configuration; null: nobody can tell.
alter table ticket add column language text;

-- Whoever answers asks for all that was exchanged about a ticket.
create index reference_ticket on reference (ticket);

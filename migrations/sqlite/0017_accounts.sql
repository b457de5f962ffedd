-- Accounts are imported in pieces that nobody sees before the last: each import writes editions of the accounts that it
-- changes, and the newest edition of an account whose import is live is what the account is. A program of the version
-- before would read the pieces.

insert into schema_version (version, readable_from) values (17, 17);

create table account_import (
    id integer primary key autoincrement,
    by_whom text not null,
    begun_us integer not null,
    -- When it last wrote; one that is silent for long has stopped.
    beat_us integer not null,
    state text not null check (state in ('staging', 'live', 'left'))
) strict;

-- One at a time.
create unique index account_import_staging on account_import (state) where state = 'staging';

-- What was there before.
insert into account_import (by_whom, begun_us, beat_us, state) values ('tidings', 0, 0, 'live');

create table account_edition (
    account integer not null references account (id),
    edition integer not null references account_import (id),
    name text not null,
    status text not null check (status in ('active', 'suspended')),
    -- One a line.
    languages text not null,
    primary key (account, edition)
) strict;

create index account_edition_of on account_edition (edition, account);

insert into account_edition (account, edition, name, status, languages)
select id, 1, name, status, '' from account;

alter table account drop column name;
alter table account drop column status;

-- The account whose licences serve its people, too, by its key.
create table account_group (
    account integer not null references account (id),
    edition integer not null references account_import (id),
    member_of text not null,
    primary key (account, edition, member_of)
) strict;

-- The engine cannot change a key, so tables are written anew.
create table contact_anew (
    account integer not null references account (id),
    edition integer not null references account_import (id),
    kind text not null check (kind in ('address', 'domain', 'login')),
    value text not null,
    primary key (account, edition, kind, value)
) strict;

insert into contact_anew (account, edition, kind, value) select account, 1, kind, value from contact;
drop table contact;
alter table contact_anew rename to contact;
create index contact_value on contact (kind, value);

create table licence_anew (
    id integer primary key autoincrement,
    account integer not null references account (id),
    edition integer not null references account_import (id),
    key text not null,
    level text not null,
    valid_from text not null,
    valid_until text,
    sender_proof text check (sender_proof in ('dkim', 'required', 'preferred', 'off')),
    unique (account, edition, key)
) strict;

insert into licence_anew (id, account, edition, key, level, valid_from, valid_until, sender_proof)
select id, account, 1, key, level, valid_from, valid_until, sender_proof from licence order by id;

create table licence_contact_anew (
    licence integer not null references licence_anew (id),
    kind text not null check (kind in ('address', 'domain', 'login')),
    value text not null,
    primary key (licence, kind, value)
) strict;

insert into licence_contact_anew (licence, kind, value) select licence, kind, value from licence_contact;
drop table licence_contact;
drop table licence;
alter table licence_anew rename to licence;
alter table licence_contact_anew rename to licence_contact;

create table coupon (
    account integer not null references account (id),
    edition integer not null references account_import (id),
    -- In lower case, as it is compared.
    code text not null,
    -- As it is written.
    shown text not null,
    level text not null,
    uses integer not null check (0 <= uses),
    primary key (account, edition, code)
) strict;

-- How often a coupon was redeemed, whatever the edition.
create table coupon_use (
    account integer not null references account (id),
    code text not null,
    used integer not null check (0 < used),
    primary key (account, code)
) strict;

-- By which coupon a ticket has its level: one a ticket.
create table redemption (
    ticket integer primary key references ticket (number),
    account integer not null references account (id),
    code text not null,
    at_us integer not null
) strict;

-- What each account is.
create view account_now as
select one.account, one.edition, one.name, one.status, one.languages
  from account_edition one
 where one.edition = (select max(live.edition)
                        from account_edition live
                        join account_import on account_import.id = live.edition
                       where live.account = one.account and account_import.state = 'live');

-- Since when somebody writes to a desk.
create index ticket_requester on ticket (requester, desk, opened_us) where requester is not null;

-- What nobody could plan, as customers are told of it.

insert into schema_version (version, readable_from) values (20, 16);

create table announcement (
    id integer primary key autoincrement,
    desk text not null,
    text text not null,
    actor text not null,
    from_us integer not null,
    until_us integer not null,
    -- The open tickets up to this number were told; null: nobody is told but who writes.
    told integer
) strict;

create index announcement_until on announcement (desk, until_us);
create index announcement_owed on announcement (desk, id) where told is not null;

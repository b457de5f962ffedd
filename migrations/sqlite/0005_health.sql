-- How it goes, for who looks from outside, and what the operator was told of it.

insert into schema_version (version, readable_from) values (5, 2);

-- What stands in the way of a desk's holder. It takes the place of lease.trouble, which programs of
-- versions 3 and 4 read and write.
create table trouble (
    desk text not null,
    kind text not null,
    what text not null,
    since_us integer not null,
    primary key (desk, kind)
) strict;

-- A cause that the operator is told of. seen: nothing was told. told: that it began was. over: its end
-- was, too. over_us is null while it stands.
create table alarm (
    id integer primary key,
    desk text not null,
    cause text not null,
    what text not null,
    state text not null check (state in ('seen', 'told', 'over')),
    begun_us integer not null,
    over_us integer,
    told_us integer,
    told_over_us integer,
    claimed_by text,
    claimed_until_us integer not null
) strict;

-- One of a kind stands at a time, whoever sees it.
create unique index alarm_standing on alarm (desk, cause) where state in ('seen', 'told');
create index alarm_told on alarm (told_us);
create index alarm_told_over on alarm (told_over_us);

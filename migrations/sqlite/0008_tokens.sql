-- An answer finds its ticket by the address it came to, by messages that came to others alone, and by the
-- key of yesterday.

insert into schema_version (version, readable_from) values (8, 2);

-- Addresses of which it was seen that mail to them comes to the desk with anything behind a "+".
create table plus_address (
    desk text not null,
    address text not null,
    proved_us integer not null,
    primary key (desk, address)
) strict;

-- An ancestor is a message that nobody here has seen: an article answers it.
alter table reference add column role text not null default 'message'
    check (role in ('message', 'ancestor'));

-- When a server said that it could not deliver what another had taken.
alter table outbox add column bounced_us integer;

-- Other systems' tags in the subject of a message, a line each.
alter table article add column tags text not null default '';

-- Every key that the instance has had; replaced_us is null for the one of now.
create table instance_key (
    id text primary key,
    since_us integer not null,
    replaced_us integer
) strict;

insert into instance_key (id, since_us) select key_id, created_us from instance;

-- Which signatures have been counted: whoever has a signed mail can send it again.

insert into schema_version (version, readable_from) values (12, 2);

-- A signature of the author's domain that verified, and the first message of the desk on which it did
-- something. The key is a digest of who signed and of the signature itself.
create table signature (
    desk text collate "C" not null,
    key bytea not null,
    inbound bigint not null references inbound (id),
    primary key (desk, key)
);

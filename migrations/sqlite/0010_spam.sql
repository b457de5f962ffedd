-- Where a message lay, and who has said that it is no spam.

insert into schema_version (version, readable_from) values (10, 2);

-- One of `folders`, or one of `junk_folders`, when it was spooled.
alter table inbound add column folder_kind text not null default 'watched'
    check (folder_kind in ('watched', 'junk'));
alter table inbound add column released_by text;
alter table inbound add column released_us integer;

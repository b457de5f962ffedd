-- Who has said how urgent a ticket is, where that was not its requester: his word stays.

insert into schema_version (version, readable_from) values (19, 16);

-- The agent, by name; null: nobody, or the requester.
alter table ticket add column priority_by text;

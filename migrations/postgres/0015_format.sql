-- What the first bytes of an attachment say that it is.

insert into schema_version (version, readable_from) values (15, 14);

-- A media type. Null: they say nothing, or a program of before has written it.
alter table attachment add column format text collate "C";

-- Since when nobody has said a word of a ticket that awaits its requester's answer, or is resolved, and what was done
-- because of it. A program of the version before would not see when such a time begins and ends.

insert into schema_version (version, readable_from) values (21, 21);

create table silence (
    ticket bigint primary key references ticket (number),
    desk text collate "C" not null,
    since_us bigint not null,
    reminded bigint not null,
    lowered_us bigint,
    acted_us bigint,
    -- When something is to be done; null: nothing, or nobody has looked.
    next_us bigint,
    -- Which rules that was counted by; 0: by none yet.
    ruled_by bigint not null,
    version bigint not null
);

create index silence_next on silence (desk, next_us, ticket) where next_us is not null;
create index silence_ruled_by on silence (desk, ruled_by);

insert into silence (ticket, desk, since_us, reminded, ruled_by, version)
select number, desk, case status when 'resolved' then coalesce(over_us, changed_us) else changed_us end, 0, 0, 1
  from ticket
 where status in ('pending', 'resolved') and merged_into is null;

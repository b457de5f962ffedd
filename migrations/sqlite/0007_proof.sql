-- Who wrote a message, as far as it is known, and what that is worth.

insert into schema_version (version, readable_from) values (7, 2);

-- What it asks of its senders; null: what the desk asks.
alter table licence add column sender_proof text
    check (sender_proof in ('dkim', 'required', 'preferred', 'off'));

-- Null for what was decided before anybody asked.
alter table inbound add column proof text
    check (proof in ('strong', 'pass', 'pass_spf', 'none', 'pending', 'fail', 'ambiguous'));
-- What it rests on, as JSON, for people.
alter table inbound add column evidence text;

-- The best proof that its requester has given.
alter table ticket add column proof text
    check (proof in ('strong', 'pass', 'pass_spf', 'none', 'pending', 'fail', 'ambiguous'));
-- The account that would be its own, or would give more, if the requester were proven.
alter table ticket add column claimed integer references account (id);

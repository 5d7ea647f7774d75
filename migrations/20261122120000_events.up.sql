create table events (
    id bigint generated always as identity,
    at timestamptz not null default now(),
    kind text not null,
    subject uuid,
    actor uuid,
    address text,
    constraint events_pkey primary key (id)
);

create index events_subject_idx on events (subject, at desc);
create index events_at_idx on events (at desc);

comment on table events is 'what happened to accounts; rows are added and never changed';
comment on column events.subject is 'users.uid of whom it happened to; it outlives the account';
comment on column events.actor is 'users.uid of who did it';
comment on column events.address is 'where from, roughly: the network of the address';

create function events_are_kept() returns trigger language plpgsql as $$
begin
    raise exception 'rows of events are never changed or removed' using errcode = 'insufficient_privilege';
end
$$;

create trigger events_are_kept before update or delete on events
    for each row execute function events_are_kept();
create trigger events_are_not_truncated before truncate on events
    for each statement execute function events_are_kept();

create index events_kind_idx on events (kind, at desc);
create index events_actor_idx on events (actor, at desc);

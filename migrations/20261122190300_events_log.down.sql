drop index events_actor_idx;
drop index events_kind_idx;

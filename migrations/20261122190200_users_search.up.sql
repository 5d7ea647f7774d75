-- Finds addresses by any part of them. What pg_trgm does, in the core of PostgreSQL: not every server has its extensions.
create function address_pieces(address text) returns text[]
    language sql immutable strict parallel safe cost 1000
    return (
        select coalesce(array_agg(distinct substr(address, start, 3)), '{}')
        from generate_series(1, length(address) - 2) as start
    );

create index users_address_pieces_idx on users using gin (address_pieces(lower(email))) where not is_guest;
create index users_address_idx on users (lower(email)) where not is_guest;
create index users_newest_idx on users (id desc) where not is_guest;
create index users_created_at_idx on users (created_at) where not is_guest;
create index users_disabled_idx on users (id) where disabled_at is not null and not is_guest;
create index users_admins_idx on users (id) where role = 'admin';
create index users_google_idx on users (id) where google_id is not null and not is_guest;

comment on function address_pieces is 'all runs of three characters';

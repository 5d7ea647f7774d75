drop index users_google_idx;
drop index users_admins_idx;
drop index users_disabled_idx;
drop index users_created_at_idx;
drop index users_newest_idx;
drop index users_address_idx;
drop index users_address_pieces_idx;
drop function address_pieces(text);

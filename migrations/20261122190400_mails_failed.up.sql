create index mails_failed_at_idx on mails (id) where failed_at is not null;

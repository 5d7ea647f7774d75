drop index mails_failed_at_idx;

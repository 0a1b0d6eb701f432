create index server_by_change on server (updated_at);

create index server_by_creation on server (deleted, created_at, id);

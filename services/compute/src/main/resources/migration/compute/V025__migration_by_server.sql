create index migration_by_server on migration (server_id, number);

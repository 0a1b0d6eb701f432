create index server_by_host on server (deleted, host);

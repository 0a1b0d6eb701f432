create index server_by_group on server (group_id);

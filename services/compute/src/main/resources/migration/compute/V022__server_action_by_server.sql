create index server_action_by_server on server_action (server_id, number);

create index server_action_by_operation on server_action (operation_id);

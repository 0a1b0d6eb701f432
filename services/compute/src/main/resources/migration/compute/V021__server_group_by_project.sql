create index server_group_by_project on server_group (project_id, number);

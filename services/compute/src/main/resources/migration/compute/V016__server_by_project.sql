create index server_by_project on server (deleted, project_id, created_at, id);

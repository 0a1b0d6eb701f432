create index security_group_project on security_group (project_id);

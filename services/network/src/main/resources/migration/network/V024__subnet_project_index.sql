create index subnet_project on subnet (project_id);

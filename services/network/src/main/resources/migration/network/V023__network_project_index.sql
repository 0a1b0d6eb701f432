create index network_project on network (project_id);

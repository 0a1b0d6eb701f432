create index router_project on router (project_id);

create index port_project on port (project_id);

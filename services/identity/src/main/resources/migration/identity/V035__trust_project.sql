create index trust_project on trust (project_id);

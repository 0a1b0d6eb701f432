create index credential_project on credential (project_id);

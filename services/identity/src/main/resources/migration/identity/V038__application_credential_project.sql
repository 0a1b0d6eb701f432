create index application_credential_project on application_credential (project_id);

create index oauth_access_token_project on oauth_access_token (project_id);

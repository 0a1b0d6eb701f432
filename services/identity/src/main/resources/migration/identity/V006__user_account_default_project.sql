create index user_account_default_project on user_account (default_project_id);

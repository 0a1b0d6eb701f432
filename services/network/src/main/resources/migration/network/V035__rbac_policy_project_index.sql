create index rbac_policy_project on rbac_policy (project_id);

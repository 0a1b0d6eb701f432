create index security_group_rule_project on security_group_rule (project_id);

create index address_scope_project on address_scope (project_id);

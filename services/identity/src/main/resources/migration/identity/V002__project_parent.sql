create index project_parent on project (parent_id);

create index project_tag_name on project_tag (name);

create index consumer_project on consumer (project_id, user_id);

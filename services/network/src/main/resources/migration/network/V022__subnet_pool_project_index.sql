create index subnet_pool_project on subnet_pool (project_id);

create index server_by_use on server (project_id, deleted, user_id, vcpus, memory_mb);

create index task_created on task (created_at, id);

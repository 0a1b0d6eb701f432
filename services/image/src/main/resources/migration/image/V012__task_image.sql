create index task_image on task (image_id, created_at);

create index image_created on image (created_at, id);

create index image_visibility on image (visibility, created_at, id);

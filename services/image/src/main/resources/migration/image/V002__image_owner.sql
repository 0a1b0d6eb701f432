create index image_owner on image (owner, created_at, id);

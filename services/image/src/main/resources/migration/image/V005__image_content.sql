create index image_content on image (content_key);

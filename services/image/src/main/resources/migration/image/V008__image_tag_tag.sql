create index image_tag_tag on image_tag (tag);

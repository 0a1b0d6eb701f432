create index note_resource on note (resource_id);

create index note_request on note (request_id);

create index request_id on request (id);

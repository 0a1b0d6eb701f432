create index request_global_id on request (global_id);

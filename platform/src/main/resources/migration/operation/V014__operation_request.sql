create index operation_request on durable_operation (request_id);

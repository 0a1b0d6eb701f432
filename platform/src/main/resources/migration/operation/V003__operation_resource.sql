create index operation_resource on durable_operation (resource_type, resource_id, sequence);

create index operation_resource on operation (resource_type, resource_id, sequence);

create index request_resource_number on request_resource (request_number);

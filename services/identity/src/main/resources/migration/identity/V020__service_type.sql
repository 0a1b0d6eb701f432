create index service_type on service (type);

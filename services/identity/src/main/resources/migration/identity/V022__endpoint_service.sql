create index endpoint_service on endpoint (service_id);

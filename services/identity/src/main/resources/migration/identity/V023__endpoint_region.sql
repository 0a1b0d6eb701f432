create index endpoint_region on endpoint (region_id);

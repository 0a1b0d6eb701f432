create index allocation_use on allocation (provider_id, resource_class, used);

create index ip_allocation_address on ip_allocation (address);
